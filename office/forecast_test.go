package office_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/office"
)

// worked brings a dossier of eight working hours to its result: everybody at once, but for the look-up, which takes its time.
func (d *desk) worked(i int, received time.Time, lookup time.Duration) {
	d.t.Helper()
	d.now = received
	code := d.take(hourly(), fmt.Sprintf("p%d", i)).Code
	d.must("motcua", code, code+"w1", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	d.now = received.Add(lookup)
	d.must("thamdinh", code, code+"w2", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	d.must("lanhdao", code, code+"w3", office.ActBody{Kind: dossier.ActComplete, Task: "ky#1", Outcome: "duyet"})
	d.must("thamdinh", code, code+"w4", office.ActBody{Kind: dossier.ActComplete, Task: "gui-kq#1"})
}

func (d *desk) forecasts(who string, f office.ForecastFilter) office.ForecastList {
	d.t.Helper()
	list, err := d.Forecast(d.t.Context(), d.as(who), f)
	require.NoError(d.t, err)
	return list
}

func TestForecastOfOpenDossiers(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	require.Contains(t, d.forecasts("kstt", office.ForecastFilter{}).Says, "Chưa có lượt dự báo")

	// Without a history nothing is guessed at.
	first := d.take(hourly(), "first").Code
	n, err := d.StudyForecast(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	all := 0
	require.Empty(t, d.forecasts("kstt", office.ForecastFilter{Percent: &all}).Items)
	thin := d.forecasts("kstt", office.ForecastFilter{Thin: true})
	require.Len(t, thin.Items, 1)
	require.Equal(t, []any{first, int64(1)}, []any{thin.Items[0].Dossier, thin.Thin})
	require.Nil(t, thin.Items[0].Probability)
	require.Contains(t, thin.Items[0].Thin, "tra-cuu")
	data, err := json.Marshal(thin.Items[0])
	require.NoError(t, err)
	require.NotContains(t, string(data), "probability")
	d.must("motcua", first, "f", office.ActBody{Kind: dossier.ActWithdraw, Reason: "Người nộp đề nghị"})

	// Twenty whose look-up took two and a half hours. Due on Tuesday at nine, with an hour left: one has done two hours of its look-up,
	// the other begins it.
	for i := range 20 {
		d.worked(i, opening().AddDate(0, 0, i%4), 150*time.Minute)
	}
	monday := opening().AddDate(0, 0, 7)
	d.now = monday
	easy, late, long := d.take(hourly(), "easy").Code, d.take(hourly(), "late").Code, d.take(parcel(), "long").Code
	d.now = monday.Add(6*time.Hour + 30*time.Minute)
	d.must("motcua", easy, "e", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	d.now = monday.Add(23 * time.Hour)
	d.must("motcua", late, "l", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	n, err = d.StudyForecast(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	n, err = d.StudyForecast(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "not within half an hour")

	list := d.forecasts("kstt", office.ForecastFilter{Percent: &all})
	require.Equal(t, []any{int64(3), int64(1), int64(0)}, []any{list.Total, list.Likely, list.Thin})
	require.False(t, list.Calibration.Enough)
	require.Contains(t, list.Says, "chưa đủ", "it says what it is worth")
	require.Len(t, list.Items, 3)
	require.Equal(t, late, list.Items[0].Dossier, "the likeliest first")
	l := list.Items[0]
	require.Equal(t, []any{1.0, 60, 150, "tra-cuu", 150}, []any{*l.Probability, l.Left, l.Needs, l.Step, l.StepMinutes})
	require.NotEmpty(t, l.StepName)
	require.True(t, monday.Add(25*time.Hour+30*time.Minute).Equal(l.ExpectedAt), "eight o'clock and two and a half hours: %s", l.ExpectedAt)
	for _, l := range list.Items[1:] {
		require.Zero(t, *l.Probability)
		if l.Dossier == easy {
			require.Equal(t, 30, l.Needs)
		}
	}
	require.Len(t, d.forecasts("kstt", office.ForecastFilter{}).Items, 1, "the threshold is the policy's")
	require.Len(t, d.forecasts("kstt", office.ForecastFilter{Percent: &all, Procedure: "1.012784"}).Items, 1)
	page := d.forecasts("kstt", office.ForecastFilter{Percent: &all, Limit: 2})
	require.Len(t, page.Items, 2)
	require.Len(t, d.forecasts("kstt", office.ForecastFilter{Percent: &all, Limit: 2, Cursor: page.Next}).Items, 1)

	// Scope: the branch that leads them sees them, the other one does not; an administrator reads no dossiers.
	require.Len(t, d.forecasts("thamdinh", office.ForecastFilter{Percent: &all}).Items, 3)
	other := d.forecasts("nuimau", office.ForecastFilter{Percent: &all})
	require.Empty(t, other.Items)
	require.Zero(t, other.Total)
	_, err = d.Forecast(ctx, d.as("quantri"), office.ForecastFilter{})
	problem(t, err, 403, "forbidden")
	_, err = d.Forecast(ctx, d.as("kstt"), office.ForecastFilter{Cursor: "x"})
	problem(t, err, 400, "bad_query")

	// What happens since is told, and what is over is gone.
	d.must("thamdinh", late, "l2", office.ActBody{Kind: dossier.ActComplete, Task: "tra-cuu#1", Outcome: "dat"})
	changed := map[string]bool{}
	for _, l := range d.forecasts("kstt", office.ForecastFilter{Percent: &all}).Items {
		changed[l.Dossier] = l.Changed
	}
	require.Equal(t, map[string]bool{easy: false, late: true, long: false}, changed)
	d.must("motcua", easy, "e2", office.ActBody{Kind: dossier.ActWithdraw, Reason: "Người nộp đề nghị"})
	require.Len(t, d.forecasts("kstt", office.ForecastFilter{Percent: &all}).Items, 2)
	model := d.forecasts("kstt", office.ForecastFilter{}).ModelAt
	d.now = monday.Add(27 * time.Hour)
	n, err = d.StudyForecast(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n, "one is withdrawn, one is late by now")
	require.True(t, d.forecasts("kstt", office.ForecastFilter{}).ModelAt.Equal(model), "the model is a day's")
	d.now = monday.Add(48 * time.Hour)
	_, err = d.StudyForecast(ctx)
	require.NoError(t, err)
	require.True(t, d.forecasts("kstt", office.ForecastFilter{}).ModelAt.Equal(d.now))
}
