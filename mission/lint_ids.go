package mission

import (
	"fmt"
	"slices"

	"motcua/procedure"
)

func duplicateIDRule() rule {
	return errorRule("duplicate-id", "Hai mục cùng loại (nhiệm vụ hoặc báo cáo, bước, chỉ tiêu, cơ quan phối hợp) trùng mã: mọi tham chiếu tới mã đó sẽ mơ hồ.",
		func(l *linter) {
			seen := map[string]procedure.Pos{}
			check := func(what string, id text) {
				if !id.Set() {
					return
				}
				if first, twice := seen[what+" "+id.Value]; twice {
					l.find(id.Pos, fmt.Sprintf("%s %s đã có ở dòng %d", what, id.Value, first.Line), "đổi một trong hai mã")
					return
				}
				seen[what+" "+id.Value] = id.Pos
			}
			for _, t := range l.d.Tasks {
				check("nhiệm vụ, báo cáo", t.ID)
			}
			for _, s := range l.d.Steps {
				check("bước", s.ID)
			}
			for _, i := range l.d.Indicators {
				check("chỉ tiêu", i.ID)
			}
			check("cơ quan", l.d.Lead)
			for _, a := range l.d.Cooperating {
				check("cơ quan", a)
			}
		})
}

func noTaskRule() rule {
	return errorRule("no-task", "Mô hình không có nhiệm vụ nào: không có gì đến hạn, không ai phải làm gì.",
		func(l *linter) {
			if !slices.ContainsFunc(l.d.Tasks, func(t TaskDef) bool { return !t.Report }) {
				l.find(l.d.TasksAt, "mô hình không có nhiệm vụ nào", "thêm ít nhất một nhiệm vụ có hạn")
			}
		})
}

func unknownReferenceRule() rule {
	return errorRule("unknown-reference", "step nêu một bước, of nêu một nhiệm vụ không có trong tệp. of phải là nhiệm vụ làm một lần, được nghiệm thu: không phải báo cáo, không phải việc lặp lại.",
		func(l *linter) {
			var steps, tasks []string
			for _, s := range l.d.Steps {
				steps = append(steps, s.ID.Value)
			}
			for _, t := range l.d.Tasks {
				if !t.Report && t.EveryAt.Line == 0 {
					tasks = append(tasks, t.ID.Value)
				}
			}
			for _, t := range l.d.Tasks {
				if t.Step.Set() && !slices.Contains(steps, t.Step.Value) {
					l.find(t.Step.Pos, fmt.Sprintf("không có bước %q", procedure.Clip(t.Step.Value)), procedure.DidYouMean(t.Step.Value, steps))
				}
				if t.Of.Set() && !slices.Contains(tasks, t.Of.Value) {
					l.find(t.Of.Pos, fmt.Sprintf("không có nhiệm vụ làm một lần %q", procedure.Clip(t.Of.Value)), procedure.DidYouMean(t.Of.Value, tasks))
				}
			}
		})
}

func unknownAgencyRule() rule {
	return errorRule("unknown-agency", "Cơ quan của một nhiệm vụ phải là cơ quan chủ trì (lead) hoặc một cơ quan phối hợp (cooperating).",
		func(l *linter) {
			known := l.d.agencies()
			for _, t := range l.d.Tasks {
				if t.Agency.Set() && !slices.Contains(known, t.Agency.Value) {
					l.find(t.Agency.Pos, fmt.Sprintf("cơ quan %q không chủ trì, không phối hợp", procedure.Clip(t.Agency.Value)), procedure.DidYouMean(t.Agency.Value, known))
				}
			}
		})
}

// agencies are the lead and the cooperating agencies.
func (d *Definition) agencies() []string {
	known := []string{d.Lead.Value}
	for _, a := range d.Cooperating {
		known = append(known, a.Value)
	}
	return known
}

func unusedRule() rule {
	return warningRule("unused", "Cơ quan phối hợp không có nhiệm vụ nào, hoặc bước không có nhiệm vụ nào: thường là quên.",
		func(l *linter) {
			for _, a := range l.d.Cooperating {
				if !slices.ContainsFunc(l.d.Tasks, func(t TaskDef) bool { return t.Agency.Value == a.Value }) {
					l.find(a.Pos, fmt.Sprintf("cơ quan phối hợp %s không có nhiệm vụ nào", a.Value), "giao nhiệm vụ, hoặc bỏ khỏi cooperating")
				}
			}
			for _, s := range l.d.Steps {
				if s.ID.Set() && !slices.ContainsFunc(l.d.Tasks, func(t TaskDef) bool { return t.Step.Value == s.ID.Value }) {
					l.find(s.ID.Pos, fmt.Sprintf("bước %s không có nhiệm vụ nào", s.ID.Value), "")
				}
			}
		})
}
