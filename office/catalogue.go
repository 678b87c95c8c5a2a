package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/procedure"
	"motcua/simulate"
)

// ProcedureLine is a procedure in a list.
type ProcedureLine struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Field  string `json:"field"`
	Level  string `json:"level"`
	Agency string `json:"agency"`
	Plan   string `json:"plan"`
	// Origin says how far to trust the definition: official, inferred or sample.
	Origin string `json:"origin"`
}

// Procedures lists the procedures in force.
func (o *Office) Procedures(ctx context.Context, p Principal, text string, limit int, cursor string) ([]ProcedureLine, string, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, "", err
	}
	rows, err := o.Store.Procedures(ctx, models.ProcedureFilter{Text: text, At: o.Legal(), Limit: limit + 1, After: cursor})
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Code
	}
	out := make([]ProcedureLine, 0, len(rows))
	for _, r := range rows {
		out = append(out, ProcedureLine{r.Code, r.Name, r.Field, r.Level, r.Agency, r.Hash, r.Origin})
	}
	return out, next, nil
}

// Procedure returns the plan in force of a code: the principal's agency's own, where it leads one, else the general one.
func (o *Office) Procedure(ctx context.Context, p Principal, code string) (*procedure.Plan, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, err
	}
	plan, err := o.Store.CurrentPlan(ctx, code, p.Agency, o.Legal())
	if errors.Is(err, models.ErrNotFound) && p.Agency != "" { // a procedure that only other agencies have
		plan, err = o.Store.CurrentPlan(ctx, code, "", o.Legal())
	}
	if errors.Is(err, models.ErrNotFound) {
		return nil, &Problem{Status: http.StatusNotFound, Code: "procedure_unknown", Title: "Không tìm thấy thủ tục",
			Detail: fmt.Sprintf("Không có thủ tục %q đang có hiệu lực; xem danh sách ở /v1/procedures.", code)}
	}
	return plan, err
}

// Drawing is the plan as an SVG picture.
func (o *Office) Drawing(ctx context.Context, p Principal, code string) ([]byte, error) {
	plan, err := o.Procedure(ctx, p, code)
	if err != nil {
		return nil, err
	}
	return procedure.Draw(plan), nil
}

// Due explains a limit on an agency's calendar, the nation's where none is named.
func (o *Office) Due(ctx context.Context, p Principal, agency string, received time.Time, l calendar.Limit) (calendar.Walk, error) {
	if err := allow(p, DoProcedures); err != nil {
		return calendar.Walk{}, err
	}
	cal, err := o.agencyCalendar(ctx, agency)
	if errors.Is(err, models.ErrNotFound) {
		return calendar.Walk{}, invalid(FieldError{"?agency", fmt.Sprintf("Không có cơ quan %q.", agency)})
	}
	if err != nil {
		return calendar.Walk{}, err
	}
	w, err := cal.Explain(received, l)
	if errors.Is(err, calendar.ErrOutOfRange) {
		return w, invalid(FieldError{"?received", "Thời điểm hoặc hạn nằm ngoài các năm đã có lịch."})
	}
	if err != nil {
		return w, err
	}
	return w, o.withGrounds(ctx, &w, cal.Hash())
}

// NationalCalendar is the setting that names the calendar of agencies without one of their own.
const NationalCalendar = "calendar.nation"

func (o *Office) agencyCalendar(ctx context.Context, agency string) (*calendar.Calendar, error) {
	var hash string
	var err error
	if agency == "" {
		hash, err = o.Store.Setting(ctx, NationalCalendar)
	} else if _, err = o.Store.Agency(ctx, agency); err == nil {
		hash, err = o.Store.AgencyCalendar(ctx, agency)
	}
	if err != nil {
		return nil, fmt.Errorf("calendar of %q: %w", agency, err)
	}
	spec, err := o.Store.CalendarSpec(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("calendar %s: %w", hash, err)
	}
	return calendar.Interned(hash, spec)
}

// Simulation asks what an imagined dossier would go through. It makes no dossier and changes nothing.
type Simulation struct {
	Received time.Time         `json:"received,omitzero"`
	Channel  string            `json:"channel,omitempty"`
	Facts    map[string]any    `json:"facts,omitempty"`
	Pace     simulate.Pace     `json:"pace,omitempty"`
	Choose   map[string]string `json:"choose,omitempty"`
	Until    time.Time         `json:"until,omitzero"`
}

// Simulate plays a scenario of a procedure on the pure machine.
func (o *Office) Simulate(ctx context.Context, p Principal, code string, s Simulation) (simulate.Outcome, error) {
	plan, err := o.Procedure(ctx, p, code)
	if err != nil {
		return simulate.Outcome{}, err
	}
	return o.play(ctx, plan, s)
}

func (o *Office) play(ctx context.Context, plan *procedure.Plan, s Simulation) (simulate.Outcome, error) {
	conditions, err := plan.Evaluate(s.Facts)
	if err != nil {
		return simulate.Outcome{}, taken(intake.FactFault(plan, s.Facts, err))
	}
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return simulate.Outcome{}, err
	}
	if s.Received.IsZero() {
		s.Received = o.Legal()
	}
	if s.Channel == "" {
		s.Channel = dossier.ChannelCounter
	}
	sc := simulate.Scenario{
		Plan: &plan.Exec, Calendar: cal, Policy: o.Policy, Received: s.Received, Channel: s.Channel, Conditions: conditions,
		Pace: s.Pace, Choose: s.Choose, Until: s.Until,
	}
	if sc.Ended, err = o.desk.Endings(ctx, sc.Plan); err != nil {
		return simulate.Outcome{}, err
	}
	out, err := simulate.Run(sc)
	if errors.Is(err, calendar.ErrOutOfRange) {
		return out, invalid(FieldError{"/received", "Thời điểm nằm ngoài các năm đã có lịch."})
	}
	if err == nil {
		out.Timeline, err = simulate.Timeline(sc, out)
	}
	return out, err
}
