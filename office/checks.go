package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"motcua/models"
	"motcua/workflows"
)

// DoCheck is to order a run of the clock check; to read the runs is to read findings.
const DoCheck = "check"

// OrderCheck asks a worker for a full run of the clock check now. The same key is the same run.
func (o *Office) OrderCheck(ctx context.Context, p Principal, key string) (CheckReport, error) {
	if err := allow(p, DoCheck); err != nil {
		return CheckReport{}, err
	}
	if o.Inspector == nil {
		return CheckReport{}, engineDown(workflows.ErrDown)
	}
	id := actID(p.ID, "check\x00"+key)
	if err := o.Inspector.StartCheck(ctx, workflows.CheckRequest{ID: id, By: p.ID}); err != nil {
		return CheckReport{}, engineDown(err)
	}
	row, err := o.Store.BeginCheck(ctx, models.CheckRow{ID: id, Kind: CheckFull, Principal: p.ID, Phase: phaseClocks})
	if err != nil {
		return CheckReport{}, err
	}
	return o.checkReport(row)
}

// Checks lists the runs of the clock check, the latest first.
func (o *Office) Checks(ctx context.Context, p Principal, limit int, cursor string) ([]CheckReport, string, error) {
	if err := allow(p, DoFindings); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Checks(ctx, limit, cursor)
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]CheckReport, 0, len(rows))
	for _, row := range rows {
		r, err := o.checkReport(row)
		if err != nil {
			return nil, "", err
		}
		out = append(out, r)
	}
	return out, next, nil
}

// LastCheck is the run of a kind that ended last; false where none has.
func (o *Office) LastCheck(ctx context.Context, p Principal, kind string) (CheckReport, bool, error) {
	if err := allow(p, DoFindings); err != nil {
		return CheckReport{}, false, err
	}
	row, err := o.Store.LastCheck(ctx, kind)
	if errors.Is(err, models.ErrNotFound) {
		return CheckReport{}, false, nil
	}
	if err != nil {
		return CheckReport{}, false, err
	}
	r, err := o.checkReport(row)
	return r, err == nil, err
}

// CheckState is one run.
func (o *Office) CheckState(ctx context.Context, p Principal, id string) (CheckReport, error) {
	if err := allow(p, DoFindings); err != nil {
		return CheckReport{}, err
	}
	row, err := o.Store.Check(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return CheckReport{}, &Problem{Status: http.StatusNotFound, Code: "check_unknown", Title: "Không tìm thấy lượt kiểm tra",
			Detail: fmt.Sprintf("Không có lượt kiểm tra đồng hồ %q; xem danh sách ở /v1/checks.", id)}
	}
	if err != nil {
		return CheckReport{}, err
	}
	return o.checkReport(row)
}

func (o *Office) checkReport(row models.CheckRow) (CheckReport, error) {
	var f CheckFigures
	if len(row.Figures) > 0 {
		if err := json.Unmarshal(row.Figures, &f); err != nil {
			return CheckReport{}, fmt.Errorf("figures of check %s: %w", row.ID, err)
		}
	}
	return reportOf(row, f, o.Now()), nil
}
