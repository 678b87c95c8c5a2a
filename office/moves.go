package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/models"
	"motcua/procedure"
)

// MoveOrder asks for open dossiers to go on under another version of their procedure.
type MoveOrder struct {
	// From and To are ids of versions of one procedure; To is published.
	From string `json:"from"`
	To   string `json:"to"`
	// Steps maps steps of the old version to steps of the new one; equal ids need not be named.
	Steps map[string]string `json:"steps,omitempty"`
	// Dossiers restricts the move to these; none: all open ones on the old version.
	Dossiers []string `json:"dossiers,omitempty"`
	// Later are the dossiers that the deciding document gives the later date of the new limit; Ground says by what law.
	Later    []string `json:"later,omitempty"`
	Ground   string   `json:"ground,omitempty"`
	Reason   string   `json:"reason"`
	Document string   `json:"document"`
}

// MoveStep is a step of the old version.
type MoveStep struct {
	From string `json:"from"`
	Name string `json:"name"`
	// To is empty where the step has no other: then no dossier may be at it.
	To string `json:"to,omitempty"`
	// Automatic: the ids are equal. Open counts the open tasks at it.
	Automatic bool  `json:"automatic,omitempty"`
	Open      int64 `json:"open"`
}

// MoveStatus is a move and how far it has come.
type MoveStatus struct {
	ID        string            `json:"id"`
	Procedure string            `json:"procedure"`
	FromPlan  string            `json:"from_plan"`
	ToPlan    string            `json:"to_plan"`
	Steps     map[string]string `json:"steps,omitempty"`
	Reason    string            `json:"reason"`
	Document  string            `json:"document"`
	Ground    string            `json:"ground,omitempty"`
	By        string            `json:"by"`
	State     string            `json:"state"`
	// Counts are the dossiers by what became of them.
	Counts    map[string]int64 `json:"counts"`
	Revision  int64            `json:"revision"`
	CreatedAt time.Time        `json:"created_at"`
	Items     []MoveItemLine   `json:"items,omitempty"`
	Next      string           `json:"next,omitempty"`
}

