package dossier

import (
	"slices"
	"strings"
	"time"

	"motcua/procedure"
)

// RungKey identifies one firing: at most one per subject, count, rung and generation (clock.md §8).
type RungKey struct {
	// Subject is "dossier", "intake" or "step:" and the task.
	Subject string `json:"subject"`
	Count   int    `json:"count"`
	// Rung is the rung's id; repetitions after the first carry "/2", "/3", ….
	Rung       string `json:"rung"`
	Generation int    `json:"generation"`
}

// SubjectStep is the subject of a task's rungs.
func SubjectStep(task string) string { return "step:" + task }

// Kinds of alarms.
const (
	AlarmRung       = "rung"
	AlarmSupplement = "supplement_expired"
	AlarmPayment    = "payment_expired"
	AlarmWait       = "wait_over"
	AlarmAbsence    = "wait_expired"
	AlarmSilence    = "silence"
)

// Alarm is an instant at which the dossier changes by itself.
type Alarm struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	// Key and Rung of a rung; Task of a wait; Payment of an expired payment; Ground of an end for absence.
	Key     RungKey         `json:"key,omitzero"`
	Rung    *procedure.Rung `json:"rung,omitempty"`
	Task    string          `json:"task,omitempty"`
	Payment string          `json:"payment,omitempty"`
	Ground  string          `json:"ground,omitempty"`
}

// Final says that the alarm decides something that somebody could still have prevented: it counts silence, or ends the
// dossier. What was received before it comes first, even where it has not landed yet.
func (a Alarm) Final() bool {
	switch a.Kind {
	case AlarmSilence, AlarmSupplement, AlarmPayment, AlarmAbsence:
		return true
	}
	return false
}

// NextAlarm is the next instant that matters, as seen at an instant: everything that the clock will do by itself collapses
// into this one. It is false where only people can move the dossier.
func NextAlarm(d Deps, s *State, at time.Time) (Alarm, bool, error) {
	all, err := Alarms(d, s, at)
	if err != nil || len(all) == 0 {
		return Alarm{}, false, err
	}
	return all[0], true, nil
}

// Alarms lists every armed alarm in the order in which they will go off.
func Alarms(d Deps, s *State, at time.Time) ([]Alarm, error) {
	if s.Stage != StageSubmitted && s.Stage != StageRunning {
		return nil, nil
	}
	r, err := newReckoner(d, s, at)
	if err != nil {
		return nil, err
	}
	out := r.absences()
	if s.Stage == StageSubmitted && !s.IntakeDue.IsZero() {
		out = append(out, r.rungs(procedure.OnIntake, procedure.OnIntake, s.IntakeCount, track{cal: r.cal, start: s.SubmittedAt, due: s.IntakeDue, engine: s.Engine})...)
	}
	if s.Stage == StageRunning && !r.disarmed() {
		more, err := r.running()
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return a.At.Compare(b.At) })
	return out, nil
}

// sinceBoundedArms is part of engine version 5: a pause that ends at its bound, without anybody's act, leaves the rungs armed that
// fall after it. Before, no timer was set for them until something else woke the dossier.
const sinceBoundedArms = 5

// disarmed: a pause disarms (clock.md §8), as long as nobody knows its end. What ends at its bound or at a decided hour has its rungs behind that.
func (r *reckoner) disarmed() bool {
	if r.s.Engine < sinceBoundedArms {
		return r.paused()
	}
	return slices.ContainsFunc(r.s.Pauses, func(p Pause) bool {
		return p.Until.IsZero() && p.Bound.IsZero() && covers(p.From, p.Until, p.Bound, r.at)
	})
}

// running are the alarms of a dossier in hand: waits that end by themselves, rungs of steps, rungs of the dossier.
func (r *reckoner) running() (out []Alarm, err error) {
	promise, err := r.promise()
	if err != nil {
		return nil, err
	}
	n := len(r.s.Counts)
	for i := range r.s.Visits {
		v := &r.s.Visits[i]
		st, ok := v.time(r.d.Plan)
		if !ok || !v.Open() || st.Kind == procedure.StepReturn {
			continue
		}
		tr, ok, err := r.stepTrack(v, st, promise)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if st.Kind == procedure.StepWait && st.Wait == procedure.WaitTime {
			out = append(out, Alarm{At: tr.due, Kind: AlarmWait, Task: v.Task()})
		}
		out = append(out, r.rungs(procedure.OnStep, SubjectStep(v.Task()), n, tr)...)
		if st.Silence != "" && v.Budget > 0 {
			// After the rungs of that instant: whoever is to be told that the limit is over is told, then silence counts.
			over, err := tr.skipping(v.Budget)
			if err != nil {
				return nil, err
			}
			out = append(out, Alarm{At: over, Kind: AlarmSilence, Task: v.Task()})
		}
	}
	c := r.count()
	switch {
	case c != nil && !r.endless():
		tr := track{cal: r.cal, start: c.Start, due: promise, known: r.promiseAt, outs: within(r.outs, c.Start, farFuture), byDate: r.byDate(c), engine: r.s.Engine}
		out = append(out, r.rungs(procedure.OnDossier, procedure.OnDossier, n, tr)...)
	case c == nil && r.s.Engine >= sinceLastDay:
		// The agency whose receipt starts the clock has nothing yet: the printed date is all that there is to keep.
		tr := track{cal: r.cal, start: r.s.AcceptedAt, due: r.s.OriginalDue, byDate: r.s.Commitment.ByDate(), engine: r.s.Engine}
		out = append(out, r.rungs(procedure.OnDossier, procedure.OnDossier, n, tr)...)
	}
	return out, nil
}

