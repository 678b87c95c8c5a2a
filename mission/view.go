package mission

import (
	"time"

	"motcua/calendar"
	"motcua/dossier"
)

// Status says how a task stands: a projection of what was done of it.
type Status string

// The statuses.
const (
	StatusWaiting    Status = "waiting"     // counts from the acceptance of another task
	StatusUpcoming   Status = "upcoming"    // its period has not begun
	StatusNotStarted Status = "not_started" //
	StatusInProgress Status = "in_progress" // progress was reported
	StatusDifficulty Status = "difficulty"  // a difficulty was reported, and no progress since
	StatusCompleted  Status = "completed"   // waits for acceptance
	StatusAccepted   Status = "accepted"    //
	StatusReported   Status = "reported"    // of a report: it was made
)

// Vietnamese is the status's name for people.
func (s Status) Vietnamese() string {
	switch s {
	case StatusWaiting:
		return "Chờ nhiệm vụ trước"
	case StatusUpcoming:
		return "Chưa đến kỳ"
	case StatusNotStarted:
		return "Chưa thực hiện"
	case StatusInProgress:
		return "Đang thực hiện"
	case StatusDifficulty:
		return "Có khó khăn"
	case StatusCompleted:
		return "Chờ nghiệm thu"
	case StatusAccepted:
		return "Đã nghiệm thu"
	case StatusReported:
		return "Đã báo cáo"
	}
	return ""
}

// View is the mission as lists and screens read it, computed from state, model and calendar at one instant. It holds no verdict:
// Class of a task answers when asked.
type View struct {
	Code     string            `json:"code"`
	Model    string            `json:"model"`
	Hash     string            `json:"hash"`
	Lead     string            `json:"lead"`
	Bindings []dossier.Binding `json:"bindings,omitempty"`
	Seq      int64             `json:"seq"`
	Revision int64             `json:"revision"`
	Stage    Stage             `json:"stage"`

	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	Percent   *int      `json:"percent,omitempty"`
	// Tasks are what somebody must do or accept now, and of each task that has nothing open the next occurrence.
	Tasks []TaskView `json:"tasks,omitempty"`
	// Total counts all occurrences, Settled those of which nothing more is owed.
	Total   int `json:"total"`
	Settled int `json:"settled"`

	Indicators   []IndicatorView `json:"indicators,omitempty"`
	Difficulties int             `json:"difficulties,omitempty"`
	Evidence     int             `json:"evidence,omitempty"`

	// NextDue is the earliest due instant of what is not done, LateFrom the instant from which something not done is late.
	NextDue  time.Time `json:"next_due,omitzero"`
	LateFrom time.Time `json:"late_from,omitzero"`
	// Provisional: a due date lies in a year whose holidays are not decreed.
	Provisional bool      `json:"provisional,omitempty"`
	NextAlarm   time.Time `json:"next_alarm,omitzero"`
	AlarmTask   string    `json:"alarm_task,omitempty"`
	AlarmRung   string    `json:"alarm_rung,omitempty"`
}

// Agency is the agency that stands for a reference of the model; empty is the lead.
func (v *View) Agency(ref string) string {
	f := Facts{Lead: v.Lead, Bindings: v.Bindings}
	return f.Agency(ref)
}

// TaskView is one occurrence of a task or report.
type TaskView struct {
	// Task is the occurrence's key, ID the task of the model, N its number.
	Task     string `json:"task"`
	ID       string `json:"id"`
	N        int    `json:"n"`
	Report   bool   `json:"report,omitempty"`
	Agency   string `json:"agency"`
	Role     string `json:"role,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Status   Status `json:"status"`
	Percent  *int   `json:"percent,omitempty"`
	Evidence int    `json:"evidence,omitempty"`

	OpensAt time.Time `json:"opens_at,omitzero"`
	// DueAt is the due instant in force; Extended says that a decision gave it. ByDate: judged by date, else by instant.
	DueAt       time.Time `json:"due_at,omitzero"`
	ByDate      bool      `json:"by_date,omitempty"`
	Extended    bool      `json:"extended,omitempty"`
	Provisional bool      `json:"provisional,omitempty"`
	// Asked is the date asked for, while more time is asked for and not answered.
	Asked       time.Time `json:"asked,omitzero"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
}

// Class judges the task as of an instant (clock.md §6): by date where its due is a date or a limit in days, by instant where it is
// a limit in hours. A task that is not done and not late has no class yet.
func (t TaskView) Class(at time.Time) string {
	done := !t.CompletedAt.IsZero()
	if done {
		at = t.CompletedAt
	}
	switch {
	case t.DueAt.IsZero():
		return ""
	case t.ByDate && calendar.DateOf(at) > calendar.DateOf(t.DueAt), !t.ByDate && at.After(t.DueAt):
		return dossier.ClassLate
	case !done:
		return ""
	case calendar.DateOf(at) < calendar.DateOf(t.DueAt):
		return dossier.ClassEarly
	}
	return dossier.ClassOnTime
}

