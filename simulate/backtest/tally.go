package backtest

import "motcua/dossier"

// Tally counts how dossiers ended.
type Tally struct {
	Received int `json:"received"`
	Early    int `json:"early"`
	OnTime   int `json:"on_time"`
	Late     int `json:"late"`
	// InProcess are open at the end of the calendar; PastLimit those of them that are late.
	InProcess int `json:"in_process"`
	PastLimit int `json:"past_limit"`
	// Ended are withdrawn, stopped or refused at intake. Unplayed could not be lived on the plan.
	Ended    int `json:"ended"`
	Unplayed int `json:"unplayed"`
	// Recorded are past dossiers with a verdict on record, RecordedOnTime those of them that were not late; Same have that verdict in
	// this life too.
	Recorded       int `json:"recorded,omitempty"`
	RecordedOnTime int `json:"recorded_on_time,omitempty"`
	Same           int `json:"same,omitempty"`
	// LateMinutes are working minutes of lateness, Minutes those from acceptance to the finish, of resolved dossiers.
	LateMinutes int64 `json:"late_minutes"`
	Minutes     int64 `json:"minutes"`
}

// Due is what had to be resolved (clock.md §12).
func (t Tally) Due() int { return t.Early + t.OnTime + t.Late + t.PastLimit }

// Rate is the on-time rate in percent; 0 where nothing was due.
func (t Tally) Rate() float64 {
	if t.Due() == 0 {
		return 0
	}
	return 100 * float64(t.Early+t.OnTime) / float64(t.Due())
}

// Plus is the sum of two tallies.
func (t Tally) Plus(o Tally) Tally {
	t.Received += o.Received
	t.Early += o.Early
	t.OnTime += o.OnTime
	t.Late += o.Late
	t.InProcess += o.InProcess
	t.PastLimit += o.PastLimit
	t.Ended += o.Ended
	t.Unplayed += o.Unplayed
	t.Recorded += o.Recorded
	t.RecordedOnTime += o.RecordedOnTime
	t.Same += o.Same
	t.LateMinutes += o.LateMinutes
	t.Minutes += o.Minutes
	return t
}

func (t *Tally) judged(v dossier.Verdict, finished bool, minutes int) {
	t.Received++
	switch {
	case !finished && v.Class == dossier.ClassLate:
		t.InProcess++
		t.PastLimit++
	case !finished:
		t.InProcess++
	case v.Class == dossier.ClassEarly:
		t.Early++
	case v.Class == dossier.ClassOnTime:
		t.OnTime++
	default:
		t.Late++
	}
	t.LateMinutes += int64(v.LateMinutes)
	if finished {
		t.Minutes += int64(minutes)
	}
}

// Load is how busy the people of a station were.
type Load struct {
	People int `json:"people"`
	// Busy are working minutes of work, Room those that the people had in the period.
	Busy int64 `json:"busy"`
	Room int64 `json:"room"`
	// Waited are working minutes that pieces of work waited for somebody.
	Jobs   int   `json:"jobs"`
	Waited int64 `json:"waited"`
}

// Plus is the load of two offices' stations together.
func (l Load) Plus(o Load) Load {
	l.People += o.People
	l.Busy += o.Busy
	l.Room += o.Room
	l.Jobs += o.Jobs
	l.Waited += o.Waited
	return l
}

// Side is one of the two lives: as things are, or as they would be.
type Side struct {
	All         Tally            `json:"all"`
	ByProcedure map[string]Tally `json:"by_procedure"`
	ByAgency    map[string]Tally `json:"by_agency"`
	Stations    map[string]Load  `json:"stations,omitempty"`
}

func newSide() *Side {
	return &Side{ByProcedure: map[string]Tally{}, ByAgency: map[string]Tally{}, Stations: map[string]Load{}}
}

// add takes over what another part of the dossiers came to.
func (s *Side) add(o *Side) {
	s.All = s.All.Plus(o.All)
	for k, v := range o.ByProcedure {
		s.ByProcedure[k] = s.ByProcedure[k].Plus(v)
	}
	for k, v := range o.ByAgency {
		s.ByAgency[k] = s.ByAgency[k].Plus(v)
	}
	for k, v := range o.Stations {
		s.Stations[k] = s.Stations[k].Plus(v)
	}
}
