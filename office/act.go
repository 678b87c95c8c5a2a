package office

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"sync/atomic"
	"time"

	"motcua/dossier"
	"motcua/intake"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// ActBody is an act as people send it. Free text stays in the database; the workflow sees that there was one.
type ActBody struct {
	Kind            string         `json:"kind"`
	Task            string         `json:"task,omitempty"`
	Outcome         string         `json:"outcome,omitempty"`
	To              string         `json:"to,omitempty"`
	Reason          string         `json:"reason,omitempty"`
	Ground          string         `json:"ground,omitempty"`
	Document        string         `json:"document,omitempty"`
	Approval        string         `json:"approval,omitempty"`
	GuidanceIgnored bool           `json:"guidance_ignored,omitempty"`
	Complete        bool           `json:"complete,omitempty"`
	Papers          []string       `json:"papers,omitempty"`
	Results         []string       `json:"results,omitempty"`
	Effective       time.Time      `json:"effective,omitzero"`
	From            time.Time      `json:"from,omitzero"`
	Until           time.Time      `json:"until,omitzero"`
	Proposal        int            `json:"proposal,omitempty"`
	Extension       string         `json:"extension,omitempty"`
	Payment         string         `json:"payment,omitempty"`
	Amount          int64          `json:"amount,omitempty"`
	Financial       bool           `json:"financial,omitempty"`
	Facts           map[string]any `json:"facts,omitempty"`
}

// Answer is what an act led to. Pending: its fate is not known yet; ask at the act's address.
type Answer struct {
	Act string `json:"act"`
	// Dossier or Mission is what was acted on.
	Dossier  string         `json:"dossier,omitempty"`
	Mission  string         `json:"mission,omitempty"`
	State    string         `json:"state"`
	Seq      int64          `json:"seq,omitempty"`
	Revision int64          `json:"revision,omitempty"`
	Status   dossier.Status `json:"status,omitempty"`
	Due      time.Time      `json:"due,omitzero"`
	// Stage and NextDue are a mission's.
	Stage   mission.Stage `json:"stage,omitempty"`
	NextDue time.Time     `json:"next_due,omitzero"`
	Problem *Problem      `json:"problem,omitempty"`
}

// States of an act.
const (
	ActPending = "pending"
	ActDone    = "done"
	ActRefused = "refused"
	ActFailed  = "failed"
)

// Act does one act on a dossier. expect is the revision that the caller saw, 0 for any.
func (o *Office) Act(ctx context.Context, p Principal, code string, body ActBody, key string, expect int64) (Answer, error) {
	row, err := o.visible(ctx, p, code)
	if err != nil {
		return Answer{}, err
	}
	r, ok := may(p, body.Kind)
	if !ok {
		return Answer{}, forbidden(body.Kind)
	}
	if body.Kind == dossier.ActProvideSupplement && body.Complete { // taking papers for complete is checking them
		if err := allow(p, dossier.ActCheckSupplement); err != nil {
			return Answer{}, err
		}
	}
	if err := backdates(p, row.View, body); err != nil {
		return Answer{}, err
	}
	print, err := fingerprint("act", code, body)
	if err != nil {
		return Answer{}, err
	}
	id := actID(p.ID, key)
	if a, ok, err := o.answeredAct(ctx, id, print); ok || err != nil {
		return a, err
	}
	if row.View.Stage.Closed() {
		return Answer{}, closed(row.View)
	}
	if body, expect, err = o.stand(ctx, p, r, row.View, body, expect); err != nil {
		return Answer{}, err
	}
	if err := o.health.ready(ctx, o.Engine); err != nil {
		return Answer{}, engineDown(err)
	}
	if err := o.references(ctx, p, row, body); err != nil {
		return Answer{}, err
	}
	act, err := o.compose(ctx, p, row, body, id, print)
	if err != nil {
		return Answer{}, err
	}
	raw, err := json.Marshal(storedAct{Body: body, Act: act, Expect: expect})
	if err != nil {
		return Answer{}, err
	}
	stored, created, err := o.Store.BeginAct(ctx, models.ActRow{
		ID: id, Principal: p.ID, Dossier: code, Kind: body.Kind, Fingerprint: print, Body: raw, ReceivedAt: act.At, State: ActPending,
	})
	if err != nil {
		return Answer{}, err
	}
	if !created { // the same key at the same moment
		if stored.Fingerprint != print {
			return Answer{}, keyReused()
		}
		return answerOf(stored)
	}
	return o.send(ctx, code, workflows.ActRequest{Act: act, Expect: expect, Seen: row.Seq}, o.Now())
}

