package procedure_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

func limitOf(s string) calendar.Limit { return calendar.MustLimit(s) }

// shipped is the province's rule as it stands on the library's shelf.
func shippedCut20(t *testing.T) procedure.Reduction {
	t.Helper()
	data, err := os.ReadFile("../library/rules/reductions.yaml")
	require.NoError(t, err)
	s, found := procedure.ParseShelf("reductions.yaml", data)
	require.Empty(t, found)
	return s.Reductions["cut-20"]
}

// The table of domain.md §8.1 with the shipped rule: what is allowed at most after the cut, and the least cut; 10 is not cut, 11 is.
func TestShippedRuleByTheTable(t *testing.T) {
	t.Parallel()
	rule := shippedCut20(t)
	require.Equal(t, &procedure.Rounding{Way: procedure.RoundFloor, Step: limitOf("1wd"), Confidence: "sample", Source: rule.Rounding.Source}, rule.Rounding)
	require.Contains(t, rule.Rounding.Vietnamese(), "chưa xác minh", "no document on rounding was found: it is ours, and says so")
	statutory := []int{11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 23, 25, 30, 33, 35, 45, 50, 60, 80}
	allowed := []int{8, 9, 10, 11, 12, 12, 13, 14, 16, 17, 18, 20, 24, 26, 28, 36, 40, 48, 64}
	cuts := []int{3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 7, 7, 9, 10, 12, 16}
	commit := func(l calendar.Limit) procedure.Commitment {
		x := &procedure.Executable{Limit: l, Reductions: []procedure.Reduction{rule}}
		return x.Commit(nil, "online", noon("2025-07-01"))
	}
	for i, n := range statutory {
		c := commit(calendar.Limit{Hundredths: n * 100, Unit: calendar.WorkingDay})
		require.Equal(t, allowed[i]*100, c.Committed.Hundredths, n)
		require.Equal(t, cuts[i]*100, c.Legal.Hundredths-c.Committed.Hundredths, n)
		require.Len(t, c.Lines, 1)
	}
	for n := 1; n <= 10; n++ {
		c := commit(calendar.Limit{Hundredths: n * 100, Unit: calendar.WorkingDay})
		require.Equal(t, c.Legal, c.Committed, n)
		require.Empty(t, c.Lines)
	}
	for _, other := range []string{"30d", "2mo", "88wh", "240h"} {
		require.Equal(t, other, commit(limitOf(other)).Committed.String(), "working days only")
	}
}

func TestRounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		legal   string
		percent int
		way     string
		step    string
		want    string
	}{
		{"12wd", 20, procedure.RoundFloor, "", "9wd"}, {"12wd", 20, procedure.RoundCeil, "", "10wd"}, {"12wd", 20, procedure.RoundHalf, "", "10wd"},
		{"11wd", 50, procedure.RoundHalf, "1wd", "6wd"}, {"13wd", 20, procedure.RoundHalf, "1wd", "10wd"}, {"15wd", 20, procedure.RoundCeil, "1wd", "12wd"},
		{"33wd", 20, procedure.RoundFloor, "5wd", "25wd"}, {"33wd", 20, procedure.RoundCeil, "5wd", "30wd"}, {"33wd", 20, procedure.RoundHalf, "5wd", "25wd"},
		{"12d", 20, procedure.RoundFloor, "1wd", "12d"}, {"12d", 20, procedure.RoundFloor, "", "9d"}, {"24wh", 30, procedure.RoundCeil, "1wh", "17wh"},
		{"1wd", 20, procedure.RoundFloor, "1wd", "1wd"}, {"1wd", 20, procedure.RoundCeil, "1wd", "1wd"},
	} {
		r := procedure.Reduction{Rule: "r", Decision: "d", From: "2024-01-01", CutPercent: c.percent, Rounding: &procedure.Rounding{Way: c.way}}
		if c.step != "" {
			r.Rounding.Step = limitOf(c.step)
		}
		x := &procedure.Executable{Limit: limitOf(c.legal), Reductions: []procedure.Reduction{r}}
		require.Equal(t, c.want, x.Commit(nil, "online", noon("2025-07-01")).Committed.String(), "%+v", c)
	}
}

