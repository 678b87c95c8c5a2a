package office

import (
	"context"
	"sync"
	"time"
)

// pace lets the acts of people go before those of a bulk: as many of these at once as do not slow each other down. When one takes more
// than twice as long as on a quiet machine, one fewer goes, and none begins for half as long as it took.
type pace struct {
	mu sync.Mutex
	// most and now are how many may go at once, at the most and at present; flying are those that go.
	most, now, flying int
	// good acts were done since the last change.
	good int
	// quiet is what one takes on a quiet machine.
	quiet time.Duration
	// slowed is when the last slow one ended, rest until when none begins.
	slowed, rest time.Time
	// freed is sent to when one has ended.
	freed chan struct{}
}

const (
	// slack is what an act may take longer than on a quiet machine without being slow: chance.
	slack = 20 * time.Millisecond
	// goodRun acts in a row that were not slow, for each that goes at once, let one more go.
	goodRun = 8
)

func newPace(most int) *pace { return &pace{most: most, now: 1, freed: make(chan struct{}, 1)} }

// begin waits until another act may begin; end or leave gives its place back.
func (p *pace) begin(ctx context.Context) error {
	for {
		p.mu.Lock()
		wait := time.Until(p.rest)
		if p.flying < p.now && wait <= 0 {
			p.flying++
			p.mu.Unlock()
			return ctx.Err()
		}
		if wait <= 0 {
			wait = time.Second
		}
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.freed:
		case <-time.After(wait):
		}
	}
}

// leave gives the place of an act back that did not begin.
func (p *pace) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying--
	select {
	case p.freed <- struct{}{}:
	default:
	}
}

// end gives the place of an act back and judges how long it took.
func (p *pace) end(begun, ended time.Time) {
	defer p.leave()
	p.mu.Lock()
	defer p.mu.Unlock()
	took := ended.Sub(begun)
	switch {
	case p.quiet == 0 || took < p.quiet:
		p.quiet = took
	default: // a machine that has become slower for good is not waited for for ever
		p.quiet += (took - p.quiet) / 200
	}
	switch {
	case took <= 2*p.quiet+slack:
		if p.good++; p.good >= goodRun*p.now && p.now < p.most {
			p.now, p.good = p.now+1, 0
		}
	case begun.After(p.slowed): // those that went beside a slow one are slow for the same reason
		p.now, p.good = max(1, p.now-1), 0
		p.slowed, p.rest = ended, ended.Add(took/2)
	}
}
