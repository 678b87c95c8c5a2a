package models_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"motcua/catalogue"
	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

// file is an import of lines as a caller prepares it.
func file(t testing.TB, id string, full bool, lines ...string) models.CatalogueImport {
	t.Helper()
	text := strings.Join(lines, "\n")
	read, err := catalogue.Read(strings.NewReader(text))
	require.NoError(t, err)
	first, repeats, refused, err := read.Once()
	require.NoError(t, err)
	r := catalogue.Report{Import: id, File: "f.jsonl", SHA256: "sha-" + text, Full: full, At: at(2, 8, 0), Lines: read.Total, Blank: read.Blank,
		Repeated: len(repeats), Refused: len(refused), Rules: catalogue.CountRules(read.Lines)}
	return models.CatalogueImport{Report: r, By: "kstt", Lines: first, Refused: refused}
}

func line(code, name, more string) string {
	return fmt.Sprintf(`{"code":%q,"name":%q,"field":"Đất đai","levels":["Cấp tỉnh"],"ministry":"bo-mau","implementing":["Sở mẫu"]%s}`, code, name, more)
}

func closed(t *testing.T, r catalogue.Report) {
	t.Helper()
	require.Equal(t, r.Lines, r.Blank+r.New+r.Changed+r.Unchanged+r.Reread+r.Repeated+r.Refused, "every line is counted once")
}

func TestCatalogueImports(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		a, b := line("1.000001", "Tách thửa", ""), line("1.000002", "Cấp đổi", "")
		first, err := s.ImportCatalogue(ctx, file(t, "i1", true, a, b, b, "", "{"))
		require.NoError(t, err)
		closed(t, first)
		require.Equal(t, []int{2, 0, 0, 1, 1}, []int{first.New, first.Changed, first.Unchanged, first.Repeated, first.Refused})

		again, err := s.ImportCatalogue(ctx, file(t, "i1", true, a, b, b, "", "{"))
		require.NoError(t, err)
		require.Equal(t, first, again, "the same import is answered, not done")
		_, err = s.ImportCatalogue(ctx, file(t, "i1", true, a))
		require.ErrorIs(t, err, models.ErrConflict)

		same, err := s.ImportCatalogue(ctx, file(t, "i2", true, a, b, b, "", "{"))
		require.NoError(t, err)
		closed(t, same)
		require.Equal(t, 2, same.Unchanged)
		require.Zero(t, same.New+same.Changed+same.Reread+len(same.Changes)+len(same.Absent))

		changed, err := s.ImportCatalogue(ctx, file(t, "i3", false, line("1.000001", "Tách thửa, hợp thửa", `,"legal_basis":["31/2024/QH15"]`)))
		require.NoError(t, err)
		closed(t, changed)
		require.Equal(t, []catalogue.Revised{{Code: "1.000001", Line: 1, Revision: 2, Changes: []catalogue.Change{
			{Path: "name", From: "Tách thửa", To: "Tách thửa, hợp thửa"}, {Path: "legal_basis", To: "31/2024/QH15"},
		}}}, changed.Changes)
		require.Empty(t, changed.Absent, "a part says nothing of the rest")
		e, err := s.CatalogueEntry(ctx, "1.000001")
		require.NoError(t, err)
		require.Equal(t, 2, e.Revision)
		require.Equal(t, "Tách thửa, hợp thửa", e.Entry.Name)
		require.Len(t, e.Revisions, 1)
		require.Equal(t, a, string(e.Revisions[0].Replaced), "the line that held before is kept")
		require.Equal(t, "i3", e.ImportID)

		report, err := s.CatalogueReport(ctx, "i3")
		require.NoError(t, err)
		require.Equal(t, changed, report)
		refused, err := s.CatalogueRefused(ctx, "i1")
		require.NoError(t, err)
		require.Equal(t, "{\n", string(refused))
		_, err = s.CatalogueRefused(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)
		_, err = s.CatalogueEntry(ctx, "9.999999")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

// What a full file does not hold stays, is marked once, and loses the mark when it is back.
func TestCatalogueAbsence(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		a, b, c := line("1.000001", "A", ""), line("1.000002", "B", ""), line("1.000003", "C", "")
		_, err := s.ImportCatalogue(ctx, file(t, "i1", true, a, b, c))
		require.NoError(t, err)
		for _, id := range []string{"i2", "i3"} {
			r, err := s.ImportCatalogue(ctx, file(t, id, true, b))
			require.NoError(t, err)
			require.Equal(t, []string{"1.000001", "1.000003"}, r.Absent)
			require.Equal(t, 1, r.Unchanged)
		}
		absent := func(want ...string) {
			t.Helper()
			yes := true
			rows, _, err := s.Catalogue(ctx, models.CatalogueFilter{Absent: &yes, Scope: all(), At: at(2, 8, 0)})
			require.NoError(t, err)
			var codes []string
			for _, r := range rows {
				codes = append(codes, r.Code)
				require.False(t, r.AbsentSince.IsZero())
			}
			require.Equal(t, want, codes)
		}
		absent("1.000001", "1.000003")
		_, err = s.ImportCatalogue(ctx, file(t, "i4", false, a))
		require.NoError(t, err)
		absent("1.000003")
		_, err = s.ImportCatalogue(ctx, file(t, "i5", false, line("1.000003", "C mới", "")))
		require.NoError(t, err)
		absent()
	})
}

