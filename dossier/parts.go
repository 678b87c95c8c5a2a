package dossier

import (
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// States of a part of a merged procedure.
const (
	PartWaiting = "waiting" // an earlier part is not done yet
	PartOpen    = "open"
	PartDone    = "done"    // its result is signed
	PartRefused = "refused" // refused after appraisal, or together with the part that was
	PartEnded   = "ended"   // the dossier ended before the part had a result
)

// PartView is one procedure inside a merged dossier: its own state, result and time (clock.md §11).
type PartView struct {
	Part  string `json:"part"`
	Code  string `json:"code"`
	State string `json:"state"`
	// DoneAt is when its result was signed. Results are issued then; only the last part's is handed over.
	DoneAt  time.Time `json:"done_at,omitzero"`
	Results []string  `json:"results,omitempty"`
	// Minutes are the counted working minutes of its steps.
	Minutes int `json:"minutes"`
}

// remaining is the limit that a restart runs again: of a merged procedure in sequence, the parts not yet done; zero: the whole.
func (m *machine) remaining() (l calendar.Limit) {
	if m.d.Plan.Merged == nil || len(m.s.Counts) == 0 {
		return l
	}
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if st, ok := m.d.Plan.Step(v.Step); ok && v.Open() && st.Part != "" {
			if left := m.d.Plan.Remaining(m.s.Commitment, st.Part); left != m.s.Commitment.Committed {
				return left
			}
		}
	}
	return l
}

// cancelOthers ends the tasks of the other parts: what is refused in one is refused in all that still run.
func (m *machine) cancelOthers(step string) {
	for i := range m.s.Visits {
		if v := &m.s.Visits[i]; v.Open() && v.Step != step {
			m.emit(StepCancelled{Task: v.Task(), Cause: "refused"})
		}
	}
}

// Parts tells how each part of a merged procedure stands as of an instant; none of one that is not merged.
func Parts(d Deps, s *State, at time.Time) ([]PartView, error) {
	r, err := newReckoner(d, s, r0(s, minute(at)))
	if err != nil {
		return nil, err
	}
	return r.parts()
}

func (r *reckoner) parts() ([]PartView, error) {
	merged := r.d.Plan.Merged
	if merged == nil || r.s.AcceptedAt.IsZero() {
		return nil, nil
	}
	segments, err := r.ledger()
	if err != nil {
		return nil, err
	}
	minutes := map[string]int{}
	for _, g := range segments {
		if v := r.visitOf(g.Task); v != nil && g.Counted {
			minutes[r.partOf(v)] += g.Minutes
		}
	}
	out := make([]PartView, 0, len(merged.Parts))
	for i := range merged.Parts {
		p := &merged.Parts[i]
		v := PartView{Part: p.ID, Code: p.Code, Minutes: minutes[p.ID]}
		v.State, v.DoneAt = r.partState(i)
		if v.State == PartDone {
			v.Results = p.Results
		}
		out = append(out, v)
	}
	return out, nil
}

// partState: a part is done when the flow has left it for the next part or for the final return.
func (r *reckoner) partState(i int) (string, time.Time) {
	merged := r.d.Plan.Merged
	begun, open, left := false, false, time.Time{}
	for k := range r.s.Visits {
		v := &r.s.Visits[k]
		st, ok := v.time(r.d.Plan)
		if !ok || st.Part != merged.Parts[i].ID {
			continue
		}
		if st.Kind == procedure.StepReturn && st.Refusal {
			return PartRefused, zeroTime
		}
		begun = true
		open = open || v.Open()
		if !v.Cancelled {
			left = latest(left, v.Closed)
		}
	}
	waitsForJoin := false
	for _, a := range r.s.Arrived {
		waitsForJoin = waitsForJoin || r.partOf(&r.s.Visits[a.Visit]) == merged.Parts[i].ID
	}
	switch passed := r.begun(i+1) || waitsForJoin || !r.s.FinishedAt.IsZero() && !r.s.Refusal; {
	case begun && !open && passed && (merged.Rule == procedure.MergeSequence || !r.s.Refusal):
		return PartDone, left
	case r.s.Refusal:
		return PartRefused, zeroTime
	case r.s.Stage.Closed():
		return PartEnded, zeroTime
	case begun:
		return PartOpen, zeroTime
	}
	return PartWaiting, zeroTime
}

// begun says whether a later part in sequence has begun.
func (r *reckoner) begun(i int) bool {
	merged := r.d.Plan.Merged
	if merged.Rule != procedure.MergeSequence || i >= len(merged.Parts) {
		return false
	}
	for k := range r.s.Visits {
		if r.partOf(&r.s.Visits[k]) == merged.Parts[i].ID {
			return true
		}
	}
	return false
}

func (r *reckoner) partOf(v *Visit) string {
	if st, ok := v.time(r.d.Plan); ok {
		return st.Part
	}
	return ""
}

func (r *reckoner) visitOf(task string) *Visit {
	for i := range r.s.Visits {
		if r.s.Visits[i].Task() == task {
			return &r.s.Visits[i]
		}
	}
	return nil
}
