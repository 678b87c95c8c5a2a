package procedure

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s // an abbreviation
	}
	return string(unicode.ToLower(r)) + s[n:]
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// channelName reads an intake channel in Vietnamese.
func channelName(channel string) string {
	switch channel {
	case "online":
		return "trực tuyến"
	case "post":
		return "bưu chính"
	case "counter":
		return "trực tiếp"
	}
	return channel
}

// limitText is the limit of a whole procedure as a heading has it.
func limitText(x *Executable) string {
	if x.SameDay != nil {
		return "trong ngày làm việc; nhận sau " + clockText(x.SameDay.CutOff) + " thì trong ngày làm việc tiếp theo"
	}
	return x.Limit.Vietnamese()
}

func clockText(minutes int) string {
	digits := func(n int) string { return string(rune('0'+n/10)) + string(rune('0'+n%10)) }
	return digits(minutes/60) + ":" + digits(minutes%60)
}

// limitLines are the short lines under a step's name: its limit, whose time it is, what it may do.
func limitLines(s *Step) []string {
	var lines []string
	switch {
	case s.Kind == StepReturn && s.Refusal:
		lines = append(lines, "TỪ CHỐI, kết thúc")
	case s.Kind == StepReturn:
		lines = append(lines, "Kết thúc")
	case s.Kind == StepAutomatic:
		lines = append(lines, "Tự động")
	case s.Kind == StepSub:
		lines = append(lines, "Hồ sơ con "+s.Procedure)
		if !s.Limit.IsZero() {
			lines = append(lines, s.Limit.Vietnamese())
		}
	case !s.Limit.IsZero():
		lines = append(lines, s.Limit.Vietnamese())
	case s.Kind == StepWait:
		lines = append(lines, "Chờ")
	}
	if s.Excluded {
		lines = append(lines, "không tính thời hạn")
	}
	if s.Silence != "" {
		lines = append(lines, "im lặng: "+silenceName(s.Silence))
	}
	return lines
}

// silenceName reads the outcome that silence counts as.
func silenceName(outcome string) string {
	if name := OutcomeName(outcome); name != "" {
		return name
	}
	return "đã trả lời"
}

// mayText lists what a step allows beyond completing it.
func mayText(s *Step) string {
	var words []string
	for _, m := range s.May {
		switch m {
		case MaySupplement:
			words = append(words, "yêu cầu bổ sung")
		case MaySuspend:
			words = append(words, "tạm dừng")
		case MayPayment:
			words = append(words, "yêu cầu nộp tiền")
		case MaySendBack:
			words = append(words, "trả lại bước trước")
		default:
			words = append(words, m)
		}
	}
	return strings.Join(words, ", ")
}
