package procedure

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostile are files made to be slow or large, within the bounds and beyond them.
func hostile() map[string]string {
	head := "motcua: 1\ncode: \"1.1\"\nname: a\nfield: a\nlevel: commune\nagency: a\nlimit: 5wd\nresults: [{id: kq, name: a}]\n"
	repeat := func(n int, each func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(each(i))
		}
		return b.String()
	}
	word := func(i int) string { return strings.Repeat("abcdefgh", 7) + fmt.Sprint(i) }
	facts := "facts:\n" + repeat(8, func(i int) string { return fmt.Sprintf("  - {name: f%d, type: bool}\n", i) })
	return map[string]string{
		"ten thousand steps": head + "steps:\n" + repeat(10_000, func(i int) string { return fmt.Sprintf("  - {id: s%d, name: S, role: r}\n", i) }),
		"five megabytes":     head + "# " + strings.Repeat("a", 5<<20),
		"commas":             "a: [" + strings.Repeat("a,", 400_000) + "a]",
		"comments":           repeat(90_000, func(int) string { return "#\n" }) + head,
		"one long text":      "name: " + strings.Repeat("a", 1<<20-10),
		"aliases": "a: &a [x, x]\n" + repeat(20, func(i int) string {
			return fmt.Sprintf("a%d: &b%d [*%s, *%s]\n", i, i, prior(i), prior(i))
		}),
		"anchors":       repeat(9_000, func(i int) string { return fmt.Sprintf("a%d: &x%d 1\n", i, i) }),
		"deep brackets": strings.Repeat("[", 90_000),
		"deep lists":    strings.Repeat("- ", 90_000) + "a",
		"complex keys":  repeat(20_000, func(int) string { return "? a\n" }),
		"quotes":        "a: \"" + strings.Repeat("\\u0041", 100_000) + "\"",
		"unknown keys":  head + repeat(12_000, func(i int) string { return fmt.Sprintf("%s: 1\n", word(i)) }),
		"repeated keys": head + strings.Repeat("name: a\n", 20_000),
		"unknown steps": head + "steps:\n" + repeat(1_990, func(i int) string {
			return fmt.Sprintf("  - {id: %s, name: S, outcomes: {a: %s, b: %s}}\n", word(i), word(i+5000), word(i+7000))
		}),
		"long ids":       head + "steps:\n" + repeat(1_990, func(i int) string { return fmt.Sprintf("  - {id: s%d, name: S, role: r, limit: 1wd}\n", i) }),
		"many parallels": head + "steps:\n  - {id: a, name: a, role: r, outcomes: {x: [" + repeat(1_900, func(i int) string { return fmt.Sprintf("s%d, ", i) }) + "z]}}\n" + repeat(1_900, func(i int) string { return fmt.Sprintf("  - {id: s%d, name: S, outcomes: {x: z}}\n", i) }) + "  - {id: z, name: z, role: r, return: true, after: [" + repeat(1_900, func(i int) string { return fmt.Sprintf("s%d, ", i) }) + "a]}\n",
		"joins of joins": head + "steps:\n" + repeat(650, func(i int) string {
			return fmt.Sprintf("  - {id: a%d, name: S, outcomes: {x: [b%d, c%d]}, after: [b%d, c%d]}\n  - {id: b%d, name: S, outcomes: {x: a%d}}\n  - {id: c%d, name: S, outcomes: {x: a%d}}\n", i, i, i, i-1, i-1, i, i+1, i, i+1)
		}),
		"cases": head + facts + "steps:\n" + repeat(120, func(i int) string {
			return fmt.Sprintf("  - {id: a%d, name: S, outcomes: {x: [{to: a%d, when: 'f%d && !f%d || f%d'}, {to: b%d, else: true}]}}\n  - {id: b%d, name: S, outcomes: {y: a%d}}\n", i, i+1, i%8, (i+1)%8, (i+i/8)%8, i, i, i+1)
		}),
		"cases of many steps": head + strings.Replace(facts, "}\n", "}\n  - {name: g, type: bool}\n  - {name: h, type: bool}\n", 1) + "steps:\n" + repeat(1_900, func(i int) string {
			when := ""
			if i < 250 {
				when = fmt.Sprintf(", when: %s || f%d}, {to: a%d, else: true", []string{"g", "h", "g && h"}[i%3], i%8, i+2)
			}
			return fmt.Sprintf("  - {id: a%d, name: S, limit: 1wh, outcomes: {x: [{to: a%d%s}], y: a%d, z: a%d}}\n", i, i+1, when, i+1, i+2)
		}) + "  - {id: a1900, name: S, limit: 1wh}\n  - {id: a1901, name: S, role: r, return: true}\n",
		"conditions": head + facts + "steps:\n" + repeat(300, func(i int) string {
			return fmt.Sprintf("  - {id: a%d, name: S, outcomes: {x: {to: b, when: f%d}}}\n", i, i%8)
		}),
		"long conditions": head + facts + "documents:\n" + repeat(8, func(i int) string {
			return fmt.Sprintf("  - {id: a%d, name: S, when: '1 in [%s%d]'}\n", i, strings.Repeat("1,", 980), i)
		}),
		"reductions": head + "reductions:\n" + repeat(10, func(i int) string {
			return fmt.Sprintf("  - {rule: r%d, decision: a, from: 20%d-01-01, to: 20%d-06-01, cut-percent: 1}\n", i, i+10, i+20)
		}) + "limit-when:\n" + repeat(50, func(i int) string { return fmt.Sprintf("  - {rule: v%d, add: 1wd, channels: [online]}\n", i) }) + "steps: [{id: a, name: a, role: a, return: true}]\n",
		"steps too large": head + "steps: " + strings.Repeat("{a: ", 20) + "1" + strings.Repeat("}", 20),
	}
}

