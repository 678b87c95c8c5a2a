package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
)

func stepsOverLimitRule() rule {
	return rule{Rule{ID: "steps-over-limit", Severity: SeverityError,
		Doc: "Thời gian tính vào thời hạn trên đường dài nhất không được vượt thời hạn cam kết, trong mọi trường hợp (địa bàn, kênh nộp, quy tắc cắt giảm). Nêu cạnh đó thời gian người nộp có thể chờ thật. Chặng loại trừ chỉ tính phần vượt trần; vòng lặp tính một lần. Thời hạn theo ngày, tháng, giờ không quy đổi được: lịch được thử ở mọi ngày nhận; ngày nào cũng vượt là lỗi, có ngày vượt là cảnh báo, nêu ngày xấu nhất."},
		func(l *linter) {
			reported := map[string]bool{}
			slack, outside := 0, ""
			if slices.ContainsFunc(l.x.Steps, func(s Step) bool { return s.Limit.Unit == calendar.Hour }) {
				// A wait in hours of the clock may end at night, when the last minute of the limit has run and the next has not
				// begun: a limit used to its last minute would then be passed without a minute of work.
				slack, outside = 1, ", hoặc bước chờ theo giờ kết thúc ngoài giờ làm việc"
			}
			// A limit in hours of the clock moves by the working minutes that a leg takes out (clock.md §4), fewer than the hours that go
			// by meanwhile: what is left to do after the leg may then fall on days off, whatever the total.
			pushed := l.x.Limit.Unit == calendar.Hour && slices.ContainsFunc(l.x.Steps, func(s Step) bool { return s.Excluded })
			if pushed {
				outside += ", hoặc chặng loại trừ đẩy việc còn lại sang ngày nghỉ"
			}
			for i := range l.paths {
				p := &l.paths[i]
				limit := p.limitText()
				if limit == "" || p.Counted+slack <= p.Sure && !pushed || reported[limit+p.String()] {
					continue
				}
				reported[limit+p.String()] = true
				message := fmt.Sprintf("đường dài nhất cần %s, thời hạn cam kết %s%s: %s; %s", minutesText(p.Counted), limit, p.caseText(), l.budgets(p), p.waitText())
				if p.Least > p.Most {
					l.find(l.limitAt(), message, "giảm "+minutesText(p.Least-p.Most)+" ở các bước trên đường này").about(p)
				} else {
					l.warn(l.limitAt(), message+" (có thể vượt khi hạn rơi vào ngày nghỉ, hoặc nhận lúc sát giờ chốt"+outside+")", "chắc chắn chỉ có "+minutesText(p.Sure)+p.worstText()).about(p)
				}
			}
		}}
}

// limitAt is where the limit stands.
func (l *linter) limitAt() Pos {
	if l.d.SameDayAt.Line > 0 {
		return l.d.SameDayAt
	}
	return l.d.Limit.Pos
}

func (p *Path) limitText() string {
	if p.SameDay != nil {
		return "trong ngày"
	}
	return p.Committed.String()
}

// caseText names the rules that made the limit.
func (p *Path) caseText() string {
	if len(p.Rules) == 0 {
		return ""
	}
	return " (" + strings.Join(p.Rules, ", ") + ")"
}

// worstText names the date of receipt that leaves the least time.
func (p *Path) worstText() string {
	day, err := calendar.ParseDate(p.Worst)
	if err != nil {
		return ""
	}
	return ", khi nhận ngày " + day.Time().Format("02/01/2006")
}

// waitText says what the applicant may really wait, counted and excluded time together, beside the limit that counts.
func (p *Path) waitText() string {
	var parts []string
	for _, l := range p.MayWait {
		parts = append(parts, l.String())
	}
	text := "người nộp có thể chờ " + strings.Join(parts, " + ")
	switch {
	case len(p.Open) == 0:
	case len(parts) == 0:
		text = "người nộp chờ không có hạn ở " + strings.Join(shorten(p.Open), ", ")
	default:
		text += ", chưa kể " + strings.Join(shorten(p.Open), ", ") + " không có hạn"
	}
	return text
}

// Sentence says a path for people: the case, the time that it needs beside the one it has, the wait, and the steps.
func (p *Path) Sentence() string {
	rules := ""
	if len(p.Rules) > 0 {
		rules = ", " + strings.Join(p.Rules, ", ")
	}
	return fmt.Sprintf("kênh %s, tiếp nhận từ %s%s: cần %s, cam kết %s; %s; đường %s", p.Channel, p.On, rules, cmp.Or(minutesText(p.Counted), "0"),
		p.limitText(), p.waitText(), strings.Join(shorten(p.Steps), " → "))
}

// budgets writes a path with the counted time of each step.
func (l *linter) budgets(p *Path) string {
	var parts []string
	for _, id := range p.Steps {
		s, ok := l.x.Step(id)
		if !ok {
			continue
		}
		if m := l.fit.counted(s); m > 0 {
			text := minutesText(m)
			if s.Limit.Unit == calendar.WorkingHour && !s.Excluded {
				text = s.Limit.String()
			}
			parts = append(parts, id+" "+text)
		} else {
			parts = append(parts, id)
		}
	}
	return strings.Join(shorten(parts), " → ")
}
