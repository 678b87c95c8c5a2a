package models_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
)

// seed records n dossiers D00, D01, … due an hour apart, two by two at the same instant.
func seed(t *testing.T, s *models.Store, n int) {
	t.Helper()
	for i := range n {
		_, err := s.Record(t.Context(), submitted(t, fmt.Sprintf("D%02d", i), at(9, 8, 0).Add(time.Duration(i/2)*time.Hour)))
		require.NoError(t, err)
	}
}

func codes(rows []models.DossierRow) (out []string) {
	for _, r := range rows {
		out = append(out, r.Code)
	}
	return out
}

func TestPagesAreStable(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		seed(t, s, 11)
		for _, sort := range []string{models.SortDue, models.SortSubmitted} {
			f := models.DossierFilter{Scope: all(), Sort: sort, Limit: 3}
			var seen []string
			for page := 0; ; page++ {
				rows, next, err := s.Dossiers(t.Context(), f)
				require.NoError(t, err)
				seen = append(seen, codes(rows)...)
				if page == 0 && sort == models.SortDue { // what comes in before the place reached does not move the pages
					_, err := s.Record(t.Context(), submitted(t, "A00", at(3, 8, 0)))
					require.NoError(t, err)
				}
				if next == "" {
					break
				}
				f.Cursor = next
			}
			want := []string{"D00", "D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10"}
			if sort == models.SortSubmitted {
				want = []string{"D10", "D09", "D08", "D07", "D06", "D05", "D04", "D03", "D02", "D01", "D00", "A00"}
			}
			require.Equal(t, want, seen)
		}
		_, _, err := s.Dossiers(t.Context(), models.DossierFilter{Scope: all(), Cursor: "nonsense"})
		require.ErrorIs(t, err, models.ErrCursor)

		var tasks []string
		f := models.TaskFilter{Scope: all(), Limit: 4}
		for {
			rows, next, err := s.Tasks(t.Context(), f)
			require.NoError(t, err)
			for _, r := range rows {
				tasks = append(tasks, r.Dossier)
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, []string{"A00", "D00", "D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10"}, tasks)
	})
}

func TestFiltersOfDossiers(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		seed(t, s, 4) // due 08:00, 08:00, 09:00, 09:00 on the 9th
		paused := submitted(t, "P1", at(4, 8, 0))
		paused.View.Paused, paused.View.Leg, paused.View.Status = true, dossier.LegApplicant, dossier.StatusSupplement
		_, err := s.Record(ctx, paused)
		require.NoError(t, err)
		yes, no := true, false
		cases := map[string]struct {
			filter models.DossierFilter
			want   []string
		}{
			"all":              {models.DossierFilter{}, []string{"P1", "D00", "D01", "D02", "D03"}},
			"due after":        {models.DossierFilter{DueAfter: at(9, 9, 0)}, []string{"D02", "D03"}},
			"due before":       {models.DossierFilter{DueBefore: at(9, 9, 0), Paused: &no}, []string{"D00", "D01"}},
			"paused":           {models.DossierFilter{Paused: &yes}, []string{"P1"}},
			"overdue":          {models.DossierFilter{Overdue: true, At: at(9, 8, 30)}, []string{"D00", "D01"}},
			"not yet overdue":  {models.DossierFilter{Overdue: true, At: at(9, 8, 0)}, nil},
			"status":           {models.DossierFilter{Status: []dossier.Status{dossier.StatusSupplement}}, []string{"P1"}},
			"stage":            {models.DossierFilter{Stage: dossier.StageFinished}, nil},
			"closed":           {models.DossierFilter{Open: &no}, nil},
			"lead":             {models.DossierFilter{Lead: "xa-b"}, nil},
			"agency":           {models.DossierFilter{Agency: "xa-a", Limit: 1}, []string{"P1"}},
			"procedure":        {models.DossierFilter{Procedure: "1.000002"}, nil},
			"code as the text": {models.DossierFilter{Text: " D02 "}, []string{"D02"}},
		}
		for name, c := range cases {
			c.filter.Scope = all()
			rows, _, err := s.Dossiers(ctx, c.filter)
			require.NoError(t, err, name)
			require.Equal(t, c.want, codes(rows), name)
		}
		tasks, _, err := s.Tasks(ctx, models.TaskFilter{Scope: all(), Agency: "xa-a", Role: "handler", Unassigned: true})
		require.NoError(t, err)
		require.Equal(t, "P1", tasks[len(tasks)-1].Dossier, "suspended apart, last")
		counts, err := s.Counts(ctx, all(), at(9, 8, 30))
		require.NoError(t, err)
		require.Equal(t, models.Counts{
			ByStatus: map[dossier.Status]int64{dossier.StatusAccepted: 4, dossier.StatusSupplement: 1}, Total: 5, Open: 5, Late: 2, Paused: 1,
		}, counts)
	})
}

