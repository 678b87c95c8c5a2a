package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/models"
)

// StandingDecision is a decision under which the ladder issues apologies and new dates without a signature for each: its number and
// signer are printed on every letter, and every letter counts against its cap.
type StandingDecision struct {
	ID     string `json:"id,omitempty"`
	Number string `json:"number"`
	// Agency decides; it covers what it leads and what those below it lead.
	Agency string `json:"agency"`
	Signer string `json:"signer"`
	// Reason is printed as the reason of the delay.
	Reason string `json:"reason"`
	// Add is how far after the old date the new one lies, e.g. "3wd".
	Add calendar.Limit `json:"add"`
	// Procedures are the codes it is for; none: all that the agency leads.
	Procedures []string `json:"procedures,omitempty"`
	Cap        int64    `json:"cap"`
	// From and Until are its first and last day, YYYY-MM-DD.
	From  string `json:"from"`
	Until string `json:"until"`

	// State is draft, approved or revoked; InForce says that letters may go out under it now.
	State      string    `json:"state,omitempty"`
	InForce    bool      `json:"in_force,omitempty"`
	Issued     int64     `json:"issued"`
	CreatedBy  string    `json:"created_by,omitempty"`
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	RevokedBy  string    `json:"revoked_by,omitempty"`
	RevokedAt  time.Time `json:"revoked_at,omitzero"`
	RevokedWhy string    `json:"revoked_why,omitempty"`
}

// maxCap bounds what one decision may issue: more is a mistake in writing.
const maxCap = 1_000_000

// CreateStanding stores a draft; it does nothing until another person approves it.
func (o *Office) CreateStanding(ctx context.Context, p Principal, d StandingDecision, key string) (StandingDecision, error) {
	if err := allow(p, DoDraftStanding); err != nil {
		return d, err
	}
	if err := decides(p, d.Agency, DoDraftStanding); err != nil {
		return d, err
	}
	row := models.StandingRow{
		ID: actID(p.ID, key), Number: strings.TrimSpace(d.Number), Agency: d.Agency, Signer: strings.TrimSpace(d.Signer),
		Reason: strings.TrimSpace(d.Reason), Add: d.Add.String(), Procedures: d.Procedures, Cap: d.Cap, CreatedBy: p.Officer,
	}
	var err error
	if row.Fingerprint, err = fingerprint("standing", row.Number, row.Agency, row.Signer, row.Reason, row.Add, d.Procedures, d.Cap, d.From, d.Until); err != nil {
		return d, err
	}
	errs := d.check(&row)
	if _, err := o.Store.Agency(ctx, d.Agency); errors.Is(err, models.ErrNotFound) {
		errs = append(errs, FieldError{"/agency", fmt.Sprintf("Không có cơ quan %q.", d.Agency)})
	} else if err != nil {
		return d, err
	}
	if len(errs) > 0 {
		return d, invalid(errs...)
	}
	row, err = o.Store.CreateStanding(ctx, row)
	if errors.Is(err, models.ErrConflict) {
		return d, keyReused()
	}
	return o.standingOf(row), err
}

func (d StandingDecision) check(row *models.StandingRow) (errs []FieldError) {
	for _, f := range []struct{ at, value, ask string }{
		{"/number", row.Number, "Hãy nêu số quyết định: số ấy in trên từng văn bản."}, {"/signer", row.Signer, "Hãy nêu người ký quyết định."},
		{"/reason", row.Reason, "Hãy nêu lý do chậm được in trên văn bản xin lỗi."},
	} {
		if f.value == "" {
			errs = append(errs, FieldError{f.at, f.ask})
		}
		errs = append(errs, reference(f.at, f.value, models.Applicant{})...)
	}
	if d.Add.IsZero() || !d.Add.Whole() && d.Add.IsDays() {
		errs = append(errs, FieldError{"/add", "Hãy nêu ngày hẹn mới cách ngày cũ bao lâu, ví dụ 3wd."})
	}
	if d.Cap < 1 || d.Cap > maxCap {
		errs = append(errs, FieldError{"/cap", fmt.Sprintf("Số văn bản tối đa phải từ 1 đến %d.", maxCap)})
	}
	from, err1 := calendar.ParseDate(d.From)
	until, err2 := calendar.ParseDate(d.Until)
	switch {
	case err1 != nil || err2 != nil:
		errs = append(errs, FieldError{"/from", "Hãy viết ngày đầu và ngày cuối có hiệu lực dạng năm-tháng-ngày."})
	case until < from:
		errs = append(errs, FieldError{"/until", "Ngày cuối phải từ ngày đầu trở đi."})
	default:
		row.From, row.Until = from.Time(), until.Time().AddDate(0, 0, 1)
	}
	seen := map[string]bool{}
	for i, code := range d.Procedures {
		if strings.TrimSpace(code) == "" || seen[code] {
			errs = append(errs, FieldError{fmt.Sprintf("/procedures/%d", i), "Mã thủ tục trống hoặc lặp."})
		}
		seen[code] = true
	}
	return errs
}

