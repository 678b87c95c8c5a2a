package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/docs/rules"
	"motcua/library"
	"motcua/procedure"
)

// updateIndex rewrites the table of README.md: go test ./docs/rules -update-index.
var updateIndex = flag.Bool("update-index", false, "rewrite the index in README.md")

// example is a YAML block of a page: `yaml on=2026-11-24` sets the date of the check, `yaml with=ID` names a rule that must
// speak too for the example to make its point, `yaml plans=CODE:HASH,…` names the versions in force, `yaml whole` is a file of
// its own, not laid over the base file.
type example struct {
	text  string
	on    string
	with  string
	plans map[string]string
	whole bool
	// shelf are rules that stand beside the shipped ones.
	shelf string
}

// section returns the first YAML block below a heading.
func section(t *testing.T, page, heading string) example {
	t.Helper()
	_, rest, ok := strings.Cut(page, "\n## "+heading+"\n")
	require.True(t, ok, "no section %q", heading)
	rest, _, _ = strings.Cut(rest, "\n## ")
	m := regexp.MustCompile("(?s)```yaml([^\n]*)\n(.*?\n)```").FindStringSubmatch(rest)
	require.NotNil(t, m, "no example under %q", heading)
	e := example{text: m[2]}
	for _, word := range strings.Fields(m[1]) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "on":
			e.on = value
		case "with":
			e.with = value
		case "plans":
			e.plans = map[string]string{}
			for _, plan := range strings.Split(value, ",") {
				code, hash, _ := strings.Cut(plan, ":")
				e.plans[code] = hash
			}
		case "whole":
			e.whole = true
		default:
			require.Fail(t, "unknown word after yaml", word)
		}
	}
	return e
}

// blocks cuts a definition at its top-level keys, in order.
func blocks(text string) (keys []string, of map[string]string) {
	of = map[string]string{}
	for _, line := range strings.SplitAfter(text, "\n") {
		key, _, ok := strings.Cut(line, ":")
		if ok && !strings.ContainsAny(key[:1], " #-") {
			if of[key] == "" {
				keys = append(keys, key)
			}
			of[key] += line
		} else if len(keys) > 0 {
			of[keys[len(keys)-1]] += line
		}
	}
	return keys, of
}

// over lays an example over the base file: its keys replace those of the base, new ones follow.
func over(base, example string) string {
	keys, of := blocks(base)
	more, by := blocks(example)
	for _, k := range more {
		if of[k] == "" {
			keys = append(keys, k)
		}
		of[k] = by[k]
	}
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(of[k])
	}
	return b.String()
}

func (e example) check(t *testing.T, base string, beside ...procedure.Source) (text string, found procedure.Diagnostics) {
	t.Helper()
	shelf, err := library.Shelf()
	require.NoError(t, err)
	if e.shelf != "" {
		part, found := procedure.ParseShelf("gia.yaml", []byte(e.shelf))
		require.Empty(t, found)
		shelf, err = shelf.Merge(part)
		require.NoError(t, err)
	}
	shelf.Plans = e.plans
	shipped, err := library.TemplateSources()
	require.NoError(t, err)
	o := procedure.LintOptions{Templates: procedure.NewTemplates(append(beside, shipped...)...)}
	if e.on != "" {
		o.On, err = time.Parse(time.DateOnly, e.on)
		require.NoError(t, err)
	}
	if text = e.text; !e.whole {
		text = over(base, e.text)
	}
	return text, procedure.Check("vi-du.yaml", []byte(text), shelf, o)
}

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(data)
}

// TestPages: every rule has a page and every page a rule; the bad example has findings of the rule on the marked lines and no
// others, the good one has none at all; the page says the severity and the paragraph of the rule.
func TestPages(t *testing.T) {
	t.Parallel()
	base := section(t, readme(t), "Tệp nền")
	_, found := base.check(t, "")
	require.Empty(t, found, "the base file is clean")

	documented := map[string]bool{}
	for _, r := range procedure.Rules() {
		documented[r.ID] = true
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			page, ok := rules.Page(r.ID)
			require.True(t, ok, "no page docs/rules/%s.md", r.ID)
			require.Regexp(t, "^# "+r.ID+": \\S", page)
			require.Contains(t, page, "\n*"+traits(r)+"*\n\n"+r.Doc+"\n\n## Vì sao\n\n")
			require.Regexp(t, `\n## Cách sửa\n\n\S`, page)

			var beside []procedure.Source
			if strings.Contains(page, "\n## Mẫu đi kèm\n") { // a template that the examples use
				mau := section(t, page, "Mẫu đi kèm")
				beside = append(beside, procedure.Source{File: "mau.yaml", Data: []byte(over(base.text, mau.text))})
			}
			rules := "" // that stand on the shelf beside the shipped ones
			if strings.Contains(page, "\n## Quy tắc trên giá\n") {
				rules = section(t, page, "Quy tắc trên giá").text
			}
			bad := section(t, page, "Sai")
			bad.shelf = rules
			text, found := bad.check(t, base.text, beside...)
			marked, at := []int{}, []int{}
			for i, line := range strings.Split(text, "\n") {
				if strings.Contains(line, "# ←") {
					marked = append(marked, i+1)
				}
			}
			for _, f := range found {
				if f.Rule == bad.with {
					continue
				}
				require.Equal(t, r.ID, f.Rule, "%s\n%s", f, text)
				if !slices.Contains(at, f.Line) {
					at = append(at, f.Line)
				}
			}
			require.NotEmpty(t, marked)
			require.Equal(t, marked, at, "%s\n%s", found, text)
			if r.Severity == procedure.SeverityError {
				require.True(t, found.HasErrors(), "the example shows the rule at its strongest")
			}

			good := section(t, page, "Đúng")
			good.shelf = rules
			text, found = good.check(t, base.text, beside...)
			require.Empty(t, found, text)
		})
	}
	files, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, file := range files {
		if file != "README.md" {
			require.True(t, documented[strings.TrimSuffix(file, ".md")], "%s documents no rule", file)
		}
	}
	_, ok := rules.Page("no-such-rule")
	require.False(t, ok)
}

func traits(r procedure.Rule) string {
	words := map[procedure.Severity]string{procedure.SeverityError: "lỗi", procedure.SeverityWarning: "cảnh báo", procedure.SeverityNote: "ghi chú"}[r.Severity]
	if r.Fixable {
		words += ", tự sửa"
	}
	return words
}

// TestIndex holds the table of README.md to the rules and their pages.
func TestIndex(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("| quy tắc | mức | nói gì |\n|---|---|---|\n")
	for _, r := range procedure.Rules() {
		page, _ := rules.Page(r.ID)
		title, _, _ := strings.Cut(strings.TrimPrefix(page, "# "+r.ID+": "), "\n")
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s |\n", r.ID, r.ID, traits(r), title)
	}
	const begin, end = "<!-- index -->\n", "<!-- end of index -->"
	text := readme(t)
	head, rest, ok := strings.Cut(text, begin)
	require.True(t, ok)
	_, tail, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := head + begin + b.String() + end + tail
	if *updateIndex {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o644))
		return
	}
	require.Equal(t, want, text, "run: go test ./docs/rules -update-index")
}