// A newer program that understands the same line better changes the entry, but makes no revision of the publication.
func TestCatalogueReread(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		in := file(t, "i1", false, line("1.000001", "A", ""))
		in.Lines[0].Entry.Name = "as an older program read it"
		_, err := s.ImportCatalogue(ctx, in)
		require.NoError(t, err)
		r, err := s.ImportCatalogue(ctx, file(t, "i2", false, line("1.000001", "A", "")))
		require.NoError(t, err)
		closed(t, r)
		require.Equal(t, 1, r.Reread)
		e, err := s.CatalogueEntry(ctx, "1.000001")
		require.NoError(t, err)
		require.Equal(t, "A", e.Entry.Name)
		require.Equal(t, 1, e.Revision)
		require.Empty(t, e.Revisions)
	})
}

// Many at once: each code is one entry, and exactly one of the imports made it.
func TestCatalogueImportsWaitForEachOther(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const n = 6
		made := make([]int, n)
		g, ctx := errgroup.WithContext(t.Context())
		for i := range n {
			g.Go(func() error {
				r, err := s.ImportCatalogue(ctx, file(t, fmt.Sprint("i", i), true, line("1.000001", "A", ""), line("1.000002", "B", "")))
				made[i] = r.New
				return err
			})
		}
		require.NoError(t, g.Wait())
		slices.Sort(made)
		require.Equal(t, []int{0, 0, 0, 0, 0, 2}, made)
	})
}

func codesOf(t *testing.T, s *models.Store, f models.CatalogueFilter) []string {
	t.Helper()
	f.Scope, f.At = all(), at(2, 8, 0)
	codes := []string{}
	for {
		rows, next, err := s.Catalogue(t.Context(), f)
		require.NoError(t, err)
		for _, r := range rows {
			codes = append(codes, r.Code)
		}
		if next == "" {
			return codes
		}
		f.Cursor = next
	}
}

