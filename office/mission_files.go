package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/mission"
	"motcua/models"
	"motcua/procedure"
	"motcua/simulate"
)

// States of a place in a plan.
const (
	SlotEmpty   = "empty"   // nobody has named it
	SlotNamed   = "named"   // its name is known, no model fills it
	SlotDefined = "defined" // an approved model fills it
)

// MissionModels are the models that may be started and the plans whose places they fill. Each plan is counted by itself.
type MissionModels struct {
	Items []MissionModelLine `json:"items"`
	Plans []MissionPlanLine  `json:"plans"`
	// Drafts wait for another person's approval.
	Drafts []MissionFileLine `json:"drafts,omitempty"`
}

// MissionModelLine is a model in a list.
type MissionModelLine struct {
	Code string         `json:"code"`
	Name string         `json:"name"`
	Hash string         `json:"hash"`
	Plan *mission.Place `json:"plan,omitempty"`
	// Lead is the type of the lead agency.
	Lead string `json:"lead"`
	// Origin says how far to trust the model: official, inferred or sample.
	Origin     string    `json:"origin"`
	ApprovedBy string    `json:"approved_by"`
	ApprovedAt time.Time `json:"approved_at"`
}

// MissionPlanLine is a plan with its places.
type MissionPlanLine struct {
	Code     string                 `json:"code"`
	Name     string                 `json:"name"`
	Hash     string                 `json:"hash"`
	Origin   string                 `json:"origin"`
	Decision *procedure.Publication `json:"decision,omitempty"`
	Note     string                 `json:"note,omitempty"`
	// Places, of which so many are Named and so many Defined.
	Places  int               `json:"places"`
	Named   int               `json:"named"`
	Defined int               `json:"defined"`
	Slots   []MissionSlotLine `json:"slots"`
}

// MissionSlotLine is a place of a plan; Model is the code of the model that fills it.
type MissionSlotLine struct {
	mission.Slot
	State string `json:"state"`
	Model string `json:"model,omitempty"`
}

// MissionFileLine is a stored file.
type MissionFileLine struct {
	Hash string `json:"hash"`
	// Kind is model or plan.
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Origin string `json:"origin"`
	Author string `json:"author"`
	// ApprovedBy is empty while the file waits for approval.
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	// Warnings are what lint has to say of it.
	Warnings []string `json:"warnings,omitempty"`
}

// MissionModels lists the models in force and the plans, of one plan only where it is named.
func (o *Office) MissionModels(ctx context.Context, p Principal, plan string) (MissionModels, error) {
	out := MissionModels{Items: []MissionModelLine{}, Plans: []MissionPlanLine{}}
	if err := allow(p, DoProcedures); err != nil {
		return out, err
	}
	drafts := allow(p, DoWriteMissions) == nil || allow(p, DoApproveMissions) == nil
	filled := map[mission.Place]string{}
	for _, kind := range []string{models.MissionModelFile, models.MissionPlanFile} {
		rows, err := o.Store.MissionFiles(ctx, kind, o.Legal(), drafts)
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			place := mission.Place{Code: r.Plan, No: r.No}
			switch {
			case r.ApprovedAt.IsZero():
				out.Drafts = append(out.Drafts, fileLine(r))
			case kind == models.MissionModelFile && (plan == "" || r.Plan == plan):
				line := MissionModelLine{Code: r.Code, Name: r.Name, Hash: r.Hash, Lead: r.Lead, Origin: r.Origin, ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt}
				if r.Plan != "" {
					line.Plan = &place
					filled[place] = r.Code
				}
				out.Items = append(out.Items, line)
			}
		}
	}
	plans, err := o.Store.MissionPlans(ctx, o.Legal())
	if err != nil {
		return out, err
	}
	for _, p := range plans {
		if plan == "" || p.Code == plan {
			out.Plans = append(out.Plans, planLine(p, filled))
		}
	}
	return out, nil
}

func planLine(p *mission.Plan, filled map[mission.Place]string) MissionPlanLine {
	line := MissionPlanLine{Code: p.Code, Name: p.Name, Hash: p.Hash(), Origin: p.Origin, Decision: p.Decision, Note: p.Note, Places: len(p.Slots), Named: p.Named()}
	for _, s := range p.Slots {
		slot := MissionSlotLine{Slot: s, State: SlotEmpty, Model: filled[mission.Place{Code: p.Code, No: s.No}]}
		switch {
		case slot.Model != "":
			slot.State = SlotDefined
			line.Defined++
		case s.Name != "":
			slot.State = SlotNamed
		}
		line.Slots = append(line.Slots, slot)
	}
	return line
}

func fileLine(r models.MissionFileRow) MissionFileLine {
	return MissionFileLine{Hash: r.Hash, Kind: r.Kind, Code: r.Code, Name: r.Name, Origin: r.Origin, Author: r.Author, ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt}
}

// MissionModel returns the model in force of a code.
func (o *Office) MissionModel(ctx context.Context, p Principal, code string) (*mission.Model, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, err
	}
	hash, err := o.Store.CurrentMissionModel(ctx, code, o.Legal())
	if errors.Is(err, models.ErrNotFound) {
		return nil, &Problem{Status: http.StatusNotFound, Code: "model_unknown", Title: "Không tìm thấy mô hình",
			Detail: fmt.Sprintf("Không có mô hình %q đã được duyệt; xem danh sách ở /v1/mission-models.", code)}
	}
	if err != nil {
		return nil, err
	}
	return o.missionModel(ctx, hash)
}

