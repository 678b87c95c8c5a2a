package models

import (
	"context"
	"fmt"
	"strings"
	"time"

	"motcua/dossier"
)

// TimeLeft counts the dossiers in hand by what is left of their promise at a legal instant: late, with a clock that stands still,
// without a promise yet, and before each of the cuts, which rise; the last of Before are those beyond them all.
type TimeLeft struct {
	Late, Paused, None int64
	Before             []int64
}

// TimeLeft counts the open dossiers only, by their index.
func (s *Store) TimeLeft(ctx context.Context, at time.Time, cuts []time.Time) (TimeLeft, error) {
	hand := "d.stage IN ('" + string(dossier.StageSubmitted) + "', '" + string(dossier.StageRunning) + "')"
	var sums []string
	var args []any
	sum := func(condition string, values ...any) {
		sums, args = append(sums, "COALESCE(SUM(CASE WHEN "+hand+" AND "+condition+" THEN 1 ELSE 0 END), 0)"), append(args, values...)
	}
	sum(overdue, false, instant(at))
	sum("d.paused = ? AND d.late_since IS NULL", true)
	running := "NOT " + overdue + " AND d.paused = ? AND "
	sum(running+"d.due_at IS NULL AND d.intake_due IS NULL", false, instant(at), false)
	from := at
	for _, to := range cuts {
		sum(running+"d.sort_due >= ? AND d.sort_due < ?", false, instant(at), false, instant(from), instant(to))
		from = to
	}
	sum(running+"d.sort_due >= ? AND d.sort_due < ?", false, instant(at), false, instant(from), instant(farFuture()))
	out := TimeLeft{Before: make([]int64, len(cuts)+1)}
	into := []any{&out.Late, &out.Paused, &out.None}
	for i := range out.Before {
		into = append(into, &out.Before[i])
	}
	if err := oneRow(s.read(ctx).Table("dossiers AS d").Select(strings.Join(sums, ", "), args...).Where("d.open"), into...); err != nil {
		return TimeLeft{}, fmt.Errorf("dossiers by time left: %w", err)
	}
	return out, nil
}
