package mission

import (
	"fmt"

	"motcua/calendar"
	"motcua/procedure"
)

func taskCycleRule() rule {
	return errorRule("task-cycle", "Hạn của các nhiệm vụ tính từ nghiệm thu của nhau thành vòng: không nhiệm vụ nào trong vòng có hạn.",
		func(l *linter) {
			next, reported := map[string]string{}, map[string]bool{}
			for _, t := range l.d.Tasks {
				next[t.ID.Value] = t.Of.Value
			}
			for _, t := range l.d.Tasks {
				circle := []string{t.ID.Value}
				for at := t.Of.Value; at != "" && at != t.ID.Value && len(circle) <= len(next); at = next[at] {
					circle = append(circle, at)
				}
				if reported[t.ID.Value] || !t.Of.Set() || next[circle[len(circle)-1]] != t.ID.Value {
					continue // no circle, one that this task only leads into, or one that is reported
				}
				l.find(t.Of.Pos, fmt.Sprintf("hạn của %s quay về chính nó qua %d nhiệm vụ", t.ID.Value, len(circle)), "cho một nhiệm vụ trong vòng tính hạn từ khi bắt đầu")
				for _, id := range circle {
					reported[id] = true
				}
			}
		})
}

func endlessRecurrenceRule() rule {
	return errorRule("endless-recurrence", "Việc lặp lại phải có điểm dừng: until hoặc times của nó, hoặc until của cả mô hình.",
		func(l *linter) {
			for _, t := range l.d.Tasks {
				if t.Every != nil && !t.Until.Set() && !t.Times.Set() && !l.d.Until.Set() {
					l.find(t.EveryAt, fmt.Sprintf("%s lặp lại mãi", t.ID.Value), "thêm until hoặc times, hoặc until của cả mô hình")
				}
			}
		})
}

// Bounds of what a mission may have to remember.
const (
	maxOccurrences = 600
	maxTimes       = 300
)

func tooOftenRule() rule {
	return errorRule("too-often", fmt.Sprintf("Một mô hình có tối đa %d lần đến hạn, một việc lặp lại tối đa %d lần; nhiều hơn thì chia mô hình theo năm.", maxOccurrences, maxTimes),
		func(l *linter) {
			total := 0
			for i := range l.d.Tasks {
				t := &l.d.Tasks[i]
				n := l.d.most(t)
				if n > maxTimes {
					l.find(t.EveryAt, fmt.Sprintf("%s lặp lại tới %d lần, tối đa %d", t.ID.Value, n, maxTimes), "rút ngắn until, hoặc lặp thưa hơn")
				}
				total += n
			}
			if total > maxOccurrences {
				l.find(l.d.TasksAt, fmt.Sprintf("mô hình có tới %d lần đến hạn, tối đa %d", total, maxOccurrences), "chia mô hình theo năm")
			}
		})
}

// most bounds how often a task falls due, as far as the file says: the recurrence's own times, or as often as it fits between the
// deciding document's date and its end. The start of a mission checks again, on the dates that it really has.
func (d *Definition) most(t *TaskDef) int {
	if t.Every == nil {
		return 1
	}
	n := t.Times.Value
	end := t.Until.Value
	if !t.Until.Set() {
		end = d.Until.Value
	}
	if end == 0 || d.Decision == nil {
		return n
	}
	from, err := calendar.ParseDate(d.Decision.On)
	if err != nil {
		return n
	}
	days := map[string]int{EveryWeek: 7, EveryMonth: 28, EveryQuarter: 90}[t.Every.Unit]
	if fits := max(int(end-from), 0)/days + 1; n == 0 || fits < n {
		return fits
	}
	return n
}

func dueAfterEndRule() rule {
	return warningRule("due-after-end", "Hạn cố định hoặc điểm dừng của một nhiệm vụ nằm sau ngày kết thúc (until) của mô hình.",
		func(l *linter) {
			end := l.d.Until
			if !end.Set() {
				return
			}
			for _, t := range l.d.Tasks {
				for _, at := range []procedure.At[calendar.Date]{t.On, t.Until} {
					if at.Set() && at.Value > end.Value {
						l.find(at.Pos, fmt.Sprintf("%s sau ngày kết thúc mô hình %s", at.Value.Vietnamese(), end.Value.Vietnamese()), "kiểm tra hai ngày")
					}
				}
			}
		})
}
