package office

import (
	"context"
	"errors"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// visible returns a dossier in the principal's scope; what is unknown and what is foreign look the same.
func (o *Office) visible(ctx context.Context, p Principal, code string) (models.DossierRow, error) {
	row, err := o.Store.Dossier(ctx, code)
	if errors.Is(err, models.ErrNotFound) {
		return row, unknownDossier(code)
	}
	if err != nil {
		return row, err
	}
	agencies := []string{row.View.Receiving, row.View.Lead}
	for _, t := range row.View.Tasks {
		agencies = append(agencies, t.Agency)
	}
	if !p.sees(agencies...) {
		return row, unknownDossier(code)
	}
	return row, nil
}

// Detail is one dossier with its clock and its timeline.
type Detail struct {
	dossier.View
	ProcedureName string         `json:"procedure_name"`
	StatusName    string         `json:"status_name"`
	Remaining     *int           `json:"remaining_minutes,omitempty"`
	Applicant     *Applicant     `json:"applicant,omitempty"`
	Papers        []models.Paper `json:"papers,omitempty"`
	// AsOf says which event the answer knows and where it comes from: the workflow itself or the read model.
	AsOf AsOf `json:"as_of"`
	// Timeline, Ledger and Walk are the events, whose time ran, and why the due date is what it is.
	Timeline []dossier.Event   `json:"timeline"`
	Ledger   []dossier.Segment `json:"ledger"`
	Walk     *calendar.Walk    `json:"walk,omitempty"`
	Steps    map[string]string `json:"steps"`
	// LimitWalk tells line by line how the committed limit comes of the legal one, each rule with its decision.
	LimitWalk []string `json:"limit_walk,omitempty"`
	// Linked are the dossiers that steps of this one opened.
	Linked []Linked `json:"linked,omitempty"`
	// Letters are the forms that were issued, by the set of rules pinned at acceptance.
	Letters []Letter `json:"letters,omitempty"`
}

// AsOf is how fresh an answer is.
type AsOf struct {
	Seq    int64  `json:"seq"`
	Source string `json:"source"`
}

// Sources of an answer.
const (
	FromWorkflow  = "workflow"
	FromReadModel = "read_model"
)

// liveWait is how long a live question may take before the read model answers.
const liveWait = 800 * time.Millisecond

// Show returns a dossier. Live asks the workflow itself and falls back to the read model.
func (o *Office) Show(ctx context.Context, p Principal, code string, live bool) (Detail, error) {
	if err := allow(p, DoRead); err != nil {
		return Detail{}, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return Detail{}, err
	}
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{AsOf: AsOf{Source: FromReadModel}, Timeline: r.Events, ProcedureName: r.Plan.Name, Steps: map[string]string{},
		LimitWalk: r.State.Commitment.Walk(), Letters: o.letters(r.Events)}
	for _, s := range r.Plan.Steps {
		d.Steps[s.ID] = s.Name
	}
	if err := o.formerSteps(ctx, r, d.Steps); err != nil {
		return d, err
	}
	if d.View, err = dossier.Look(r.Deps, r.State, o.Legal()); err != nil {
		return d, err
	}
	if live {
		wait, cancel := context.WithTimeout(ctx, liveWait)
		defer cancel()
		if v, err := o.Engine.View(wait, code); err == nil && v.Seq >= d.View.Seq { // never less than what is recorded
			d.View, d.AsOf.Source = v, FromWorkflow
		}
	}
	d.AsOf.Seq, d.StatusName = d.View.Seq, d.View.Status.Vietnamese()
	if d.Ledger, err = dossier.Ledger(r.Deps, r.State, o.Legal()); err != nil {
		return d, err
	}
	if err := o.walk(r, &d); err != nil {
		return d, err
	}
	if d.Walk != nil {
		if err := o.withGrounds(ctx, d.Walk, hashOf(r.State)); err != nil {
			return d, err
		}
	}
	if d.Linked, err = o.linked(ctx, code); err != nil {
		return d, err
	}
	return d, o.person(ctx, p, r.Plan, &d)
}

// formerSteps names the steps that only earlier versions of the plan have: the timeline speaks of them.
func (o *Office) formerSteps(ctx context.Context, r *Rebuilt, names map[string]string) error {
	for _, e := range r.Events {
		b, ok := e.Body.(dossier.VersionMoved)
		if !ok {
			continue
		}
		plan, err := o.desk.Plan(ctx, b.From)
		if err != nil {
			return err
		}
		for _, s := range plan.Steps {
			if _, known := names[s.ID]; !known {
				names[s.ID] = s.Name
			}
		}
	}
	return nil
}

// walk explains the promised date from the start of the running count, and what is left of it.
func (o *Office) walk(r *Rebuilt, d *Detail) error {
	cal, err := r.Deps.Calendars(hashOf(r.State))
	if err != nil {
		return err
	}
	if n := len(r.State.Counts); n > 0 && !r.State.Commitment.Committed.IsZero() {
		w, err := cal.Explain(r.State.Counts[n-1].Start, r.State.Commitment.Committed)
		if err != nil {
			return err
		}
		d.Walk = &w
	}
	if d.View.Stage == dossier.StageRunning && !d.View.DueAt.IsZero() {
		left, err := cal.Between(o.Legal(), d.View.DueAt)
		if err != nil {
			return err
		}
		d.Remaining = &left
	}
	return nil
}

func hashOf(s *dossier.State) string {
	for _, c := range s.Calendars {
		if c.Agency == s.Receiving {
			return c.Hash
		}
	}
	return s.Calendars[0].Hash
}

// person adds the papers, and the applicant's data for those who may read it.
func (o *Office) person(ctx context.Context, p Principal, plan *procedure.Plan, d *Detail) error {
	papers, err := o.Store.Papers(ctx, d.View.Code)
	if err != nil {
		return err
	}
	if !readsPersons(p) {
		d.Papers = namelessPapers(plan, papers)
		return nil
	}
	d.Papers = papers
	a, err := o.Store.Applicant(ctx, d.View.Code)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Applicant = &Applicant{Name: a.Name, IDNo: a.IDNo, Phone: a.Phone, Email: a.Email, Address: a.Address}
	return nil
}

// Line is a dossier in a list.
type Line struct {
	Code          string         `json:"code"`
	Procedure     string         `json:"procedure"`
	ProcedureName string         `json:"procedure_name"`
	Receiving     string         `json:"receiving"`
	Lead          string         `json:"lead"`
	Status        dossier.Status `json:"status"`
	StatusName    string         `json:"status_name"`
	SubmittedAt   time.Time      `json:"submitted_at"`
	AcceptedAt    time.Time      `json:"accepted_at,omitzero"`
	DueAt         time.Time      `json:"due_at,omitzero"`
	FinishedAt    time.Time      `json:"finished_at,omitzero"`
	Paused        bool           `json:"paused,omitempty"`
	Leg           string         `json:"leg,omitempty"`
	Late          bool           `json:"late,omitempty"`
	Provisional   bool           `json:"provisional,omitempty"`
	DueNote       string         `json:"due_note,omitempty"`
	// Rescheduled: judged by a re-appointed date; OriginalDue is the first one printed.
	Rescheduled bool      `json:"rescheduled,omitempty"`
	OriginalDue time.Time `json:"original_due,omitzero"`
	Remaining   *int      `json:"remaining_minutes,omitempty"`
	Applicant   string    `json:"applicant,omitempty"`
	Tasks       []string  `json:"tasks,omitempty"`
	Revision    int64     `json:"revision"`
}

// List is a page of dossiers.
func (o *Office) List(ctx context.Context, p Principal, lf ListFilter) ([]Line, string, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Dossiers(ctx, lf.rows(p, o.Legal()))
	if err != nil {
		return nil, "", listError(err)
	}
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return nil, "", err
	}
	now := o.Legal()
	out := make([]Line, 0, len(rows))
	for _, r := range rows {
		v := r.View
		l := Line{
			Code: v.Code, Procedure: v.Procedure, Receiving: v.Receiving, Lead: v.Lead, Status: v.Status, StatusName: v.Status.Vietnamese(),
			SubmittedAt: v.SubmittedAt, AcceptedAt: v.AcceptedAt, DueAt: v.DueAt, FinishedAt: v.FinishedAt, Paused: v.Paused, Leg: v.Leg,
			Provisional: v.Provisional, DueNote: noteOf(v.Provisional), Rescheduled: v.Rescheduled, OriginalDue: v.OriginalDue, Revision: v.Revision, Applicant: r.ApplicantName,
		}
		if plan, err := o.desk.Plan(ctx, v.Plan); err == nil {
			l.ProcedureName = plan.Name
		}
		for _, t := range v.Tasks {
			l.Tasks = append(l.Tasks, t.Task)
		}
		o.timeLeft(&l, v, cal, now)
		out = append(out, l)
	}
	return out, next, nil
}

// timeLeft fills what depends on now: lists are sorted by due instant, the rest is computed for the page shown.
func (o *Office) timeLeft(l *Line, v dossier.View, cal *calendar.Calendar, now time.Time) {
	l.Late = v.Verdict.Class == dossier.ClassLate
	if v.Stage != dossier.StageRunning || v.DueAt.IsZero() || v.Paused {
		return
	}
	if left, err := cal.Between(now, v.DueAt); err == nil {
		l.Remaining = &left
	}
	byInstant := v.Commitment.SameDay == nil && !v.Commitment.Committed.IsDays()
	l.Late = l.Late || byInstant && now.After(v.DueAt) || !byInstant && calendar.DateOf(now) > calendar.DateOf(v.DueAt)
}
