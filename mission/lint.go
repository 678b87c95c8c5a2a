package mission

import (
	"cmp"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Shelf holds what model files refer to by name.
type Shelf struct {
	Ladders map[string][]procedure.Rung
	Plans   []*Plan
}

// Plan returns the plan with this code.
func (s *Shelf) Plan(code string) (*Plan, bool) {
	i := slices.IndexFunc(s.Plans, func(p *Plan) bool { return p.Code == code })
	if i < 0 {
		return nil, false
	}
	return s.Plans[i], true
}

// LintOptions are what lint needs beyond the file.
type LintOptions struct {
	// On is the date to judge validity by; zero: validity is not judged.
	On time.Time
}

// rule is a rule of the language with its check; the parser's own rules have none.
type rule struct {
	procedure.Rule
	check func(*linter)
}

// linter is what checks see.
type linter struct {
	d     *Definition
	s     *Shelf
	on    string
	rule  *rule
	found procedure.Diagnostics
}

// Lint says what is wrong with the meaning of a model; what is wrong with its form Parse has said.
func Lint(d *Definition, s *Shelf) procedure.Diagnostics { return LintWith(d, s, LintOptions{}) }

// LintWith is Lint on a date.
func LintWith(d *Definition, s *Shelf, o LintOptions) procedure.Diagnostics {
	if d == nil {
		return nil
	}
	if s == nil {
		s = new(Shelf)
	}
	l := &linter{d: d, s: s}
	if !o.On.IsZero() {
		l.on = calendar.DateOf(o.On).String()
	}
	for _, r := range rules() {
		if r.check != nil {
			l.rule = &r
			r.check(l)
		}
	}
	return l.found.Sorted()
}

// Rules returns all rules of parser and linter, in the order of their ids.
func Rules() []procedure.Rule {
	var list []procedure.Rule
	for _, r := range rules() {
		list = append(list, r.Rule)
	}
	slices.SortFunc(list, func(a, b procedure.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func rules() []rule {
	return append(parseRules(),
		duplicateIDRule(), noTaskRule(), unknownReferenceRule(), unknownAgencyRule(), taskCycleRule(), endlessRecurrenceRule(),
		tooOftenRule(), dueAfterEndRule(), ladderUnknownRule(), basisRepealedRule(), planPlaceRule(), unusedRule(), noReportRule(),
	)
}

// parseRules are found while reading; they are listed so that every id has its paragraph.
func parseRules() []rule {
	var list []rule
	for _, r := range procedure.NotationRules() {
		if r.ID != "duplicate-id" {
			list = append(list, rule{Rule: r})
		}
	}
	e := func(id, doc string) rule {
		return rule{Rule: procedure.Rule{ID: id, Severity: procedure.SeverityError, Doc: doc}}
	}
	return append(list,
		e("bad-due", "Mỗi nhiệm vụ có đúng một cách định hạn: on (ngày cố định), after (tính từ khi bắt đầu hoặc từ nghiệm thu của of) hoặc every (lặp lại). until và times chỉ đi với every, of chỉ đi với after."),
		e("bad-recurrence", "every có đúng một trong week (một thứ), month, quarter (một ngày từ 1 đến 31; tháng không có ngày đó thì lấy ngày cuối tháng)."),
		e("bad-slot", "Các ô của kế hoạch đánh số liên tục từ 1, mỗi số một lần."),
		e("unsourced-slot", "Ô đã có tên phải nói lấy từ đâu: source của ô, hoặc sources: {models: …} của cả tệp. Ô chưa biết để trống tên, không đặt tên thay."),
	)
}

func errorRule(id, doc string, check func(*linter)) rule {
	return rule{procedure.Rule{ID: id, Severity: procedure.SeverityError, Doc: doc}, check}
}

func warningRule(id, doc string, check func(*linter)) rule {
	return rule{procedure.Rule{ID: id, Severity: procedure.SeverityWarning, Doc: doc}, check}
}

// maxFindings bounds a report, as the parser's does.
const maxFindings = 200

// find reports for the rule being checked.
func (l *linter) find(p procedure.Pos, message, hint string) {
	l.add(l.rule.Severity, p, message, hint)
}

// warn reports a weaker form of the rule being checked.
func (l *linter) warn(p procedure.Pos, message, hint string) {
	l.add(procedure.SeverityWarning, p, message, hint)
}

func (l *linter) add(s procedure.Severity, p procedure.Pos, message, hint string) {
	if len(l.found) >= maxFindings {
		return
	}
	l.found = append(l.found, procedure.Diagnostic{
		File: l.d.File, Line: max(p.Line, 1), Col: max(p.Col, 1), Severity: s, Rule: l.rule.ID, Message: message, Hint: hint,
	})
}
