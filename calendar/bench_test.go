package calendar_test

import (
	"testing"

	"github.com/rickar/cal/v2"

	"motcua/calendar"
)

func BenchmarkAdd(b *testing.B) {
	c := nation(b).Calendar()
	from := at(b, "2026-11-20T09:00:00+07:00")
	for _, s := range []string{"1wd", "30wd", "250wd", "4wh", "100wh", "30d", "6mo"} {
		l := calendar.MustLimit(s)
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Add(from, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRickarCal does the same work with github.com/rickar/cal/v2: working days with the same days off.
func BenchmarkRickarCal(b *testing.B) {
	from := at(b, "2026-11-20T09:00:00+07:00")
	bc := cal.NewBusinessCalendar()
	for _, e := range entries(b) {
		if e.Kind == calendar.KindSwappedWork {
			continue
		}
		d := e.Date.Time()
		bc.AddHoliday(&cal.Holiday{Month: d.Month(), Day: d.Day(), StartYear: d.Year(), EndYear: d.Year(), Func: cal.CalcDayOfMonth})
	}
	for _, n := range []int{1, 30, 250} {
		b.Run(calendar.Limit{Hundredths: n * 100, Unit: calendar.WorkingDay}.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = bc.WorkdaysFrom(from, n)
			}
		})
	}
}

func entries(b *testing.B) (out []calendar.Entry) {
	book := nation(b)
	for y := 2023; y <= 2030; y++ {
		out = append(out, book.Entries(y)...)
	}
	return out
}
