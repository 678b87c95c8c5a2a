package office_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/catalogue"
	"motcua/library"
	"motcua/office"
	"motcua/procedure"
)

func principalOf(role string, scope ...string) office.Principal {
	return office.Principal{ID: role, Officer: "cb", Agency: "H99", Roles: []string{role}, All: role == office.RoleControl, Scope: scope}
}

// outdate publishes a newer plan of 1.012784, so that dossiers taken in before are on one that no longer holds.
func (d *desk) outdate() {
	d.t.Helper()
	files, err := library.Procedures()
	require.NoError(d.t, err)
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	i := slices.IndexFunc(files, func(f library.File) bool { return strings.Contains(f.Name, "1.012784") })
	definition, _ := procedure.Parse(files[i].Name, []byte(strings.Replace(string(files[i].Data), "on: 2025-06-23", "on: 2026-01-05", 1)))
	plan, found := procedure.Compile(definition, shelf)
	require.NotNil(d.t, plan, found)
	require.NoError(d.t, d.store.SavePlan(d.t.Context(), plan, nil))
}

// excerpt is the twenty-two real lines of the catalogue's tests.
func excerpt(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../catalogue/testdata/published.jsonl")
	require.NoError(t, err)
	return string(data)
}

func (d *desk) load(text, key string, full bool) catalogue.Report {
	d.t.Helper()
	r, err := d.ImportCatalogue(d.t.Context(), principalOf(office.RoleControl), office.CatalogueFile{Name: "f\x00.jsonl", Body: strings.NewReader(text), Full: full}, key)
	require.NoError(d.t, err)
	require.Equal(d.t, r.Lines, r.Blank+r.New+r.Changed+r.Unchanged+r.Reread+r.Repeated+r.Refused)
	return r
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	text := excerpt(t)
	first := d.load(text+"{}\n", "a", true)
	require.Equal(t, 22, first.New)
	require.Equal(t, "f.jsonl", first.File)
	require.Equal(t, []catalogue.RefusedLine{{Line: 23, Refusal: catalogue.Refusal{Reason: "no-code", Column: 1, Detail: "thiếu mã thủ tục (code)"}}}, first.Refusals)
	require.NotEmpty(t, first.Rules)
	require.Equal(t, first, d.load(text+"{}\n", "a", true), "the same key is answered with the first report")
	control := principalOf(office.RoleControl)
	_, err := d.ImportCatalogue(t.Context(), control, office.CatalogueFile{Body: strings.NewReader(text)}, "a")
	require.Equal(t, "idempotency_key_reused", office.ProblemOf(err).Code)

	again := d.load(text+"{}\n", "b", true)
	require.Equal(t, 22, again.Unchanged)
	require.Zero(t, again.New+again.Changed+again.Reread+len(again.Absent))

	lines := strings.SplitAfter(text, "\n")
	less := d.load(strings.Join(lines[1:], ""), "c", true)
	require.Equal(t, []string{"1.000020"}, less.Absent)
	changed := d.load(strings.Replace(lines[0], "2628/QĐ-BTC", "1/QĐ-BTC", 1), "d", false)
	require.Equal(t, []catalogue.Change{{Path: "decision", From: "2628/QĐ-BTC", To: "1/QĐ-BTC"}}, changed.Changes[0].Changes)
	e, err := d.CatalogueEntry(t.Context(), control, "1.000020")
	require.NoError(t, err)
	require.Equal(t, 2, e.Revision)
	require.True(t, e.AbsentSince.IsZero())
	require.Len(t, e.Revisions, 1)
	require.JSONEq(t, strings.Replace(lines[0], "2628/QĐ-BTC", "1/QĐ-BTC", 1), string(e.Source), "the line as published")

	refused, err := d.CatalogueRefused(t.Context(), control, first.Import)
	require.NoError(t, err)
	require.Equal(t, "{}\n", string(refused))
	for _, empty := range []string{"", "\n\n"} {
		_, err = d.ImportCatalogue(t.Context(), control, office.CatalogueFile{Body: strings.NewReader(empty), Full: true}, "e")
		require.Equal(t, "invalid", office.ProblemOf(err).Code, "an empty file does not empty the catalogue")
	}
	_, err = d.CatalogueReport(t.Context(), control, "none")
	require.Equal(t, "import_unknown", office.ProblemOf(err).Code)
	_, err = d.CatalogueRefused(t.Context(), control, "none")
	require.Equal(t, "import_unknown", office.ProblemOf(err).Code)
	_, err = d.CatalogueEntry(t.Context(), control, "9.9")
	require.Equal(t, "entry_unknown", office.ProblemOf(err).Code)
	_, err = d.CatalogueDraft(t.Context(), control, "9.9", "")
	require.Equal(t, "entry_unknown", office.ProblemOf(err).Code)
	_, err = d.CatalogueDraft(t.Context(), control, "1.012784", "ministry")
	require.Equal(t, "?level", office.ProblemOf(err).Errors[0].Pointer)
	draft, err := d.CatalogueDraft(t.Context(), control, "1.012784", "")
	require.NoError(t, err)
	require.Contains(t, string(draft), `code: "1.012784"`)
}