func prior(i int) string {
	if i == 0 {
		return "a"
	}
	return fmt.Sprintf("b%d", i-1)
}

// TestHostileFiles: whatever the file, the work of reading, linting and mending it is bounded; the work is counted, not timed.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report{file: "f.yaml", most: maxFindings}
			if root := r.load([]byte(text)); root != nil {
				r.mapping(root, languageTable())
			}
			require.LessOrEqual(t, r.spent, maxWork+longestWord*longestWord, "spend stops at the bound")
			d, found := Parse("f.yaml", []byte(text))
			require.LessOrEqual(t, len(found), maxFindings+1)
			if d == nil {
				require.True(t, found.HasErrors())
				return
			}
			l := newLinter(d, nil, LintOptions{}, maxFindings)
			findings := l.run()
			require.LessOrEqual(t, len(findings), maxFindings+1)
			require.LessOrEqual(t, l.spent, maxWork+maxEdges*maxEdges, "spend stops at the bound")
			for _, f := range append(found, findings...) {
				require.LessOrEqual(t, len(f.Message)+len(f.Hint), 12_000, "%s", f.Rule)
			}
		})
	}
}

// TestRefusedAtOnce: what is too large is one clear finding, without a node of it made.
func TestRefusedAtOnce(t *testing.T) {
	t.Parallel()
	files := hostile()
	for name, want := range map[string]string{
		"ten thousand steps": "steps có 10000 mục, tối đa 2000",
		"five megabytes":     "tệp dài hơn 1048576 byte",
		"commas":             "dấu ngắt",
		"one long text":      "một giá trị dài",
		"conditions":         "hơn 256 điều kiện",
	} {
		d, found := Parse("f.yaml", []byte(files[name]))
		require.Nil(t, d, name)
		require.Len(t, found, 1, name)
		require.Equal(t, "too-large", found[0].Rule, name)
		require.Contains(t, found[0].Message, want)
		_, err := Format([]byte(files[name]))
		require.ErrorContains(t, err, "[too-large]", name)
	}
	d, found := Parse("f.yaml", bytes.Repeat([]byte("x"), MaxFile+1))
	require.Nil(t, d)
	require.Len(t, found, 1)
}

// TestTooManyFindings: a report is cut, and what was cut may not be published, for nobody saw what it was.
func TestTooManyFindings(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("motcua: 1\ncode: \"1.1\"\nname: a\nfield: a\nlevel: commune\nagency: a\nlimit: 5wd\nresults: [{id: kq, name: a}]\nsteps:\n")
	for i := range 250 {
		fmt.Fprintf(&b, "  - {id: s%d, name: S, role: r}\n", i)
	}
	b.WriteString("  - {id: ky, name: S, role: r, limit: 1wd, outcomes: {a: tra, b: tu-choi}}\n  - {id: tra, name: S, role: r, return: true, results: [kq]}\n  - {id: tu-choi, name: S, role: r, return: true, refusal: true}\n")
	d, found := Parse("f.yaml", []byte(b.String()))
	require.Empty(t, found)
	p, found := Compile(d, nil)
	require.Nil(t, p)
	require.Len(t, found, maxFindings+1)
	require.Equal(t, "too-many-findings", found[0].Rule)
	require.Equal(t, 1, found.errors(), "the others are warnings; the one error that was cut counts all the same")
}

// BenchmarkHostile shows time and memory of the worst files: a refusal takes less than a second and some megabytes.
func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				runtime.KeepAlive(Check("f.yaml", []byte(text), nil, LintOptions{}))
			}
		})
	}
}
