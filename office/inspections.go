package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/dossier"
	"motcua/models"
)

// FindingInspection is what an inspection found to be somebody's fault; its subject is the dossier and the inspection.
const FindingInspection = "inspection_concluded"

// Causes of lateness, as an inspection concludes.
const (
	CauseNone      = "none"      // nobody's fault
	CauseOfficer   = "officer"   // who had the task
	CauseAgency    = "agency"    // an agency that helps
	CauseProcedure = "procedure" // the process allows too little time
	CauseSystem    = "system"    // outage, data
	CauseApplicant = "applicant"
)

func causes() []string {
	return []string{CauseNone, CauseOfficer, CauseAgency, CauseProcedure, CauseSystem, CauseApplicant}
}

// Inspection is a look of the control office at a late dossier. It has a due date of its own and never moves the dossier.
type Inspection struct {
	Dossier   string `json:"dossier"`
	N         int    `json:"n"`
	Rung      string `json:"rung"`
	Office    string `json:"office,omitempty"`
	Inspector string `json:"inspector,omitempty"`
	// InspectorName is the inspector's.
	InspectorName string    `json:"inspector_name,omitempty"`
	OpenedAt      time.Time `json:"opened_at"`
	DueAt         time.Time `json:"due_at"`
	Overdue       bool      `json:"overdue,omitempty"`
	// State is open, taken or concluded.
	State       string    `json:"state"`
	TakenAt     time.Time `json:"taken_at,omitzero"`
	Cause       string    `json:"cause,omitempty"`
	Conclusion  string    `json:"conclusion,omitempty"`
	ConcludedBy string    `json:"concluded_by,omitempty"`
	ConcludedAt time.Time `json:"concluded_at,omitzero"`
	// Verdict says why: since when the dossier is late, and whose the minutes are.
	Verdict dossier.Verdict `json:"verdict,omitzero"`
}

// InspectionFilter narrows a list of inspections.
type InspectionFilter struct {
	Dossier, State string
	// Mine keeps those of the principal's officer, Pending those that are not concluded.
	Mine, Pending bool
	Limit         int
	Cursor        string
}

// Inspections lists inspections, the next due first.
func (o *Office) Inspections(ctx context.Context, p Principal, f InspectionFilter) ([]Inspection, string, error) {
	if err := allow(p, DoEscalations); err != nil {
		return nil, "", err
	}
	q := models.InspectionFilter{Scope: p.scope(), Dossier: f.Dossier, State: f.State, Pending: f.Pending, Limit: f.Limit, Cursor: f.Cursor}
	if f.Mine {
		q.Inspector = p.Officer
	}
	rows, next, err := o.Store.Inspections(ctx, q)
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]Inspection, 0, len(rows))
	for _, r := range rows {
		i, err := o.inspectionOf(ctx, p, r)
		if err != nil {
			return nil, "", err
		}
		out = append(out, i)
	}
	return out, next, nil
}

func (o *Office) inspectionOf(ctx context.Context, p Principal, r models.InspectionRow) (i Inspection, err error) {
	now := o.Legal()
	i = Inspection{
		Dossier: r.Dossier, N: r.N, Rung: r.Rung, Office: r.Office, Inspector: r.Inspector, OpenedAt: r.OpenedAt, DueAt: r.DueAt,
		Overdue: r.State != models.InspectionConcluded && now.After(r.DueAt), State: r.State, TakenAt: r.TakenAt, Cause: r.Cause,
		ConcludedBy: r.ConcludedBy, ConcludedAt: r.ConcludedAt,
	}
	if readsPersons(p) || p.Is(RoleControl) {
		i.Conclusion = r.Conclusion
	}
	if r.Inspector != "" {
		if i.InspectorName, err = o.officerName(ctx, r.Inspector); err != nil {
			return i, err
		}
	}
	row, err := o.Store.Dossier(ctx, r.Dossier)
	i.Verdict = row.View.Verdict
	return i, err
}

