package mission

import (
	"slices"
	"time"

	"motcua/dossier"
)

// Rebuild folds all events of a mission into its state.
func Rebuild(events []Event) *State {
	s := &State{}
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// Apply folds one event into the state. It is total: it trusts events and never fails.
func (s *State) Apply(e Event) {
	s.Seq = e.Seq
	if e.By != dossier.ByClock { // alarms never move the ledger of people's acts
		s.LastAct = latest(s.LastAct, e.At)
	}
	switch b := e.Body.(type) {
	case Started:
		s.Facts, s.Model, s.Hash, s.Engine = b.Facts, b.Model, b.Hash, b.Engine
		s.Bindings, s.Calendars = slices.Clone(b.Facts.Bindings), slices.Clone(b.Facts.Calendars)
		s.Stage, s.StartedAt = StageRunning, b.From
	case ProgressReported:
		s.applyProgress(b, e.At)
	case EvidenceAttached:
		s.Evidence++
		if b.Task != "" {
			s.touch(b.Task).Evidence++
		}
	case DifficultyReported:
		s.Difficulties++
		if b.Task != "" {
			s.touch(b.Task).TroubledAt = e.At
		}
	case MoreTimeAsked:
		s.touch(b.Task).Asked = &Asking{At: e.At, Until: b.Until}
	case MoreTimeGranted:
		w := s.touch(b.Task)
		w.Asked, w.Due = nil, b.Due
	case MoreTimeRefused:
		s.touch(b.Task).Asked = nil
	case TaskCompleted:
		w := s.touch(b.Task)
		w.CompletedAt, w.CompletedBy, w.Asked = e.At, e.By, nil
	case TaskAccepted:
		s.touch(b.Task).AcceptedAt = e.At
	case TaskReopened:
		w := s.touch(b.Task)
		w.CompletedAt, w.CompletedBy, w.AcceptedAt, w.ReopenedAt = time.Time{}, "", time.Time{}, e.At
		if !b.Due.IsZero() {
			w.Due = b.Due
		}
	case TaskHandedUp:
		s.touch(b.Task).Assignee = b.To
	case Closed:
		s.Stage, s.EndedAt = StageClosed, e.At
	case Cancelled:
		s.Stage, s.EndedAt = StageCancelled, e.At
	case RungFired:
		s.Fired = append(s.Fired, Firing{RungKey: b.RungKey, Instant: b.Instant})
	case RungsRearmed:
		for i := range s.Fired {
			if slices.Contains(b.Rungs, s.Fired[i].RungKey) {
				s.Fired[i].Rearmed = true
			}
		}
	case CalendarAdopted:
		for i := range s.Calendars {
			if s.Calendars[i].Agency == b.Agency {
				s.Calendars[i].Hash = b.Hash
			}
		}
	}
}

func (s *State) applyProgress(b ProgressReported, at time.Time) {
	switch {
	case b.Report != "":
		s.touch(b.Report).CompletedAt = at
	case b.Task != "":
		w := s.touch(b.Task)
		w.ReportedAt = at
		if b.Percent != nil {
			w.Percent = b.Percent
		}
	}
	if b.Task == "" && b.Percent != nil {
		s.Percent = b.Percent
	}
	for _, r := range b.Readings {
		i := slices.IndexFunc(s.Actuals, func(a Actual) bool { return a.Indicator == r.Indicator })
		if i < 0 {
			s.Actuals = append(s.Actuals, Actual{r, at})
			continue
		}
		s.Actuals[i] = Actual{r, at}
	}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
