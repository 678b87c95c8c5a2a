package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// Pace is how fast imagined officers work.
type Pace string

// The paces.
const (
	PaceNone Pace = ""
	PaceHalf Pace = "half"
	PaceFull Pace = "full"
)

// nextByPace is the completion that an imagined officer does next; none while the dossier stands still.
func (r *runner) nextByPace() (*dossier.Act, time.Time, error) {
	if r.sc.Pace == PaceNone || r.state.Stage != dossier.StageRunning && r.state.Stage != dossier.StageFinished {
		return nil, time.Time{}, nil
	}
	if slices.ContainsFunc(r.state.Pauses, func(p dossier.Pause) bool { return p.Until.IsZero() }) {
		return nil, time.Time{}, nil
	}
	v, err := dossier.Look(r.deps, r.state, r.now)
	if err != nil {
		return nil, time.Time{}, err
	}
	var best *dossier.Act
	var bestAt time.Time
	for _, t := range v.Tasks {
		if r.scripted(t) {
			continue
		}
		a, at, err := r.complete(t)
		if err != nil {
			return nil, time.Time{}, err
		}
		if a != nil && (best == nil || at.Before(bestAt)) {
			best, bestAt = a, at
		}
	}
	return best, bestAt, nil
}

// scripted says that an act still to come names this task or its step: the officer waits for it.
func (r *runner) scripted(t dossier.TaskView) bool {
	return slices.ContainsFunc(r.acts, func(i int) bool {
		task := r.sc.Acts[i].Task
		return task == t.Task || task == t.Step
	})
}

func (r *runner) complete(t dossier.TaskView) (*dossier.Act, time.Time, error) {
	a := dossier.Act{Kind: dossier.ActComplete, Task: t.Task, Outcome: r.sc.Choose[t.Step]}
	if a.Outcome == "" && len(t.Outcomes) > 0 {
		a.Outcome = t.Outcomes[0]
	}
	switch {
	case t.Return && r.state.Stage == dossier.StageFinished:
		return &dossier.Act{Kind: dossier.ActReturn}, r.now, nil
	case t.Return:
		a = dossier.Act{Kind: dossier.ActFinish, Task: t.Task}
	case t.Procedure != "": // the imagined other dossier ends when this step's time is used, with its result
		a.Kind, a.By, a.Outcome = dossier.ActEndChild, dossier.ByLink, cmp.Or(r.sc.Choose[t.Step], procedure.SubFinished)
	case t.Wait == procedure.WaitTime:
		return nil, time.Time{}, nil // its own alarm ends it
	case t.Wait == procedure.WaitPayment:
		a = dossier.Act{Kind: dossier.ActConfirmPayment, Payment: t.Task}
	}
	at, err := r.endOf(t)
	return &a, at, err
}

// endOf is when an imagined officer ends a task: after the share of its budget that the pace takes, or of its wait where it
// is one of calendar time. A task without any limit is ended as it opens.
func (r *runner) endOf(t dossier.TaskView) (time.Time, error) {
	st, ok := r.sc.Plan.Step(t.Step)
	i := slices.IndexFunc(r.state.Visits, func(v dossier.Visit) bool { return v.Open() && v.Task() == t.Task })
	if !ok || i < 0 {
		return time.Time{}, fmt.Errorf("no open task %q", t.Task)
	}
	v := &r.state.Visits[i]
	start := v.Opened
	if v.Restarted.After(start) {
		start = v.Restarted
	}
	if v.Budget == 0 && !st.Limit.IsZero() {
		end, err := r.sc.Calendar.Add(start, st.Limit)
		if err == nil && r.sc.Pace == PaceHalf {
			end = start.Add(end.Sub(start) / 2).Truncate(time.Minute)
		}
		return end, err
	}
	budget := v.Budget
	if r.sc.Pace == PaceHalf {
		budget /= 2
	}
	worked, err := r.worked(start)
	if err != nil {
		return time.Time{}, err
	}
	if r.now.Before(start) {
		return r.sc.Calendar.Advance(start, budget)
	}
	if worked >= budget {
		return r.now, nil
	}
	return r.sc.Calendar.Advance(r.now, budget-worked)
}

// worked are the working minutes from an instant to now outside the pauses of the whole dossier.
func (r *runner) worked(from time.Time) (int, error) {
	pauses := slices.Clone(r.state.Pauses)
	slices.SortFunc(pauses, func(a, b dossier.Pause) int { return cmp.Compare(a.From.Unix(), b.From.Unix()) })
	n := 0
	for _, p := range append(pauses, dossier.Pause{From: r.now}) {
		if p.From.After(from) {
			m, err := r.sc.Calendar.Between(from, p.From)
			if err != nil {
				return 0, err
			}
			n += m
		}
		if p.Until.After(from) {
			from = p.Until
		}
	}
	return n, nil
}
