package forecast

import "motcua/calendar"

// minutesPerDay are those of a working day of eight hours.
const minutesPerDay = 480

// nominal is a limit in working minutes, without a date to count from: a week has five working days, a month twenty-one. 0: none.
func nominal(l calendar.Limit) int {
	switch l.Unit {
	case calendar.Day:
		return l.Hundredths * minutesPerDay * 5 / 7 / 100
	case calendar.Month:
		return l.Hundredths * minutesPerDay * 21 / 100
	case calendar.Hour:
		return l.Hundredths * 60 / 3 / 100
	}
	if b, err := l.BudgetMinutes(); err == nil {
		return b
	}
	return 0
}
