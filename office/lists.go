package office

import (
	"context"
	"errors"
	"net/http"
	"time"

	"motcua/dossier"
	"motcua/models"
)

// listError turns a cursor of another list into a problem.
func listError(err error) error {
	if errors.Is(err, models.ErrCursor) {
		return &Problem{Status: http.StatusBadRequest, Code: "bad_query", Title: "Tham số không hợp lệ", Detail: "Con trỏ trang không dùng được ở đây; hãy bắt đầu lại không có cursor."}
	}
	return err
}

// ListFilter narrows a list of dossiers.
type ListFilter struct {
	Text      string
	Agency    string
	Procedure string
	Status    []dossier.Status
	Open      bool
	// Outdated keeps open dossiers on a plan that is not the one in force, or whose legal basis has ended.
	Outdated bool
	// Rescheduled keeps the re-appointed ones, or the others.
	Rescheduled *bool
	DueBefore   time.Time
	DueAfter    time.Time
	Limit       int
	Cursor      string
}

// TaskFilter narrows a worklist.
type TaskFilter struct {
	Agency, Role, Assignee string
	Limit                  int
	Cursor                 string
}

// Task is a line of a worklist, sorted by what is left; what stands still comes last.
type Task struct {
	Dossier   string         `json:"dossier"`
	Task      string         `json:"task"`
	Step      string         `json:"step"`
	StepName  string         `json:"step_name"`
	Procedure string         `json:"procedure"`
	Agency    string         `json:"agency"`
	Role      string         `json:"role"`
	Assignee  string         `json:"assignee,omitempty"`
	HandedUp  bool           `json:"handed_up,omitempty"`
	OpenedAt  time.Time      `json:"opened_at"`
	DueAt     time.Time      `json:"due_at,omitzero"`
	Remaining *int           `json:"remaining_minutes,omitempty"`
	Paused    bool           `json:"paused,omitempty"`
	Status    dossier.Status `json:"status"`
	Revision  int64          `json:"revision"`
	Outcomes  []string       `json:"outcomes,omitempty"`
	Acts      []string       `json:"acts,omitempty"`
}

// Tasks is a worklist.
func (o *Office) Tasks(ctx context.Context, p Principal, f TaskFilter) ([]Task, string, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Tasks(ctx, models.TaskFilter{
		Scope: p.scope(), Agency: f.Agency, Role: f.Role, Assignee: f.Assignee, Limit: f.Limit, Cursor: f.Cursor,
	})
	if err != nil {
		return nil, "", listError(err)
	}
	now := o.Legal()
	out := make([]Task, 0, len(rows))
	for _, r := range rows {
		t := Task{
			Dossier: r.Dossier, Task: r.Task, Step: r.Step, Procedure: r.Procedure, Agency: r.Agency, Role: r.Role, Assignee: r.Assignee,
			HandedUp: r.HandedUp, OpenedAt: r.OpenedAt, DueAt: r.DueAt, Paused: r.Paused, Status: r.Status, Revision: r.Revision,
			Outcomes: r.Outcomes, Acts: r.Acts,
		}
		if plan, err := o.desk.Plan(ctx, r.Plan); err == nil {
			if s, ok := plan.StepText(r.Step); ok {
				t.StepName = s.Name
			}
		}
		if !r.DueAt.IsZero() && !r.Paused {
			cal, err := o.agencyCalendar(ctx, r.Agency)
			if err != nil {
				return nil, "", err
			}
			left, err := cal.Between(now, r.DueAt)
			if err != nil {
				return nil, "", err
			}
			t.Remaining = &left
		}
		out = append(out, t)
	}
	return out, next, nil
}

// Escalation is a rung that fired.
type Escalation struct {
	Dossier    string    `json:"dossier"`
	Subject    string    `json:"subject"`
	Count      int       `json:"count"`
	Rung       string    `json:"rung"`
	Generation int       `json:"generation"`
	Instant    time.Time `json:"instant"`
	FiredAt    time.Time `json:"fired_at"`
	Do         []string  `json:"do"`
	To         []string  `json:"to"`
	// Told are the names of To, in the same order.
	Told []string `json:"told"`
}

// Escalations lists the rungs that fired, latest first.
func (o *Office) Escalations(ctx context.Context, p Principal, code string, limit int, cursor string) ([]Escalation, string, error) {
	if err := allow(p, DoEscalations); err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Escalations(ctx, models.EscalationFilter{Scope: p.scope(), Dossier: code, Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]Escalation, 0, len(rows))
	names := map[string]string{}
	for _, r := range rows {
		told := make([]string, 0, len(r.To))
		for _, id := range r.To {
			if _, known := names[id]; !known {
				if names[id], err = o.officerName(ctx, id); err != nil {
					return nil, "", err
				}
			}
			told = append(told, names[id])
		}
		out = append(out, Escalation{r.Dossier, r.Subject, r.Count, r.Rung, r.Generation, r.Instant, r.FiredAt, r.Do, r.To, told})
	}
	return out, next, nil
}

// officerName is the name of an officer, or the id of one who is not in the organisation (any more, or the applicant).
func (o *Office) officerName(ctx context.Context, id string) (string, error) {
	officer, err := o.Store.Officer(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return id, nil
	}
	return officer.Name, err
}

// Totals are the figures of the whole installation, for metrics and the first page.
type Totals struct {
	Open, Late, Paused, Findings int64
	// ByKind are the open findings by kind.
	ByKind map[string]int64
	Lag    time.Duration
}

// Totals counts everything.
func (o *Office) Totals(ctx context.Context) (Totals, error) {
	c, err := o.Store.Counts(ctx, models.Scope{All: true}, o.Legal())
	if err != nil {
		return Totals{}, err
	}
	lag, err := o.Store.OutboxLag(ctx)
	if err != nil {
		return Totals{}, err
	}
	byKind, err := o.Store.FindingCounts(ctx)
	t := Totals{Open: c.Open, Late: c.Late, Paused: c.Paused, ByKind: byKind}
	for _, n := range byKind {
		t.Findings += n
	}
	if !lag.Oldest.IsZero() {
		t.Lag = o.Now().Sub(lag.Oldest)
	}
	return t, err
}

// rows is the filter as the store takes it, at a legal instant.
func (f ListFilter) rows(p Principal, at time.Time) models.DossierFilter {
	out := models.DossierFilter{
		Scope: p.scope(), Status: f.Status, Procedure: f.Procedure, DueAfter: f.DueAfter, DueBefore: f.DueBefore,
		Text: f.Text, Limit: f.Limit, Cursor: f.Cursor, Agency: f.Agency, Persons: readsPersons(p), Outdated: f.Outdated, Rescheduled: f.Rescheduled, At: at,
	}
	if f.Open {
		out.Open = &f.Open
	}
	return out
}

// maxFindings bounds the findings shown at once.
const maxFindings = 500
