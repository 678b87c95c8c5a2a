package signals

import (
	"fmt"
	"strings"
	"time"

	"motcua/calendar"
)

// words say what was seen.
func (s *Signal) words(r Rule) string {
	e := s.Evidence[0]
	switch s.Rule {
	case RuleDueChanged:
		if strings.HasPrefix(s.Subject, "calendar:") {
			return fmt.Sprintf("Lịch mới của %s làm đổi ngày hẹn của %d hồ sơ đã quá hạn trước đó.", s.Agency, len(s.Dossiers()))
		}
		return fmt.Sprintf("Hồ sơ %s quá hạn từ %s; lúc %s ngày hẹn đổi từ %s sang %s (%s).", e.Dossier, clock(e.LateSince), clock(e.At), clock(e.OldDue), clock(e.NewDue), kinds(e.Kind))
	case RuleLastDay:
		return fmt.Sprintf("Hồ sơ %s hẹn trả %s; phiếu yêu cầu bổ sung gửi lúc %s.", e.Dossier, clock(e.OldDue), clock(e.At))
	case RulePauses:
		return fmt.Sprintf("Đồng hồ của hồ sơ %s dừng %d lần từ %s đến %s, mỗi lần cách lần trước không quá %s.", e.Dossier, s.Count, clock(e.At), clock(s.Evidence[len(s.Evidence)-1].At), r.Within.Vietnamese())
	case RuleAgain:
		return fmt.Sprintf("Cùng người nộp, cùng thủ tục %s: %d lần hồ sơ kết thúc rồi có hồ sơ mới trong %d ngày (%s).", s.Procedure, s.Count, r.Days, strings.Join(s.Dossiers(), ", "))
	case RuleAfterHours:
		return fmt.Sprintf("Cán bộ %s hoàn thành %d việc ngoài giờ làm việc trong ngày %s.", s.Officer, s.Count, e.At.In(calendar.Zone()).Format("02/01/2006"))
	case RuleNoResult:
		return fmt.Sprintf("Hồ sơ %s ghi là xong lúc %s mà không ghi nhận kết quả; quy trình có nêu kết quả.", e.Dossier, clock(e.At))
	case RuleExtendedAll:
		return fmt.Sprintf("%s: %d trong %d hồ sơ thủ tục %s giải quyết xong trong kỳ đã được gia hạn (%d %%).", s.Agency, s.Count, s.Of, s.Procedure, s.Count*100/s.Of)
	case RuleBackdated:
		if e.Document != "" {
			return fmt.Sprintf("Hồ sơ %s: tiếp nhận có hiệu lực từ %s, ghi vào hệ thống lúc %s, theo văn bản %s.", e.Dossier, clock(e.At), clock(e.Recorded), e.Document)
		}
		return fmt.Sprintf("Hồ sơ %s: %d thao tác ghi vào hệ thống sau lúc có hiệu lực; sớm nhất có hiệu lực %s, ghi lúc %s.", e.Dossier, s.Count, clock(e.At), clock(e.Recorded))
	}
	return r.Says
}

func clock(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }

// kinds of events that move a promise, in words.
func kinds(kind string) string {
	switch kind {
	case "extended":
		return "gia hạn theo quy định"
	case "excluded":
		return "loại trừ thời gian theo quyết định"
	case "reappointed":
		return "xin lỗi và hẹn lại"
	case "version_moved":
		return "chuyển phiên bản quy trình"
	case "count_started":
		return "tính lại thời hạn từ đầu"
	}
	return kind
}
