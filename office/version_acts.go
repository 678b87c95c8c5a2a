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
	"motcua/procedure"
)

// VersionDraft is a definition as its author sends it.
type VersionDraft struct {
	File string `json:"file"`
	// Lead makes it a version for one lead agency; it cannot be changed later.
	Lead string `json:"lead,omitempty"`
}

// VersionActBody is an act on a version.
type VersionActBody struct {
	Kind string `json:"kind"`
	// Reason and Document: why it is returned, repealed or withdrawn; on what ground.
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
	// Decision is the id of the publication decision (publish, repeal).
	Decision string `json:"decision,omitempty"`
	// From is the first day of validity (publish) or the first day without it (repeal), Until the last day, as YYYY-MM-DD.
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// DraftVersion stores a definition as a draft of the principal's agency. It may have faults; they are told.
func (o *Office) DraftVersion(ctx context.Context, p Principal, d VersionDraft, key string) (Version, error) {
	id := actID(p.ID, key)
	return o.draft(ctx, p, id, id, VersionDrafted, d, 0)
}

// EditVersion replaces the definition of a draft.
func (o *Office) EditVersion(ctx context.Context, p Principal, id string, d VersionDraft, key string, expect int64) (Version, error) {
	if expect == 0 {
		return Version{}, &Problem{Status: http.StatusPreconditionRequired, Code: "if_match_missing", Title: "Thiếu If-Match",
			Detail: "Sửa bản dự thảo phải kèm If-Match là ETag đã nhận khi đọc, để không ghi đè bản người khác vừa sửa."}
	}
	if _, err := o.version(ctx, p, id); err != nil {
		return Version{}, err
	}
	return o.draft(ctx, p, id, actID(p.ID, key), VersionEdited, d, expect)
}

func (o *Office) draft(ctx context.Context, p Principal, id, act, kind string, d VersionDraft, expect int64) (Version, error) {
	if err := allow(p, DoDraftVersions); err != nil {
		return Version{}, err
	}
	c, err := o.check(ctx, []byte(d.File), o.Legal())
	if err != nil {
		return Version{}, err
	}
	if c.code == "" { // without a code nobody would find it again
		return Version{}, faulty(c.found)
	}
	if d.Lead != "" {
		if _, err := o.Store.Agency(ctx, d.Lead); errors.Is(err, models.ErrNotFound) {
			return Version{}, invalid(FieldError{"/lead", fmt.Sprintf("Không có cơ quan %q.", d.Lead)})
		} else if err != nil {
			return Version{}, err
		}
	}
	return o.change(ctx, p, id, act, kind, expect, "", d, func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
		switch {
		case kind == VersionDrafted:
			v.Code, v.Lead, v.Agency, v.Author = c.code, d.Lead, p.Agency, p.Officer
		case v.Code != c.code:
			return invalid(FieldError{"/file", fmt.Sprintf("Bản này là của thủ tục %q; thủ tục khác phải là bản dự thảo khác.", v.Code)})
		case d.Lead != "" && d.Lead != v.Lead:
			return invalid(FieldError{"/lead", "Không đổi được cơ quan giải quyết của bản dự thảo; hãy soạn bản khác."})
		}
		v.Name, v.Source, v.State, v.Hash = c.name, []byte(d.File), models.VersionDraft, ""
		if c.plan != nil {
			v.Hash = c.plan.Hash
		}
		return nil
	}, nil)
}

type versionChange = func(v *models.VersionRow, done []models.VersionAct, published []models.VersionRow) error

// change does an act on a version: who may is checked against the version as it stands in the transaction.
func (o *Office) change(ctx context.Context, p Principal, id, act, kind string, expect int64, document string, said any, decide versionChange, plan *procedure.Plan) (Version, error) {
	print, err := fingerprint("version", id, kind, said)
	if err != nil {
		return Version{}, err
	}
	reason := ""
	if b, ok := said.(VersionActBody); ok {
		reason = b.Reason
	}
	row, err := o.Store.ChangeVersion(ctx, models.VersionChange{
		Act:    models.VersionAct{Act: act, Version: id, Kind: kind, Actor: p.Officer, At: o.Legal(), Reason: reason, Document: document, Fingerprint: print},
		Expect: expect, Plan: plan,
		Change: func(v *models.VersionRow, done []models.VersionAct, published []models.VersionRow) error {
			at := *v
			if v.State == "" {
				at.Agency = p.Agency
			}
			if _, err := stepRule(p, kind, at); err != nil {
				return err
			}
			if err := inState(kind, v); err != nil {
				return err
			}
			if err := samePerson(p, kind, done); err != nil {
				return err
			}
			return decide(v, done, published)
		},
	})
	if err != nil {
		return Version{}, versionProblem(err)
	}
	return o.shown(ctx, row)
}

