package procedure

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Rule is one rule of the language: Doc is a paragraph for designers.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Doc      string   `json:"doc"`
	// Fixable says that Fix mends some of its findings.
	Fixable bool `json:"fixable,omitempty"`
}

// LintOptions are what lint needs beyond the file.
type LintOptions struct {
	// On is the date to judge validity by (fees, legal basis, reductions); zero: validity is not judged. Limits are checked
	// on it and on every later date on which a reduction begins or ends; zero: on all such dates since the publication.
	On time.Time
	// Templates are what the file may use; only Check and Fix, which read it, ask for them.
	Templates *Templates
	// Conditions may be shared by the files of one run.
	Conditions *Conditions
}

// rule is a Rule with its check; the parser's own rules have none.
type rule struct {
	Rule
	check func(*linter)
}

// linter is what checks see.
type linter struct {
	report
	d           *Definition
	s           *Shelf
	on          string
	x           *Executable
	conditions  []Condition
	expressions *expressions
	g           *graph
	// reached are the steps that the start leads to.
	reached []bool
	// caseSet is of this definition, holding the same as sets; paths are the longest path of each case, fit is what judges them
	// against limits in days.
	caseSet
	holding []map[string]bool
	paths   []Path
	fit     *fit
	// forkList is made by forks at its first call; exhausted says that the budget of work did not suffice for it.
	forkList          []fork
	forked, exhausted bool
	// descents are what is wrong below each sub-procedure, with the hint.
	descents map[string][2]string
	rule     *rule
}

// Lint says what is wrong with the meaning of a definition; what is wrong with its form Parse has said.
func Lint(d *Definition, s *Shelf) Diagnostics { return LintWith(d, s, LintOptions{}) }

// LintWith is Lint on a date.
func LintWith(d *Definition, s *Shelf, o LintOptions) Diagnostics {
	if d == nil {
		return nil
	}
	return newLinter(d, s, o, maxFindings).run()
}

// Check is Parse and LintWith together: all that is wrong with a file, of form and of meaning, in the order of the file.
func Check(file string, data []byte, s *Shelf, o LintOptions) Diagnostics {
	return check(file, data, s, o, maxFindings)
}

func check(file string, data []byte, s *Shelf, o LintOptions, most int) Diagnostics {
	d, found := parse(file, data, ParseOptions{Templates: o.Templates}, most)
	if d != nil {
		found = append(found, newLinter(d, s, o, most).run()...).Sorted()
	}
	return found
}

func newLinter(d *Definition, s *Shelf, o LintOptions, most int) *linter {
	if s == nil {
		s = new(Shelf)
	}
	x, conditions := build(d, s)
	l := &linter{report: report{file: d.File, src: d.src, most: most}, d: d, s: s, x: &x, conditions: conditions, g: newGraph(&x), fit: newFit(s)}
	if !o.On.IsZero() {
		l.on = o.On.In(time.FixedZone("UTC+7", 7*3600)).Format(time.DateOnly)
	}
	l.expressions = o.Conditions.over(l.facts())
	if len(x.Steps) == 0 {
		return l
	}
	l.reached = l.g.reach([]int{0}, l.g.out, nil)
	l.caseSet = cases(l.facts(), conditions, l.expressions, &l.work)
	if most := maxCaseSteps / (len(x.Steps) + l.g.edges); len(l.sets) > most {
		l.caseSet = caseSet{sets: l.sets[:max(most, 1)]}
	}
	for _, holds := range l.sets {
		set := make(map[string]bool, len(holds))
		for _, name := range holds {
			set[name] = true
		}
		l.holding = append(l.holding, set)
	}
	published := ""
	if d.Published != nil {
		published = d.Published.On
	}
	l.paths = longestPaths(&x, l.fit, l.sets, lintDates(&x, published, l.on))
	return l
}

// lintDates are the acceptance dates that limits are proven on: from the date on, or from the publication, every one on which
// a reduction begins or ends.
func lintDates(x *Executable, published, on string) []string {
	if on == "" {
		return commitDates(x, published, "")
	}
	return commitDates(x, on, "")
}

func (l *linter) run() Diagnostics {
	for _, r := range rules() {
		if r.check != nil {
			l.rule = &r
			r.check(l)
		}
	}
	l.list = l.d.relate(l.list)
	return l.done()
}

