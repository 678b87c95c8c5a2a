package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/calendar/amendment"
	"motcua/models"
	"motcua/procedure"
)

// Actions on what is decided for many dossiers at once: amendments of calendars, and outages.
const (
	DoReadAmendments    = "amendment.read"
	DoDraftAmendments   = "amendment.draft"   // draft, preview, discard
	DoPublishAmendments = "amendment.publish" // publish, stop, go on, take back
)

func amendmentRules() []rule {
	return []rule{
		{DoReadAmendments, []string{RoleLeader, RoleControl, RoleAuditor, RoleAdmin}, anywhere},
		{DoDraftAmendments, []string{RoleControl}, anywhere},
		{DoPublishAmendments, []string{RoleControl}, anywhere},
	}
}

// Kinds of what is decided for many dossiers at once.
const (
	KindCalendar = models.AmendmentCalendar
	KindOutage   = models.AmendmentOutage
)

// AmendmentFilter selects dossiers of an amendment; empty fields do not restrict.
type AmendmentFilter = models.AmendmentItemFilter

// AmendmentDraft is a file that amends a calendar.
type AmendmentDraft struct {
	File string `json:"file"`
}

// amendmentFile is what findings call the file of a draft.
const amendmentFile = "sua-lich.yaml"

// Amendment is an amendment of a calendar, or an outage, and how far it has come.
type Amendment struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Scope is the layer, or the agency.
	Scope    string `json:"scope"`
	Title    string `json:"title"`
	Document string `json:"document"`
	State    string `json:"state"`
	// Content is what the file says; of an outage, the order.
	Content  json.RawMessage       `json:"content"`
	Warnings procedure.Diagnostics `json:"warnings,omitempty"`

	DraftedBy    string    `json:"drafted_by"`
	PublishedBy  string    `json:"published_by,omitempty"`
	PublishedAt  time.Time `json:"published_at,omitzero"`
	UndoneBy     string    `json:"undone_by,omitempty"`
	UndoDocument string    `json:"undo_document,omitempty"`
	UndoneAt     time.Time `json:"undone_at,omitzero"`
	PreviewedAt  time.Time `json:"previewed_at,omitzero"`
	// Total is how many open dossiers the preview looks at; Totals are what it has counted, Counts the dossiers by what became of them.
	Total     int64            `json:"total"`
	Totals    *AmendmentTotals `json:"totals,omitempty"`
	Counts    map[string]int64 `json:"counts,omitempty"`
	Revision  int64            `json:"revision"`
	CreatedAt time.Time        `json:"created_at"`
}

// AmendmentTotals is what an amendment does to the open dossiers.
type AmendmentTotals struct {
	// Looked are the open dossiers looked at, Affected those that it concerns.
	Looked   int64 `json:"looked"`
	Affected int64 `json:"affected"`
	AgencyTotals
	Agencies map[string]AgencyTotals `json:"agencies,omitempty"`
}

// AgencyTotals is what it does to those of one lead agency. Later are those whose promise changes, so that the applicant is told.
type AgencyTotals struct {
	Same    int64 `json:"same"`
	Earlier int64 `json:"earlier"`
	Later   int64 `json:"later"`
	Stuck   int64 `json:"stuck"`
	// Late are late now and stay so, Lifted no longer; BecomeLate would be late by the amendment, which none may be.
	Late       int64 `json:"late"`
	Lifted     int64 `json:"lifted"`
	BecomeLate int64 `json:"become_late"`
	// Behind are those whose date to aim at is over already.
	Behind int64 `json:"behind"`
}

