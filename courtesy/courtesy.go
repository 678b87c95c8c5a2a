// Package courtesy says when a message may be delivered: quiet hours and days off of officials, the nights of applicants, and the
// one message a day that holds all others. It is data and arithmetic: no I/O, no wall clock, no database.
package courtesy

import (
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
)

// Policy is an installation's. The zero Policy delivers to officials at once; applicants have their nights in any case.
type Policy struct {
	// Quiet are the hours in which officials are left alone; nil: none. DaysOff makes the days off of the receiving agency's
	// calendar quiet as well.
	Quiet   *Hours `json:"quiet,omitempty"`
	DaysOff bool   `json:"days_off,omitempty"`
	// Digest is the time of day, "08:00", at which an official gets everything of since then in one message, on working days;
	// empty: each message on its own.
	Digest string `json:"digest,omitempty"`
	// Night are the hours in which applicants are not disturbed; nil: from 21:00 to 07:00 (ours).
	Night *Hours `json:"night,omitempty"`
	// Urgent are the kinds of messages that reach officials at once, whatever the hour: kinds of events ("reappointed"), or
	// actions of rungs ("hand_up").
	Urgent []string `json:"urgent,omitempty"`
}

// Hours are from a time of day to another, "18:00" to "07:00", half-open; past midnight where the second is not the later one.
type Hours struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// night is the applicants' where the policy names none.
var night = Hours{From: "21:00", Until: "07:00"}

// UrgentKinds are the words that Urgent may hold.
func UrgentKinds() []string {
	return []string{"hand_up", "inspect", "apology_proposed", "extended", "inspection_opened", "reappointed", "task_assigned"}
}

// Fault is a part of a policy that cannot be meant.
type Fault struct{ Field, Detail string }

// Check lists what is wrong with a policy.
func (p Policy) Check() (out []Fault) {
	hours := func(field string, h *Hours) {
		if h == nil {
			return
		}
		from, err1 := minuteOfDay(h.From)
		until, err2 := minuteOfDay(h.Until)
		switch {
		case err1 != nil || err2 != nil:
			out = append(out, Fault{field, "Giờ viết dạng 18:00."})
		case from == until:
			out = append(out, Fault{field, "Giờ đầu và giờ cuối trùng nhau: không bao giờ gửi được; bỏ mục này nếu không cần giờ nghỉ."})
		}
	}
	hours("/quiet", p.Quiet)
	hours("/night", p.Night)
	if p.Digest != "" {
		at, err := minuteOfDay(p.Digest)
		switch {
		case err != nil:
			out = append(out, Fault{"/digest", "Giờ gửi bản gộp viết dạng 08:00."})
		case p.Quiet != nil && len(out) == 0 && p.Quiet.covers(at):
			out = append(out, Fault{"/digest", "Giờ gửi bản gộp nằm trong giờ yên tĩnh."})
		}
	}
	for i, k := range p.Urgent {
		if !slices.Contains(UrgentKinds(), k) {
			out = append(out, Fault{fmt.Sprintf("/urgent/%d", i), fmt.Sprintf("Không có loại tin %q; các loại: %v.", k, UrgentKinds())})
		}
	}
	return out
}

// Message is what is to be delivered: to an applicant or an official, of these kinds.
type Message struct {
	Applicant bool
	Kinds     []string
	// Before is the instant from which an official can do nothing about it any more: what would come too late goes at once. Zero:
	// there is none.
	Before time.Time
}

// Turn is when a message may be delivered, and whether the digest of that instant brings it.
type Turn struct {
	At       time.Time
	Gathered bool
}

// When is the turn of a message that is ready at an instant. The calendar is the receiving agency's.
func (p Policy) When(cal *calendar.Calendar, m Message, ready time.Time) (Turn, error) {
	ready = ready.In(calendar.Zone())
	t, err := p.turn(cal, m, ready)
	if err == nil && !m.Applicant && !m.Before.IsZero() && ready.Before(m.Before) && !t.At.Before(m.Before) {
		return Turn{At: ready}, nil
	}
	return t, err
}

func (p Policy) turn(cal *calendar.Calendar, m Message, ready time.Time) (Turn, error) {
	switch {
	case m.Applicant:
		n := p.Night
		if n == nil {
			n = &night
		}
		return Turn{At: n.after(ready)}, nil
	case slices.ContainsFunc(m.Kinds, func(k string) bool { return slices.Contains(p.Urgent, k) }):
		return Turn{At: ready}, nil
	case p.Digest != "":
		at, err := p.digestAfter(cal, ready)
		return Turn{At: at, Gathered: true}, err
	}
	at, err := p.loud(cal, ready)
	return Turn{At: at}, err
}

// Resting says whether nothing that is not urgent may reach somebody at an instant.
func (p Policy) Resting(cal *calendar.Calendar, applicant bool, at time.Time) (bool, error) {
	turn, err := Policy{Quiet: p.Quiet, DaysOff: p.DaysOff, Night: p.Night}.When(cal, Message{Applicant: applicant}, at)
	return turn.At.After(at), err
}

// digestAfter is the first time of the digest on a working day: what is ready at that minute waits for the next one.
func (p Policy) digestAfter(cal *calendar.Calendar, ready time.Time) (time.Time, error) {
	minute, err := minuteOfDay(p.Digest)
	if err != nil {
		return time.Time{}, err
	}
	for day := ready; ; day = day.AddDate(0, 0, 1) {
		at := atMinute(day, minute)
		if at.After(ready) && cal.IsWorkingDay(at) {
			return at, nil
		}
		if day.Sub(ready) > longest {
			return time.Time{}, fmt.Errorf("no working day within %s of %s", longest, ready.Format(time.DateOnly))
		}
	}
}

// longest bounds the search for a day on which something may be delivered.
const longest = 60 * 24 * time.Hour

// loud is the first instant outside quiet hours and days.
func (p Policy) loud(cal *calendar.Calendar, ready time.Time) (time.Time, error) {
	at := ready
	for at.Sub(ready) <= longest {
		next := at
		if p.Quiet != nil {
			next = p.Quiet.after(at)
		}
		if p.DaysOff && !cal.IsWorkingDay(next) {
			next = atMinute(next.AddDate(0, 0, 1), 0)
		}
		if next.Equal(at) {
			return at, nil
		}
		at = next
	}
	return time.Time{}, fmt.Errorf("no working day within %s of %s", longest, ready.Format(time.DateOnly))
}

// after is the instant itself outside the hours, and else their end.
func (h *Hours) after(at time.Time) time.Time {
	until, err := minuteOfDay(h.Until)
	if err != nil || !h.covers(at.Hour()*60+at.Minute()) {
		return at
	}
	end := atMinute(at, until)
	if !end.After(at) {
		end = atMinute(at.AddDate(0, 0, 1), until)
	}
	return end
}

func (h *Hours) covers(minute int) bool {
	from, err := minuteOfDay(h.From)
	if err != nil {
		return false
	}
	until, err := minuteOfDay(h.Until)
	if err != nil {
		return false
	}
	if from < until {
		return minute >= from && minute < until
	}
	return minute >= from || minute < until
}

func atMinute(day time.Time, minute int) time.Time {
	day = day.In(calendar.Zone())
	return time.Date(day.Year(), day.Month(), day.Day(), minute/60, minute%60, 0, 0, calendar.Zone())
}

func minuteOfDay(s string) (int, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("time of day %q: write it as 08:00", s)
	}
	return t.Hour()*60 + t.Minute(), nil
}
