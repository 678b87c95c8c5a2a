package dossier

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Waiting for the applicant: papers, money, or what a wait of the applicant's waits for. Each has a period of its own, after
// which the dossier ends (refused before acceptance, stopped with a notice after, clock.md §4), and reminders before that.
// A result that nobody collects is not waited for in this sense: such a dossier is never closed.

// Grounds of automatic ends where the definition states none.
const (
	groundUnanswered = "Quá thời hạn bổ sung theo quy định của thủ tục"
	groundUnpaid     = "Quá thời hạn thực hiện nghĩa vụ tài chính theo quy định của thủ tục"
	groundAbsent     = "Quá thời hạn chờ người nộp theo quy định của thủ tục"
)

// SubjectWaiting is the subject of the reminders before a dossier is closed for absence.
func SubjectWaiting(what string) string { return "waiting:" + what }

// absence is a stretch in which the applicant is waited for.
type absence struct {
	kind, subject, task, payment string
	asked, expires, closes       time.Time
	closing                      *procedure.Closing
	ground                       string
}

// lastDay is the end of a period that begins now, and when the dossier is closed: a period in days ends with its last day,
// at midnight (Civil Code 2015 art. 148.5), which the desk finds out when it opens next.
func (m *machine) lastDay(cal *calendar.Calendar, l calendar.Limit) (expires, closes time.Time, err error) {
	if expires, err = cal.Add(m.at, l); err != nil {
		return zeroTime, zeroTime, err
	}
	closes, err = afterLastDay(cal, expires, l, m.s.Engine)
	return expires, closes, err
}

// afterLastDay is zero where the dossier is closed at the end of the period itself.
func afterLastDay(cal *calendar.Calendar, expires time.Time, l calendar.Limit, engine int) (time.Time, error) {
	if engine < sinceLastDay || !l.IsDays() {
		return zeroTime, nil
	}
	return cal.NextOpening(expires)
}

// absences are the alarms of everything that the applicant is waited for: reminders, then the end.
func (r *reckoner) absences() (out []Alarm) {
	for _, a := range r.waiting() {
		end := a.closes
		if end.IsZero() {
			end = a.expires
		}
		out = append(out, Alarm{At: end, Kind: a.kind, Task: a.task, Payment: a.payment, Ground: a.ground})
		if a.closing == nil {
			continue
		}
		tr := track{cal: r.cal, start: a.asked, due: a.expires, engine: r.s.Engine}
		for _, before := range a.closing.Remind {
			g := reminderOf(before)
			key := RungKey{Subject: a.subject, Count: len(r.s.Counts), Rung: g.ID, Generation: 1}
			if !r.s.armed(&key) {
				continue
			}
			if at, ok := tr.place(g, 1); ok {
				out = append(out, Alarm{At: at, Kind: AlarmRung, Key: key, Rung: g, Task: a.task})
			}
		}
	}
	return out
}

// reminderOf is the rung of a reminder; no rung of a ladder can have its id.
func reminderOf(before calendar.Limit) *procedure.Rung {
	return &procedure.Rung{ID: "remind:" + before.String(), Before: before, To: []string{procedure.ToApplicant}, Do: []string{procedure.DoNotify}}
}

// waiting lists what the applicant is waited for and would be closed over.
func (r *reckoner) waiting() (out []absence) {
	if p := r.s.pendingSupplement(); p != nil && !p.Expires.IsZero() && p.ProvidedAt.IsZero() {
		a := absence{kind: AlarmSupplement, subject: SubjectWaiting("supplement:" + strconv.Itoa(p.N)), asked: p.AskedAt, expires: p.Expires, closes: p.Closes}
		out = append(out, a.by(r.d.Plan.SupplementAt(stepOf(p.Task)).Closing, groundUnanswered))
	}
	for _, p := range r.s.Payments {
		if !p.PaidAt.IsZero() || p.Expires.IsZero() {
			continue
		}
		a := absence{kind: AlarmPayment, subject: SubjectWaiting("payment:" + p.ID), payment: p.ID, asked: p.AskedAt, expires: p.Expires, closes: p.Closes}
		out = append(out, a.by(r.closingOf(p.Task), groundUnpaid))
	}
	if r.s.Engine < sinceLastDay || r.s.Stage != StageRunning {
		return out
	}
	for i := range r.s.Visits {
		v := &r.s.Visits[i]
		st, ok := r.d.Plan.Step(v.Step)
		if !ok || !v.Open() || st.Wait != procedure.WaitAct || st.Expires.IsZero() {
			continue
		}
		expires, err := r.periodOf(i, func(cal *calendar.Calendar) (time.Time, error) { return cal.Add(v.Opened, st.Expires) })
		if err != nil {
			continue // beyond the calendar's years: not yet a matter of the clock
		}
		closes, err := afterLastDay(r.cal, expires, st.Expires, r.s.Engine)
		if err != nil {
			continue
		}
		a := absence{kind: AlarmAbsence, subject: SubjectWaiting(v.Task()), task: v.Task(), asked: v.Opened, expires: expires, closes: closes}
		out = append(out, a.by(st.Closing, groundAbsent))
	}
	return out
}

func (a absence) by(c *procedure.Closing, ground string) absence {
	a.closing, a.ground = c, ground
	if c != nil {
		a.ground = cmp.Or(c.Ground, ground)
	}
	return a
}

func (r *reckoner) closingOf(task string) *procedure.Closing {
	if st, ok := r.d.Plan.Step(stepOf(task)); ok {
		return st.Closing
	}
	return nil
}

// expiryOf is the end of the period in which the applicant may answer a task; zero: none.
func (r *reckoner) expiryOf(task string) time.Time {
	all := r.waiting()
	if i := slices.IndexFunc(all, func(a absence) bool { return a.task == task || a.payment == task }); i >= 0 {
		return all[i].expires
	}
	return zeroTime
}

// stepOf is the step of a task.
func stepOf(task string) string {
	step, _, _ := strings.Cut(task, "#")
	return step
}
