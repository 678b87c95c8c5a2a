package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// FindingNotOpened is the kind of the finding of a dossier that a step asked for and that cannot be taken in.
const FindingNotOpened = "child_not_opened"

// Above is the dossier that opens others, as far as they take something over from it.
type Above struct {
	// Procedure is its own, Parent what stands above it in turn; Receiving receives theirs too.
	Procedure string
	Parent    *dossier.Parent
	Receiving string
	Plan      *procedure.Plan
	Facts     map[string]any
	Applicant models.Applicant
	Papers    []models.Paper
}

// Missed is a dossier that was asked for and cannot be taken in: the organisation or the procedures lack something.
type Missed struct {
	Task, Procedure string
	Cause           error
}

// Children prepares the dossiers that events of a stored dossier ask for. What cannot be taken in is returned apart: it is no
// reason not to record what happened. An error is one of the database.
func (d *Desk) Children(ctx context.Context, v dossier.View, events []dossier.Event) ([]models.Child, []Missed, error) {
	if !asks(events) {
		return nil, nil, nil
	}
	a := Above{Procedure: v.Procedure, Parent: v.Parent, Receiving: v.Receiving}
	var err error
	if a.Plan, err = d.Plan(ctx, v.Plan); err != nil {
		return nil, nil, err
	}
	if a.Facts, err = d.FactsOf(ctx, v.Code); err != nil {
		return nil, nil, err
	}
	if a.Applicant, err = d.Store.Applicant(ctx, v.Code); err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, nil, err
	}
	if a.Papers, err = d.Store.Papers(ctx, v.Code); err != nil {
		return nil, nil, err
	}
	var out []models.Child
	var missed []Missed
	for i, e := range events {
		if e.Act != "" { // the act that asks may state facts, and is not done yet
			if err := d.factsOfAct(ctx, e.Act, a.Facts); err != nil {
				return nil, nil, err
			}
		}
		children, m, err := d.ChildrenOf(ctx, a, events[i:i+1])
		if err != nil {
			return nil, nil, err
		}
		out, missed = append(out, children...), append(missed, m...)
	}
	return out, missed, nil
}

// ChildrenOf is Children for a dossier that is not stored yet.
func (d *Desk) ChildrenOf(ctx context.Context, a Above, events []dossier.Event) (out []models.Child, missed []Missed, err error) {
	for _, e := range events {
		asked, ok := e.Body.(dossier.ChildRequested)
		if !ok {
			continue
		}
		take, err := d.child(ctx, a, asked, e)
		switch {
		case cannot(err):
			missed = append(missed, Missed{Task: asked.Task, Procedure: asked.Procedure, Cause: err})
		case err != nil:
			return nil, nil, fmt.Errorf("dossier under %s: %w", asked.Procedure, err)
		default:
			out = append(out, models.Child{Task: asked.Task, Take: take})
		}
	}
	return out, missed, nil
}

// cannot says that an error is no outage: asking again at once would meet it again.
func cannot(err error) bool {
	var fault *Fault
	var refusal *dossier.Refusal
	return errors.As(err, &fault) || errors.As(err, &refusal) || errors.Is(err, models.ErrNotFound)
}

func asks(events []dossier.Event) bool {
	for _, e := range events {
		if _, ok := e.Body.(dossier.ChildRequested); ok {
			return true
		}
	}
	return false
}

// child prepares one dossier, and those that it opens at once in turn; what it misses of those its own events ask for later.
func (d *Desk) child(ctx context.Context, a Above, asked dossier.ChildRequested, e dossier.Event) (func(parent string) models.Submission, error) {
	facts, err := handed(a, asked)
	if err != nil {
		return nil, err
	}
	in, err := d.Prepare(ctx, Request{
		Procedure: asked.Procedure, Channel: dossier.ChannelLinked, Receiving: a.Receiving, Lead: asked.Agency, Facts: facts, linked: true,
	})
	if err != nil {
		return nil, err
	}
	below := Above{Procedure: asked.Procedure, Receiving: a.Receiving, Plan: in.Plan, Facts: facts, Applicant: a.Applicant, Papers: passedOn(in.Plan, a.Papers)}
	var above []string
	if a.Parent != nil {
		above = append(above, a.Parent.Procedures...)
	}
	below.Parent = &dossier.Parent{Task: asked.Task, Procedures: append(above, a.Procedure)}
	body, err := json.Marshal(map[string]any{"facts": facts, "task": asked.Task})
	if err != nil {
		return nil, err
	}
	build := func(parent, code string, register func() (int64, error)) (models.Batch, error) {
		ready := *in
		link := *below.Parent
		link.Code = parent
		ready.Facts.Parent = &link
		return ready.Build(Taking{
			Code: code, Act: childAct(parent, asked.Task), Fingerprint: asked.Procedure, By: dossier.ByLink, Legal: e.At, Recorded: e.Recorded,
			Accept: true, Register: register,
		})
	}
	// A dry run: what the machine refuses is known before the transaction, and what the child asks for in turn.
	trial, err := build("-", "-", func() (int64, error) { return 1, nil })
	if err != nil && !cannot(err) { // the machine touches no database: a calendar ends too early
		return nil, fault("", "Không tính được hồ sơ của thủ tục %s: %v.", asked.Procedure, err)
	}
	if err != nil {
		return nil, err
	}
	grandchildren, _, err := d.ChildrenOf(ctx, below, trial.Events)
	if err != nil {
		return nil, err
	}
	return func(parent string) models.Submission {
		return models.Submission{
			Act: models.ActRow{
				ID: childAct(parent, asked.Task), Principal: dossier.ByLink, Kind: dossier.ActSubmit, Fingerprint: asked.Procedure, Body: body, ReceivedAt: e.At,
			},
			Agency: a.Receiving, Legal: e.At, Applicant: below.Applicant, Papers: below.Papers,
			Build: func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
				batch, err := build(parent, code, register)
				batch.Children = grandchildren
				return batch, nil, err
			},
		}
	}, nil
}

// childAct is the id of the submission that a task makes: the same task, the same act.
func childAct(parent, task string) string {
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceOID, []byte("motcua/linked")), []byte(parent+"\x00"+task)).String()
}

// handed are the facts of a sub-procedure, by its own names. A fact that was not stated has its default here too.
func handed(a Above, asked dossier.ChildRequested) (map[string]any, error) {
	out := map[string]any{}
	st, ok := a.Plan.Exec.Step(stepOf(asked.Task))
	if !ok {
		return nil, fault("/task", "Quy trình không có bước của việc %q.", asked.Task)
	}
	known, err := a.Plan.Complete(a.Facts)
	if err != nil {
		return nil, FactFault(a.Plan, a.Facts, err)
	}
	for _, f := range st.Facts {
		if v, ok := known[f.Parent]; ok {
			out[f.Child] = v
		}
	}
	return out, nil
}

// passedOn are the papers that the other procedure asks for too, by their id.
func passedOn(plan *procedure.Plan, papers []models.Paper) (out []models.Paper) {
	for _, p := range papers {
		for _, doc := range plan.Documents {
			if doc.ID == p.Document {
				out = append(out, models.Paper{Document: p.Document, Name: p.Name, Originals: p.Originals, Copies: p.Copies, Attachment: p.Attachment})
				break
			}
		}
	}
	return out
}
