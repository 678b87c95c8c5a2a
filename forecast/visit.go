package forecast

import (
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Sources are what events and states refer to.
type Sources struct {
	Plans     func(hash string) (*procedure.Executable, error)
	Calendars func(hash string) (*calendar.Calendar, error)
	Law       dossier.Policy
}

func (s Sources) deps(st *dossier.State) (dossier.Deps, error) {
	plan, err := s.Plans(st.Plan)
	return dossier.Deps{Plan: plan, Calendars: s.Calendars, Policy: s.Law}, err
}

// calendarOf is the pinned calendar of an agency, else the first.
func (s Sources) calendarOf(st *dossier.State, agency string) (*calendar.Calendar, error) {
	hash := ""
	if len(st.Calendars) > 0 {
		hash = st.Calendars[0].Hash
	}
	for _, c := range st.Calendars {
		if c.Agency == agency {
			hash = c.Hash
		}
	}
	return s.Calendars(hash)
}

// worked are the working minutes of a visit up to an instant, without those in which the whole dossier stood still.
func (s Sources) worked(st *dossier.State, v *dossier.Visit, until time.Time) (int, error) {
	cal, err := s.calendarOf(st, v.Agency)
	if err != nil || !until.After(v.Opened) {
		return 0, err
	}
	n, err := cal.Between(v.Opened, until)
	if err != nil {
		return 0, err
	}
	var counted time.Time // pauses may overlap: no minute is taken out twice
	for _, p := range st.Pauses {
		from, end := p.From, p.Until
		if from.Before(v.Opened) {
			from = v.Opened
		}
		if from.Before(counted) {
			from = counted
		}
		if end.IsZero() || end.After(until) {
			end = until
		}
		if !end.After(from) {
			continue
		}
		m, err := cal.Between(from, end)
		if err != nil {
			return 0, err
		}
		n, counted = n-m, end
	}
	return max(0, n), nil
}

// sentBack is the way out of a visit that sent the dossier back to a step.
const sentBack = "sent_back:"

// sample is a visit that ended: where, after how many minutes, by which way, and when that became known.
type sample struct {
	place   place
	kind    string
	minutes int32
	// used is the share of the budget in per mille, -1 where there was none.
	used    int32
	outcome string
	known   int64
}

// place is a step of a procedure at an agency; without an agency, at any.
type place struct{ procedure, step, agency string }

// ended reads from an event and the state before it the visit that it ended.
func (s Sources) ended(st *dossier.State, e *dossier.Event, plan *procedure.Executable) (out sample, ok bool, err error) {
	task := ""
	switch b := e.Body.(type) {
	case dossier.StepCompleted:
		task, out.outcome = b.Task, b.Outcome
	case dossier.SentBack:
		task, out.outcome = b.Task, sentBack+b.To
	case dossier.Finished:
		for i := range st.Visits {
			if v := &st.Visits[i]; v.Open() {
				if x, known := plan.Step(v.Step); known && x.Kind == procedure.StepReturn && x.Confirm {
					task = v.Task()
				}
			}
		}
	}
	if task == "" {
		return out, false, nil
	}
	for i := range st.Visits {
		v := &st.Visits[i]
		if !v.Open() || v.Task() != task {
			continue
		}
		x, known := plan.Step(v.Step)
		if !known || x.Kind == procedure.StepAutomatic {
			return out, false, nil
		}
		n, err := s.worked(st, v, e.At)
		if err != nil {
			return out, false, err
		}
		out.place, out.kind, out.minutes, out.used, out.known = place{st.Procedure, v.Step, v.Agency}, kindOf(x), int32(n), -1, e.Recorded.Unix() //nolint:gosec // working minutes of a visit
		if b, err := x.Limit.BudgetMinutes(); err == nil && b > 0 {
			out.used = int32(n * 1000 / b) //nolint:gosec // a visit of a thousand times its budget is far below the bound
		}
		return out, true, nil
	}
	return out, false, nil
}

// kindOf is what steps of all procedures are compared by: the kind of the step, whose work it is, and whether its time counts.
func kindOf(st *procedure.Step) string {
	k := st.Kind + "/" + st.Wait + "/" + st.Role
	if st.Excluded {
		k += "/excluded"
	}
	return k
}
