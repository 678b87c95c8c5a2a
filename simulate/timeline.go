package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// Kinds of entries of a timeline.
const (
	EntryAct       = "act"       // somebody did something
	EntryRefusal   = "refusal"   // somebody wanted to, and the law refuses it
	EntryClock     = "clock"     // the dossier changed by itself
	EntryDeadline  = "deadline"  // a limit began to run, or moved
	EntryRung      = "rung"      // a rung of the ladder fired
	EntryLetter    = "letter"    // a paper that somebody has to be given
	EntryApplicant = "applicant" // what the applicant sees: one of the ten national statuses, and a message
)

// Entry is one line of what happened, for people. Texts are Vietnamese.
type Entry struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
	// Status is what the applicant sees from then on (EntryApplicant).
	Status dossier.Status `json:"status,omitempty"`
}

// Timeline tells an outcome: acts, deadlines, rungs, letters, and what the applicant sees. It is folded from the events, so that
// it reads the same whoever carried the dossier.
func Timeline(sc Scenario, o Outcome) ([]Entry, error) {
	t := &teller{deps: Deps(sc), state: &dossier.State{}, acts: map[string]dossier.Act{}}
	for _, p := range o.Played {
		t.acts[p.Act.ID] = p.Act
	}
	for i := 0; i < len(o.Moments); {
		m := &o.Moments[i]
		if m.Refusal != nil {
			t.add(m.At, EntryRefusal, "%s: %s", verb(m.Act), m.Refusal.Error())
			i++
			continue
		}
		n := i + 1
		for n < len(o.Moments) && o.Moments[n].Refusal == nil && sameCause(&m.Event, &o.Moments[n].Event) {
			n++
		}
		if err := t.group(o.Moments[i:n]); err != nil {
			return nil, err
		}
		i = n
	}
	return t.entries, nil
}

// sameCause: what one act caused belongs together; what the clock does, by its legal instant.
func sameCause(a, b *dossier.Event) bool {
	return a.Act == b.Act && a.By == b.By && (a.By != dossier.ByClock || a.At.Equal(b.At))
}

// teller folds events and says what each group of them changed.
type teller struct {
	deps    dossier.Deps
	state   *dossier.State
	acts    map[string]dossier.Act
	entries []Entry
	// seen is the dossier before the group.
	seen dossier.View
}

func (t *teller) add(at time.Time, kind, text string, args ...any) {
	t.entries = append(t.entries, Entry{At: at, Kind: kind, Text: fmt.Sprintf(text, args...)})
}

func (t *teller) group(moments []Moment) error {
	first := &moments[0].Event
	at := first.Recorded
	if first.By == dossier.ByClock {
		at = first.At
	} else {
		t.add(at, EntryAct, "%s", actText(t.acts[first.Act], moments[0].Act))
	}
	messages := []string{}
	for i := range moments {
		e := &moments[i].Event
		t.state.Apply(*e)
		if first.By == dossier.ByClock {
			t.clock(e)
		}
		if a, ok := e.Body.(dossier.Accepted); ok && len(a.Commitment.Lines) > 0 {
			for _, line := range a.Commitment.Walk() {
				t.add(at, EntryDeadline, "%s", line)
			}
		}
		if c, ok := e.Body.(dossier.ChildRequested); ok {
			t.add(at, EntryClock, "mở hồ sơ con của thủ tục %s cho %s", c.Procedure, c.Task)
		}
		if s := letter(t.state, e); s != "" {
			t.add(at, EntryLetter, "%s", s)
		}
		if s := message(t.state, e); s != "" {
			messages = append(messages, s)
		}
	}
	v, err := dossier.Look(t.deps, t.state, first.Recorded)
	if err != nil {
		return err
	}
	t.deadlines(at, &v)
	if v.Status != t.seen.Status || len(messages) > 0 {
		text := fmt.Sprintf("%d %s", v.Status, v.Status.Vietnamese())
		if len(messages) > 0 {
			text += ": " + strings.Join(messages, " ")
		}
		t.entries = append(t.entries, Entry{At: at, Kind: EntryApplicant, Text: text, Status: v.Status})
	}
	t.seen = v
	return nil
}

