package procedure

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"motcua/calendar"
)

// Walk tells a commitment line by line, from the legal limit to the committed one, each rule with its ground or decision.
func (c *Commitment) Walk() []string {
	if c.Legal.IsZero() && c.Committed.IsZero() && c.SameDay == nil {
		return nil
	}
	start := c.Legal
	for i := range c.Lines {
		if c.Lines[i].Kind == LineVariant {
			start = c.Lines[i].From
			break
		}
	}
	var out []string
	switch {
	case c.SameDay != nil:
		return []string{withGround("Thời hạn: trả kết quả trong ngày làm việc, nhận sau "+clockText(c.SameDay.CutOff)+" thì trong ngày làm việc tiếp theo", c.SameDay.Ground)}
	case len(c.Parts) > 0:
		for _, p := range c.Parts {
			out = append(out, fmt.Sprintf("Phần %s: theo luật %s, cam kết %s", p.Part, p.Legal.Vietnamese(), p.Committed.Vietnamese()))
		}
	case start.IsZero():
		out = append(out, "Thời hạn: trả kết quả trong ngày làm việc")
	default:
		out = append(out, "Thời hạn theo luật: "+start.Vietnamese())
	}
	for i := range c.Lines {
		out = append(out, c.Lines[i].text())
	}
	last := "Thời hạn cam kết: " + c.Committed.Vietnamese()
	if n := c.Legal.Hundredths - c.Committed.Hundredths; n > 0 && c.Legal.Unit == c.Committed.Unit {
		last += ", giảm " + calendar.Limit{Hundredths: n, Unit: c.Legal.Unit}.Vietnamese() + " so với luật"
	}
	return append(out, last)
}

func (l *CommitLine) text() string {
	from := "trong ngày làm việc"
	if !l.From.IsZero() {
		from = l.From.Vietnamese()
	}
	switch l.Kind {
	case LineVariant:
		return withGround(fmt.Sprintf("Trường hợp %s: %s thành %s", l.Rule, from, l.To.Vietnamese()), l.Ground)
	case LineMerge:
		rule := named(map[string]string{MergeSum: "tổng các phần trừ việc làm chung", MergeLongest: "phần dài nhất", MergeOwn: "thời hạn đặt riêng, không quá tổng các phần"}, l.Rule)
		return fmt.Sprintf("Ghép theo quy tắc %s: theo luật %s, cam kết %s", rule, l.From.Vietnamese(), l.To.Vietnamese())
	}
	text := fmt.Sprintf("Cắt giảm %s: %s còn %s", l.Rule, from, l.To.Vietnamese())
	if l.Percent > 0 {
		left := calendar.Limit{Hundredths: l.From.Hundredths * (100 - l.Percent) / 100, Unit: l.From.Unit}.Vietnamese()
		text = fmt.Sprintf("Cắt giảm %s: %s bớt %d %% còn %s, %s, được %s", l.Rule, from, l.Percent, left, l.Rounding.Vietnamese(), l.To.Vietnamese())
	}
	if !l.Floor.IsZero() {
		text += ", giữ ở tổng các thời hạn thành phần bắt buộc (" + l.Floor.Vietnamese() + ")"
	}
	return withGround(text, decisionText(l.Ground, l.DecisionDate, l.Signer))
}

// Vietnamese says how is rounded, and how far that can be trusted.
func (r *Rounding) Vietnamese() string {
	way := named(map[string]string{RoundFloor: "làm tròn xuống", RoundCeil: "làm tròn lên", RoundHalf: "làm tròn đến mức gần nhất, nửa thì lên"}, r.Way)
	if !r.Step.IsZero() {
		way += " theo bậc " + r.Step.Vietnamese()
	}
	switch r.Confidence {
	case "sample":
		way += " (cách làm tròn là lựa chọn của hệ thống, chưa xác minh)"
	case "inferred":
		way += " (cách làm tròn suy ra, chưa xác minh)"
	}
	return way
}