func TestScope(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		b := submitted(t, "D1", at(9, 17, 0))
		_, err := s.Record(ctx, b)
		require.NoError(t, err)
		e := dossier.Event{Seq: 4, At: at(3, 8, 0), Recorded: at(3, 8, 0), Body: dossier.StepOpened{Step: "y-kien", N: 1, Agency: "so-xd"}}
		_, err = s.Record(ctx, batch(t, "D1", []dossier.Event{e}, b.View)) // its task is closed again in this view
		require.NoError(t, err)
		_, err = s.Record(ctx, fired(t, "D1", 5, "an"))
		require.NoError(t, err)
		cases := map[string]struct {
			scope models.Scope
			want  int
		}{
			"all": {models.Scope{All: true}, 1}, "receives": {models.Scope{Agencies: []string{"xa-a"}}, 1},
			"had a task": {models.Scope{Agencies: []string{"xa-z", "so-xd"}}, 1}, "foreign": {models.Scope{Agencies: []string{"xa-b"}}, 0},
			"nothing": {models.Scope{}, 0},
		}
		for name, c := range cases {
			rows, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: c.scope})
			require.NoError(t, err)
			require.Len(t, rows, c.want, name)
			counts, err := s.Counts(ctx, c.scope, at(3, 8, 0))
			require.NoError(t, err)
			require.Equal(t, int64(c.want), counts.Total, name)
			escalations, _, err := s.Escalations(ctx, models.EscalationFilter{Scope: c.scope, Dossier: "D1", Rung: "due", Since: at(10, 7, 0)})
			require.NoError(t, err)
			require.Len(t, escalations, c.want, name)
		}
		tasks, _, err := s.Tasks(ctx, models.TaskFilter{Scope: models.Scope{Agencies: []string{"so-xd"}}})
		require.NoError(t, err)
		require.Empty(t, tasks, "a worklist shows one's own tasks only")
		none, _, err := s.Tasks(ctx, models.TaskFilter{})
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestSearchNeedsNoDiacritics(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		for i, name := range []string{"Nguyễn Văn A", "Trần Thị Đào", "NGUYỄN VĂN Đức 100%"} {
			sub := submission(t, fmt.Sprintf("s%d", i), "xa-a", name)
			sub.Applicant.IDNo = fmt.Sprintf("00109900000%d", i)
			_, err := s.Intake(ctx, sub)
			require.NoError(t, err)
		}
		for text, want := range map[string][]string{
			"nguyen van": {"Nguyễn Văn A", "NGUYỄN VĂN Đức 100%"}, "Nguyễn  VĂN": {"Nguyễn Văn A", "NGUYỄN VĂN Đức 100%"},
			"dao": {"Trần Thị Đào"}, "đức": {"NGUYỄN VĂN Đức 100%"}, "100%": {"NGUYỄN VĂN Đức 100%"}, "1%0": nil, "a_": nil,
			"001099000001": {"Trần Thị Đào"}, "260302-0001": {"Nguyễn Văn A"},
		} {
			rows, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all(), Text: text, Persons: true})
			require.NoError(t, err)
			var names []string
			for _, r := range rows {
				names = append(names, r.ApplicantName)
			}
			require.Equal(t, want, names, text)
		}
	})
}

// Without the right to personal data a text finds codes and procedures, and no row holds a name.
func TestSearchWithoutPersons(t *testing.T) {
	t.Parallel()
	plans, err := library.Plans()
	require.NoError(t, err)
	p := plans[slices.IndexFunc(plans, func(p *procedure.Plan) bool { return p.Code == "9.000001" })]
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SavePlan(ctx, p, nil))
		sub := submission(t, "s", "xa-a", "Nguyễn Văn A")
		build := sub.Build
		sub.Build = func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			b, answer, err := build(code, register)
			b.View.Plan = p.Hash
			return b, answer, err
		}
		code, err := s.Intake(ctx, sub)
		require.NoError(t, err)
		for text, want := range map[string]int{
			"": 1, code: 1, "260302-0001": 1, "XA-A-26": 1, "9.000001": 1, "thong tin thua dat": 1, "XÁC  nhận": 1,
			"Nguyễn Văn A": 0, "nguyen": 0, "001099000001": 0, "0900000001": 0, "%": 0, "xa_a": 0,
		} {
			rows, _, err := s.Dossiers(ctx, models.DossierFilter{Scope: all(), Text: text})
			require.NoError(t, err)
			require.Len(t, rows, want, text)
			for _, r := range rows {
				require.Empty(t, r.ApplicantName)
			}
		}
		one, err := s.Dossier(ctx, code)
		require.NoError(t, err)
		require.Empty(t, one.ApplicantName)
	})
}

// The dossiers recorded last are those within a span before the latest record, however long ago that was; what is closed is
// not asked.
func TestRecordedLast(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{models.DialectSQLite, models.DialectPostgres} {
		w := newWall()
		s := modelstest.Unmigrated(t, dialect, modelstest.Now(w.Now))
		ctx := t.Context()
		require.NoError(t, s.Migrate(ctx))
		last := func() (out []string) {
			rows, err := s.RecordedLast(ctx, time.Minute)
			require.NoError(t, err)
			for _, r := range rows {
				out = append(out, fmt.Sprint(r.Code, " ", r.Seq))
			}
			return out
		}
		require.Empty(t, last())
		for _, code := range []string{"D1", "D2", "D3"} {
			_, err := s.Record(ctx, submitted(t, code, at(9, 17, 0)))
			require.NoError(t, err)
			w.pass(40 * time.Second)
		}
		w.pass(time.Hour)
		require.Equal(t, []string{"D2 3", "D3 3"}, last())
		closed := fired(t, "D2", 4, "an")
		closed.View.Stage = dossier.StageWithdrawn
		_, err := s.Record(ctx, closed)
		require.NoError(t, err)
		require.Equal(t, []string{"D3 3"}, last())
		_, err = s.Record(ctx, fired(t, "D1", 4, "an"))
		require.NoError(t, err)
		require.Equal(t, []string{"D1 4"}, last())
	}
}