// decides holds a principal to the agency of a decision.
func decides(p Principal, agency, action string) error {
	switch {
	case p.Officer == "":
		return notHere("khóa này không gắn với một cán bộ")
	case p.Is(RoleControl) && slices.Contains([]string{DoDraftStanding, DoRevokeStanding}, action) || p.actsFor(agency):
		return nil
	}
	return notHere("quyết định này thuộc cơ quan khác")
}

// Acts on a standing decision.
const (
	StandingApprove = "approve"
	StandingRevoke  = "revoke"
)

// StandingAct is a step in the life of a standing decision.
type StandingAct struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason,omitempty"`
}

// ActOnStanding approves or revokes a standing decision. Done again it changes nothing and answers the same.
func (o *Office) ActOnStanding(ctx context.Context, p Principal, id string, a StandingAct) (StandingDecision, error) {
	action, known := map[string]string{StandingApprove: DoApproveStanding, StandingRevoke: DoRevokeStanding}[a.Kind]
	if !known {
		return StandingDecision{}, invalid(FieldError{"/kind", "Chỉ có approve và revoke."})
	}
	if err := allow(p, action); err != nil {
		return StandingDecision{}, err
	}
	row, err := o.standingRow(ctx, id)
	if err != nil {
		return StandingDecision{}, err
	}
	if err := decides(p, row.Agency, action); err != nil {
		return StandingDecision{}, err
	}
	var done bool
	switch {
	case a.Kind == StandingApprove && row.CreatedBy == p.Officer:
		return StandingDecision{}, &Problem{Status: http.StatusConflict, Code: "same_person", Title: "Cần một người khác",
			Detail: "Người soạn quyết định chung không tự phê duyệt; hãy để một lãnh đạo khác phê duyệt."}
	case a.Kind == StandingApprove:
		done, err = o.Store.ApproveStanding(ctx, id, p.Officer, o.Legal())
		done = done || row.State == models.StandingApproved && row.ApprovedBy == p.Officer
	case strings.TrimSpace(a.Reason) == "":
		return StandingDecision{}, invalid(FieldError{"/reason", "Thu hồi quyết định chung phải nêu lý do."})
	default:
		done, err = o.Store.RevokeStanding(ctx, id, p.Officer, strings.TrimSpace(a.Reason), o.Legal())
		done = done || row.State == models.StandingRevoked && row.RevokedBy == p.Officer
	}
	if err != nil {
		return StandingDecision{}, err
	}
	if !done {
		return StandingDecision{}, &Problem{Status: http.StatusConflict, Code: "standing_state", Title: "Quyết định ở trạng thái khác",
			Detail: fmt.Sprintf("Quyết định %s đang ở trạng thái %q nên không %s được.", row.Number, row.State, a.Kind)}
	}
	row, err = o.standingRow(ctx, id)
	return o.standingOf(row), err
}

func (o *Office) standingRow(ctx context.Context, id string) (models.StandingRow, error) {
	row, err := o.Store.Standing(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return row, &Problem{Status: http.StatusNotFound, Code: "standing_unknown", Title: "Không tìm thấy", Detail: "Không có quyết định chung này; xem ở /v1/standing-decisions."}
	}
	return row, err
}

// Standings lists the standing decisions, the latest first.
func (o *Office) Standings(ctx context.Context, p Principal, limit int) ([]StandingDecision, error) {
	if err := allow(p, DoEscalations); err != nil {
		return nil, err
	}
	rows, err := o.Store.Standings(ctx, limit)
	if err != nil {
		return nil, err
	}
	out := make([]StandingDecision, 0, len(rows))
	for _, r := range rows {
		out = append(out, o.standingOf(r))
	}
	return out, nil
}

func (o *Office) standingOf(r models.StandingRow) StandingDecision {
	now := o.Legal()
	add, _ := calendar.ParseLimit(r.Add) // it was written by String
	return StandingDecision{
		ID: r.ID, Number: r.Number, Agency: r.Agency, Signer: r.Signer, Reason: r.Reason, Add: add, Procedures: r.Procedures, Cap: r.Cap,
		From: calendar.DateOf(r.From).String(), Until: calendar.DateOf(r.Until.Add(-time.Minute)).String(), State: r.State, Issued: r.Issued,
		InForce:   r.State == models.StandingApproved && !now.Before(r.From) && now.Before(r.Until) && r.Issued < r.Cap,
		CreatedBy: r.CreatedBy, ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt, RevokedBy: r.RevokedBy, RevokedAt: r.RevokedAt, RevokedWhy: r.RevokedWhy,
	}
}
