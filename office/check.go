package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/models"
)

// Kinds of runs of the clock check. A full one looks at everything, once each legal day and on demand; a quick one, between
// them, at the alarms that have passed and at what is still open of earlier runs.
const (
	CheckFull  = "full"
	CheckQuick = "quick"
)

// Phases of a run, besides the realms; phaseSettle closes what no longer holds.
const (
	phaseClocks    = "clocks"
	phaseRows      = "rows"
	phaseWorkflows = "workflows"
	phaseSettle    = "settle"
)

// checkPage is how many dossiers are in memory at once.
const checkPage = 200

// maxClockGap is how far the clocks may lie apart before nothing can be said of an alarm's lateness, nor fired (engine.md §3).
const maxClockGap = time.Minute

// checkKept is how long runs that ended are kept.
const checkKept = 30 * 24 * time.Hour

// CheckOrder asks for a run. The same ID is the same run: it goes on where it stood, and when it is done nothing is done again.
type CheckOrder struct {
	ID, Kind, By string
	// Settle is how long a run waits in the end for workflows that it poked or started.
	Settle time.Duration
	// Beat is told of each dossier; it may be nil.
	Beat func(CheckReport)
}

// CheckFigures are what a run saw and did.
type CheckFigures struct {
	// Dossiers and Missions are those that were looked at, Workflows the running ones that were compared, Asked those whose
	// workflow was asked for its alarm.
	Dossiers  int `json:"dossiers"`
	Missions  int `json:"missions"`
	Workflows int `json:"workflows"`
	Asked     int `json:"asked"`
	// Projected rows were made anew from events, Started workflows re-created, Poked ones made to look at their clock.
	Projected int `json:"projected"`
	Started   int `json:"started"`
	Poked     int `json:"poked"`
	// Found counts what was wrong, by kind; Closed the findings that no longer held when the run ended.
	Found  map[string]int `json:"found,omitempty"`
	Closed int            `json:"closed"`
	// Vacant are the rungs of the days to come that reach nobody, by whom they should reach.
	Vacant map[string]*Vacancy `json:"vacant,omitempty"`
	// Skewed is how far the clocks of this process and of the database lie apart, where that is too far.
	Skewed time.Duration `json:"skewed_ns,omitempty"`
}

func (f *CheckFigures) found(kind string) {
	if f.Found == nil {
		f.Found = map[string]int{}
	}
	f.Found[kind]++
}

