package office_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models/modelstest"
	"motcua/office"
)

// What goes off tomorrow is what is armed for it by the machine, each at its legal instant, with whom it reaches as the organisation
// is now. An hourly dossier accepted on Monday at 09:00 is due on Tuesday at 09:00: six and a half hours on Monday, one and a half on
// Tuesday (sessions 07:30 to 11:30 and 13:00 to 17:00).
func TestFirings(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "1").Code
	day, err := d.Firings(t.Context(), d.as("kstt"), office.FiringFilter{})
	require.NoError(t, err)
	require.Equal(t, "2026-03-03", day.Day.String())
	at := func(hour, minute int) time.Time { return time.Date(2026, 3, 3, hour, minute, 0, 0, calendar.Zone()) }
	want := map[string]time.Time{
		"truoc-mot-gio": at(8, 0), "den-han": at(9, 0), "bao-nguoi-nop": at(9, 0),
		"don-doc": at(11, 0), "don-doc/2": at(14, 30), "don-doc/3": at(16, 30),
	}
	got := map[string]time.Time{}
	for i, x := range day.Items {
		require.Equal(t, code, x.Code)
		require.False(t, x.Nobody, x.Rung)
		require.NotEmpty(t, x.Reaches)
		for _, r := range x.Reaches {
			require.NotEmpty(t, r.Officers, x.Rung)
			require.False(t, r.Vacant)
		}
		if i > 0 {
			require.False(t, x.At.Before(day.Items[i-1].At), "in order")
		}
		got[x.Rung] = x.At.In(calendar.Zone())
	}
	require.Equal(t, want, got)
	desk := reaching(t, day, "den-han")
	require.NotEmpty(t, desk)

	monday, err := d.Firings(t.Context(), d.as("kstt"), office.FiringFilter{Day: calendar.DateOf(opening())})
	require.NoError(t, err)
	require.Len(t, monday.Items, 3, "the step of an hour, half and four fifths of the time")

	none, err := d.Firings(t.Context(), d.as("nuimau"), office.FiringFilter{})
	require.NoError(t, err)
	require.Empty(t, none.Items, "another branch sees nothing of it")
	own, err := d.Firings(t.Context(), d.as("motcua"), office.FiringFilter{})
	require.NoError(t, err)
	require.Equal(t, day.Items, own.Items)
	_, err = d.Firings(t.Context(), d.as("quantri"), office.FiringFilter{})
	problem(t, err, 403, "forbidden")

	require.NotZero(t, modelstest.Tamper(t, d.file, "DELETE FROM postings"))
	day, err = d.Firings(t.Context(), d.as("kstt"), office.FiringFilter{})
	require.NoError(t, err)
	require.Len(t, day.Items, len(want))
	for _, x := range day.Items {
		for _, r := range x.Reaches {
			require.Equal(t, r.As != "applicant", r.Vacant, "%s: the applicant is no post", x.Rung)
		}
		require.Equal(t, x.Rung != "bao-nguoi-nop", x.Nobody, x.Rung)
	}
}

func reaching(t *testing.T, day office.FiringDay, rung string) (names []string) {
	t.Helper()
	for _, x := range day.Items {
		if x.Rung != rung {
			continue
		}
		for _, r := range x.Reaches {
			for _, p := range r.Officers {
				require.NotEqual(t, p.ID, p.Name, "people are named")
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// A Friday's tomorrow is Monday; pages go through dossiers and then missions, and every alarm comes once.
func TestFiringsArePaged(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.now = time.Date(2026, 3, 6, 16, 0, 0, 0, calendar.Zone())
	for _, key := range []string{"1", "2", "3"} {
		d.take(hourly(), key)
	}
	code := d.begin("4")
	row, err := d.store.Mission(t.Context(), code)
	require.NoError(t, err)
	all, err := d.Firings(t.Context(), d.as("kstt"), office.FiringFilter{Limit: 200})
	require.NoError(t, err)
	require.Equal(t, "2026-03-09", all.Day.String())
	require.NotEmpty(t, all.Items)

	f := office.FiringFilter{Day: calendar.DateOf(row.NextAlarm), Limit: 1}
	missions := 0
	for {
		page, err := d.Firings(t.Context(), d.as("kstt"), f)
		require.NoError(t, err)
		for _, x := range page.Items {
			require.Equal(t, f.Day, calendar.DateOf(x.At))
			if x.Mission {
				missions++
				require.Equal(t, code, x.Code)
			}
		}
		if f.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	require.Positive(t, missions)

	f = office.FiringFilter{Limit: 1}
	var seen []office.Firing
	for {
		page, err := d.Firings(t.Context(), d.as("kstt"), f)
		require.NoError(t, err)
		seen = append(seen, page.Items...)
		if f.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	require.ElementsMatch(t, all.Items, seen)
	_, err = d.Firings(t.Context(), d.as("kstt"), office.FiringFilter{Cursor: "zzz"})
	problem(t, err, 400, "bad_query")
}