func TestReductionScopeOfACase(t *testing.T) {
	t.Parallel()
	rule := procedure.Reduction{Rule: "bot", Decision: "9/QĐ", From: "2025-01-01", To: "2025-12-31", Above: limitOf("10wd"), UpTo: limitOf("20wd"),
		Channels: []string{"online"}, Agencies: []string{"H99.31", "H99.32"}, When: "reduction.bot", Cut: limitOf("2wd")}
	fits := procedure.Case{Conditions: []string{"reduction.bot"}, Channel: "online", Lead: "H99.32", At: noon("2025-07-01")}
	for name, c := range map[string]struct {
		limit string
		edit  func(k *procedure.Case)
		why   string
	}{
		"all of it":         {"15wd", func(*procedure.Case) {}, ""},
		"exactly above":     {"10wd", func(*procedure.Case) {}, procedure.OtherLimit},
		"just above":        {"11wd", func(*procedure.Case) {}, ""},
		"exactly up to":     {"20wd", func(*procedure.Case) {}, ""},
		"beyond up to":      {"21wd", func(*procedure.Case) {}, procedure.OtherLimit},
		"another unit":      {"15d", func(*procedure.Case) {}, procedure.OtherLimit},
		"another channel":   {"15wd", func(k *procedure.Case) { k.Channel = "counter" }, procedure.OtherChannel},
		"a linked dossier":  {"15wd", func(k *procedure.Case) { k.Channel = "linked" }, procedure.OtherChannel},
		"another agency":    {"15wd", func(k *procedure.Case) { k.Lead = "H99.14" }, procedure.OtherAgency},
		"no agency":         {"15wd", func(k *procedure.Case) { k.Lead = "" }, procedure.OtherAgency},
		"without condition": {"15wd", func(k *procedure.Case) { k.Conditions = []string{"bot"} }, procedure.OtherCase},
		"the day before":    {"15wd", func(k *procedure.Case) { k.At = noon("2024-12-31") }, procedure.NotYet},
		"the first day":     {"15wd", func(k *procedure.Case) { k.At = noon("2025-01-01") }, ""},
		"the last day":      {"15wd", func(k *procedure.Case) { k.At = noon("2025-12-31") }, ""},
		"the day after":     {"15wd", func(k *procedure.Case) { k.At = noon("2026-01-01") }, procedure.NoLonger},
		"ended by decision": {"15wd", func(k *procedure.Case) {
			k.Ended = []procedure.Ending{{Rule: "khac", Last: "2025-01-01"}, {Rule: "bot", Last: "2025-06-30"}}
		}, procedure.EndedSince},
		"ends this day":      {"15wd", func(k *procedure.Case) { k.Ended = []procedure.Ending{{Rule: "bot", Last: "2025-07-01"}} }, ""},
		"another rule ended": {"15wd", func(k *procedure.Case) { k.Ended = []procedure.Ending{{Rule: "khac", Last: "2025-01-01"}} }, ""},
	} {
		k := fits
		c.edit(&k)
		x := &procedure.Executable{Limit: limitOf(c.limit), Reductions: []procedure.Reduction{rule}}
		got, passed := x.CommitCase(k), x.PassedOver(k)
		if c.why == "" {
			require.Equal(t, got.Legal.Hundredths-200, got.Committed.Hundredths, name)
			require.Empty(t, passed, name)
			continue
		}
		require.Equal(t, c.limit, got.Committed.String(), name)
		require.Empty(t, got.Lines, name)
		require.Len(t, passed, 1, name)
		require.Equal(t, c.why, passed[0].Why, name)
		require.NotEqual(t, c.why, passed[0].Text, "%s is told in words", name)
	}
}

// Sub-limits that the law fixes are what no reduction goes below.
func TestReductionStopsAtMandatorySubLimits(t *testing.T) {
	t.Parallel()
	cut := procedure.Reduction{Rule: "r", Decision: "d", From: "2024-01-01", CutPercent: 50}
	x := &procedure.Executable{Limit: limitOf("20wd"), Reductions: []procedure.Reduction{cut},
		SubLimits: []procedure.SubLimit{{ID: "a", Limit: limitOf("10wd"), Ground: "luật"}, {ID: "b", Limit: limitOf("20wh"), Ground: "luật"}}}
	c := x.Commit(nil, "online", noon("2025-07-01"))
	require.Equal(t, "13wd", c.Committed.String(), "10wd and 20wh are twelve and a half days, so thirteen whole ones")
	require.Equal(t, "13wd", c.Lines[0].Floor.String())
	require.Contains(t, strings.Join(c.Walk(), "\n"), "tổng các thời hạn thành phần bắt buộc (13 ngày làm việc)")

	x.SubLimits = x.SubLimits[:1]
	c = x.Commit(nil, "online", noon("2025-07-01"))
	require.Equal(t, "10wd", c.Committed.String())
	require.True(t, c.Lines[0].Floor.IsZero(), "it was not held back")

	x.SubLimits[0].Limit = limitOf("20wd")
	k := procedure.Case{At: noon("2025-07-01")}
	require.Equal(t, "20wd", x.CommitCase(k).Committed.String())
	require.Equal(t, procedure.HeldBySubLimits, x.PassedOver(k)[0].Why)
}

