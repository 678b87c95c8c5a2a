package procedure_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// edited is the sample with one text replaced by another, pair after pair.
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	text := sample
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// rulesOf are the rules of the findings, each once, in the order of the file.
func rulesOf(found procedure.Diagnostics) []string {
	rules := []string{}
	seen := map[string]bool{}
	for _, f := range found {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

func lintOn(t *testing.T, text, on string) procedure.Diagnostics {
	t.Helper()
	o := procedure.LintOptions{}
	if on != "" {
		o.On = noon(on)
	}
	return procedure.Check("f.yaml", []byte(text), testShelf(), o)
}

// The boundary of domain.md §8.1: 11 working days are cut to 8 or less, 10 are not cut; only working days, of what the
// province decides, at whatever level.
func TestTwentyPercentBoundary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		level, limit, reductions, on string
		want                         bool
	}{
		{"province", "10wd", "", "", false},
		{"province", "11wd", "", "", true},
		{"commune", "11wd", "", "", true},
		{"ministry", "11wd", "", "", false}, // the province decides nothing there
		{"province", "11d", "", "", false},
		{"province", "88wh", "", "", false},
		{"province", "11wd", "reductions: [cut-20]", "", false},
		{"province", "11wd", "reductions: [cut-20]", "2025-12-31", false},
		{"province", "11wd", "reductions: [cut-20]", "2026-01-01", true}, // it ended the day before
		{"province", "11wd", "reductions: [{rule: a, decision: m, from: 2024-01-01, set: 8wd}]", "", false},
		{"province", "11wd", "reductions: [{rule: a, decision: m, from: 2024-01-01, set: 9wd}]", "", true},
		{"province", "12wd", "reductions: [{rule: a, decision: m, from: 2024-01-01, set: 9wd}]", "", false},
	} {
		text := edited(t, "level: commune", "level: "+c.level, "limit: 2wd\n", "limit: "+c.limit+"\n",
			"reductions: [cut-20]\n", strings.TrimSuffix(c.reductions+"\n", "\n\n"))
		text = strings.Replace(text, "limit-when:\n", "", 1)
		text = strings.Replace(text, "  - {rule: mien-nui, add: 10wd, when: 'parcel.region in [\"mountain\", \"island\"]', ground: mẫu}\n", "", 1)
		text = strings.Replace(text, ", required: mien-nui}", "}", 1)
		text = strings.Replace(text, "\n\n", "\n", 1)
		found := lintOn(t, text, c.on)
		if c.want {
			require.Contains(t, rulesOf(found), "twenty-percent", "%+v", c)
		} else {
			require.NotContains(t, rulesOf(found), "twenty-percent", "%+v: %s", c, found)
		}
	}
}

// The source of domain.md §5.5C: steps of 0.5 + 6 + 1 + 0.5 working days under a limit of 5. It cannot be published.
func TestStepsBeyondTheLimitAreNeverPublished(t *testing.T) {
	t.Parallel()
	text := `motcua: 1
code: "1.012783"
name: Cấp đổi Giấy chứng nhận
field: dat-dai
level: province
agency: vpdk-chi-nhanh
results: [{id: gcn, name: Giấy chứng nhận}]
limit: 5wd
steps:
  - {id: tiep-nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 0.5wd}
  - {id: tham-dinh, name: Thẩm định, role: chuyen-vien, limit: 6wd, outcomes: {dat: thue, tu-choi: tu-choi}}
  - {id: thue, name: Thuế, role: can-bo-thue, agency: co-quan-thue, limit: 5d, wait: act, leg: tax, clock: excluded, bound: 5d, ground: mẫu}
  - {id: nop-tien, name: Nộp tiền, wait: payment, leg: payment, clock: excluded, ground: mẫu, expires: 30d}
  - {id: ky, name: Ký, role: lanh-dao, limit: 1wd}
  - {id: chuyen, name: Chuyển, role: van-thu, limit: 0.5wd}
  - {id: tra-kq, name: Trả, role: mot-cua, agency: receiving, return: true, results: [gcn]}
  - {id: tu-choi, name: Từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`
	d, found := procedure.Parse("f.yaml", []byte(text))
	require.Empty(t, found)
	p, found := procedure.Compile(d, testShelf())
	require.Nil(t, p)
	require.Len(t, found, 1)
	require.Equal(t, "steps-over-limit", found[0].Rule)
	require.Equal(t, procedure.SeverityError, found[0].Severity)
	require.Contains(t, found[0].Message, "đường dài nhất cần 8wd, thời hạn cam kết 5wd: tiep-nhan 0.5wd → tham-dinh 6wd → thue → nop-tien → ky 1wd → chuyen 0.5wd → tra-kq")
	require.Contains(t, found[0].Message, "người nộp có thể chờ 8wd + 35d")

	// The same as data.
	require.NotNil(t, found[0].Path)
	line, err := json.Marshal(found[0])
	require.NoError(t, err)
	var back procedure.Diagnostic
	require.NoError(t, json.Unmarshal(line, &back))
	require.Equal(t, 8*480, back.Path.Counted)
	require.Equal(t, 5*480, back.Path.Most)
	require.Equal(t, "8wd", back.Path.MayWait[0].String())
	require.Equal(t, "35d", back.Path.MayWait[1].String())
}

