package office

import (
	"context"
	"time"

	"motcua/intake"
	"motcua/models"
)

// Kinds of findings of the clock check. Those of a workflow are opened by the reconciler too.
const (
	FindingWorkflowMissing    = "workflow_missing"    // open by its events, and no workflow runs
	FindingWorkflowMismatched = "workflow_mismatched" // workflow and records contradict each other
	FindingWorkflowSilent     = "workflow_silent"     // the workflow does not answer
	FindingOrphan             = "workflow_orphan"     // a workflow runs for what is not open
	FindingRowMissing         = "row_missing"         // the read model has no row
	FindingRowStale           = "row_stale"           // its row is not what the events say
	FindingUnreadable         = "events_unreadable"   // the events lead nowhere
	FindingAlarmUnarmed       = "alarm_unarmed"       // something is due and no timer is set for it
	FindingAlarmWrong         = "alarm_wrong"         // the timer is set to another instant
	FindingAlarmLate          = "alarm_late"          // its instant has passed and nothing fired
	FindingRungVacant         = "rung_vacant"         // rungs of the days to come reach nobody
)

// settledKinds are those that a check looks at again one by one, and closes.
func settledKinds() []string {
	return []string{
		FindingWorkflowMissing, FindingWorkflowMismatched, FindingWorkflowSilent, FindingOrphan, FindingRowMissing, FindingRowStale,
		FindingUnreadable, FindingAlarmUnarmed, FindingAlarmWrong, FindingAlarmLate,
	}
}

// FindingKind tells people what a kind of finding is, and what to do about it.
type FindingKind struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Next  string `json:"next"`
}