func TestCatalogueSearch(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		_, err := s.ImportCatalogue(t.Context(), file(t, "i1", false,
			`{"code":"1.000001","name":"Thủ tục đăng ký khai sinh","levels":["Cấp xã"],"field":"Hộ tịch","ministry":"bo-tu-phap","implementing":["Ủy ban nhân dân cấp xã"]}`,
			`{"code":"1.000002","name":"Đăng ký khai sinh có yếu tố nước ngoài","levels":["Cấp xã","Cấp tỉnh"],"field":"Hộ tịch","implementing":["Uỷ ban Nhân dân xã","phường","thị trấn."]}`,
			`{"code":"1.000003","name":"Cấp bản sao giấy khai sinh, đăng ký lại","levels":["Cấp tỉnh"],"field":"Hộ tịch","decision":"lạ"}`,
			`{"code":"1.000004","name":"Hỗ trợ đăng ký","levels":["Cấp tỉnh"],"field":"Khai thác, sinh vật"}`,
			`{"code":"1.000010","name":"Tách thửa (hợp thửa) 100%","levels":[],"authority":["Chi nhánh Văn phòng đăng ký đất đai"]}`,
			`{"code":"2.000001","name":"Khai thác 1.000001","levels":["Cấp bộ"]}`))
		require.NoError(t, err)
		for text, want := range map[string][]string{
			"":                    {"1.000001", "1.000002", "1.000003", "1.000004", "1.000010", "2.000001"},
			"dang ky khai sinh":   {"1.000001", "1.000002", "1.000003", "1.000004"}, // the name, its beginning, its words, words anywhere
			"sinh khai KY dang":   {"1.000001", "1.000002", "1.000003", "1.000004"},
			"đăng ký khai sinh":   {"1.000001", "1.000002", "1.000003", "1.000004"},
			"thu tuc dang ky":     {"1.000001"},
			"1.000001":            {"1.000001", "2.000001"},
			"1.00000":             {"1.000001", "1.000002", "1.000003", "1.000004", "2.000001"},
			"kha si":              {"1.000001", "1.000002", "1.000003", "1.000004"},
			"hop thua":            {"1.000010"},
			"vpdk":                {},
			"van phong dat dai":   {"1.000010"},
			"ai sinh":             {},
			"uy ban nhan dan xa":  {"1.000001", "1.000002"},
			"100%":                {"1.000010"},
			"%":                   {"1.000001", "1.000002", "1.000003", "1.000004", "1.000010", "2.000001"}, // no word: no restriction
			"khai_sinh' OR '1'=1": {},
		} {
			require.Equal(t, want, codesOf(t, s, models.CatalogueFilter{Text: text}), "%q", text)
			require.Equal(t, want, codesOf(t, s, models.CatalogueFilter{Text: text, Limit: 1}), "%q, page by page", text)
		}
		for name, c := range map[string]struct {
			f    models.CatalogueFilter
			want []string
		}{
			"field":          {models.CatalogueFilter{Field: "ho-tich"}, []string{"1.000001", "1.000002", "1.000003"}},
			"no field":       {models.CatalogueFilter{Field: models.None}, []string{"1.000010", "2.000001"}},
			"agency":         {models.CatalogueFilter{Agency: "ubnd-xa"}, []string{"1.000001", "1.000002"}},
			"by authority":   {models.CatalogueFilter{Agency: "vpdk-chi-nhanh"}, []string{"1.000010"}},
			"no agency":      {models.CatalogueFilter{Agency: models.None}, []string{"1.000003", "1.000004", "2.000001"}},
			"ministry":       {models.CatalogueFilter{Ministry: "bo-tu-phap"}, []string{"1.000001"}},
			"one level":      {models.CatalogueFilter{Level: "province"}, []string{"1.000002", "1.000003", "1.000004"}},
			"half a level":   {models.CatalogueFilter{Level: "provinc"}, []string{}},
			"a wild level":   {models.CatalogueFilter{Level: "%"}, []string{}},
			"these levels":   {models.CatalogueFilter{LevelGroup: "province,commune"}, []string{"1.000002"}},
			"no levels":      {models.CatalogueFilter{LevelGroup: models.None}, []string{"1.000010"}},
			"no level":       {models.CatalogueFilter{Level: models.None}, []string{"1.000010"}},
			"finding":        {models.CatalogueFilter{Rule: "decision-unknown"}, []string{"1.000003"}},
			"half a finding": {models.CatalogueFilter{Rule: "decision"}, []string{}},
			"text and level": {models.CatalogueFilter{Text: "khai sinh", Level: "commune"}, []string{"1.000001", "1.000002"}},
		} {
			require.Equal(t, c.want, codesOf(t, s, c.f), name)
		}
		_, _, err = s.Catalogue(t.Context(), models.CatalogueFilter{Cursor: "zzz"})
		require.ErrorIs(t, err, models.ErrCursor)
	})
}

