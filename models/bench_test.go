package models_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
)

const (
	benchDossiers = 100_000
	benchAgencies = 200
	benchStep     = 500
)

// fill seeds open dossiers over agencies in batches, straight into the read model: what is measured are lists.
func fill(b *testing.B, d gorm.Dialector) {
	b.Helper()
	db, err := gorm.Open(d, &gorm.Config{SkipDefaultTransaction: true, CreateBatchSize: 100, Logger: logger.Discard})
	require.NoError(b, err)
	start := at(2, 8, 0)
	for from := 0; from < benchDossiers; from += benchStep {
		dossiers, tasks := make([]models.DossierRow, 0, benchStep), make([]models.TaskRow, 0, benchStep)
		applicants := make([]models.Applicant, 0, benchStep)
		for i := from; i < from+benchStep; i++ {
			code, agency := fmt.Sprintf("xa-%d-260302-%06d", i%benchAgencies, i), fmt.Sprintf("xa-%d", i%benchAgencies)
			due := start.Add(time.Duration(i*7919%benchDossiers) * time.Minute)
			v := dossier.View{
				Code: code, Procedure: "1.000001", Plan: "plan", Receiving: agency, Lead: agency, Seq: 3, Revision: 1,
				Stage: dossier.StageRunning, Status: dossier.StatusProcessing, SubmittedAt: start, AcceptedAt: start, DueAt: due,
				Tasks: []dossier.TaskView{{Task: "tham-dinh#1", Step: "tham-dinh", Agency: agency, Role: "handler", OpenedAt: start, DueAt: due}},
			}
			dossiers = append(dossiers, models.DossierRow{
				Code: code, Procedure: v.Procedure, Plan: v.Plan, Receiving: agency, Lead: agency, Seq: 3, Revision: 1, Stage: v.Stage,
				Status: v.Status, SubmittedAt: start, AcceptedAt: start, DueAt: due, Paused: i%20 == 0, Open: true, SortDue: due, View: v, UpdatedAt: start,
			})
			tasks = append(tasks, models.TaskRow{
				Dossier: code, Task: "tham-dinh#1", Step: "tham-dinh", Agency: agency, Role: "handler", OpenedAt: start, DueAt: due, SortDue: due, Paused: i%20 == 0,
			})
			name := fmt.Sprintf("Nguyễn Văn %d", i)
			applicants = append(applicants, models.Applicant{Dossier: code, Name: name, Search: models.Fold(name, code)})
		}
		require.NoError(b, db.Transaction(func(tx *gorm.DB) error {
			if err := tx.Create(&dossiers).Error; err != nil {
				return err
			}
			if err := tx.Create(&applicants).Error; err != nil {
				return err
			}
			return tx.Create(&tasks).Error
		}))
	}
	require.NoError(b, db.Exec("INSERT INTO involved (dossier, agency) SELECT code, receiving FROM dossiers").Error)
	require.NoError(b, db.Exec("ANALYZE").Error)
	pool, err := db.DB()
	require.NoError(b, err)
	require.NoError(b, pool.Close())
}

// BenchmarkLists measures pages of 50 out of 100,000 open dossiers; a worklist must take less than 20 ms on PostgreSQL.
func BenchmarkLists(b *testing.B) {
	for _, dialect := range []string{models.DialectPostgres, models.DialectSQLite} {
		b.Run(dialect, func(b *testing.B) {
			var d gorm.Dialector
			if dialect == models.DialectPostgres {
				d = models.Postgres(modelstest.PostgresDSN(b))
			} else {
				d = modelstest.SQLite(b.TempDir()+"/motcua.db", true)
			}
			s, err := models.Open(b.Context(), models.Config{Dialector: d})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, s.Close()) })
			require.NoError(b, s.Migrate(b.Context()))
			fill(b, d)
			_, err = s.ImportCatalogue(b.Context(), file(b, "i1", false, line("1.000001", "Thủ tục mẫu", "")))
			require.NoError(b, err)
			for _, c := range benchLists(s) {
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						n, err := c.list(b.Context())
						require.NoError(b, err)
						require.Equal(b, c.want, n)
					}
				})
			}
		})
	}
}

type benchList struct {
	name string
	want int
	list func(context.Context) (int, error)
}