// endless says that the legal clock stands still without a bound, so that no rung of the dossier has an instant.
func (r *reckoner) endless() bool {
	for _, i := range r.chain {
		v := &r.s.Visits[i]
		if st, ok := v.time(r.d.Plan); ok && v.Open() && st.Excluded && st.Bound.IsZero() {
			return true
		}
	}
	return false
}

// byDate says whether the count is judged by date (day limits) or by instant (hour limits), clock.md §6.
func (r *reckoner) byDate(c *Count) bool {
	l := r.limitOf(c, r.at)
	return l.IsDays() || l.IsZero() && r.s.Commitment.SameDay != nil
}

// rungs places the rungs of a subject that are still armed. A rung without room (before the start) or beyond the calendar is
// left out.
func (r *reckoner) rungs(on, subject string, count int, t track) (out []Alarm) {
	for i := range r.d.Plan.Ladder {
		g := &r.d.Plan.Ladder[i]
		if g.On != on {
			continue
		}
		for n := 1; n <= max(1, g.Times); n++ {
			key := RungKey{Subject: subject, Count: count, Rung: RungID(g.ID, n), Generation: 1}
			if !r.s.armed(&key) {
				continue
			}
			if at, ok := t.place(g, n); ok {
				out = append(out, Alarm{At: at, Kind: AlarmRung, Key: key, Rung: g})
			}
		}
	}
	return out
}

// armed says whether a rung may fire, and sets the generation of that firing.
func (s *State) armed(k *RungKey) bool {
	for i := range s.Fired {
		f := &s.Fired[i]
		if f.Subject != k.Subject || f.Count != k.Count || f.Rung != k.Rung {
			continue
		}
		if !f.Rearmed {
			return false
		}
		k.Generation = max(k.Generation, f.Generation+1)
	}
	return true
}

// reminder says whether a rung only reminds: such a rung may be armed again, hand-ups and letters never.
func reminder(g *procedure.Rung) bool { return len(g.Do) == 1 && g.Do[0] == procedure.DoNotify }

// rearmed lists the reminders that fired and whose instant now lies ahead again, because the due instant moved.
func rearmed(d Deps, s *State, at, now time.Time) ([]RungKey, error) {
	if len(s.Fired) == 0 || s.Stage != StageRunning {
		return nil, nil
	}
	trial := s.clone()
	var candidates []RungKey
	for i := range trial.Fired {
		f := &trial.Fired[i]
		if f.Rearmed || f.Count != len(s.Counts) || f.Subject == procedure.OnIntake {
			continue
		}
		g := rungByID(d.Plan, f.Rung)
		if g == nil || !reminder(g) {
			continue
		}
		f.Rearmed = true
		candidates = append(candidates, f.RungKey)
	}
	alarms, err := Alarms(d, trial, at)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(candidates, func(k RungKey) bool {
		ahead := at
		if s.Engine >= sinceRearmedAhead {
			ahead = latest(latest(at, now), s.firedAt(k))
		}
		return !slices.ContainsFunc(alarms, func(a Alarm) bool {
			return a.Key.Subject == k.Subject && a.Key.Count == k.Count && a.Key.Rung == k.Rung && a.At.After(ahead)
		})
	}), nil
}

// sinceRearmedAhead is part of engine version 5: a reminder is armed again where its instant moved ahead of the one at which it fired,
// and of the clock. Before, an act that was received in the minute before a reminder and landed after it, or came while the clock was
// set back, found the instant ahead of itself and had the same reminder sent again.
const sinceRearmedAhead = 5

// firedAt is the legal instant at which a rung fired.
func (s *State) firedAt(k RungKey) time.Time {
	for i := range s.Fired {
		if s.Fired[i].RungKey == k {
			return s.Fired[i].Instant
		}
	}
	return zeroTime
}

func rungByID(plan *procedure.Executable, id string) *procedure.Rung {
	id, _, _ = strings.Cut(id, "/")
	for i := range plan.Ladder {
		if plan.Ladder[i].ID == id {
			return &plan.Ladder[i]
		}
	}
	return nil
}