// inState refuses an act that does not belong to the version's state.
func inState(kind string, v *models.VersionRow) error {
	wants := map[string][]string{
		VersionDrafted: {""}, VersionEdited: {models.VersionDraft}, VersionSubmit: {models.VersionDraft},
		VersionCheck: {models.VersionReview}, VersionApprove: {models.VersionChecked}, VersionPublish: {models.VersionApproved},
		VersionReturn:   {models.VersionReview, models.VersionChecked, models.VersionApproved},
		VersionRepeal:   {models.VersionPublished},
		VersionWithdraw: {models.VersionPublished},
	}
	if slices.Contains(wants[kind], v.State) {
		return nil
	}
	return &Problem{Status: http.StatusConflict, Code: "version_state", Title: "Không đúng bước",
		Detail: fmt.Sprintf("Bản này đang ở bước %q; %s.", versionState(v.State), map[string]string{
			VersionEdited:  "chỉ sửa được bản dự thảo. Bản đã trình thì đề nghị trả lại, bản đã công bố thì soạn phiên bản mới",
			VersionSubmit:  "chỉ trình được bản dự thảo",
			VersionReturn:  "chỉ trả lại được bản đang trình",
			VersionCheck:   "chỉ kiểm tra được bản đã trình",
			VersionApprove: "chỉ phê duyệt được bản đã được kiểm soát thủ tục kiểm tra",
			VersionPublish: "chỉ công bố được bản đã được phê duyệt",
			VersionRepeal:  "chỉ bãi bỏ được bản đã công bố", VersionWithdraw: "chỉ dừng khẩn cấp được bản đã công bố",
		}[kind])}
}

func versionState(state string) string {
	return map[string]string{
		models.VersionDraft: "dự thảo", models.VersionReview: "chờ kiểm tra", models.VersionChecked: "chờ phê duyệt",
		models.VersionApproved: "chờ công bố", models.VersionPublished: "đã công bố",
	}[state]
}

// versionProblem turns what the store says into what people read.
func versionProblem(err error) error {
	var overlap *models.OverlapError
	switch {
	case errors.Is(err, models.ErrConflict):
		return keyReused()
	case errors.Is(err, models.ErrStale):
		return &Problem{Status: http.StatusPreconditionFailed, Code: "stale", Title: "Bản đã thay đổi",
			Detail: "Bản này đã thay đổi từ khi bạn mở; hãy đọc lại rồi thao tác.", cause: err}
	case errors.As(err, &overlap):
		if o := overlap.Other; o.ValidFrom.Equal(overlap.Version.ValidFrom) { // no decision can take the place of a version on its first day
			return &Problem{Status: http.StatusConflict, Code: "version_overlap", Title: "Trùng thời gian hiệu lực",
				Detail: fmt.Sprintf("Phiên bản %s cũng có hiệu lực %s. Hãy cho bản mới có hiệu lực từ một ngày sau đó.", o.ID, daysOf(o)), cause: err}
		}
		return &Problem{Status: http.StatusConflict, Code: "version_overlap", Title: "Trùng thời gian hiệu lực",
			Detail: fmt.Sprintf("Phiên bản %s có hiệu lực %s, trùng với thời gian này. Hãy bãi bỏ nó trước, chọn ngày khác, hoặc công bố bằng quyết định sửa đổi để bản mới thay bản cũ.",
				overlap.Other.ID, daysOf(overlap.Other)), cause: err}
	}
	return err
}

func daysOf(v models.VersionRow) string {
	text := "từ " + dayText(v.ValidFrom)
	if !v.ValidUntil.IsZero() {
		text += " đến trước " + dayText(v.ValidUntil)
	}
	return text
}

func dayText(t time.Time) string {
	if t.Unix() == 0 {
		return "trước tới nay"
	}
	return t.In(calendar.Zone()).Format("02/01/2006")
}