// plan compiles a procedure of the library with lines of the file replaced.
func plan(t *testing.T, replace ...string) *procedure.Plan {
	t.Helper()
	files, err := library.Procedures()
	require.NoError(t, err)
	shelf, err := library.Shelf()
	require.NoError(t, err)
	i := slices.IndexFunc(files, func(f library.File) bool { return strings.Contains(f.Name, "1.012784") })
	d, found := procedure.Parse(files[i].Name, []byte(strings.NewReplacer(replace...).Replace(string(files[i].Data))))
	require.Empty(t, found)
	p, found := procedure.Compile(d, shelf)
	require.NotNil(t, p, found)
	return p
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		_, err := s.ImportCatalogue(ctx, file(t, "i1", false, line("1.000001", "A", ""), line("1.000002", "B", ""), line("1.000003", "C", ""),
			line("1.000004", "D", ""), `{"code":"1.000005","levels":["Cấp bộ","Cấp xã"]}`))
		require.NoError(t, err)
		code := func(c string) string { return `code: "` + c + `"` }
		now := plan(t, `code: "1.012784"`, code("1.000001"))
		later := plan(t, `code: "1.012784"`, code("1.000002"), "on: 2025-06-23", "on: 2027-01-01", "confidence: inferred}\nlegal-basis", "confidence: official}\nlegal-basis")
		bare := plan(t, `code: "1.012784"`, code("1.000003"), "internal-process:", "# internal-process:")
		ends := plan(t, `code: "1.012784"`, code("1.000004"), "{document: 31/2024/QH15}", "{document: 31/2024/QH15, until: 2026-02-28}")
		for _, p := range []*procedure.Plan{now, later, bare, ends} {
			require.NoError(t, s.SavePlan(ctx, p, nil))
		}
		for i, d := range []struct {
			procedure, plan string
			open            bool
		}{
			{"1.000001", now.Hash, true}, {"1.000001", "older", true}, {"1.000001", "older", false}, {"1.000002", later.Hash, true}, {"1.000004", ends.Hash, true},
		} {
			record(t, s, fmt.Sprint("D", i), d.procedure, d.plan, d.open)
		}
		f := models.CatalogueFilter{Scope: all(), At: at(2, 8, 0)}
		rows, _, err := s.Catalogue(ctx, f)
		require.NoError(t, err)
		got := map[string]string{}
		for _, r := range rows {
			got[r.Code] = fmt.Sprintf("%v %v %s %d", r.Published, r.Electronic, r.Internal, r.Outdated)
		}
		require.Equal(t, map[string]string{
			"1.000001": "true true inferred 1", "1.000002": "false true official 1", "1.000003": "true true none 0", "1.000004": "true true inferred 1",
			"1.000005": "false false none 0",
		}, got)
		before := f
		before.At = at(1, 0, 0).Add(-time.Second) // the basis of 1.000004 holds to the end of February
		row, err := s.CatalogueLine(ctx, "1.000004", before)
		require.NoError(t, err)
		require.Zero(t, row.Outdated)
		unseen := f
		unseen.Scope = models.Scope{Agencies: []string{"elsewhere"}}
		row, err = s.CatalogueLine(ctx, "1.000001", unseen)
		require.NoError(t, err)
		require.Zero(t, row.Outdated, "only dossiers in scope are counted")

		open, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all(), Outdated: true, At: f.At, Sort: models.SortSubmitted})
		require.NoError(t, err)
		require.Len(t, open, 3)
		for _, d := range open {
			require.Contains(t, []string{"D1", "D3", "D4"}, d.Code)
		}
		total, err := s.CoverageTotal(ctx, f)
		require.NoError(t, err)
		require.Equal(t, models.CoverageRow{Entries: 5, Published: 3, Electronic: 4, Official: 1, Inferred: 2, None: 2, Outdated: 3}, total)
		for _, by := range []string{models.ByLevel, models.ByField, models.ByAgency, models.ByMinistry} {
			groups, err := s.Coverage(ctx, by, f)
			require.NoError(t, err)
			require.Len(t, groups, 2, by)
			var sum models.CoverageRow
			for _, g := range groups {
				sum.Entries += g.Entries
				sum.Published += g.Published
				sum.Electronic += g.Electronic
				sum.Official += g.Official
				sum.Inferred += g.Inferred
				sum.Sample += g.Sample
				sum.None += g.None
				sum.Outdated += g.Outdated
				sum.Absent += g.Absent
			}
			require.Equal(t, total, sum, by)
		}
		_, err = s.Coverage(ctx, "colour", f)
		require.Error(t, err)
	})
}

