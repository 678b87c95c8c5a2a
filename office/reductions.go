package office

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/models"
	"motcua/procedure"
)

// ReductionRule is a reduction as people read it.
type ReductionRule struct {
	procedure.Reduction
	// Text says it in words.
	Text string `json:"text"`
	// Status is scheduled, in_force or ended by the days of acceptance, or draft while nobody has approved it.
	Status string `json:"status"`
	// Shipped with the program; a rule that this installation decides stands instead of the shipped one of its name.
	Shipped bool `json:"shipped,omitempty"`
	// Revision counts what this installation decided of the rule; who wrote and who approved it are two people.
	Revision   int64     `json:"revision,omitempty"`
	Author     string    `json:"author,omitempty"`
	DraftedAt  time.Time `json:"drafted_at,omitzero"`
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
}

// ReductionList are the rules by name, and the drafts that wait for another person.
type ReductionList struct {
	Items  []ReductionRule `json:"items"`
	Drafts []ReductionRule `json:"drafts,omitempty"`
}

const statusDraft = "draft"

// reductions are the rules that definitions may name: those of this installation before the shipped ones.
func (o *Office) reductions(ctx context.Context) (map[string]procedure.Reduction, error) {
	own, err := o.Store.ReductionsApproved(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]procedure.Reduction{}
	if o.Shelf != nil {
		maps.Copy(all, o.Shelf.Reductions)
	}
	maps.Copy(all, own)
	return all, nil
}

// Reductions lists the rules as they stand on a day (YYYY-MM-DD, empty: today); drafts are for those who decide them.
func (o *Office) Reductions(ctx context.Context, p Principal, on string) (ReductionList, error) {
	if err := allow(p, DoReadReductions); err != nil {
		return ReductionList{}, err
	}
	at, err := o.judged("?on", on)
	if err != nil {
		return ReductionList{}, err
	}
	rows, err := o.Store.ReductionRows(ctx)
	if err != nil {
		return ReductionList{}, err
	}
	out := ReductionList{Items: []ReductionRule{}}
	own := map[string]bool{}
	for _, r := range rows {
		switch {
		case r.State == models.ReductionApproved && !own[r.Rule]:
			own[r.Rule] = true
			out.Items = append(out.Items, reductionOf(r, at))
		case r.State == models.ReductionDraft && allow(p, DoDraftReductions) == nil:
			out.Drafts = append(out.Drafts, reductionOf(r, at))
		}
	}
	if o.Shelf != nil {
		for name, r := range o.Shelf.Reductions {
			if !own[name] {
				out.Items = append(out.Items, ReductionRule{Reduction: r, Text: r.Vietnamese(), Status: statusOn(&r, at), Shipped: true})
			}
		}
	}
	slices.SortFunc(out.Items, func(a, b ReductionRule) int { return strings.Compare(a.Rule, b.Rule) })
	return out, nil
}

func reductionOf(r models.ReductionRow, at time.Time) ReductionRule {
	out := ReductionRule{Reduction: r.Content, Text: r.Content.Vietnamese(), Status: statusOn(&r.Content, at), Revision: r.Revision, Author: r.Author, DraftedAt: r.DraftedAt}
	switch r.State {
	case models.ReductionApproved:
		out.ApprovedBy, out.ApprovedAt = r.DecidedBy, r.DecidedAt
	case models.ReductionDraft:
		out.Status = statusDraft
	case models.ReductionDiscarded:
		out.Status = models.ReductionDiscarded
	}
	return out
}

func statusOn(r *procedure.Reduction, at time.Time) string {
	switch day := at.In(calendar.Zone()).Format(time.DateOnly); {
	case day < r.From:
		return StatusScheduled
	case r.To != "" && day > r.To:
		return StatusEnded
	}
	return StatusInForce
}