const stacked = `motcua: 1
code: "1.000001"
name: Thủ tục mẫu
field: ho-tich
level: commune
agency: ubnd-xa
facts: [{name: nhanh, type: bool, default: false}]
results: [{id: kq, name: Kết quả}]
limit: 12wd
reductions: %s
steps:
  - {id: tiep-nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 0.5wd}
  - {id: xu-ly, name: Xử lý, role: chuyen-vien, limit: %s, outcomes: {dat: ky, tu-choi: tu-choi}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 0.5wd}
  - {id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`

func stackedShelf(t *testing.T) *procedure.Shelf {
	t.Helper()
	s, found := procedure.ParseShelf("gia.yaml", []byte(`reductions:
  giam-20: {decision: 1/QĐ, decision-date: 2024-01-02, signer: Nguyễn Văn A, order: 1, from: 2024-02-01, above: 10wd, cut-percent: 20, rounding: {way: floor, step: 1wd}}
  nhanh: {decision: 2/QĐ, order: 2, from: 2024-02-01, above: 10wd, cut: 2wd, fields: [ho-tich], when: nhanh}
  rieng: {decision: 3/QĐ, order: 3, from: 2024-02-01, cut: 1wd, agencies: [H99.31]}
  loai: {decision: 4/QĐ, order: 4, from: 2026-02-01, set: 8wd, agencies: [ubnd-xa]}
`))
	require.Empty(t, found)
	whole := testShelf()
	for name, r := range s.Reductions {
		whole.Reductions[name] = r
	}
	return whole
}

// Rules stack in the order of their decisions, whatever the file's; the scope of a later one is the legal limit's class, which an
// earlier one does not change; the walk tells each line with its decision.
func TestReductionsStack(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("%s\nsteps", "[loai, rieng, nhanh, giam-20]\nsteps", "limit: %s", "limit: 5wd").Replace(stacked)
	d, found := procedure.Parse("a.yaml", []byte(text))
	require.Empty(t, found)
	p, found := procedure.Compile(d, stackedShelf(t))
	require.NotNil(t, p, found)
	require.NotEmpty(t, found)
	require.Equal(t, "reduction-order", found[len(found)-1].Rule)
	var order []string
	for _, r := range p.Exec.Reductions {
		order = append(order, r.Rule)
		require.Empty(t, r.Fields, "what the definition decides has been judged")
		require.Zero(t, r.Order)
	}
	require.Equal(t, []string{"giam-20", "nhanh", "rieng", "loai"}, order)
	require.Empty(t, p.Exec.Reductions[3].Agencies, "the type of agency that leads every dossier")
	require.Equal(t, []string{"reduction.nhanh"}, p.Exec.Conditions)

	holds, err := p.Evaluate(map[string]any{"nhanh": true})
	require.NoError(t, err)
	require.Equal(t, []string{"reduction.nhanh"}, holds)
	at := noon("2025-07-01")
	for _, c := range []struct {
		holds      []string
		lead, want string
	}{{nil, "H99.32", "9wd"}, {holds, "H99.32", "7wd"}, {nil, "H99.31", "8wd"}, {holds, "H99.31", "6wd"}} {
		require.Equal(t, c.want, p.Exec.CommitCase(procedure.Case{Conditions: c.holds, Channel: "post", Lead: c.lead, At: at}).Committed.String(), c)
	}
	require.Equal(t, "8wd", p.Exec.CommitCase(procedure.Case{Lead: "H99.32", At: noon("2026-02-01")}).Committed.String())
	walk := p.Exec.CommitCase(procedure.Case{Conditions: holds, Channel: "post", Lead: "H99.31", At: at})
	require.Equal(t, []string{
		"Thời hạn theo luật: 12 ngày làm việc",
		"Cắt giảm giam-20: 12 ngày làm việc bớt 20 % còn 9,6 ngày làm việc, làm tròn xuống theo bậc 1 ngày làm việc, được 9 ngày làm việc; theo 1/QĐ ngày 02/01/2024, người ký: Nguyễn Văn A",
		"Cắt giảm nhanh: 9 ngày làm việc còn 7 ngày làm việc; theo 2/QĐ",
		"Cắt giảm rieng: 7 ngày làm việc còn 6 ngày làm việc; theo 3/QĐ",
		"Thời hạn cam kết: 6 ngày làm việc, giảm 6 ngày làm việc so với luật",
	}, walk.Walk())
	data, err := json.Marshal(walk)
	require.NoError(t, err)
	var kept procedure.Commitment
	require.NoError(t, json.Unmarshal(data, &kept))
	require.Equal(t, walk.Walk(), kept.Walk(), "what an event keeps tells the same")
}

