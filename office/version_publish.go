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

// published puts an approved version in force from a day on. It is compiled again: what was approved must be what is published, and
// there must be no error on its first day.
func (o *Office) published(ctx context.Context, p Principal, v models.VersionRow, b VersionActBody) (versionChange, versionContent, error) {
	from, until, err := o.days(b)
	if err != nil {
		return nil, versionContent{}, err
	}
	does, err := o.decided(ctx, v.Code, b.Decision, models.DecisionPublishes, models.DecisionAmends)
	if err != nil {
		return nil, versionContent{}, err
	}
	c, err := o.check(ctx, v.Source, from)
	if err != nil {
		return nil, versionContent{}, err
	}
	if c.plan == nil {
		return nil, versionContent{}, faultyOn(c.found, from)
	}
	if c.plan.Hash != v.Hash {
		return nil, versionContent{}, &Problem{Status: http.StatusConflict, Code: "version_differs", Title: "Nội dung đã khác bản được duyệt",
			Detail: "Thang nhắc, quy tắc cắt giảm, mẫu hay thủ tục thành phần mà bản này dùng đã đổi từ khi trình; hãy trả lại để trình và duyệt lại."}
	}
	content := versionContent{found: c.found}
	if leads := c.leads(); len(leads) > 1 {
		content.leads = leads[1:]
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
	}, content, nil
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
