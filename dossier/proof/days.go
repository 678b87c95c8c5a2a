package proof

import (
	"time"

	"motcua/calendar"
	"motcua/dossier"
)

// walk lists the days, each with what it is and what of it ran.
func (b *builder) walk() error {
	x := b.sheet
	if b.s.AcceptedAt.IsZero() {
		return nil
	}
	first := calendar.DateOf(b.s.AcceptedAt)
	last := first
	if len(x.Ledger) > 0 {
		first = min(first, calendar.DateOf(x.Ledger[0].From))
		last = lastDate(x.Ledger[len(x.Ledger)-1].Until)
	}
	if received := calendar.DateOf(x.Receipt.Received); len(x.Corrections) == 0 {
		first = min(first, received)
	}
	for _, c := range x.Counts {
		last = max(last, lastDate(c.Due), lastDate(c.ByLimit))
	}
	last = max(last, lastDate(x.Due))
	for d := first; d <= last; d++ {
		line, sessions, ok := b.cal.Describe(d)
		if !ok {
			return calendar.ErrOutOfRange
		}
		day := Day{Date: d, Kind: line.Kind, Name: line.Name, Ground: line.Ground, Sessions: sessions, Working: sessions.Minutes(), Provisional: line.Provisional}
		if n, known := b.notes[d]; known {
			day.Name, day.Ground = n.Name, n.Ground
			if n.Kind != "" {
				day.Kind = n.Kind
			}
		}
		day.Ahead = d > calendar.DateOf(b.at) && b.s.Stage == dossier.StageRunning
		day.Due = d == lastDate(x.Due)
		x.Days = append(x.Days, day)
	}
	if err := b.minutes(first); err != nil {
		return err
	}
	for i := range x.Counts {
		if err := b.number(&x.Counts[i], first); err != nil {
			return err
		}
	}
	return nil
}

// lastDate is the date of a closing instant; a session may end at 24:00, which reads as the next date.
func lastDate(t time.Time) calendar.Date { return calendar.DateOf(t.Add(-time.Minute)) }

// minutes puts the segments of the ledger on their days.
func (b *builder) minutes(first calendar.Date) error {
	x := b.sheet
	for _, g := range x.Ledger {
		for d := calendar.DateOf(g.From); d <= lastDate(g.Until); d++ {
			day := &x.Days[d-first]
			if day.Working == 0 {
				continue
			}
			from, until := d.Time(), (d + 1).Time()
			if from.Before(g.From) {
				from = g.From
			}
			if until.After(g.Until) {
				until = g.Until
			}
			n, err := b.cal.Between(from, until)
			if err != nil {
				return err
			}
			if g.Counted {
				day.Counted += n
			} else {
				day.Excluded += n
			}
		}
	}
	return nil
}

// number says which day of the limit each day of a count is, as the calendar explains it.
func (b *builder) number(c *Count, first calendar.Date) error {
	x, start := b.sheet, calendar.DateOf(c.Start)
	end := lastDate(c.Due)
	if !c.End.IsZero() {
		end = min(end, lastDate(c.End))
	}
	for d := start; d <= end; d++ {
		x.Days[d-first].Count = c.Count
	}
	x.Days[start-first].Receipt = true
	if c.Limit.IsZero() {
		return nil
	}
	w, err := b.cal.Explain(c.Start, c.Limit)
	if err != nil {
		return err
	}
	for _, line := range w.Days {
		if line.Date > end {
			return nil
		}
		day := &x.Days[line.Date-first]
		day.Rolled = line.Kind == calendar.KindRolled
		if line.Counted && c.Limit.IsDays() {
			day.Number = line.Running
		}
	}
	for d := lastDate(c.Plain) + 1; d <= end; d++ {
		day := &x.Days[d-first]
		day.Shifted, day.Postponed = d <= lastDate(c.ByLimit), d > lastDate(c.ByLimit)
	}
	return nil
}

// normalization is the dated rule by which an instant outside the sessions counts (clock.md §1).
func normalization(rules string) Rule {
	since := "2025-07-01"
	if rules == dossier.RulesND61 {
		since = "2018-06-21"
	}
	return Rule{
		ID: "next-session", Since: since,
		Text: "Thời điểm ngoài giờ làm việc được tính từ đầu buổi làm việc kế tiếp: trước giờ mở cửa, từ giờ mở cửa; trong giờ nghỉ trưa, từ đầu buổi chiều; sau giờ đóng cửa hoặc ngày nghỉ, từ đầu buổi sáng của ngày làm việc tiếp theo.",
		From: "Quy tắc của bộ " + rules + ", theo thực tế vận hành của các hệ thống một cửa; không phải quy định của Bộ luật Dân sự.",
	}
}
