package procedure_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	in := `# Về cả tệp.
steps:   # các bước
  # trước a
  - id: a   # cuối a
    name: 'x, y'
    # trong a
    outcomes: {x: [{when: 'a.b == "c, d"', to: b}]}
  - name: "Bước b"
    id: b
    role: "chuyen-vien"   # sau b
limit: "12wd"
code: '1.001690'
same-day: {ground: "luật", cut-off: 15:00}
motcua: 1
`
	want := `# Về cả tệp.
motcua: 1
code: "1.001690"
limit: 12wd
same-day: {cut-off: "15:00", ground: luật}
steps: # các bước
  # trước a
  - id: a # cuối a
    name: x, y
    # trong a
    outcomes: {x: [{to: b, when: 'a.b == "c, d"'}]}
  - id: b
    name: Bước b
    role: chuyen-vien # sau b
`
	once, err := procedure.Format([]byte(in))
	require.NoError(t, err)
	require.Equal(t, want, string(once))
	twice, err := procedure.Format(once)
	require.NoError(t, err)
	require.Equal(t, want, string(twice))

	sampleOut, err := procedure.Format([]byte(sample))
	require.NoError(t, err)
	require.Equal(t, compileSample(t, sample).Hash, compileSample(t, string(sampleOut)).Hash)

	_, err = procedure.Format([]byte("code: \"1\"\ncode: \"2\"\n"))
	require.ErrorContains(t, err, "[duplicate-key]")
	_, err = procedure.Format([]byte("a: [\n"))
	require.ErrorContains(t, err, "[yaml-syntax]")
}

func TestFormatShelf(t *testing.T) {
	t.Parallel()
	out, err := procedure.FormatShelf([]byte("ladders:\n  a:\n    - {on: dossier, id: x, at-due: true, do: [notify], to: [assignee]}\nreductions:\n  cut-20: {cut: 20%, from: 2023-01-30, decision: mẫu}\n"))
	require.NoError(t, err)
	require.Equal(t, "reductions:\n  cut-20: {decision: mẫu, from: 2023-01-30, cut: 20%}\nladders:\n  a:\n    - {id: x, on: dossier, at-due: true, to: [assignee], do: [notify]}\n", string(out))
	s, found := procedure.ParseShelf("f.yaml", out)
	require.Empty(t, found)
	require.Equal(t, 20, s.Reductions["cut-20"].CutPercent)
	require.Equal(t, "cut-20", s.Reductions["cut-20"].Rule)
	require.Len(t, s.Ladders["a"], 1)
	_, err = s.Merge(s)
	require.ErrorContains(t, err, "twice")
}

// Files of named rules are shipped in canonical form too, and mean the same after it.
func TestShippedRulesAreFormatted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../library/rules/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		once, err := procedure.FormatShelf(data)
		require.NoError(t, err)
		twice, err := procedure.FormatShelf(once)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice), file)
		want, found := procedure.ParseShelf(file, data)
		require.Empty(t, found)
		got, found := procedure.ParseShelf(file, once)
		require.Empty(t, found)
		require.Equal(t, want, got, file)
	}
}
