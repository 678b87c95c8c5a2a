package office

import (
	"context"
	"errors"
	"net/http"
	"time"

	"motcua/calendar"
	"motcua/dossier/proof"
	"motcua/procedure"
)

// ProofQuery says what of the log a proof sheet is of: up to an event (0: all), seen at an instant (zero: now). What had not been
// recorded by then is left out, so that a sheet printed earlier can be made again.
type ProofQuery struct {
	Seq int64
	At  time.Time
}

// Proof is the deadline proof sheet of a dossier. It holds what everybody in scope reads in the timeline, codes and references, and
// nothing of the applicant; it asks neither the organisation nor what is in force now.
func (o *Office) Proof(ctx context.Context, p Principal, code string, q ProofQuery) (*proof.Sheet, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return nil, err
	}
	events, err := o.Store.Events(ctx, code, 0)
	if err != nil {
		return nil, err
	}
	if q.Seq == 0 && q.At.IsZero() {
		q.At = o.Legal()
	}
	sheet, err := proof.Build(proof.Source{
		Events: events, Seq: q.Seq, At: q.At,
		Plan:     func(hash string) (*procedure.Plan, error) { return o.desk.Plan(ctx, hash) },
		Calendar: func(hash string) (*calendar.Calendar, error) { return o.desk.Calendar(ctx, hash) },
		Notes:    func(hash string) (map[calendar.Date]calendar.Entry, error) { return o.notesOf(ctx, hash) },
	})
	if errors.Is(err, proof.ErrEmpty) {
		return nil, &Problem{Status: http.StatusNotFound, Code: "proof_too_early", Title: "Chưa có gì để chứng minh",
			Detail: "Đến thời điểm này hồ sơ chưa có sự kiện nào được ghi nhận; hãy chọn thời điểm muộn hơn."}
	}
	return sheet, err
}

// notesOf are the days of a calendar that differ from its week, with their grounds.
func (o *Office) notesOf(ctx context.Context, hash string) (map[calendar.Date]calendar.Entry, error) {
	list, err := keptGrounds(ctx, o.Store, hash)
	if err != nil {
		return nil, err
	}
	out := make(map[calendar.Date]calendar.Entry, len(list))
	for _, g := range list {
		out[g.Date] = calendar.Entry{Date: g.Date, Kind: g.Kind, Name: g.Name, Ground: g.Ground, Swap: g.Swap}
	}
	return out, nil
}
