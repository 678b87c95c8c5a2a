package office

import (
	"context"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// ReductionReport says on a day (YYYY-MM-DD, empty: today) what reductions take off the limits of the procedures in force: of the
// plans that promise, by the same walk.
func (o *Office) ReductionReport(ctx context.Context, p Principal, on string) (procedure.ReductionReport, error) {
	if err := allow(p, DoReadReductions); err != nil {
		return procedure.ReductionReport{}, err
	}
	at, err := o.judged("?on", on)
	if err != nil {
		return procedure.ReductionReport{}, err
	}
	promises, err := o.promises(ctx, "", at)
	if err != nil {
		return procedure.ReductionReport{}, err
	}
	rules, endings, err := o.rulesAndEndings(ctx)
	if err != nil {
		return procedure.ReductionReport{}, err
	}
	return procedure.ReportReductions(promises, rules, endings, at), nil
}

// promises are the versions in force at an instant, of one procedure where it is named.
func (o *Office) promises(ctx context.Context, code string, at time.Time) ([]procedure.Promise, error) {
	var out []procedure.Promise
	for cursor := ""; ; {
		rows, next, err := o.Store.Versions(ctx, models.VersionFilter{Code: code, State: models.VersionPublished, InForce: at, Limit: maxPage, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, v := range rows {
			plan, err := o.desk.Plan(ctx, v.Hash)
			if err != nil {
				return nil, err
			}
			out = append(out, procedure.Promise{Plan: plan, Lead: v.Lead})
		}
		if cursor = next; next == "" {
			return out, nil
		}
	}
}

// maxPage is the largest page that lists give.
const maxPage = 200

func (o *Office) rulesAndEndings(ctx context.Context) (map[string]procedure.Reduction, []procedure.Ending, error) {
	rules, err := o.reductions(ctx)
	if err != nil {
		return nil, nil, err
	}
	own, err := o.Store.ReductionsApproved(ctx)
	if err != nil {
		return nil, nil, err
	}
	var endings []procedure.Ending
	for name, r := range own {
		if r.To != "" {
			endings = append(endings, procedure.Ending{Rule: name, Last: r.To})
		}
	}
	return rules, endings, nil
}

// ExplainReductions tells of each version of a procedure in force on a day how its promise comes about.
func (o *Office) ExplainReductions(ctx context.Context, p Principal, code, on string) ([]procedure.ReductionWalk, error) {
	if err := allow(p, DoReadReductions); err != nil {
		return nil, err
	}
	at, err := o.judged("?on", on)
	if err != nil {
		return nil, err
	}
	promises, err := o.promises(ctx, code, at)
	if err != nil {
		return nil, err
	}
	if code == "" || len(promises) == 0 {
		return nil, o.notInForce(ctx, code, "")
	}
	rules, endings, err := o.rulesAndEndings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]procedure.ReductionWalk, 0, len(promises))
	for _, pr := range promises {
		out = append(out, procedure.ExplainReductions(pr, rules, endings, at))
	}
	return out, nil
}

// Kept says how promises were kept: of the dossiers that ended, early, on time or late by the promise; open ones are not judged.
type Kept struct {
	Accepted int64 `json:"accepted"`
	Open     int64 `json:"open"`
	Early    int64 `json:"early"`
	OnTime   int64 `json:"on_time"`
	Late     int64 `json:"late"`
	// Other ended without a result: withdrawn or stopped.
	Other int64 `json:"other"`
}

func (k *Kept) add(r models.KeptRow) {
	k.Accepted += r.Count
	switch {
	case r.Open:
		k.Open += r.Count
	case r.Class == dossier.ClassEarly:
		k.Early += r.Count
	case r.Class == dossier.ClassOnTime:
		k.OnTime += r.Count
	case r.Class == dossier.ClassLate:
		k.Late += r.Count
	default:
		k.Other += r.Count
	}
}

// KeptReport compares promises by a reduced limit with those by the limit of the law.
type KeptReport struct {
	From  string     `json:"from,omitempty"`
	Until string     `json:"until,omitempty"`
	Total KeptLine   `json:"total"`
	Items []KeptLine `json:"items"`
}

// KeptLine is a procedure; Reduced and Full add up to its accepted dossiers.
type KeptLine struct {
	Procedure string `json:"procedure,omitempty"`
	Reduced   Kept   `json:"reduced"`
	Full      Kept   `json:"full"`
}

// KeptPromises counts the dossiers in scope that were accepted on days from one until another, both included; empty ones do not bound.
func (o *Office) KeptPromises(ctx context.Context, p Principal, from, until string) (KeptReport, error) {
	if err := allow(p, DoRead); err != nil {
		return KeptReport{}, err
	}
	var errs []FieldError
	day := func(name, text string, add calendar.Date) (t time.Time) {
		if text == "" {
			return t
		}
		d, err := calendar.ParseDate(text)
		if err != nil {
			errs = append(errs, FieldError{name, "Hãy viết ngày dạng năm-tháng-ngày, ví dụ 2026-04-01."})
			return t
		}
		return (d + add).Time()
	}
	first, end := day("?from", from, 0), day("?until", until, 1)
	if len(errs) > 0 {
		return KeptReport{}, invalid(errs...)
	}
	rows, err := o.Store.PromisesKept(ctx, p.scope(), first, end)
	if err != nil {
		return KeptReport{}, err
	}
	out := KeptReport{From: from, Until: until, Items: []KeptLine{}}
	for _, r := range rows {
		i := slices.IndexFunc(out.Items, func(l KeptLine) bool { return l.Procedure == r.Procedure })
		if i < 0 {
			i, out.Items = len(out.Items), append(out.Items, KeptLine{Procedure: r.Procedure})
		}
		for _, l := range []*KeptLine{&out.Total, &out.Items[i]} {
			if r.Reduced {
				l.Reduced.add(r)
			} else {
				l.Full.add(r)
			}
		}
	}
	return out, nil
}