// ActOnVersion takes one step of a version's life.
func (o *Office) ActOnVersion(ctx context.Context, p Principal, id string, b VersionActBody, key string, expect int64) (Version, error) {
	v, err := o.version(ctx, p, id)
	if err != nil {
		return Version{}, err
	}
	act := actID(p.ID, key)
	var decide versionChange
	var plan *procedure.Plan
	switch b.Kind {
	case VersionSubmit:
		decide, plan, err = o.submitted(ctx, v)
	case VersionCheck:
		decide = func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.State, v.Checker = models.VersionChecked, p.Officer
			return nil
		}
	case VersionApprove:
		decide = func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.State, v.Approver = models.VersionApproved, p.Officer
			return nil
		}
	case VersionReturn:
		if strings.TrimSpace(b.Reason) == "" {
			return Version{}, invalid(FieldError{"/reason", "Trả lại phải nêu lý do để người soạn sửa."})
		}
		decide = func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.State, v.Checker, v.Approver = models.VersionDraft, "", ""
			return nil
		}
	case VersionPublish:
		decide, err = o.published(ctx, p, v, b)
	case VersionRepeal:
		decide, err = o.repealed(ctx, v, b)
	case VersionWithdraw:
		decide, err = o.withdrawn(b)
	default:
		return Version{}, o.mayActOnVersion(ctx, p, b.Kind, v)
	}
	if known, lookup := o.Store.VersionActByID(ctx, act); lookup == nil && known.Version == id { // a repeated request is not judged again
		decide, err = func(*models.VersionRow, []models.VersionAct, []models.VersionRow) error { return nil }, nil
	} else if err == nil || errors.As(err, new(*Problem)) {
		// What the version is and who asks comes before what is wrong with the request.
		if first := errors.Join(o.mayActOnVersion(ctx, p, b.Kind, v), inState(b.Kind, &v)); first != nil {
			return Version{}, first
		}
	}
	if err != nil {
		return Version{}, err
	}
	out, err := o.change(ctx, p, id, act, b.Kind, expect, firstOf(b.Decision, b.Document), b, decide, plan)
	if err == nil && out.State == models.VersionPublished {
		err = o.InspectProcesses(ctx)
	}
	return out, err
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// submitted pins the content: from here on the hash says what is checked, approved and published.
func (o *Office) submitted(ctx context.Context, v models.VersionRow) (versionChange, *procedure.Plan, error) {
	c, err := o.check(ctx, v.Source, o.Legal())
	if err != nil {
		return nil, nil, err
	}
	if c.plan == nil {
		return nil, nil, faulty(c.found)
	}
	seen := v.Revision
	return func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
		if v.Revision != seen {
			return models.ErrStale
		}
		v.State, v.Hash = models.VersionReview, c.plan.Hash
		return nil
	}, c.plan, nil
}

// published puts an approved version in force from a day on. It is compiled again: what was approved must be what is published, and
// there must be no error on its first day.
func (o *Office) published(ctx context.Context, p Principal, v models.VersionRow, b VersionActBody) (versionChange, error) {
	from, until, err := o.days(b)
	if err != nil {
		return nil, err
	}
	does, err := o.decided(ctx, v.Code, b.Decision, models.DecisionPublishes, models.DecisionAmends)
	if err != nil {
		return nil, err
	}
	c, err := o.check(ctx, v.Source, from)
	if err != nil {
		return nil, err
	}
	if c.plan == nil {
		return nil, faulty(c.found)
	}
	if c.plan.Hash != v.Hash {
		return nil, &Problem{Status: http.StatusConflict, Code: "version_differs", Title: "Nội dung đã khác bản được duyệt",
			Detail: "Thang nhắc, quy tắc cắt giảm hay thủ tục thành phần mà bản này dùng đã đổi từ khi trình; hãy trả lại để trình và duyệt lại."}
	}
	return func(v *models.VersionRow, _ []models.VersionAct, others []models.VersionRow) error {
		v.State, v.Publisher, v.Decision, v.ValidFrom, v.ValidUntil = models.VersionPublished, p.Officer, b.Decision, from, until
		for i := range others {
			other := &others[i]
			// An amendment takes the place of what it amends; a sample gives way to any decision.
			replaces := other.Sample || does == models.DecisionAmends && other.ValidFrom.Before(from)
			if replaces && (other.ValidUntil.IsZero() || other.ValidUntil.After(from)) {
				other.ValidUntil, other.Ended, other.EndDocument = latestOf(from, other.ValidFrom), models.EndReplaced, b.Decision
			}
		}
		return nil
	}, nil
}

func latestOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// repealed ends the validity on a day that is not past; later versions of the procedure never begin. Open dossiers go on.
func (o *Office) repealed(ctx context.Context, v models.VersionRow, b VersionActBody) (versionChange, error) {
	from, _, err := o.days(b)
	if err != nil {
		return nil, err
	}
	if _, err := o.decided(ctx, v.Code, b.Decision, models.DecisionRepeals); err != nil {
		return nil, err
	}
	return func(v *models.VersionRow, _ []models.VersionAct, others []models.VersionRow) error {
		if !v.ValidUntil.IsZero() && !v.ValidUntil.After(from) {
			return ended(*v)
		}
		v.ValidUntil, v.Ended, v.EndDocument = latestOf(from, v.ValidFrom), models.EndRepealed, b.Decision
		for i := range others {
			if other := &others[i]; other.ValidFrom.After(v.ValidFrom) && (other.ValidUntil.IsZero() || other.ValidUntil.After(from)) {
				other.ValidUntil, other.Ended, other.EndDocument = latestOf(from, other.ValidFrom), models.EndRepealed, b.Decision
			}
		}
		return nil
	}, nil
}

// withdrawn stops the intake of new dossiers at once. Open dossiers go on.
func (o *Office) withdrawn(b VersionActBody) (versionChange, error) {
	var errs []FieldError
	if strings.TrimSpace(b.Reason) == "" {
		errs = append(errs, FieldError{"/reason", "Dừng khẩn cấp phải nêu lý do."})
	}
	if strings.TrimSpace(b.Document) == "" {
		errs = append(errs, FieldError{"/document", "Dừng khẩn cấp phải có văn bản của người có thẩm quyền."})
	}
	if len(errs) > 0 {
		return nil, invalid(errs...)
	}
	now := o.Legal()
	return func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
		if !v.ValidUntil.IsZero() && !v.ValidUntil.After(now) {
			return ended(*v)
		}
		v.ValidUntil, v.Ended, v.EndDocument = latestOf(now, v.ValidFrom), models.EndWithdrawn, b.Document
		return nil
	}, nil
}

func ended(v models.VersionRow) *Problem {
	return &Problem{Status: http.StatusConflict, Code: "version_ended", Title: "Phiên bản đã hết hiệu lực",
		Detail: fmt.Sprintf("Phiên bản này chỉ có hiệu lực %s.", daysOf(v))}
}

// days reads the days of an act: none lies in the past, because what was submitted then was submitted under what was in force then.
func (o *Office) days(b VersionActBody) (from, until time.Time, err error) {
	var errs []FieldError
	read := func(pointer, text string, add int) (t time.Time) {
		d, err := calendar.ParseDate(text)
		if err != nil {
			errs = append(errs, FieldError{pointer, "Hãy viết ngày dạng năm-tháng-ngày, ví dụ 2026-04-01."})
			return t
		}
		return (d + calendar.Date(add)).Time()
	}
	from = read("/from", b.From, 0)
	if b.Until != "" {
		until = read("/until", b.Until, 1)
	}
	if len(errs) == 0 {
		if calendar.DateOf(from) < calendar.DateOf(o.Legal()) {
			errs = append(errs, FieldError{"/from", "Ngày đầu không được ở quá khứ: hồ sơ đã nộp giữ phiên bản có hiệu lực khi nộp."})
		}
		if !until.IsZero() && !until.After(from) {
			errs = append(errs, FieldError{"/until", "Ngày cuối phải không trước ngày đầu."})
		}
	}
	if len(errs) > 0 {
		return from, until, invalid(errs...)
	}
	return from, until, nil
}

// decided finds what a decision does to a procedure; it must be one of these.
func (o *Office) decided(ctx context.Context, code, id string, does ...string) (string, error) {
	d, err := o.Store.Decision(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return "", invalid(FieldError{"/decision", "Hãy nêu mã quyết định công bố đã ghi ở /v1/publication-decisions."})
	}
	if err != nil {
		return "", err
	}
	if got := d.Does(code); slices.Contains(does, got) {
		return got, nil
	}
	names := make([]string, len(does))
	for i, x := range does {
		names[i] = decisionWord(x)
	}
	return "", invalid(FieldError{"/decision", fmt.Sprintf("Quyết định %s không %s thủ tục %q.", d.Number, strings.Join(names, ", "), code)})
}

func decisionWord(does string) string {
	return map[string]string{models.DecisionPublishes: "công bố", models.DecisionAmends: "sửa đổi", models.DecisionRepeals: "bãi bỏ"}[does]
}