// record stores a dossier of a procedure under a plan.
func record(t *testing.T, s *models.Store, code, procedure, plan string, open bool) {
	t.Helper()
	recordFor(t, s, code, procedure, plan, "", open)
}

func recordFor(t *testing.T, s *models.Store, code, procedure, plan, lead string, open bool) {
	t.Helper()
	b := submitted(t, code, at(9, 17, 0))
	b.View.Procedure, b.View.Plan = procedure, plan
	if lead != "" {
		b.View.Lead = lead
	}
	if !open {
		b.View.Stage = "returned"
	}
	_, err := s.Record(t.Context(), b)
	require.NoError(t, err)
}

// The migration gives plans that were stored before it the two columns that SavePlan gives new ones.
func TestPlansBeforeTheCatalogue(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var d gorm.Dialector
			if dialect == models.DialectPostgres {
				d = models.Postgres(modelstest.PostgresDSN(t))
			} else {
				d = modelstest.SQLite(t.TempDir()+"/motcua.db", true)
			}
			s, err := models.Open(t.Context(), models.Config{Dialector: d})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			require.NoError(t, s.Migrate(t.Context()))
			plans := []*procedure.Plan{
				plan(t), plan(t, "internal-process:", "# internal-process:"), plan(t, ", confidence: inferred}\nlegal-basis", "}\nlegal-basis"),
				plan(t, "{document: 31/2024/QH15}", "{document: 31/2024/QH15, until: 2027-02-28}", "{document: 43/2024/QH15}", "{document: 43/2024/QH15, until: 2027-01-31}"),
				plan(t, "legal-basis:\n", "", "  - {document: 31/2024/QH15}\n", "", "  - {document: 43/2024/QH15}\n", "", "  - {document: 101/2024/NĐ-CP}\n", "",
					"  - {document: 151/2025/NĐ-CP}\n", "", "  legal-basis:", "  legal_basis:"),
			}
			plans[3].LegalBasis[2].Repealed = true // what a later program may store
			for _, p := range plans {
				require.NoError(t, s.SavePlan(t.Context(), p, nil))
			}
			db, err := gorm.Open(d)
			require.NoError(t, err)
			columns := func() (out []string) {
				var rows []struct {
					Hash, Internal string
					BasisEnds      *string
				}
				require.NoError(t, db.WithContext(context.Background()).Raw("SELECT hash, internal, CAST(basis_ends AS text) AS basis_ends FROM plans ORDER BY hash").Scan(&rows).Error)
				for _, r := range rows {
					end := "none"
					if r.BasisEnds != nil {
						end = *r.BasisEnds
					}
					out = append(out, r.Hash+" "+r.Internal+" "+end)
				}
				return out
			}
			want := columns()
			require.Len(t, want, len(plans))
			require.NoError(t, db.Exec("UPDATE plans SET internal = '', basis_ends = NULL").Error)
			require.NotEqual(t, want, columns())
			migration, err := os.ReadFile("migrations/" + dialect + "/00007_catalogue.sql")
			require.NoError(t, err)
			require.NoError(t, db.Exec(regexp.MustCompile(`(?s)UPDATE plans SET.*`).FindString(string(migration))).Error)
			require.Equal(t, want, columns())
			pool, err := db.DB()
			require.NoError(t, err)
			require.NoError(t, pool.Close())
		})
	}
}
