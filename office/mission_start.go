package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// MissionStart asks for a mission model to be started.
type MissionStart struct {
	// Model is its code; the version in force is taken, and kept to the end.
	Model string `json:"model"`
	// Lead and Agencies say which agency stands for the model's lead and for each cooperating one, by type; they may be left out
	// where the organisation has only one of the type.
	Lead     string            `json:"lead,omitempty"`
	Agencies map[string]string `json:"agencies,omitempty"`
	// Reason is free text: the decision behind it. It stays in the database.
	Reason string `json:"reason,omitempty"`
}

// MissionReceipt answers a start.
type MissionReceipt struct {
	Code        string        `json:"code"`
	Model       string        `json:"model"`
	ModelName   string        `json:"model_name"`
	Hash        string        `json:"hash"`
	Lead        string        `json:"lead"`
	Stage       mission.Stage `json:"stage"`
	StartedAt   time.Time     `json:"started_at"`
	NextDue     time.Time     `json:"next_due,omitzero"`
	Provisional bool          `json:"provisional,omitempty"`
	Total       int           `json:"total"`
	Revision    int64         `json:"revision"`
}

// StartMission starts a mission within one transaction, so that it is there with the engine down. The workflow is started right
// after, as a dossier's is.
func (o *Office) StartMission(ctx context.Context, p Principal, m MissionStart, key string) (MissionReceipt, error) {
	if err := allow(p, missionAction(mission.ActStart)); err != nil {
		return MissionReceipt{}, err
	}
	print, err := fingerprint("mission", m)
	if err != nil {
		return MissionReceipt{}, err
	}
	id := actID(p.ID, key)
	if done, ok, err := o.startedMission(ctx, id, print); ok || err != nil {
		return done, err
	}
	model, facts, deps, err := o.prepareMission(ctx, m)
	if err != nil {
		return MissionReceipt{}, err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return MissionReceipt{}, err
	}
	legal := o.Legal()
	var receipt MissionReceipt
	code, err := o.Store.StartMission(ctx, models.MissionStart{
		Act:  models.ActRow{ID: id, Principal: p.ID, Kind: missionAction(mission.ActStart), Fingerprint: print, Body: body, ReceivedAt: legal},
		Lead: facts.Lead, Legal: legal,
		Build: func(code string) (models.MissionBatch, json.RawMessage, error) {
			f := facts
			f.Code = code
			state := &mission.State{}
			act := mission.Act{ID: id, Kind: mission.ActStart, At: legal, By: p.Officer, Fingerprint: print, Start: &f}
			events, err := mission.Do(deps, state, act, legal)
			if err != nil {
				return models.MissionBatch{}, nil, err
			}
			v, err := mission.Look(deps, state, legal)
			if err != nil {
				return models.MissionBatch{}, nil, err
			}
			receipt = MissionReceipt{
				Code: code, Model: v.Model, ModelName: model.Name, Hash: v.Hash, Lead: v.Lead, Stage: v.Stage, StartedAt: v.StartedAt,
				NextDue: v.NextDue, Provisional: v.Provisional, Total: v.Total, Revision: v.Revision,
			}
			answer, err := json.Marshal(receipt)
			return models.MissionBatch{Code: code, Events: events, View: v, Acts: state.Done}, answer, err
		},
	})
	var again *models.DuplicateAct
	if errors.As(err, &again) { // the same key arrived twice at once: the other one won
		done, _, err := o.startedMission(ctx, id, print)
		return done, err
	}
	if err != nil {
		return MissionReceipt{}, err
	}
	o.startMissionSoon(code)
	return receipt, nil
}

// startedMission returns the first answer to a key, or the problem of a key with another body.
func (o *Office) startedMission(ctx context.Context, id, print string) (MissionReceipt, bool, error) {
	row, err := o.Store.Act(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return MissionReceipt{}, false, nil
	}
	if err != nil {
		return MissionReceipt{}, false, err
	}
	if row.Fingerprint != print {
		return MissionReceipt{}, true, keyReused()
	}
	var r MissionReceipt
	return r, true, json.Unmarshal(row.Answer, &r)
}

// prepareMission checks and looks up everything that a start needs, before the transaction.
func (o *Office) prepareMission(ctx context.Context, m MissionStart) (*mission.Model, mission.Facts, mission.Deps, error) {
	var facts mission.Facts
	hash, err := o.Store.CurrentMissionModel(ctx, m.Model, o.Legal())
	if errors.Is(err, models.ErrNotFound) {
		return nil, facts, mission.Deps{}, invalid(FieldError{"/model", fmt.Sprintf("Không có mô hình %q đã được duyệt; xem danh sách ở /v1/mission-models.", m.Model)})
	}
	if err != nil {
		return nil, facts, mission.Deps{}, err
	}
	model, err := o.missionModel(ctx, hash)
	if err != nil {
		return nil, facts, mission.Deps{}, err
	}
	if facts, err = o.bindMission(ctx, model, m); err != nil {
		return nil, facts, mission.Deps{}, err
	}
	agencies := []string{facts.Lead}
	for _, b := range facts.Bindings {
		agencies = append(agencies, b.Agency)
	}
	if facts.Calendars, err = o.desk.PinCalendars(ctx, agencies); err != nil {
		return nil, facts, mission.Deps{}, err
	}
	deps := mission.Deps{Model: &model.Exec, Skew: o.desk.Skew()}
	_, deps.Calendars, err = o.desk.LoadCalendars(ctx, facts.Calendars)
	return model, facts, deps, err
}

