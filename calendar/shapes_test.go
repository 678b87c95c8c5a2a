package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
)

// specs draws calendars of odd shapes: other hours each weekday, three or four sessions, Saturday mornings, days that end
// at 24:00, extra working days with hours of their own.
func specs(r *rapid.T) calendar.Spec {
	s := calendar.Spec{FromYear: 2026, ToYear: 2027}
	sessions := rapid.Custom(func(r *rapid.T) calendar.Sessions {
		var out calendar.Sessions
		at := rapid.IntRange(0, 600).Draw(r, "open")
		for range rapid.IntRange(1, 4).Draw(r, "sessions") {
			from := at + rapid.IntRange(0, 60).Draw(r, "pause")
			to := min(from+rapid.IntRange(15, 240).Draw(r, "length"), 24*60)
			if to-from < 15 {
				break
			}
			out = append(out, calendar.Session{From: from, To: to})
			at = to
		}
		return out
	})
	s.Week[time.Monday] = sessions.Draw(r, "monday")
	for day := time.Tuesday; day <= time.Saturday; day++ {
		if rapid.Bool().Draw(r, "worked") {
			s.Week[day] = sessions.Draw(r, "week")
		}
	}
	first := calendar.NewDate(2026, time.January, 1)
	for i := range calendar.Date(700) {
		switch rapid.IntRange(0, 40).Draw(r, "exception") {
		case 1:
			s.Off = append(s.Off, first+i)
		case 2:
			s.Work = append(s.Work, calendar.WorkDay{Date: first + i})
		case 3:
			s.Work = append(s.Work, calendar.WorkDay{Date: first + i, Sessions: sessions.Draw(r, "own")})
		}
	}
	return s
}

// plan lists, straight from the Spec, the working minutes of its first days: independent of the compiled tables.
func plan(s calendar.Spec, days int) (open []bool) {
	off, work := map[calendar.Date]bool{}, map[calendar.Date]calendar.Sessions{}
	for _, d := range s.Off {
		off[d] = true
	}
	for _, w := range s.Work {
		work[w.Date] = w.Sessions
		if len(w.Sessions) == 0 {
			work[w.Date] = s.Week[time.Monday]
		}
	}
	open = make([]bool, days*24*60)
	for i := range days {
		d := calendar.NewDate(s.FromYear, time.January, 1) + calendar.Date(i)
		ss := s.Week[d.Weekday()]
		if extra, ok := work[d]; ok {
			ss = extra
		} else if off[d] {
			ss = nil
		}
		for _, session := range ss {
			for m := session.From; m < session.To; m++ {
				open[i*24*60+m] = true
			}
		}
	}
	return open
}

// TestOddShapes compares the prefix sums with counting minute by minute.
func TestOddShapes(t *testing.T) {
	t.Parallel()
	const days = 120
	rapid.Check(t, func(r *rapid.T) {
		s := specs(r)
		c, err := calendar.New(s)
		require.NoError(r, err)
		open := plan(s, days)
		zero := calendar.NewDate(2026, time.January, 1).Time()
		minute := func(i int) time.Time { return zero.Add(time.Duration(i) * time.Minute) }
		from := rapid.IntRange(0, len(open)/2).Draw(r, "from")
		x := rapid.IntRange(1, 3000).Draw(r, "x")

		start := from
		for start < len(open) && !open[start] {
			start++
		}
		if start < len(open) {
			got, err := c.Normalize(minute(from).Add(59 * time.Second))
			require.NoError(r, err)
			require.Equal(r, minute(start), got)
		}
		end, left := from, x
		for ; left > 0 && end < len(open); end++ {
			if open[end] {
				left--
			}
		}
		if left == 0 {
			got, err := c.Advance(minute(from), x)
			require.NoError(r, err)
			require.Equal(r, minute(end), got, "the earliest instant at which %d minutes have run", x)
			n, err := c.Between(minute(end), minute(from))
			require.NoError(r, err)
			require.Equal(r, -x, n)
		}
		back, left := from, x
		for ; left > 0 && back > 0; back-- {
			if open[back-1] {
				left--
			}
		}
		got, err := c.Rewind(minute(from), x)
		if left > 0 {
			require.ErrorIs(r, err, calendar.ErrOutOfRange)
		} else {
			require.NoError(r, err)
			require.Equal(r, minute(back), got, "the latest instant from which %d minutes fit", x)
		}
		data, err := json.Marshal(s)
		require.NoError(r, err)
		var travelled calendar.Spec
		require.NoError(r, json.Unmarshal(data, &travelled))
		require.Equal(r, s.Hash(), travelled.Hash())
	})
}

