package office

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/workflows"
)

const (
	// vacantWithin is how far ahead, in legal time, rungs must reach somebody: there is time to name one.
	vacantWithin = 7 * 24 * time.Hour
	// reachesKept bounds what a run remembers of whom rungs reach, vacantShown the dossiers named in one finding.
	reachesKept = 10_000
	vacantShown = 5
)

// Vacancy is a place in the organisation where rungs reach nobody: one finding, however many dossiers run into it.
type Vacancy struct {
	Rungs int `json:"rungs"`
	// First is the legal instant of the first of them, Dossiers are some of those concerned.
	First    time.Time `json:"first"`
	Dossiers []string  `json:"dossiers"`
}

// vacancies looks for rungs of the days to come that reach nobody in the organisation as it is now.
func (r *checkRun) vacancies(ctx context.Context, c *clocked) error {
	if r.Reach == nil {
		return nil
	}
	until := r.Legal().Add(vacantWithin)
	for _, a := range c.alarms {
		if a.At.After(until) {
			return nil
		}
		if a.Kind != dossier.AlarmRung || len(a.Rung.To) == 0 {
			continue
		}
		req := c.ask(a)
		reached, err := r.reached(ctx, req, a.At)
		if err != nil {
			return err
		}
		if !reached {
			r.vacant(req, a, c.code)
		}
	}
	return nil
}

// reached says whether a rung reaches anybody. Thousands of dossiers ask the same of the same posts on the same day.
func (r *checkRun) reached(ctx context.Context, req workflows.LookupRequest, at time.Time) (bool, error) {
	q := req.Rungs[0]
	shape := strings.Builder{}
	fmt.Fprint(&shape, q.To, q.Key.Subject == procedure.OnDossier, q.Key.Subject == procedure.OnIntake, req.Receiving, " ", req.Lead, " ", calendar.DateOf(at))
	for _, t := range q.Tasks {
		fmt.Fprint(&shape, " ", t.Agency, "/", t.Role, "/", t.Assignee)
	}
	if known, ok := r.reaches[shape.String()]; ok {
		return known, nil
	}
	found, err := r.Reach(ctx, req, at)
	if err != nil {
		return false, err
	}
	if len(r.reaches) >= reachesKept {
		r.reaches = map[string]bool{}
	}
	r.reaches[shape.String()] = len(found[0].To) > 0
	return len(found[0].To) > 0, nil
}

func (r *checkRun) vacant(req workflows.LookupRequest, a dossier.Alarm, code string) {
	q := req.Rungs[0]
	place := req.Lead
	switch {
	case q.Key.Subject == procedure.OnIntake:
		place = req.Receiving
	case len(q.Tasks) > 0:
		place = q.Tasks[0].Agency
	}
	subject := place + " " + strings.Join(q.To, "+")
	if r.figures.Vacant == nil {
		r.figures.Vacant = map[string]*Vacancy{}
	}
	v := r.figures.Vacant[subject]
	if v == nil {
		v = &Vacancy{First: a.At}
		r.figures.Vacant[subject] = v
	}
	v.Rungs++
	if a.At.Before(v.First) {
		v.First = a.At
	}
	if len(v.Dossiers) < vacantShown && !slices.Contains(v.Dossiers, code) {
		v.Dossiers = append(v.Dossiers, code)
	}
}

// settleVacancies writes one finding for each place, and closes those of places that somebody fills now.
func (r *checkRun) settleVacancies(ctx context.Context) error {
	if r.Reach == nil {
		return nil
	}
	for _, subject := range slices.Sorted(maps.Keys(r.figures.Vacant)) {
		v := r.figures.Vacant[subject]
		detail := fmt.Sprintf("%d nấc trong 7 ngày tới không đến được ai, sớm nhất %s (%s)", v.Rungs, shown(v.First), strings.Join(v.Dossiers, ", "))
		if err := r.find(ctx, FindingRungVacant, subject, detail); err != nil {
			return err
		}
	}
	for after := int64(0); ; {
		rows, err := r.Store.OpenFindings(ctx, []string{FindingRungVacant}, after, checkPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, f := range rows {
			after = f.ID
			if r.figures.Vacant[f.Subject] != nil {
				continue
			}
			if err := r.Store.CloseFinding(ctx, f.Kind, f.Subject); err != nil {
				return err
			}
			r.figures.Closed++
		}
	}
}
