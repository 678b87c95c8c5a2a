package procedure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// sample is a small definition that lints clean; TestSampleIsClean says so.
const sample = `motcua: 1
code: "1.000001"
name: Thủ tục mẫu
field: mau
level: commune
agency: ubnd-xa
documents:
  - {id: don, name: Đơn, originals: 1}
  - {id: trich-do, name: Mảnh trích đo, originals: 1, when: parcel.remeasure}
  - {id: uy-quyen, name: Giấy ủy quyền, copies: 1, required: false}
  - {id: xac-nhan, name: Xác nhận địa bàn, copies: 1, required: mien-nui}
results: [{id: kq, name: Kết quả, code: "KQ.1"}]
facts:
  - {name: parcel.region, type: string, values: [plain, mountain, island], default: plain}
  - {name: parcel.remeasure, type: bool, default: false}
  - {name: parcel.floors, type: int, values: [1, 2, 3]}
limit: 2wd
limit-when:
  - {rule: mien-nui, add: 10wd, when: 'parcel.region in ["mountain", "island"]', ground: mẫu}
reductions: [cut-20]
supplement: {answer: 15d}
steps:
  - {id: tiep-nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 0.5wd}
  - {id: xu-ly, name: Xử lý, role: chuyen-vien, agency: ubnd-xa, limit: 1wd, may: [supplement, send-back], outcomes: {dat: ky, tu-choi: tu-choi}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 0.5wd, outcomes: {duyet: [{to: tra-kq, when: parcel.floors < 3}, {to: van-thu, else: true}], lam-lai: xu-ly}, max-visits: 3}
  - {id: van-thu, name: Vào sổ, automatic: true, outcomes: {xong: tra-kq}}
  - {id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`

func compileSample(t *testing.T, text string) *procedure.Plan {
	t.Helper()
	d, found := procedure.Parse("mau.yaml", []byte(text))
	require.Empty(t, found)
	p, found := procedure.Compile(d, testShelf())
	require.Empty(t, found)
	return p
}

func TestSampleIsClean(t *testing.T) {
	t.Parallel()
	p := compileSample(t, sample)
	require.Len(t, p.Hash, 32)
	require.Equal(t, p.Hash, p.Exec.Plan)
	require.Equal(t, []string{"ky.duyet.1", "mien-nui"}, p.Exec.Conditions)
	step, ok := p.Exec.Step("xu-ly")
	require.True(t, ok)
	require.Empty(t, step.Agency, "the lead agency named by its type is the empty reference")
	require.Equal(t, 3, step.MaxVisits, "a loop enters it")
	require.Equal(t, []string{procedure.MaySupplement, procedure.MaySendBack}, step.May)
	first, _ := p.Exec.Step("tiep-nhan")
	require.Equal(t, []procedure.Outcome{{Name: procedure.DefaultOutcome, Edges: []procedure.Edge{{To: "xu-ly"}}}}, first.Outcomes)
	require.Zero(t, first.MaxVisits)
	require.Equal(t, procedure.EffectRestart, p.Exec.Supplement.Effect)
	require.Equal(t, "3wd", p.Exec.Supplement.Within.String())
	require.Equal(t, "8wh", p.Exec.Supplement.Check.String())
	require.Len(t, p.Exec.Intake.Limits, 2)
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	steps := func(n int) string {
		var b strings.Builder
		b.WriteString("motcua: 1\nsteps:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {id: s%d, name: S, role: r}\n", i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"steps":      steps(2001),
		"bytes":      "name: " + strings.Repeat("a", 1<<20),
		"edges":      "steps:\n  - {id: a, outcomes: {x: [" + strings.Repeat("a, ", 7000) + "a]}}\n",
		"reductions": "reductions: [" + strings.Repeat("a, ", 200) + "a]\n",
	} {
		d, found := procedure.Parse("f.yaml", []byte(text))
		require.Nil(t, d, name)
		require.Contains(t, found.Error(), "[too-large]", name)
	}
	for name, text := range map[string]string{
		"depth":    strings.Repeat("[", 1000),
		"block":    strings.Repeat("- ", 1000) + "a",
		"empty":    "",
		"comment":  "# nothing\n",
		"two":      "a: 1\n---\nb: 1\n",
		"list":     "- a\n",
		"not utf8": "name: \xff\xfe",
		"bomb":     "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
	} {
		_, found := procedure.Parse("f.yaml", []byte(text))
		require.True(t, found.HasErrors(), name)
	}
	d, found := procedure.Parse("f.yaml", []byte(steps(2000)))
	require.NotNil(t, d)
	require.NotContains(t, found.Error(), "too-large")
	require.NotPanics(t, func() { procedure.Lint(d, nil) })
}

func TestDiagnosticString(t *testing.T) {
	t.Parallel()
	d := procedure.Diagnostic{File: "a.yaml", Line: 3, Col: 7, Severity: procedure.SeverityError, Rule: "unknown-key", Message: "không có khóa", Hint: "có phải là limit?"}
	require.Equal(t, "a.yaml:3:7: không có khóa [unknown-key]\n    hint: có phải là limit?", d.String())
	d.Severity, d.Hint = procedure.SeverityWarning, ""
	require.Equal(t, "a.yaml:3:7: cảnh báo: không có khóa [unknown-key]", d.String())
	text, err := d.Severity.MarshalText()
	require.NoError(t, err)
	var s procedure.Severity
	require.NoError(t, s.UnmarshalText(text))
	require.Equal(t, d.Severity, s)
}