// storedAct is what the row of an act keeps, so that the sweeper can ask again with the same words.
type storedAct struct {
	Body   ActBody     `json:"body"`
	Act    dossier.Act `json:"act"`
	Expect int64       `json:"expect,omitempty"`
	// Plan and Calendars belong to a move to another version: the hash of the plan that the act brings, and the revisions.
	Plan      string                   `json:"plan,omitempty"`
	Calendars []workflows.CalendarData `json:"calendars,omitempty"`
}

func (o *Office) compose(ctx context.Context, p Principal, row models.DossierRow, b ActBody, id, print string) (dossier.Act, error) {
	a := dossier.Act{
		ID: id, Kind: b.Kind, At: o.Legal(), By: p.Officer, Fingerprint: print, Task: b.Task, Outcome: b.Outcome, To: b.To,
		Reasoned: b.Reason != "", Ground: b.Ground, Document: b.Document, Approval: b.Approval, GuidanceIgnored: b.GuidanceIgnored,
		Complete: b.Complete, Papers: b.Papers, Results: b.Results, Effective: b.Effective, MayBackdate: !b.Effective.IsZero(), From: b.From, Until: b.Until,
		Proposal: b.Proposal, Extension: b.Extension, Payment: b.Payment, Amount: b.Amount, Financial: b.Financial,
	}
	if b.Kind == dossier.ActReappoint && b.Proposal != 0 && a.Approval == "" && p.Officer != "" { // who answers a proposal signs it
		var err error
		if a.Approval, err = o.officerName(ctx, p.Officer); err != nil {
			return a, err
		}
	}
	if b.Facts != nil {
		plan, err := o.desk.Plan(ctx, row.View.Plan)
		if err != nil {
			return a, err
		}
		facts, err := o.desk.FactsOf(ctx, row.View.Code)
		if err != nil {
			return a, err
		}
		maps.Copy(facts, b.Facts)
		conditions, err := plan.Evaluate(facts)
		if err != nil {
			return a, taken(intake.FactFault(plan, facts, err))
		}
		a.Conditions, a.ConditionsSet = conditions, true
	}
	if b.Kind == dossier.ActAccept {
		number, err := o.Store.NextRegister(ctx, row.View.Receiving, o.Legal(), id)
		if err != nil {
			return a, err
		}
		a.Register = number
		plan, err := o.desk.Plan(ctx, row.View.Plan)
		if err != nil {
			return a, err
		}
		if a.Ended, err = o.desk.Endings(ctx, &plan.Exec); err != nil {
			return a, err
		}
	}
	return a, nil
}

// refuseWithin is how long it may take to keep a refusal, also for a caller who has gone.
const refuseWithin = 10 * time.Second

// send asks the workflow, and finishes the act's row, begun at a wall time, where the answer is a refusal or the end of all
// tries. An unknown fate is an answer too.
func (o *Office) send(ctx context.Context, code string, req workflows.ActRequest, begun time.Time) (Answer, error) {
	wait, cancel := context.WithTimeout(ctx, workflows.AwaitAct)
	defer cancel()
	o.starts.wait(wait, code)
	reply, err := o.Engine.Act(wait, code, req)
	if errors.Is(err, workflows.ErrNotRunning) {
		reply, err = o.sendAfterStart(wait, code, req)
	}
	a := Answer{Act: req.Act.ID, Dossier: code, State: ActDone, Seq: reply.Seq, Revision: reply.Revision, Status: reply.Status, Due: reply.Due}
	return o.settle(ctx, a, begun, err)
}