// DraftAmendment takes a file in. Everything wrong with it is told at once: in the file, against the calendars in force, and in the
// calendars that it would make.
func (o *Office) DraftAmendment(ctx context.Context, p Principal, d AmendmentDraft, key string) (Amendment, error) {
	if err := o.drafts(p); err != nil {
		return Amendment{}, err
	}
	id := actID(p.ID, key)
	print, err := fingerprint("amendment", d)
	if err != nil {
		return Amendment{}, err
	}
	if known, ok, err := o.knownAmendment(ctx, id, print); ok || err != nil {
		return known, err
	}
	a, found, err := o.checkAmendment(ctx, []byte(d.File))
	if err != nil {
		return Amendment{}, err
	}
	if found.HasErrors() {
		return Amendment{}, &Problem{Status: http.StatusUnprocessableEntity, Code: "amendment_faulty", Title: "Văn bản sửa lịch còn lỗi",
			Detail: "Chưa có gì thay đổi; hãy sửa các lỗi được nêu rồi gửi lại.", Findings: found}
	}
	content, err := json.Marshal(a)
	if err != nil {
		return Amendment{}, err
	}
	scope := a.Layer
	if a.Agency != "" {
		scope = a.Agency
	}
	row, err := o.Store.AddAmendment(ctx, models.AmendmentRow{
		ID: id, Kind: models.AmendmentCalendar, Scope: scope, Title: a.Title, Document: a.Ground, File: d.File, Content: content,
		DraftedBy: p.Officer, Principal: p.ID, Fingerprint: print,
	})
	if errors.Is(err, models.ErrConflict) {
		return Amendment{}, keyReused()
	}
	if err != nil {
		return Amendment{}, err
	}
	out, err := o.amendment(ctx, row)
	out.Warnings = found
	return out, err
}

// drafts says whether a principal may draft: with a name.
func (o *Office) drafts(p Principal) error {
	if err := allow(p, DoDraftAmendments); err != nil {
		return err
	}
	if p.Officer == "" {
		return notHere("khóa này không gắn với một cán bộ")
	}
	return nil
}

// knownAmendment answers a repeated request.
func (o *Office) knownAmendment(ctx context.Context, id, print string) (Amendment, bool, error) {
	row, err := o.Store.Amendment(ctx, id)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return Amendment{}, false, nil
	case err != nil:
		return Amendment{}, false, err
	case row.Fingerprint != print:
		return Amendment{}, true, keyReused()
	}
	a, err := o.amendment(ctx, row)
	return a, true, err
}

// checkAmendment reads a file and tries it on the calendars in force.
func (o *Office) checkAmendment(ctx context.Context, file []byte) (*amendment.Amendment, procedure.Diagnostics, error) {
	a, found := amendment.Parse(amendmentFile, file, calendar.DateOf(o.Legal()))
	if a == nil {
		return nil, found, nil
	}
	fault := func(rule, message, hint string) {
		found = append(found, procedure.Diagnostic{File: amendmentFile, Line: 1, Col: 1, Severity: procedure.SeverityError, Rule: rule, Message: message, Hint: hint})
	}
	now, err := o.calendarSet(ctx, nil, "")
	if err != nil {
		return nil, nil, err
	}
	if _, err := now.resolve(); err != nil {
		return nil, nil, err
	}
	var book *calendar.Book
	if a.Agency != "" {
		if _, ok := now.above[a.Agency]; !ok {
			fault(amendment.RuleScope, fmt.Sprintf("không có cơ quan %q", procedure.Clip(a.Agency)), "viết mã cơ quan như trong danh sách cơ quan")
			return nil, found, nil
		}
		row, _ := now.row(a.Agency)
		book = now.books[row.Agency]
	} else {
		src, ok := now.layers[a.Layer]
		if !ok || src.Level == calendar.LevelAgency {
			fault(amendment.RuleScope, fmt.Sprintf("không có lớp lịch %q của cả nước hay của tỉnh", procedure.Clip(a.Layer)), "xem các lớp ở GET /v1/calendars")
			return nil, found, nil
		}
		if book, err = now.merge(a.Layer, nil); err != nil {
			return nil, nil, err
		}
		spec := book.Spec()
		for _, e := range a.Entries() {
			if y := e.Date.Year(); y < spec.FromYear || y > spec.ToYear {
				at := a.Place(e.Date)
				found = append(found, procedure.Diagnostic{File: amendmentFile, Line: max(at.Line, 1), Col: max(at.Col, 1), Severity: procedure.SeverityError,
					Rule: amendment.RuleDate, Message: fmt.Sprintf("lịch cả nước không có năm %d", y), Hint: fmt.Sprintf("các năm có lịch: %d đến %d", spec.FromYear, spec.ToYear)})
			}
		}
	}
	if book != nil {
		found = append(found, a.Clashes(amendmentFile, book)...)
	}
	if found.HasErrors() {
		return nil, found.Sorted(), nil
	}
	then, err := o.calendarSet(ctx, a, "")
	if err != nil {
		return nil, nil, err
	}
	if _, err := then.resolve(); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			fault(amendment.RuleClash, "lịch sau khi sửa không hợp lệ: "+line, "sửa ngày nêu trong lỗi, ở tệp này hoặc ở lịch của cơ quan")
		}
		return nil, found, nil
	}
	return a, found, nil
}

