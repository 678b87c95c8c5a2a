package library

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// TestEveryProcedureRunsToEveryOutcome drives the pure machine through every shipped procedure: in every case of its facts
// every outcome of every step that the case can reach is taken at least once, every step is opened in some case, and every
// dossier comes to an end. On the way the machine refuses nothing; counted and excluded time add up to the elapsed; and a
// dossier whose every step ends at its last minute is on time (clock.md §7).
func TestEveryProcedureRunsToEveryOutcome(t *testing.T) {
	t.Parallel()
	book, err := calendars(t).Book("nation")
	require.NoError(t, err)
	for code, plan := range plansByCode(t) {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			opened := map[string]bool{}
			for _, holds := range factCases(t, plan) {
				w := newWalker(t, plan, book.Calendar(), holds)
				w.all()
				for step := range w.reached {
					opened[step] = true
				}
			}
			for i := range plan.Exec.Steps {
				require.True(t, opened[plan.Exec.Steps[i].ID], "no case of facts opens %s", plan.Exec.Steps[i].ID)
			}
		})
	}
}

// factCases are the different sets of conditions that the values of the declared facts give.
func factCases(t *testing.T, p *procedure.Plan) [][]string {
	t.Helper()
	assignments := []map[string]any{{}}
	for _, f := range p.Facts {
		values := []any{false, true}
		if f.Type != procedure.FactBool {
			require.Equal(t, procedure.FactString, f.Type, "%s: a fact without an end of values has no cases", f.Name)
			require.NotEmpty(t, f.Values, f.Name)
			values = nil
			for _, v := range f.Values {
				values = append(values, v)
			}
		}
		var longer []map[string]any
		for _, a := range assignments {
			for _, v := range values {
				b := map[string]any{f.Name: v}
				for name, known := range a {
					b[name] = known
				}
				longer = append(longer, b)
			}
		}
		assignments = longer
	}
	var cases [][]string
	for _, a := range assignments {
		holds, err := p.Evaluate(a)
		require.NoError(t, err)
		if !slices.ContainsFunc(cases, func(c []string) bool { return slices.Equal(c, holds) }) {
			cases = append(cases, holds)
		}
	}
	return cases
}

// walkStarts are instants of receipt in a stretch without public holidays: a day limit in calendar days promises an ordinary
// week only, and lint reckons with one. Early and late in the day, at the cut-off, in the last minute of a week.
func walkStarts() []time.Time {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 5, day, hour, minute, 0, 0, calendar.Zone())
	}
	return []time.Time{at(4, 7, 30), at(7, 15, 0), at(8, 16, 59), at(6, 9, 47), at(5, 11, 29), at(7, 15, 1), at(9, 20, 0)}
}

// walker takes every outcome of one case of facts.
type walker struct {
	t     *testing.T
	plan  *procedure.Plan
	cal   *calendar.Calendar
	holds []string
	// reached are the steps that the case can open, left the outcomes not taken yet ("step:outcome").
	reached map[string]bool
	left    map[string]bool
}

func newWalker(t *testing.T, plan *procedure.Plan, cal *calendar.Calendar, holds []string) *walker {
	w := &walker{t: t, plan: plan, cal: cal, holds: holds, reached: map[string]bool{}, left: map[string]bool{}}
	front := []string{plan.Exec.Start}
	for len(front) > 0 {
		id := front[0]
		front = front[1:]
		if w.reached[id] {
			continue
		}
		w.reached[id] = true
		for _, o := range w.step(id).Outcomes {
			w.left[id+":"+o.Name] = true
			front = append(front, w.targets(&o)...)
		}
	}
	return w
}

func (w *walker) step(id string) *procedure.Step {
	st, ok := w.plan.Exec.Step(id)
	require.True(w.t, ok, id)
	return st
}

// targets are the steps that an outcome leads to in this case.
func (w *walker) targets(o *procedure.Outcome) (to []string) {
	conditional := false
	for _, e := range o.Edges {
		if e.Else && conditional || e.When != "" && !slices.Contains(w.holds, e.When) {
			continue
		}
		conditional = conditional || e.When != ""
		to = append(to, e.To)
	}
	return to
}