// MissionSimulation asks what an imagined mission would go through. It starts nothing and changes nothing.
type MissionSimulation struct {
	Started time.Time     `json:"started,omitzero"`
	Pace    simulate.Pace `json:"pace,omitempty"`
	Until   time.Time     `json:"until,omitzero"`
}

// SimulateMission plays a model on the pure machine.
func (o *Office) SimulateMission(ctx context.Context, p Principal, code string, s MissionSimulation) (simulate.MissionOutcome, error) {
	model, err := o.MissionModel(ctx, p, code)
	if err != nil {
		return simulate.MissionOutcome{}, err
	}
	if !slices.Contains([]simulate.Pace{simulate.PaceNone, simulate.PaceHalf, simulate.PaceFull}, s.Pace) {
		return simulate.MissionOutcome{}, invalid(FieldError{"/pace", "Nhịp là half, full, hoặc để trống."})
	}
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return simulate.MissionOutcome{}, err
	}
	if s.Started.IsZero() {
		s.Started = o.Legal()
	}
	out, err := simulate.RunMission(simulate.MissionScenario{Model: &model.Exec, Calendar: cal, Started: s.Started, Pace: s.Pace, Until: s.Until})
	if errors.Is(err, calendar.ErrOutOfRange) {
		return out, invalid(FieldError{"/started", "Thời điểm nằm ngoài các năm đã có lịch."})
	}
	return out, err
}

// WriteMission stores a model or a plan as its author's draft. It may be started, or fills its places, once another person has
// approved it. The same content again is the same file.
func (o *Office) WriteMission(ctx context.Context, p Principal, source, key string) (MissionFileLine, error) {
	if err := allow(p, DoWriteMissions); err != nil {
		return MissionFileLine{}, err
	}
	id := actID(p.ID, key)
	approval := models.MissionApproval{Act: id, Author: p.Officer}
	hash, save, found, err := o.readMission(ctx, source)
	if err != nil {
		return MissionFileLine{}, err
	}
	if known, err := o.Store.MissionFileByAct(ctx, id); err == nil && known.Hash != hash {
		return MissionFileLine{}, keyReused()
	} else if err != nil && !errors.Is(err, models.ErrNotFound) {
		return MissionFileLine{}, err
	}
	if _, err := save(approval); err != nil {
		return MissionFileLine{}, err
	}
	row, err := o.Store.MissionFile(ctx, hash)
	if err != nil {
		return MissionFileLine{}, err
	}
	line := fileLine(row)
	for _, f := range found {
		line.Warnings = append(line.Warnings, f.String())
	}
	return line, nil
}

// readMission reads a file of either kind; every finding that blocks it is an error of the request.
func (o *Office) readMission(ctx context.Context, source string) (hash string, save func(models.MissionApproval) (bool, error), found procedure.Diagnostics, err error) {
	const name = "tệp"
	data := []byte(source)
	if mission.IsPlan(data) {
		plan, found := mission.ParsePlan(name, data)
		if plan == nil {
			return "", nil, nil, findings(found)
		}
		return plan.Hash(), func(a models.MissionApproval) (bool, error) { return o.Store.SaveMissionPlan(ctx, plan, data, a) }, found, nil
	}
	plans, err := o.Store.MissionPlans(ctx, o.Legal())
	if err != nil {
		return "", nil, nil, err
	}
	shelf := &mission.Shelf{Ladders: o.Ladders, Plans: plans}
	d, found := mission.Parse(name, data)
	if found.HasErrors() { // what can be read is checked all the same: everything is reported at once
		return "", nil, nil, findings(append(found, mission.Lint(d, shelf)...).Sorted())
	}
	model, found := mission.Compile(d, shelf)
	if model == nil {
		return "", nil, nil, findings(found)
	}
	return model.Hash, func(a models.MissionApproval) (bool, error) { return o.Store.SaveMissionModel(ctx, model, data, a) }, found, nil
}

func findings(found procedure.Diagnostics) *Problem {
	var errs []FieldError
	for _, f := range found {
		if f.Severity == procedure.SeverityError {
			errs = append(errs, FieldError{"/file", f.String()})
		}
	}
	return invalid(errs...)
}

// ApproveMission puts another person's draft in force. Approving what is approved changes nothing.
func (o *Office) ApproveMission(ctx context.Context, p Principal, hash string) (MissionFileLine, error) {
	if err := allow(p, DoApproveMissions); err != nil {
		return MissionFileLine{}, err
	}
	row, err := o.Store.MissionFile(ctx, hash)
	if errors.Is(err, models.ErrNotFound) {
		return MissionFileLine{}, &Problem{Status: http.StatusNotFound, Code: "model_unknown", Title: "Không tìm thấy tệp",
			Detail: fmt.Sprintf("Không có mô hình hay kế hoạch nào có mã băm %q.", hash)}
	}
	if err != nil {
		return MissionFileLine{}, err
	}
	if row.ApprovedAt.IsZero() && row.Author == p.Officer {
		return MissionFileLine{}, &Problem{Status: http.StatusForbidden, Code: "same_person", Title: "Không tự duyệt được",
			Detail: "Người soạn không tự duyệt; hãy nhờ người khác có quyền duyệt."}
	}
	if err := o.Store.ApproveMissionFile(ctx, hash, p.Officer, o.Legal()); err != nil {
		return MissionFileLine{}, err
	}
	row, err = o.Store.MissionFile(ctx, hash)
	return fileLine(row), err
}
