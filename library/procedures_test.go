package library

import (
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

// compiled are the plans, compiled once for all tests: they are immutable.
var compiled = sync.OnceValues(Plans)

func plansByCode(t *testing.T) map[string]*procedure.Plan {
	t.Helper()
	plans, err := compiled()
	require.NoError(t, err)
	return byCode(plans)
}

func byCode(plans []*procedure.Plan) map[string]*procedure.Plan {
	m := map[string]*procedure.Plan{}
	for _, p := range plans {
		m[p.Code] = p
	}
	return m
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

// openBySource are the definitions whose sources leave time to nobody, with what lint says of it.
func openBySource() map[string]string {
	return map[string]string{
		// The internal processes that were read add up to 9.5 of 10 and to 12 of 17 working days.
		"1.012786": "9.5wd trên 10wd: còn 0.5wd",
		"1.012756": "12wd trên 17wd: còn 5wd",
		// Published as 23 working days = 3 working days + 15 calendar days + 5 working days, which hold 18.
		"1.013945": "18wd trên 23wd: còn 5wd",
		"1.014275": "18wd trên 23wd: còn 5wd",
		// The proposed rule counts a same-day part as a working day of the sum, of which its steps need the hour or two that
		// they have; G05 inherits the half day of 1.012786.
		"G04": "37.75wh trên 5wd (sum): còn 2.25wh",
		"G05": "16.5wd trên 17wd (sum): còn 0.5wd",
		"G06": "61.75wh trên 8wd (sum): còn 2.25wh",
		"G07": "61.75wh trên 8wd (sum): còn 2.25wh",
		"G13": "61.75wh trên 8wd (sum): còn 2.25wh",
	}
}

// openByLaw says why a warning may stand on a shipped definition, "" where it may not.
func openByLaw(code string, d *procedure.Definition, f procedure.Diagnostic) string {
	switch f.Rule {
	case "unassigned-time":
		if says, ok := openBySource()[code]; ok && strings.Contains(f.Message, says) {
			return "the source leaves it to nobody"
		}
	case "wait-without-end":
		return "no law was read that ends the wait"
	case "twenty-percent":
		if len(d.Reductions) == 0 {
			return "the steps take the whole legal limit; no decision that cuts them was read"
		}
	case "steps-over-limit":
		if u := d.Limit.Value.Unit; u == calendar.Day || u == calendar.Month {
			return "a limit in calendar days holds less work over Tết than any plan needs"
		}
	}
	return ""
}

// What lint says of the shipped definitions: nothing, except what the sources or the law really leave open.
func TestDefinitionsLintClean(t *testing.T) {
	t.Parallel()
	shelf, err := Shelf()
	require.NoError(t, err)
	definitions, err := Definitions()
	require.NoError(t, err)
	shelf.Plans = map[string]string{}
	for code, p := range plansByCode(t) {
		shelf.Plans[code] = p.Hash
	}
	for _, f := range definitions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			d, found := procedure.Parse(f.Name, f.Data)
			require.Empty(t, found)
			found = procedure.LintWith(d, shelf, procedure.LintOptions{On: on(t, "2026-11-24")})
			code, _, _ := strings.Cut(path.Base(f.Name), "-")
			for _, x := range found {
				require.Equal(t, procedure.SeverityWarning, x.Severity, x.String())
				require.NotEmpty(t, openByLaw(code, d, x), x.String())
			}
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
		{"1.012753", nil, "20wd", "20wd"},
		{"1.012753", hard, "30wd", "30wd"},
		{"1.012756", nil, "17wd", "17wd"},
		{"1.012781", nil, "10wd", "10wd"},
		{"1.012781", map[string]any{"parcel.added_titled": false}, "20wd", "20wd"},
		{"1.012781", map[string]any{"parcel.added_titled": false, "parcel.region": "mountain"}, "30wd", "30wd"},
		{"1.012782", hard, "30wd", "30wd"},
		{"1.012785", nil, "8wd", "8wd"},
		{"1.012787", hard, "18wd", "18wd"},
		{"1.012789", map[string]any{"data.ready": false}, "10wd", "10wd"},
		{"1.012791", nil, "20wd", "20wd"},
		{"1.012796", nil, "8wd", "8wd"},
		{"1.012805", nil, "50d", "50d"},
		{"1.012805", hard, "60d", "60d"},
		{"1.012812", nil, "30d", "30d"},
		{"1.012812", hard, "40d", "40d"},
		{"1.012817", nil, "20wd", "20wd"},
		{"1.012818", hard, "35wd", "35wd"},
		{"1.012821", nil, "33wd", "33wd"},
		{"1.012821", hard, "43wd", "43wd"},
		{"1.013823", nil, "15d", "15d"},
		{"1.013949", hard, "25d", "25d"},
		{"1.013825", nil, "15d", "15d"},
		{"1.013950", hard, "25d", "25d"},
		{"1.013826", nil, "5d", "5d"},
		{"1.013952", map[string]any{"adjust.long": true}, "15d", "15d"},
		{"1.013952", map[string]any{"adjust.long": true, "parcel.region": "island"}, "25d", "25d"},
		{"1.013827", nil, "7d", "7d"},
		{"1.013953", hard, "17d", "17d"},
		{"1.013828", nil, "15d", "15d"},
		{"1.014284", hard, "25d", "25d"},
		{"1.013945", nil, "23wd", "23wd"},
		{"1.014275", nil, "23wd", "23wd"},
		{"1.013946", nil, "15d", "15d"},
		{"1.013946", hard, "25d", "25d"},
		{"1.013965", map[string]any{"plan.renewal": true}, "7wd", "7wd"},
		{"1.013965", map[string]any{"plan.renewal": true, "parcel.region": "mountain"}, "17wd", "17wd"},
		{"1.013947", hard, "17wd", "17wd"},
		{"1.013962", nil, "35d", "35d"},
		{"1.013967", nil, "45d", "45d"},
		{"1.013967", hard, "60d", "60d"},
		{"1.013977", nil, "8wd", "8wd"},
		{"1.013977", map[string]any{"plan.detailed": true, "parcel.region": "mountain"}, "15wd", "15wd"},
		{"1.013978", nil, "20wd", "20wd"},
		{"1.013978", map[string]any{"applicant.wants_title": false, "parcel.region": "mountain"}, "27wd", "27wd"},
		{"1.013979", hard, "20wd", "20wd"},
		{"1.013980", nil, "8wd", "8wd"},
		{"1.013980", map[string]any{"change.kind": "public-asset", "parcel.region": "mountain"}, "20wd", "20wd"},
		{"1.013994", nil, "20wd", "20wd"},
		{"1.013994", map[string]any{"project.titled": true}, "8wd", "8wd"},
		{"2.002750", nil, "15d", "15d"},
		{"1.004222", nil, "7wd", "7wd"},
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
	for _, code := range []string{"1.011441", "1.011442", "1.011443", "1.011444", "1.011445", "1.012789", "1.013988", "1.001193", "1.000656", "1.000894"} {
		require.NotNil(t, plans[code].Exec.SameDay, code)
		require.Equal(t, 15*60, plans[code].Exec.SameDay.CutOff)
		require.True(t, plans[code].Exec.Limit.IsZero())
	}
	for _, code := range []string{"1.011441", "1.011442", "1.011443", "1.011444", "1.011445"} {
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

// The breadth that the library promises: land procedures of a land office or a commune, mortgage registration, civil status
// and residence.
func TestLibraryHoldsTheProceduresOfADesk(t *testing.T) {
	t.Parallel()
	fields := map[string]int{}
	for code, p := range plansByCode(t) {
		if !strings.HasPrefix(code, "9.") && p.Exec.Merged == nil {
			fields[p.Field]++
		}
	}
	require.GreaterOrEqual(t, fields["dat-dai"]+fields["dang-ky-bien-phap-bao-dam"], 54)
	require.Equal(t, 5, fields["dang-ky-bien-phap-bao-dam"])
	require.Equal(t, 5, fields["ho-tich"], "birth, death, marriage, and the groups that begin with a birth and a death")
	require.Equal(t, 1, fields["cu-tru"])
}

// One form for all files, so that a diff between two versions shows what changed and nothing else.
func TestDefinitionsAreInCanonicalForm(t *testing.T) {
	t.Parallel()
	definitions, err := Procedures()
	require.NoError(t, err)
	for _, f := range definitions {
		out, err := procedure.Format(f.Data)
		require.NoError(t, err, f.Name)
		require.Equal(t, string(out), string(f.Data), "motcua procedure fmt -w library/%s", f.Name)
	}
}

func TestPlansAreStableAndSurviveStorage(t *testing.T) {
	t.Parallel()
	plans, err := Plans()
	require.NoError(t, err)
	first, again := plansByCode(t), byCode(plans)
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
