package catalogue_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/catalogue"
	"motcua/library"
	"motcua/procedure"
)

var update = flag.Bool("update", false, "rewrite the golden files of testdata")

// golden holds what was got to a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, name)
}

func read(t testing.TB, name string) catalogue.Lines {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	lines, err := catalogue.Read(f)
	require.NoError(t, err)
	return lines
}

// entry is one of the lines of testdata.
func entry(t *testing.T, code string) catalogue.Line {
	t.Helper()
	for _, name := range []string{"published.jsonl", "odd.jsonl"} {
		for _, l := range read(t, name).Lines {
			if l.Entry.Code == code {
				return l
			}
		}
	}
	require.Fail(t, "no such line", code)
	return catalogue.Line{}
}

// Everything that the real and the made-up lines make the reader say, and every rule among it.
func TestFindings(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	seen := map[string]bool{}
	for _, name := range []string{"published.jsonl", "odd.jsonl"} {
		for _, l := range read(t, name).Lines {
			require.Nil(t, l.Refusal, "%s:%d", name, l.Number)
			for _, f := range l.Findings {
				rule, known := catalogue.RuleByID(f.Rule)
				require.True(t, known, f.Rule)
				seen[f.Rule] = true
				fmt.Fprintf(&out, "%s:%d %s %s %s %s: %s\n", name, l.Number, l.Entry.Code, f.Path, rule.Class, f.Rule, f.Text)
			}
		}
	}
	golden(t, "findings.golden", out.String())
	for _, r := range catalogue.Rules() {
		require.True(t, seen[r.ID], "rule %s is shown by no line", r.ID)
		require.NotEmpty(t, r.Doc, r.ID)
	}
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"1.012784", "1.012680", "1.002181", "1.013101", "9.100004"} {
		l := entry(t, code)
		text, err := catalogue.Draft(l.Entry, l.Findings, catalogue.DraftOptions{})
		require.NoError(t, err)
		golden(t, code+".draft.yaml", string(text))
		again, err := procedure.Format(text)
		require.NoError(t, err)
		require.True(t, bytes.Equal(text, again), "%s: a draft is in canonical form", code)
	}
}

// judged is what parser and lint say of the draft of a line, as rule ids; and whether a plan comes out of it.
func judged(t testing.TB, l catalogue.Line) (parse, lint []string, plan *procedure.Plan) {
	t.Helper()
	text, err := catalogue.Draft(l.Entry, l.Findings, catalogue.DraftOptions{})
	require.NoError(t, err, l.Entry.Code)
	d, found := procedure.Parse(l.Entry.Code, text)
	for _, f := range found {
		parse = append(parse, f.Rule+" "+f.Message)
	}
	shelf, err := library.Shelf()
	require.NoError(t, err)
	for _, f := range procedure.LintWith(d, shelf, procedure.LintOptions{On: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}) {
		lint = append(lint, f.Rule)
	}
	plan, _ = procedure.Compile(d, shelf)
	return parse, lint, plan
}

// A draft is read without a word where the publication says enough, and otherwise the words are about what it does not say.
func TestDraftsAreJudgedHonestly(t *testing.T) {
	t.Parallel()
	clean := 0
	for _, l := range read(t, "published.jsonl").Lines {
		if honest(t, l) {
			clean++
		}
	}
	require.GreaterOrEqual(t, clean, 11)
}

// honest holds every finding on a draft to something that the publication does not say; clean says that there is none.
func honest(t testing.TB, l catalogue.Line) (clean bool) {
	t.Helper()
	e := l.Entry
	limit := false
	for _, c := range e.Channels {
		limit = limit || !c.Limit.IsZero()
	}
	parse, lint, plan := judged(t, l)
	for _, f := range parse {
		switch f {
		case "missing-key mục định nghĩa thiếu khóa limit":
			require.False(t, limit, e.Code)
		case "missing-key mục định nghĩa thiếu khóa agency":
			require.Empty(t, e.Lead(), e.Code)
		case "missing-key mục định nghĩa thiếu khóa level":
			require.Empty(t, e.Levels, e.Code)
		case "missing-key mục định nghĩa thiếu khóa field":
			require.Empty(t, e.Field, e.Code)
		case "missing-key mục định nghĩa thiếu khóa name":
			require.Empty(t, e.Name, e.Code)
		default:
			require.Fail(t, f, e.Code)
		}
	}
	open := 0
	for _, f := range lint {
		switch f {
		case "missing-component":
			counted := len(e.Papers) > 0 && !slices.ContainsFunc(e.Papers, func(p catalogue.Paper) bool { return p.Originals+p.Copies == 0 })
			require.False(t, counted && len(e.Channels) > 0 && len(e.Subjects) > 0 && len(e.LegalBasis) > 0, e.Code)
		case "supplement-without-answer", "twenty-percent", "rung-never-fires", "apology-late":
			open++ // no publication says how long the applicant may take, which decision cuts the limit, who is warned when
		case "no-budget":
			require.False(t, limit, "%s: steps share the limit", e.Code)
		case "role-without-agency":
			require.Empty(t, e.Lead(), e.Code)
		case "result-never-produced":
			require.Empty(t, e.Results, e.Code)
		case "unknown-level":
			require.NotContains(t, []string{"ministry", "province", "commune"}, e.Levels[0], e.Code)
		case "unassigned-time":
			require.NotEqual(t, 1, len(e.Channels), "%s: only where channels have limits of different units", e.Code)
		case "steps-over-limit":
			inDays := func(c catalogue.Channel) bool { return !c.Limit.IsZero() && c.Limit.Unit != calendar.WorkingDay }
			require.True(t, slices.ContainsFunc(e.Channels, inDays), "%s: only where a limit is not in working days", e.Code)
		default:
			require.Fail(t, f, e.Code)
		}
	}
	clean = len(parse)+len(lint) == open
	require.True(t, plan != nil || !clean, "%s: what is clean compiles", e.Code)
	return clean
}
