package rehearsal

import (
	"encoding/json"
	"fmt"

	"motcua/dossier"
	"motcua/simulate"
)

// differences compares two lives of one dossier: the events by content, then the answers to acts, then the alarm that each
// would wait for.
func differences(pure, engine simulate.Outcome) (out []string) {
	a, b := pure.Events(), engine.Events()
	for i := range max(len(a), len(b)) {
		x, y := written(a, i), written(b, i)
		if x != y {
			out = append(out, fmt.Sprintf("sự kiện %d: máy %s, luồng %s", i+1, x, y))
			break // everything after the first is its consequence
		}
	}
	if x, y := digest(a), digest(b); x != y {
		out = append(out, fmt.Sprintf("mã băm của mọi sự kiện: máy %s, luồng %s", x, y))
	}
	for i := range max(len(pure.Played), len(engine.Played)) {
		x, y := answer(pure.Played, i), answer(engine.Played, i)
		if x != y {
			out = append(out, fmt.Sprintf("việc %d: máy trả lời %s, luồng trả lời %s", i+1, x, y))
			break
		}
	}
	if x, y := pure.View, engine.View; !x.NextAlarm.Equal(y.NextAlarm) || x.AlarmKind != y.AlarmKind {
		out = append(out, fmt.Sprintf("báo thức kế tiếp: máy %s %s, luồng %s %s", x.NextAlarm, x.AlarmKind, y.NextAlarm, y.AlarmKind))
	}
	if x, y := asJSON(pure.View), asJSON(engine.View); x != y {
		out = append(out, fmt.Sprintf("hồ sơ khi kết thúc: máy %s, luồng %s", x, y))
	}
	return out
}

func written(events []dossier.Event, i int) string {
	if i >= len(events) {
		return "không có"
	}
	return asJSON(events[i])
}

func digest(events []dossier.Event) string {
	d, err := dossier.Digest(events)
	if err != nil {
		return err.Error()
	}
	return d
}

func answer(list []simulate.Played, i int) string {
	switch {
	case i >= len(list):
		return "không có"
	case list[i].Refusal != nil:
		return list[i].Act.ID + " " + list[i].Act.Kind + ": " + list[i].Refusal.Error()
	}
	return list[i].Act.ID + " " + list[i].Act.Kind + ": được"
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
