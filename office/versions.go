package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"motcua/models"
	"motcua/procedure"
)

// Version is a version of a procedure as people read it.
type Version struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	// Lead is the one agency that the version is for; empty: every agency without one of its own.
	Lead string `json:"lead,omitempty"`
	// Leads are the agencies that a file of use names: published, it is a version for each of them.
	Leads []string `json:"leads,omitempty"`
	Name  string   `json:"name"`
	// State is draft, review, checked, approved, published or discarded; Status says of a published one whether it is scheduled, in_force or
	// ended.
	State  string `json:"state"`
	Status string `json:"status"`
	// Hash names the compiled plan; empty while a draft has faults.
	Hash string `json:"hash,omitempty"`
	// Sample: shipped with the program for demonstration, approved by nobody here.
	Sample bool `json:"sample,omitempty"`
	// Agency drafts it; the four steps are four people's.
	Agency    string `json:"agency,omitempty"`
	Author    string `json:"author"`
	Checker   string `json:"checker,omitempty"`
	Approver  string `json:"approver,omitempty"`
	Publisher string `json:"publisher,omitempty"`
	// ValidFrom is inclusive, ValidUntil exclusive.
	ValidFrom  time.Time `json:"valid_from,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
	// Ended says why the validity has an end: replaced, repealed or withdrawn.
	Ended string `json:"ended,omitempty"`
	// Decision is the id of the one that published it; EndDocument the decision's id or the document that ended it.
	Decision    string    `json:"decision,omitempty"`
	EndDocument string    `json:"end_document,omitempty"`
	Revision    int64     `json:"revision"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	// Findings are what lint has to say of it, with positions.
	Findings procedure.Diagnostics `json:"findings,omitempty"`
	// Source is the file, History what was done to it.
	Source  string        `json:"source,omitempty"`
	History []VersionStep `json:"history,omitempty"`
}

// VersionStep is one thing done to a version.
type VersionStep struct {
	Act      string    `json:"act"`
	Kind     string    `json:"kind"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"`
	Document string    `json:"document,omitempty"`
	Hash     string    `json:"hash,omitempty"`
	Revision int64     `json:"revision"`
}

// VersionStates are the states of a version, in their order.
func VersionStates() []string {
	return []string{models.VersionDraft, models.VersionReview, models.VersionChecked, models.VersionApproved, models.VersionPublished, models.VersionDiscarded}
}

// Statuses of a published version.
const (
	StatusScheduled = "scheduled"
	StatusInForce   = "in_force"
	StatusEnded     = "ended"
)

func versionOf(v models.VersionRow, at time.Time) Version {
	out := Version{
		ID: v.ID, Code: v.Code, Lead: v.Lead, Name: v.Name, State: v.State, Status: v.State, Hash: v.Hash, Sample: v.Sample, Agency: v.Agency,
		Author: v.Author, Checker: v.Checker, Approver: v.Approver, Publisher: v.Publisher, ValidFrom: v.ValidFrom, ValidUntil: v.ValidUntil,
		Ended: v.Ended, Decision: v.Decision, EndDocument: v.EndDocument, Revision: v.Revision, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
	}
	if v.State == models.VersionPublished {
		switch {
		case v.InForce(at):
			out.Status = StatusInForce
		case v.ValidFrom.After(at) && (v.ValidUntil.IsZero() || v.ValidUntil.After(v.ValidFrom)):
			out.Status = StatusScheduled
		default:
			out.Status = StatusEnded
		}
	}
	return out
}

// VersionFilter selects versions; empty fields do not restrict.
type VersionFilter struct {
	Code, State, Agency string
	Lead                *string
	// InForce keeps those in force now.
	InForce bool
	Limit   int
	Cursor  string
}

// Versions lists versions; who may not read drafts sees the published ones.
func (o *Office) Versions(ctx context.Context, p Principal, f VersionFilter) ([]Version, string, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, "", err
	}
	rows := models.VersionFilter{Code: f.Code, State: f.State, Agency: f.Agency, Lead: f.Lead, Limit: f.Limit, Cursor: f.Cursor}
	if err := allow(p, DoReadDrafts); err != nil {
		if f.State != "" && f.State != models.VersionPublished {
			return nil, "", err
		}
		rows.State = models.VersionPublished
	}
	if f.InForce {
		rows.InForce = o.Legal()
	}
	list, next, err := o.Store.Versions(ctx, rows)
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]Version, 0, len(list))
	for _, v := range list {
		out = append(out, versionOf(v, o.Legal()))
	}
	return out, next, nil
}

func unknownVersion(id string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "version_unknown", Title: "Không tìm thấy phiên bản",
		Detail: fmt.Sprintf("Không có phiên bản %q; xem danh sách ở /v1/versions.", id)}
}

// version returns a version that the principal may read.
func (o *Office) version(ctx context.Context, p Principal, id string) (models.VersionRow, error) {
	if err := allow(p, DoProcedures); err != nil {
		return models.VersionRow{}, err
	}
	v, err := o.Store.Version(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && v.State != models.VersionPublished && allow(p, DoReadDrafts) != nil {
		return v, unknownVersion(id)
	}
	return v, err
}

// Version returns a version with its file, its findings and what was done to it.
func (o *Office) Version(ctx context.Context, p Principal, id string) (Version, error) {
	v, err := o.version(ctx, p, id)
	if err != nil {
		return Version{}, err
	}
	return o.shown(ctx, v)
}

func (o *Office) shown(ctx context.Context, v models.VersionRow) (Version, error) {
	out := versionOf(v, o.Legal())
	source := v.Source
	if len(source) == 0 && v.Hash != "" { // a sample: its file lies with the plan
		var err error
		if source, err = o.Store.PlanSource(ctx, v.Hash); err != nil {
			return out, err
		}
	}
	out.Source = string(source)
	if v.State != models.VersionPublished && v.State != models.VersionDiscarded {
		checked, err := o.check(ctx, source, o.Legal())
		if err != nil {
			return out, err
		}
		out.Findings, out.Leads = checked.found, checked.leads()
	}
	acts, err := o.versionActs(ctx, v)
	if err != nil {
		return out, err
	}
	for _, a := range acts {
		out.History = append(out.History, VersionStep{Act: a.Act, Kind: a.Kind, By: a.Actor, At: a.At, Reason: a.Reason, Document: a.Document, Hash: a.Hash, Revision: a.N})
	}
	return out, nil
}

// versionActs are what was done to a version; one that was published together with another was made as that one was.
func (o *Office) versionActs(ctx context.Context, v models.VersionRow) ([]models.VersionAct, error) {
	own, err := o.Store.VersionActs(ctx, v.ID)
	origin := v.Origin()
	if err != nil || origin == "" {
		return own, err
	}
	made, err := o.Store.VersionActs(ctx, origin)
	if i := slices.IndexFunc(made, func(a models.VersionAct) bool { return a.Kind == VersionPublish }); i >= 0 {
		made = made[:i+1]
	}
	return append(made, own...), err
}

// VersionDiff tells what another version says differently, in words and as data.
func (o *Office) VersionDiff(ctx context.Context, p Principal, id, with string) (procedure.Difference, error) {
	var plans [2]*procedure.Plan
	for i, id := range []string{id, with} {
		v, err := o.version(ctx, p, id)
		if err != nil {
			return procedure.Difference{}, err
		}
		if plans[i], err = o.planOf(ctx, v); err != nil {
			return procedure.Difference{}, err
		}
	}
	return procedure.Diff(plans[0], plans[1]), nil
}
