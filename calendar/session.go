package calendar

import (
	"errors"
	"fmt"
	"strings"
)

const (
	mostSessions    = 4  // a day; a reckoning loops over no more
	shortestSession = 15 // minutes; shorter is a slip, and bounds the compiled tables
)

// Session is one half-open stretch of work [From, To), in minutes since midnight of legal time.
type Session struct {
	From, To int
}

// ParseSession reads "07:30-11:30".
func ParseSession(s string) (Session, error) {
	from, to, ok := strings.Cut(s, "-")
	f, err1 := parseClock(from)
	t, err2 := parseClock(to)
	if !ok || err1 != nil || err2 != nil {
		return Session{}, fmt.Errorf("session %q: want two times of day, as in 07:30-11:30", clip(s))
	}
	return Session{From: f, To: t}, nil
}

func parseClock(s string) (int, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, errors.New("want hh:mm")
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, errors.New("want hh:mm")
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if m > 59 || h*60+m > minutesPerDay {
		return 0, errors.New("no such time of day")
	}
	return h*60 + m, nil
}

// String returns "07:30-11:30".
func (s Session) String() string { return clockText(s.From) + "-" + clockText(s.To) }

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Sessions are the sessions of one day in order; none means that nobody works. As text: "07:30-11:30 13:00-17:00".
type Sessions []Session

// String returns the text form.
func (ss Sessions) String() string {
	parts := make([]string, len(ss))
	for i, s := range ss {
		parts[i] = s.String()
	}
	return strings.Join(parts, " ")
}

// MarshalText writes the text form.
func (ss Sessions) MarshalText() ([]byte, error) { return []byte(ss.String()), nil }

// UnmarshalText reads the text form.
func (ss *Sessions) UnmarshalText(b []byte) error {
	var out Sessions
	for _, word := range strings.Fields(string(b)) {
		s, err := ParseSession(word)
		if err != nil {
			return err
		}
		out = append(out, s)
	}
	*ss = out
	return nil
}

// Minutes returns the working minutes of the day.
func (ss Sessions) Minutes() int {
	n := 0
	for _, s := range ss {
		n += s.To - s.From
	}
	return n
}

func (ss Sessions) check() error {
	var errs []error
	if len(ss) > mostSessions {
		errs = append(errs, fmt.Errorf("%d sessions: a day has at most %d", len(ss), mostSessions))
	}
	for i, s := range ss {
		switch {
		case s.From < 0 || s.To > minutesPerDay:
			errs = append(errs, fmt.Errorf("session %s leaves the day", s))
		case s.To-s.From < shortestSession:
			errs = append(errs, fmt.Errorf("session %s is shorter than %d minutes", s, shortestSession))
		case i > 0 && s.From < ss[i-1].To:
			errs = append(errs, fmt.Errorf("session %s overlaps or precedes %s", s, ss[i-1]))
		}
	}
	return errors.Join(errs...)
}
