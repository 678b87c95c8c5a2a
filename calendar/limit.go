package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Unit is the unit of a limit.
type Unit uint8

// The units of limits. Days and months are judged by date, hours by instant.
const (
	WorkingDay  Unit = iota + 1 // "wd": a day on which the agency works
	WorkingHour                 // "wh": sixty minutes inside sessions
	Day                         // "d": a calendar day
	Month                       // "mo": to the corresponding day, never thirty days
	Hour                        // "h": sixty minutes of the clock
)

const (
	hundred        = 100
	largestLimit   = 100_000 // of any unit; more is a slip of the pen
	minutesPerHour = 60
)

// MinutesPerWorkingDay is a working day of step budget: eight working hours (clock.md §7), whatever the sessions.
const MinutesPerWorkingDay = 8 * minutesPerHour

// ErrNoLimit says that a limit is zero where one is needed.
var ErrNoLimit = errors.New("calendar: no limit given")

const limitForm = `want a number and a unit, as in "7wd", "0.5wd", "4wh", "30d", "1mo" or "24h"`

// String returns "wd", "wh", "d", "mo" or "h".
func (u Unit) String() string {
	switch u {
	case WorkingDay:
		return "wd"
	case WorkingHour:
		return "wh"
	case Day:
		return "d"
	case Month:
		return "mo"
	case Hour:
		return "h"
	}
	return "unit(" + strconv.Itoa(int(u)) + ")"
}

// Vietnamese returns the unit's name as forms print it.
func (u Unit) Vietnamese() string {
	switch u {
	case WorkingDay:
		return "ngày làm việc"
	case WorkingHour:
		return "giờ làm việc"
	case Day:
		return "ngày"
	case Month:
		return "tháng"
	case Hour:
		return "giờ"
	}
	return u.String()
}

func unitOf(s string) (Unit, bool) {
	for u := WorkingDay; u <= Hour; u++ {
		if u.String() == s {
			return u, true
		}
	}
	return 0, false
}

// Limit is an amount of time in a unit, in hundredths so that 0.5wd and 0.25wd are exact. The zero value is no limit.
type Limit struct {
	Hundredths int
	Unit       Unit
}

// ParseLimit reads "7wd", "0.5wd", "4wh", "30d", "1mo" or "24h". It refuses leading zeros, signs, spaces, more than two
// decimals, zero, amounts above 100,000, and hours or working days that are no whole number of minutes.
func ParseLimit(s string) (Limit, error) {
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end <= 0 {
		return Limit{}, fmt.Errorf("limit %q: %s", clip(s), limitForm)
	}
	unit, ok := unitOf(s[end:])
	if !ok {
		return Limit{}, fmt.Errorf("limit %q: unknown unit %q; %s", clip(s), clip(s[end:]), limitForm)
	}
	number := s[:end]
	if len(number) > 1 && number[0] == '0' && number[1] != '.' {
		return Limit{}, fmt.Errorf("limit %q: a leading zero is not allowed; write %q", clip(s), clip(strings.TrimLeft(s, "0")))
	}
	hundredths, err := parseHundredths(number, '.')
	if err != nil {
		return Limit{}, fmt.Errorf("limit %q: %w; %s", clip(s), err, limitForm)
	}
	l := Limit{Hundredths: hundredths, Unit: unit}
	if err := l.check(); err != nil {
		return Limit{}, fmt.Errorf("limit %q: %w", clip(s), err)
	}
	return l, nil
}

// MustLimit is ParseLimit for constants and tests; it panics on what ParseLimit refuses.
func MustLimit(s string) Limit {
	l, err := ParseLimit(s)
	if err != nil {
		panic(err)
	}
	return l
}

// parseHundredths reads digits with at most two decimals after the point.
func parseHundredths(s string, point byte) (int, error) {
	whole, fraction, hasPoint := strings.Cut(s, string(point))
	switch {
	case whole == "" || hasPoint && fraction == "":
		return 0, errors.New("digits are missing beside the decimal point")
	case len(fraction) > 2:
		return 0, errors.New("at most two decimals are allowed")
	case len(strings.TrimLeft(whole, "0")) > len("100000"):
		return 0, fmt.Errorf("at most %d is allowed", largestLimit)
	}
	for len(fraction) < 2 {
		fraction += "0"
	}
	n := 0
	for _, r := range []byte(whole + fraction) {
		if r < '0' || r > '9' {
			return 0, errors.New("a number has digits and at most one decimal point")
		}
		n = n*10 + int(r-'0')
	}
	return n, nil
}

