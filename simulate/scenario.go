package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/procedure"
)

// Script is a scenario of a mission as a file: what is done when, and what must come of it. It is how designers test a model.
type Script struct {
	// File is only used in findings.
	File string
	// Mission is the code of the model.
	Mission string
	Started time.Time
	Until   time.Time
	Pace    Pace
	acts    []scriptAct
	told    []scriptRung
	classes []scriptClass
}

// scriptAct is an act with the refusal that it must meet; "" where it must be done.
type scriptAct struct {
	act     mission.Act
	refused string
	pos     procedure.Pos
}

// scriptRung is a rung that must fire at an instant.
type scriptRung struct {
	task, rung string
	at         time.Time
	pos        procedure.Pos
}

// scriptClass is the verdict that a task must have at the end.
type scriptClass struct {
	task, class string
	pos         procedure.Pos
}

// The rules of scenario files beyond those of the notation.
const (
	ruleUnmet     = "unmet"
	ruleBadMoment = "bad-moment"
)

const momentLayout = "2006-01-02 15:04"

// ScriptKind is the kind of scenario files.
const ScriptKind = "mission-scenario"

func scriptTable() *procedure.Table {
	text := func(name, doc string, values ...string) procedure.Key {
		return procedure.Key{Name: name, Kind: procedure.KindText, Doc: doc, Values: values}
	}
	need := func(k procedure.Key) procedure.Key { k.Required = true; return k }
	reading := procedure.NewTable("số liệu", need(text("indicator", "Chỉ tiêu")), need(text("value", "Giá trị")))
	act := procedure.NewTable("thao tác",
		need(text("at", "Thời điểm: 2026-03-02 09:00")), need(text("do", "Thao tác", actNames()...)), text("by", "Người làm"), text("task", "Nhiệm vụ"),
		procedure.Key{Name: "percent", Kind: procedure.KindInt, Doc: "Tỷ lệ hoàn thành"},
		procedure.Key{Name: "readings", Kind: procedure.KindMaps, Of: reading, Doc: "Số liệu chỉ tiêu"},
		text("reason", "Lý do, nội dung"), text("document", "Số văn bản"),
		procedure.Key{Name: "until", Kind: procedure.KindDate, Doc: "Ngày xin hoặc được cho"},
		text("refused", "Thao tác phải bị từ chối với mã này"),
	)
	told := procedure.NewTable("nấc", need(text("task", "Kỳ của nhiệm vụ: khao-sat#1")), need(text("rung", "Nấc")), need(text("at", "Thời điểm")))
	class := procedure.NewTable("đánh giá", need(text("task", "Kỳ của nhiệm vụ")),
		need(text("class", "early, on_time, late, hoặc open", dossier.ClassEarly, dossier.ClassOnTime, dossier.ClassLate, "open")))
	return procedure.NewTable("kịch bản",
		procedure.Key{Name: "motcua", Kind: procedure.KindInt, Required: true, Doc: "Phiên bản ngôn ngữ: 1"},
		need(text("kind", "Loại tệp", ScriptKind)),
		procedure.Key{Name: "mission", Kind: procedure.KindCode, Required: true, Doc: "Mã mô hình"},
		text("note", "Ghi chú"),
		need(text("started", "Bắt đầu: 2026-03-02 09:00")),
		procedure.Key{Name: "until", Kind: procedure.KindDate, Doc: "Kết thúc vào cuối ngày này"},
		text("pace", "Việc không nêu ở acts: none (mặc định) không ai làm, half, full", "none", string(PaceHalf), string(PaceFull)),
		procedure.Key{Name: "acts", Kind: procedure.KindMaps, Of: act, Doc: "Thao tác, theo thứ tự"},
		procedure.Key{Name: "told", Kind: procedure.KindMaps, Of: told, Doc: "Các nấc phải nhắc; một việc được nêu ở đây thì không có nấc nào khác"},
		procedure.Key{Name: "classes", Kind: procedure.KindMaps, Of: class, Doc: "Đánh giá khi kịch bản kết thúc"},
	)
}

func actNames() []string {
	kinds := []string{
		mission.ActReportProgress, mission.ActAttachEvidence, mission.ActReportDifficulty, mission.ActAskMoreTime, mission.ActGrantMoreTime,
		mission.ActRefuseMoreTime, mission.ActCompleteTask, mission.ActAcceptTask, mission.ActReopenTask, mission.ActClose, mission.ActCancel,
	}
	for i := range kinds {
		kinds[i] = strings.ReplaceAll(kinds[i], "_", "-")
	}
	return kinds
}

// ParseScript reads a scenario file; the script is nil where there is an error.
func ParseScript(file string, data []byte) (*Script, procedure.Diagnostics) {
	sheet, ok := procedure.ReadSheet(file, data, scriptTable())
	if !ok {
		return nil, sheet.Findings()
	}
	b := sheet.Root()
	s := &Script{File: file, Mission: b.Text("mission").Value, Started: moment(sheet, b, "started"), Pace: Pace(b.Text("pace").Value)}
	if s.Pace == "none" {
		s.Pace = PaceNone
	}
	if d, err := calendar.ParseDate(b.Text("until").Value); err == nil {
		s.Until = (d + 1).Time()
	}
	for i, a := range b.Blocks("acts") {
		s.acts = append(s.acts, scriptAct{act: readAct(sheet, a, i+1), refused: a.Text("refused").Value, pos: a.Pos()})
	}
	for _, t := range b.Blocks("told") {
		s.told = append(s.told, scriptRung{task: t.Text("task").Value, rung: t.Text("rung").Value, at: moment(sheet, t, "at"), pos: t.Pos()})
	}
	for _, c := range b.Blocks("classes") {
		s.classes = append(s.classes, scriptClass{task: c.Text("task").Value, class: c.Text("class").Value, pos: c.Pos()})
	}
	found := sheet.Findings()
	if found.HasErrors() {
		return nil, found
	}
	return s, found
}

