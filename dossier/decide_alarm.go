package dossier

import (
	"errors"
	"slices"
	"time"

	"motcua/procedure"
)

// maxFirings bounds what one alarm may set off, whatever the outage before it.
const maxFirings = 500

// alarm lets the clock do what is due by now, in the order of the legal instants, each at its own instant: missed rungs fire
// in order after an outage. It never moves the ledger of people's acts. An act with an until stops there: what its recipients
// were asked for.
func (m *machine) alarm() error {
	until := m.now
	if asked := minute(m.act.Until); !asked.IsZero() && asked.Before(until) {
		until = asked
	}
	m.until = until
	for range maxFirings {
		a, ok, err := NextAlarm(m.d, m.s, until)
		if err != nil {
			return err
		}
		if !ok || a.At.After(until) || m.unasked(a) {
			return nil
		}
		if err := m.goOff(a); err != nil {
			return err
		}
	}
	return errors.New("the alarms of one instant do not end")
}

// unasked says that what this act did made a rung due, after it had been asked whom the rungs reach: it is left for the next alarm,
// which asks again, so that it does not fire to nobody. Acts that do not say up to when they asked fire it as they always did.
func (m *machine) unasked(a Alarm) bool {
	return a.Kind == AlarmRung && !m.act.Until.IsZero() && len(m.out) > 0 &&
		!slices.ContainsFunc(m.act.Recipients, func(r Recipients) bool { return r.Rung == a.Key })
}

func (m *machine) goOff(a Alarm) error {
	// The effect is dated by its legal instant, but the ledger of a state that people moved later still runs forward.
	m.at = latest(a.At, m.s.LastAct)
	switch a.Kind {
	case AlarmSupplement, AlarmPayment, AlarmAbsence:
		if m.s.Stage == StageSubmitted {
			m.emit(IntakeRefused{Ground: a.Ground, Automatic: true})
			return nil
		}
		m.emit(Stopped{Ground: a.Ground, Automatic: true})
	case AlarmWait:
		i, v := m.s.visit(a.Task)
		st, ok := m.d.Plan.Step(v.Step)
		if !ok {
			return refuse("step_unknown", "Quy trình không có bước %q.", v.Step)
		}
		m.emit(StepCompleted{Task: a.Task, Outcome: st.Outcomes[0].Name})
		return m.follow(i, st, &st.Outcomes[0])
	case AlarmSilence:
		return m.countSilence(a.Task)
	case AlarmRung:
		return m.fire(a)
	}
	return nil
}

func (m *machine) fire(a Alarm) error {
	e := RungFired{RungKey: a.Key, Instant: a.At, Do: a.Rung.Do}
	var found Recipients
	for _, r := range m.act.Recipients {
		if r.Rung == a.Key {
			found = r
		}
	}
	e.To = found.To
	m.emitAt(e, a.At)
	if slices.Contains(a.Rung.Do, procedure.DoHandUp) {
		m.handUp(a, found)
	}
	return m.rungActions(a, found)
}

func (m *machine) handUp(a Alarm, found Recipients) {
	for i := range m.s.Visits {
		v := &m.s.Visits[i]
		if !v.Open() || !concerns(a.Key, v) {
			continue
		}
		if to := found.superior(v.Task(), m.s.Engine); to != "" && to != v.Assignee {
			m.emitAt(TaskAssigned{Task: v.Task(), Assignee: to, HandedUp: true}, a.At)
		}
	}
}

// DueAlarms lists the rungs that would fire by now, so that the driver can look up their recipients before it fires them.
func DueAlarms(d Deps, s *State, now time.Time) ([]Alarm, error) {
	all, err := Alarms(d, s, minute(now))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a Alarm) bool { return a.At.After(minute(now)) }), nil
}
