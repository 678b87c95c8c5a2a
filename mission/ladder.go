package mission

import (
	"slices"
	"strings"
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// Alarm is an instant at which a rung of a task or report goes off by itself; Task is the occurrence.
type Alarm = dossier.Alarm

// Subject is what the rungs of an occurrence are fired for.
func Subject(report bool, key string) string {
	if report {
		return procedure.OnReport + ":" + key
	}
	return procedure.OnTask + ":" + key
}

// NextAlarm is the next instant that matters: everything that the clock will do by itself collapses into this one. It is false
// where only people can move the mission.
func NextAlarm(d Deps, s *State) (Alarm, bool, error) {
	if s.Stage != StageRunning {
		return Alarm{}, false, nil
	}
	all, err := occurrences(d, s)
	if err != nil {
		return Alarm{}, false, err
	}
	return nextAlarm(d, s, all)
}

func nextAlarm(d Deps, s *State, all []occurrence) (best Alarm, ok bool, err error) {
	for i := range all {
		o := &all[i]
		if ok && o.opens.After(best.At) {
			continue // none of its rungs falls before it opens
		}
		for a := range armed(d.Model, s, o) {
			if !ok || a.At.Before(best.At) {
				best, ok = a, true
			}
		}
	}
	return best, ok, nil
}

// Alarms lists every armed alarm in the order in which they will go off.
func Alarms(d Deps, s *State) ([]Alarm, error) {
	if s.Stage != StageRunning {
		return nil, nil
	}
	all, err := occurrences(d, s)
	if err != nil {
		return nil, err
	}
	var out []Alarm
	for i := range all {
		for a := range armed(d.Model, s, &all[i]) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return a.At.Compare(b.At) })
	return out, nil
}

// armed yields the alarms of an occurrence that is not done: each rung at most once, and a reminder once more per generation.
func armed(x *Executable, s *State, o *occurrence) func(yield func(Alarm) bool) {
	return func(yield func(Alarm) bool) {
		if o.waiting() || o.done() {
			return
		}
		on, stretch := procedure.OnTask, o.stretch(s.Engine)
		if o.task.Report {
			on = procedure.OnReport
		}
		for i := range x.Ladder {
			g := &x.Ladder[i]
			if g.On != on {
				continue
			}
			for n := 1; n <= max(1, g.Times); n++ {
				key := dossier.RungKey{Subject: Subject(o.task.Report, o.key()), Count: 1, Rung: dossier.RungID(g.ID, n), Generation: 1}
				if !s.armed(&key) {
					continue
				}
				at, ok := stretch.Place(g, n)
				if ok && !yield(Alarm{At: at, Kind: dossier.AlarmRung, Key: key, Rung: g, Task: o.key()}) {
					return
				}
			}
		}
	}
}

// armed says whether a rung may fire, and sets the generation of that firing.
func (s *State) armed(k *dossier.RungKey) bool {
	for i := range s.Fired {
		f := &s.Fired[i]
		if f.Subject != k.Subject || f.Rung != k.Rung {
			continue
		}
		if !f.Rearmed {
			return false
		}
		k.Generation = max(k.Generation, f.Generation+1)
	}
	return true
}

// DueAlarms lists the rungs that would fire by now, so that the driver can look up their recipients before it fires them; after a
// long outage no more than one alarm fires at once.
func DueAlarms(d Deps, s *State, now time.Time) ([]Alarm, error) {
	all, err := Alarms(d, s)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a Alarm) bool { return a.At.After(minute(now)) })
	return all[:min(len(all), maxFirings)], nil
}

// rearmed lists the reminders that fired and whose instant now lies ahead again, because the due instant moved.
func rearmed(d Deps, s *State, at time.Time) ([]dossier.RungKey, error) {
	if len(s.Fired) == 0 || s.Stage != StageRunning {
		return nil, nil
	}
	trial := s.Clone()
	var candidates []dossier.RungKey
	for i := range trial.Fired {
		f := &trial.Fired[i]
		if g, ok := d.Model.Rung(f.Rung); ok && !f.Rearmed && dossier.IsReminder(g) {
			f.Rearmed = true
			candidates = append(candidates, f.RungKey)
		}
	}
	alarms, err := Alarms(d, trial)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(candidates, func(k dossier.RungKey) bool {
		return !slices.ContainsFunc(alarms, func(a Alarm) bool {
			return a.Key.Subject == k.Subject && a.Key.Rung == k.Rung && a.At.After(at)
		})
	}), nil
}

// Rung returns the rung of a firing: repetitions carry their number after a slash.
func (x *Executable) Rung(firing string) (*procedure.Rung, bool) {
	id, _, _ := strings.Cut(firing, "/")
	i := slices.IndexFunc(x.Ladder, func(g procedure.Rung) bool { return g.ID == id })
	if i < 0 {
		return nil, false
	}
	return &x.Ladder[i], true
}
