package forecast

import (
	"errors"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dice"
	"motcua/dossier"
	"motcua/procedure"
)

// Forecast is what is likely to become of an open dossier.
type Forecast struct {
	// Probability of finishing after the promise; meaningless where Thin names steps.
	Probability float64   `json:"probability"`
	Due         time.Time `json:"due"`
	// Expected is when half of the drawn futures have finished, Likely when nine in ten have. While the dossier waits for somebody
	// outside they are reckoned as if it went on now.
	Expected time.Time `json:"expected"`
	Likely   time.Time `json:"likely"`
	// Left are the counted working minutes until the promise, Needs those that half of the futures need.
	Left  int `json:"left"`
	Needs int `json:"needs"`
	// Step is the one that takes most of the counted time still to come, on average StepMinutes at Agency.
	Step        string `json:"step,omitempty"`
	Agency      string `json:"agency,omitempty"`
	StepMinutes int    `json:"step_minutes,omitempty"`
	// Basis is the widest history that something was drawn from.
	Basis string `json:"basis,omitempty"`
	// Thin are steps on the way without a history.
	Thin []string `json:"thin,omitempty"`
	// Waiting: the clock stands still.
	Waiting bool `json:"waiting,omitempty"`
}

// What a step's time is drawn from, the closest first.
const (
	BasisAgency = "agency" // the same step at the same agency
	BasisStep   = "step"   // the same step at any agency
	BasisKind   = "kind"   // the share of their budget that steps of its kind take
)

// ErrNotForecast is why there is nothing to forecast: the dossier is not in hand, promises nothing, or is late already.
var ErrNotForecast = errors.New("nothing to forecast")

// Forecaster forecasts dossiers on a model. It is not for several goroutines at once.
type Forecaster struct {
	model   *Model
	sources Sources
	routes  map[*procedure.Executable]*route
	draw    draw
}

// New returns a forecaster.
func New(m *Model, s Sources) *Forecaster {
	m.index()
	return &Forecaster{model: m, sources: s, routes: map[*procedure.Executable]*route{}}
}

// Of forecasts a dossier as it stands at an instant.
func (f *Forecaster) Of(st *dossier.State, at time.Time) (Forecast, error) {
	var out Forecast
	if st.Stage != dossier.StageRunning || len(st.Counts) == 0 {
		return out, ErrNotForecast
	}
	deps, err := f.sources.deps(st)
	if err != nil {
		return out, err
	}
	v, err := dossier.Look(deps, st, at)
	if err != nil {
		return out, err
	}
	if v.DueAt.IsZero() || v.Verdict.Class == dossier.ClassLate {
		return out, ErrNotForecast
	}
	cal, err := f.sources.calendarOf(st, st.Receiving)
	if err != nil {
		return out, err
	}
	out.Due, out.Waiting = v.DueAt, v.Paused
	if out.Due, err = restarted(cal, st, at, out.Due); err != nil {
		return out, err
	}
	if out.Due.After(at) {
		if out.Left, err = cal.Between(at, out.Due); err != nil {
			return out, err
		}
	}
	return out, f.futures(st, at, deps.Plan, cal, &out)
}

// restarted is the promise as it will be where the applicant was asked for papers that start the limit anew.
func restarted(cal *calendar.Calendar, st *dossier.State, at, due time.Time) (time.Time, error) {
	n := len(st.Supplements)
	if n == 0 || !st.Supplements[n-1].Pending() || st.Supplements[n-1].Effect != procedure.EffectRestart || st.Commitment.Committed.IsZero() {
		return due, nil
	}
	return cal.Add(at, st.Commitment.Committed)
}

// futures draws what is to come.
func (f *Forecaster) futures(st *dossier.State, at time.Time, plan *procedure.Executable, cal *calendar.Calendar, out *Forecast) error {
	r, ok := f.routes[plan]
	if !ok {
		r = newRoute(plan)
		f.routes[plan] = r
	}
	d := &f.draw
	d.prepare(f.model, r, st)
	if err := d.begin(f.sources, st, at); err != nil {
		return err
	}
	draws := f.model.Policy.Draws
	key := dice.Named(0, st.Code)
	needs, ends, late := make([]int, draws), make([]int, draws), 0
	for i := range draws {
		d.future(dice.Mix(key + uint64(i)))
		needs[i], ends[i] = d.counted, d.end
		if d.counted > out.Left {
			late++
		}
	}
	if out.Thin = d.thin(draws, f.model.Policy.Thin); len(out.Thin) > 0 {
		return nil
	}
	out.Probability, out.Basis = float64(late)/float64(draws), [...]string{BasisAgency, BasisStep, BasisKind}[d.widest]
	slices.Sort(needs)
	slices.Sort(ends)
	out.Needs = needs[draws/2]
	var err error
	if out.Expected, err = cal.Advance(at, ends[draws/2]); err != nil {
		return err
	}
	if out.Likely, err = cal.Advance(at, ends[draws*9/10]); err != nil {
		return err
	}
	if k := d.heaviest(); k >= 0 {
		out.Step, out.Agency, out.StepMinutes = r.nodes[k].step.ID, d.agencies[k], int(d.weights[k])/draws
	}
	return nil
}
