package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Unit is a unit of legal time.
type Unit uint8

// The units (clock.md §2).
const (
	// WorkingDay (ngày làm việc) is a day on which the office works.
	WorkingDay Unit = iota + 1
	// WorkingHour (giờ làm việc) is sixty minutes inside working sessions.
	WorkingHour
	// Day (ngày) is a calendar day.
	Day
	// Month (tháng) ends on the corresponding day, or on the last day of a shorter month; never thirty days.
	Month
	// Hour (giờ) is a clock hour.
	Hour
)

// maxHundredths bounds a limit to 100,000 units: far beyond any law, small enough for every sum.
const maxHundredths = 100_000 * 100

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
	return ""
}

func (u Unit) vietnamese() string {
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
	return ""
}

// Limit is an amount of time in a unit, in hundredths, so that 0.5wd and 0.25wd are exact. The zero value is "no limit".
type Limit struct {
	Hundredths int
	Unit       Unit
}

var errLimitForm = errors.New(`want a number and a unit: wd (working days), wh (working hours), d (days), mo (months), h (hours), as in "12wd" or "0.5wd"`)

// ParseLimit reads "12wd", "0.5wd", "4wh", "30d", "1mo", "24h". It refuses signs, spaces, leading zeros, more than two
// decimals and amounts above 100,000.
func ParseLimit(s string) (Limit, error) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	var unit Unit
	for u := WorkingDay; u <= Hour; u++ {
		if s[i:] == u.String() {
			unit = u
		}
	}
	if i == 0 || unit == 0 {
		return Limit{}, fmt.Errorf("limit %q: %w", shorten(s), errLimitForm)
	}
	h, err := parseHundredths(s[:i])
	if err != nil {
		return Limit{}, fmt.Errorf("limit %q: %w", shorten(s), err)
	}
	return Limit{Hundredths: h, Unit: unit}, nil
}

func shorten(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func parseHundredths(s string) (int, error) {
	whole, frac, dotted := strings.Cut(s, ".")
	if len(whole) == 0 || len(whole) > 6 || (len(whole) > 1 && whole[0] == '0') {
		return 0, errors.New("the amount has no leading zeros and is at most 100,000")
	}
	if dotted && (len(frac) == 0 || len(frac) > 2) {
		return 0, errors.New("at most two decimals")
	}
	for len(frac) < 2 {
		frac += "0"
	}
	w, err := strconv.Atoi(whole)
	if err != nil {
		return 0, errLimitForm
	}
	f, err := strconv.Atoi(frac)
	if err != nil {
		return 0, errLimitForm
	}
	if h := w*100 + f; h <= maxHundredths {
		return h, nil
	}
	return 0, errors.New("the amount is at most 100,000")
}

// ParseVietnamese reads a limit as published procedures print it: "7 ngày làm việc", "4 giờ làm việc", "30 ngày",
// "1 tháng", "12,5 ngày làm việc". Case, spacing and the form of diacritics (NFC or NFD) do not matter.
func ParseVietnamese(s string) (Limit, error) {
	text := strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(s))), " ")
	amount, words, ok := strings.Cut(text, " ")
	if !ok {
		return Limit{}, fmt.Errorf("limit %q: want e.g. \"7 ngày làm việc\"", shorten(s))
	}
	for u := WorkingDay; u <= Hour; u++ {
		if words == u.vietnamese() {
			h, err := parseHundredths(strings.Replace(trimZeros(amount), ",", ".", 1))
			if err != nil {
				return Limit{}, fmt.Errorf("limit %q: %w", shorten(s), err)
			}
			return Limit{Hundredths: h, Unit: u}, nil
		}
	}
	return Limit{}, fmt.Errorf("limit %q: unknown unit %q; want ngày làm việc, giờ làm việc, ngày, tháng or giờ", shorten(s), shorten(words))
}

// trimZeros lets "07 ngày" through: decisions print it so.
func trimZeros(s string) string {
	t := strings.TrimLeft(s, "0")
	if t == "" || t[0] == ',' || t[0] == '.' {
		return "0" + t
	}
	return t
}

// MustLimit is ParseLimit for constants; it panics on a malformed one.
func MustLimit(s string) Limit {
	l, err := ParseLimit(s)
	if err != nil {
		panic(err)
	}
	return l
}

// IsZero says that there is no limit.
func (l Limit) IsZero() bool { return l.Hundredths == 0 }

// IsDays says that the limit is in days or months and therefore judged by date (clock.md §6).
func (l Limit) IsDays() bool { return l.Unit == WorkingDay || l.Unit == Day || l.Unit == Month }

// Whole says that the amount has no fraction.
func (l Limit) Whole() bool { return l.Hundredths%100 == 0 }

// amount prints the number with the given decimal sign.
func (l Limit) amount(sign string) string {
	s := strconv.Itoa(l.Hundredths / 100)
	if f := l.Hundredths % 100; f != 0 {
		s += sign + strings.TrimRight(fmt.Sprintf("%02d", f), "0")
	}
	return s
}

// String writes the limit as ParseLimit reads it; no limit is "".
func (l Limit) String() string {
	if l.Unit == 0 {
		return ""
	}
	return l.amount(".") + l.Unit.String()
}

// Vietnamese writes the limit for people: "12 ngày làm việc", "0,5 ngày làm việc".
func (l Limit) Vietnamese() string {
	if l.Unit == 0 {
		return ""
	}
	return l.amount(",") + " " + l.Unit.vietnamese()
}

// MarshalText writes the limit as String does.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText wrote; "" is no limit.
func (l *Limit) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = Limit{}
		return nil
	}
	p, err := ParseLimit(string(b))
	if err != nil {
		return err
	}
	*l = p
	return nil
}

// MinutesPerWorkingDay is the length of a working day as a budget: eight working hours (domain.md T-06).
const MinutesPerWorkingDay = 480

// BudgetMinutes is the limit as a budget of working minutes (clock.md §7): 1wd is 8 working hours. Only wd and wh can be
// budgets; a budget is a whole number of minutes.
func (l Limit) BudgetMinutes() (int, error) {
	per := 0
	switch l.Unit {
	case WorkingDay:
		per = MinutesPerWorkingDay
	case WorkingHour:
		per = 60
	default:
		return 0, fmt.Errorf("limit %q is no budget of working time: want wd or wh", l)
	}
	if l.Hundredths*per%100 != 0 {
		return 0, fmt.Errorf("limit %q is not a whole number of minutes", l)
	}
	return l.Hundredths * per / 100, nil
}

// Plus adds two limits of the same unit; no limit is neutral.
func (l Limit) Plus(o Limit) (Limit, error) {
	switch {
	case o.IsZero():
		return l, nil
	case l.IsZero():
		return o, nil
	case l.Unit != o.Unit:
		return Limit{}, fmt.Errorf("cannot add %s to %s: different units", o, l)
	}
	return Limit{Hundredths: l.Hundredths + o.Hundredths, Unit: l.Unit}, nil
}
