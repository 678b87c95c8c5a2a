package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"motcua/workflows"
)

// What has lost its other half: journals without a row, and workflows without an open dossier or mission.

// lostRows finds journals of which the read model has no row, and makes it anew.
func (r *checkRun) lostRows(ctx context.Context) error {
	realms := r.realms()
	for {
		lost, err := r.Store.LostRows(ctx, r.row.After, checkPage)
		if err != nil || len(lost) == 0 {
			return err
		}
		for _, l := range lost {
			i := slices.IndexFunc(realms, func(x realm) bool { return x.mission == l.Mission })
			if i < 0 {
				continue
			}
			if err := r.project(ctx, realms[i], l.Code, FindingRowMissing, "bảng tra cứu không có dòng của hồ sơ này dù các sự kiện còn đủ"); err != nil {
				return err
			}
		}
		r.row.After = lost[len(lost)-1].Code
		if err := r.save(ctx); err != nil {
			return err
		}
	}
}

// orphans finds workflows that run though their dossier or mission is not open, a page of the engine's at a time. A page token does
// not outlive the engine, so a run that was interrupted begins this phase anew.
func (r *checkRun) orphans(ctx context.Context) error {
	var token []byte
	r.figures.Workflows = 0
	for {
		ids, next, err := r.Inspector.Running(ctx, token)
		if err != nil {
			return err
		}
		for _, x := range r.realms() {
			if err := r.orphansOf(ctx, x, ids); err != nil {
				return err
			}
		}
		r.figures.Workflows += len(ids)
		if err := r.save(ctx); err != nil {
			return err
		}
		if token = next; len(token) == 0 {
			return nil
		}
	}
}

func (r *checkRun) orphansOf(ctx context.Context, x realm, ids []string) error {
	var codes []string
	for _, id := range ids {
		if code := x.code(id); code != "" {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	open, err := r.Store.OpenAmong(ctx, x.mission, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if open[code] {
			continue
		}
		if err := r.orphan(ctx, x, code); err != nil {
			return fmt.Errorf("%s: %w", x.id(code), err)
		}
	}
	return nil
}

// orphan looks at one: the engine itself is asked, for visibility lags behind the end of a workflow.
func (r *checkRun) orphan(ctx context.Context, x realm, code string) error {
	id := x.id(code)
	run, err := r.Inspector.RunOf(ctx, id)
	if err != nil || run != workflows.RunOpen {
		return err
	}
	last, open, err := r.leadsTo(ctx, x, code)
	switch {
	case err != nil:
		return err
	case last == 0:
		return r.find(ctx, FindingOrphan, id, "luồng đang chạy nhưng cơ sở dữ liệu không có sự kiện nào của hồ sơ này: cơ sở dữ liệu cũ hơn Temporal, hoặc luồng của nơi khác")
	case open:
		return r.project(ctx, x, code, FindingRowStale, "bảng tra cứu ghi đã kết thúc nhưng theo sự kiện hồ sơ còn mở")
	}
	if err := r.poked(ctx, x, code, last); err != nil {
		return err
	}
	return r.find(ctx, FindingOrphan, id, "hồ sơ đã kết thúc theo sự kiện nhưng luồng còn chạy; đã báo luồng đọc lại sự kiện để tự kết thúc")
}

// leadsTo says what the events alone lead to: the last one, 0 without any, and whether it is still open.
func (o *Office) leadsTo(ctx context.Context, x realm, code string) (last int64, open bool, err error) {
	var missing *Problem
	if x.mission {
		r, err := o.RebuildMission(ctx, code)
		if errors.As(err, &missing) {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		return r.State.Seq, !r.State.Stage.Ended(), nil
	}
	r, err := o.Rebuild(ctx, code)
	if errors.As(err, &missing) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return r.State.Seq, !r.State.Stage.Closed(), nil
}