// A limit is proven on every later date too, whatever the date of the check.
func TestLimitsAreProvenAtEveryReduction(t *testing.T) {
	t.Parallel()
	text := edited(t, "reductions: [cut-20]", "reductions: [{rule: sau-nay, decision: mẫu, from: 2027-01-01, set: 1wd}]")
	for _, on := range []string{"", "2025-01-01", "2026-12-31"} {
		require.Contains(t, lintOn(t, text, on).Error(), "thời hạn cam kết 1wd (sau-nay)", on)
	}
	past := strings.Replace(text, "from: 2027-01-01", "from: 2024-01-01, to: 2024-06-30", 1)
	require.Contains(t, rulesOf(lintOn(t, past, "")), "steps-over-limit")
	require.NotContains(t, rulesOf(lintOn(t, past, "2025-01-01")), "steps-over-limit")
}

func TestFeeAndBasisByDate(t *testing.T) {
	t.Parallel()
	text := edited(t, "results:", "fees: [{id: phi, name: Phí, amount: 1, until: 2025-12-31}]\nlegal-basis: [{document: NĐ 1, from: 2024-01-01, until: 2025-12-31}]\nresults:")
	require.Empty(t, lintOn(t, text, "2025-12-31"))
	require.ElementsMatch(t, []string{"fee-expired", "basis-repealed", "reduction-without-effect"}, rulesOf(lintOn(t, text, "2026-01-01")))
	d, _ := procedure.Parse("f.yaml", []byte(text))
	p, _ := procedure.CompileWith(d, testShelf(), procedure.LintOptions{On: noon("2026-01-01")})
	require.Nil(t, p, "what is out of date on the day cannot be published on it")
	p, found := procedure.CompileWith(d, testShelf(), procedure.LintOptions{On: noon("2025-12-31")})
	require.NotNil(t, p, found)
}

// An apology is possible up to the working day before a day limit's due date, and up to the instant of a short one.
func TestApologyBoundary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit, place string
		want         bool
	}{
		{"2wd", "before: 1wd", false}, {"2wd", "before: 0.5wd", true}, {"2wd", "before: 8wh", true}, {"2wd", "before: 9wh", false},
		{"2wd", "before: 23h", true}, {"2wd", "before: 24h", false}, {"2wd", "share: 80", false}, {"2wd", "at-due: true", true}, {"2wd", "after: 1wh", true},
		{"1wd", "before: 1wh", false}, {"8wh", "before: 1wh", false}, {"9wh", "before: 1wh", true}, {"1mo", "before: 1wh", true},
	} {
		text := edited(t, "limit: 2wd\n", "limit: "+c.limit+"\n", "escalation: standard", "escalation:\n  - {id: nhac, on: dossier, share: 10, to: [assignee], do: [notify]}\n  - {id: xin-loi, on: dossier, "+c.place+", to: [one_stop], do: [propose_apology]}")
		text = strings.Replace(text, "limit-when:\n  - {rule: mien-nui, add: 10wd, when: 'parcel.region in [\"mountain\", \"island\"]', ground: mẫu}\n", "", 1)
		text = strings.Replace(text, ", required: mien-nui}", "}", 1)
		rules := rulesOf(lintOn(t, text, ""))
		if c.want {
			require.Contains(t, rules, "apology-late", "%+v", c)
		} else {
			require.NotContains(t, rules, "apology-late", "%+v", c)
		}
	}
}

