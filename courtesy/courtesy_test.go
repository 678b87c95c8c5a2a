package courtesy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/courtesy"
)

// office is a week without holidays but Monday 2026-04-27 (Giỗ Tổ moved) and Thursday 2026-04-30, Friday 2026-05-01.
func office(t *testing.T) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	c, err := calendar.New(calendar.Spec{FromYear: 2026, ToYear: 2027, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}},
		Off: []calendar.Date{calendar.NewDate(2026, 4, 27), calendar.NewDate(2026, 4, 30), calendar.NewDate(2026, 5, 1)}})
	require.NoError(t, err)
	return c
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

func TestWhen(t *testing.T) {
	t.Parallel()
	quiet := courtesy.Policy{Quiet: &courtesy.Hours{From: "18:00", Until: "07:00"}, DaysOff: true, Urgent: []string{"hand_up"}}
	digest := quiet
	digest.Digest = "08:00"
	for _, c := range []struct {
		name, ready, want string
		policy            courtesy.Policy
		applicant         bool
		kinds             []string
		gathered          bool
	}{
		{name: "no policy: at once, at any hour", ready: "2026-03-02 23:10", want: "2026-03-02 23:10"},
		{name: "in the day", policy: quiet, ready: "2026-03-02 17:59", want: "2026-03-02 17:59"},
		{name: "quiet from the first minute", policy: quiet, ready: "2026-03-02 18:00", want: "2026-03-03 07:00"},
		{name: "after midnight", policy: quiet, ready: "2026-03-03 00:30", want: "2026-03-03 07:00"},
		{name: "until the last minute, half-open", policy: quiet, ready: "2026-03-03 07:00", want: "2026-03-03 07:00"},
		{name: "Friday evening: Monday morning", policy: quiet, ready: "2026-03-06 19:00", want: "2026-03-09 07:00"},
		{name: "a holiday on Monday: Tuesday", policy: quiet, ready: "2026-04-25 10:00", want: "2026-04-28 07:00"},
		{name: "days off are not quiet unless it says so", policy: courtesy.Policy{Quiet: quiet.Quiet}, ready: "2026-03-07 10:00", want: "2026-03-07 10:00"},
		{name: "urgent: at once, at night", policy: quiet, ready: "2026-03-06 23:00", want: "2026-03-06 23:00", kinds: []string{"rung_fired", "notify", "hand_up"}},
		{name: "digest: the next morning", policy: digest, ready: "2026-03-02 09:00", want: "2026-03-03 08:00", gathered: true},
		{name: "digest: still today", policy: digest, ready: "2026-03-02 07:59", want: "2026-03-02 08:00", gathered: true},
		{name: "digest: its own minute is the next one's", policy: digest, ready: "2026-03-02 08:00", want: "2026-03-03 08:00", gathered: true},
		{name: "digest: over holiday and week-end", policy: digest, ready: "2026-04-29 10:00", want: "2026-05-04 08:00", gathered: true},
		{name: "digest: urgent goes alone", policy: digest, ready: "2026-03-02 09:00", want: "2026-03-02 09:00", kinds: []string{"rung_fired", "hand_up"}},
		{name: "applicant by day, on a Sunday too", policy: digest, applicant: true, ready: "2026-03-08 15:00", want: "2026-03-08 15:00"},
		{name: "applicant never at night", applicant: true, ready: "2026-03-02 21:00", want: "2026-03-03 07:00"},
		{name: "applicant: urgent neither", policy: quiet, applicant: true, kinds: []string{"hand_up"}, ready: "2026-03-03 06:59", want: "2026-03-03 07:00"},
		{name: "applicant: the policy's night", policy: courtesy.Policy{Night: &courtesy.Hours{From: "20:00", Until: "08:00"}}, applicant: true, ready: "2026-03-02 20:30", want: "2026-03-03 08:00"},
	} {
		got, err := c.policy.When(office(t), courtesy.Message{Applicant: c.applicant, Kinds: c.kinds}, at(c.ready))
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got.At.Format("2006-01-02 15:04"), c.name)
		require.Equal(t, c.gathered, got.Gathered, c.name)
	}
}

// What its recipient must act on by an instant does not wait beyond it.
func TestWhatCannotWait(t *testing.T) {
	t.Parallel()
	p := courtesy.Policy{Quiet: &courtesy.Hours{From: "18:00", Until: "07:00"}, DaysOff: true, Digest: "08:00"}
	for _, c := range []struct{ ready, before, want string }{
		{"2026-03-16 16:59", "2026-03-18 00:00", "2026-03-17 08:00"}, // the digest still comes in time
		{"2026-03-17 16:59", "2026-03-18 00:00", "2026-03-17 16:59"}, // the next one would not
		{"2026-03-17 20:00", "2026-03-18 00:00", "2026-03-17 20:00"}, // not even the evening helps
		{"2026-03-18 09:00", "2026-03-18 00:00", "2026-03-19 08:00"}, // over: no reason to disturb
	} {
		got, err := p.When(office(t), courtesy.Message{Before: at(c.before)}, at(c.ready))
		require.NoError(t, err)
		require.Equal(t, c.want, got.At.Format("2006-01-02 15:04"), c.ready)
	}
}

func TestResting(t *testing.T) {
	t.Parallel()
	p := courtesy.Policy{Quiet: &courtesy.Hours{From: "18:00", Until: "07:00"}, DaysOff: true, Digest: "08:00"}
	for when, want := range map[string]bool{"2026-03-02 17:59": false, "2026-03-02 18:00": true, "2026-03-07 12:00": true, "2026-03-03 08:00": false} {
		got, err := p.Resting(office(t), false, at(when))
		require.NoError(t, err)
		require.Equal(t, want, got, when)
	}
	got, err := p.Resting(office(t), true, at("2026-03-07 12:00"))
	require.NoError(t, err)
	require.False(t, got, "an applicant's Saturday is no night")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.Empty(t, courtesy.Policy{}.Check())
	require.Empty(t, courtesy.Policy{Quiet: &courtesy.Hours{From: "18:00", Until: "07:00"}, Digest: "08:00", Urgent: []string{"hand_up", "reappointed"}}.Check())
	for field, p := range map[string]courtesy.Policy{
		"/quiet":    {Quiet: &courtesy.Hours{From: "25:00", Until: "07:00"}},
		"/night":    {Night: &courtesy.Hours{From: "07:00", Until: "07:00"}},
		"/digest":   {Quiet: &courtesy.Hours{From: "18:00", Until: "09:00"}, Digest: "08:00"},
		"/urgent/1": {Urgent: []string{"hand_up", "moi-thu"}},
	} {
		faults := p.Check()
		require.Len(t, faults, 1, field)
		require.Equal(t, field, faults[0].Field)
		require.NotEmpty(t, faults[0].Detail)
	}
}

// A calendar without working days ahead is an error, not an endless search.
func TestNoWorkingDayAhead(t *testing.T) {
	t.Parallel()
	_, err := courtesy.Policy{Digest: "08:00"}.When(office(t), courtesy.Message{}, at("2029-03-02 09:00"))
	require.Error(t, err)
}
