package library

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/simulate"
)

// pair is one constructed example: its parts and the limit that the proposed rule gives it, by hand: the sum of the two
// limits less half a day each for the intake and the return done once.
type pair struct {
	name, first, second string
	facts               map[string]any
	limit               string
}

// pairs are the 13 examples. Where a re-measured exchange takes 10 instead of 5 working days, the case says so.
func pairs() map[string]pair {
	remeasured := map[string]any{"parcel.remeasure": true}
	return map[string]pair{
		"G01": {"tach-thua-chuyen-quyen", "1.012784", "1.013831", nil, "19wd"},
		"G02": {"hop-thua-cap-doi", "1.012784", "1.012783", remeasured, "21wd"},
		"G03": {"cap-doi-chuyen-quyen", "1.012783", "1.013831", remeasured, "17wd"},
		"G04": {"cap-doi-the-chap", "1.012783", "1.011441", remeasured, "10wd"},
		"G05": {"cap-lai-chuyen-quyen", "1.012786", "1.013831", nil, "17wd"},
		"G06": {"xoa-the-chap-chuyen-quyen", "1.011443", "1.013831", nil, "8wd"},
		"G07": {"chuyen-quyen-the-chap", "1.013831", "1.011441", nil, "8wd"},
		"G08": {"dinh-chinh-chuyen-quyen", "1.012790", "1.013831", nil, "15wd"},
		"G09": {"doi-ten-cap-doi", "1.013833", "1.012783", remeasured, "13wd"},
		"G10": {"tai-san-chuyen-quyen", "1.013995", "1.013831", nil, "15wd"},
		"G11": {"chuyen-muc-dich-cap-doi", "1.013992", "1.012783", remeasured, "16wd"},
		"G12": {"thua-ke-tang-cho", "1.013831", "1.013831", nil, "15wd"},
		"G13": {"xoa-ghi-no-chuyen-quyen", "1.013988", "1.013831", nil, "8wd"},
	}
}

// The shipped files are what the merge makes of today's parts: a change in a part shows here first.
func TestMergedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	shelf, err := Shelf()
	require.NoError(t, err)
	single, err := folder("procedures")
	require.NoError(t, err)
	source := func(code string) procedure.MergeSource {
		for _, f := range single {
			if strings.HasPrefix(f.Name, "procedures/"+code+"-") {
				return procedure.MergeSource{File: f.Name, Data: f.Data}
			}
		}
		t.Fatal(code)
		return procedure.MergeSource{}
	}
	merged, err := Merged()
	require.NoError(t, err)
	require.Len(t, merged, len(pairs()))
	for _, f := range merged {
		id := strings.TrimPrefix(f.Name, "merged/")[:3]
		p, ok := pairs()[id]
		require.True(t, ok, f.Name)
		require.Equal(t, "merged/"+id+"-"+p.name+".yaml", f.Name)
		d, _ := procedure.Parse(f.Name, f.Data)
		text, found := procedure.Merge([]procedure.MergeSource{source(p.first), source(p.second)}, shelf, procedure.MergeOptions{Code: id, Name: d.Name.Value})
		require.Empty(t, found)
		require.Equal(t, string(f.Data), string(text), "make it again: motcua procedure merge")
		require.Contains(t, string(f.Data), "MẪU thủ tục ghép, không phải danh mục chính thức")
	}
}

func TestMergedLimits(t *testing.T) {
	t.Parallel()
	plans := plansByCode(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	for id, p := range pairs() {
		plan := plans[id]
		require.NotNil(t, plan, id)
		holds, err := plan.Evaluate(p.facts)
		require.NoError(t, err)
		c := plan.Exec.Commit(holds, dossier.ChannelCounter, at)
		require.Equal(t, p.limit, c.Committed.String(), "%s: %v", id, c)
		sum := 0
		for _, part := range c.Parts {
			sum += part.Committed.Hundredths
		}
		require.LessOrEqual(t, c.Committed.Hundredths, max(sum, 200), "%s: never above the sum", id)
		require.Len(t, c.Parts, 2)
	}
	// In a difficult area each part gets its ten days.
	hard := plans["G01"].Exec.Commit([]string{"a.dia-ban-kho-khan", "b.dia-ban-kho-khan"}, dossier.ChannelCounter, at)
	require.Equal(t, "39wd", hard.Committed.String())
}

// Each example walked to its end: one dossier, both results issued, the last one handed over, on time when every step takes
// its whole budget.
func TestMergedDossiersWalkToTheirEnd(t *testing.T) {
	t.Parallel()
	plans := plansByCode(t)
	shelf, err := Calendars()
	require.NoError(t, err)
	nation, err := shelf.Book("nation")
	require.NoError(t, err)
	for id, p := range pairs() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			plan := plans[id]
			holds, err := plan.Evaluate(p.facts)
			require.NoError(t, err)
			out, err := simulate.Run(simulate.Scenario{
				Plan: &plan.Exec, Calendar: nation.Calendar(), Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter,
				Received: time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()), Conditions: holds, Pace: simulate.PaceFull,
				Until: time.Date(2026, 8, 31, 17, 0, 0, 0, calendar.Zone()),
			})
			require.NoError(t, err)
			v := out.View
			require.Contains(t, []dossier.Stage{dossier.StageFinished, dossier.StageReturned}, v.Stage, "%+v", v.Tasks)
			require.False(t, v.Refusal)
			require.Contains(t, []string{dossier.ClassEarly, dossier.ClassOnTime}, v.Verdict.Class)
			require.Len(t, v.Parts, 2)
			for i, code := range []string{p.first, p.second} {
				part := v.Parts[i]
				require.Equal(t, code, part.Code)
				require.Equal(t, dossier.PartDone, part.State)
				require.NotEmpty(t, part.Results)
				require.Positive(t, part.Minutes)
			}
			require.Equal(t, v.Parts[1].Results, v.Results, "only the last result is handed over")
			require.False(t, v.Parts[0].DoneAt.After(v.Parts[1].DoneAt))
			require.Equal(t, 1, countOf(out, "accepted"))
			require.Equal(t, 1, countOf(out, "finished"))
		})
	}
}