// A rung counted back from the due instant fires where the limit leaves room for it: the day of receipt belongs to a day limit.
func TestRungBoundary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit, before string
		want          bool
	}{
		{"12wd", "12wd", false}, {"12wd", "13wd", false}, {"12wd", "14wd", true}, {"12wd", "3mo", true}, {"4wh", "4wh", true}, {"4wh", "3wh", false},
	} {
		text := edited(t, "limit: 2wd\n", "limit: "+c.limit+"\n", "escalation: standard", "escalation: [{id: nhac, on: dossier, before: "+c.before+", to: [assignee], do: [notify]}]",
			"add: 10wd", "set: 30wd")
		rules := rulesOf(lintOn(t, text, "2026-07-01"))
		if c.want {
			require.Contains(t, rules, "rung-never-fires", "%+v", c)
		} else {
			require.NotContains(t, rules, "rung-never-fires", "%+v", c)
		}
	}
}

// A published procedure says all components of NĐ 63/2010 Đ8; each missing one blocks publication, a draft may lack them.
func TestComponentsOfPublishedProcedures(t *testing.T) {
	t.Parallel()
	whole := edited(t, "documents:", "published: {decision: 1/QĐ-UBND}\nmanner: [counter]\nsubjects: [Công dân Việt Nam]\nlegal-basis: [{document: Luật mẫu}]\ndocuments:")
	require.Empty(t, lintOn(t, whole, ""))
	for part, severity := range map[string]procedure.Severity{
		"manner: [counter]\n": procedure.SeverityError, "subjects: [Công dân Việt Nam]\n": procedure.SeverityError,
		"legal-basis: [{document: Luật mẫu}]\n": procedure.SeverityWarning,
	} {
		found := lintOn(t, strings.Replace(whole, part, "", 1), "")
		require.Equal(t, []string{"missing-component"}, rulesOf(found), part)
		require.Equal(t, severity, found[0].Severity, part)
		require.Empty(t, lintOn(t, strings.Replace(strings.Replace(whole, part, "", 1), "published: {decision: 1/QĐ-UBND}\n", "", 1), ""), "a draft")
	}
	found := lintOn(t, strings.Replace(whole, "name: Đơn, originals: 1", "name: Đơn", 1), "")
	require.Equal(t, []string{"missing-component"}, rulesOf(found))
	_, rest, _ := strings.Cut(whole, "documents:\n")
	_, rest, _ = strings.Cut(rest, "results:")
	head, _, _ := strings.Cut(whole, "documents:\n")
	found = lintOn(t, head+"results:"+rest, "")
	require.Contains(t, found.Error(), "thành phần hồ sơ")
}

// Papers are judged only where steps say which ones they use.
func TestPapersUsed(t *testing.T) {
	t.Parallel()
	require.Empty(t, lintOn(t, edited(t, "limit: 0.5wd}", "limit: 0.5wd, uses: [don, trich-do, uy-quyen, xac-nhan]}"), ""))
	found := lintOn(t, edited(t, "limit: 0.5wd}", "limit: 0.5wd, uses: [don, trich-do]}"), "")
	require.Len(t, found, 2)
	require.Equal(t, []string{"paper-never-used"}, rulesOf(found))
	p := compileSample(t, edited(t, "limit: 0.5wd}", "limit: 0.5wd, uses: [don, trich-do, uy-quyen, xac-nhan]}"))
	text, ok := p.StepText("tiep-nhan")
	require.True(t, ok)
	require.Equal(t, []string{"don", "trich-do", "uy-quyen", "xac-nhan"}, text.Uses)
}

// Whatever order the file has, the same findings come out in the same order.
func TestFindingsAreStable(t *testing.T) {
	t.Parallel()
	text := edited(t, "dat: ky", "dat: kyy", "results: [{id: kq", "fees: [{id: phi, name: Phí, amount: 1, online: 2}]\nresults: [{id: kq")
	want := fmt.Sprint(lintOn(t, text, ""))
	for range 20 {
		require.Equal(t, want, fmt.Sprint(lintOn(t, text, "")))
	}
}