// DraftReduction stores a rule as its author's draft: a file with one entry under reductions. Definitions may name it once another
// person has approved it.
func (o *Office) DraftReduction(ctx context.Context, p Principal, source, key string) (ReductionRule, error) {
	if err := o.mayDecideReductions(p, DoDraftReductions); err != nil {
		return ReductionRule{}, err
	}
	shelf, found := procedure.ParseShelf(fileName, []byte(source))
	if found.HasErrors() {
		problem := faulty(found)
		problem.Code, problem.Title, problem.Detail = "reduction_faulty", "Quy tắc còn lỗi", "Hãy sửa các lỗi được chỉ ra rồi gửi lại."
		return ReductionRule{}, problem
	}
	if len(shelf.Reductions) != 1 || len(shelf.Ladders)+len(shelf.Forms) > 0 {
		return ReductionRule{}, invalid(FieldError{"/file", "Mỗi lần gửi đúng một quy tắc, dưới khóa reductions."})
	}
	for _, r := range shelf.Reductions {
		return o.draftReduction(ctx, p, r, source, key)
	}
	return ReductionRule{}, nil
}

func (o *Office) draftReduction(ctx context.Context, p Principal, r procedure.Reduction, source, key string) (ReductionRule, error) {
	print, err := fingerprint("reduction", r)
	if err != nil {
		return ReductionRule{}, err
	}
	row, err := o.Store.DraftReduction(ctx, models.ReductionRow{
		Rule: r.Rule, Content: r, Source: source, FirstDay: r.From, LastDay: r.To, Act: actID(p.ID, key), Fingerprint: print, Author: p.Officer, DraftedAt: o.Legal(),
	})
	if errors.Is(err, models.ErrConflict) {
		return ReductionRule{}, keyReused()
	}
	if err != nil {
		return ReductionRule{}, err
	}
	return reductionOf(row, o.Legal()), nil
}

// Acts on a reduction.
const (
	ReductionApprove = "approve"
	ReductionDiscard = "discard"
	ReductionEnd     = "end"
)

// ReductionAct is what is to be done to a rule.
type ReductionAct struct {
	Kind string `json:"kind"`
	// Revision is the draft that is approved or discarded.
	Revision int64 `json:"revision,omitempty"`
	// Reason of a discard.
	Reason string `json:"reason,omitempty"`
	// LastDay of acceptance (YYYY-MM-DD) and Document that decides so, for an end.
	LastDay  string `json:"last_day,omitempty"`
	Document string `json:"document,omitempty"`
}

// ActOnReduction approves a draft, discards it, or drafts the end of a rule. Approving what is approved changes nothing.
func (o *Office) ActOnReduction(ctx context.Context, p Principal, rule string, a ReductionAct, key string) (ReductionRule, error) {
	switch a.Kind {
	case ReductionApprove:
		return o.decideReduction(ctx, p, rule, a.Revision, models.ReductionApproved, o.approval(p))
	case ReductionDiscard:
		if strings.TrimSpace(a.Reason) == "" {
			return ReductionRule{}, invalid(FieldError{"/reason", "Hãy nêu lý do trả lại bản dự thảo."})
		}
		return o.decideReduction(ctx, p, rule, a.Revision, models.ReductionDiscarded, func(row, _ *models.ReductionRow) error {
			row.DecidedBy, row.DecidedAt, row.Reason = p.Officer, o.Legal(), a.Reason
			return nil
		})
	case ReductionEnd:
		return o.endReduction(ctx, p, rule, a, key)
	}
	return ReductionRule{}, invalid(FieldError{"/kind", "Thao tác là approve, discard hoặc end."})
}

// mayDecideReductions: whoever writes or approves is a person.
func (o *Office) mayDecideReductions(p Principal, action string) error {
	if err := allow(p, action); err != nil {
		return err
	}
	if p.Officer == "" {
		return notHere("khóa này không gắn với một cán bộ")
	}
	return nil
}