// TestEveryUnitOnOddShapes holds what must be true of any limit on any calendar.
func TestEveryUnitOnOddShapes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c, err := calendar.New(specs(r))
		require.NoError(r, err)
		zero := calendar.NewDate(2026, time.July, 1).Time()
		from := zero.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(r, "from")) * time.Minute)
		l := calendar.Limit{
			Unit:       calendar.Unit(rapid.IntRange(1, 5).Draw(r, "unit")),
			Hundredths: 50 * rapid.IntRange(1, 8).Draw(r, "halves"),
		}
		due, err := c.Add(from, l)
		require.NoError(r, err)
		later, err := c.Add(from.Add(time.Duration(rapid.IntRange(0, 3000).Draw(r, "later"))*time.Minute), l)
		require.NoError(r, err)
		require.False(r, later.Before(due), "monotone in the receipt")
		l.Hundredths += 50
		longer, err := c.Add(from, l)
		require.NoError(r, err)
		require.False(r, longer.Before(due), "monotone in the limit")
		l.Hundredths -= 50

		latest, err := c.Before(due, l)
		require.NoError(r, err)
		fits, err := c.Add(latest, l)
		require.NoError(r, err)
		require.False(r, fits.After(due), "%s from %s ends %s, after %s", l, latest, fits, due)
		tooLate, err := c.Add(latest.Add(time.Minute), l)
		require.NoError(r, err)
		require.True(r, tooLate.After(due), "%s still fits a minute after %s", l, latest)

		walk, err := c.Explain(from, l)
		require.NoError(r, err)
		require.Equal(r, due, walk.Due)
		require.Equal(r, calendar.DateOf(from), walk.Days[0].Date)
		last := walk.Days[len(walk.Days)-1]
		switch l.Unit {
		case calendar.WorkingDay:
			require.Equal(r, (l.Hundredths+99)/100, last.Running)
		case calendar.WorkingHour, calendar.Hour:
			require.Equal(r, l.Hundredths*60/100, last.Running, walk.Text())
		}
	})
}

// TestBeforeOnOddShapes: counting backward gives the latest minute from which the limit still fits up to any instant, not only up
// to one at which a limit ends (clock.md §2).
func TestBeforeOnOddShapes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c, err := calendar.New(specs(r))
		require.NoError(r, err)
		zero := calendar.NewDate(2026, time.July, 1).Time()
		due := zero.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(r, "due")) * time.Minute)
		l := calendar.Limit{
			Unit:       calendar.Unit(rapid.IntRange(1, 5).Draw(r, "unit")),
			Hundredths: 50 * rapid.IntRange(1, 8).Draw(r, "halves"),
		}
		latest, err := c.Before(due, l)
		require.NoError(r, err)
		fits, err := c.Add(latest, l)
		require.NoError(r, err)
		require.False(r, fits.After(due), "%s from %s ends %s, after %s", l, latest, fits, due)
		// Add is monotone in the receipt, so that one minute later stands for all of them.
		tooLate, err := c.Add(latest.Add(time.Minute), l)
		require.NoError(r, err)
		require.True(r, tooLate.After(due), "%s still fits a minute after %s before %s", l, latest, due)
	})
}

// Sessions are half-open: what comes at closing time comes the next working morning. So the latest minute from which days still fit
// is the one before closing, and the reminder "one working day before" Monday 17:00 falls on Friday 16:59, with all of Monday left.
func TestBeforeInDaysIsTheLastMinuteOfTheDay(t *testing.T) {
	t.Parallel()
	c := nation(t).Calendar()
	for _, x := range []struct{ due, limit, want string }{
		{"2026-03-16T17:00:00+07:00", "1wd", "2026-03-13T16:59:00+07:00"},
		{"2026-03-16T17:00:00+07:00", "1d", "2026-03-13T16:59:00+07:00"},  // from Saturday it would end on Tuesday
		{"2026-03-16T16:59:00+07:00", "1wd", "2026-03-12T16:59:00+07:00"}, // Monday's end is too late
		{"2026-03-16T17:00:00+07:00", "8wh", "2026-03-16T07:30:00+07:00"}, // the same time in hours: from the opening
		{"2026-03-13T17:00:00+07:00", "5d", "2026-03-06T16:59:00+07:00"},  // from Monday the 9th it would end on Saturday, so on the 16th
	} {
		latest, err := c.Before(at(t, x.due), calendar.MustLimit(x.limit))
		require.NoError(t, err)
		require.Equal(t, x.want, latest.Format(time.RFC3339), "%s before %s", x.limit, x.due)
	}
}
