package dossier

import (
	"time"

	"motcua/procedure"
)

// View is the dossier as lists and screens read it: everything computed from state and clock at one instant, nothing stored
// that could contradict the events.
type View struct {
	Code      string `json:"code"`
	Procedure string `json:"procedure"`
	Plan      string `json:"plan"`
	Channel   string `json:"channel"`
	Receiving string `json:"receiving"`
	Lead      string `json:"lead"`
	Seq       int64  `json:"seq"`
	Revision  int64  `json:"revision"`
	Stage     Stage  `json:"stage"`
	Status    Status `json:"status"`
	Register  int64  `json:"register,omitempty"`
	Rules     string `json:"rules,omitempty"`
	// Parent is the dossier that opened this one.
	Parent *Parent `json:"parent,omitempty"`

	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	IntakeDue   time.Time `json:"intake_due,omitzero"`
	AcceptedAt  time.Time `json:"accepted_at,omitzero"`
	// DueAt is the promise as it stands; OriginalDue the first one printed. Provisional: it crosses a year not yet decreed.
	DueAt       time.Time `json:"due_at,omitzero"`
	OriginalDue time.Time `json:"original_due,omitzero"`
	Provisional bool      `json:"provisional,omitempty"`
	// Target is the earlier date of a version that the dossier was moved to, or of an amended calendar: for the office to aim at,
	// promised to nobody.
	Target     time.Time `json:"target,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	ReturnedAt time.Time `json:"returned_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	Refusal    bool      `json:"refusal,omitempty"`
	Results    []string  `json:"results,omitempty"`

	// Paused: the legal clock stands still now; Leg says whose time runs instead.
	Paused bool   `json:"paused,omitempty"`
	Leg    string `json:"leg,omitempty"`
	// Count is the number of the running count; more than 1 after a restart.
	Count       int  `json:"count,omitempty"`
	Rescheduled bool `json:"rescheduled,omitempty"`
	// Proposal is the apology that waits for a signature.
	Proposal *Proposal `json:"proposal,omitempty"`

	Commitment procedure.Commitment `json:"commitment,omitzero"`
	Tasks      []TaskView           `json:"tasks,omitempty"`
	// Parts of a merged procedure, so that statistics may count one dossier or its parts.
	Parts     []PartView `json:"parts,omitempty"`
	NextAlarm time.Time  `json:"next_alarm,omitzero"`
	AlarmKind string     `json:"alarm_kind,omitempty"`
	Verdict   Verdict    `json:"verdict,omitzero"`
}

// TaskView is an open task.
type TaskView struct {
	Task     string    `json:"task"`
	Step     string    `json:"step"`
	Agency   string    `json:"agency"`
	Role     string    `json:"role,omitempty"`
	Assignee string    `json:"assignee,omitempty"`
	HandedUp bool      `json:"handed_up,omitempty"`
	OpenedAt time.Time `json:"opened_at"`
	DueAt    time.Time `json:"due_at,omitzero"`
	// Expires is the end of the period in which the applicant may answer; after it the dossier is closed.
	Expires time.Time `json:"expires,omitzero"`
	// Outcomes are the names a completion may choose from; Acts are what else the step allows.
	Outcomes []string `json:"outcomes,omitempty"`
	Acts     []string `json:"acts,omitempty"`
	Wait     string   `json:"wait,omitempty"`
	Return   bool     `json:"return,omitempty"`
	// Procedure is what the dossier that the task opened and waits for is under.
	Procedure string `json:"procedure,omitempty"`
	// Silence is the outcome that counts when the task is not answered by DueAt.
	Silence string `json:"silence,omitempty"`
}

// Look computes the view at an instant.
func Look(d Deps, s *State, at time.Time) (View, error) {
	at = minute(at)
	v := View{
		Code: s.Code, Procedure: s.Procedure, Plan: s.Plan, Channel: s.Channel, Receiving: s.Receiving, Lead: s.Lead,
		Seq: s.Seq, Revision: s.Revision, Stage: s.Stage, Status: s.Status(d.Plan), Register: s.Register, Rules: s.Rules,
		SubmittedAt: s.SubmittedAt, IntakeDue: s.IntakeDue, AcceptedAt: s.AcceptedAt, OriginalDue: s.OriginalDue,
		FinishedAt: s.FinishedAt, ReturnedAt: s.ReturnedAt, EndedAt: s.EndedAt, Refusal: s.Refusal, Results: s.Results,
		Parent: s.Parent, Count: len(s.Counts), Rescheduled: s.Reappointed != nil, Commitment: s.Commitment,
	}
	if p := s.openProposal(); p != nil && s.Stage == StageRunning {
		open := *p
		v.Proposal = &open
	}
	r, err := newReckoner(d, s, r0(s, at))
	if err != nil {
		return v, err
	}
	if v.DueAt, err = r.promise(); err != nil {
		return v, err
	}
	if v.DueAt.IsZero() { // accepted, but the clock starts at another agency's receipt
		v.DueAt = s.OriginalDue
	}
	if !v.DueAt.IsZero() {
		v.Provisional = r.cal.Provisional(s.AcceptedAt, v.DueAt)
	}
	aim, err := r.aim(v.DueAt)
	if err != nil {
		return v, err
	}
	if v.Target = s.Target; !aim.IsZero() && (v.Target.IsZero() || aim.Before(v.Target)) {
		v.Target = aim
	}
	if s.Stage == StageRunning {
		v.Paused, v.Leg = r.stopped(), r.leg()
	}
	if v.Tasks, err = r.tasks(v.DueAt); err != nil {
		return v, err
	}
	if v.Parts, err = r.parts(); err != nil {
		return v, err
	}
	if v.Verdict, err = Judge(d, s, at); err != nil {
		return v, err
	}
	a, ok, err := NextAlarm(d, s, at)
	if err != nil {
		return v, err
	}
	if ok {
		v.NextAlarm, v.AlarmKind = a.At, a.Kind
	}
	return v, nil
}

// leg says whose time runs now.
func (r *reckoner) leg() string {
	for _, p := range r.s.Pauses {
		if covers(p.From, p.Until, p.Bound, r.at) {
			return p.Leg
		}
	}
	if n := len(r.chain); n > 0 {
		if st, ok := r.s.Visits[r.chain[n-1]].time(r.d.Plan); ok && st.Leg != "" {
			return st.Leg
		}
	}
	return LegAgency
}

func (r *reckoner) tasks(promise time.Time) ([]TaskView, error) {
	var out []TaskView
	for i := range r.s.Visits {
		v := &r.s.Visits[i]
		st, ok := v.time(r.d.Plan)
		if !ok || !v.Open() {
			continue
		}
		t := TaskView{
			Task: v.Task(), Step: v.Step, Agency: v.Agency, Role: st.Role, Assignee: v.Assignee, HandedUp: v.HandedUp,
			OpenedAt: v.Opened, Acts: st.May, Wait: st.Wait, Return: st.Kind == procedure.StepReturn,
			Silence: st.Silence, Procedure: st.Procedure,
		}
		if st.Kind == procedure.StepWait {
			t.Expires = r.expiryOf(t.Task)
		}
		for _, o := range st.Outcomes {
			t.Outcomes = append(t.Outcomes, o.Name)
		}
		if !t.Return {
			tr, ok, err := r.stepTrack(v, st, promise)
			if err != nil {
				return nil, err
			}
			if ok {
				t.DueAt = tr.due
			}
		}
		out = append(out, t)
	}
	return out, nil
}
