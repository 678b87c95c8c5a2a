package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"motcua/models"
	"motcua/signals"
)

// Signal is something that was seen, as the control office reads it.
type Signal struct {
	ID string `json:"id"`
	// Name and Says are the rule's: what it looks for. Detail is what was seen.
	Rule      string         `json:"rule"`
	Name      string         `json:"name"`
	Subject   string         `json:"subject"`
	Agency    string         `json:"agency"`
	Procedure string         `json:"procedure,omitempty"`
	Officer   string         `json:"officer,omitempty"`
	Severity  string         `json:"severity"`
	State     string         `json:"state"`
	Period    signals.Period `json:"period"`
	Count     int            `json:"count"`
	Of        int            `json:"of,omitempty"`
	Detail    string         `json:"detail"`
	Dossiers  []string       `json:"dossiers"`
	FirstSeen time.Time      `json:"first_seen"`
	SeenAt    time.Time      `json:"seen_at"`
	Revision  int64          `json:"revision"`
	// Evidence is of a single signal only.
	Evidence   []signals.Evidence `json:"evidence,omitempty"`
	Dismissals []Dismissal        `json:"dismissals,omitempty"`
}

// Dismissal is a signal laid aside. It is open again when there is new evidence.
type Dismissal struct {
	ID     string    `json:"id"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// Events is how many events the signal showed then.
	Events int `json:"events"`
}

// SignalFilter narrows a list of signals.
type SignalFilter struct {
	Rule, State, Agency, Dossier string
	From, Until                  time.Time
	Limit                        int
	Cursor                       string
}

// SignalList is a page of signals with the rules that they were found by.
type SignalList struct {
	Items []Signal `json:"items"`
	Next  string   `json:"next"`
	// Says goes with every list: what a signal is and what it is not.
	Says  string         `json:"says"`
	Rules []signals.Rule `json:"rules"`
}

// signalsSay is what is told of all signals.
const signalsSay = "Dấu hiệu chỉ nêu điều hệ thống đã ghi nhận theo quy tắc công khai, không kết luận ai sai; hãy xem hồ sơ và nghe giải trình trước khi đánh giá. Ngưỡng của các quy tắc do đơn vị vận hành đặt ra, không phải do luật."

// seesSignals are the agencies whose signals a principal reads; nil is all of them.
func seesSignals(p Principal) ([]string, error) {
	if err := allow(p, DoSignals); err != nil {
		return nil, err
	}
	if p.Is(RoleControl) || p.Is(RoleAuditor) {
		return nil, nil
	}
	return append([]string{}, p.Scope...), nil
}

// Signals lists what was seen: the latest period first, in it the most severe first.
func (o *Office) Signals(ctx context.Context, p Principal, f SignalFilter) (SignalList, error) {
	out := SignalList{Items: []Signal{}, Says: signalsSay}
	agencies, err := seesSignals(p)
	if err != nil {
		return out, err
	}
	policy := signals.DefaultPolicy()
	for _, id := range signals.Rules() {
		out.Rules = append(out.Rules, policy[id])
	}
	if _, ok := policy[f.Rule]; !ok && f.Rule != "" {
		return out, invalid(FieldError{"?rule", "Quy tắc là một trong: " + strings.Join(signals.Rules(), ", ") + "."})
	}
	rows, next, err := o.Store.Signals(ctx, models.SignalFilter{
		Agencies: agencies, Rule: f.Rule, State: f.State, Agency: f.Agency, Dossier: f.Dossier, From: f.From, Until: f.Until, Limit: f.Limit, Cursor: f.Cursor,
	})
	if err != nil {
		return out, listError(err)
	}
	out.Next = next
	for _, r := range rows {
		s, err := shownSignal(r)
		if err != nil {
			return out, err
		}
		s.Evidence = nil
		out.Items = append(out.Items, s)
	}
	return out, nil
}

// Signal returns one with the events that show it.
func (o *Office) Signal(ctx context.Context, p Principal, id string) (Signal, error) {
	row, err := o.signalRow(ctx, p, id)
	if err != nil {
		return Signal{}, err
	}
	return shownSignal(row)
}

func (o *Office) signalRow(ctx context.Context, p Principal, id string) (models.SignalRow, error) {
	agencies, err := seesSignals(p)
	if err != nil {
		return models.SignalRow{}, err
	}
	row, err := o.Store.Signal(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && agencies != nil && !slices.Contains(agencies, row.Agency) {
		return row, &Problem{Status: http.StatusNotFound, Code: "signal_unknown", Title: "Không tìm thấy dấu hiệu",
			Detail: fmt.Sprintf("Không có dấu hiệu %q trong phạm vi của bạn; xem danh sách ở /v1/signals.", id)}
	}
	return row, err
}

func shownSignal(r models.SignalRow) (Signal, error) {
	s := Signal{ID: r.ID, Rule: r.Rule, Name: signals.DefaultPolicy()[r.Rule].Name, Subject: r.Subject, Agency: r.Agency, Procedure: r.Procedure, Officer: r.Officer,
		Severity: r.Severity, State: r.State, Period: signals.Period{From: r.PeriodFrom, Until: r.PeriodUntil}, Count: r.Count, Of: r.Of, Detail: r.Detail,
		FirstSeen: r.FirstSeen, SeenAt: r.SeenAt, Revision: r.Revision}
	if err := json.Unmarshal(r.Evidence, &s.Evidence); err != nil {
		return s, fmt.Errorf("evidence of signal %s: %w", r.ID, err)
	}
	seen := signals.Signal{Evidence: s.Evidence}
	s.Dossiers = seen.Dossiers()
	if len(r.Dismissals) > 0 {
		if err := json.Unmarshal(r.Dismissals, &s.Dismissals); err != nil {
			return s, fmt.Errorf("dismissals of signal %s: %w", r.ID, err)
		}
	}
	return s, nil
}

// SignalDismiss is the act that lays a signal aside.
const SignalDismiss = "dismiss"

// SignalAct is an act on a signal.
type SignalAct struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

const maxReason = 2000

// ActOnSignal lays a signal aside. It stays aside until there is new evidence; who did it and why stays with it for good. Whose own acts
// are the evidence does not dismiss it.
func (o *Office) ActOnSignal(ctx context.Context, p Principal, id string, a SignalAct, key string, revision int64) (Signal, error) {
	if err := allow(p, DoDismissSignals); err != nil {
		return Signal{}, err
	}
	if p.Officer == "" {
		return Signal{}, notHere("khóa này không gắn với một cán bộ")
	}
	a.Reason = strings.TrimSpace(a.Reason)
	switch {
	case a.Kind != SignalDismiss:
		return Signal{}, invalid(FieldError{"/kind", "Thao tác là dismiss."})
	case a.Reason == "" || utf8.RuneCountInString(a.Reason) > maxReason:
		return Signal{}, invalid(FieldError{"/reason", fmt.Sprintf("Bỏ qua một dấu hiệu phải nêu lý do, tối đa %d ký tự.", maxReason)})
	}
	row, err := o.signalRow(ctx, p, id)
	if err != nil {
		return Signal{}, err
	}
	s, err := shownSignal(row)
	if err != nil {
		return Signal{}, err
	}
	act := actID(p.ID, key)
	for _, d := range s.Dismissals { // asked again
		if d.ID == act && d.Reason == a.Reason {
			return s, nil
		} else if d.ID == act {
			return Signal{}, keyReused()
		}
	}
	switch {
	case revision != 0 && revision != s.Revision:
		return Signal{}, staleSignal()
	case s.State != models.SignalOpen:
		return Signal{}, &Problem{Status: http.StatusConflict, Code: "signal_state", Title: "Không đúng lúc", Detail: "Dấu hiệu này không còn mở: đã bỏ qua, hoặc lần xem sau không còn thấy."}
	case slices.ContainsFunc(s.Evidence, func(e signals.Evidence) bool { return e.By == p.Officer }):
		return Signal{}, &Problem{Status: http.StatusForbidden, Code: "same_person", Title: "Cần một người khác", Detail: "Dấu hiệu nêu thao tác của chính bạn; người khác ở phòng kiểm soát phải xem."}
	}
	dismissals, err := json.Marshal(append(s.Dismissals, Dismissal{ID: act, By: p.Officer, At: o.Legal(), Reason: a.Reason, Events: len(s.Evidence)}))
	if err != nil {
		return Signal{}, err
	}
	done, err := o.Store.DismissSignal(ctx, id, s.Revision, dismissals)
	if err != nil {
		return Signal{}, err
	}
	if !done {
		return Signal{}, staleSignal()
	}
	if err := o.noteSignals(ctx); err != nil {
		return Signal{}, err
	}
	return o.Signal(ctx, p, id)
}

func staleSignal() *Problem {
	return &Problem{Status: http.StatusPreconditionFailed, Code: "stale", Title: "Dấu hiệu đã thay đổi", Detail: "Dấu hiệu đã có thêm bằng chứng hoặc đã được xử lý từ khi bạn mở; hãy tải lại rồi thao tác."}
}
