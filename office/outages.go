package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"motcua/dossier"
	"motcua/models"
)

// OutageOrder takes a stretch of time out of the limits of all dossiers of an agency, by a decision: a power cut, a disaster, a system
// that stood still (clock.md §1; NĐ 99/2022 Đ16.3a).
type OutageOrder struct {
	// Agency is the one that could not work; Below: those below it neither.
	Agency string `json:"agency"`
	Below  bool   `json:"below,omitempty"`
	// From and Until bound the stretch, which has passed.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Document is the number of the decision, Ground why.
	Document string `json:"document"`
	Ground   string `json:"ground"`
}

// longestOutage bounds a stretch: a slip of the year is none.
const longestOutage = 60 * 24 * time.Hour

// DraftOutage takes an order in.
func (o *Office) DraftOutage(ctx context.Context, p Principal, order OutageOrder, key string) (Amendment, error) {
	if err := o.drafts(p); err != nil {
		return Amendment{}, err
	}
	id := actID(p.ID, key)
	print, err := fingerprint("outage", order)
	if err != nil {
		return Amendment{}, err
	}
	if known, ok, err := o.knownAmendment(ctx, id, print); ok || err != nil {
		return known, err
	}
	if err := o.checkOutage(ctx, order); err != nil {
		return Amendment{}, err
	}
	content, err := json.Marshal(order)
	if err != nil {
		return Amendment{}, err
	}
	row, err := o.Store.AddAmendment(ctx, models.AmendmentRow{
		ID: id, Kind: models.AmendmentOutage, Scope: order.Agency, Title: order.Ground, Document: order.Document, Content: content,
		DraftedBy: p.Officer, Principal: p.ID, Fingerprint: print,
	})
	if errors.Is(err, models.ErrConflict) {
		return Amendment{}, keyReused()
	}
	if err != nil {
		return Amendment{}, err
	}
	return o.amendment(ctx, row)
}

func (o *Office) checkOutage(ctx context.Context, order OutageOrder) error {
	var errs []FieldError
	_, err := o.Store.Agency(ctx, order.Agency)
	switch {
	case errors.Is(err, models.ErrNotFound):
		errs = append(errs, FieldError{"/agency", fmt.Sprintf("Không có cơ quan %q.", order.Agency)})
	case err != nil:
		return err
	}
	switch now := o.Legal(); {
	case order.From.IsZero():
		errs = append(errs, FieldError{"/from", "Hãy nêu lúc bắt đầu gián đoạn."})
	case !order.Until.After(order.From):
		errs = append(errs, FieldError{"/until", "Lúc kết thúc phải sau lúc bắt đầu."})
	case order.Until.After(now):
		errs = append(errs, FieldError{"/until", "Chỉ loại trừ thời gian đã qua; ngày nghỉ sắp tới là sửa lịch (đóng cửa)."})
	case order.Until.Sub(order.From) > longestOutage:
		errs = append(errs, FieldError{"/from", "Khoảng gián đoạn dài hơn 60 ngày; hãy kiểm tra lại."})
	}
	if strings.TrimSpace(order.Document) == "" {
		errs = append(errs, FieldError{"/document", "Loại trừ thời gian phải có số văn bản quyết định."})
	}
	if strings.TrimSpace(order.Ground) == "" {
		errs = append(errs, FieldError{"/ground", "Loại trừ thời gian phải có căn cứ: vì sao không làm việc được."})
	}
	errs = append(errs, reference("/document", order.Document, models.Applicant{})...)
	errs = append(errs, reference("/ground", order.Ground, models.Applicant{})...)
	if len(errs) > 0 {
		return invalid(errs...)
	}
	return nil
}

func (w *work) prepareOutage(ctx context.Context) error {
	w.outage = &OutageOrder{}
	if err := json.Unmarshal(w.row.Content, w.outage); err != nil {
		return fmt.Errorf("outage %s: %w", w.row.ID, err)
	}
	agencies := []string{w.outage.Agency}
	if w.outage.Below {
		below, err := w.o.Store.Subtree(ctx, w.outage.Agency)
		if err != nil {
			return err
		}
		agencies = append(agencies, below...)
	}
	w.agencies = map[string]bool{}
	for _, a := range agencies {
		w.agencies[a] = true
	}
	w.reach = models.Reach{Agencies: agencies}
	return nil
}

// excludes says whether the outage concerns a dossier, and makes the act: one that was received or is led there, or had a task there
// while it lasted. Of one accepted meanwhile, the time from its acceptance on.
func (w *work) excludes(s *dossier.State, a *dossier.Act) bool {
	x := w.outage
	from := x.From.Truncate(time.Minute)
	if from.Before(s.AcceptedAt) {
		from = s.AcceptedAt
	}
	if s.Stage != dossier.StageRunning || s.AcceptedAt.IsZero() || !x.Until.After(from) {
		return false
	}
	hit := w.agencies[s.Receiving] || w.agencies[s.Lead]
	for i := range s.Visits {
		v := &s.Visits[i]
		hit = hit || w.agencies[v.Agency] && v.Opened.Before(x.Until) && (v.Closed.IsZero() || v.Closed.After(from))
	}
	a.Kind, a.From, a.Until, a.Ground = dossier.ActExclude, from, x.Until, x.Ground
	return hit
}
