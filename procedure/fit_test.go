package procedure_test

import (
	"strings"
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
