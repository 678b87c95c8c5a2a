package procedure_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/calendar"
	"motcua/procedure"
)

// "Forms by date": the form of a paper is that of the day of acceptance in Vietnam.
func TestFormOfAPaper(t *testing.T) {
	t.Parallel()
	p := compileSample(t, strings.Replace(sample, "{id: don, name: Đơn, originals: 1}",
		"{id: don, name: Đơn, originals: 1, forms: [{form: 09/ĐK, until: 2025-06-30}, {form: 11/ĐK, from: 2025-07-01}]}", 1))
	for when, form := range map[string]string{
		"2025-06-30T23:59:00+07:00": "09/ĐK", "2025-07-01T00:00:00+07:00": "11/ĐK",
		"2025-06-30T18:00:00Z": "11/ĐK", // one in the morning of the first of July
	} {
		at, err := time.Parse(time.RFC3339, when)
		require.NoError(t, err)
		require.Equal(t, form, p.FormOf("don", at), when)
	}
	require.Empty(t, p.FormOf("nothing", time.Now()))
	data, err := p.Encode()
	require.NoError(t, err)
	again, err := procedure.Decode(data)
	require.NoError(t, err)
	require.Equal(t, p.Documents, again.Documents)
}

// What lints clean gives each day at most one form: the answer does not depend on the order in the file.
func TestFormsThatLintCleanDoNotOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) string {
			if rapid.IntRange(0, 5).Draw(t, name+" open") == 0 {
				return ""
			}
			return (calendar.NewDate(2025, 1, 1) + calendar.Date(rapid.IntRange(0, 9).Draw(t, name))).String()
		}
		var doc procedure.Document
		var forms []string
		for i := range rapid.IntRange(1, 4).Draw(t, "forms") {
			f := procedure.DatedForm{Form: string(rune('a' + i)), From: day("from"), Until: day("until")}
			doc.Forms = append(doc.Forms, f)
			text := "{form: " + f.Form
			if f.From != "" {
				text += ", from: " + f.From
			}
			if f.Until != "" {
				text += ", until: " + f.Until
			}
			forms = append(forms, text+"}")
		}
		d, found := procedure.Parse("mau.yaml", []byte(strings.Replace(sample, "{id: don, name: Đơn, originals: 1}",
			"{id: don, name: Đơn, originals: 1, forms: ["+strings.Join(forms, ", ")+"]}", 1)))
		require.Empty(t, found)
		clean := !procedure.Lint(d, testShelf()).HasErrors()
		backward := procedure.Document{}
		for i := range doc.Forms {
			backward.Forms = append(backward.Forms, doc.Forms[len(doc.Forms)-1-i])
		}
		for n := -1; n < 12; n++ {
			on := (calendar.NewDate(2025, 1, 1) + calendar.Date(n)).String()
			if clean {
				require.Equal(t, doc.FormOn(on), backward.FormOn(on), "%s: %v", on, forms)
			}
		}
		if !clean {
			overlap := false
			for _, f := range doc.Forms {
				overlap = overlap || f.Until != "" && f.Until < f.From
			}
			for n := -1; n < 12; n++ {
				on := (calendar.NewDate(2025, 1, 1) + calendar.Date(n)).String()
				overlap = overlap || doc.FormOn(on) != backward.FormOn(on)
			}
			require.True(t, overlap, "refused without a reason: %v", forms)
		}
	})
}
