package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/models"
)

// PublicationDecision publishes, amends and repeals procedures (quyết định công bố).
type PublicationDecision struct {
	ID     string `json:"id,omitempty"`
	Number string `json:"number"`
	// On is its day, YYYY-MM-DD.
	On string `json:"on"`
	// Agency issues it, by name.
	Agency  string `json:"agency"`
	Subject string `json:"subject,omitempty"`
	// Published, Amended and Repealed are codes of procedures; each stands in one of them.
	Published []string `json:"published,omitempty"`
	Amended   []string `json:"amended,omitempty"`
	Repealed  []string `json:"repealed,omitempty"`

	RecordedBy string    `json:"recorded_by,omitempty"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
}

// RecordDecision stores a decision, for versions to be published and repealed by.
func (o *Office) RecordDecision(ctx context.Context, p Principal, d PublicationDecision, key string) (PublicationDecision, error) {
	if err := allow(p, DoRecordDecisions); err != nil {
		return d, err
	}
	d.ID, d.RecordedBy, d.RecordedAt = "", "", time.Time{}
	print, err := fingerprint("decision", d)
	if err != nil {
		return d, err
	}
	row := models.Decision{ID: actID(p.ID, key), Number: strings.TrimSpace(d.Number), Agency: strings.TrimSpace(d.Agency), Subject: d.Subject,
		RecordedBy: p.Officer, RecordedAt: o.Legal(), Fingerprint: print}
	if errs := d.fill(&row); len(errs) > 0 {
		return d, invalid(errs...)
	}
	row, err = o.Store.AddDecision(ctx, row)
	switch {
	case errors.Is(err, models.ErrConflict):
		return d, keyReused()
	case errors.Is(err, models.ErrDuplicate):
		return d, &Problem{Status: http.StatusConflict, Code: "decision_known", Title: "Quyết định đã có",
			Detail: fmt.Sprintf("Quyết định %s ngày %s của %s đã được ghi; xem ở /v1/publication-decisions.", d.Number, d.On, d.Agency)}
	case err != nil:
		return d, err
	}
	return decisionOf(row), nil
}

func (d PublicationDecision) fill(row *models.Decision) (errs []FieldError) {
	if row.Number == "" {
		errs = append(errs, FieldError{"/number", "Hãy nêu số quyết định, ví dụ 2304/QĐ-BNNMT."})
	}
	if row.Agency == "" {
		errs = append(errs, FieldError{"/agency", "Hãy nêu cơ quan ban hành."})
	}
	day, err := calendar.ParseDate(d.On)
	if err != nil {
		errs = append(errs, FieldError{"/on", "Hãy viết ngày quyết định dạng năm-tháng-ngày, ví dụ 2026-03-02."})
	} else {
		row.IssuedOn = day.Time()
	}
	seen := map[string]bool{}
	for _, list := range []struct {
		name, does string
		codes      []string
	}{{"published", models.DecisionPublishes, d.Published}, {"amended", models.DecisionAmends, d.Amended}, {"repealed", models.DecisionRepeals, d.Repealed}} {
		for i, code := range list.codes {
			pointer := fmt.Sprintf("/%s/%d", list.name, i)
			switch {
			case strings.TrimSpace(code) == "":
				errs = append(errs, FieldError{pointer, "Thiếu mã thủ tục."})
			case seen[code]:
				errs = append(errs, FieldError{pointer, fmt.Sprintf("Thủ tục %q đứng hai lần trong quyết định.", code)})
			}
			seen[code] = true
			row.Items = append(row.Items, models.DecisionItem{Code: code, Does: list.does})
		}
	}
	if len(seen) == 0 {
		errs = append(errs, FieldError{"/published", "Quyết định phải công bố, sửa đổi hoặc bãi bỏ ít nhất một thủ tục."})
	}
	return errs
}

func decisionOf(row models.Decision) PublicationDecision {
	d := PublicationDecision{ID: row.ID, Number: row.Number, On: calendar.DateOf(row.IssuedOn).String(), Agency: row.Agency, Subject: row.Subject,
		RecordedBy: row.RecordedBy, RecordedAt: row.RecordedAt}
	for _, i := range row.Items {
		switch i.Does {
		case models.DecisionPublishes:
			d.Published = append(d.Published, i.Code)
		case models.DecisionAmends:
			d.Amended = append(d.Amended, i.Code)
		case models.DecisionRepeals:
			d.Repealed = append(d.Repealed, i.Code)
		}
	}
	return d
}

// Decisions lists decisions, the latest first; those of one procedure where a code is given.
func (o *Office) Decisions(ctx context.Context, p Principal, code string, limit int, cursor string) ([]PublicationDecision, string, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Decisions(ctx, models.DecisionFilter{Code: code, Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]PublicationDecision, 0, len(rows))
	for _, r := range rows {
		out = append(out, decisionOf(r))
	}
	return out, next, nil
}

// Decision returns a decision by id.
func (o *Office) Decision(ctx context.Context, p Principal, id string) (PublicationDecision, error) {
	if err := allow(p, DoProcedures); err != nil {
		return PublicationDecision{}, err
	}
	row, err := o.Store.Decision(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return PublicationDecision{}, &Problem{Status: http.StatusNotFound, Code: "decision_unknown", Title: "Không tìm thấy quyết định",
			Detail: fmt.Sprintf("Không có quyết định %q; xem danh sách ở /v1/publication-decisions.", id)}
	}
	return decisionOf(row), err
}
