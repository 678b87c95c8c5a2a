package procedure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// seeds are the sample, every file that breaks a rule, the shipped definitions, and shapes that once were slow or wrong.
func seeds(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		sample, "", "#", "a: [", "motcua: 1", "? a\n: b\n", "steps: [{id: a, outcomes: {a: a}}]", "\ufeffmotcua: 1\n", "a: |\n  b \n", "a: >-\n  b\n\n  c\n",
		"code: 1.0\r\nname: a\r\n", "code: 'a''b'\n", "name: \"\\u0061\\t\"\n", "a: &a [*a]\n", "<<: {a: b}\n", "!!str a: b\n", "---\na: b\n...\n", "%YAML 1.2\n---\na: b\n",
		"limit: 7 ngày làm việc\nlimt: 7wd\n", "facts: [{name: a, type: }]\n", "may: [a, a, \"a\", 'a']\n", "name: \"a  b\u00a0c\u200b\"  \n",
	} {
		f.Add([]byte(text))
	}
	for _, glob := range []string{"testdata/err/*.yaml", "../library/procedures/*.yaml", "../library/rules/*.yaml"} {
		files, err := filepath.Glob(glob)
		require.NoError(f, err)
		require.NotEmpty(f, files)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
		}
	}
}

// requireSound says that findings are in bounds, in order, in place, and of known rules.
func requireSound(t require.TestingT, data []byte, found procedure.Diagnostics) {
	known := map[string]bool{}
	for _, r := range procedure.Rules() {
		known[r.ID] = true
	}
	require.LessOrEqual(t, len(found), 402, "a report of the parser and one of the linter")
	lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 4*strings.Count(string(data), "\u0085") + 2
	lines += strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029")
	for i, x := range found {
		require.Positive(t, x.Line)
		require.Positive(t, x.Col)
		require.LessOrEqual(t, x.Line, lines, "%s", x)
		require.True(t, known[x.Rule], x.Rule)
		require.True(t, utf8.ValidString(x.Message+x.Hint), "%q", x.Message)
		require.LessOrEqual(t, len(x.Message)+len(x.Hint), 12_000)
		require.NotEmpty(t, x.Message)
		if i > 0 {
			require.LessOrEqual(t, found[i-1].Line, x.Line)
		}
	}
}

// FuzzParse: whatever the bytes, reading ends, in bounds, the same every time.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, found := procedure.Parse("f.yaml", data)
		requireSound(t, data, found)
		require.True(t, d != nil || found.HasErrors())
		_, again := procedure.Parse("f.yaml", data)
		require.Equal(t, found, again)
		_, found = procedure.ParseShelf("f.yaml", data)
		requireSound(t, data, found)
	})
}

// FuzzLint: whatever was read, errors and all, linting ends, in bounds, the same every time, on any day.
func FuzzLint(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _ := procedure.Parse("f.yaml", data)
		for _, o := range []procedure.LintOptions{{}, {On: noon("2026-11-24")}} {
			found := procedure.LintWith(d, testShelf(), o)
			requireSound(t, data, found)
			require.Equal(t, found, procedure.LintWith(d, testShelf(), o))
		}
		requireSound(t, data, procedure.Lint(d, nil))
	})
}

// FuzzFormat: the canonical form is stable and means the same.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) { requireStable(t, data) })
}

// requireStable says that what can be formatted keeps its meaning and is formatted once and for all.
func requireStable(t require.TestingT, data []byte) {
	if once, err := procedure.FormatShelf(data); err == nil {
		twice, err := procedure.FormatShelf(once)
		require.NoError(t, err, "formatted:\n%s", once)
		require.Equal(t, string(once), string(twice))
	}
	once, err := procedure.Format(data)
	if err != nil {
		return
	}
	twice, err := procedure.Format(once)
	require.NoError(t, err, "formatted:\n%s", once)
	require.Equal(t, string(once), string(twice))
	before, found := procedure.Parse("f.yaml", data)
	after, again := procedure.Parse("f.yaml", once)
	require.Len(t, again, len(found), "%s\n%s\n%s", found, again, once)
	p, _ := procedure.Compile(before, testShelf())
	q, _ := procedure.Compile(after, testShelf())
	require.Equal(t, p == nil, q == nil)
	if p != nil {
		require.Equal(t, p.Hash, q.Hash)
	}
}

// FuzzCompile: what compiles survives storage under its hash, its limits hold on every path, and its conditions can be
// evaluated.
func FuzzCompile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, _ := procedure.Parse("f.yaml", data)
		p, found := procedure.Compile(d, testShelf())
		requireSound(t, data, found)
		require.Equal(t, p == nil, found.HasErrors())
		if p == nil {
			return
		}
		stored, err := p.Encode()
		require.NoError(t, err)
		again, err := procedure.Decode(stored)
		require.NoError(t, err)
		require.Equal(t, p.Hash, again.Hash)
		for _, path := range p.LongestPaths("") {
			require.LessOrEqual(t, path.Counted, path.Most, "%s", path.Sentence())
		}
		facts := map[string]any{}
		for _, x := range p.Facts {
			if x.Default == nil {
				return
			}
		}
		if _, err := p.Evaluate(facts); err != nil {
			require.ErrorContains(t, err, "condition", "only an expression may fail, such as a division by zero")
		}
	})
}

// FuzzFix: mending again changes nothing, nothing gets worse, and only rules that say so mend.
func FuzzFix(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) { requireSafe(t, data) })
}
