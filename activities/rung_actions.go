package activities

import (
	"context"
	"errors"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// What a rung asks of the organisation beyond whom it reaches. All of it travels in the act, so that a replay asks nobody.

// FindingNoInspector and FindingNoSigner are rungs whose action falls to nobody.
const (
	FindingNoInspector = "inspection_unassigned"
	FindingNoSigner    = "apology_unsigned"
)

func (a *Activities) rungActions(ctx context.Context, r workflows.LookupRequest, q workflows.RungQuery, at time.Time, out *dossier.Recipients) (err error) {
	if q.Reassign {
		if out.Reassign, err = a.reassigned(ctx, q.Tasks, at); err != nil {
			return err
		}
	}
	if q.Sign {
		// The lead agency made the promise, so its head answers for the apology (NĐ 61/2018 Đ19.9; NĐ 118/2025, điều khoản chưa đối chiếu).
		if out.Signers, err = a.holders(ctx, r.Lead, procedure.ToHeadOfAgency, at); err != nil {
			return err
		}
		if err := a.nobody(ctx, FindingNoSigner, r.Code, q, len(out.Signers)); err != nil {
			return err
		}
	}
	if q.Issue {
		if out.Standing, err = a.standing(ctx, r, at); err != nil {
			return err
		}
	}
	if !q.Inspect {
		return nil
	}
	if out.Office, out.Inspector, err = a.inspector(ctx, r.Lead, at); err != nil {
		return err
	}
	return a.nobody(ctx, FindingNoInspector, r.Code, q, len(out.Inspector))
}

// nobody opens a finding where an action falls to nobody.
func (a *Activities) nobody(ctx context.Context, kind, code string, q workflows.RungQuery, found int) error {
	if found > 0 {
		return nil
	}
	return a.Store.AddFinding(ctx, models.Finding{Kind: kind, Subject: code + " " + q.Key.Rung, Detail: "rung " + q.Key.Rung + " on " + q.Key.Subject + ": nobody holds the post"})
}

// reassigned are the tasks that go to another of the same position in the same agency: to the one with the fewest open tasks, of
// several the first by id. Who has the task keeps it unless somebody has fewer; what this rung gives away counts.
func (a *Activities) reassigned(ctx context.Context, tasks []dossier.TaskView, at time.Time) (out []dossier.HandUp, err error) {
	given := map[string]int64{}
	for _, t := range tasks {
		if t.Role == "" || t.HandedUp {
			continue
		}
		people, err := a.Store.Officers(ctx, t.Agency, t.Role, at)
		if err != nil {
			return nil, err
		}
		ids := []string{}
		for _, p := range people {
			ids = append(ids, p.ID)
		}
		if t.Assignee != "" && !slices.Contains(ids, t.Assignee) {
			ids = append(ids, t.Assignee) // his load is compared; he may hold the post no longer
		}
		loads, _, err := a.Store.Loads(ctx, ids)
		if err != nil {
			return nil, err
		}
		to := ""
		for _, p := range people {
			if p.ID != t.Assignee && (to == "" || loads[p.ID]+given[p.ID] < loads[to]+given[to]) {
				to = p.ID
			}
		}
		if to == "" || t.Assignee != "" && slices.Contains(officers(people), t.Assignee) && loads[to]+given[to] >= loads[t.Assignee]+given[t.Assignee] {
			continue
		}
		given[to]++
		given[t.Assignee]--
		out = append(out, dossier.HandUp{Task: t.Task, To: to})
	}
	return out, nil
}

func officers(people []models.Officer) (ids []string) {
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return ids
}

// standing takes a letter under the standing decision in force; nil without one.
func (a *Activities) standing(ctx context.Context, r workflows.LookupRequest, at time.Time) (*dossier.Standing, error) {
	d, err := a.Store.ReserveStanding(ctx, r.Code, r.Lead, r.Procedure, at)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil //nolint:nilnil // no decision is an answer
	}
	if err != nil {
		return nil, err
	}
	add, err := calendar.ParseLimit(d.Add)
	if err != nil {
		return nil, err
	}
	return &dossier.Standing{ID: d.ID, Number: d.Number, Signer: d.Signer, Reason: d.Reason, Add: add}, nil
}

// inspector is who of the nearest control office above an agency has the fewest inspections in hand, of several the first by id.
func (a *Activities) inspector(ctx context.Context, lead string, at time.Time) (agency, officer string, err error) {
	agency, people, err := a.nearest(ctx, lead, procedure.ToControl, at)
	if err != nil || len(people) == 0 {
		return agency, "", err
	}
	ids := officers(people)
	_, loads, err := a.Store.Loads(ctx, ids)
	if err != nil {
		return agency, "", err
	}
	return agency, slices.MinFunc(ids, func(x, y string) int { return int(loads[x] - loads[y]) }), nil
}