// The least of all combinations of facts, agencies and dates is what the steps are held to.
func TestLimitsAreProvenForEveryScope(t *testing.T) {
	t.Parallel()
	fits := func(rules, work string) procedure.Diagnostics {
		text := strings.NewReplacer("%s\nsteps", rules+"\nsteps", "limit: %s", "limit: "+work).Replace(stacked)
		return procedure.Check("a.yaml", []byte(text), stackedShelf(t), procedure.LintOptions{})
	}
	all := "[giam-20, nhanh, rieng]"
	require.NotContains(t, rulesOf(fits(all, "5wd")), "steps-over-limit", "0.5 + 5 + 0.5 are the six days of the shortest case")
	found := fits(all, "5.5wd")
	require.Contains(t, rulesOf(found), "steps-over-limit")
	require.Contains(t, found.Error(), "(giam-20, nhanh, rieng)", "the case is named")
	require.NotContains(t, rulesOf(fits("[giam-20, nhanh]", "6wd")), "steps-over-limit")
	require.Contains(t, rulesOf(fits("[giam-20, nhanh]", "6.5wd")), "steps-over-limit", "the condition may hold")
	require.NotContains(t, rulesOf(fits("[giam-20, rieng]", "7wd")), "steps-over-limit")
	require.Contains(t, rulesOf(fits("[giam-20, rieng]", "7.5wd")), "steps-over-limit", "the agency may be that one")
	require.Contains(t, rulesOf(fits("[giam-20, loai]", "7.5wd")), "steps-over-limit", "on a later day")
	byPost := "[giam-20, {rule: post, decision: 5/QĐ, from: 2024-01-01, channels: [post], cut: 1wd}]"
	require.Contains(t, rulesOf(fits(byPost, "7.5wd")), "steps-over-limit", "by post")
	require.NotContains(t, rulesOf(fits(byPost, "7wd")), "steps-over-limit")
}

// A plan that was compiled before a rule could say more promises, and records, what it always did.
func TestOldPlansLeaveTheSameLines(t *testing.T) {
	t.Parallel()
	const plan = `{"code":"1","plan":"","limit":"12wd","reductions":[{"rule":"cut-20","decision":"m","from":"2023-01-30","above":"10wd","cut_percent":20},` +
		`{"rule":"lai","decision":"n","from":"2023-01-30","above":"10wd","cut":"1wd"}],"intake":{},"supplement":{"effect":"restart"},"start":"","steps":null}`
	x := new(procedure.Executable)
	require.NoError(t, json.Unmarshal([]byte(plan), x))
	again, err := json.Marshal(x)
	require.NoError(t, err)
	require.JSONEq(t, plan, string(again))
	require.True(t, bytes.Equal([]byte(plan), again), "to the byte: its hash is its name")
	line, err := json.Marshal(x.Commit(nil, "online", noon("2025-07-01")))
	require.NoError(t, err)
	require.True(t, bytes.Equal([]byte(`{"legal":"12wd","committed":"9wd","lines":[{"rule":"cut-20","kind":"reduction","from":"12wd","to":"9wd","ground":"m"}]}`), line),
		"the second rule judges by what the first left, as it did")
}

// What changed of a reduction is told in words, all of it.
func TestDiffOfReductions(t *testing.T) {
	t.Parallel()
	plan := func(rules string) *procedure.Plan {
		text := strings.NewReplacer("%s\nsteps", rules+"\nsub-limits: [{id: niem-yet, limit: 2wd, ground: Luật mẫu}]\nsteps", "limit: %s", "limit: 5wd").Replace(stacked)
		d, found := procedure.Parse("a.yaml", []byte(text))
		require.Empty(t, found)
		p, found := procedure.Compile(d, stackedShelf(t))
		require.NotNil(t, p, found)
		return p
	}
	const was = "[{rule: r, decision: 1/QĐ, from: 2024-01-01, cut-percent: 20, rounding: {way: floor}}]"
	const is = "[{rule: r, decision: 2/QĐ, decision-date: 2024-02-01, signer: A, from: 2024-01-01, to: 2030-12-31, above: 10wd, up-to: 20wd, channels: [post], agencies: [H99.31], when: nhanh, cut-percent: 25, rounding: {way: ceil, confidence: sample}}]"
	text := procedure.Diff(plan(was), plan(is)).String()
	for _, line := range []string{
		"cắt từ 20 % thành 25 %", "cách làm tròn từ làm tròn xuống thành làm tròn lên (cách làm tròn là lựa chọn của hệ thống, chưa xác minh)",
		"chỉ với thời hạn trên nay là 10 ngày làm việc", "chỉ với thời hạn đến hết nay là 20 ngày làm việc", "kênh nộp nay là post", "cơ quan nay là H99.31", "khi nay là nhanh",
		"đến ngày nay là 2030-12-31", "theo từ 1/QĐ thành 2/QĐ", "ngày quyết định nay là 2024-02-01", "người ký nay là A",
	} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, "{", "nothing is told as data")
}
