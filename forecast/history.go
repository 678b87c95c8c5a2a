package forecast

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"motcua/dice"
	"motcua/dossier"
)

// History is handed the journals of dossiers, past and open, one by one, and learns from them a model and how good it is.
type History struct {
	sources  Sources
	policy   Policy
	now      time.Time
	instants []time.Time
	samples  []sample
	probes   probes
	// texts are one copy of each id: a year of journals would hold a million of them.
	texts map[string]string
	// Dossiers is how many were read, Unread how many could not be, with the first reason.
	Dossiers, Unread int
	Reason           error
	// open is how many probes came to nothing because it is not known yet what becomes of them.
	open int
}

// NewHistory returns a history as of an instant; what was recorded later is not looked at.
func NewHistory(s Sources, p Policy, now time.Time) *History {
	h := &History{sources: s, policy: p, now: now, texts: map[string]string{}}
	for d := p.ProbeFrom; d >= p.ProbeUntil; d -= max(1, p.ProbeEvery) {
		h.instants = append(h.instants, now.AddDate(0, 0, -d))
	}
	return h
}

// From is the instant before which dossiers that ended are of no more use: those after it make the model or are probed.
func (p Policy) From(now time.Time) time.Time { return now.AddDate(0, 0, -p.Recent-p.ProbeFrom) }

// probe is a dossier as it stood at an instant, and what became of it.
type probe struct {
	key   uint64
	at    int // index of the instant
	state *dossier.State
	late  bool
}

// probes keep those with the smallest keys: a choice by name, whatever the order.
type probes []probe

func (p probes) Len() int           { return len(p) }
func (p probes) Less(i, k int) bool { return p[i].key > p[k].key }
func (p probes) Swap(i, k int)      { p[i], p[k] = p[k], p[i] }
func (p *probes) Push(x any)        { *p = append(*p, x.(probe)) } //nolint:forcetypeassert // container/heap hands back what was pushed
func (p *probes) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}

// Add reads a dossier. One that cannot be read is counted, not an error.
func (h *History) Add(code string, events []dossier.Event) {
	h.Dossiers++
	if err := h.read(code, events); err != nil {
		h.Unread++
		if h.Reason == nil {
			h.Reason = fmt.Errorf("%s: %w", code, err)
		}
	}
}

func (h *History) read(code string, events []dossier.Event) error {
	s := &dossier.State{}
	var seen []probe
	next, samples := 0, len(h.samples)
	for i := range events {
		e := &events[i]
		if e.Recorded.After(h.now) {
			break
		}
		for next < len(h.instants) && h.instants[next].Before(e.Recorded) {
			seen = h.probe(seen, s, code, next)
			next++
		}
		if err := h.sample(s, e); err != nil {
			h.samples = h.samples[:samples]
			return err
		}
		s.Apply(*e)
	}
	for ; next < len(h.instants); next++ {
		seen = h.probe(seen, s, code, next)
	}
	return h.settle(seen, s)
}

func (h *History) sample(s *dossier.State, e *dossier.Event) error {
	switch e.Body.(type) {
	case dossier.StepCompleted, dossier.SentBack, dossier.Finished:
	default:
		return nil
	}
	plan, err := h.sources.Plans(s.Plan)
	if err != nil {
		return err
	}
	x, ok, err := h.sources.ended(s, e, plan)
	if err != nil || !ok {
		return err
	}
	x.place = place{h.text(x.place.procedure), h.text(x.place.step), h.text(x.place.agency)}
	x.kind, x.outcome = h.text(x.kind), h.text(x.outcome)
	h.samples = append(h.samples, x)
	return nil
}

func (h *History) text(s string) string {
	if t, ok := h.texts[s]; ok {
		return t
	}
	h.texts[s] = s
	return s
}

// probe keeps how a dossier stands at an instant, if it is in hand and its key is among the smallest.
func (h *History) probe(seen []probe, s *dossier.State, code string, at int) []probe {
	if s.Stage != dossier.StageRunning || len(s.Counts) == 0 {
		return seen
	}
	key := dice.Mix(dice.Named(2, code) + uint64(h.instants[at].Unix())) //nolint:gosec // an instant of our time
	if len(h.probes) >= h.policy.Probes && key >= h.probes[0].key {
		return seen
	}
	return append(seen, probe{key: key, at: at, state: s.Clone()})
}

// settle says what became of the probes of a dossier.
func (h *History) settle(seen []probe, end *dossier.State) error {
	if len(seen) == 0 {
		return nil
	}
	deps, err := h.sources.deps(end)
	if err != nil {
		return err
	}
	v, err := dossier.Judge(deps, end, h.now)
	if err != nil {
		return err
	}
	for _, p := range seen {
		a := end.Reappointed
		moved := a != nil && a.At.After(h.instants[p.at]) // the promise that stood then was given up
		switch {
		case v.Class == dossier.ClassLate || moved:
			p.late = true
		case end.FinishedAt.IsZero():
			if !end.Stage.Closed() {
				h.open++
			}
			continue // withdrawn or stopped in time, or nobody knows yet
		}
		heap.Push(&h.probes, p)
		if len(h.probes) > h.policy.Probes {
			heap.Pop(&h.probes)
		}
	}
	return nil
}

// Learn makes the model of now, and forecasts the past with the models of then.
func (h *History) Learn() (*Model, Calibration) {
	slices.SortStableFunc(h.samples, func(a, b sample) int { return int(a.known - b.known) })
	slices.SortFunc(h.probes, func(a, b probe) int {
		if a.at != b.at {
			return a.at - b.at
		}
		if a.key < b.key {
			return -1
		}
		return 1
	})
	l := newLearner(h.policy)
	c := newTrial(h.policy)
	i, k := 0, 0
	for at, instant := range h.instants {
		for ; i < len(h.samples) && h.samples[i].known <= instant.Unix(); i++ {
			l.add(&h.samples[i])
		}
		if k == len(h.probes) || h.probes[k].at != at {
			continue
		}
		f := New(l.model(instant), h.sources)
		for ; k < len(h.probes) && h.probes[k].at == at; k++ {
			c.add(f, &h.probes[k], instant)
		}
	}
	for ; i < len(h.samples); i++ {
		l.add(&h.samples[i])
	}
	return l.model(h.now), c.result(h)
}
