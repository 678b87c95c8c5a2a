package procedure

import (
	"slices"
	"time"
)

// Rule is one rule of the language: Doc is a paragraph for designers.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Doc      string   `json:"doc"`
}

// LintOptions are what lint needs beyond the file.
type LintOptions struct {
	// On is the date to judge validity by (fees, legal basis, reductions); zero: validity is not judged, and limits are
	// checked at every date on which a reduction begins or ends.
	On time.Time
}

// rule is a Rule with its check; the parser's own rules have none.
type rule struct {
	Rule
	check func(*linter)
}

// linter is what checks see.
type linter struct {
	report
	d          *Definition
	s          *Shelf
	on         string
	x          *Executable
	conditions []Condition
	g          *graph
	// reached are the steps that the start leads to.
	reached []bool
	// cases are the sets of conditions that can hold together; paths the longest path of each.
	cases [][]string
	paths []Path
	fit   *fit
	// forkList is made by forks at its first call; walked counts the work of making it.
	forkList []fork
	forked   bool
	walked   int
	rule     *rule
}

// Lint says what is wrong with the meaning of a definition; what is wrong with its form Parse has said.
func Lint(d *Definition, s *Shelf) Diagnostics { return LintWith(d, s, LintOptions{}) }

// LintWith is Lint on a date.
func LintWith(d *Definition, s *Shelf, o LintOptions) Diagnostics {
	if d == nil {
		return nil
	}
	if s == nil {
		s = new(Shelf)
	}
	x, conditions := build(d, s)
	l := &linter{report: report{file: d.File}, d: d, s: s, x: &x, conditions: conditions, g: newGraph(&x), fit: newFit(s.Calendar)}
	if !o.On.IsZero() {
		l.on = o.On.In(time.FixedZone("UTC+7", 7*3600)).Format(time.DateOnly)
	}
	if len(x.Steps) > 0 {
		l.reached = l.g.reach([]int{0}, l.g.out, nil)
		published := ""
		if d.Published != nil {
			published = d.Published.On
		}
		l.cases = cases(l.facts(), conditions)
		l.paths = longestPaths(&x, l.fit, l.cases, commitDates(&x, published, l.on))
	}
	for _, r := range rules() {
		if r.check != nil {
			l.rule = &r
			r.check(l)
		}
	}
	return l.list.sorted()
}

// Rules returns all rules of parser and linter, in the order of their ids.
func Rules() []Rule {
	var list []Rule
	for _, r := range rules() {
		list = append(list, r.Rule)
	}
	slices.SortFunc(list, func(a, b Rule) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

func rules() []rule {
	return append(parseRules(),
		duplicateIDRule(), unknownTargetRule(), unreachableStepRule(), noEndRule(), noRefusalRule(), roleWithoutAgencyRule(),
		stepsOverLimitRule(), unassignedTimeRule(), noBudgetRule(), unboundedLoopRule(), joinMismatchRule(), badConditionRule(),
		conditionalDeadEndRule(), excludedWithoutGroundRule(), reductionUnknownRule(), ladderUnknownRule(), feeExpiredRule(),
		basisRepealedRule(), resultNeverProducedRule(), sameDayCutOffRule(), waitWithoutKindRule(), badVariantRule(), unknownLevelRule(),
		badExtensionRule(), badClosingRule(), badSilenceRule(),
	)
}

// parseRules are found while reading; they are listed so that every id has its paragraph.
func parseRules() []rule {
	e := func(id, doc string) rule { return rule{Rule: Rule{id, SeverityError, doc}} }
	return []rule{
		e("yaml-syntax", "Tệp phải là một tài liệu YAML UTF-8 đọc được, gồm các cặp khóa: giá trị."),
		e("too-large", "Tệp tối đa 1 MB và 2.000 bước; lớn hơn thì chia nhỏ thủ tục."),
		e("alias", "Không dùng neo, bí danh, trộn và nhãn kiểu của YAML: mọi giá trị đứng ngay tại chỗ của nó."),
		e("unknown-key", "Khóa không có trong ngôn ngữ, thường do viết sai; gợi ý nêu khóa gần nhất."),
		e("duplicate-key", "Một khóa viết hai lần trong cùng một mục; YAML sẽ lặng lẽ bỏ một giá trị."),
		e("missing-key", "Thiếu khóa bắt buộc."),
		e("bad-value", "Giá trị sai kiểu, để trống hoặc không thuộc danh sách cho phép."),
		e("bad-limit", "Thời hạn viết bằng số và đơn vị: wd, wh, d, mo, h. Phần lẻ chỉ dùng cho thời gian của bước (0.5wd); bước làm việc chỉ dùng wd, wh."),
		e("bad-code", "Mã phải đặt trong ngoặc kép: không có ngoặc, 1.001690 và 1.00169 là cùng một số."),
		e("bad-date", "Ngày viết năm-tháng-ngày (2025-07-01), giờ viết \"15:00\"."),
		e("bad-step", "Các khóa của một bước mâu thuẫn nhau, ví dụ bước trả kết quả mà có lối ra."),
		e("bad-reduction", "Quy tắc cắt giảm phải có tên và đúng một cách cắt, trong một khoảng ngày có thật."),
		e("bad-rung", "Mỗi nấc đứng ở đúng một chỗ của thang: share, before, at-due hoặc after."),
		e("language-version", "Tệp viết cho phiên bản ngôn ngữ khác."),
	}
}

// find reports for the rule being checked.
func (l *linter) find(p Pos, message, hint string) {
	l.addAs(l.rule.Severity, p, l.rule.ID, message, hint)
}

// warn reports a weaker form of the rule being checked.
func (l *linter) warn(p Pos, message, hint string) {
	l.addAs(SeverityWarning, p, l.rule.ID, message, hint)
}

// place is where step i stands: its id, or the whole entry.
func (l *linter) place(i int) Pos {
	if s := &l.d.Steps[i]; s.ID.Set() {
		return s.ID.Pos
	}
	return l.d.Steps[i].Pos
}

func (l *linter) facts() []Fact {
	facts := make([]Fact, len(l.d.Facts))
	for i, f := range l.d.Facts {
		facts[i] = f.Value
	}
	return facts
}

func (l *linter) stepIDs() []string {
	ids := make([]string, len(l.d.Steps))
	for i := range l.d.Steps {
		ids[i] = l.d.Steps[i].ID.Value
	}
	return ids
}