// all walks until nothing is left; each walk takes something new.
func (w *walker) all() {
	for n := 0; len(w.left) > 0; n++ {
		before := len(w.left)
		r := w.walk(n, nil)
		require.Less(w.t, len(w.left), before, "%v: never taken: %v", w.holds, w.left)
		if r.again { // time is spent twice: walk the same way with the budgets shared out over the visits
			r = w.walk(n, r.picks)
		}
		r.check()
	}
}

// walkRun is one dossier on its way.
type walkRun struct {
	*walker
	deps  dossier.Deps
	state *dossier.State
	now   time.Time
	// picks are the outcomes taken by task; given, they are followed, else chosen.
	picks map[string]string
	given bool
	// again says that a step was opened a second time.
	again bool
}

func (w *walker) walk(n int, picks map[string]string) *walkRun {
	r := &walkRun{walker: w, state: &dossier.State{}, picks: picks, given: picks != nil, now: walkStarts()[n%len(walkStarts())]}
	if !r.given {
		r.picks = map[string]string{}
	}
	r.deps = dossier.Deps{Plan: &w.plan.Exec, Policy: dossier.DefaultPolicy(), Calendars: func(string) (*calendar.Calendar, error) { return w.cal, nil }}
	facts := &dossier.IntakeFacts{Code: "THU-000101-0001", Channel: dossier.ChannelCounter, Receiving: "noi-nhan", Lead: "co-quan",
		Calendars: []dossier.AgencyCalendar{{Agency: "noi-nhan", Hash: w.cal.Hash()}}}
	r.do(dossier.Act{Kind: dossier.ActSubmit, Intake: facts, Conditions: w.holds})
	r.do(dossier.Act{Kind: dossier.ActAccept})
	for range 1000 {
		if r.state.Stage != dossier.StageRunning {
			break
		}
		r.next()
	}
	require.Equal(w.t, dossier.StageFinished, r.state.Stage, "%v: does not end", r.picks)
	r.do(dossier.Act{Kind: dossier.ActReturn})
	return r
}

func (r *walkRun) do(a dossier.Act) {
	a.At = r.now
	_, err := dossier.Do(r.deps, r.state, a, r.now)
	require.NoError(r.t, err, "%s %s %s on the way %v", a.Kind, a.Task, a.Outcome, r.picks)
}

// next lets the clock do what it does by itself up to the first task that ends, and ends that task.
func (r *walkRun) next() {
	var first *dossier.Visit
	var at time.Time
	for i := range r.state.Visits {
		v := &r.state.Visits[i]
		if !v.Open() || r.step(v.Step).Wait == procedure.WaitTime {
			continue
		}
		if end := r.lastMinute(v); first == nil || end.Before(at) {
			first, at = v, end
		}
	}
	alarm, armed, err := dossier.NextAlarm(r.deps, r.state, r.now)
	require.NoError(r.t, err)
	if armed && (first == nil || alarm.At.Before(at)) {
		r.until(alarm.At)
		r.do(dossier.Act{Kind: dossier.ActAlarm})
		return
	}
	require.NotNil(r.t, first, "nothing to do on the way %v", r.picks)
	r.until(at)
	task, st := first.Task(), r.step(first.Step)
	switch {
	case st.Kind == procedure.StepReturn:
		r.do(dossier.Act{Kind: dossier.ActFinish, Task: task})
	case st.Wait == procedure.WaitPayment:
		r.do(dossier.Act{Kind: dossier.ActConfirmPayment, Payment: task})
	case st.Kind == procedure.StepSub:
		r.do(dossier.Act{Kind: dossier.ActEndChild, By: dossier.ByLink, Task: task, Outcome: r.choose(task, st)})
	default:
		r.do(dossier.Act{Kind: dossier.ActComplete, Task: task, Outcome: r.choose(task, st)})
	}
	for i := range r.state.Visits {
		v := &r.state.Visits[i]
		r.again = r.again || v.N > 1
		delete(r.left, v.Step+":"+v.Outcome)
	}
}