// CheckReport is a run as people read it.
type CheckReport struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	State string `json:"state"`
	Phase string `json:"phase,omitempty"`
	By    string `json:"by"`
	CheckFigures
	Cause      string    `json:"cause,omitempty"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Seconds    float64   `json:"seconds"`
}

// TickOrder is the run of a tick of the Schedule, by its wall time: the first of a legal day is full, the others are quick, and
// the same tick is the same run.
func (o *Office) TickOrder(ctx context.Context, at time.Time) (CheckOrder, error) {
	legal := o.Clock.At(at)
	day := CheckOrder{ID: "day-" + calendar.DateOf(legal).String(), Kind: CheckFull, By: byClock}
	row, err := o.Store.Check(ctx, day.ID)
	if errors.Is(err, models.ErrNotFound) || err == nil && row.State != models.CheckDone {
		return day, nil
	}
	tick := legal.Truncate(quickEvery)
	return CheckOrder{ID: "quick-" + tick.Format("2006-01-02T1504"), Kind: CheckQuick, By: byClock}, err
}

// byClock is who asks for the runs of the Schedule; quickEvery is how long legal time a quick run stands for.
const (
	byClock    = "clock"
	quickEvery = 15 * time.Minute
)

// checkRun is a run under way.
type checkRun struct {
	*Office
	order   CheckOrder
	row     models.CheckRow
	figures CheckFigures
	// frozen are the dossiers that accept nothing: their timers are off, and they have a finding of their own.
	frozen map[string]bool
	// reaches remembers whom rungs of one shape reach; silent counts workflows in a row that did not answer.
	reaches map[string]bool
	silent  int
}

// Check makes a run, or goes on with it.
func (o *Office) Check(ctx context.Context, order CheckOrder) (CheckReport, error) {
	row, err := o.Store.BeginCheck(ctx, models.CheckRow{ID: order.ID, Kind: order.Kind, Principal: order.By, Phase: phaseClocks})
	if err != nil {
		return CheckReport{}, err
	}
	r := &checkRun{Office: o, order: order, row: row, reaches: map[string]bool{}}
	if len(row.Figures) > 0 {
		if err := json.Unmarshal(row.Figures, &r.figures); err != nil {
			return CheckReport{}, fmt.Errorf("figures of check %s: %w", row.ID, err)
		}
	}
	if row.State != models.CheckDone {
		if err := r.run(ctx); err != nil {
			r.row.Cause = err.Error()
			saved := r.save(context.WithoutCancel(ctx))
			return r.report(), errors.Join(fmt.Errorf("check %s, %s: %w", row.ID, r.row.Phase, err), saved)
		}
	}
	return r.report(), nil
}

// run goes through the phases from where the run stands.
func (r *checkRun) run(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	phases := r.phases()
	at := max(slices.IndexFunc(phases, func(p phase) bool { return p.name == r.row.Phase }), 0)
	for _, p := range phases[at:] {
		if p.name != r.row.Phase {
			r.row.Phase, r.row.After = p.name, ""
			if err := r.save(ctx); err != nil {
				return err
			}
		}
		if err := p.do(ctx); err != nil {
			return err
		}
	}
	r.row.State, r.row.Phase, r.row.After, r.row.Cause = models.CheckDone, "", "", ""
	return r.save(ctx)
}

// phase is one part of a run; what it did is saved with each page.
type phase struct {
	name string
	do   func(ctx context.Context) error
}

func (r *checkRun) phases() []phase {
	out := []phase{{phaseClocks, r.clocks}}
	for _, x := range r.realms() {
		out = append(out, phase{x.name, func(ctx context.Context) error { return r.realm(ctx, x) }})
	}
	if r.row.Kind == CheckFull {
		out = append(out, phase{phaseRows, r.lostRows})
		if r.Inspector != nil {
			out = append(out, phase{phaseWorkflows, r.orphans})
		}
	}
	return append(out, phase{phaseSettle, r.settle})
}

func (r *checkRun) prepare(ctx context.Context) error {
	if r.row.Kind == CheckFull {
		if err := r.Store.PurgeChecks(ctx, r.Now().Add(-checkKept)); err != nil {
			return err
		}
	}
	r.frozen = map[string]bool{}
	for after := int64(0); ; {
		rows, err := r.Store.OpenFindings(ctx, []string{models.FindingFrozen}, after, checkPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, f := range rows {
			r.frozen[f.Subject], after = true, f.ID
		}
	}
}

// clocks compares this process's clock with the database's. While they disagree nothing fires, and nothing can be said of what
// should have.
func (r *checkRun) clocks(ctx context.Context) error {
	gap, err := r.gap(ctx)
	if err != nil {
		return err
	}
	r.figures.Skewed = gap
	if gap != 0 {
		r.figures.found(models.FindingClockSkew)
		return r.Store.AddFinding(ctx, models.Finding{Kind: models.FindingClockSkew, Subject: skewSubject,
			Detail: fmt.Sprintf("đồng hồ của tiến trình kiểm tra và của cơ sở dữ liệu lệch nhau %s", gap)})
	}
	return r.Store.CloseFinding(ctx, models.FindingClockSkew, skewSubject)
}

// skewSubject is what a check says of its own clock.
const skewSubject = "check"

// gap is how far the clocks lie apart, 0 where that is close enough.
func (o *Office) gap(ctx context.Context) (time.Duration, error) {
	db, err := o.DBNow(ctx)
	if err != nil {
		return 0, err
	}
	if gap := o.Now().Sub(db); gap.Abs() > maxClockGap {
		return gap, nil
	}
	return 0, nil
}

// realm goes through the open dossiers, or missions, page by page.
func (r *checkRun) realm(ctx context.Context, x realm) error {
	f := models.ClockedFilter{Limit: checkPage}
	if r.row.Kind == CheckQuick {
		f.AlarmBefore = r.Clock.At(r.Now().Add(-r.Window - lateAfter))
	}
	for {
		f.After = r.row.After
		page, err := x.page(ctx, f)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := r.page(ctx, x, page); err != nil {
			return err
		}
		if x.mission {
			r.figures.Missions += len(page)
		} else {
			r.figures.Dossiers += len(page)
		}
		r.row.After = page[len(page)-1].code
		if err := r.save(ctx); err != nil {
			return err
		}
	}
}

func (r *checkRun) page(ctx context.Context, x realm, page []clocked) error {
	running := map[string]bool{}
	if r.Inspector != nil && r.row.Kind == CheckFull {
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].workflow
		}
		var err error
		if running, err = r.Inspector.RunningAmong(ctx, ids); err != nil {
			return err
		}
	}
	for i := range page {
		c := &page[i]
		if err := r.examine(ctx, x, c, running[c.workflow]); err != nil {
			return fmt.Errorf("%s: %w", c.code, err)
		}
		r.beat()
	}
	return nil
}

// beat tells whoever watches that the run is alive.
func (r *checkRun) beat() {
	if r.order.Beat != nil {
		r.order.Beat(r.report())
	}
}

// save writes how far the run has come.
func (r *checkRun) save(ctx context.Context) error {
	data, err := json.Marshal(r.figures)
	if err != nil {
		return fmt.Errorf("figures of check %s: %w", r.row.ID, err)
	}
	r.row.Figures = data
	if r.row.State == models.CheckDone {
		r.row.FinishedAt = r.Now()
	}
	if err := r.Store.SaveCheck(ctx, r.row); err != nil {
		return err
	}
	r.beat()
	return nil
}

func (r *checkRun) report() CheckReport { return reportOf(r.row, r.figures, r.Now()) }

func reportOf(row models.CheckRow, f CheckFigures, now time.Time) CheckReport {
	until := row.FinishedAt
	if until.IsZero() {
		until = now
	}
	return CheckReport{
		ID: row.ID, Kind: row.Kind, State: row.State, Phase: row.Phase, By: row.Principal, CheckFigures: f, Cause: row.Cause,
		StartedAt: row.StartedAt, FinishedAt: row.FinishedAt, Seconds: max(until.Sub(row.StartedAt), 0).Round(time.Millisecond).Seconds(),
	}
}
