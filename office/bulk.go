package office

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"motcua/workflows"
)

// bulk is work on many dossiers, one act each, whose place is in the database: after a crash it goes on where it was.
type bulk[I any] struct {
	// next are the items to do after one, the zero item for the first; none: nothing is left in this round.
	next func(ctx context.Context, after I) ([]I, error)
	// goes says whether it is still to be carried on; asked before each act.
	goes func(ctx context.Context) (bool, error)
	// one does an item; known is false while its fate is not known.
	one func(ctx context.Context, item I) (known bool, err error)
	// over ends the work, where every fate is known.
	over func(ctx context.Context) error
	// pace is how fast the acts go; nil: one after the other.
	pace *pace
}

// carry does a round, and returns how many items it settled. One item that cannot be judged holds up no other; an outage ends the round.
func carry[I any](ctx context.Context, b bulk[I]) (settled int, err error) {
	var after I
	var errs []error
	unknown := 0
	for {
		items, err := b.next(ctx, after)
		if err != nil {
			return settled, err
		}
		if len(items) == 0 {
			if unknown == 0 {
				errs = append(errs, b.over(ctx))
			}
			return settled, errors.Join(errs...)
		}
		after = items[len(items)-1]
		for len(items) > 0 {
			if goes, err := b.goes(ctx); err != nil || !goes {
				return settled, err
			}
			n := min(b.pace.width(), len(items))
			known, failed := together(ctx, items[:n], b)
			items = items[n:]
			settled += known
			unknown += n - known
			for _, err := range failed {
				if outage(ctx, err) {
					return settled, err
				}
			}
			errs = append(errs, failed...)
			b.pace.rest(ctx)
		}
	}
}

// together does some items side by side.
func together[I any](ctx context.Context, items []I, b bulk[I]) (known int, errs []error) {
	type fate struct {
		known bool
		err   error
	}
	fates := make([]fate, len(items))
	var wait sync.WaitGroup
	for i := range items {
		wait.Go(func() {
			begun := time.Now()
			fates[i].known, fates[i].err = b.one(ctx, items[i])
			b.pace.took(time.Since(begun))
		})
	}
	wait.Wait()
	for _, f := range fates {
		if f.known {
			known++
		}
		if f.err != nil {
			errs = append(errs, f.err)
		}
	}
	return known, errs
}

// pace lets the acts of people go first: as many acts at once as do not slow each other down. When they take more than twice as long
// as on a quiet machine, half as many go, and they rest as long as they took.
type pace struct {
	mu    sync.Mutex
	most  int
	now   int
	good  int
	quiet time.Duration
	times []time.Duration
}

// slack is what an act may take longer than on a quiet machine without being slow: chance.
const slack = 20 * time.Millisecond

func newPace(most int) *pace { return &pace{most: most, now: 1} }

func (p *pace) width() int {
	if p == nil {
		return 1
	}
	return p.now
}

func (p *pace) took(d time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times = append(p.times, d)
}

// rest judges the acts that were done side by side, and waits where they were slow.
func (p *pace) rest(ctx context.Context) {
	if p == nil || len(p.times) == 0 {
		return
	}
	wait := p.judge(slices.Max(p.times))
	p.times = p.times[:0]
	if wait == 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

func (p *pace) judge(slowest time.Duration) (wait time.Duration) {
	switch {
	case p.quiet == 0 || slowest < p.quiet:
		p.quiet = slowest
	default: // a machine that has become slower for good is not waited for for ever
		p.quiet += (slowest - p.quiet) / 200
	}
	if slowest > 2*p.quiet+slack {
		p.now, p.good = max(1, p.now/2), 0
		return slowest
	}
	if p.good++; p.good >= 8 && p.now < p.most {
		p.now, p.good = p.now+1, 0
	}
	return 0
}

// tell sends an act of a bulk to a dossier. It needs no row of its own: the item is asked again with the same id, and the dossier
// remembers it.
func (o *Office) tell(ctx context.Context, code string, req workflows.ActRequest) error {
	if err := o.health.ready(ctx, o.Engine); err != nil {
		return engineDown(err)
	}
	wait, cancel := context.WithTimeout(ctx, workflows.AwaitAct)
	defer cancel()
	o.starts.wait(wait, code)
	_, err := o.Engine.Act(wait, code, req)
	if errors.Is(err, workflows.ErrNotRunning) {
		_, err = o.sendAfterStart(wait, code, req)
	}
	if errors.Is(err, workflows.ErrDown) {
		o.health.failed()
		return engineDown(err)
	}
	return err
}