// settle turns what the engine answered into the answer of an act, and finishes the act's row, begun at a wall time, where that is
// a refusal or the end of all tries.
func (o *Office) settle(ctx context.Context, a Answer, begun time.Time, err error) (Answer, error) {
	var r *dossier.Refusal
	switch {
	case err == nil:
		return a, nil
	case errors.As(err, &r):
		p := refused(r)
		answer, jsonErr := json.Marshal(p)
		if jsonErr != nil {
			return Answer{}, jsonErr
		}
		keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), refuseWithin)
		defer cancel()
		if err := o.Store.RefuseAct(keep, a.Act, p.Status, answer); err != nil {
			return Answer{}, err
		}
		return Answer{}, p
	case errors.Is(err, workflows.ErrUnknown), errors.Is(err, workflows.ErrDown), ctx.Err() != nil:
		o.health.failed()
		return Answer{Act: a.Act, Dossier: a.Dossier, Mission: a.Mission, State: ActPending}, nil
	}
	return o.failed(ctx, a, begun, err)
}

// sendAfterStart answers an act that found no open workflow: the dossier has ended, or its workflow was not started yet.
func (o *Office) sendAfterStart(ctx context.Context, code string, req workflows.ActRequest) (workflows.ActReply, error) {
	row, err := o.Store.Dossier(ctx, code)
	if err != nil {
		return workflows.ActReply{}, err
	}
	if row.View.Stage.Closed() {
		return workflows.ActReply{}, &dossier.Refusal{Code: "closed", Detail: closed(row.View).Detail}
	}
	if err := o.start(ctx, code); err != nil {
		return workflows.ActReply{}, err
	}
	return o.Engine.Act(ctx, code, req)
}

func (o *Office) answeredAct(ctx context.Context, id, print string) (Answer, bool, error) {
	row, err := o.Store.Act(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return Answer{}, false, nil
	}
	if err != nil {
		return Answer{}, false, err
	}
	if row.Fingerprint != print {
		return Answer{}, true, keyReused()
	}
	a, err := answerOf(row)
	return a, true, err
}

func answerOf(row models.ActRow) (Answer, error) {
	at := Answer{Act: row.ID, Dossier: row.Dossier, State: row.State}
	if isMissionAct(row.Kind) {
		at.Dossier, at.Mission = "", row.Dossier
	}
	a := at
	switch row.State {
	case ActRefused, ActFailed:
		p := &Problem{}
		if err := json.Unmarshal(row.Answer, p); err != nil {
			return a, err
		}
		return a, p
	case ActDone:
		if len(row.Answer) > 0 {
			if err := json.Unmarshal(row.Answer, &a); err != nil {
				return a, err
			}
			a.Act, a.Dossier, a.Mission, a.State = at.Act, at.Dossier, at.Mission, at.State
		}
	}
	return a, nil
}

// ActState returns an act by id, to the principal who sent it.
func (o *Office) ActState(ctx context.Context, p Principal, id string) (Answer, error) {
	row, err := o.Store.Act(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && row.Principal != p.ID {
		return Answer{}, &Problem{Status: http.StatusNotFound, Code: "act_unknown", Title: "Không tìm thấy", Detail: "Không có thao tác này."}
	}
	if err != nil {
		return Answer{}, err
	}
	a, err := answerOf(row)
	var problem *Problem
	if errors.As(err, &problem) {
		a.Problem, err = problem, nil
	}
	return a, err
}

// health remembers for a moment whether the engine answered, so that acts are refused before their row is written while it
// is down, and a healthy one is not asked every time.
type health struct {
	okUntil atomic.Int64
}

const healthFor = 2 * time.Second

func (h *health) ready(ctx context.Context, e Engine) error {
	now := time.Now().UnixNano()
	if now < h.okUntil.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := e.Check(ctx); err != nil {
		return err
	}
	h.okUntil.Store(now + int64(healthFor))
	return nil
}

func (h *health) failed() { h.okUntil.Store(0) }