func benchLists(s *models.Store) []benchList {
	one, three := models.Scope{Agencies: []string{"xa-7"}}, models.Scope{Agencies: []string{"xa-7", "xa-8", "xa-9"}}
	tasks := func(f models.TaskFilter) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			rows, _, err := s.Tasks(ctx, f)
			return len(rows), err
		}
	}
	dossiers := func(f models.DossierFilter) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			rows, _, err := s.Dossiers(ctx, f)
			return len(rows), err
		}
	}
	return []benchList{
		{"worklist of an agency", 50, tasks(models.TaskFilter{Scope: one, Agency: "xa-7"})},
		{"worklist of a scope", 50, tasks(models.TaskFilter{Scope: three})},
		{"worklist of all", 50, tasks(models.TaskFilter{Scope: all()})},
		{"dossiers of a scope", 50, dossiers(models.DossierFilter{Scope: one})},
		{"dossiers of all", 50, dossiers(models.DossierFilter{Scope: all()})},
		{"overdue of all", 50, dossiers(models.DossierFilter{Scope: all(), Overdue: true, At: at(9, 8, 0)})},
		{"search by name", 1, dossiers(models.DossierFilter{Scope: all(), Text: "nguyen van 77777", Persons: true})},
		{"search by code", 1, dossiers(models.DossierFilter{Scope: all(), Text: "260302-077777"})},
		{"catalogue, all outdated", 1, func(ctx context.Context) (int, error) {
			rows, _, err := s.Catalogue(ctx, models.CatalogueFilter{Text: "mau", Scope: all(), At: at(9, 8, 0)})
			if err == nil && rows[0].Outdated != benchDossiers {
				err = fmt.Errorf("%d outdated dossiers", rows[0].Outdated)
			}
			return len(rows), err
		}},
		{"counts of all", 1, func(ctx context.Context) (int, error) {
			c, err := s.Counts(ctx, all(), at(9, 8, 0))
			return len(c.ByStatus), err
		}},
	}
}

// BenchmarkRecord measures an act's batch, and an intake.
func BenchmarkRecord(b *testing.B) {
	for _, dialect := range []string{models.DialectPostgres, models.DialectSQLite} {
		s := modelstest.Unmigrated(b, dialect)
		require.NoError(b, s.Migrate(b.Context()))
		b.Run("intake/"+dialect, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				_, err := s.Intake(b.Context(), submission(b, fmt.Sprintf("%d-%d", b.N, i), "xa-a", "Nguyễn Văn A"))
				require.NoError(b, err)
			}
		})
		first := submitted(b, "D1", at(9, 17, 0))
		_, err := s.Record(b.Context(), first)
		require.NoError(b, err)
		seq := int64(3)
		b.Run("record/"+dialect, func(b *testing.B) {
			for b.Loop() {
				seq++
				e := dossier.Event{Seq: seq, At: at(3, 8, 0), Recorded: at(3, 8, 0), Act: "x", By: "an", Body: dossier.TaskAssigned{Task: "tham-dinh#1", Assignee: "an"}}
				done := dossier.DoneAct{ID: fmt.Sprint("a", seq), Seq: seq, Revision: seq}
				_, err := s.Record(b.Context(), batch(b, "D1", []dossier.Event{e}, first.View, done))
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkHolders measures what an act costs for its position (held, or by substitution), and what an assignment does ("list"),
// in an agency of fifty among two hundred.
func BenchmarkHolders(b *testing.B) {
	for _, dialect := range []string{models.DialectPostgres, models.DialectSQLite} {
		b.Run(dialect, func(b *testing.B) {
			s := modelstest.Unmigrated(b, dialect)
			require.NoError(b, s.Migrate(b.Context()))
			var o models.Organisation
			for a := range benchAgencies {
				for i := range 50 {
					id := fmt.Sprintf("cb-%d-%d", a, i)
					o.Officers = append(o.Officers, models.Officer{ID: id, Name: id})
					o.Postings = append(o.Postings, models.Posting{Officer: id, Agency: fmt.Sprintf("xa-%d", a), Role: fmt.Sprintf("role-%d", i%5)})
				}
				o.Substitutions = append(o.Substitutions, models.Substitution{
					ID: fmt.Sprint(a), Officer: fmt.Sprintf("cb-%d-0", a), Substitute: fmt.Sprintf("cb-%d-1", a), From: at(1, 0, 0), Until: at(9, 0, 0),
				})
			}
			require.NoError(b, s.SaveOrganisation(b.Context(), o))
			roles := []string{"role-0", "role-4", "none"}
			for name, officer := range map[string]string{"holds": "cb-7-4", "substitutes": "cb-7-1"} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						ok, err := s.Holds(b.Context(), officer, "xa-7", roles, at(2, 8, 0))
						require.NoError(b, err)
						require.True(b, ok)
					}
				})
			}
			b.Run("list", func(b *testing.B) {
				for b.Loop() {
					rows, err := s.Holders(b.Context(), "xa-7", roles, at(2, 8, 0))
					require.NoError(b, err)
					require.Len(b, rows, 21)
				}
			})
		})
	}
}