func amendmentUnknown() *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "amendment_unknown", Title: "Không tìm thấy", Detail: "Không có văn bản sửa lịch hay quyết định loại trừ này."}
}

// amendmentRow finds one of a kind.
func (o *Office) amendmentRow(ctx context.Context, kind, id string) (models.AmendmentRow, error) {
	row, err := o.Store.Amendment(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && row.Kind != kind {
		return row, amendmentUnknown()
	}
	return row, err
}

// amendment is a row as people read it, with its progress.
func (o *Office) amendment(ctx context.Context, row models.AmendmentRow) (Amendment, error) {
	a := Amendment{
		ID: row.ID, Kind: row.Kind, Scope: row.Scope, Title: row.Title, Document: row.Document, State: row.State, Content: row.Content,
		DraftedBy: row.DraftedBy, PublishedBy: row.PublishedBy, PublishedAt: row.PublishedAt, UndoneBy: row.UndoneBy, UndoDocument: row.UndoDocument,
		UndoneAt: row.UndoneAt, PreviewedAt: row.PreviewedAt, Total: row.Total, Revision: row.Revision, CreatedAt: row.CreatedAt,
	}
	if len(row.Totals) > 0 {
		a.Totals = &AmendmentTotals{}
		if err := json.Unmarshal(row.Totals, a.Totals); err != nil {
			return a, fmt.Errorf("totals of amendment %s: %w", row.ID, err)
		}
	}
	if row.State == models.AmendmentDraft || row.State == models.AmendmentDiscarded {
		return a, nil
	}
	var err error
	a.Counts, err = o.Store.AmendmentCounts(ctx, row.ID)
	return a, err
}

// Amendments lists amendments of calendars, or outages, the latest first.
func (o *Office) Amendments(ctx context.Context, p Principal, kind string) ([]Amendment, error) {
	if err := allow(p, DoReadAmendments); err != nil {
		return nil, err
	}
	rows, err := o.Store.Amendments(ctx, kind, maxFindings)
	if err != nil {
		return nil, err
	}
	out := make([]Amendment, 0, len(rows))
	for _, r := range rows {
		a, err := o.amendment(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// AmendmentState returns one with its progress.
func (o *Office) AmendmentState(ctx context.Context, p Principal, kind, id string) (Amendment, error) {
	if err := allow(p, DoReadAmendments); err != nil {
		return Amendment{}, err
	}
	row, err := o.amendmentRow(ctx, kind, id)
	if err != nil {
		return Amendment{}, err
	}
	return o.amendment(ctx, row)
}

// AmendmentLine is a dossier of an amendment: what it would mean for it, and what became of it.
type AmendmentLine struct {
	Dossier string    `json:"dossier"`
	Agency  string    `json:"agency"`
	State   string    `json:"state"`
	Effect  string    `json:"effect"`
	OldDue  time.Time `json:"old_due,omitzero"`
	NewDue  time.Time `json:"new_due,omitzero"`
	Target  time.Time `json:"target,omitzero"`
	Late    bool      `json:"late,omitempty"`
	Behind  bool      `json:"behind,omitempty"`
	Code    string    `json:"code,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	DoneAt  time.Time `json:"done_at,omitzero"`
}

// AmendmentDossiers pages through the dossiers of an amendment.
func (o *Office) AmendmentDossiers(ctx context.Context, p Principal, kind, id string, f models.AmendmentItemFilter, after string, limit int) (out []AmendmentLine, next string, err error) {
	if err := allow(p, DoReadAmendments); err != nil {
		return nil, "", err
	}
	if _, err := o.amendmentRow(ctx, kind, id); err != nil {
		return nil, "", err
	}
	rows, err := o.Store.AmendmentItems(ctx, id, f, after, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Dossier
	}
	out = make([]AmendmentLine, 0, len(rows))
	for _, r := range rows {
		out = append(out, AmendmentLine{r.Dossier, r.Agency, r.State, r.Effect, r.OldDue, r.NewDue, r.Target, r.Late, r.Behind, r.Code, r.Detail, r.DoneAt})
	}
	return out, next, nil
}