// until lets time pass; it never runs back, though a reminder may have been due before a wait that ended.
func (r *walkRun) until(at time.Time) {
	if at.After(r.now) {
		r.now = at
	}
}

// lastMinute is when a task ends: as its budget or its calendar limit runs out; what has no limit of its own ends after a
// day outside the clock, at once inside it.
func (r *walkRun) lastMinute(v *dossier.Visit) time.Time {
	st := r.step(v.Step)
	end, err := v.Opened, error(nil)
	switch {
	case v.Budget > 0:
		budget := v.Budget
		if r.given {
			budget /= max(1, st.MaxVisits)
		}
		end, err = r.cal.Advance(v.Opened, budget)
	case !st.Limit.IsZero():
		end, err = r.cal.Add(v.Opened, st.Limit)
	case st.Excluded:
		end, err = r.cal.Advance(v.Opened, calendar.MinutesPerWorkingDay)
	}
	require.NoError(r.t, err)
	return end
}

// choose takes an outcome that was not taken yet, else the one nearest to such; never one into a step that has had all its
// visits.
func (r *walkRun) choose(task string, st *procedure.Step) string {
	if !r.given {
		best, distance := "", 0
		for _, o := range st.Outcomes {
			if r.spent(&o) {
				continue
			}
			d := 0
			if !r.left[st.ID+":"+o.Name] {
				d = 1 + r.distance(r.targets(&o))
			}
			if best == "" || d < distance {
				best, distance = o.Name, d
			}
		}
		r.picks[task] = best
	}
	return r.picks[task]
}

func (r *walkRun) spent(o *procedure.Outcome) bool {
	return slices.ContainsFunc(r.targets(o), func(to string) bool {
		visits := 0
		for i := range r.state.Visits {
			if r.state.Visits[i].Step == to {
				visits++
			}
		}
		st := r.step(to)
		return st.MaxVisits > 0 && visits >= st.MaxVisits
	})
}

// distance is the number of steps from some to the nearest with an outcome left.
func (r *walkRun) distance(from []string) int {
	seen := map[string]bool{}
	for d := 0; len(from) > 0; d++ {
		var further []string
		for _, id := range from {
			if seen[id] {
				continue
			}
			seen[id] = true
			for _, o := range r.step(id).Outcomes {
				if r.left[id+":"+o.Name] {
					return d
				}
				further = append(further, r.targets(&o)...)
			}
		}
		from = further
	}
	return len(r.plan.Exec.Steps)
}

// check holds what must be true of every dossier that reached its end.
func (r *walkRun) check() {
	t, s := r.t, r.state
	way := fmt.Sprintf("%s: %v %v", s.AcceptedAt.Format(time.DateTime), r.holds, r.picks)
	require.Equal(t, dossier.StageReturned, s.Stage, way)
	last := slices.MaxFunc(s.Visits, func(a, b dossier.Visit) int { return cmp.Compare(a.Opened.Unix(), b.Opened.Unix()) })
	require.Equal(t, r.step(last.Step).Refusal, s.Refusal, way)

	ledger, err := dossier.Ledger(r.deps, s, r.now)
	require.NoError(t, err)
	counted, excluded := 0, 0
	for _, g := range ledger {
		if g.Counted {
			counted += g.Minutes
		} else {
			excluded += g.Minutes
		}
	}
	elapsed, err := r.cal.Between(s.AcceptedAt, s.FinishedAt)
	require.NoError(t, err)
	require.Equal(t, elapsed, counted+excluded, way)

	v, err := dossier.Judge(r.deps, s, r.now)
	require.NoError(t, err)
	view, err := dossier.Look(r.deps, s, r.now)
	require.NoError(t, err)
	require.Contains(t, []string{dossier.ClassEarly, dossier.ClassOnTime}, v.Class,
		"%s\nreceived %s, due %s, finished %s, counted %d, excluded %d", way, s.AcceptedAt, view.DueAt, s.FinishedAt, counted, excluded)
	require.Empty(t, v.Charges, way)
	for _, f := range s.Fired {
		require.False(t, strings.HasPrefix(f.Rung, "den-han"), way)
	}
}