// IndicatorView is an indicator with its last reading.
type IndicatorView struct {
	ID     string  `json:"id"`
	Target Number  `json:"target"`
	AtMost bool    `json:"at_most,omitempty"`
	Actual *Number `json:"actual,omitempty"`
	// At is when the actual was reported.
	At      time.Time `json:"at,omitzero"`
	Reached bool      `json:"reached"`
}

// Tasks lists every occurrence of the mission as of an instant, by due instant, those without one last.
func Tasks(d Deps, s *State, at time.Time) ([]TaskView, error) {
	if s.Stage == StageNone {
		return nil, nil
	}
	all, err := occurrences(d, s)
	if err != nil {
		return nil, err
	}
	byDue(all)
	out := make([]TaskView, 0, len(all))
	for i := range all {
		out = append(out, all[i].view(minute(at)))
	}
	return out, nil
}

func (o *occurrence) view(at time.Time) TaskView {
	w := o.work
	v := TaskView{
		Task: o.key(), ID: o.task.ID, N: o.n, Report: o.task.Report, Agency: o.agency, Role: o.task.Role, Assignee: w.Assignee,
		Status: o.status(at), Percent: w.Percent, Evidence: w.Evidence, OpensAt: o.opens, DueAt: o.due, ByDate: o.byDate,
		Extended: !w.Due.IsZero(), CompletedAt: w.CompletedAt, AcceptedAt: w.AcceptedAt,
	}
	if w.Asked != nil {
		v.Asked = w.Asked.Until
	}
	if !o.waiting() {
		v.Provisional = o.cal.Provisional(o.opens, o.due)
	}
	return v
}

func (o *occurrence) status(at time.Time) Status {
	w := o.work
	switch {
	case o.accepted():
		return StatusAccepted
	case o.done() && o.task.Report:
		return StatusReported
	case o.done():
		return StatusCompleted
	case o.waiting():
		return StatusWaiting
	case o.opens.After(at):
		return StatusUpcoming
	case !w.TroubledAt.IsZero() && !w.ReportedAt.After(w.TroubledAt):
		return StatusDifficulty
	case !w.ReportedAt.IsZero():
		return StatusInProgress
	}
	return StatusNotStarted
}

// Look computes the view at an instant.
func Look(d Deps, s *State, at time.Time) (View, error) {
	at = minute(at)
	v := View{
		Code: s.Code, Model: s.Model, Hash: s.Hash, Lead: s.Lead, Bindings: s.Bindings, Seq: s.Seq, Revision: s.Revision, Stage: s.Stage,
		StartedAt: s.StartedAt, EndedAt: s.EndedAt, Percent: s.Percent, Difficulties: s.Difficulties, Evidence: s.Evidence,
		Indicators: indicators(d.Model, s),
	}
	if s.Stage == StageNone {
		return v, nil
	}
	all, err := occurrences(d, s)
	if err != nil {
		return v, err
	}
	v.count(all, at)
	if s.Stage != StageRunning {
		v.Tasks, v.NextDue, v.LateFrom = nil, time.Time{}, time.Time{}
		return v, nil
	}
	a, ok, err := nextAlarm(d, s, all)
	if err != nil {
		return v, err
	}
	if ok {
		v.NextAlarm, v.AlarmTask, v.AlarmRung = a.At, a.Task, a.Key.Rung
	}
	return v, nil
}

// count fills what follows from the occurrences.
func (v *View) count(all []occurrence, at time.Time) {
	byDue(all)
	shown := map[string]bool{}
	v.Total = len(all)
	for i := range all {
		o := &all[i]
		if o.settled() {
			v.Settled++
			continue
		}
		if !o.done() && !o.waiting() {
			if v.NextDue.IsZero() {
				v.NextDue = o.due
			}
			if from := o.lateFrom(); v.LateFrom.IsZero() || from.Before(v.LateFrom) {
				v.LateFrom = from
			}
		}
		if o.opens.After(at) && shown[o.task.ID] {
			continue
		}
		shown[o.task.ID] = true
		t := o.view(at)
		v.Provisional = v.Provisional || t.Provisional
		v.Tasks = append(v.Tasks, t)
	}
}

func indicators(x *Executable, s *State) (out []IndicatorView) {
	for _, i := range x.Indicators {
		v := IndicatorView{ID: i.ID, Target: i.Target, AtMost: i.AtMost}
		for _, a := range s.Actuals {
			if a.Indicator == i.ID {
				actual := a.Value
				v.Actual, v.At, v.Reached = &actual, a.At, i.Reached(actual)
			}
		}
		out = append(out, v)
	}
	return out
}