// approval puts a draft of somebody else's in force. What people were promised until now stays: a rule does not end, nor end
// earlier, on a day that has passed.
func (o *Office) approval(p Principal) func(row, before *models.ReductionRow) error {
	return func(row, before *models.ReductionRow) error {
		today := o.Legal().In(calendar.Zone()).Format(time.DateOnly)
		switch {
		case row.Author == p.Officer:
			return &Problem{Status: http.StatusForbidden, Code: "same_person", Title: "Không tự duyệt được", Detail: "Người soạn không tự duyệt; hãy nhờ người khác có quyền duyệt."}
		case row.LastDay != "" && row.LastDay < today && (before == nil || before.LastDay != row.LastDay):
			return &Problem{Status: http.StatusConflict, Code: "reduction_past", Title: "Ngày hết hiệu lực đã qua",
				Detail: fmt.Sprintf("Quy tắc không thể hết hiệu lực từ ngày đã qua (%s): hồ sơ đã tiếp nhận giữ lời hứa của mình. Hãy soạn lại với ngày từ hôm nay.", row.LastDay)}
		}
		row.DecidedBy, row.DecidedAt = p.Officer, o.Legal()
		return nil
	}
}

func (o *Office) decideReduction(ctx context.Context, p Principal, rule string, revision int64, state string, decide func(row, before *models.ReductionRow) error) (ReductionRule, error) {
	if err := o.mayDecideReductions(p, DoApproveReductions); err != nil {
		return ReductionRule{}, err
	}
	if revision < 1 {
		return ReductionRule{}, invalid(FieldError{"/revision", "Hãy nêu số của bản dự thảo, xem ở /v1/reductions."})
	}
	row, err := o.Store.DecideReduction(ctx, rule, revision, state, decide)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return ReductionRule{}, unknownReduction(rule)
	case errors.Is(err, models.ErrStale):
		return ReductionRule{}, &Problem{Status: http.StatusConflict, Code: "reduction_decided", Title: "Bản dự thảo đã được xử lý",
			Detail: fmt.Sprintf("Bản %d của quy tắc %s không còn là dự thảo; hãy xem lại danh sách.", revision, rule)}
	case err != nil:
		return ReductionRule{}, err
	}
	return reductionOf(row, o.Legal()), nil
}

func unknownReduction(rule string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "reduction_unknown", Title: "Không tìm thấy quy tắc",
		Detail: fmt.Sprintf("Không có quy tắc cắt giảm %q; xem danh sách ở /v1/reductions.", rule)}
}

// endReduction drafts a rule that is no longer for acceptances after a day. Dossiers accepted until then keep their promise.
func (o *Office) endReduction(ctx context.Context, p Principal, rule string, a ReductionAct, key string) (ReductionRule, error) {
	if err := o.mayDecideReductions(p, DoDraftReductions); err != nil {
		return ReductionRule{}, err
	}
	var errs []FieldError
	last, err := calendar.ParseDate(a.LastDay)
	switch {
	case err != nil:
		errs = append(errs, FieldError{"/last_day", "Hãy viết ngày dạng năm-tháng-ngày, ví dụ 2026-12-31."})
	case last < calendar.DateOf(o.Legal()):
		errs = append(errs, FieldError{"/last_day", "Ngày cuối không được ở quá khứ: hồ sơ đã tiếp nhận giữ lời hứa của mình."})
	}
	if strings.TrimSpace(a.Document) == "" {
		errs = append(errs, FieldError{"/document", "Hãy nêu số quyết định chấm dứt cắt giảm."})
	}
	if len(errs) > 0 {
		return ReductionRule{}, invalid(errs...)
	}
	all, err := o.reductions(ctx)
	if err != nil {
		return ReductionRule{}, err
	}
	r, ok := all[rule]
	if !ok {
		return ReductionRule{}, unknownReduction(rule)
	}
	if last.Time().Format(time.DateOnly) < r.From {
		return ReductionRule{}, invalid(FieldError{"/last_day", "Quy tắc chỉ có hiệu lực từ " + r.From + "; ngày cuối không trước ngày đó."})
	}
	r.To = last.Time().Format(time.DateOnly)
	r.Note = strings.TrimSpace(r.Note + " Chấm dứt theo " + a.Document + ".")
	return o.draftReduction(ctx, p, r, "", key)
}
