package office

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"motcua/models"
	"motcua/procedure"
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

// FindingMergedOutdated is a merged procedure in force that was merged from versions which are not in force any more.
const FindingMergedOutdated = "merged_outdated"

// InspectVersions opens findings for what is wrong with what is in force, and closes those that are mended.
func (o *Office) InspectVersions(ctx context.Context) error {
	return errors.Join(o.inspectProcesses(ctx), o.inspectMerged(ctx))
}

func (o *Office) inspectProcesses(ctx context.Context) error {
	codes, err := o.Store.WithoutInternalProcess(ctx, o.Legal())
	if err != nil {
		return err
	}
	wrong := map[string]string{}
	for _, code := range codes {
		wrong[code] = fmt.Sprintf("thủ tục %s đang có hiệu lực mà chưa có quy trình nội bộ được phê duyệt (TT 01/2018/TT-VPCP Đ8)", code)
	}
	return o.settleFindings(ctx, FindingNoInternalProcess, wrong)
}

// inspectMerged holds merged procedures to the versions of their parts, as lint does with a draft.
func (o *Office) inspectMerged(ctx context.Context) error {
	now := o.Legal()
	merged, err := o.Store.MergedInForce(ctx, now)
	if err != nil {
		return err
	}
	inForce, err := o.Store.PlansInForce(ctx, now)
	if err != nil {
		return err
	}
	wrong := map[string]string{}
	for code, hashes := range merged {
		var said []string
		for _, hash := range hashes {
			plan, err := o.desk.Plan(ctx, hash)
			if err != nil {
				return err
			}
			for _, part := range plan.Exec.Merged.Parts {
				text, err := o.partChanged(ctx, part, inForce)
				if err != nil {
					return err
				}
				if text != "" && !slices.Contains(said, text) {
					said = append(said, text)
				}
			}
		}
		if len(said) > 0 {
			wrong[code] = fmt.Sprintf("thủ tục ghép %s: %s; ghép lại bằng motcua procedure merge, hoặc đối chiếu rồi công bố bản mới", code, strings.Join(said, "; "))
		}
	}
	return o.settleFindings(ctx, FindingMergedOutdated, wrong)
}

// partChanged says how a part is not what was merged; a part that was never published here says nothing.
func (o *Office) partChanged(ctx context.Context, part procedure.Part, inForce map[string]string) (string, error) {
	hash, ok := inForce[part.Code]
	switch {
	case ok && hash == part.Plan:
		return "", nil
	case ok:
		return fmt.Sprintf("phần %s (%s) đã đổi từ bản %.12s sang bản %.12s", part.ID, part.Code, part.Plan, hash), nil
	}
	last, err := o.Store.LastVersion(ctx, part.Code, "")
	if errors.Is(err, models.ErrNotFound) || err == nil && last.ValidFrom.After(o.Legal()) {
		return "", nil
	}
	return fmt.Sprintf("phần %s (%s) không còn hiệu lực", part.ID, part.Code), err
}

// settleFindings leaves findings of a kind open on what is wrong now, and on nothing else.
func (o *Office) settleFindings(ctx context.Context, kind string, wrong map[string]string) error {
	open, err := o.Store.Findings(ctx, kind, false, maxFindings)
	if err != nil {
		return err
	}
	for _, subject := range slices.Sorted(maps.Keys(wrong)) {
		known := slices.ContainsFunc(open, func(f models.Finding) bool { return f.Subject == subject && f.Detail == wrong[subject] })
		if known {
			continue
		}
		if err := o.Store.AddFinding(ctx, models.Finding{Kind: kind, Subject: subject, Detail: wrong[subject]}); err != nil {
			return err
		}
	}
	for _, f := range open {
		if _, still := wrong[f.Subject]; !still {
			if err := o.Store.CloseFinding(ctx, f.Kind, f.Subject); err != nil {
				return err
			}
		}
	}
	return nil
}
