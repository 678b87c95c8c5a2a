package signals

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Sources are what events refer to.
type Sources struct {
	Plans     func(hash string) (*procedure.Executable, error)
	Calendars func(hash string) (*calendar.Calendar, error)
	// Law is the policy that lateness is judged by.
	Law dossier.Policy
}

// Detector is handed the dossiers of a period one by one, each with its whole journal, and says at the end what it saw.
type Detector struct {
	sources Sources
	policy  Policy
	period  Period
	seen    map[string]*Signal
	// nights and groups are counted over dossiers before they are signals.
	nights map[night]*Signal
	groups map[group]*tally
	again  []again
}

// New returns a detector for a period.
func New(s Sources, p Policy, period Period) *Detector {
	return &Detector{sources: s, policy: p, period: period, seen: map[string]*Signal{}, nights: map[night]*Signal{}, groups: map[group]*tally{}}
}

// life is a dossier as it is walked: the state before an event, and the event.
type life struct {
	*Detector
	code   string
	events []dossier.Event
	s      *dossier.State
}

// Add walks a dossier's journal. An error means that a plan or a calendar is missing or too short; nothing of that dossier is kept
// that was not seen before it.
func (d *Detector) Add(code string, events []dossier.Event) error {
	l := &life{Detector: d, code: code, events: events, s: &dossier.State{}}
	for i := range events {
		if err := l.event(i); err != nil {
			return fmt.Errorf("%s, event %d: %w", code, events[i].Seq, err)
		}
	}
	return l.whole()
}

// event looks at one event with the state before it, and applies it.
func (l *life) event(i int) error {
	e := &l.events[i]
	if !l.period.Holds(e.Recorded) {
		l.s.Apply(*e)
		return nil
	}
	if err := l.backdated(i); err != nil {
		return err
	}
	switch b := e.Body.(type) {
	case dossier.SupplementRequested:
		if err := l.lastDay(e, b); err != nil {
			return err
		}
	case dossier.StepCompleted:
		if err := l.afterHours(i, b); err != nil {
			return err
		}
	case dossier.Finished:
		if err := l.noResult(e, b); err != nil {
			return err
		}
	}
	if !movesNothing(e.Body) {
		return l.dueChanged(e) // applies it
	}
	l.s.Apply(*e)
	return nil
}

// whole looks at the life as a whole.
func (l *life) whole() error {
	if err := l.pauses(); err != nil {
		return err
	}
	l.extended()
	return nil
}

func (l *life) deps() (dossier.Deps, error) {
	plan, err := l.sources.Plans(l.s.Plan)
	return dossier.Deps{Plan: plan, Calendars: l.sources.Calendars, Policy: l.sources.Law}, err
}

func (l *life) look(at time.Time) (dossier.View, error) {
	d, err := l.deps()
	if err != nil {
		return dossier.View{}, err
	}
	return dossier.Look(d, l.s, at)
}

// calendarOf is the pinned calendar of an agency.
func (l *life) calendarOf(agency string) (*calendar.Calendar, error) {
	for _, c := range l.s.Calendars {
		if c.Agency == agency {
			return l.sources.Calendars(c.Hash)
		}
	}
	if len(l.s.Calendars) == 0 {
		return nil, fmt.Errorf("no calendar of %s", agency)
	}
	return l.sources.Calendars(l.s.Calendars[0].Hash)
}

// agencyOf is where a task is, else the lead agency.
func (l *life) agencyOf(task string) string {
	for i := range l.s.Visits {
		if v := &l.s.Visits[i]; v.Task() == task {
			return v.Agency
		}
	}
	return l.s.Lead
}

// see adds what was seen to the signal of a rule and a subject.
func (d *Detector) see(s Signal, e ...Evidence) *Signal {
	key := s.Rule + "\n" + s.Subject
	have, ok := d.seen[key]
	if !ok {
		s.Period = d.period
		have = &s
		d.seen[key] = have
	} else if have.Procedure != s.Procedure {
		have.Procedure = ""
	}
	have.Count++
	have.Evidence = append(have.Evidence, e...)
	return have
}

// Found are the signals of the period, the most severe first.
func (d *Detector) Found() []Signal {
	d.endNights()
	d.endGroups()
	d.endAgain()
	out := make([]Signal, 0, len(d.seen))
	for _, k := range slices.Sorted(maps.Keys(d.seen)) {
		s := *d.seen[k]
		rule := d.policy[s.Rule]
		if own := s.Rule == RuleAgain || s.Rule == RuleExtendedAll; rule.ID == "" || !own && s.Count < rule.Count { // these two count their own way
			continue
		}
		s.Severity = rule.severity(s.Count)
		s.tidy()
		s.Detail = s.words(rule)
		out = append(out, s)
	}
	rank := map[string]int{SeveritySerious: 0, SeverityAttention: 1, SeverityNotice: 2}
	slices.SortStableFunc(out, func(a, b Signal) int {
		return cmp.Or(rank[a.Severity]-rank[b.Severity], strings.Compare(a.Rule, b.Rule), strings.Compare(a.Subject, b.Subject))
	})
	return out
}

// person says that an act was somebody's of an office.
func person(by string) bool {
	return by != "" && by != dossier.ByClock && by != dossier.ByLink && by != "applicant"
}
