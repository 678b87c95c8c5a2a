package library

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

func plansByCode(t *testing.T) map[string]*procedure.Plan {
	t.Helper()
	plans, err := Plans()
	require.NoError(t, err)
	byCode := map[string]*procedure.Plan{}
	for _, p := range plans {
		byCode[p.Code] = p
	}
	return byCode
}

func TestShelfHasTheLadders(t *testing.T) {
	t.Parallel()
	shelf, err := Shelf()
	require.NoError(t, err)
	for _, name := range []string{"standard", "hours", "same-day"} {
		require.NotEmpty(t, shelf.Ladders[name], name)
	}
	cut := shelf.Reductions["cut-20"]
	require.Equal(t, 20, cut.CutPercent)
	require.Equal(t, calendar.MustLimit("10wd"), cut.Above)
	require.Contains(t, cut.Decision, "chưa xác minh", "no number of the decision is known: none is invented")
}

// What lint says of the shipped definitions: nothing, except what the sources really leave open.
func TestDefinitionsLintClean(t *testing.T) {
	t.Parallel()
	shelf, err := Shelf()
	require.NoError(t, err)
	definitions, err := Procedures()
	require.NoError(t, err)
	for _, f := range definitions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			d, found := procedure.Parse(f.Name, f.Data)
			require.Empty(t, found)
			found = procedure.LintWith(d, shelf, procedure.LintOptions{On: on(t, "2026-11-24")})
			if strings.Contains(f.Name, "1.012786") {
				// The source's steps add up to 9.5 of 10 working days (domain.md §5.5B).
				require.Len(t, found, 1)
				require.Equal(t, "unassigned-time", found[0].Rule)
				require.Equal(t, procedure.SeverityWarning, found[0].Severity)
				require.Contains(t, found[0].Message, "9.5wd")
				require.Contains(t, found[0].Message, "0.5wd")
				return
			}
			require.Empty(t, found)
		})
	}
}

// Committed limits against domain.md §5.2: code, conditions that hold, legal limit, committed limit.
func TestCommittedLimits(t *testing.T) {
	t.Parallel()
	plans := plansByCode(t)
	hard := map[string]any{"parcel.region": "mountain"}
	for _, c := range []struct {
		code             string
		facts            map[string]any
		legal, committed string
	}{
		{"1.012784", nil, "12wd", "12wd"},
		{"1.012784", hard, "22wd", "22wd"},
		{"1.012786", nil, "10wd", "10wd"},
		{"1.012786", hard, "20wd", "20wd"},
		{"1.012783", nil, "5wd", "5wd"},
		{"1.012783", map[string]any{"parcel.remeasure": true}, "10wd", "10wd"},
		{"1.012783", map[string]any{"parcel.remeasure": true, "parcel.region": "island"}, "20wd", "20wd"},
		{"1.012783", hard, "15wd", "15wd"},
		{"1.013831", nil, "8wd", "8wd"},
		{"1.013831", hard, "18wd", "18wd"},
		{"1.012790", nil, "8wd", "8wd"},
		{"1.012766", hard, "13wd", "13wd"},
		{"1.013833", nil, "4wd", "4wd"},
		{"1.013992", nil, "7wd", "7wd"},
		{"1.012793", hard, "18wd", "18wd"},
		{"1.013995", nil, "8wd", "8wd"},
		{"1.013993", nil, "12wd", "9wd"},   // floor(0.8 × 12), domain.md §8.1
		{"1.013993", hard, "22wd", "17wd"}, // floor(0.8 × 22)
		{"9.000001", nil, "8wh", "8wh"},
	} {
		p := plans[c.code]
		require.NotNil(t, p, c.code)
		conditions, err := p.Evaluate(c.facts)
		require.NoError(t, err, c.code)
		got := p.Exec.Commit(conditions, "counter", on(t, "2026-11-24"))
		require.Equal(t, calendar.MustLimit(c.legal), got.Legal, "%s %v", c.code, c.facts)
		require.Equal(t, calendar.MustLimit(c.committed), got.Committed, "%s %v", c.code, c.facts)
	}
}

