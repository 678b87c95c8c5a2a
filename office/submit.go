package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// Submission is a dossier as an applicant brings it.
type Submission struct {
	Procedure string `json:"procedure"`
	// Channel: counter, online or post. Receiving is the one-stop desk, Lead the agency that handles; Lead may be left out
	// where only one serves the desk.
	Channel   string    `json:"channel"`
	Receiving string    `json:"receiving"`
	Lead      string    `json:"lead,omitempty"`
	Applicant Applicant `json:"applicant"`
	// Facts that the procedure's conditions read; none of them personal.
	Facts  map[string]any `json:"facts,omitempty"`
	Papers []Paper        `json:"papers"`
	// Accept takes the dossier in at once: the desk has checked it (only the one-stop desk may).
	Accept bool `json:"accept,omitempty"`
	// ReceivedAt is a documented earlier receipt, with the number of the document (accept only).
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Document   string    `json:"document,omitempty"`
}

// Applicant is personal data: it stays in the database.
type Applicant struct {
	Name    string `json:"name"`
	IDNo    string `json:"id_no,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
	Address string `json:"address,omitempty"`
}

// Paper is a paper handed in.
type Paper struct {
	Document  string `json:"document"`
	Name      string `json:"name,omitempty"`
	Originals int    `json:"originals,omitempty"`
	Copies    int    `json:"copies,omitempty"`
}

// Receipt answers a submission: the code, and the promised date where the dossier was accepted.
type Receipt struct {
	Code        string         `json:"code"`
	Status      dossier.Status `json:"status"`
	StatusName  string         `json:"status_name"`
	SubmittedAt time.Time      `json:"submitted_at"`
	AcceptedAt  time.Time      `json:"accepted_at,omitzero"`
	Due         time.Time      `json:"due,omitzero"`
	IntakeDue   time.Time      `json:"intake_due,omitzero"`
	Provisional bool           `json:"provisional,omitempty"`
	// DueNote is what the receipt says beside the date.
	DueNote    string `json:"due_note,omitempty"`
	Revision   int64  `json:"revision"`
	Commitment any    `json:"commitment,omitempty"`
	// LimitWalk tells line by line how the committed limit comes of the legal one.
	LimitWalk []string `json:"limit_walk,omitempty"`
	// Form and Papers are what the receipt of an accepted dossier prints: which form it is, and the papers with theirs.
	Form   *Form           `json:"form,omitempty"`
	Papers []ReceivedPaper `json:"papers,omitempty"`
}

// actNamespace makes act ids: UUIDv5 of principal and key.
func actID(principal, key string) string {
	space := uuid.NewSHA1(uuid.NameSpaceOID, []byte("motcua/act"))
	return uuid.NewSHA1(space, []byte(principal+"\x00"+key)).String()
}

// fingerprint identifies a body: the same key with another one is refused.
func fingerprint(parts ...any) (string, error) {
	h := sha256.New()
	for _, p := range parts {
		b, err := json.Marshal(p)
		if err != nil {
			return "", err
		}
		h.Write(b)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// Submit takes a dossier in within one transaction: events, read model, idempotency and outbox, so that a date can be
// printed with the engine down. The workflow is started right after.
func (o *Office) Submit(ctx context.Context, p Principal, s Submission, key string) (Receipt, error) {
	if err := maySubmit(p, s); err != nil {
		return Receipt{}, err
	}
	print, err := fingerprint("submit", s)
	if err != nil {
		return Receipt{}, err
	}
	id := actID(p.ID, key)
	if done, ok, err := o.answered(ctx, id, print); ok || err != nil {
		return done, err
	}
	in, err := o.prepare(ctx, s)
	if err != nil {
		return Receipt{}, err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return Receipt{}, err
	}
	legal := o.Legal()
	taking := intake.Taking{
		Act: id, Fingerprint: print, By: p.Officer, Legal: legal, Accept: s.Accept, Effective: s.ReceivedAt, MayBackdate: allow(p, DoBackdate) == nil, Document: s.Document,
	}
	children, err := o.children(ctx, in, s, taking)
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	var start workflowStart
	_, err = o.Store.Intake(ctx, models.Submission{
		Act:    models.ActRow{ID: id, Principal: p.ID, Kind: dossier.ActSubmit, Fingerprint: print, Body: body, ReceivedAt: legal},
		Agency: s.Receiving, Legal: legal,
		Applicant: s.Applicant.row(),
		Papers:    papers(s.Papers),
		Build: func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			taking.Code, taking.Register = code, register
			batch, err := in.Build(taking)
			if err != nil {
				return models.Batch{}, nil, err
			}
			batch.Children = children
			receipt, start = o.receipt(in.Plan, s, batch.View), o.startOf(in, batch)
			answer, err := json.Marshal(receipt)
			return batch, answer, err
		},
	})
	var again *models.DuplicateAct
	if errors.As(err, &again) { // the same key arrived twice at once: the other one won
		done, _, err := o.answered(ctx, id, print)
		return done, err
	}
	if err != nil {
		return Receipt{}, err
	}
	o.startSoon(start)
	return receipt, nil
}

// maySubmit: an officer takes in for the desks of the scope; a portal and an integrator stand at no desk, and submit to any.
func maySubmit(p Principal, s Submission) error {
	if err := allow(p, DoSubmit); err != nil {
		return err
	}
	if s.Accept {
		if err := allow(p, dossier.ActAccept); err != nil {
			return err
		}
		if !s.ReceivedAt.IsZero() && allow(p, DoBackdate) != nil {
			return mayNotBackdate("", s.ReceivedAt)
		}
	}
	outside := !s.Accept && (p.Is(RolePortal) || p.Is(RoleIntegrator))
	if s.Receiving != "" && !outside && !p.actsFor(s.Receiving) {
		return notHere("bạn không thuộc điểm tiếp nhận này")
	}
	return nil
}

// answered returns the first answer to a key, or the problem of a key with another body.
func (o *Office) answered(ctx context.Context, id, print string) (Receipt, bool, error) {
	row, err := o.Store.Act(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return Receipt{}, false, nil
	}
	if err != nil {
		return Receipt{}, false, err
	}
	if row.Fingerprint != print {
		return Receipt{}, true, keyReused()
	}
	var r Receipt
	return r, true, json.Unmarshal(row.Answer, &r)
}

func papers(in []Paper) (out []models.Paper) {
	for _, p := range in {
		out = append(out, models.Paper{Document: p.Document, Name: p.Name, Originals: p.Originals, Copies: p.Copies})
	}
	return out
}

// prepare checks a submission and looks up what its intake needs.
func (o *Office) prepare(ctx context.Context, s Submission) (*intake.Ready, error) {
	if errs := s.check(); len(errs) > 0 {
		return nil, invalid(errs...)
	}
	in, err := o.desk.Prepare(ctx, intake.Request{Procedure: s.Procedure, Channel: s.Channel, Receiving: s.Receiving, Lead: s.Lead, Facts: s.Facts})
	var f *intake.Fault
	if errors.As(err, &f) && f.Code == intake.CodeEnded {
		return nil, o.notInForce(ctx, s.Procedure, s.Lead)
	}
	if err != nil {
		return nil, taken(err)
	}
	var errs []FieldError
	accepted := o.Legal()
	if !s.ReceivedAt.IsZero() {
		accepted = s.ReceivedAt
	}
	for _, d := range in.Plan.MissingDocuments(s.have(), in.Conditions) {
		errs = append(errs, FieldError{"/papers", fmt.Sprintf("Thiếu giấy tờ %q: %s.", d.ID, paperText(d, accepted))})
	}
	if len(errs) > 0 {
		return nil, invalid(errs...)
	}
	return in, nil
}

// children prepares the dossiers that this one opens as it is accepted. One that cannot be taken in holds nobody up: the outbox
// asks for it again, and it is a finding.
func (o *Office) children(ctx context.Context, in *intake.Ready, s Submission, t intake.Taking) ([]models.Child, error) {
	if !t.Accept || !slices.ContainsFunc(in.Plan.Exec.Steps, func(st procedure.Step) bool { return st.Kind == procedure.StepSub }) {
		return nil, nil
	}
	t.Code, t.Register = "-", func() (int64, error) { return 1, nil }
	trial, err := in.Build(t)
	if err != nil {
		return nil, err
	}
	children, missed, err := o.desk.ChildrenOf(ctx, intake.Above{
		Procedure: s.Procedure, Receiving: s.Receiving, Plan: in.Plan, Facts: s.Facts, Applicant: s.Applicant.row(), Papers: papers(s.Papers),
	}, trial.Events)
	for _, m := range missed {
		o.Logger.Warn("dossier not opened yet; the relay will", "procedure", m.Procedure, "task", m.Task, "error", m.Cause)
	}
	return children, err
}

func (a Applicant) row() models.Applicant {
	return models.Applicant{Name: a.Name, IDNo: a.IDNo, Phone: a.Phone, Email: a.Email, Address: a.Address}
}

// taken turns a fault of the intake into a problem for people; other errors stay what they are.
func taken(err error) error {
	var f *intake.Fault
	if !errors.As(err, &f) {
		return err
	}
	if f.Code == intake.CodeUnbound {
		return &Problem{Status: http.StatusUnprocessableEntity, Code: f.Code, Title: "Thiếu cơ quan phối hợp", Detail: f.Fields[0].Detail}
	}
	var errs []FieldError
	for _, x := range f.Fields {
		errs = append(errs, FieldError{x.Pointer, x.Detail})
	}
	return invalid(errs...)
}

// receipt is what the applicant is given.
func (o *Office) receipt(plan *procedure.Plan, s Submission, v dossier.View) Receipt {
	r := Receipt{
		Code: v.Code, Status: v.Status, StatusName: v.Status.Vietnamese(), SubmittedAt: v.SubmittedAt, AcceptedAt: v.AcceptedAt,
		Due: v.DueAt, IntakeDue: v.IntakeDue, Provisional: v.Provisional, DueNote: noteOf(v.Provisional), Revision: v.Revision, Commitment: v.Commitment,
	}
	if !v.AcceptedAt.IsZero() {
		r.LimitWalk = v.Commitment.Walk()
		r.Form, r.Papers = o.form(procedure.FormReceipt, v.Rules, v.AcceptedAt), receivedPapers(plan, s.Papers, v.AcceptedAt)
	}
	return r
}

func (s Submission) have() (ids []string) {
	for _, p := range s.Papers {
		ids = append(ids, p.Document)
	}
	return ids
}

func (s Submission) check() (errs []FieldError) {
	if s.Procedure == "" {
		errs = append(errs, FieldError{"/procedure", "Hãy nêu mã thủ tục, ví dụ \"1.012784\"."})
	}
	if !slices.Contains([]string{dossier.ChannelCounter, dossier.ChannelOnline, dossier.ChannelPost}, s.Channel) {
		errs = append(errs, FieldError{"/channel", "Kênh nộp là counter (trực tiếp), online (trực tuyến) hoặc post (bưu chính)."})
	}
	if s.Receiving == "" {
		errs = append(errs, FieldError{"/receiving", "Hãy nêu mã điểm tiếp nhận."})
	}
	if strings.TrimSpace(s.Applicant.Name) == "" {
		errs = append(errs, FieldError{"/applicant/name", "Hãy nêu họ tên người nộp."})
	}
	if !s.ReceivedAt.IsZero() && s.Document == "" {
		errs = append(errs, FieldError{"/document", "Ghi lùi thời điểm nhận phải có số văn bản làm căn cứ."})
	}
	a := s.Applicant
	return append(errs, reference("/document", s.Document, models.Applicant{Name: a.Name, IDNo: a.IDNo, Phone: a.Phone, Email: a.Email})...)
}

// startOf is what the workflow is started from right after the commit: the same that Rebuild would read back.
func (o *Office) startOf(in *intake.Ready, b models.Batch) workflowStart {
	return workflowStart{view: b.View, input: workflows.Start{
		Code: b.Code, Events: b.Events, Done: b.Acts, Exec: &in.Plan.Exec, Calendars: calendarData(in.Calendars),
		Clock: o.Clock, Policy: o.Policy, Window: o.Window,
	}}
}