// Rules returns all rules of parser and linter, in the order of their ids.
func Rules() []Rule {
	var list []Rule
	for _, r := range rules() {
		r.Fixable = slices.Contains(fixable(), r.ID)
		list = append(list, r.Rule)
	}
	slices.SortFunc(list, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// rules are all rules of the language, in the order in which they are checked; the list is never changed.
var rules = sync.OnceValue(func() []rule {
	return append(parseRules(),
		duplicateIDRule(), unknownTargetRule(), unreachableStepRule(), noEndRule(), noRefusalRule(), roleWithoutAgencyRule(),
		stepsOverLimitRule(), unassignedTimeRule(), noBudgetRule(), unboundedLoopRule(), joinMismatchRule(), badConditionRule(),
		conditionalDeadEndRule(), excludedWithoutGroundRule(), reductionUnknownRule(), ladderUnknownRule(), feeExpiredRule(),
		basisRepealedRule(), resultNeverProducedRule(), sameDayCutOffRule(), waitWithoutKindRule(), badVariantRule(), unknownLevelRule(),
		badExtensionRule(), badClosingRule(), badSilenceRule(), badFormRule(), badSubProcedureRule(),
		badMergeRule(), mergedOutdatedRule(),
		missingComponentRule(), channelMismatchRule(), paperNeverUsedRule(), twentyPercentRule(), reductionWithoutEffectRule(),
		supplementWithoutAnswerRule(), supplementLateRule(), ladderWithoutWarningRule(), apologyLateRule(), rungNeverFiresRule(),
		waitWithoutEndRule(), sourceUnknownRule(), unusedFactRule(), conditionConstantRule(), feeOnlineHigherRule(),
		tooManyCasesRule(), // last: it says what the others could not try
	)
})

// parseRules are found while reading; they are listed so that every id has its paragraph.
func parseRules() []rule {
	e := func(id, doc string) rule { return rule{Rule: Rule{ID: id, Severity: SeverityError, Doc: doc}} }
	w := func(id, doc string) rule { return rule{Rule: Rule{ID: id, Severity: SeverityWarning, Doc: doc}} }
	return []rule{
		e("yaml-syntax", "Tệp phải là một tài liệu YAML UTF-8 đọc được, gồm các cặp khóa: giá trị."),
		e("too-large", "Tệp tối đa 1 MB, 100.000 dấu ngắt, 2.000 bước, 6.000 nhánh, 256 điều kiện; một giá trị tối đa 8.000 byte. Lớn hơn thì không đọc gì nữa."),
		e("too-many-findings", "Mỗi lần kiểm tra nêu tối đa 200 phát hiện; còn phát hiện chưa nêu thì chưa công bố được, dù những phát hiện đã nêu chỉ là cảnh báo."),
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
		e("bad-parameter", "Tham số của mẫu (parameters) có tên, kiểu và giá trị hợp lệ; $tên đứng ở chỗ của cả một giá trị đúng kiểu; giá trị đặt (set) nằm trong giới hạn đã khai báo, mỗi tham số một lần."),
		e("bad-template", "Tệp dùng mẫu (template) phải tìm thấy mẫu trong các tệp đã cho hoặc trong thư viện, không vòng tròn, không chồng quá 4 tầng."),
		e("open-parameter", "Mẫu còn tham số chưa có giá trị thì chưa biên dịch được; tệp dùng mẫu không có tên (as) phải đặt hết."),
		e("language-version", "Tệp viết cho phiên bản ngôn ngữ khác."),
		w("untidy-text", "Văn bản trông đúng mà không đúng: dấu tiếng Việt rời (chưa phải NFC), ký tự ẩn, khoảng trắng thừa. Tìm kiếm, so sánh và mã băm coi là khác."),
		w("duplicate-entry", "Một mục nêu hai lần trong một danh sách; lần thứ hai không thêm gì."),
	}
}

// SuggestRule is the id of the rule that was probably meant; empty: none is near.
func SuggestRule(id string) string {
	var ids []string
	for _, r := range rules() {
		ids = append(ids, r.ID)
	}
	return new(work).suggest(id, ids)
}

// find reports for the rule being checked.
func (l *linter) find(p Pos, message, hint string) *Diagnostic {
	return l.addAs(l.rule.Severity, p, l.rule.ID, message, hint)
}

// warn reports a weaker form of the rule being checked.
func (l *linter) warn(p Pos, message, hint string) *Diagnostic {
	return l.addAs(SeverityWarning, p, l.rule.ID, message, hint)
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