func moment(sheet *procedure.Sheet, b procedure.Block, name string) time.Time {
	t := b.Text(name)
	at, err := time.ParseInLocation(momentLayout, t.Value, calendar.Zone())
	if err != nil && t.Set() {
		sheet.Find(procedure.SeverityError, t.Pos, ruleBadMoment, fmt.Sprintf("%s %q không phải thời điểm", name, procedure.Clip(t.Value)), "viết 2026-03-02 09:00")
	}
	return at
}

func readAct(sheet *procedure.Sheet, b procedure.Block, n int) mission.Act {
	a := mission.Act{
		ID: scriptID(n), Kind: strings.ReplaceAll(b.Text("do").Value, "-", "_"), At: moment(sheet, b, "at"), By: b.Text("by").Value,
		Task: b.Text("task").Value, Reasoned: b.Text("reason").Set(), Document: b.Text("document").Value,
	}
	if p := b.Int("percent"); p.Set() {
		a.Percent = &p.Value
	}
	if d, err := calendar.ParseDate(b.Text("until").Value); err == nil {
		a.Until = d.Time()
	}
	for _, r := range b.Blocks("readings") {
		value, err := mission.ParseNumber(r.Text("value").Value)
		if err != nil {
			sheet.Find(procedure.SeverityError, r.Place("value"), "bad-value", "value không phải số", err.Error())
		}
		a.Readings = append(a.Readings, mission.Reading{Indicator: r.Text("indicator").Value, Value: value})
	}
	return a
}

// scriptID is the id of the nth act of a script.
func scriptID(n int) string { return fmt.Sprintf("kich-ban-%d", n) }

// Scenario is the script on a model and a calendar.
func (s *Script) Scenario(x *mission.Executable, cal *calendar.Calendar) MissionScenario {
	sc := MissionScenario{Model: x, Calendar: cal, Started: s.Started, Until: s.Until, Pace: s.Pace}
	for _, a := range s.acts {
		sc.Acts = append(sc.Acts, a.act)
	}
	return sc
}

// Check says what of the script did not come true, in place.
func (s *Script) Check(o MissionOutcome) procedure.Diagnostics {
	var out procedure.Diagnostics
	unmet := func(p procedure.Pos, message string, args ...any) {
		out = append(out, procedure.Diagnostic{
			File: s.File, Line: max(p.Line, 1), Col: max(p.Col, 1), Severity: procedure.SeverityError, Rule: ruleUnmet, Message: fmt.Sprintf(message, args...),
		})
	}
	for i := range s.acts {
		s.checkAct(&s.acts[i], o, unmet)
	}
	s.checkTold(o, unmet)
	for _, c := range s.classes {
		i := slices.IndexFunc(o.Tasks, func(t mission.TaskView) bool { return t.Task == c.task })
		if i < 0 {
			unmet(c.pos, "không có kỳ %q", c.task)
			continue
		}
		got := o.Tasks[i].Class(o.At)
		if got == "" {
			got = "open"
		}
		if got != c.class {
			unmet(c.pos, "%s là %s, không phải %s", c.task, got, c.class)
		}
	}
	return out.Sorted()
}

func (s *Script) checkAct(a *scriptAct, o MissionOutcome, unmet func(procedure.Pos, string, ...any)) {
	i := slices.IndexFunc(o.Moments, func(m MissionMoment) bool { return m.ID == a.act.ID })
	switch {
	case i < 0:
		unmet(a.pos, "%s không xảy ra: kịch bản kết thúc trước đó", a.act.Kind)
	case a.refused == "" && o.Moments[i].Refusal != nil:
		unmet(a.pos, "%s bị từ chối: %s", a.act.Kind, o.Moments[i].Refusal.Error())
	case a.refused != "" && o.Moments[i].Refusal == nil:
		unmet(a.pos, "%s phải bị từ chối với mã %s", a.act.Kind, a.refused)
	case a.refused != "" && o.Moments[i].Refusal.Code != a.refused:
		unmet(a.pos, "%s bị từ chối với mã %s, không phải %s", a.act.Kind, o.Moments[i].Refusal.Code, a.refused)
	}
}

// checkTold holds the rungs of every task that is named to exactly those that are named.
func (s *Script) checkTold(o MissionOutcome, unmet func(procedure.Pos, string, ...any)) {
	seen := make([]bool, len(s.told))
	for _, m := range o.Moments {
		if m.Event == nil {
			continue
		}
		f, ok := m.Event.Body.(mission.RungFired)
		if !ok {
			continue
		}
		_, task, _ := strings.Cut(f.Subject, ":")
		named, hit := -1, false
		for i, t := range s.told {
			if t.task != task {
				continue
			}
			named = i
			if t.rung == f.Rung && t.at.Equal(f.Instant) && !seen[i] {
				seen[i], hit = true, true
				break
			}
		}
		if named >= 0 && !hit {
			unmet(s.told[named].pos, "nấc %s của %s lúc %s không có trong kịch bản", f.Rung, task, f.Instant.Format(momentLayout))
		}
	}
	for i, t := range s.told {
		if !seen[i] {
			unmet(t.pos, "nấc %s của %s không nhắc lúc %s", t.rung, t.task, t.at.Format(momentLayout))
		}
	}
}
