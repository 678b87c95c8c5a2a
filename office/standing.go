package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// footing is where an act stands on a dossier as the read model shows it.
type footing struct {
	// tasks are those that the act may be about; the principal must be in the position of one of them. None: nothing to be held to.
	tasks []dossier.TaskView
	// one says that the act is about exactly one task.
	one bool
	// unseen: the read model shows no task that this act could be about. It is sent for the dossier as it stands, not for what the
	// dossier becomes on the way, when nobody has looked at the position.
	unseen bool
}

// standing checks the agencies of a place, and finds the tasks whose positions remain to be checked.
func standing(p Principal, r rule, v dossier.View, task string) (footing, error) {
	switch r.Where {
	case atReceiving:
		return footing{}, atDesk(p, v)
	case atLead:
		if !p.actsFor(v.Lead) {
			return footing{}, notHere("chỉ lãnh đạo cơ quan giải quyết làm được")
		}
	case atWork:
		if v.Stage == dossier.StageSubmitted {
			return footing{unseen: true}, atDesk(p, v)
		}
		return theTask(p, v, task)
	case atTask:
		if r.Action == dossier.ActResume { // the whole dossier was suspended: any task of one's own gives the right
			return anyTask(p, v)
		}
		return theTask(p, v, task)
	case atDeskOrTask:
		if len(v.Tasks) == 0 || p.Is(RoleOneStop) && p.actsFor(v.Receiving) {
			return footing{}, atDesk(p, v)
		}
		return anyTask(p, v)
	case atReturn:
		if err := atDesk(p, v); err != nil {
			return footing{}, err
		}
		i := slices.IndexFunc(v.Tasks, func(t dossier.TaskView) bool { return t.Return })
		if i < 0 {
			return footing{unseen: true}, nil
		}
		return footing{tasks: v.Tasks[i : i+1]}, nil
	}
	return footing{}, nil
}

func atDesk(p Principal, v dossier.View) error {
	if p.actsFor(v.Receiving) {
		return nil
	}
	return notHere("chỉ bộ phận một cửa nơi nhận hồ sơ làm được")
}

// anyTask stands on the open tasks of the agencies that the principal acts for.
func anyTask(p Principal, v dossier.View) (footing, error) {
	if len(v.Tasks) == 0 {
		return footing{unseen: true}, nil
	}
	own := slices.DeleteFunc(slices.Clone(v.Tasks), func(t dossier.TaskView) bool { return !p.actsFor(t.Agency) })
	if len(own) == 0 {
		return footing{}, notHere("việc này thuộc cơ quan khác")
	}
	return footing{tasks: own}, nil
}

// theTask stands on the task that is named, or on the only one that is the principal's where none is.
func theTask(p Principal, v dossier.View, task string) (footing, error) {
	if len(v.Tasks) > 0 && task != "" {
		i := slices.IndexFunc(v.Tasks, func(t dossier.TaskView) bool { return t.Task == task })
		if i < 0 {
			return footing{}, &dossier.Refusal{Code: "task_not_open", Field: "/task", Detail: fmt.Sprintf("Việc %q không mở (đã xong hoặc chưa tới); hãy tải lại hồ sơ.", task)}
		}
		v.Tasks = v.Tasks[i : i+1]
	}
	f, err := anyTask(p, v)
	if len(f.tasks) > 1 {
		return f, &dossier.Refusal{Code: "task_ambiguous", Field: "/task", Detail: "Hồ sơ có nhiều việc đang mở; hãy nêu rõ việc nào."}
	}
	f.one = len(f.tasks) == 1
	return f, err
}

// stand holds a principal to the place of an act. It returns the body with the task pinned and the revision to expect, so that
// what was checked here is what will be done, whatever happens to the dossier on the way.
func (o *Office) stand(ctx context.Context, p Principal, r rule, v dossier.View, b ActBody, expect int64) (ActBody, int64, error) {
	f, err := standing(p, r, v, b.Task)
	if err != nil {
		return b, expect, err
	}
	if f.unseen {
		if expect != 0 && expect != v.Revision {
			return b, expect, stale()
		}
		return b, v.Revision, nil
	}
	if f.one {
		b.Task = f.tasks[0].Task
	}
	assignee := ""
	if r.Action == dossier.ActAssign {
		assignee = b.To
	}
	return b, expect, o.inPosition(ctx, p, f.tasks, assignee)
}

// inPosition demands that the officer of a principal may act on one of the tasks: as its assignee (to whom it may have been
// handed up), as a holder of its step's position in its agency on the legal date, dated substitution included, or as a
// superior: head of unit or of agency there, or a leader of an agency above. Who is given a task must hold its position.
// An act that is allowed costs one lookup at most, for its one task; an assignment and a refusal read the list. What is read is
// never kept.
func (o *Office) inPosition(ctx context.Context, p Principal, tasks []dossier.TaskView, assignee string) error {
	var refusal error
	for _, t := range tasks {
		may, err := o.mayAct(ctx, p, t)
		if err != nil {
			return err
		}
		if may {
			return o.mayHave(ctx, t, assignee)
		}
		if refusal, err = o.wrongPosition(ctx, t); err != nil {
			return err
		}
	}
	return refusal
}

func (o *Office) mayAct(ctx context.Context, p Principal, t dossier.TaskView) (bool, error) {
	if t.Role == "" || p.above(t.Agency) || p.Officer != "" && p.Officer == t.Assignee {
		return true, nil
	}
	if p.Officer == "" {
		return false, nil
	}
	return o.Store.Holds(ctx, p.Officer, t.Agency, []string{t.Role, procedure.ToHeadOfUnit, procedure.ToHeadOfAgency}, o.Legal())
}

// mayHave demands that an assignee holds the position of a task's step.
func (o *Office) mayHave(ctx context.Context, t dossier.TaskView, assignee string) error {
	switch {
	case assignee == "":
		return nil
	case t.Role == "":
		return invalid(FieldError{"/to", "Bước này không thuộc chức danh nào nên không giao cho ai được."})
	}
	holders, err := o.Store.Holders(ctx, t.Agency, []string{t.Role}, o.Legal())
	if err != nil || slices.ContainsFunc(holders, func(h models.Holder) bool { return h.Officer == assignee }) {
		return err
	}
	return invalid(FieldError{"/to", fmt.Sprintf("Người được giao phải giữ chức danh %q tại %s. %s", t.Role, t.Agency, whoHolds(holders))})
}

func (o *Office) wrongPosition(ctx context.Context, t dossier.TaskView) (*Problem, error) {
	agency, err := o.Store.Agency(ctx, t.Agency)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	holders, err := o.Store.Holders(ctx, t.Agency, []string{t.Role}, o.Legal())
	if err != nil {
		return nil, err
	}
	return &Problem{Status: http.StatusForbidden, Code: "wrong_position", Title: "Không đúng chức danh",
		Detail: fmt.Sprintf("Việc %q do người giữ chức danh %q của %s (%s), người được giao việc hoặc lãnh đạo của họ làm. %s",
			t.Task, t.Role, agency.Name, t.Agency, whoHolds(holders))}, nil
}

// whoHolds names those who hold a position, for people.
func whoHolds(holders []models.Holder) string {
	if len(holders) == 0 {
		return "Hiện chưa có ai giữ chức danh này ở đây; hãy báo quản trị."
	}
	var list []string
	for _, h := range holders {
		list = append(list, fmt.Sprintf("%s (%s)", h.Name, h.Officer))
	}
	return "Hiện giữ chức danh này: " + strings.Join(list, ", ") + "."
}
