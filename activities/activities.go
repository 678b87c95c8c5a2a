// Package activities is what workflows ask of the world: Record and RecordMission write what was decided, LookUp finds who a
// firing rung reaches. All are local activities; all other outbound traffic goes through the outbox.
package activities

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// maxClockGap is how far the worker's clock and the database's may lie apart before nothing fires.
const maxClockGap = time.Minute

// awaitAtMost is how long a final alarm waits for an act that was received and has not landed.
const awaitAtMost = time.Hour

// Kinds of findings that the engine reports.
const (
	FindingFrozen      = models.FindingFrozen    // storage contradicts what was decided
	FindingNoRecipient = "rung_unreachable"      // a rung fired and reached nobody
	FindingClock       = models.FindingClockSkew // the clocks of worker and database disagree
	FindingNotOpened   = intake.FindingNotOpened
)

// Activities needs the database, the wall clock and the installation's clock.
type Activities struct {
	Store  *models.Store
	Now    func() time.Time
	Clock  calendar.Clock
	Logger *slog.Logger
	// Desk takes in the dossiers that a recorded step asks for.
	Desk *intake.Desk
	// Host names the machine in findings on its clock.
	Host string
	// Lag, where it is set, is told how late each rung fired, beyond its place in the Window.
	Lag    func(time.Duration)
	Window time.Duration

	clocks clocks
}

