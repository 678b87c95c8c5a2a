package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
	"motcua/signals"
)

// Studies are made again when they are this old (legal time); who has one in hand holds it no longer than its lease (wall time).
const (
	signalsEvery = time.Hour
	studyLease   = 15 * time.Minute
	// signalsSettle is how long after its end a period is looked at once more, for what was recorded in its last minutes.
	signalsSettle = time.Hour
	// signalsReach is how long before a period a dossier may have ended and still have something recorded in it.
	signalsReach = 31 * 24 * time.Hour
)

// findingSignals is open while signals are.
const findingSignals = "signals_open"

// journalSources are what journals refer to; a run keeps what it has read.
func (o *Office) journalSources(ctx context.Context) (func(string) (*procedure.Executable, error), func(string) (*calendar.Calendar, error)) {
	compiled := map[string]*calendar.Calendar{}
	return func(hash string) (*procedure.Executable, error) {
			plan, err := o.desk.Plan(ctx, hash)
			if err != nil {
				return nil, err
			}
			return &plan.Exec, nil
		}, func(hash string) (*calendar.Calendar, error) {
			if c, ok := compiled[hash]; ok {
				return c, nil
			}
			_, by, err := o.desk.LoadCalendars(ctx, []dossier.AgencyCalendar{{Hash: hash}})
			if err != nil {
				return nil, err
			}
			c, err := by(hash)
			compiled[hash] = c
			return c, err
		}
}

// month is the calendar month that an instant lies in.
func month(t time.Time) signals.Period {
	t = t.In(calendar.Zone())
	from := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, calendar.Zone())
	return signals.Period{From: from, Until: from.AddDate(0, 1, 0)}
}

// StudySignals looks at every month that has not been looked at since it ended, the running one each legal hour. It returns how many
// months it looked at. One process at a time looks at a month; to look twice is to find the same.
func (o *Office) StudySignals(ctx context.Context) (looked int, err error) {
	now := o.Legal()
	first, err := o.Store.FirstSubmitted(ctx)
	if err != nil || first.IsZero() {
		return 0, err
	}
	for p := month(first); p.From.Before(now); p = month(p.Until) {
		name := "signals/" + p.From.Format("2006-01")
		last, err := o.Store.Study(ctx, name)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return looked, err
		}
		if done := last.LegalAt; !done.IsZero() && (done.After(p.Until.Add(signalsSettle)) || now.Sub(done) < signalsEvery) {
			continue
		}
		claimed, err := o.Store.ClaimStudy(ctx, name, studyLease)
		if err != nil {
			return looked, err
		}
		if !claimed {
			continue
		}
		found, err := o.ScanSignals(ctx, p)
		if err = o.Store.FinishStudy(ctx, name, now, map[string]int{"signals": found}, err); err != nil {
			return looked, err
		}
		looked++
	}
	if looked > 0 {
		err = o.noteSignals(ctx)
	}
	return looked, err
}

// ScanSignals looks at a period and stores what it saw; it returns how many signals there are.
func (o *Office) ScanSignals(ctx context.Context, p signals.Period) (int, error) {
	plans, calendars := o.journalSources(ctx)
	policy := signals.DefaultPolicy()
	d := signals.New(signals.Sources{Plans: plans, Calendars: calendars, Law: o.Policy}, policy, p)
	unread := 0
	err := o.Store.PastDossiers(ctx, models.PastFilter{Since: p.From.Add(-signalsReach), Until: p.Until}, func(x models.Past) error {
		if err := d.Add(x.Code, x.Events); err != nil { // one dossier that cannot be read holds up no other
			unread++
			o.Logger.Warn("no signals looked for in a dossier", "dossier", x.Code, "error", err)
		}
		return ctx.Err()
	})
	if err != nil {
		return 0, err
	}
	if err := o.sameApplicants(ctx, d, p, time.Duration(policy[signals.RuleAgain].Days)*24*time.Hour); err != nil {
		return 0, err
	}
	found := d.Found()
	rows := make([]models.SignalRow, 0, len(found))
	for i := range found {
		row, err := o.signalAsRow(&found[i])
		if err != nil {
			return 0, err
		}
		rows = append(rows, row)
	}
	return len(rows), o.Store.SaveSignals(ctx, p.From, p.Until, rows, mergeSignal)
}