// MoveItemLine is what became of a dossier.
type MoveItemLine struct {
	Dossier string    `json:"dossier"`
	State   string    `json:"state"`
	OldDue  time.Time `json:"old_due,omitzero"`
	NewDue  time.Time `json:"new_due,omitzero"`
	Late    bool      `json:"late,omitempty"`
	Code    string    `json:"code,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	MovedAt time.Time `json:"moved_at,omitzero"`
}

// order is a checked MoveOrder.
type order struct {
	MoveOrder
	from, to *procedure.Plan
	steps    []MoveStep
}

// ordered checks what does not depend on single dossiers; everything wrong is told at once.
func (o *Office) ordered(ctx context.Context, p Principal, m MoveOrder) (*order, error) {
	if err := allow(p, DoMoveDossiers); err != nil {
		return nil, err
	}
	if p.Officer == "" {
		return nil, notHere("khóa này không gắn với một cán bộ")
	}
	x := &order{MoveOrder: m}
	var versions [2]models.VersionRow
	for i, id := range []string{m.From, m.To} {
		v, err := o.Store.Version(ctx, id)
		if errors.Is(err, models.ErrNotFound) {
			return nil, invalid(FieldError{[]string{"/from", "/to"}[i], fmt.Sprintf("Không có phiên bản %q; xem danh sách ở /v1/versions.", id)})
		}
		if err != nil {
			return nil, err
		}
		versions[i] = v
	}
	var errs []FieldError
	if versions[0].State != models.VersionPublished {
		errs = append(errs, FieldError{"/from", "Phiên bản này chưa từng công bố nên không có hồ sơ nào theo nó."})
	}
	if versions[1].State != models.VersionPublished {
		errs = append(errs, FieldError{"/to", "Chỉ chuyển sang phiên bản đã công bố."})
	}
	if versions[0].Code != versions[1].Code {
		errs = append(errs, FieldError{"/to", fmt.Sprintf("Hai phiên bản thuộc hai thủ tục %s và %s.", versions[0].Code, versions[1].Code)})
	}
	if versions[0].Hash == versions[1].Hash {
		errs = append(errs, FieldError{"/to", "Hai phiên bản có cùng nội dung."})
	}
	if strings.TrimSpace(m.Reason) == "" {
		errs = append(errs, FieldError{"/reason", "Chuyển phiên bản phải nêu lý do."})
	}
	if strings.TrimSpace(m.Document) == "" {
		errs = append(errs, FieldError{"/document", "Chuyển phiên bản phải có số văn bản quyết định."})
	}
	errs = append(errs, reference("/document", m.Document, models.Applicant{})...)
	errs = append(errs, reference("/ground", m.Ground, models.Applicant{})...)
	if len(m.Later) > 0 && strings.TrimSpace(m.Ground) == "" {
		errs = append(errs, FieldError{"/ground", "Thay ngày đã hẹn phải có căn cứ."})
	}
	if len(errs) > 0 {
		return nil, invalid(errs...)
	}
	var err error
	if x.from, err = o.desk.Plan(ctx, versions[0].Hash); err != nil {
		return nil, err
	}
	if x.to, err = o.desk.Plan(ctx, versions[1].Hash); err != nil {
		return nil, err
	}
	return x, o.stepsOf(ctx, x)
}

// stepsOf finds what becomes of each step, and refuses a map that names steps which are not there.
func (o *Office) stepsOf(ctx context.Context, x *order) error {
	open, err := o.Store.OpenSteps(ctx, x.from.Hash)
	if err != nil {
		return err
	}
	var errs []FieldError
	for from, to := range x.Steps {
		if _, ok := x.from.Exec.Step(from); !ok {
			errs = append(errs, FieldError{"/steps/" + from, "Phiên bản cũ không có bước này."})
		}
		if _, ok := x.to.Exec.Step(to); !ok {
			errs = append(errs, FieldError{"/steps/" + from, fmt.Sprintf("Phiên bản mới không có bước %q.", to)})
		}
	}
	slices.SortFunc(errs, func(a, b FieldError) int { return strings.Compare(a.Pointer, b.Pointer) })
	for _, s := range x.from.Steps {
		line := MoveStep{From: s.ID, Name: s.Name, To: x.Steps[s.ID], Open: open[s.ID]}
		if _, same := x.to.Exec.Step(s.ID); line.To == "" && same {
			line.To, line.Automatic = s.ID, true
		}
		x.steps = append(x.steps, line)
	}
	if len(errs) > 0 {
		return invalid(errs...)
	}
	return nil
}

// unmapped lists the steps with open tasks that have no other.
func (x *order) unmapped() (errs []FieldError) {
	for _, s := range x.steps {
		if s.To == "" && s.Open > 0 {
			errs = append(errs, FieldError{"/steps/" + s.From, fmt.Sprintf("Có %d việc đang mở ở bước “%s”; hãy nêu bước tương ứng trong phiên bản mới.", s.Open, s.Name)})
		}
	}
	return errs
}

// StartMove takes a move on: from here on the worker does it, dossier by dossier.
func (o *Office) StartMove(ctx context.Context, p Principal, m MoveOrder, key string) (MoveStatus, error) {
	id := actID(p.ID, key)
	if known, err := o.Store.Move(ctx, id); err == nil { // a repeated request is not judged again
		print, err := fingerprint("move", m)
		if err != nil {
			return MoveStatus{}, err
		}
		if known.Fingerprint != print {
			return MoveStatus{}, keyReused()
		}
		return o.moveStatus(ctx, known, "", 0)
	} else if !errors.Is(err, models.ErrNotFound) {
		return MoveStatus{}, err
	}
	x, err := o.ordered(ctx, p, m)
	if err != nil {
		return MoveStatus{}, err
	}
	if errs := x.unmapped(); len(errs) > 0 {
		return MoveStatus{}, invalid(errs...)
	}
	print, err := fingerprint("move", m)
	if err != nil {
		return MoveStatus{}, err
	}
	row, err := o.Store.StartMove(ctx, models.MoveRow{
		ID: id, Procedure: x.to.Code, FromPlan: x.from.Hash, ToPlan: x.to.Hash, Steps: m.Steps, Later: m.Later, Reason: m.Reason,
		Document: m.Document, Ground: m.Ground, Principal: p.ID, Officer: p.Officer, Fingerprint: print,
	}, m.Dossiers)
	if errors.Is(err, models.ErrConflict) {
		return MoveStatus{}, keyReused()
	}
	if err != nil {
		return MoveStatus{}, err
	}
	return o.moveStatus(ctx, row, "", 0)
}

// MoveState returns a move with a page of its dossiers, those of one state where it is given.
func (o *Office) MoveState(ctx context.Context, p Principal, id, state, after string, limit int) (MoveStatus, error) {
	if err := allow(p, DoMoveDossiers); err != nil {
		return MoveStatus{}, err
	}
	row, err := o.moveRow(ctx, id)
	if err != nil {
		return MoveStatus{}, err
	}
	out, err := o.moveStatus(ctx, row, after, limit, state)
	return out, err
}

func (o *Office) moveRow(ctx context.Context, id string) (models.MoveRow, error) {
	row, err := o.Store.Move(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return row, &Problem{Status: http.StatusNotFound, Code: "move_unknown", Title: "Không tìm thấy lượt chuyển",
			Detail: fmt.Sprintf("Không có lượt chuyển phiên bản %q; xem danh sách ở /v1/moves.", id)}
	}
	return row, err
}

// Moves lists the latest moves.
func (o *Office) Moves(ctx context.Context, p Principal) ([]MoveStatus, error) {
	if err := allow(p, DoMoveDossiers); err != nil {
		return nil, err
	}
	rows, err := o.Store.Moves(ctx, maxFindings)
	if err != nil {
		return nil, err
	}
	out := make([]MoveStatus, 0, len(rows))
	for _, r := range rows {
		s, err := o.moveStatus(ctx, r, "", 0)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (o *Office) moveStatus(ctx context.Context, m models.MoveRow, after string, limit int, state ...string) (MoveStatus, error) {
	out := MoveStatus{ID: m.ID, Procedure: m.Procedure, FromPlan: m.FromPlan, ToPlan: m.ToPlan, Steps: m.Steps, Reason: m.Reason,
		Document: m.Document, Ground: m.Ground, By: m.Officer, State: m.State, Revision: m.Revision, CreatedAt: m.CreatedAt}
	var err error
	if out.Counts, err = o.Store.MoveCounts(ctx, m.ID); err != nil || limit == 0 {
		return out, err
	}
	items, err := o.Store.MoveItems(ctx, m.ID, strings.Join(state, ""), after, limit+1)
	if err != nil {
		return out, err
	}
	if len(items) > limit {
		items = items[:limit]
		out.Next = items[limit-1].Dossier
	}
	for _, i := range items {
		out.Items = append(out.Items, MoveItemLine{i.Dossier, i.State, i.OldDue, i.NewDue, i.Late, i.Code, i.Detail, i.MovedAt})
	}
	return out, nil
}

// Acts on a move.
const (
	MoveStop   = "stop"
	MoveResume = "resume"
	MoveUndo   = "undo"
)

// ActOnMove stops a move, goes on with it, or undoes what it moved. To ask for the state that it has changes nothing.
func (o *Office) ActOnMove(ctx context.Context, p Principal, id, kind string) (MoveStatus, error) {
	if err := allow(p, DoMoveDossiers); err != nil {
		return MoveStatus{}, err
	}
	row, err := o.moveRow(ctx, id)
	if err != nil {
		return MoveStatus{}, err
	}
	ways := map[string]struct {
		to   string
		from []string
	}{
		MoveStop:   {models.MoveStopped, []string{models.MoveRunning}},
		MoveResume: {models.MoveRunning, []string{models.MoveStopped}},
		MoveUndo:   {models.MoveUndoing, []string{models.MoveStopped, models.MoveDone}},
	}
	way, ok := ways[kind]
	if !ok {
		return MoveStatus{}, invalid(FieldError{"/kind", "Thao tác là stop, resume hoặc undo."})
	}
	settled := row.State == way.to || kind == MoveResume && row.State == models.MoveDone || kind == MoveUndo && row.State == models.MoveUndone
	if !settled {
		done, err := o.Store.SetMoveState(ctx, id, way.to, way.from...)
		if err != nil {
			return MoveStatus{}, err
		}
		if !done {
			return MoveStatus{}, &Problem{Status: http.StatusConflict, Code: "move_state", Title: "Không đúng lúc",
				Detail: fmt.Sprintf("Lượt chuyển đang ở trạng thái %q; dừng khi đang chạy, chạy tiếp khi đã dừng, hoàn tác khi đã dừng hoặc đã xong.", row.State)}
		}
	}
	if row, err = o.moveRow(ctx, id); err != nil {
		return MoveStatus{}, err
	}
	return o.moveStatus(ctx, row, "", 0)
}