// Every figure of the ledger lists exactly the entries that it counts, and the groups add up to the total.
func TestEveryFigureOpens(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.load(excerpt(t), "a", false)
	d.take(parcel(), "k")
	d.outdate()
	control := principalOf(office.RoleControl)
	for _, by := range office.Divisions() {
		for _, part := range []office.CataloguePart{{}, {Level: "province"}, {Text: "dat"}, {Rule: "basis-glued"}, {Field: "dat-dai"}} {
			ledger, err := d.CoverageLedger(t.Context(), control, by, part)
			require.NoError(t, err)
			var sum [11]int64
			for _, l := range ledger.Items {
				for i, f := range figures(l) {
					sum[i] += f.Count
					d.opens(t, control, f)
				}
			}
			for i, f := range figures(ledger.Total) {
				require.Equal(t, f.Count, sum[i], "%s, figure %d", by, i)
				d.opens(t, control, f)
			}
			total := ledger.Total
			require.Equal(t, total.Entries.Count, total.Published.Count+total.Unpublished.Count)
			require.Equal(t, total.Entries.Count, total.Electronic.Count+total.Paper.Count)
			require.Equal(t, total.Entries.Count, total.InternalOfficial.Count+total.InternalInferred.Count+total.InternalSample.Count+total.InternalNone.Count)
		}
	}
	ledger, err := d.CoverageLedger(t.Context(), control, "field", office.CataloguePart{})
	require.NoError(t, err)
	require.EqualValues(t, 1, ledger.Total.Outdated.Count)
	require.EqualValues(t, 2, ledger.Total.Published.Count, "1.012784 and 1.012785")
	require.EqualValues(t, 22, ledger.Total.Entries.Count)
	_, err = d.CoverageLedger(t.Context(), control, "colour", office.CataloguePart{})
	require.Equal(t, "?by", office.ProblemOf(err).Errors[0].Pointer)
}

func figures(l office.CoverageLine) []office.Figure {
	return []office.Figure{
		l.Entries, l.Published, l.Unpublished, l.Electronic, l.Paper, l.InternalOfficial, l.InternalInferred, l.InternalSample, l.InternalNone, *l.Outdated, l.Absent,
	}
}

// opens follows a figure's query, page by page.
func (d *desk) opens(t *testing.T, p office.Principal, f office.Figure) {
	t.Helper()
	q, err := url.ParseQuery(f.Query)
	require.NoError(t, err)
	is := func(name string) *bool {
		if !q.Has(name) {
			return nil
		}
		b := q.Get(name) == "true"
		return &b
	}
	filter := office.CatalogueFilter{
		CataloguePart: office.CataloguePart{Text: q.Get("text"), Field: q.Get("field"), Agency: q.Get("agency"), Ministry: q.Get("ministry"),
			Level: q.Get("level"), Levels: q.Get("levels"), Rule: q.Get("finding")},
		Published: is("published"), Electronic: is("electronic"), Outdated: is("outdated"), Absent: is("absent"), Internal: q.Get("internal"), Limit: 7,
	}
	n := int64(0)
	for {
		list, next, err := d.Catalogue(t.Context(), p, filter)
		require.NoError(t, err)
		n += int64(len(list))
		if next == "" {
			break
		}
		filter.Cursor = next
	}
	require.Equal(t, f.Count, n, f.Query)
}

// Dossiers are counted in the scope of who asks; who may read none sees no such figure and cannot ask for it.
func TestOutdatedDossiersStayInScope(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.load(excerpt(t), "a", false)
	d.take(parcel(), "k")
	d.outdate()
	outdated := func(p office.Principal) *int64 {
		list, _, err := d.Catalogue(t.Context(), p, office.CatalogueFilter{CataloguePart: office.CataloguePart{Text: "1.012784"}, Limit: 10})
		require.NoError(t, err)
		i := slices.IndexFunc(list, func(l office.CatalogueLine) bool { return l.Code == "1.012784" })
		require.GreaterOrEqual(t, i, 0)
		e, err := d.CatalogueEntry(t.Context(), p, "1.012784")
		require.NoError(t, err)
		require.Equal(t, list[i].Outdated, e.Coverage.Outdated)
		return list[i].Outdated
	}
	require.EqualValues(t, 1, *outdated(principalOf(office.RoleControl)))
	require.EqualValues(t, 1, *outdated(principalOf(office.RoleOneStop, "H99.02.01")))
	require.EqualValues(t, 0, *outdated(principalOf(office.RoleOneStop, "H99.31")))
	admin := principalOf(office.RoleAdmin)
	require.Nil(t, outdated(admin))
	ledger, err := d.CoverageLedger(t.Context(), admin, "level", office.CataloguePart{})
	require.NoError(t, err)
	require.Nil(t, ledger.Total.Outdated)
	yes := true
	_, _, err = d.Catalogue(t.Context(), admin, office.CatalogueFilter{Outdated: &yes, Limit: 10})
	require.Equal(t, "forbidden", office.ProblemOf(err).Code)

	list, _, err := d.List(t.Context(), principalOf(office.RoleControl), office.ListFilter{Procedure: "1.012784", Outdated: true, Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 1, "the figure of an entry opens down to its dossiers")
	_, _, err = d.Catalogue(t.Context(), principalOf(office.RoleControl), office.CatalogueFilter{Cursor: "x", Limit: 1})
	require.Equal(t, "bad_query", office.ProblemOf(err).Code)
}