// FindingKinds are all kinds that this program knows. One that it does not know is shown under its own name.
func FindingKinds() []FindingKind {
	return []FindingKind{
		{FindingAlarmLate, "Mốc giờ đã qua mà chưa bật", "Luồng đã được nhắc xem lại đồng hồ. Nếu còn mở sau lần kiểm tra kế tiếp: xem worker có chạy không, motcua history MÃ có lỗi nào lặp lại không."},
		{FindingAlarmUnarmed, "Luồng không đặt hẹn giờ", "Luồng đã được nhắc đặt lại. Nếu còn mở: so motcua history MÃ với các sự kiện của hồ sơ."},
		{FindingAlarmWrong, "Hẹn giờ đặt sai thời điểm", "Luồng đã được nhắc đặt lại. Nếu còn mở: luồng và các sự kiện hiểu khác nhau; so motcua history MÃ với các sự kiện."},
		{FindingRungVacant, "Nấc leo thang không có người nhận", "Bổ nhiệm, hoặc giao người thay cho chức danh nêu ở đây trước thời điểm sớm nhất; lần kiểm tra sau tự đóng."},
		{"rung_unreachable", "Nấc leo thang đã bật mà không đến được ai", "Báo trực tiếp cho lãnh đạo cơ quan đang giữ hồ sơ, rồi bổ nhiệm hoặc giao người thay cho chức danh còn trống."},
		{FindingWorkflowMissing, "Hồ sơ mở mà không có luồng", "Luồng đã được dựng lại từ các sự kiện. Nếu còn mở: chạy motcua reconcile --rehydrate và xem nhật ký của worker."},
		{FindingWorkflowMismatched, "Luồng và bản ghi không khớp", "Không tự sửa được: cơ sở dữ liệu có thể cũ hơn Temporal. Khôi phục bản sao lưu mới hơn, hoặc so motcua history MÃ với các sự kiện."},
		{FindingWorkflowSilent, "Luồng không trả lời", "Xem motcua history MÃ và nhật ký của worker: một tác vụ lỗi lặp lại giữ luồng đứng yên."},
		{FindingOrphan, "Luồng chạy mà không có hồ sơ mở", "Nếu hồ sơ đã kết thúc, luồng tự kết thúc sau khi đọc lại sự kiện. Nếu không có sự kiện nào: tìm xem cơ sở dữ liệu có bị khôi phục về bản cũ không; đừng xóa luồng trước khi biết."},
		{FindingRowMissing, "Bảng tra cứu thiếu dòng", "Dòng đã được dựng lại từ các sự kiện; tìm xem ai đã xóa."},
		{FindingRowStale, "Bảng tra cứu khác với sự kiện", "Dòng đã được dựng lại từ các sự kiện; tìm xem ai đã sửa thẳng vào cơ sở dữ liệu."},
		{FindingUnreadable, "Không dựng lại được hồ sơ từ sự kiện", "Xem quy trình hoặc lịch nêu trong lỗi có còn trong cơ sở dữ liệu không; khôi phục chúng từ bản sao lưu."},
		{models.FindingClockSkew, "Đồng hồ lệch quá 60 giây", "Chỉnh giờ (NTP) của máy nêu ở đây hoặc của cơ sở dữ liệu. Chưa nấc nào bật ở máy đó cho đến khi hai đồng hồ khớp; không mốc nào mất."},
		{models.FindingFrozen, "Hồ sơ đóng băng", "Cơ sở dữ liệu cũ hơn luồng: so motcua history MÃ với các sự kiện, khôi phục phần thiếu."},
		{FindingActFailed, "Thao tác không thực hiện được", "Xem nguyên nhân; sửa rồi nhờ người dùng làm lại."},
		{intake.FindingNotOpened, "Chưa mở được hồ sơ con", "Bổ sung quy trình hoặc cơ quan còn thiếu; hệ thống tự thử lại rồi tự đóng."},
		{FindingNoInternalProcess, "Thủ tục chưa có quy trình nội bộ", "Soạn và trình duyệt quy trình nội bộ (TT 01/2018/TT-VPCP Đ8)."},
		{FindingMergedOutdated, "Thủ tục ghép đã cũ", "Ghép lại từ các phần đang có hiệu lực, rồi công bố bản mới."},
		{"apology_unsigned", "Không ai ký được phiếu xin lỗi, hẹn lại", "Bổ nhiệm, hoặc giao người thay cho người ký của cơ quan chủ trì, rồi ký đề nghị đang chờ (motcua escalation)."},
		{"inspection_unassigned", "Cuộc kiểm tra không có người nhận", "Phân công người của phòng kiểm soát; bất kỳ ai trong phòng có thể nhận cuộc kiểm tra."},
		{FindingInspection, "Kiểm tra kết luận nguyên nhân chậm", "Xử lý theo kết luận; chi tiết ở cuộc kiểm tra nêu ở đây."},
		{models.FindingBackdated, "Ghi lùi thời điểm", "Đối chiếu với văn bản nêu ở đây; sai thì xử lý người ghi."},
		{models.FindingLateSlip, "Yêu cầu bổ sung sau thời hạn gửi phiếu", "Xem lý do người duyệt đã nêu có đúng không."},
		{models.FindingReceiptCorrected, "Đính chính thời điểm tiếp nhận", "Đối chiếu với văn bản: đính chính có thể xóa việc quá hạn."},
		{FindingAmendment, "Văn bản sửa lịch hoặc loại trừ không áp dụng được cho hồ sơ", "Xem nguyên nhân; sửa rồi chạy tiếp đợt áp dụng, hoặc xử lý riêng hồ sơ nêu ở đây."},
		{findingSignals, "Có dấu hiệu phòng kiểm soát chưa xem", "Mở /v1/signals?state=open hoặc chạy motcua signals; xem từng dấu hiệu với hồ sơ của nó, xác minh hoặc gác lại có lý do."},
		{"webhook_failing", "Nơi nhận webhook đang lỗi", "Liên hệ đơn vị vận hành nơi nhận; lần gửi thành công kế tiếp tự đóng."},
		{"webhook_dead", "Webhook đã bỏ lỡ sự kiện", "Báo nơi nhận đọc lại các hồ sơ đó."},
	}
}

// FindingKindOf tells of one kind.
func FindingKindOf(kind string) FindingKind {
	for _, k := range FindingKinds() {
		if k.Kind == kind {
			return k
		}
	}
	return FindingKind{Kind: kind, Title: kind, Next: "Xem nội dung phát hiện."}
}

// Finding is something to look into, and what to do about it.
type Finding struct {
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	Subject  string    `json:"subject"`
	Detail   string    `json:"detail"`
	Next     string    `json:"next"`
	Count    int       `json:"count"`
	OpenedAt time.Time `json:"opened_at"`
	SeenAt   time.Time `json:"seen_at"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
}

// FindingFilter narrows the list of findings. Open: nil lists both, open ones and those that are over.
type FindingFilter struct {
	Kind   string
	Open   *bool
	Limit  int
	Cursor string
}

// Findings lists findings, the newest first.
func (o *Office) Findings(ctx context.Context, p Principal, f FindingFilter) ([]Finding, string, error) {
	if err := allow(p, DoFindings); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.ListFindings(ctx, models.FindingFilter{Kind: f.Kind, Open: f.Open, Limit: f.Limit, Cursor: f.Cursor})
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]Finding, 0, len(rows))
	for _, r := range rows {
		k := FindingKindOf(r.Kind)
		out = append(out, Finding{r.Kind, k.Title, r.Subject, r.Detail, k.Next, r.Count, r.OpenedAt, r.SeenAt, r.ClosedAt})
	}
	return out, next, nil
}