// NĐ 99/2022 Đ16.1: on the day of receipt, up to 15:00; at most 3wd with good reason, whenever it was received.
func TestSameDayProcedures(t *testing.T) {
	t.Parallel()
	plans := plansByCode(t)
	for _, code := range []string{"1.011441", "1.011443", "1.013988"} {
		require.NotNil(t, plans[code].Exec.SameDay, code)
		require.Equal(t, 15*60, plans[code].Exec.SameDay.CutOff)
		require.True(t, plans[code].Exec.Limit.IsZero())
	}
	for _, code := range []string{"1.011441", "1.011443"} {
		require.Len(t, plans[code].Exec.Extensions, 1)
		require.Equal(t, calendar.MustLimit("2wd"), plans[code].Exec.Extensions[0].Add)
		require.NotEmpty(t, plans[code].Exec.StartsAt, "the clock starts at the land office's receipt (Đ16.2)")
	}
}

// Excluded time has a ground, and what may be excluded stays inside its bound.
func TestExcludedLegsCiteTheirGround(t *testing.T) {
	t.Parallel()
	for code, p := range plansByCode(t) {
		for _, s := range p.Exec.Steps {
			if s.Excluded {
				require.NotEmpty(t, s.Ground, "%s %s", code, s.ID)
			}
		}
	}
	p := plansByCode(t)["1.012786"]
	for id, want := range map[string]string{"niem-yet": "15d", "ket-thuc-niem-yet": "5d"} {
		s, ok := p.Exec.Step(id)
		require.True(t, ok)
		require.True(t, s.Excluded)
		require.Equal(t, calendar.MustLimit(want), s.Bound)
	}
}

// Every role of every step is held by somebody in the agency that every binding gives it, at every desk.
func TestDemoOrganisationCanCarryEveryProcedure(t *testing.T) {
	t.Parallel()
	org := demo(t)
	for code, p := range plansByCode(t) {
		leads := org.Leads(p.Agency)
		require.NotEmpty(t, leads, code)
		for _, lead := range leads {
			desks := org.Receiving(lead.ID)
			require.NotEmpty(t, desks, lead.ID)
			for _, desk := range desks {
				for _, s := range p.Exec.Steps {
					a, err := org.Bind(lead.ID, desk.ID, s.Agency)
					require.NoError(t, err, "%s %s", code, s.ID)
					if s.Role != "" {
						require.NotEmpty(t, org.Holders(a.ID, s.Role, on(t, "2026-11-24")), "%s %s: %s of %s", code, s.ID, s.Role, a.ID)
					}
				}
			}
		}
	}
}

func TestPlansAreStableAndSurviveStorage(t *testing.T) {
	t.Parallel()
	first, again := plansByCode(t), plansByCode(t)
	for code, p := range first {
		require.Equal(t, p.Hash, again[code].Hash, code)
		data, err := p.Encode()
		require.NoError(t, err)
		stored, err := procedure.Decode(data)
		require.NoError(t, err)
		require.Equal(t, p.Hash, stored.Hash)
		require.NotEmpty(t, procedure.Draw(p))
		require.Equal(t, procedure.Draw(p), procedure.Draw(stored), code)
		require.Contains(t, procedure.Describe(p), p.Name)
	}
}

// The powers that the library shows at least once: parallel branches with a join, a condition, a loop back, all acts.
func TestLibraryShowsWhatTheLanguageCanDo(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range plansByCode(t) {
		for _, s := range p.Exec.Steps {
			seen["join"] = seen["join"] || len(s.Join) > 1
			seen["loop"] = seen["loop"] || s.MaxVisits > 1
			for _, m := range s.May {
				seen[m] = true
			}
			for _, o := range s.Outcomes {
				seen["parallel"] = seen["parallel"] || len(o.Edges) > 1 && o.Edges[0].When == "" && !o.Edges[0].Else
				for _, e := range o.Edges {
					seen["condition"] = seen["condition"] || e.When != ""
				}
			}
		}
	}
	for _, power := range []string{"join", "loop", "parallel", "condition", procedure.MaySupplement, procedure.MaySuspend, procedure.MayPayment} {
		require.True(t, seen[power], power)
	}
}
