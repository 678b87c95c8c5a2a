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
	// Reason and Document: why it is returned, repealed, withdrawn or discarded; on what ground.
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
	// Decision is the id of the publication decision (publish, repeal).
	Decision string `json:"decision,omitempty"`
	// From is the first day of validity (publish; submit: the day to judge by, where it is known already) or the first day without it
	// (repeal), Until the last day, as YYYY-MM-DD.
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
	leads := c.leads()
	if err := o.checkLeads(ctx, &c, d.Lead); err != nil {
		return Version{}, err
	}
	return o.change(ctx, p, id, act, kind, expect, "", d, func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
		switch {
		case kind == VersionDrafted:
			v.Code, v.Lead, v.Agency, v.Author = c.code, d.Lead, p.Agency, p.Officer
			if len(leads) > 0 {
				v.Lead = leads[0]
			}
		case v.Code != c.code:
			return invalid(FieldError{"/file", fmt.Sprintf("Bản này là của thủ tục %q; thủ tục khác phải là bản dự thảo khác.", v.Code)})
		case len(leads) > 0: // the file says whom it is for
			v.Lead = leads[0]
		case d.Lead != "" && d.Lead != v.Lead:
			return invalid(FieldError{"/lead", "Không đổi được cơ quan giải quyết của bản dự thảo; hãy soạn bản khác."})
		}
		v.Name, v.Source, v.State, v.Hash = c.name, []byte(d.File), models.VersionDraft, ""
		if c.plan != nil {
			v.Hash = c.plan.Hash
		}
		return nil
	}, versionContent{})
}

// checkLeads checks that the agencies which a version is for exist, and that the file and the request do not say two things.
func (o *Office) checkLeads(ctx context.Context, c *checked, given string) error {
	leads := c.leads()
	if given != "" && len(leads) > 0 && !slices.Equal(leads, []string{given}) {
		return invalid(FieldError{"/lead", "Tệp dùng mẫu đã nêu cơ quan giải quyết (for); hãy bỏ lead, hoặc bỏ for trong tệp."})
	}
	var errs []FieldError
	check := func(pointer, id, where string) error {
		_, err := o.Store.Agency(ctx, id)
		if errors.Is(err, models.ErrNotFound) {
			errs = append(errs, FieldError{pointer, fmt.Sprintf("%sKhông có cơ quan %q.", where, id)})
			return nil
		}
		return err
	}
	if given != "" {
		if err := check("/lead", given, ""); err != nil {
			return err
		}
	} else if c.use != nil {
		for _, a := range c.use.For {
			if err := check("/file", a.Value, fmt.Sprintf("Dòng %d, cột %d: ", a.Pos.Line, a.Pos.Col)); err != nil {
				return err
			}
		}
	}
	if len(errs) > 0 {
		return invalid(errs...)
	}
	return nil
}

// versionContent is what an act on a version brings along: the plan that it pins, further agencies that it is published for, and
// what lint has to say of it on its first day.
type versionContent struct {
	plan  *procedure.Plan
	leads []string
	found procedure.Diagnostics
}

type versionChange = func(v *models.VersionRow, done []models.VersionAct, published []models.VersionRow) error

// change does an act on a version: who may is checked against the version as it stands in the transaction.
func (o *Office) change(ctx context.Context, p Principal, id, act, kind string, expect int64, document string, said any, decide versionChange, content versionContent) (Version, error) {
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
		Expect: expect, Plan: content.plan, Leads: content.leads,
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
	out, err := o.shown(ctx, row)
	if len(content.found) > 0 {
		out.Findings = content.found
	}
	return out, err
}

// inState refuses an act that does not belong to the version's state.
func inState(kind string, v *models.VersionRow) error {
	wants := map[string][]string{
		VersionDrafted: {""}, VersionEdited: {models.VersionDraft}, VersionSubmit: {models.VersionDraft},
		VersionCheck: {models.VersionReview}, VersionApprove: {models.VersionChecked}, VersionPublish: {models.VersionApproved},
		VersionReturn:   {models.VersionReview, models.VersionChecked, models.VersionApproved},
		VersionRepeal:   {models.VersionPublished},
		VersionWithdraw: {models.VersionPublished},
		VersionDiscard:  {models.VersionDraft, models.VersionReview, models.VersionChecked, models.VersionApproved},
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
			VersionDiscard: "chỉ bỏ được bản chưa công bố. Bản đã công bố thì bãi bỏ (repeal) hoặc dừng khẩn cấp (withdraw)",
		}[kind])}
}

func versionState(state string) string {
	return map[string]string{
		models.VersionDraft: "dự thảo", models.VersionReview: "chờ kiểm tra", models.VersionChecked: "chờ phê duyệt",
		models.VersionApproved: "chờ công bố", models.VersionPublished: "đã công bố",
		models.VersionDiscarded: "đã bỏ",
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
	var content versionContent
	switch b.Kind {
	case VersionSubmit:
		decide, content.plan, err = o.submitted(ctx, v, b)
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
		decide, content, err = o.published(ctx, p, v, b)
	case VersionDiscard:
		if strings.TrimSpace(b.Reason) == "" {
			return Version{}, invalid(FieldError{"/reason", "Bỏ một bản chưa công bố phải nêu lý do; lịch sử của bản vẫn được giữ."})
		}
		decide = func(v *models.VersionRow, _ []models.VersionAct, _ []models.VersionRow) error {
			v.State = models.VersionDiscarded
			return nil
		}
	case VersionRepeal:
		decide, err = o.repealed(ctx, v, b)
	case VersionWithdraw:
		decide, err = o.withdrawn(b)
	default:
		return Version{}, o.mayActOnVersion(ctx, p, b.Kind, v)
	}
	if known, lookup := o.Store.VersionActByID(ctx, act); lookup == nil && known.Version == id { // a repeated request is not judged again
		decide, content, err = func(*models.VersionRow, []models.VersionAct, []models.VersionRow) error { return nil }, versionContent{}, nil
	} else if err == nil || errors.As(err, new(*Problem)) {
		// What the version is and who asks comes before what is wrong with the request.
		if first := errors.Join(o.mayActOnVersion(ctx, p, b.Kind, v), inState(b.Kind, &v)); first != nil {
			return Version{}, first
		}
	}
	if err != nil {
		return Version{}, err
	}
	out, err := o.change(ctx, p, id, act, b.Kind, expect, firstOf(b.Decision, b.Document), b, decide, content)
	if err == nil && out.State == models.VersionPublished {
		err = o.InspectVersions(ctx)
	}
	return out, err
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// submitted pins the content: from here on the hash says what is checked, approved and published. What is written for a law that is
// not in force yet is judged on the day that is named.
func (o *Office) submitted(ctx context.Context, v models.VersionRow, b VersionActBody) (versionChange, *procedure.Plan, error) {
	on, err := o.judged("/from", b.From)
	if err != nil {
		return nil, nil, err
	}
	c, err := o.check(ctx, v.Source, on)
	if err != nil {
		return nil, nil, err
	}
	if c.plan == nil {
		return nil, nil, faultyOn(c.found, on)
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
