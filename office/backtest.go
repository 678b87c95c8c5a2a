package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"motcua/calendar"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

// Backtest asks what a drawn year would have been otherwise. It keeps nothing and changes nothing.
type Backtest struct {
	// Profile is a file of kind backtest; its procedures are those in force here.
	Profile string `json:"profile"`
	// Limits and Cuts by procedure code, "*" for every one; Staff by station.
	Limits map[string]calendar.Limit `json:"limits,omitempty"`
	Cuts   map[string]int            `json:"cuts,omitempty"`
	Staff  map[string]int            `json:"staff,omitempty"`
}

// mostBacktested bounds the dossiers of a request; more are for the command line.
const mostBacktested = 20_000

// Backtest lives a small drawn year twice, on the national calendar.
func (o *Office) Backtest(ctx context.Context, p Principal, in Backtest) (backtest.Answer, error) {
	if err := allow(p, DoProcedures); err != nil {
		return backtest.Answer{}, err
	}
	profile, found := backtest.ParseProfile("profile", []byte(in.Profile))
	if profile == nil {
		return backtest.Answer{}, profileProblem(found)
	}
	if n := profile.Dossiers(); n > mostBacktested {
		return backtest.Answer{}, invalid(FieldError{"/profile", fmt.Sprintf("%d hồ sơ là quá nhiều cho một lần gọi; tối đa %d. Hãy chạy motcua procedure backtest.", n, mostBacktested)})
	}
	plans := map[string]*procedure.Plan{}
	for _, a := range profile.Arrivals {
		plan, err := o.Procedure(ctx, p, a.Procedure.Value)
		var problem *Problem
		switch {
		case errors.As(err, &problem) && problem.Status == http.StatusNotFound:
			continue // the year names it in place
		case err != nil:
			return backtest.Answer{}, err
		}
		plans[plan.Code] = plan
	}
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return backtest.Answer{}, err
	}
	y, err := backtest.NewYear(profile, plans, cal)
	var unknown procedure.Diagnostics
	if errors.As(err, &unknown) {
		return backtest.Answer{}, profileProblem(unknown)
	}
	if err != nil {
		return backtest.Answer{}, err
	}
	change := backtest.Change{Limits: in.Limits, Cuts: in.Cuts, Staff: in.Staff}
	if err := change.Check(y.Plans(), y.Stations()); err != nil {
		return backtest.Answer{}, invalid(FieldError{"/", err.Error()})
	}
	counted, until := profile.Period()
	t := backtest.Test{
		Parts: y.Parts(), Calendar: cal, Policy: o.Policy, Staff: profile.Staff, Change: change, Counted: counted, Until: until, End: lastLook(cal, until),
	}
	answer := t.Run(func(n int, do func(i int)) {
		for i := 0; i < n && ctx.Err() == nil; i++ {
			do(i)
		}
	})
	return answer, ctx.Err()
}

// profileProblem names every fault of a profile with its place.
func profileProblem(found procedure.Diagnostics) *Problem {
	var errs []FieldError
	for _, f := range found {
		if f.Severity == procedure.SeverityError {
			errs = append(errs, FieldError{"/profile", f.String()})
		}
	}
	return invalid(errs...)
}

// lastLook is a year after the last dossier came in, or as far as the calendar goes.
func lastLook(cal *calendar.Calendar, until time.Time) time.Time {
	end := until.AddDate(1, 0, 0)
	for end.After(until) {
		if _, err := cal.Normalize(end); err == nil {
			return end
		}
		end = end.AddDate(0, -1, 0)
	}
	return until
}
