package signals

import "motcua/calendar"

// The rules.
const (
	RuleDueChanged  = "due-changed-late"
	RuleLastDay     = "supplement-last-day"
	RulePauses      = "pause-chain"
	RuleAgain       = "received-again"
	RuleAfterHours  = "after-hours"
	RuleNoResult    = "no-result"
	RuleExtendedAll = "extended-nearly-all"
	RuleBackdated   = "backdated"
)

// Severities, the least first. They say how soon to look, not how bad somebody was.
const (
	SeverityNotice    = "notice"
	SeverityAttention = "attention"
	SeveritySerious   = "serious"
)

// SourceOurs marks a threshold that no law gives: the house chose it.
const SourceOurs = "ours"

// Rule is a named rule with its thresholds; those that it has no use for are zero.
type Rule struct {
	ID   string `json:"rule"`
	Name string `json:"name"`
	// Says is what the rule looks for, in words that accuse nobody.
	Says     string `json:"says"`
	Severity string `json:"severity"`
	// Count is from how many on it is a signal; Worse from how many on one of the next severity (0: never).
	Count int `json:"count,omitempty"`
	Worse int `json:"worse,omitempty"`
	// Unaccepted is Count for dossiers that ended before anybody accepted them.
	Unaccepted int `json:"unaccepted,omitempty"`
	// Share in percent.
	Share int `json:"share,omitempty"`
	// Within is working time.
	Within calendar.Limit `json:"within,omitzero"`
	// Days are calendar days.
	Days   int    `json:"days,omitempty"`
	Source string `json:"source"`
}

// Policy is the rules in force, by id.
type Policy map[string]Rule

// DefaultPolicy returns the rules with the house's thresholds. None of them is a law's.
func DefaultPolicy() Policy {
	out := Policy{}
	for _, r := range []Rule{
		{ID: RuleDueChanged, Severity: SeveritySerious, Count: 1, Name: "Hạn trả đổi sau khi đã quá hạn",
			Says: "Ngày hẹn trả được đổi (gia hạn, loại trừ thời gian, hẹn lại, chuyển phiên bản, lịch mới hoặc tính lại từ đầu) khi hồ sơ đã quá hạn."},
		{ID: RuleLastDay, Severity: SeverityAttention, Count: 1, Share: 90, Name: "Yêu cầu bổ sung vào ngày cuối",
			Says: "Phiếu yêu cầu bổ sung gửi đúng ngày hẹn trả hoặc sau đó; với thời hạn theo giờ, khi đã dùng quá tỷ lệ nêu ở share."},
		{ID: RulePauses, Severity: SeverityAttention, Count: 3, Worse: 5, Within: calendar.Limit{Hundredths: 300, Unit: calendar.WorkingDay}, Name: "Dừng rồi chạy nhiều lần liên tiếp",
			Says: "Đồng hồ của một hồ sơ bị dừng nhiều lần (tạm dừng, yêu cầu bổ sung), lần sau cách lần trước không quá khoảng nêu ở within."},
		{ID: RuleAgain, Severity: SeverityAttention, Count: 1, Worse: 3, Unaccepted: 2, Days: 15, Name: "Kết thúc rồi tiếp nhận lại",
			Says: "Cùng người nộp, cùng thủ tục: hồ sơ trước bị rút, từ chối hoặc dừng, hồ sơ sau nộp trong số ngày nêu ở days. Hồ sơ chưa từng được tiếp nhận chỉ tính khi lặp lại."},
		{ID: RuleAfterHours, Severity: SeverityNotice, Count: 10, Worse: 30, Name: "Nhiều việc hoàn thành ngoài giờ trong một ngày",
			Says: "Một cán bộ hoàn thành nhiều bước trong một ngày vào lúc cơ quan không làm việc theo lịch của cơ quan đó."},
		{ID: RuleNoResult, Severity: SeverityAttention, Count: 1, Name: "Hoàn thành mà không có kết quả",
			Says: "Hồ sơ được ghi là xong (không phải từ chối) mà không ghi nhận kết quả nào, trong khi quy trình có nêu kết quả."},
		{ID: RuleExtendedAll, Severity: SeverityAttention, Count: 10, Share: 80, Name: "Gia hạn cho gần như mọi hồ sơ",
			Says: "Trong số hồ sơ của một thủ tục mà một cơ quan giải quyết xong trong kỳ, tỷ lệ được gia hạn từ mức nêu ở share trở lên; xét khi có ít nhất số hồ sơ nêu ở count."},
		{ID: RuleBackdated, Severity: SeverityNotice, Count: 1, Worse: 3, Within: calendar.Limit{Hundredths: 100, Unit: calendar.WorkingDay}, Name: "Ghi nhận lùi thời điểm",
			Says: "Thao tác có hiệu lực trước lúc ghi vào hệ thống quá khoảng nêu ở within, hoặc tiếp nhận lùi thời điểm theo văn bản."},
	} {
		r.Source = SourceOurs
		out[r.ID] = r
	}
	return out
}

// Rules lists the ids in the order of the documents.
func Rules() []string {
	return []string{RuleDueChanged, RuleLastDay, RulePauses, RuleAgain, RuleAfterHours, RuleNoResult, RuleExtendedAll, RuleBackdated}
}

// severity of so many.
func (r Rule) severity(n int) string {
	if r.Worse == 0 || n < r.Worse || r.Severity == SeveritySerious {
		return r.Severity
	}
	if r.Severity == SeverityNotice {
		return SeverityAttention
	}
	return SeveritySerious
}
