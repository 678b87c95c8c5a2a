package office

import (
	"context"
	"errors"
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
	// one does an item and notes in it what became of it; known is false while its fate is not known.
	one func(ctx context.Context, item *I) (known bool, err error)
	// settle stores what became of some items. What is lost before that is found again: an act done twice is done once.
	settle func(ctx context.Context, items []I) error
	// over ends the work, where every fate is known.
	over func(ctx context.Context) error
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
		known, goes, failed := sideBySide(ctx, b, items)
		if err := b.settle(ctx, known); err != nil {
			return settled, errors.Join(append(failed, err)...)
		}
		settled += len(known)
		if unknown += len(items) - len(known); !goes {
			return settled, errors.Join(failed...)
		}
		errs = append(errs, failed...)
	}
}

// sideBySide does some items, as many at once as the pace allows; goes is false where the work is not to go on.
func sideBySide[I any](ctx context.Context, b bulk[I], items []I) (known []I, goes bool, errs []error) {
	var mu sync.Mutex
	var wait sync.WaitGroup
	done, over := make([]bool, len(items)), false
	note := func(err error, end bool) {
		mu.Lock()
		defer mu.Unlock()
		if over = over || end || outage(ctx, err); err != nil {
			errs = append(errs, err)
		}
	}
	ended := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return over
	}
	for i := range items {
		if err := b.pace.begin(ctx); err != nil {
			note(err, true)
			break
		}
		more, err := b.goes(ctx)
		if note(err, err != nil || !more); ended() {
			b.pace.leave()
			break
		}
		wait.Go(func() {
			begun := time.Now()
			known, err := b.one(ctx, &items[i])
			b.pace.end(begun, time.Now())
			note(err, false)
			done[i] = known
		})
	}
	wait.Wait()
	for i := range items {
		if done[i] {
			known = append(known, items[i])
		}
	}
	return known, !over, errs
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