// check refuses amounts that no reckoning could honor exactly.
func (l Limit) check() error {
	switch {
	case l.Unit < WorkingDay || l.Unit > Hour:
		return fmt.Errorf("unknown unit %s", l.Unit)
	case l.Hundredths <= 0:
		return errors.New("a limit is more than zero; leave it out where there is none")
	case l.Hundredths > largestLimit*hundred:
		return fmt.Errorf("at most %d%s is allowed", largestLimit, l.Unit)
	}
	if l.Unit == Month {
		if part := l.Hundredths % hundred; part != 0 && part != hundred/2 {
			return errors.New("of a month only a half may be given (Civil Code, art. 146: fifteen days)")
		}
	}
	if per := l.Unit.minutes(); per != 0 && l.Hundredths*per%hundred != 0 {
		return fmt.Errorf("%s is no whole number of minutes", l)
	}
	return nil
}

// minutes returns the minutes of one unit of budget or clock, or 0 for units that have none.
func (u Unit) minutes() int {
	switch u {
	case WorkingDay:
		return MinutesPerWorkingDay
	case WorkingHour, Hour:
		return minutesPerHour
	}
	return 0
}

// IsZero reports that there is no limit.
func (l Limit) IsZero() bool { return l.Hundredths == 0 }

// String returns "0.5wd", the form ParseLimit reads; the zero limit is "".
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	return l.number(".") + l.Unit.String()
}

// Vietnamese returns "12 ngày làm việc" or "0,5 ngày làm việc"; the zero limit is "không quy định".
func (l Limit) Vietnamese() string {
	if l.IsZero() {
		return "không quy định"
	}
	return l.number(",") + " " + l.Unit.Vietnamese()
}

func (l Limit) number(point string) string {
	n, sign := l.Hundredths, ""
	if n < 0 {
		n, sign = -n, "-"
	}
	s := sign + strconv.Itoa(n/hundred)
	switch part := n % hundred; {
	case part == 0:
		return s
	case part%10 == 0:
		return s + point + strconv.Itoa(part/10)
	case part < 10:
		return s + point + "0" + strconv.Itoa(part)
	default:
		return s + point + strconv.Itoa(part)
	}
}

// MarshalText writes "12wd", or nothing for no limit.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (l *Limit) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = Limit{}
		return nil
	}
	parsed, err := ParseLimit(string(b))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}

// IsDays reports whether the limit is judged by date: working days, days and months.
func (l Limit) IsDays() bool { return l.Unit == WorkingDay || l.Unit == Day || l.Unit == Month }

// Whole reports whether the amount has no fraction.
func (l Limit) Whole() bool { return l.Hundredths%hundred == 0 }

// BudgetMinutes returns a step budget in working minutes: 480 a working day, 60 a working hour, fractions exact
// (clock.md §7). Calendar days, months and clock hours are no budget of working time and are refused.
func (l Limit) BudgetMinutes() (int, error) {
	if l.Unit != WorkingDay && l.Unit != WorkingHour {
		return 0, fmt.Errorf("limit %q is no budget of working time: give it in wd or wh", l.String())
	}
	return l.exactMinutes()
}

func (l Limit) exactMinutes() (int, error) {
	if err := l.check(); err != nil {
		return 0, fmt.Errorf("limit %q: %w", l.String(), err)
	}
	return l.Hundredths * l.Unit.minutes() / hundred, nil
}

// wholeDays returns the number of days a day limit ends with: a day begun is a last day, so a fraction rounds up (ours;
// day limits are judged by date, and the promised instant is the end of that day).
func (l Limit) wholeDays() int { return (l.Hundredths + hundred - 1) / hundred }

// Plus adds a limit of the same unit; no limit adds nothing.
func (l Limit) Plus(o Limit) (Limit, error) {
	switch {
	case o.IsZero():
		return l, nil
	case l.IsZero():
		return o, nil
	case l.Unit != o.Unit:
		return Limit{}, fmt.Errorf("limits %s and %s have different units and cannot be added", l, o)
	}
	return Limit{Hundredths: l.Hundredths + o.Hundredths, Unit: l.Unit}, nil
}

// clip keeps a hostile input from filling an error message.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
