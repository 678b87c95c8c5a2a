package procedure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"motcua/procedure"
)

// TestFix: each repair in a definition that is clean but for it, comments and layout kept.
func TestFix(t *testing.T) {
	t.Parallel()
	decomposed := norm.NFD.String("Tiếp nhận")
	const inLine, onLines = "    values: [plain, mountain, island]", "    values:\n      - plain\n      - mountain\n      - island"
	clean := "# Chú thích # ở đây\n" + strings.NewReplacer("id: kq,", "id: ket-qua,", "results: [kq]", "results: [ket-qua]",
		"  - {name: parcel.region, type: string, values: [plain, mountain, island], default: plain}\n",
		"  - name: parcel.region\n    type: string\n"+inLine+"\n    default: plain\n").Replace(sample)
	require.Empty(t, lintText(clean, testShelf()))
	for name, c := range map[string]struct{ rule, clean, broken, mended string }{
		"code without quotes":            {"bad-code", `code: "1.000001"`, `code: 1.000001`, ""},
		"code with a comment":            {"bad-code", `code: "1.000001"`, `code: 1.000001   # mã`, `code: "1.000001"   # mã`},
		"code inside brackets":           {"bad-code", `code: "KQ.1"}`, `code: 12.10}`, `code: "12.10"}`},
		"misspelt key":                   {"unknown-key", "level: commune", "levle: commune", ""},
		"misspelt key of a step":         {"unknown-key", "max-visits: 3", "maxvisits: 3", ""},
		"misspelt step":                  {"unknown-target", "dat: ky,", "dat: kyy,", "dat: ky,"},
		"misspelt step in a list":        {"unknown-target", "{to: tra-kq, when", "{to: tra-qk, when", ""},
		"misspelt result":                {"unknown-target", "results: [ket-qua]", "results: [ket-qa]", ""},
		"unit in words":                  {"bad-limit", "limit: 2wd", "limit: 2 ngày làm việc", ""},
		"unit in words, in quotes":       {"bad-limit", "limit: 1wd,", `limit: "1 ngày làm việc",`, `limit: "1wd",`},
		"unit in words, added":           {"bad-limit", "add: 10wd", "add: 10 Ngày làm việc", ""},
		"decomposed letters":             {"untidy-text", "name: Tiếp nhận", "name: " + decomposed, ""},
		"decomposed letters, in quotes":  {"untidy-text", "name: Tiếp nhận", "name: '" + decomposed + "'", "name: 'Tiếp nhận'"},
		"invisible sign":                 {"untidy-text", "name: Thủ tục mẫu", "name: \"Thủ\u200b tục\ufeff mẫu\"", `name: "Thủ tục mẫu"`},
		"stray spaces":                   {"untidy-text", "name: Xử lý", `name: " Xử  lý "`, `name: "Xử lý"`},
		"no-break space":                 {"untidy-text", "name: Xử lý", "name: Xử\u00a0lý", ""},
		"space that would make a key":    {"untidy-text", "name: Xử lý", "name: Xử:\u00a0lý", `name: "Xử: lý"`},
		"entry twice on a line":          {"duplicate-entry", "may: [supplement, send-back]", "may: [supplement, send-back, supplement , send-back]", ""},
		"entry twice on lines":           {"duplicate-entry", inLine, onLines + "\n      - mountain", onLines},
		"spaces at the end of a line":    {"untidy-text", "field: mau\n", "field: mau  \t\n", ""},
		"spaces at the end of a comment": {"untidy-text", "# ở đây", "# ở đây   ", ""},
		"reduction twice":                {"reduction-unknown", "reductions: [cut-20]", "reductions: [cut-20, cut-20]", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, clean, c.clean)
			broken, want := strings.Replace(clean, c.clean, c.broken, 1), clean
			if c.mended != "" {
				want = strings.Replace(clean, c.clean, c.mended, 1)
			}
			got, mended := procedure.Fix("f.yaml", []byte(broken), testShelf(), procedure.LintOptions{})
			require.Equal(t, want, string(got))
			require.NotEmpty(t, mended)
			for _, m := range mended {
				require.Equal(t, c.rule, m.Rule)
			}
			require.Empty(t, lintText(string(got), testShelf()))
		})
	}
}

