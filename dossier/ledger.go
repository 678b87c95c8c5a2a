package dossier

import (
	"slices"
	"time"
)

// Segment is a stretch of a dossier's time that belongs to one step of one agency. Segments follow each other without gaps
// from acceptance on: counted and excluded minutes add up to the elapsed ones, to the minute (clock.md §3).
type Segment struct {
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Count   int       `json:"count"`
	Task    string    `json:"task"`
	Agency  string    `json:"agency"`
	Leg     string    `json:"leg"`
	Counted bool      `json:"counted"`
	Ground  string    `json:"ground,omitempty"`
	// Minutes are working minutes on the receiving point's calendar.
	Minutes int `json:"minutes"`
}

// Ledger accounts for all working time from acceptance to the finish, to the end, or to the given instant of an open dossier.
func Ledger(d Deps, s *State, at time.Time) ([]Segment, error) {
	if s.AcceptedAt.IsZero() {
		return nil, nil
	}
	r, err := newReckoner(d, s, r0(s, at))
	if err != nil {
		return nil, err
	}
	return r.ledger()
}

// r0 is the end of the accounted time.
func r0(s *State, at time.Time) time.Time {
	switch {
	case !s.FinishedAt.IsZero():
		return s.FinishedAt
	case !s.EndedAt.IsZero():
		return s.EndedAt
	}
	return latest(at, s.AcceptedAt)
}

func (r *reckoner) ledger() ([]Segment, error) {
	var out []Segment
	for _, i := range r.chain {
		v := &r.s.Visits[i]
		until := v.Closed
		if until.IsZero() {
			until = r.at
		}
		segs, err := r.split(v, v.Opened, earliest(until, r.at))
		if err != nil {
			return nil, err
		}
		out = append(out, segs...)
	}
	return out, nil
}

// split cuts a visit's time where a pause, an exclusion or a count begins or ends.
func (r *reckoner) split(v *Visit, from, until time.Time) ([]Segment, error) {
	cuts := []time.Time{from, until}
	add := func(t time.Time) {
		if t.After(from) && t.Before(until) {
			cuts = append(cuts, t)
		}
	}
	for _, p := range r.s.Pauses {
		add(p.From)
		add(cut(p.Until, p.Bound, r.at))
	}
	if x, ok := r.excludedVisit(v); ok {
		add(x.until)
	}
	for _, c := range r.s.Counts {
		add(c.Start)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	var out []Segment
	for i := 1; i < len(cuts); i++ {
		if !cuts[i].After(cuts[i-1]) {
			continue
		}
		seg := r.segment(v, cuts[i-1], cuts[i])
		var err error
		if seg.Minutes, err = r.cal.Between(seg.From, seg.Until); err != nil {
			return nil, err
		}
		out = append(out, seg)
	}
	return out, nil
}

func (r *reckoner) segment(v *Visit, from, until time.Time) Segment {
	seg := Segment{From: from, Until: until, Task: v.Task(), Agency: v.Agency, Leg: LegAgency, Counted: true}
	for _, c := range r.s.Counts {
		if !c.Start.After(from) {
			seg.Count = c.N
		}
	}
	st, _ := v.time(r.d.Plan)
	if st != nil && st.Leg != "" {
		seg.Leg = st.Leg
	}
	if x, ok := r.excludedVisit(v); ok && !from.Before(x.from) && from.Before(x.until) {
		seg.Counted, seg.Ground = false, st.Ground
	}
	for _, p := range r.s.Pauses {
		if !from.Before(p.From) && from.Before(cut(p.Until, p.Bound, r.at)) {
			seg.Counted, seg.Leg, seg.Ground = false, p.Leg, p.Ground
			break
		}
	}
	if seg.Count == 0 { // the legal clock starts at another agency's receipt
		seg.Counted, seg.Leg = false, LegHandOver
	}
	return seg
}

// LegHandOver is the time between acceptance and the receipt by the agency whose receipt starts the legal clock.
const LegHandOver = "hand_over"
