package calendar

import (
	"fmt"
	"slices"
	"time"
)

// How a year is computed before it is decreed. The Labor Code 2019 fixes the number of days (art. 112) and the make-up
// day (art. 111.3); which days are taken where it leaves a choice is decreed each year.
const (
	// TetDaysBefore is how many of the five days of Tết precede the first day of the lunar year. Ours: two before and three
	// from it on, as decreed for 2023, 2024 and 2025; the days off of 2026 come out the same.
	TetDaysBefore = 2
	tetDays       = 5

	cultureDaySince = 2026 // 24 November, Ngày Văn hóa Việt Nam; it has no make-up day

	hungMonth, hungDay = 3, 10 // lunar
)

const statutoryGround = "Bộ luật Lao động 2019, Điều 111, 112 (tạm tính, chưa có thông báo nghỉ của năm)"

// Statutory returns a year's holidays as computed from the law and the Vietnamese lunar calendar, marked provisional.
func Statutory(year int) (Year, error) {
	tet, err := LunarDate(year, 1, 1)
	if err != nil {
		return Year{}, fmt.Errorf("holidays of %d: %w", year, err)
	}
	hung, err := LunarDate(year, hungMonth, hungDay)
	if err != nil {
		return Year{}, fmt.Errorf("holidays of %d: %w", year, err)
	}
	b := statutoryYear{made: map[Date]bool{}}
	b.add("Tết Dương lịch", NewDate(year, time.January, 1))
	for i := range Date(tetDays) {
		b.add("Tết Nguyên đán", tet-TetDaysBefore+i)
	}
	b.add("Giỗ Tổ Hùng Vương", hung)
	b.add("Ngày Chiến thắng", NewDate(year, time.April, 30))
	b.add("Ngày Quốc tế lao động", NewDate(year, time.May, 1))
	national := NewDate(year, time.September, 2)
	b.add("Quốc khánh", national)
	b.add("Quốc khánh (ngày liền kề)", secondNationalDay(national))
	if year >= cultureDaySince {
		culture := NewDate(year, time.November, 24)
		b.add("Ngày Văn hóa Việt Nam", culture)
		b.made[culture] = true
	}
	b.makeUp()
	slices.SortFunc(b.off, func(x, y Entry) int { return int(x.Date) - int(y.Date) })
	return Year{Provisional: true, Off: b.off}, nil
}

// secondNationalDay chooses the day beside 2 September: the neighbor that joins it to the weekly rest, and on a Wednesday the
// day before. Ours; it agrees with the notices for 2023 to 2026.
func secondNationalDay(national Date) Date {
	switch national.Weekday() {
	case time.Sunday, time.Monday, time.Thursday:
		return national + 1
	}
	return national - 1
}

type statutoryYear struct {
	off  []Entry
	made map[Date]bool // needs no make-up day
}

func (b *statutoryYear) add(name string, d Date) {
	b.off = append(b.off, Entry{Date: d, Kind: KindHoliday, Name: name, Ground: statutoryGround})
}

// makeUp adds, for each holiday on a day of weekly rest, the next day that is neither rest nor taken.
func (b *statutoryYear) makeUp() {
	holidays := slices.Clone(b.off)
	slices.SortFunc(holidays, func(x, y Entry) int { return int(x.Date) - int(y.Date) })
	taken := make(map[Date]bool, len(holidays))
	for _, e := range holidays {
		taken[e.Date] = true
	}
	for _, e := range holidays {
		if !restDay(e.Date) || b.made[e.Date] {
			continue
		}
		d := e.Date + 1
		for restDay(d) || taken[d] {
			d++
		}
		taken[d] = true
		b.off = append(b.off, Entry{Date: d, Kind: KindMakeUp, Name: "Nghỉ bù " + e.Name + " " + e.Date.Vietnamese(), Ground: statutoryGround})
	}
}

func restDay(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }
