package proof

import (
	"fmt"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

func instant(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(calendar.Zone()).Format("15:04 02/01/2006")
}

func duration(n int) string {
	switch h, m := n/60, n%60; {
	case n == 0:
		return "0"
	case h == 0:
		return fmt.Sprintf("%d phút", m)
	case m == 0:
		return fmt.Sprintf("%d giờ", h)
	default:
		return fmt.Sprintf("%d giờ %d phút", h, m)
	}
}

func weekday(d calendar.Date) string {
	return [...]string{"Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}[d.Weekday()]
}

// or is a text, or a dash where there is none.
func or(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func channelWord(c string) string {
	switch c {
	case dossier.ChannelCounter:
		return "nộp trực tiếp"
	case dossier.ChannelOnline:
		return "nộp trực tuyến"
	case dossier.ChannelPost:
		return "qua bưu chính"
	case dossier.ChannelLinked:
		return "do hồ sơ khác mở"
	}
	return c
}

func legWord(leg string) string {
	switch leg {
	case dossier.LegAgency:
		return "cơ quan"
	case dossier.LegApplicant:
		return "người nộp"
	case dossier.LegPayment:
		return "nghĩa vụ tài chính"
	case dossier.LegOutage:
		return "sự cố"
	case dossier.LegHandOver:
		return "chuyển giao, chưa tính thời hạn"
	case "tax":
		return "cơ quan thuế"
	case "posting":
		return "niêm yết công khai"
	}
	return leg
}

func causeWord(cause string) string {
	switch cause {
	case dossier.CauseSupplement:
		return "chờ bổ sung giấy tờ"
	case dossier.CauseSuspension:
		return "tạm dừng"
	case dossier.CausePayment:
		return "chờ nghĩa vụ tài chính"
	case dossier.CauseDecision:
		return "loại trừ theo quyết định"
	}
	return cause
}

// beginning says why a count began.
func beginning(cause string) string {
	switch cause {
	case "accepted":
		return "tiếp nhận"
	case "supplement":
		return "nhận đủ giấy tờ bổ sung, tính lại từ đầu"
	case "received_by_agency":
		return "cơ quan giải quyết nhận hồ sơ"
	}
	return cause
}

func effectWord(effect string) string {
	switch effect {
	case procedure.EffectRestart:
		return "tính lại từ đầu"
	case procedure.EffectPause:
		return "tạm dừng"
	case procedure.EffectExclude:
		return "loại trừ đến mức tối đa"
	}
	return effect
}

func classWord(v dossier.Verdict) string {
	word := "chưa kết thúc, chưa quá hạn"
	switch v.Class {
	case dossier.ClassEarly:
		word = "trước hạn"
	case dossier.ClassOnTime:
		word = "đúng hạn"
	case dossier.ClassLate:
		word = "trễ hạn"
	}
	if v.Rescheduled {
		word += ", theo ngày hẹn lại (báo cáo xếp riêng)"
	}
	return word
}

func limitWord(l calendar.Limit, sameDay *procedure.SameDay) string {
	if l.IsZero() && sameDay != nil {
		return fmt.Sprintf("trong ngày (nhận sau %02d:%02d: ngày làm việc tiếp theo)", sameDay.CutOff/60, sameDay.CutOff%60)
	}
	return l.Vietnamese()
}

func lineWord(l procedure.CommitLine, sameDay *procedure.SameDay) string {
	kind := l.Kind
	switch l.Kind {
	case procedure.LineVariant:
		kind = "trường hợp"
	case procedure.LineReduction:
		kind = "cắt giảm"
	case procedure.LineMerge:
		kind = "gộp thủ tục"
	}
	return fmt.Sprintf("%s %s: %s → %s [%s]", kind, l.Rule, limitWord(l.From, sameDay), limitWord(l.To, sameDay), or(l.Ground))
}

// reading says what a day did to the limit.
func (d *Day) reading() string {
	var parts []string
	add := func(text string) { parts = append(parts, text) }
	switch {
	case d.Receipt:
		add("ngày nhận")
	case d.Rolled:
		add("ngày cuối rơi vào ngày nghỉ, chuyển sang ngày này")
	case d.Number > 0:
		add(fmt.Sprintf("ngày thứ %d", d.Number))
	case d.Shifted && d.Working > 0:
		add("trả lại thời gian đã trừ")
	case d.Postponed && d.Working > 0:
		add("theo ngày hẹn lại")
	}
	if label := d.Kind.Vietnamese(); label != "" {
		add(label)
	}
	if d.Name != "" {
		add(d.Name)
	}
	if d.Due {
		add("hạn trả")
	}
	text := strings.Join(parts, "; ")
	if d.Ground != "" {
		text += " [" + d.Ground + "]"
	}
	if d.Provisional {
		text += " (lịch tạm tính)"
	}
	return strings.TrimSpace(text)
}

// arithmetic explains the due instant of a count, one thought a line.
func (c *Count) arithmetic(l *Limit) []string {
	out := []string{fmt.Sprintf("Bắt đầu %s: %s.", instant(c.Start), beginning(c.Cause))}
	if c.Limit != c.Granted {
		out = append(out, fmt.Sprintf("Thời hạn %s, sau gia hạn %s.", limitWord(c.Granted, l.SameDay), limitWord(c.Limit, l.SameDay)))
	} else {
		out = append(out, fmt.Sprintf("Thời hạn %s.", limitWord(c.Limit, l.SameDay)))
	}
	out = append(out, fmt.Sprintf("Không trừ gì thì đến %s.", instant(c.Plain)))
	for _, t := range c.Taken {
		out = append(out, fmt.Sprintf("Trừ từ %s đến %s: %s.", instant(t.From), instant(t.Until), duration(t.Minutes)))
	}
	switch {
	case c.TakenMinutes > 0 && !c.Moved.IsZero():
		out = append(out, fmt.Sprintf("Tổng thời gian trừ %s: giờ nhận trên ngày cuối cộng tổng ấy là %s, làm tròn một lần đến hết ngày làm việc: %s.",
			duration(c.TakenMinutes), instant(c.Moved), instant(c.ByLimit)))
	case c.TakenMinutes > 0:
		out = append(out, fmt.Sprintf("Tổng thời gian trừ %s: đến %s.", duration(c.TakenMinutes), instant(c.ByLimit)))
	}
	if !c.Due.Equal(c.ByLimit) {
		out = append(out, fmt.Sprintf("Theo ngày đã hẹn (hẹn lại, hoặc hẹn trên lịch trước khi sửa): %s.", instant(c.Due)))
	}
	if !c.End.IsZero() {
		out = append(out, fmt.Sprintf("Lần tính này kết thúc lúc %s.", instant(c.End)))
	}
	return out
}

// what an amendment of calendars did, and why.
func (a *Amendment) what() string {
	agencies := make([]string, len(a.Calendars))
	for i, c := range a.Calendars {
		agencies[i] = c.Agency
	}
	what := "nhận lịch mới của "
	if a.Undo {
		what = "trở lại lịch trước của "
	}
	what += strings.Join(agencies, ", ")
	if !a.Target.IsZero() {
		what += ", mục tiêu nội bộ " + instant(a.Target)
	}
	return what
}

func (a *Amendment) why() string {
	var why []string
	for _, w := range []string{a.Ground, a.Document} {
		if w != "" {
			why = append(why, w)
		}
	}
	for _, c := range a.Calendars {
		why = append(why, "lịch "+c.Hash)
	}
	return strings.Join(why, ", ")
}