func decisionText(number, date, signer string) string {
	if t, err := time.Parse(time.DateOnly, date); err == nil {
		number += " ngày " + t.Format("02/01/2006")
	}
	if signer != "" {
		number += ", người ký: " + signer
	}
	return number
}

func withGround(text, ground string) string {
	if ground == "" {
		return text
	}
	return text + "; theo " + ground
}

// whyText says in words why the rule leaves a limit as it is.
func (r *Reduction) whyText(why string) string {
	switch why {
	case NotYet:
		return "chỉ áp dụng cho hồ sơ tiếp nhận từ " + dayOf(r.From)
	case NoLonger:
		return "chỉ áp dụng cho hồ sơ tiếp nhận đến hết " + dayOf(r.To)
	case EndedSince:
		return "đã có quyết định chấm dứt trước ngày tiếp nhận"
	case OtherLimit:
		return "thời hạn ngoài phạm vi của quy tắc: " + r.scopeText()
	case OtherChannel:
		return "chỉ áp dụng cho kênh nộp " + strings.Join(r.Channels, ", ")
	case OtherAgency:
		return "chỉ áp dụng cho cơ quan giải quyết " + strings.Join(r.Agencies, ", ")
	case OtherCase:
		return "điều kiện của quy tắc không đúng với hồ sơ"
	case NothingToCut:
		return "thời hạn không còn gì để cắt theo quy tắc"
	case HeldBySubLimits:
		return "tổng các thời hạn thành phần bắt buộc không cho cắt"
	}
	return why
}

// scopeText says which limits the rule is for, and in which unit.
func (r *Reduction) scopeText() string {
	var parts []string
	if !r.Above.IsZero() {
		parts = append(parts, "trên "+r.Above.Vietnamese())
	}
	if !r.UpTo.IsZero() {
		parts = append(parts, "đến hết "+r.UpTo.Vietnamese())
	}
	switch {
	case !r.Cut.IsZero():
		parts = append(parts, "bớt "+r.Cut.Vietnamese())
	case !r.Set.IsZero():
		parts = append(parts, "còn "+r.Set.Vietnamese())
	case r.Rounding != nil && !r.Rounding.Step.IsZero():
		parts = append(parts, "làm tròn theo bậc "+r.Rounding.Step.Vietnamese())
	}
	return strings.Join(parts, ", ")
}

// Vietnamese says what the rule does, to which limits, for whom and when, as drawings, reports and lists print it.
func (r *Reduction) Vietnamese() string {
	text := "giảm " + strconv.Itoa(r.CutPercent) + " %"
	switch {
	case r.CutPercent > 0 && r.Rounding != nil:
		text += ", " + r.Rounding.Vietnamese()
	case r.CutPercent > 0:
	case !r.Cut.IsZero():
		text = "giảm " + r.Cut.Vietnamese()
	default:
		text = "còn " + r.Set.Vietnamese()
	}
	switch {
	case !r.Above.IsZero() && !r.UpTo.IsZero():
		text += " khi thời hạn trên " + r.Above.Vietnamese() + " đến hết " + r.UpTo.Vietnamese()
	case !r.Above.IsZero():
		text += " khi thời hạn trên " + r.Above.Vietnamese()
	case !r.UpTo.IsZero():
		text += " khi thời hạn đến hết " + r.UpTo.Vietnamese()
	}
	for _, only := range []struct {
		word string
		list []string
	}{{"thủ tục", r.Procedures}, {"lĩnh vực", r.Fields}, {"cấp", r.Levels}, {"cơ quan", r.Agencies}, {"kênh", r.Channels}} {
		if len(only.list) > 0 {
			text += ", chỉ " + only.word + " " + strings.Join(shorten(only.list), ", ")
		}
	}
	if r.Expression != "" {
		text += ", khi " + r.Expression
	}
	text += ", từ " + dayOf(r.From)
	if r.To != "" {
		text += " đến hết " + dayOf(r.To)
	}
	return text
}

func dayOf(date string) string {
	if t, err := time.Parse(time.DateOnly, date); err == nil {
		return t.Format("02/01/2006")
	}
	return date
}