// bindMission finds the agencies that stand for the model's: those named, else the only ones of their types.
func (o *Office) bindMission(ctx context.Context, model *mission.Model, m MissionStart) (mission.Facts, error) {
	all, err := o.Store.Agencies(ctx)
	if err != nil {
		return mission.Facts{}, err
	}
	byType := map[string][]string{}
	for _, a := range all {
		byType[a.Type] = append(byType[a.Type], a.ID)
	}
	var errs []FieldError
	bind := func(pointer, ref, named string) string {
		choices := byType[ref]
		switch {
		case named != "" && slices.Contains(choices, named):
			return named
		case named == "" && len(choices) == 1:
			return choices[0]
		case len(choices) == 0:
			errs = append(errs, FieldError{pointer, fmt.Sprintf("Không có cơ quan nào thuộc loại %q.", ref)})
		default:
			errs = append(errs, FieldError{pointer, fmt.Sprintf("Cơ quan loại %q phải là một trong: %s.", ref, strings.Join(choices, ", "))})
		}
		return ""
	}
	facts := mission.Facts{Lead: bind("/lead", model.Lead, m.Lead)}
	for _, ref := range model.Exec.Agencies {
		facts.Bindings = append(facts.Bindings, dossier.Binding{Ref: ref, Agency: bind("/agencies/"+ref, ref, m.Agencies[ref])})
	}
	for _, ref := range slices.Sorted(maps.Keys(m.Agencies)) {
		if !slices.Contains(model.Exec.Agencies, ref) {
			errs = append(errs, FieldError{"/agencies/" + ref, fmt.Sprintf("Mô hình không có cơ quan phối hợp loại %q.", ref)})
		}
	}
	if len(errs) > 0 {
		return facts, invalid(errs...)
	}
	return facts, nil
}

// RebuiltMission is a mission rebuilt from its events alone.
type RebuiltMission struct {
	State  *mission.State
	Deps   mission.Deps
	Events mission.Events
	Model  *mission.Model
	Start  workflows.MissionStart
}

// RebuildMission rebuilds a mission from the database: what its workflow is started from, by the start, the relay and
// `reconcile --rehydrate` alike.
func (o *Office) RebuildMission(ctx context.Context, code string) (*RebuiltMission, error) {
	events, err := o.Store.MissionEvents(ctx, code, 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, unknownMission(code)
	}
	done, err := o.Store.DoneActs(ctx, code)
	if err != nil {
		return nil, err
	}
	return o.rebuiltMission(ctx, code, events, done)
}

// rebuiltMission rebuilds a mission from its events and the acts that are done.
func (o *Office) rebuiltMission(ctx context.Context, code string, events mission.Events, done []dossier.DoneAct) (*RebuiltMission, error) {
	s := mission.Rebuild(events)
	s.Done = done
	if n := len(done); n > 0 {
		s.Revision = done[n-1].Revision
	}
	model, err := o.missionModel(ctx, s.Hash)
	if err != nil {
		return nil, err
	}
	calendars, byHash, err := o.desk.LoadCalendars(ctx, s.Calendars)
	if err != nil {
		return nil, err
	}
	deps := mission.Deps{Model: &model.Exec, Skew: o.desk.Skew(), Calendars: byHash}
	start := workflows.MissionStart{
		Code: code, Events: events, Done: done, Exec: &model.Exec, Calendars: calendarData(calendars), Clock: o.Clock, Window: o.Window,
	}
	return &RebuiltMission{State: s, Deps: deps, Events: events, Model: model, Start: start}, nil
}

// startMission starts the workflow of a mission from its events. One that has ended is never started again.
func (o *Office) startMission(ctx context.Context, code string) error {
	r, err := o.RebuildMission(ctx, code)
	if err != nil {
		return err
	}
	if r.State.Stage.Ended() {
		return nil
	}
	v, err := mission.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	return o.Missions.StartMission(ctx, r.Start, v)
}

// StartMissionWorkflow is startMission for the relay.
func (o *Office) StartMissionWorkflow(ctx context.Context, code string) error {
	return o.startMission(ctx, code)
}

// startMissionSoon tries the start right after the commit, without making the caller wait; the relay sweeps what is left.
func (o *Office) startMissionSoon(code string) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), startWithin)
		defer cancel()
		if err := o.starts.inTurn(ctx, func() error { return o.startMission(ctx, code) }); err != nil {
			o.Logger.Warn("mission not started yet; the relay will", "mission", code, "error", err)
			return
		}
		if err := o.Store.DoneMissionStart(ctx, code); err != nil {
			o.Logger.Warn("start not marked", "mission", code, "error", err)
		}
	}()
}

// AuditMission rebuilds a mission from its events and compares it with the read model.
func (o *Office) AuditMission(ctx context.Context, code string) error {
	r, err := o.RebuildMission(ctx, code)
	if err != nil {
		return err
	}
	row, err := o.Store.Mission(ctx, code)
	if err != nil {
		return err
	}
	v, err := mission.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return err
	}
	if v.Seq != row.View.Seq || v.Stage != row.View.Stage || v.Settled != row.View.Settled || !v.NextDue.Equal(row.View.NextDue) {
		return fmt.Errorf("mission %s: read model is at event %d (%s, %d settled), the events lead to %d (%s, %d settled)",
			code, row.View.Seq, row.View.Stage, row.View.Settled, v.Seq, v.Stage, v.Settled)
	}
	return nil
}

// endedMission says that a mission has ended.
func endedMission(v mission.View) *Problem {
	return &Problem{Status: http.StatusConflict, Code: "closed", Title: "Mô hình đã kết thúc",
		Detail: fmt.Sprintf("Mô hình %s: %s; không thể thao tác thêm.", v.Code, v.Stage.Vietnamese())}
}