// clock tells what happened by itself.
func (t *teller) clock(e *dossier.Event) {
	switch b := e.Body.(type) {
	case dossier.RungFired:
		t.add(e.At, EntryRung, "%s (%s) → %s: %s", b.Rung, subject(b.Subject), strings.Join(b.To, ", "), strings.Join(doing(b.Do), ", "))
	case dossier.TaskAssigned:
		if b.Reassigned {
			t.add(e.At, EntryClock, "%s giao lại cho %s", b.Task, b.Assignee)
			return
		}
		t.add(e.At, EntryClock, "%s chuyển lên %s", b.Task, b.Assignee)
	case dossier.ApologyProposed:
		t.add(e.At, EntryClock, "đề nghị %s ký xin lỗi, hẹn lại %s trước %s", strings.Join(b.Signers, ", "), clock(b.NewDue), clock(b.Until))
	case dossier.InspectionOpened:
		t.add(e.At, EntryClock, "mở kiểm tra, giao %s, hạn %s", b.Inspector, clock(b.Due))
	case dossier.StepCompleted:
		if b.Silence {
			t.add(e.At, EntryClock, "%s hết hạn không ai trả lời, coi là %s (%s)", b.Task, b.Outcome, b.Ground)
		} else {
			t.add(e.At, EntryClock, "%s hết thời gian chờ → %s", b.Task, b.Outcome)
		}
	case dossier.Stopped:
		t.add(e.At, EntryClock, "tự dừng giải quyết: %s", b.Ground)
	case dossier.IntakeRefused:
		t.add(e.At, EntryClock, "tự từ chối tiếp nhận: %s", b.Ground)
	}
}

// deadlines tells the limits that began to run or moved.
func (t *teller) deadlines(at time.Time, v *dossier.View) {
	switch old := t.seen.DueAt; {
	case v.Stage != dossier.StageRunning && v.Stage != dossier.StageSubmitted:
		return
	case v.DueAt.Equal(old):
	case old.IsZero():
		t.add(at, EntryDeadline, "hẹn trả %s%s", clock(v.DueAt), provisional(v))
	default:
		t.add(at, EntryDeadline, "hẹn trả %s%s, trước là %s", clock(v.DueAt), provisional(v), clock(old))
	}
	if !v.IntakeDue.IsZero() && !v.IntakeDue.Equal(t.seen.IntakeDue) && v.Stage == dossier.StageSubmitted {
		t.add(at, EntryDeadline, "xem hồ sơ trước %s", clock(v.IntakeDue))
	}
	if v.Paused != t.seen.Paused && v.Stage == dossier.StageRunning {
		if v.Paused {
			t.add(at, EntryDeadline, "đồng hồ dừng (%s)", v.Leg)
		} else {
			t.add(at, EntryDeadline, "đồng hồ chạy lại")
		}
	}
	for i := range v.Tasks {
		k := &v.Tasks[i]
		if slices.ContainsFunc(t.seen.Tasks, func(o dossier.TaskView) bool { return o.Task == k.Task }) {
			continue
		}
		text := "mở " + k.Task + " tại " + agencyName(k.Agency)
		if !k.DueAt.IsZero() {
			text += ", hạn " + clock(k.DueAt)
		}
		if !k.Expires.IsZero() {
			text += ", chờ người nộp đến " + clock(k.Expires)
		}
		t.add(at, EntryDeadline, "%s", text)
	}
}

func provisional(v *dossier.View) string {
	if v.Provisional {
		return " (tạm tính: có năm chưa có lịch nghỉ chính thức)"
	}
	return ""
}

// agencyName calls the imagined agencies by what they are.
func agencyName(id string) string {
	switch id {
	case receiving:
		return "nơi nhận"
	case lead:
		return "cơ quan giải quyết"
	}
	return id
}

func subject(s string) string {
	switch s {
	case procedure.OnDossier:
		return "hồ sơ"
	case procedure.OnIntake:
		return "tiếp nhận"
	}
	if task, ok := strings.CutPrefix(s, dossier.SubjectStep("")); ok {
		return "bước " + task
	}
	return "chờ người nộp"
}

func doing(list []string) (out []string) {
	words := map[string]string{
		procedure.DoNotify: "nhắc", procedure.DoHandUp: "chuyển lên", procedure.DoReassign: "giao lại cho người ít việc nhất",
		procedure.DoPropose: "đề nghị ký xin lỗi và hẹn lại", procedure.DoIssue: "xin lỗi và hẹn lại theo quyết định chung", procedure.DoInspect: "mở kiểm tra",
	}
	for _, d := range list {
		out = append(out, words[d])
	}
	return out
}
