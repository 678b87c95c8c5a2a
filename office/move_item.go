package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/procedure"
	"motcua/workflows"
)

// moveWords is what a move says of one dossier: the map of steps, and the papers that decide it.
type moveWords struct {
	steps                    map[string]string
	reason, document, ground string
	later                    bool
}

// composedMove is the act that moves a dossier, with the calendars that it brings along.
type composedMove struct {
	act       dossier.Act
	calendars []workflows.CalendarData
	deps      dossier.Deps
}

// composeMove builds the act from what a dossier is: agencies that only the new plan has are bound, conditions are reckoned by the
// new plan from the same facts. A problem says why the dossier cannot be moved.
func (o *Office) composeMove(ctx context.Context, r *Rebuilt, to *procedure.Plan, w moveWords, id, officer string) (composedMove, error) {
	facts, err := o.desk.FactsOf(ctx, r.State.Code)
	if err != nil {
		return composedMove{}, err
	}
	conditions, err := to.Evaluate(facts)
	if err != nil {
		return composedMove{}, taken(intake.FactFault(to, facts, err))
	}
	if err := nameTaken(r, to, w.steps); err != nil {
		return composedMove{}, err
	}
	move := &dossier.Move{Plan: &to.Exec, Steps: w.steps, Later: w.later}
	bindings, err := o.Store.Bindings(ctx, r.State.Lead)
	if err != nil {
		return composedMove{}, err
	}
	var agencies []string
	for _, ref := range to.Exec.Agencies {
		if slices.ContainsFunc(r.State.Bindings, func(b dossier.Binding) bool { return b.Ref == ref }) {
			continue
		}
		if i := slices.IndexFunc(bindings, func(b dossier.Binding) bool { return b.Ref == ref }); i >= 0 && ref != procedure.RefReceiving {
			move.Bindings = append(move.Bindings, bindings[i])
			if !slices.ContainsFunc(r.State.Calendars, func(c dossier.AgencyCalendar) bool { return c.Agency == bindings[i].Agency }) {
				agencies = append(agencies, bindings[i].Agency)
			}
		}
	}
	out := composedMove{deps: r.Deps}
	if move.Calendars, err = o.desk.PinCalendars(ctx, agencies); err != nil {
		return out, err
	}
	data, more, err := o.desk.LoadCalendars(ctx, move.Calendars)
	if err != nil {
		return out, err
	}
	out.calendars = calendarData(data)
	known := r.Deps.Calendars
	out.deps.Calendars = func(hash string) (*calendar.Calendar, error) {
		if c, err := more(hash); err == nil {
			return c, nil
		}
		return known(hash)
	}
	out.act = dossier.Act{
		ID: id, Kind: dossier.ActMoveVersion, At: o.Legal(), By: officer, Reasoned: w.reason != "", Document: w.document, Ground: w.ground,
		Conditions: conditions, ConditionsSet: true, Move: move,
	}
	if out.act.Ended, err = o.desk.Endings(ctx, move.Plan); err != nil {
		return out, err
	}
	return out, nil
}

// nameTaken refuses a move after which a step that opens a dossier would get the name of a task that has opened one: the links between
// dossiers go by that name, so the second would never be opened.
func nameTaken(r *Rebuilt, to *procedure.Plan, steps map[string]string) error {
	visits := map[string]int{}
	for _, v := range r.State.Visits {
		id := v.Step
		if other := steps[id]; other != "" {
			id = other
		}
		visits[id]++
	}
	for _, e := range r.Events {
		asked, ok := e.Body.(dossier.ChildRequested)
		if !ok {
			continue
		}
		id, number, _ := strings.Cut(asked.Task, "#")
		n, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("dossier %s opened another by a task %q: %w", r.State.Code, asked.Task, err)
		}
		if st, ok := to.Exec.Step(id); ok && st.Kind == procedure.StepSub && visits[id] < n {
			return &Problem{Status: http.StatusUnprocessableEntity, Code: "task_name_taken", Title: "Trùng tên việc",
				Detail: fmt.Sprintf("Việc %s đã mở một hồ sơ khác; trong phiên bản mới một việc khác sẽ mang tên đó. Hãy giữ mã bước %q, hoặc đặt mã khác cho bước mới.", asked.Task, id)}
		}
	}
	return nil
}

// tried is a move that was tried on a copy.
type tried struct {
	event         dossier.VersionMoved
	before, after dossier.View
}

func (o *Office) try(r *Rebuilt, m composedMove) (t tried, err error) {
	now := o.Legal()
	if t.before, err = dossier.Look(r.Deps, r.State, now); err != nil {
		return t, err
	}
	s := r.State.Clone()
	events, err := dossier.Do(m.deps, s, m.act, now)
	if err != nil {
		return t, err
	}
	for _, e := range events {
		if b, ok := e.Body.(dossier.VersionMoved); ok {
			t.event = b
		}
	}
	deps := m.deps
	deps.Plan = m.act.MovesTo()
	t.after, err = dossier.Look(deps, s, now)
	return t, err
}

func taskDue(v dossier.View, task string) time.Time {
	for _, t := range v.Tasks {
		if t.Task == task {
			return t.DueAt
		}
	}
	return time.Time{}
}

// stuck turns why a dossier cannot be moved into words; what is no refusal stays an error.
func stuck(err error, code, detail *string) error {
	var p *Problem
	var r *dossier.Refusal
	switch {
	case errors.As(err, &r):
		*code, *detail = r.Code, r.Detail
	case errors.As(err, &p):
		*code, *detail = p.Code, p.Detail
		var more []string
		for _, e := range p.Errors {
			more = append(more, e.Detail)
		}
		if len(more) > 0 {
			*detail = strings.Join(more, " ")
		}
	default:
		return err
	}
	return nil
}
