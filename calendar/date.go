package calendar

import (
	"fmt"
	"time"
)

const (
	minutesPerDay  = 24 * 60
	secondsPerDay  = 24 * 60 * 60
	zoneSeconds    = 7 * 60 * 60
	monthsPerYear  = 12
	daysHalfMonth  = 15 // Civil Code 2015, art. 146: half a month is fifteen days
	dateLayout     = "2006-01-02"
	vietnameseDate = "02/01/2006"
)

// legalZone is fixed: Vietnam has had no daylight saving since 1975, and a host without a zone database must agree.
var legalZone = time.FixedZone("ICT", zoneSeconds)

// Zone returns the fixed zone of legal time, UTC+7 "ICT". It never depends on the host's zone or zone database.
func Zone() *time.Location { return legalZone }

// Date is a civil date of legal time, as the number of days since 1970-01-01. The zero value stands for "not given"
// wherever a date is optional.
type Date int32

// NewDate returns the date of a year, month and day; days beyond the month run on into the next, as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay))
}

// DateOf returns the civil date of an instant in legal time (UTC+7).
func DateOf(t time.Time) Date {
	return Date(floorDiv(t.Unix()+zoneSeconds, secondsPerDay))
}

// ParseDate reads "2026-11-24".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, fmt.Errorf("date %q: want year-month-day, as in 2026-11-24", s)
	}
	return NewDate(t.Date()), nil
}

// Civil returns the year, month and day.
func (d Date) Civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
}

// Year returns the civil year.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	const epoch = int64(time.Thursday) // 1970-01-01
	return time.Weekday(((int64(d)+epoch)%7 + 7) % 7)
}

// Time returns 00:00 of the date in legal time.
func (d Date) Time() time.Time { return d.at(0) }

func (d Date) at(minute int) time.Time {
	return time.Unix(int64(d)*secondsPerDay+int64(minute)*60-zoneSeconds, 0).In(legalZone)
}

// String returns "2026-11-24".
func (d Date) String() string { return d.Time().Format(dateLayout) }

// Vietnamese returns "24/11/2026".
func (d Date) Vietnamese() string { return d.Time().Format(vietnameseDate) }

// MarshalText writes "2026-11-24", or nothing for the zero date.
func (d Date) MarshalText() ([]byte, error) {
	if d == 0 {
		return []byte{}, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// addMonths returns the corresponding day n months on, or the last day of a shorter month (Civil Code 2015, art. 148.3).
func (d Date) addMonths(n int) Date {
	y, m, day := d.Civil()
	first := NewDate(y, m+time.Month(n), 1)
	fy, fm, _ := first.Civil()
	return first + Date(min(day, daysIn(fy, fm))-1)
}

// lastWithin returns the latest date from which n months end on or before d: the inverse of addMonths.
func (d Date) lastWithin(n int) Date {
	y, m, day := d.Civil()
	first := NewDate(y, m-time.Month(n), 1)
	fy, fm, _ := first.Civil()
	length := daysIn(fy, fm)
	if day == daysIn(y, m) {
		return first + Date(length-1) // the whole tail of a longer month ends on this last day
	}
	return first + Date(min(day, length)-1)
}

func daysIn(year int, month time.Month) int {
	return int(NewDate(year, month+1, 1) - NewDate(year, month, 1))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
