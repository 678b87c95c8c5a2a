package calendar

import "time"

// Choices of ours where the law leaves the date to a yearly notice (Labor Code 2019 Đ112; domain.md §2.2). They are used only for
// years without a notice, which are provisional.
const (
	// tetDaysBefore: how many of the five days of Tết come before its first day.
	tetDaysBefore = 2
	tetDays       = 5
	// nationalDayAdjacent: which day beside 2/9 is the second day off.
	nationalDayAdjacent = -1
	// cultureDayFrom is the first year of 24/11, Ngày Văn hóa Việt Nam (in force 01/7/2026), which is not made up.
	cultureDayFrom = 2026
)

// Statutory returns the days off of a year as the law and the lunar calendar give them, without the yearly notice: every
// entry is provisional. Days on the weekly rest are made up on the next working days.
func Statutory(year int) []Entry {
	const ground = "Bộ luật Lao động 2019 Đ111–112; tính trước, chưa có thông báo của năm"
	type holiday struct {
		name   string
		days   []Date
		madeUp bool
	}
	span := func(d Date, from, n int) (out []Date) {
		for i := range n {
			out = append(out, DateOf(d.Time().AddDate(0, 0, from+i)))
		}
		return out
	}
	national := Date(year*10000 + 902)
	list := []holiday{
		{"Tết Dương lịch", []Date{Date(year*10000 + 101)}, true},
		{"Tết Nguyên đán", span(LunarNewYear(year), -tetDaysBefore, tetDays), true},
		{"Giỗ Tổ Hùng Vương", []Date{HungKings(year)}, true},
		{"Ngày Chiến thắng", []Date{Date(year*10000 + 430)}, true},
		{"Ngày Quốc tế lao động", []Date{Date(year*10000 + 501)}, true},
		{"Quốc khánh", span(national, nationalDayAdjacent, 2), true},
	}
	if year >= cultureDayFrom {
		list = append(list, holiday{"Ngày Văn hóa Việt Nam", []Date{Date(year*10000 + 1124)}, false})
	}
	taken := map[Date]bool{}
	for _, h := range list {
		for _, d := range h.days {
			taken[d] = true
		}
	}
	var out []Entry
	for _, h := range list {
		for _, d := range h.days {
			if !restDay(d) {
				out = append(out, Entry{Date: d, Kind: KindHoliday, Name: h.name, Ground: ground})
				continue
			}
			if !h.madeUp {
				continue
			}
			next := h.days[len(h.days)-1]
			for restDay(next) || taken[next] {
				next = DateOf(next.Time().AddDate(0, 0, 1))
			}
			taken[next] = true
			out = append(out, Entry{Date: next, Kind: KindMakeUp, Name: "Nghỉ bù " + h.name, Ground: ground})
		}
	}
	return out
}

func restDay(d Date) bool {
	w := d.Time().Weekday()
	return w == time.Saturday || w == time.Sunday
}