// sameApplicants hands the detector the pairs of dossiers that the store found to be of one applicant.
func (o *Office) sameApplicants(ctx context.Context, d *signals.Detector, p signals.Period, within time.Duration) error {
	pairs, err := o.Store.SameApplicant(ctx, p.From, p.Until, within)
	if err != nil || len(pairs) == 0 {
		return err
	}
	const part = 200
	for len(pairs) > 0 {
		some := pairs[:min(part, len(pairs))]
		pairs = pairs[len(some):]
		var codes []string
		for _, a := range some {
			codes = append(codes, a.First, a.Second)
		}
		journals := map[string][]dossier.Event{}
		err := o.Store.PastDossiers(ctx, models.PastFilter{Codes: codes}, func(x models.Past) error {
			journals[x.Code] = x.Events
			return nil
		})
		if err != nil {
			return err
		}
		for _, a := range some {
			d.Same(journals[a.First], journals[a.Second])
		}
	}
	return nil
}

func (o *Office) signalAsRow(s *signals.Signal) (models.SignalRow, error) {
	evidence, err := json.Marshal(s.Evidence)
	if err != nil {
		return models.SignalRow{}, err
	}
	rank := map[string]int{signals.SeveritySerious: 1, signals.SeverityAttention: 2, signals.SeverityNotice: 3}
	return models.SignalRow{
		ID: s.ID(), Rule: s.Rule, Subject: s.Subject, Agency: s.Agency, Procedure: s.Procedure, Officer: s.Officer, Severity: s.Severity, Rank: rank[s.Severity],
		PeriodFrom: s.Period.From, PeriodUntil: s.Period.Until, Count: s.Count, Of: s.Of, Detail: s.Detail, Evidence: evidence, Dossiers: s.Dossiers(),
		FirstSeen: o.Legal(), SeenAt: o.Legal(),
	}, nil
}

// mergeSignal is a stored signal after it was seen again. One that was laid aside stays so unless there is new evidence; then it is
// open again, with its dismissals.
func mergeSignal(have, now models.SignalRow) (models.SignalRow, error) {
	var known, seen []signals.Evidence
	if err := json.Unmarshal(have.Evidence, &known); err != nil {
		return have, fmt.Errorf("evidence of signal %s: %w", have.ID, err)
	}
	if err := json.Unmarshal(now.Evidence, &seen); err != nil {
		return have, err
	}
	x := signals.Signal{Evidence: seen}
	adds := x.Adds(known)
	if have.State == models.SignalDismissed && !adds {
		have.SeenAt, have.Dossiers = now.SeenAt, now.Dossiers
		return have, nil
	}
	now.State, now.FirstSeen, now.Dismissals, now.Revision = models.SignalOpen, have.FirstSeen, have.Dismissals, have.Revision
	if adds || have.State != models.SignalOpen || len(seen) != len(known) {
		now.Revision++
	}
	return now, nil
}

// noteSignals keeps one finding open while there are open signals.
func (o *Office) noteSignals(ctx context.Context) error {
	counts, err := o.Store.SignalCounts(ctx)
	if err != nil {
		return err
	}
	n := int64(0)
	for _, c := range counts {
		n += c.N
	}
	if n == 0 {
		return o.Store.CloseFinding(ctx, findingSignals, "signals")
	}
	return o.Store.AddFinding(ctx, models.Finding{Kind: findingSignals, Subject: "signals", Detail: fmt.Sprintf("%d dấu hiệu phòng kiểm soát chưa xem; danh sách ở /v1/signals?state=open.", n)})
}
