package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// States of a signal.
const (
	SignalOpen      = "open"
	SignalDismissed = "dismissed"
	// SignalLapsed: a later look at the same period did not see it any more.
	SignalLapsed = "lapsed"
)

// SignalRow is something that was seen in a period. It holds codes only.
type SignalRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	Rule      string `gorm:"column:rule"`
	Subject   string `gorm:"column:subject"`
	Agency    string `gorm:"column:agency"`
	Procedure string `gorm:"column:procedure"`
	Officer   string `gorm:"column:officer"`
	Severity  string `gorm:"column:severity"`
	// Rank orders severities, the most severe first.
	Rank  int    `gorm:"column:rank_no"`
	State string `gorm:"column:state"`
	// The period is legal time, half-open.
	PeriodFrom  time.Time `gorm:"column:period_from;serializer:instant"`
	PeriodUntil time.Time `gorm:"column:period_until;serializer:instant"`
	Count       int       `gorm:"column:count_no"`
	Of          int       `gorm:"column:of_no"`
	Detail      string    `gorm:"column:detail"`
	// Evidence are the events that show it, Dismissals who laid it aside and why, the latest last.
	Evidence   json.RawMessage `gorm:"column:evidence;serializer:document"`
	Dismissals json.RawMessage `gorm:"column:dismissals;serializer:document"`
	Revision   int64           `gorm:"column:revision"`
	// FirstSeen and SeenAt are legal time.
	FirstSeen time.Time `gorm:"column:first_seen;serializer:instant"`
	SeenAt    time.Time `gorm:"column:seen_at;serializer:instant"`
	// Dossiers are those behind it, for SaveSignals only.
	Dossiers []string `gorm:"-"`
}

type signalDossier struct {
	Signal  string `gorm:"column:signal;primaryKey"`
	Dossier string `gorm:"column:dossier;primaryKey"`
}

func (signalDossier) TableName() string { return "signal_dossiers" }

func (SignalRow) TableName() string { return "signals" }

// SaveSignals stores what a look at a period saw. merge makes of a stored signal and what was seen of it now what is stored then; what
// is open and was not seen lapses. The whole look is one transaction.
func (s *Store) SaveSignals(ctx context.Context, from, until time.Time, found []SignalRow, merge func(have, now SignalRow) (SignalRow, error)) error {
	err := s.transact(ctx, func(tx *gorm.DB) error {
		var rows []SignalRow
		if err := s.lockRow(tx).Where("period_from = ? AND period_until = ?", instant(from), instant(until)).Find(&rows).Error; err != nil {
			return err
		}
		known := make(map[string]SignalRow, len(rows))
		for _, r := range rows {
			known[r.ID] = r
		}
		for _, r := range found {
			have, ok := known[r.ID]
			delete(known, r.ID)
			behind := make([]signalDossier, 0, len(r.Dossiers))
			for _, code := range r.Dossiers {
				behind = append(behind, signalDossier{r.ID, code})
			}
			r.State, r.Revision = SignalOpen, 1
			if ok {
				var err error
				if r, err = merge(have, r); err != nil {
					return err
				}
			}
			if err := tx.Save(&r).Error; err != nil {
				return err
			}
			if err := tx.Where("signal = ?", r.ID).Delete(&signalDossier{}).Error; err != nil {
				return err
			}
			if _, err := insert(tx, behind, plainly); err != nil {
				return err
			}
		}
		for _, r := range known {
			if r.State != SignalOpen {
				continue
			}
			err := tx.Table("signals").Where("id = ?", r.ID).Updates(map[string]any{"state": SignalLapsed, "revision": r.Revision + 1}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("signals of %s: %w", from, err)
	}
	return nil
}

// Signal returns a signal, or ErrNotFound.
func (s *Store) Signal(ctx context.Context, id string) (r SignalRow, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &r); err != nil {
		return r, fmt.Errorf("signal %s: %w", id, err)
	}
	return r, nil
}

// DismissSignal lays an open signal aside if it is as the caller saw it; false: it is not.
func (s *Store) DismissSignal(ctx context.Context, id string, revision int64, dismissals json.RawMessage) (bool, error) {
	done := false
	err := s.transact(ctx, func(tx *gorm.DB) error {
		var row SignalRow
		err := one(s.lockRow(tx).Where("id = ? AND state = ? AND revision = ?", id, SignalOpen, revision), &row)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		row.State, row.Dismissals, row.Revision = SignalDismissed, dismissals, row.Revision+1
		done = true
		return tx.Save(&row).Error
	})
	if err != nil {
		return false, fmt.Errorf("dismiss signal %s: %w", id, err)
	}
	return done, nil
}

// SignalFilter selects signals; zero fields do not restrict, except that Agencies nil means all.
type SignalFilter struct {
	// Agencies are those where it was seen.
	Agencies                     []string
	Rule, State, Agency, Dossier string
	// From and Until keep the periods that overlap.
	From, Until time.Time
	Limit       int
	Cursor      string
}

// Signals lists signals: the latest period first, in it the most severe first.
func (s *Store) Signals(ctx context.Context, f SignalFilter) (rows []SignalRow, next string, err error) {
	const list = "signals"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Order("period_from DESC, rank_no, id").Limit(limit + 1)
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	where(f.Agencies != nil && len(f.Agencies) == 0, "1 = 0")
	where(len(f.Agencies) > 0, "agency IN ?", f.Agencies)
	where(f.Rule != "", "rule = ?", f.Rule)
	where(f.State != "", "state = ?", f.State)
	where(f.Agency != "", "agency = ?", f.Agency)
	where(f.Dossier != "", "id IN (SELECT signal FROM signal_dossiers WHERE dossier = ?)", f.Dossier)
	where(!f.From.IsZero(), "period_until > ?", instant(f.From))
	where(!f.Until.IsZero(), "period_from < ?", instant(f.Until))
	where(more, "(period_from < ? OR period_from = ? AND (rank_no > ? OR rank_no = ? AND id > ?))", c.instant(), c.instant(), c.Seq, c.Seq, firstKey(c))
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("signals: %w", err)
	}
	return page(rows, limit, func(r SignalRow) cursor {
		return cursor{List: list, At: r.PeriodFrom.UnixMicro(), Seq: int64(r.Rank), Keys: []string{r.ID}}
	})
}

func firstKey(c cursor) string {
	if len(c.Keys) == 0 {
		return ""
	}
	return c.Keys[0]
}

// SignalCount is how many open signals a rule has.
type SignalCount struct {
	Rule, Severity string
	N              int64
}

// SignalCounts counts the open signals.
func (s *Store) SignalCounts(ctx context.Context) (rows []SignalCount, err error) {
	err = s.read(ctx).Table("signals").Select("rule, severity, COUNT(*) AS n").Where("state = ?", SignalOpen).Group("rule, severity").Order("rule, severity").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("signals: %w", err)
	}
	return rows, nil
}

// Again are two dossiers of one applicant under one procedure.
type Again struct {
	First  string `gorm:"column:first"`
	Second string `gorm:"column:second"`
}

// SameApplicant finds the dossiers submitted in a period whose applicant had one under the same procedure that ended without what was
// asked for, at most so long before. Who the applicant is is compared here, by number, and leaves as two codes; who gave no number is
// not compared, because a name is nobody's alone.
func (s *Store) SameApplicant(ctx context.Context, from, until time.Time, within time.Duration) (rows []Again, err error) {
	q := s.read(ctx).Table("dossiers AS b").Select("a.code AS first, b.code AS second").
		Joins("JOIN applicants pb ON pb.dossier = b.code AND pb.id_no <> ''").
		Joins("JOIN applicants pa ON pa.id_no = pb.id_no AND pa.id_no <> '' AND pa.dossier <> pb.dossier").
		Joins("JOIN dossiers a ON a.code = pa.dossier AND a.procedure = b.procedure").
		Where("b.submitted_at >= ? AND b.submitted_at < ?", instant(from), instant(until)).
		Where("a.stage IN ('refused', 'withdrawn', 'stopped') OR a.refusal").
		Where("COALESCE(a.finished_at, a.ended_at) >= ?", instant(from.Add(-within))).Order("b.submitted_at, a.code, b.code")
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers of one applicant: %w", err)
	}
	return rows, nil
}
