package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/workflows"
)

// Dossiers that open each other speak through the outbox: what one asks of the other is a message, delivered until it is done,
// and an act whose id is derived from both, so that it is done once however often it is delivered.

// Linked is a dossier that a task of another one opened, as that one shows it.
type Linked struct {
	Task      string `json:"task"`
	Procedure string `json:"procedure"`
	// Code is empty until the dossier could be taken in.
	Code       string    `json:"code,omitempty"`
	StatusName string    `json:"status_name,omitempty"`
	DueAt      time.Time `json:"due_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// linked lists the dossiers that a dossier opened. Who may see it may see how far they are, whoever leads them.
func (o *Office) linked(ctx context.Context, code string) (out []Linked, err error) {
	rows, err := o.Store.Linked(ctx, code)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		l := Linked{Task: r.Task, Procedure: r.Procedure, Code: r.Child}
		if r.Child != "" {
			child, err := o.Store.Dossier(ctx, r.Child)
			if err != nil {
				return nil, err
			}
			l.StatusName, l.DueAt, l.FinishedAt = child.View.Status.Vietnamese(), child.View.DueAt, child.View.FinishedAt
		}
		out = append(out, l)
	}
	return out, nil
}

// Link delivers one message of topic "link". An error asks for it to be delivered again.
func (o *Office) Link(ctx context.Context, row models.OutboxRow) error {
	var p models.LinkPayload
	if err := json.Unmarshal(row.Payload, &p); err != nil {
		return fmt.Errorf("link message %d: %w", row.ID, err)
	}
	a := dossier.Act{ID: linkAct(row.Dedup), At: p.At, By: dossier.ByLink, Fingerprint: row.Dedup}
	switch p.Kind {
	case models.LinkOpen:
		return o.openChild(ctx, p)
	case models.LinkEnd:
		a.Kind, a.Task, a.Outcome, a.Child = dossier.ActEndChild, p.Task, p.Outcome, p.Child
	case models.LinkWithdraw:
		a.Kind = dossier.ActWithdraw
	case models.LinkStop:
		a.Kind, a.Ground, a.Reasoned = dossier.ActStop, p.Ground, true
	default:
		return fmt.Errorf("link message %d: unknown kind %q", row.ID, p.Kind)
	}
	return o.deliver(ctx, p.Dossier, a)
}

func linkAct(dedup string) string {
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceOID, []byte("motcua/link")), []byte(dedup)).String()
}

// deliver does an act of the link. A refusal is an answer too: the other dossier has ended, or no longer waits. One whose
// result is at the desk may still be opened again, and then waits again: such an act is delivered later.
func (o *Office) deliver(ctx context.Context, code string, a dossier.Act) error {
	wait, cancel := context.WithTimeout(ctx, workflows.AwaitAct)
	defer cancel()
	req := workflows.ActRequest{Act: a}
	o.starts.wait(wait, code)
	_, err := o.Engine.Act(wait, code, req)
	if errors.Is(err, workflows.ErrNotRunning) {
		_, err = o.sendAfterStart(wait, code, req)
	}
	var refusal *dossier.Refusal
	if errors.As(err, &refusal) && !slices.Contains([]string{"time_ahead", "frozen", "wrong_state"}, refusal.Code) {
		o.Logger.Info("link not needed any more", "dossier", code, "act", a.Kind, "refusal", refusal.Code)
		return nil
	}
	return err
}

// openChild takes in a dossier that could not be taken in when it was asked for.
func (o *Office) openChild(ctx context.Context, p models.LinkPayload) error {
	r, err := o.Rebuild(ctx, p.Dossier)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.Events, func(e dossier.Event) bool { return e.Seq == p.Seq })
	if i < 0 {
		return fmt.Errorf("dossier %s has no event %d", p.Dossier, p.Seq)
	}
	now := o.Legal()
	v, err := dossier.Look(r.Deps, r.State, now)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.Tasks, func(t dossier.TaskView) bool { return t.Task == p.Task }) {
		return nil // nobody waits for it any more
	}
	// It is received when it is taken in: the time before that was nobody's who could have worked on it.
	asked := r.Events[i]
	asked.At, asked.Recorded = now, now
	children, missed, err := o.desk.Children(ctx, v, []dossier.Event{asked})
	if err != nil {
		return err
	}
	subject := p.Dossier + " " + p.Task
	if len(missed) > 0 {
		detail := fmt.Sprintf("dossier under %s: %v", missed[0].Procedure, missed[0].Cause)
		return errors.Join(missed[0].Cause, o.Store.AddFinding(ctx, models.Finding{Kind: intake.FindingNotOpened, Subject: subject, Detail: detail}))
	}
	if _, err := o.Store.OpenChild(ctx, p.Dossier, children[0]); err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return o.Store.CloseFinding(ctx, intake.FindingNotOpened, subject)
}