func countOf(out simulate.Outcome, kind string) (n int) {
	for _, m := range out.Moments {
		if m.Event.Body != nil && m.Event.Body.Kind() == kind {
			n++
		}
	}
	return n
}

// A refusal in the second part gives back what the first has signed, and refuses the second only.
func TestRefusalInTheSecondPartGivesBackTheFirst(t *testing.T) {
	t.Parallel()
	plan := plansByCode(t)["G01"]
	shelf, err := Calendars()
	require.NoError(t, err)
	nation, err := shelf.Book("nation")
	require.NoError(t, err)
	for step, want := range map[string][]string{
		"b-tham-dinh": {dossier.PartDone, dossier.PartRefused},
		"a-tham-dinh": {dossier.PartRefused, dossier.PartRefused},
	} {
		out, err := simulate.Run(simulate.Scenario{
			Plan: &plan.Exec, Calendar: nation.Calendar(), Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter,
			Received: time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()), Pace: simulate.PaceHalf,
			Choose: map[string]string{step: "tu-choi"}, Until: time.Date(2026, 6, 30, 17, 0, 0, 0, calendar.Zone()),
		})
		require.NoError(t, err)
		require.True(t, out.View.Refusal, step)
		require.Equal(t, want, []string{out.View.Parts[0].State, out.View.Parts[1].State}, step)
		require.Equal(t, step == "b-tham-dinh", len(out.View.Results) == 1, "%s: %v", step, out.View.Results)
	}
}

// A supplement before the first result lets the whole limit run again, afterwards that of the second part alone.
func TestSupplementActsOnTheRemainingParts(t *testing.T) {
	t.Parallel()
	plan := plansByCode(t)["G01"]
	shelf, err := Calendars()
	require.NoError(t, err)
	nation, err := shelf.Book("nation")
	require.NoError(t, err)
	day := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, calendar.Zone()) }
	ask := func(at time.Time) []dossier.Act {
		return []dossier.Act{
			{Kind: dossier.ActRequestSupplement, At: at, Reasoned: true},
			{Kind: dossier.ActProvideSupplement, At: at.Add(time.Hour), Complete: true},
		}
	}
	complete := func(at time.Time, outcome string) dossier.Act {
		return dossier.Act{Kind: dossier.ActComplete, At: at, Outcome: outcome}
	}
	first := append([]dossier.Act{complete(day(2, 10), "")}, ask(day(3, 9))...)
	second := append([]dossier.Act{complete(day(2, 10), ""), complete(day(3, 9), "dat"), complete(day(3, 10), "duyet")}, ask(day(4, 9))...)
	for name, c := range map[string]struct {
		acts []dossier.Act
		due  time.Time
	}{
		"in the first part":  {first, time.Date(2026, 3, 30, 17, 0, 0, 0, calendar.Zone())},  // 19 working days from Tuesday 3 March
		"in the second part": {second, time.Date(2026, 3, 16, 17, 0, 0, 0, calendar.Zone())}, // 8 from Wednesday 4 March
	} {
		out, err := simulate.Run(simulate.Scenario{
			Plan: &plan.Exec, Calendar: nation.Calendar(), Policy: dossier.DefaultPolicy(), Channel: dossier.ChannelCounter,
			Received: day(2, 9), Acts: c.acts, Until: day(6, 17),
		})
		require.NoError(t, err)
		require.Equal(t, 2, out.View.Count, name)
		require.True(t, c.due.Equal(out.View.DueAt), "%s: due %s", name, out.View.DueAt)
	}
}