// Acts on an inspection.
const (
	InspectionTake     = "take"
	InspectionConclude = "conclude"
)

// InspectionAct takes an inspection, or concludes it with a cause and a conclusion.
type InspectionAct struct {
	Kind       string `json:"kind"`
	Cause      string `json:"cause,omitempty"`
	Conclusion string `json:"conclusion,omitempty"`
}

// ActOnInspection does a step of an inspection. Done again by the same officer it changes nothing and answers the same.
func (o *Office) ActOnInspection(ctx context.Context, p Principal, code string, n int, a InspectionAct) (Inspection, error) {
	if err := allow(p, DoInspect); err != nil {
		return Inspection{}, err
	}
	if p.Officer == "" {
		return Inspection{}, notHere("khóa này không gắn với một cán bộ")
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return Inspection{}, err
	}
	row, err := o.inspectionRow(ctx, code, n)
	if err != nil {
		return Inspection{}, err
	}
	var done bool
	switch a.Kind {
	case InspectionTake:
		done, err = o.Store.TakeInspection(ctx, code, n, p.Officer, o.Legal())
		done = done || row.State == models.InspectionTaken && row.Inspector == p.Officer
	case InspectionConclude:
		done, err = o.conclude(ctx, p, row, a)
	default:
		err = invalid(FieldError{"/kind", "Chỉ có take và conclude."})
	}
	if err != nil {
		return Inspection{}, err
	}
	if !done {
		return Inspection{}, &Problem{Status: http.StatusConflict, Code: "inspection_state", Title: "Cuộc kiểm tra ở trạng thái khác",
			Detail: fmt.Sprintf("Cuộc kiểm tra %d của hồ sơ %s đang %s (%s); nhận việc (take) trước khi kết luận, và chỉ người nhận kết luận.", n, code, row.State, row.Inspector)}
	}
	if row, err = o.inspectionRow(ctx, code, n); err != nil {
		return Inspection{}, err
	}
	return o.inspectionOf(ctx, p, row)
}

func (o *Office) conclude(ctx context.Context, p Principal, row models.InspectionRow, a InspectionAct) (bool, error) {
	conclusion := strings.TrimSpace(a.Conclusion)
	var errs []FieldError
	if !slices.Contains(causes(), a.Cause) {
		errs = append(errs, FieldError{"/cause", fmt.Sprintf("Nguyên nhân là một trong %s.", strings.Join(causes(), ", "))})
	}
	if conclusion == "" {
		errs = append(errs, FieldError{"/conclusion", "Kết luận phải nêu nội dung."})
	}
	if len(errs) > 0 {
		return false, invalid(errs...)
	}
	if row.State == models.InspectionConcluded {
		return row.ConcludedBy == p.Officer && row.Cause == a.Cause && row.Conclusion == conclusion, nil
	}
	if row.Inspector != p.Officer {
		return false, nil
	}
	// The finding first: a crash between the two is healed by concluding again.
	if a.Cause != CauseNone {
		f := models.Finding{Kind: FindingInspection, Subject: fmt.Sprintf("%s/%d", row.Dossier, row.N), Detail: "kiểm tra kết luận nguyên nhân chậm: " + a.Cause}
		if err := o.Store.AddFinding(ctx, f); err != nil {
			return false, err
		}
	}
	return o.Store.ConcludeInspection(ctx, row.Dossier, row.N, p.Officer, a.Cause, conclusion, o.Legal())
}

func (o *Office) inspectionRow(ctx context.Context, code string, n int) (models.InspectionRow, error) {
	row, err := o.Store.Inspection(ctx, code, n)
	if errors.Is(err, models.ErrNotFound) {
		return row, &Problem{Status: http.StatusNotFound, Code: "inspection_unknown", Title: "Không tìm thấy", Detail: fmt.Sprintf("Hồ sơ %s không có cuộc kiểm tra %d; xem ở /v1/inspections.", code, n)}
	}
	return row, err
}
