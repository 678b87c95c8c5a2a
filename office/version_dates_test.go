package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/office"
	"motcua/procedure"
)

// What a version says is judged on its first day: what is over by then, or not there yet, blocks its publication.
func TestPublicationIsJudgedOnItsFirstDay(t *testing.T) {
	t.Parallel()
	const before, on = "2026-05-31", "2026-06-01" // today is the second of March
	fee := [2]string{"amount: 20000, online", "amount: 20000, until: 2026-05-31, online"}
	basis := func(text string) [2]string {
		return [2]string{"\nsources:", "\nlegal-basis: [{document: 1/2024/QH15, " + text + "}]\nsources:"}
	}
	for name, c := range map[string]struct {
		change    [2]string
		rule      string
		good, bad string
	}{
		"fee past its date":     {fee, "fee-expired", before, on},
		"basis past its date":   {basis("until: 2026-05-31"), "basis-repealed", before, on},
		"basis not yet there":   {basis("from: 2026-06-01"), "basis-repealed", on, before},
		"a limit that is cut":   {[2]string{"\nlimit: 8wh", "\nreductions: [thu]\nlimit: 8wh"}, "steps-over-limit", on, before},
		"a cut that comes soon": {[2]string{"\nlimit: 8wh", "\nreductions: [sap]\nlimit: 8wh"}, "steps-over-limit", "", before},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			ctx := t.Context()
			shelf := *d.Shelf
			two := calendar.Limit{Hundredths: 200, Unit: calendar.WorkingHour}
			shelf.Reductions = map[string]procedure.Reduction{
				"thu": {Rule: "thu", Decision: "1/QĐ-UBND", From: "2026-01-01", To: "2026-05-31", Cut: two},
				"sap": {Rule: "sap", Decision: "2/QĐ-UBND", From: "2026-12-01", Cut: two},
			}
			d.Shelf = &shelf
			file := definition(t, c.change[0], c.change[1])
			rules := func(f procedure.Diagnostics) (out []string) {
				for _, x := range f {
					if x.Severity == procedure.SeverityError {
						require.Positive(t, x.Line)
						out = append(out, x.Rule)
					}
				}
				return out
			}
			got, err := d.CheckDefinition(ctx, d.as("congdvc"), file, c.bad)
			require.NoError(t, err)
			require.Equal(t, []string{c.rule}, rules(got.Findings))
			require.Empty(t, got.Hash)
			v := d.draft("a", file)
			_, err = d.ActOnVersion(ctx, d.as("thamdinh"), v.ID, office.VersionActBody{Kind: office.VersionSubmit, From: c.bad}, "bad", 0)
			p := problem(t, err, 422, "definition_faulty")
			require.Equal(t, []string{c.rule}, rules(p.Findings))
			if c.good == "" {
				return // no day on which nothing is wrong
			}
			_, err = d.ActOnVersion(ctx, d.as("thamdinh"), v.ID, office.VersionActBody{Kind: office.VersionSubmit, From: c.good}, "good", 0)
			require.NoError(t, err)
			d.stepped("kstt", v.ID, office.VersionActBody{Kind: office.VersionCheck})
			d.stepped("chutich", v.ID, office.VersionActBody{Kind: office.VersionApprove})
			publish := office.VersionActBody{Kind: office.VersionPublish, Decision: d.decide("1", office.PublicationDecision{Amended: []string{v.Code}}), From: c.bad}
			_, err = d.ActOnVersion(ctx, d.as("kstt2"), v.ID, publish, "p-bad", 0)
			p = problem(t, err, 422, "definition_faulty")
			require.Equal(t, []string{c.rule}, rules(p.Findings))
			require.Contains(t, p.Detail, map[string]string{before: "31/05/2026", on: "01/06/2026"}[c.bad])
			still, err := d.Version(ctx, d.as("kstt2"), v.ID)
			require.NoError(t, err)
			require.Equal(t, models.VersionApproved, still.State)
			publish.From = c.good
			v, err = d.ActOnVersion(ctx, d.as("kstt2"), v.ID, publish, "p-good", 0)
			require.NoError(t, err)
			require.Equal(t, models.VersionPublished, v.State)
		})
	}
}

// A warning on the first day stops nothing, and is told to whoever publishes.
func TestPublicationTellsWarnings(t *testing.T) {
	t.Parallel()
	d := open(t)
	v := d.publishes("a", definition(t, "limit: 8wh", "limit: 9wh"))
	require.Equal(t, models.VersionPublished, v.State)
	require.Len(t, v.Findings, 1)
	require.Equal(t, "unassigned-time", v.Findings[0].Rule)
	_, err := d.CheckDefinition(t.Context(), d.as("congdvc"), definition(t), "1/6/2026")
	problem(t, err, 422, "invalid")
}