// TestFixLeavesDoubtAlone: nothing is changed where more than one thing could be meant, or where the text would change.
func TestFixLeavesDoubtAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"two keys as near":           {"role: chuyen-vien, agency: ubnd-xa, limit", "roe: chuyen-vien, rolee: chuyen-vien, agency: ubnd-xa, limit"},
		"a key that is there":        {"level: commune", "level: commune\nlevell: commune"},
		"another figure":             {"dat: ky,", "dat: ky2,"},
		"a far word":                 {"dat: ky,", "dat: trinh-lanh-dao,"},
		"the step itself":            {"dat: ky,", "dat: xuly,"},
		"a limit in other words":     {"limit: 2wd", "limit: khoảng 2 ngày"},
		"spaces of a text of lines":  {"name: Thủ tục mẫu\n", "name: |\n  Thủ tục  \n  mẫu\n"},
		"spaces in folded quotes":    {"name: Thủ tục mẫu\n", "name: \"Thủ tục   \n  mẫu\"\n"},
		"an entry with a comment":    {"values: [1, 2, 3]}", "values:\n      [1,\n      2, # hai\n      2]}"},
		"a value that is not listed": {"level: commune\n", "level: commune\nonline: ful\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(sample, c[0], c[1], 1)
			require.NotEqual(t, sample, text)
			got, mended := procedure.Fix("f.yaml", []byte(text), testShelf(), procedure.LintOptions{})
			require.Empty(t, mended)
			require.Equal(t, text, string(got))
		})
	}
}

// TestFixWindowsLines: line ends stay what they are.
func TestFixWindowsLines(t *testing.T) {
	t.Parallel()
	broken := strings.ReplaceAll(strings.Replace(sample, `code: "1.000001"`, "code: 1.000001  ", 1), "\n", "\r\n")
	got, mended := procedure.Fix("f.yaml", []byte(broken), testShelf(), procedure.LintOptions{})
	require.Len(t, mended, 2)
	require.Equal(t, strings.ReplaceAll(sample, "\n", "\r\n"), string(got))
}

// TestFixManySlips: more slips than a report shows are mended at once.
func TestFixManySlips(t *testing.T) {
	t.Parallel()
	text := strings.Replace(sample, "documents:\n", "documents:\n"+strings.Repeat("  - {id: x%d, name: \"A  B\", copies: 1}\n", 300), 1)
	for i := range 300 {
		text = strings.Replace(text, "x%d", fmt.Sprintf("x%d", i), 1)
	}
	got, mended := procedure.Fix("f.yaml", []byte(text), testShelf(), procedure.LintOptions{})
	require.Len(t, mended, 300)
	require.Empty(t, lintText(string(got), testShelf()))
}

func lintText(text string, s *procedure.Shelf) procedure.Diagnostics {
	return procedure.Check("f.yaml", []byte(text), s, procedure.LintOptions{})
}

// requireSafe: mended once more nothing changes, nothing gets worse, and only the rules that say so mend.
func requireSafe(t require.TestingT, data []byte) {
	count := func(data []byte) (errors, all int) {
		for _, f := range lintText(string(data), testShelf()) {
			if all++; f.Severity == procedure.SeverityError {
				errors++
			}
		}
		return errors, all
	}
	once, mended := procedure.Fix("f.yaml", data, testShelf(), procedure.LintOptions{})
	twice, more := procedure.Fix("f.yaml", once, testShelf(), procedure.LintOptions{})
	require.Equal(t, string(once), string(twice))
	require.Empty(t, more)
	require.Equal(t, len(mended) > 0, string(once) != string(data))
	require.True(t, utf8.Valid(once) || !utf8.Valid(data))
	errorsBefore, before := count(data)
	errorsAfter, after := count(once)
	require.LessOrEqual(t, errorsAfter, errorsBefore, "%s", once)
	require.LessOrEqual(t, after, before, "%s", once)
	for _, m := range mended {
		require.True(t, slices.ContainsFunc(procedure.Rules(), func(r procedure.Rule) bool { return r.ID == m.Rule && r.Fixable }), m.Rule)
	}
}

func TestFixIsSafe(t *testing.T) {
	t.Parallel()
	for _, glob := range []string{"testdata/err/*.yaml", "../library/procedures/*.yaml"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			t.Run(filepath.Base(file), func(t *testing.T) { requireSafe(t, data) })
		}
	}
}