// Register makes workflows and activities known to a worker.
func Register(w worker.Registry, a *Activities) {
	w.RegisterWorkflowWithOptions(workflows.Dossier, workflow.RegisterOptions{Name: workflows.DossierName, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	w.RegisterWorkflowWithOptions(workflows.Mission, workflow.RegisterOptions{Name: workflows.MissionName, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	w.RegisterWorkflowWithOptions(workflows.ClockCheck, workflow.RegisterOptions{Name: workflows.ClockCheckName, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	w.RegisterActivityWithOptions(a.Record, activity.RegisterOptions{Name: workflows.RecordEvents().Name})
	w.RegisterActivityWithOptions(a.RecordMission, activity.RegisterOptions{Name: workflows.RecordMission().Name})
	w.RegisterActivityWithOptions(a.LookUp, activity.RegisterOptions{Name: workflows.LookUp().Name})
}

// Record writes a batch in one transaction. A workflow that is behind what is stored gets that instead; a gap is final, and a
// finding for the operator; anything else is tried again.
func (a *Activities) Record(ctx context.Context, r workflows.RecordRequest) (workflows.RecordReply, error) {
	if len(r.Events) == 0 {
		return a.ahead(ctx, r)
	}
	children, err := a.children(ctx, r)
	if err != nil {
		return workflows.RecordReply{}, fmt.Errorf("dossiers asked for by %s: %w", r.Code, err)
	}
	digest, err := a.Store.Record(ctx, models.Batch{Code: r.Code, Events: r.Events, Digest: r.Digest, View: r.View, Acts: r.Acts, Children: children})
	var contradiction *models.SequenceError
	if errors.As(err, &contradiction) && contradiction.Ahead() {
		return a.stored(ctx, r)
	}
	a.observe(r.Code, r.Events, err)
	return a.recorded(ctx, r.Code, digest, err)
}

// RecordMission is Record of a mission's batch.
func (a *Activities) RecordMission(ctx context.Context, r workflows.MissionRecordRequest) (workflows.RecordReply, error) {
	if len(r.Events) == 0 {
		return a.missionAhead(ctx, r)
	}
	digest, err := a.Store.RecordMission(ctx, models.MissionBatch{Code: r.Code, Events: r.Events, Digest: r.Digest, View: r.View, Acts: r.Acts})
	var contradiction *models.SequenceError
	if errors.As(err, &contradiction) && contradiction.Ahead() {
		return a.missionStored(ctx, r.Code)
	}
	a.observe(r.Code, r.Events, err)
	return a.recorded(ctx, r.Code, digest, err)
}

func (a *Activities) recorded(ctx context.Context, code, digest string, err error) (workflows.RecordReply, error) {
	var contradiction *models.SequenceError
	if errors.As(err, &contradiction) {
		finding := models.Finding{Kind: FindingFrozen, Subject: code, Detail: contradiction.Error()}
		if err := a.Store.AddFinding(ctx, finding); err != nil {
			return workflows.RecordReply{}, fmt.Errorf("record finding on %s: %w", code, err)
		}
		return workflows.RecordReply{}, temporal.NewNonRetryableApplicationError(contradiction.Error(), workflows.SequenceType, contradiction)
	}
	if err != nil {
		return workflows.RecordReply{}, fmt.Errorf("record events of %s: %w", code, err)
	}
	return workflows.RecordReply{Digest: digest}, nil
}

// LookUp finds recipients in the organisation tree at the moment of firing, substitution included, and newer calendars.
func (a *Activities) LookUp(ctx context.Context, r workflows.LookupRequest) (workflows.LookupReply, error) {
	out := workflows.LookupReply{Until: r.Until}
	skewed, err := a.skewed(ctx, r.Code)
	if err != nil || skewed {
		out.Skewed = skewed
		return out, err
	}
	if !r.Before.IsZero() {
		if out.Pending, err = a.Store.Awaited(ctx, r.Code, r.Before, a.Now().Add(-awaitAtMost)); err != nil || out.Pending {
			return out, err
		}
	}
	for _, c := range r.Calendars {
		newer, ok, err := a.newer(ctx, c)
		if err != nil {
			return out, err
		}
		if ok {
			out.Newer = append(out.Newer, newer)
		}
	}
	legal := a.Clock.At(a.Now())
	for _, q := range r.Rungs {
		found, err := a.recipients(ctx, r, q, legal)
		if err != nil {
			return out, fmt.Errorf("recipients of rung %s on %s: %w", q.Key.Rung, r.Code, err)
		}
		if err := a.rungActions(ctx, r, q, legal, &found); err != nil {
			return out, fmt.Errorf("actions of rung %s on %s: %w", q.Key.Rung, r.Code, err)
		}
		out.Recipients = append(out.Recipients, found)
		if len(found.To) == 0 {
			finding := models.Finding{Kind: FindingNoRecipient, Subject: r.Code + " " + q.Key.Rung, Detail: fmt.Sprintf("rung %s on %s reaches nobody", q.Key.Rung, q.Key.Subject)}
			if err := a.Store.AddFinding(ctx, finding); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (a *Activities) newer(ctx context.Context, c dossier.AgencyCalendar) (workflows.CalendarData, bool, error) {
	now, err := a.Store.CalendarOf(ctx, c.Agency)
	if err != nil {
		return workflows.CalendarData{}, false, fmt.Errorf("calendar of %s: %w", c.Agency, err)
	}
	if now.Hash == c.Hash {
		return workflows.CalendarData{}, false, nil
	}
	spec, err := a.Store.CalendarSpec(ctx, now.Hash)
	decision := workflows.Decision{Amendment: now.Amendment, Document: now.Document, Ground: now.Ground}
	return workflows.CalendarData{Agency: c.Agency, Hash: now.Hash, Spec: spec, Decision: decision}, true, err
}

func (a *Activities) recipients(ctx context.Context, r workflows.LookupRequest, q workflows.RungQuery, at time.Time) (dossier.Recipients, error) {
	out, err := a.reached(ctx, r, q, at)
	if err != nil || !q.HandUp || len(q.Tasks) < 2 {
		return out, err
	}
	tasks := q.Tasks
	for i := range tasks {
		q.Tasks = tasks[i : i+1]
		own, err := a.reached(ctx, r, q, at)
		if err != nil {
			return out, err
		}
		if own.HandUp != "" {
			out.HandUps = append(out.HandUps, dossier.HandUp{Task: tasks[i].Task, To: own.HandUp})
		}
	}
	return out, nil
}

// reached are the people that a rung reaches, and the first superior among them.
func (a *Activities) reached(ctx context.Context, r workflows.LookupRequest, q workflows.RungQuery, at time.Time) (dossier.Recipients, error) {
	out := dossier.Recipients{Rung: q.Key}
	add := func(ids ...string) {
		for _, id := range ids {
			if id != "" && !slices.Contains(out.To, id) {
				out.To = append(out.To, id)
			}
		}
	}
	for _, to := range q.To {
		switch to {
		case procedure.ToApplicant:
			add(Applicant)
		case procedure.ToAssignee:
			for _, t := range q.Tasks {
				ids, err := a.assignee(ctx, t, at)
				if err != nil {
					return out, err
				}
				add(ids...)
			}
		default:
			for _, agency := range agenciesOf(to, r, q) {
				ids, err := a.holders(ctx, agency, roleOf(to), at)
				if err != nil {
					return out, err
				}
				add(ids...)
				if q.HandUp && out.HandUp == "" && len(ids) > 0 {
					out.HandUp = ids[0]
				}
			}
		}
	}
	return out, nil
}

// Applicant is the recipient that stands for the applicant; the address stays in the database.
const Applicant = "applicant"

// roleOf is the role in the organisation that a kind of recipient stands for.
func roleOf(to string) string {
	if to == procedure.ToHeadOfLead {
		return procedure.ToHeadOfAgency
	}
	return to
}

// agenciesOf says in which agencies a kind of recipient is looked for, nearest first: the first holder found for a task is the one
// to whom a rung hands that task up, and must be able to act on it.
//
//   - The intake clock is the desk's: nobody else has the dossier yet (NĐ 61/2018 Đ17; NĐ 118/2025, điều khoản chưa đối chiếu).
//   - A step answers for its own budget: its rungs go to the agency of the task.
//   - The whole dossier has two who answer. Who holds the open task can still move it, be it the lead, an agency that helps or the
//     desk that has not handed over or not yet confirmed the result. The lead agency made the promise: it writes the apology and
//     asks for another date, and reports an agency that helps too late (Đ19.5, Đ19.9), and lateness that no step caused falls to
//     it. So the lead hears of every rung of the dossier, wherever the task is.
func agenciesOf(to string, r workflows.LookupRequest, q workflows.RungQuery) []string {
	switch {
	case to == procedure.ToOneStop, q.Key.Subject == procedure.OnIntake:
		return []string{r.Receiving}
	case to == procedure.ToControl, to == procedure.ToChair, to == procedure.ToHeadOfLead:
		return []string{r.Lead}
	}
	var out []string
	for _, t := range q.Tasks {
		if !slices.Contains(out, t.Agency) {
			out = append(out, t.Agency)
		}
	}
	if len(out) == 0 || q.Key.Subject == procedure.OnDossier && !slices.Contains(out, r.Lead) {
		out = append(out, r.Lead)
	}
	return out
}

// assignee is who has the task, or everybody who holds its role where nobody has it yet.
func (a *Activities) assignee(ctx context.Context, t dossier.TaskView, at time.Time) ([]string, error) {
	if t.Assignee != "" {
		return []string{t.Assignee}, nil
	}
	return a.holders(ctx, t.Agency, t.Role, at)
}

// maxLevels bounds the way up the organisation tree.
const maxLevels = 10

// holders are the officers of a role in an agency, or, when the post is vacant there, in the next agency up.
func (a *Activities) holders(ctx context.Context, agency, role string, at time.Time) ([]string, error) {
	_, people, err := a.nearest(ctx, agency, role, at)
	return officers(people), err
}

// nearest are the officers of a role in an agency or the nearest above it where the post is held, and that agency.
func (a *Activities) nearest(ctx context.Context, agency, role string, at time.Time) (string, []models.Officer, error) {
	for range maxLevels {
		list, err := a.Store.Officers(ctx, agency, role, at)
		if err != nil {
			return "", nil, err
		}
		if len(list) > 0 {
			return agency, list, nil
		}
		up, err := a.Store.Agency(ctx, agency)
		if errors.Is(err, models.ErrNotFound) || err == nil && up.Parent == "" {
			return "", nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		agency = up.Parent
	}
	return "", nil, nil
}
