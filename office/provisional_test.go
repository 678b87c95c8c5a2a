package office_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/office"
)

// year2027 is the calendar of 2027 as it might be decreed: Tết from 5 to 11 February.
const year2027 = `motcua: 1
kind: calendar-amendment
type: year
amends: nation
year: 2027
title: Lịch nghỉ lễ, tết năm 2027
ground: 99/TB-BNV
announced: 2026-12-28
off:
  - {date: "2027-01-01", name: Tết Dương lịch}
  - {date: "2027-01-04", kind: make-up, name: Nghỉ bù (mẫu)}
  - {date: "2027-02-05..2027-02-11", name: Tết Nguyên đán}
  - {date: "2027-04-16", name: Giỗ Tổ Hùng Vương}
  - {date: "2027-04-30", name: Ngày Chiến thắng}
  - {date: "2027-05-01", name: Ngày Quốc tế lao động}
  - {date: "2027-09-02..2027-09-03", name: Quốc khánh}
`

// A date that crosses a year that nobody has decreed says so on the receipt, in lists and on the dossier; when the year is decreed the
// flag goes, and a later date replaces the promise.
func TestProvisionalUntilDecreed(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	d.now = time.Date(2026, 12, 28, 9, 0, 0, 0, calendar.Zone())
	r := d.take(parcel(), "1")
	require.Equal(t, "2027-01-14 17:00", r.Due.Format("2006-01-02 15:04"), "twelve working days after Monday the 28th, 1 January off")
	require.True(t, r.Provisional)
	require.Contains(t, r.DueNote, "tạm tính")
	short := d.take(hourly(), "2")
	require.False(t, short.Provisional, "due within the decreed year")
	require.Empty(t, short.DueNote)
	list, _, err := d.List(ctx, d.as("motcua"), office.ListFilter{Text: r.Code, Limit: 10})
	require.NoError(t, err)
	require.True(t, list[0].Provisional)
	require.Contains(t, list[0].DueNote, "tạm tính")
	require.True(t, d.show("motcua", r.Code).Provisional)

	a := d.published("year", year2027)
	require.EqualValues(t, 1, a.Totals.Later)
	d.advanced()
	after := d.show("motcua", r.Code)
	require.False(t, after.Provisional)
	require.Equal(t, "2027-01-15 17:00", after.DueAt.Format("2006-01-02 15:04"))
	next := d.take(parcel(), "3")
	require.False(t, next.Provisional)
	year, err := d.CalendarYearOf(ctx, d.as("motcua"), "H99.02.01", 2027)
	require.NoError(t, err)
	require.False(t, year.Undecreed)
	require.Equal(t, "99/TB-BNV", year.Document)
	year, err = d.CalendarYearOf(ctx, d.as("motcua"), "nation", 2028)
	require.NoError(t, err)
	require.True(t, year.Undecreed)
	_, err = d.CalendarYearOf(ctx, d.as("motcua"), "H99.77", 2027)
	problem(t, err, 404, "calendar_unknown")
	require.Equal(t, models.AmendmentDone, d.amendment(a.ID).State)
	lines, err := d.Calendars(ctx, d.as("motcua"))
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	require.NotContains(t, lines[0].Provisional, 2027)
}