// What cannot be tried out is not proven, and what is not proven is not published: of eleven conditions on an endless fact,
// three must come together for the three detours that the limit does not hold.
func TestUnprovenLimitsAreNotPublished(t *testing.T) {
	t.Parallel()
	definition := func(n int, values string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "motcua: 1\ncode: \"1.1\"\nname: a\nfield: a\nlevel: commune\nagency: a\nresults: [{id: kq, name: a}]\nfacts: [{name: fact, type: int, %sdefault: 0}]\nlimit: 3wd\nsteps:\n", values)
		for i := range n {
			to, otherwise := fmt.Sprintf("a%d", i+1), fmt.Sprintf("a%d", i+1)
			switch i {
			case 3, 5:
				to = fmt.Sprintf("lau-%d", i)
			case 8:
				otherwise = "lau-8"
			}
			fmt.Fprintf(&b, "  - {id: a%d, name: a, automatic: true, outcomes: {x: [{to: %s, when: fact > %d}, {to: %s, else: true}]}}\n", i, to, i, otherwise)
			if i == 3 || i == 5 || i == 8 {
				fmt.Fprintf(&b, "  - {id: lau-%d, name: a, role: r, limit: 1wd, outcomes: {x: a%d}}\n", i, i+1)
			}
		}
		fmt.Fprintf(&b, "  - {id: a%d, name: a, role: r, limit: 0.5wd, outcomes: {x: tra, y: tu-choi}}\n", n)
		b.WriteString("  - {id: tra, name: a, role: r, return: true, results: [kq]}\n  - {id: tu-choi, name: a, role: r, return: true, refusal: true}\nescalation: standard\n")
		return b.String()
	}
	require.Equal(t, []string{"steps-over-limit"}, rulesOf(lintOn(t, definition(10, ""), "")))
	require.Contains(t, rulesOf(lintOn(t, definition(11, ""), "")), "too-many-cases")
	// With its values declared, the fact decides: between 5 and 8 it leads through all three.
	require.Contains(t, rulesOf(lintOn(t, definition(11, "values: [0, 6, 20], "), "")), "steps-over-limit")
	found := lintOn(t, definition(11, "values: [0, 5, 20], "), "")
	require.False(t, found.HasErrors(), "%s", found)
}

// An amount in another unit than the limit that it would be added to has no sum: such a limit is no plan, also where an earlier
// rule set the limit, and also in a part of a merged procedure.
func TestCompileRefusesSumsOfDifferentUnits(t *testing.T) {
	t.Parallel()
	after := edited(t, "limit-when:\n", "limit-when:\n  - {rule: dat-ngay, set: 20d, when: 'parcel.region == \"island\"', ground: mẫu}\n")
	merged := mergedSample(t, "{rule: mien-nui, add: 3d, when: x, ground: mẫu}")
	for name, text := range map[string]string{"after a set": after, "in a part": merged} {
		d, found := procedure.Parse("f.yaml", []byte(text))
		require.False(t, found.HasErrors(), "%s: %s", name, found)
		p, found := procedure.Compile(d, testShelf())
		require.Nil(t, p, name)
		require.Contains(t, found.Error(), "khác đơn vị [bad-variant]", name)
	}
	d, found := procedure.Parse("f.yaml", []byte(mergedSample(t, "{rule: mien-nui, add: 3wd, when: x, ground: mẫu}")))
	require.False(t, found.HasErrors(), found.Error())
	p, found := procedure.Compile(d, testShelf())
	require.NotNil(t, p, found.Error())
}

// mergedSample is the merged procedure of the fixtures, its first part with a variant.
func mergedSample(t *testing.T, variant string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/err/merged-outdated.yaml")
	require.NoError(t, err)
	text := strings.Replace(string(data), "merged:", "facts: [{name: x, type: bool, default: false}]\nmerged:", 1)
	require.Contains(t, text, "limit: 5wd}")
	return strings.Replace(text, "limit: 5wd}", "limit: 5wd, limit-when: ["+variant+"]}", 1)
}
