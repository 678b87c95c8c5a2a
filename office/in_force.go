package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"motcua/models"
)

// notInForce says why a procedure takes no dossiers today: never heard of, repealed, withdrawn, or not yet.
func (o *Office) notInForce(ctx context.Context, code, lead string) error {
	v, err := o.Store.LastVersion(ctx, code, lead)
	if errors.Is(err, models.ErrNotFound) {
		return invalid(FieldError{"/procedure", fmt.Sprintf("Không có thủ tục %q đang có hiệu lực; xem danh sách ở /v1/procedures.", code)})
	}
	if err != nil {
		return err
	}
	p := &Problem{Status: http.StatusConflict, Code: "procedure_ended", Title: "Thủ tục không nhận hồ sơ mới",
		Detail: fmt.Sprintf("Thủ tục %s hết hiệu lực từ %s. Hồ sơ đã nộp vẫn được giải quyết.", code, dayText(v.ValidUntil))}
	switch {
	case v.ValidFrom.After(o.Legal()):
		p.Code = "procedure_not_yet"
		p.Detail = fmt.Sprintf("Thủ tục %s có hiệu lực từ %s; hãy nộp từ ngày đó.", code, dayText(v.ValidFrom))
	case v.Ended == models.EndWithdrawn:
		p.Code, p.Article = "procedure_withdrawn", v.EndDocument
		p.Detail = fmt.Sprintf("Thủ tục %s tạm dừng tiếp nhận từ %s theo %s. Hồ sơ đã nộp vẫn được giải quyết; hãy theo dõi thông báo để nộp khi có phiên bản mới.",
			code, v.ValidUntil.Format("15:04 02/01/2006"), v.EndDocument)
	case v.Ended == models.EndRepealed:
		p.Code = "procedure_repealed"
		d, err := o.Store.Decision(ctx, v.EndDocument)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		p.Article = d.Number
		p.Detail = fmt.Sprintf("Thủ tục %s bị bãi bỏ từ %s theo Quyết định %s. Hồ sơ đã nộp vẫn được giải quyết; thủ tục thay thế, nếu có, xem ở /v1/procedures.",
			code, dayText(v.ValidUntil), d.Number)
	}
	return p
}

// FindingNoInternalProcess is a procedure in force without an internal process (TT 01/2018/TT-VPCP Đ8).
const FindingNoInternalProcess = "internal_process_missing"

// InspectProcesses opens a finding for every procedure in force without an internal process, and closes those that have one again.
func (o *Office) InspectProcesses(ctx context.Context) error {
	codes, err := o.Store.WithoutInternalProcess(ctx, o.Legal())
	if err != nil {
		return err
	}
	open, err := o.Store.Findings(ctx, FindingNoInternalProcess, false, maxFindings)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if slices.ContainsFunc(open, func(f models.Finding) bool { return f.Subject == code }) {
			continue
		}
		detail := fmt.Sprintf("thủ tục %s đang có hiệu lực mà chưa có quy trình nội bộ được phê duyệt (TT 01/2018/TT-VPCP Đ8)", code)
		if err := o.Store.AddFinding(ctx, models.Finding{Kind: FindingNoInternalProcess, Subject: code, Detail: detail}); err != nil {
			return err
		}
	}
	for _, f := range open {
		if !slices.Contains(codes, f.Subject) {
			if err := o.Store.CloseFinding(ctx, f.Kind, f.Subject); err != nil {
				return err
			}
		}
	}
	return nil
}
