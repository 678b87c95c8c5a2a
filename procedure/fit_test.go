package procedure_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

// tet is 2026 and 2027 with the days off of Tết 2026, 14 to 22 February.
func tet(t testing.TB) *calendar.Calendar {
	t.Helper()
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	spec := calendar.Spec{FromYear: 2026, ToYear: 2027, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}}
	for d := 14; d <= 22; d++ {
		spec.Off = append(spec.Off, calendar.NewDate(2026, 2, d))
	}
	c, err := calendar.New(spec)
	require.NoError(t, err)
	return c
}

// There is no fixed exchange between calendar and working days: every date of receipt is tried, and the finding names the
// worst.
func TestLimitsInOtherUnitsThanTheSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit, step string
		// finding is what lint says of the time, empty for nothing.
		finding string
	}{
		// Received on Friday 13 February: 7 days end on Friday the 20th, in Tết, and move to Monday the 23rd: one working day.
		{"7d", "1wd", ""},
		{"7d", "1.25wd", "chắc chắn chỉ có 1wd, khi nhận ngày 13/02/2026"},
		{"7d", "5wd", "chắc chắn chỉ có 1wd, khi nhận ngày 13/02/2026"},
		{"7d", "6wd", "giảm 1wd"}, // no week holds six
		// Received on Thursday 12 February at the latest minute: 12 March is the end, 20 weekdays without the five of Tết.
		{"1mo", "14wd", ""},
		{"1mo", "16wd", "chắc chắn chỉ có"},
		{"1mo", "24wd", "giảm"},
		// 24 hours from Friday's last minute end on Saturday.
		{"24h", "0.1wh", "khi nhận ngày"},
		{"24h", "8wh", "khi nhận ngày"},
		{"24h", "9wh", "giảm 1wh"},
		{"12wd", "12wd", ""},
		{"same-day", "2wh", ""},
		{"same-day", "2.5wh", "hint: chắc chắn chỉ có 0.25wd\n"},
	} {
		text := strings.ReplaceAll(strings.ReplaceAll(`motcua: 1
code: "1.000001"
name: Thủ tục mẫu
field: mau
level: commune
agency: ubnd-xa
results: [{id: kq, name: Kết quả}]
limit: LIMIT
SAME
steps:
  - {id: xu-ly, name: Xử lý, role: chuyen-vien, limit: STEP, outcomes: {dat: tra-kq, tu-choi: tu-choi}}
  - {id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
`, "LIMIT", c.limit), "STEP", c.step)
		same := ""
		if c.limit == "same-day" {
			same = `same-day: {cut-off: "15:00", ground: mẫu}`
		}
		d, found := procedure.Parse("mau.yaml", []byte(strings.Replace(text, "SAME", same, 1)))
		require.Empty(t, found)
		found = procedure.Lint(d, &procedure.Shelf{Calendar: tet(t)})
		if c.finding == "" {
			require.NotContains(t, found.Error(), "steps-over-limit", "%s in %s", c.step, c.limit)
			continue
		}
		require.Contains(t, found.Error(), "steps-over-limit", "%s in %s", c.step, c.limit)
		require.Contains(t, found.Error()+"\n", c.finding, "%s in %s", c.step, c.limit)
		require.Equal(t, strings.HasPrefix(c.finding, "giảm"), found.HasErrors(), "an error only where no date fits: %s in %s", c.step, c.limit)
	}
}

func BenchmarkLintOnACalendar(b *testing.B) {
	cal := tet(b)
	d, _ := procedure.Parse("mau.yaml", []byte(strings.Replace(sample, "limit: 2wd", "limit: 30d", 1)))
	b.ReportAllocs()
	for b.Loop() {
		procedure.Lint(d, &procedure.Shelf{Calendar: cal})
	}
}

// A file may ask for so many limits on the calendar, whoever worked them out before; beyond that nothing is proven, and what is
// not proven is not published.
func TestTooManyLimitsOfTheCalendar(t *testing.T) {
	t.Parallel()
	shelf, err := (&procedure.Shelf{Calendar: tet(t)}).Merge(nil)
	require.NoError(t, err)
	for _, c := range []struct {
		unit   string
		n      int
		proven bool
	}{{"d", 400, true}, {"d", 401, false}, {"h", 50, true}, {"h", 51, false}} {
		for range 2 { // the second time the shelf knows the answers
			d, found := procedure.Parse("f.yaml", manyWaits(c.n, c.unit))
			require.Empty(t, found)
			p, found := procedure.Compile(d, shelf)
			require.Equal(t, c.proven, p != nil, "%d %s: %s", c.n, c.unit, found)
			require.Equal(t, !c.proven, strings.Contains(found.Error(), "[too-many-cases]"))
		}
	}
}

// manyWaits is a definition of n waits, each of another length.
func manyWaits(n int, unit string) []byte {
	var b strings.Builder
	b.WriteString("motcua: 1\ncode: \"1.1\"\nname: a\nfield: a\nlevel: commune\nagency: a\nlimit: 5wd\nresults: [{id: kq, name: a}]\nsteps:\n" +
		"  - {id: lam, name: a, role: r, limit: 5wd, outcomes: {dat: s0, khong: tu-choi}}\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: s%d, name: S, wait: time, leg: x, clock: excluded, ground: g, limit: %d%s}\n", i, i+1, unit)
	}
	b.WriteString("  - {id: tra, name: z, role: r, return: true, results: [kq]}\n  - {id: tu-choi, name: z, role: r, return: true, refusal: true}\n")
	return []byte(b.String())
}

// Files checked at once with one shelf are told the same as alone, and a shelf that gets another calendar forgets the old one.
func TestShelfKeepsWhatLimitsHold(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Replace(sample, "limit: 2wd", "limit: 7d", 1))
	alone := procedure.Check("f.yaml", text, &procedure.Shelf{Calendar: tet(t)}, procedure.LintOptions{})
	require.Contains(t, alone.Error(), "13/02/2026")
	shelf, err := (&procedure.Shelf{Calendar: tet(t)}).Merge(nil)
	require.NoError(t, err)
	var all sync.WaitGroup
	together := make([]procedure.Diagnostics, 16)
	for i := range together {
		all.Go(func() { together[i] = procedure.Check("f.yaml", text, shelf, procedure.LintOptions{}) })
	}
	all.Wait()
	for _, found := range together {
		require.Equal(t, alone, found)
	}
	weeks, err := calendar.New(calendar.Spec{FromYear: 2026, ToYear: 2027, Week: tet(t).Spec().Week})
	require.NoError(t, err)
	shelf.Calendar = weeks
	require.NotContains(t, procedure.Check("f.yaml", text, shelf, procedure.LintOptions{}).Error(), "13/02/2026")
}

func BenchmarkManyLimitsOfTheCalendar(b *testing.B) {
	cal, text := tet(b), manyWaits(1_900, "h")
	b.ReportAllocs()
	for b.Loop() {
		procedure.Check("f.yaml", text, &procedure.Shelf{Calendar: cal}, procedure.LintOptions{})
	}
}
