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
	Revision    int64          `json:"revision"`
	Commitment  any            `json:"commitment,omitempty"`
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
	in, err := o.intake(ctx, s)
	if err != nil {
		return Receipt{}, err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return Receipt{}, err
	}
	legal := o.Legal()
	var receipt Receipt
	var start workflowStart
	_, err = o.Store.Intake(ctx, models.Submission{
		Act:    models.ActRow{ID: id, Principal: p.ID, Kind: dossier.ActSubmit, Fingerprint: print, Body: body, ReceivedAt: legal},
		Agency: s.Receiving, Legal: legal,
		Applicant: models.Applicant{Name: s.Applicant.Name, IDNo: s.Applicant.IDNo, Phone: s.Applicant.Phone, Email: s.Applicant.Email, Address: s.Applicant.Address},
		Papers:    papers(s.Papers),
		Build: func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			batch, err := in.build(p, code, id, print, legal, register)
			if err != nil {
				return models.Batch{}, nil, err
			}
			receipt, start = receiptOf(batch.View), in.start(o, batch)
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

// intake is everything a submission needs, checked and looked up before the transaction.
type intake struct {
	submission Submission
	facts      dossier.IntakeFacts
	conditions []string
	deps       dossier.Deps
	plan       *procedure.Plan
	calendars  []workflows.CalendarData
}

func (o *Office) intake(ctx context.Context, s Submission) (*intake, error) {
	if errs := s.check(); len(errs) > 0 {
		return nil, invalid(errs...)
	}
	hash, err := o.Store.CurrentPlanHash(ctx, s.Procedure, s.Lead, o.Legal())
	if errors.Is(err, models.ErrNotFound) {
		return nil, o.notInForce(ctx, s.Procedure, s.Lead)
	}
	if err != nil {
		return nil, err
	}
	plan, err := o.plan(ctx, hash)
	if err != nil {
		return nil, err
	}
	conditions, err := plan.Evaluate(s.Facts)
	if err != nil {
		return nil, factProblem(plan, s.Facts, err)
	}
	if missing := plan.MissingDocuments(s.have(), conditions); len(missing) > 0 {
		var errs []FieldError
		for _, d := range missing {
			errs = append(errs, FieldError{"/papers", fmt.Sprintf("Thiếu giấy tờ %q: %s.", d.ID, d.Name)})
		}
		return nil, invalid(errs...)
	}
	in := &intake{submission: s, conditions: conditions, plan: plan}
	if err := o.place(ctx, in); err != nil {
		return nil, err
	}
	return in, o.calendars(ctx, in)
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

func factProblem(plan *procedure.Plan, facts map[string]any, err error) error {
	var errs []FieldError
	for _, f := range plan.CheckFacts(facts) {
		errs = append(errs, FieldError{"/facts/" + f.Name, f.Message})
	}
	if len(errs) == 0 {
		return err
	}
	return invalid(errs...)
}

// place finds the agencies that serve the dossier.
func (o *Office) place(ctx context.Context, in *intake) error {
	s := in.submission
	desk, err := o.Store.Agency(ctx, s.Receiving)
	if errors.Is(err, models.ErrNotFound) || err == nil && !desk.Receives {
		return invalid(FieldError{"/receiving", fmt.Sprintf("%q không phải là điểm tiếp nhận hồ sơ.", s.Receiving)})
	}
	if err != nil {
		return err
	}
	leads, err := o.Store.Leads(ctx, in.plan.Agency, s.Receiving)
	if err != nil {
		return err
	}
	lead := s.Lead
	switch {
	case len(leads) == 0:
		return invalid(FieldError{"/receiving", fmt.Sprintf("Điểm tiếp nhận %q không nhận thủ tục này.", s.Receiving)})
	case lead == "" && len(leads) > 1:
		return invalid(FieldError{"/lead", "Hãy chọn cơ quan giải quyết: " + strings.Join(leads, ", ") + "."})
	case lead == "":
		lead = leads[0]
	case !slices.Contains(leads, lead):
		return invalid(FieldError{"/lead", "Cơ quan giải quyết phải là một trong: " + strings.Join(leads, ", ") + "."})
	}
	bindings, err := o.Store.Bindings(ctx, lead)
	if err != nil {
		return err
	}
	in.facts = dossier.IntakeFacts{Channel: s.Channel, Receiving: s.Receiving, Lead: lead}
	for _, ref := range in.plan.Exec.Agencies {
		if ref == procedure.RefReceiving {
			continue
		}
		i := slices.IndexFunc(bindings, func(b dossier.Binding) bool { return b.Ref == ref })
		if i < 0 {
			return &Problem{Status: http.StatusUnprocessableEntity, Code: "agency_unbound", Title: "Thiếu cơ quan phối hợp",
				Detail: fmt.Sprintf("Chưa khai báo cơ quan đảm nhận vai %q cho %s; hãy báo quản trị.", ref, lead)}
		}
		in.facts.Bindings = append(in.facts.Bindings, bindings[i])
	}
	return nil
}

// calendars pins the calendar revision of every agency on the path.
func (o *Office) calendars(ctx context.Context, in *intake) (err error) {
	agencies := []string{in.facts.Receiving, in.facts.Lead}
	for _, b := range in.facts.Bindings {
		agencies = append(agencies, b.Agency)
	}
	if in.facts.Calendars, err = o.pinCalendars(ctx, agencies); err != nil {
		return err
	}
	in.deps = dossier.Deps{Plan: &in.plan.Exec, Policy: o.Policy, Skew: o.skew()}
	in.calendars, in.deps.Calendars, err = o.loadCalendars(ctx, in.facts.Calendars)
	return err
}

func (o *Office) skew() time.Duration { return o.Clock.Stretch(2 * time.Minute) }

// build runs the pure machine inside the transaction.
func (in *intake) build(p Principal, code, id, print string, legal time.Time, register func() (int64, error)) (models.Batch, error) {
	facts := in.facts
	facts.Code = code
	state := &dossier.State{}
	events, err := dossier.Do(in.deps, state, dossier.Act{
		ID: id, Kind: dossier.ActSubmit, At: legal, By: p.Officer, Fingerprint: print, Intake: &facts, Conditions: in.conditions,
	}, legal)
	if err != nil {
		return models.Batch{}, err
	}
	if in.submission.Accept {
		number, err := register()
		if err != nil {
			return models.Batch{}, err
		}
		more, err := dossier.Do(in.deps, state, dossier.Act{
			ID: id + "/accept", Kind: dossier.ActAccept, At: legal, By: p.Officer, Register: number,
			Effective: in.submission.ReceivedAt, Document: in.submission.Document,
		}, legal)
		if err != nil {
			return models.Batch{}, err
		}
		events = append(events, more...)
	}
	digest, err := dossier.Digest(events)
	if err != nil {
		return models.Batch{}, err
	}
	v, err := dossier.Look(in.deps, state, legal)
	if err != nil {
		return models.Batch{}, err
	}
	return models.Batch{Code: code, Events: events, Digest: digest, View: v, Acts: state.Done}, nil
}

func receiptOf(v dossier.View) Receipt {
	return Receipt{
		Code: v.Code, Status: v.Status, StatusName: v.Status.Vietnamese(), SubmittedAt: v.SubmittedAt, AcceptedAt: v.AcceptedAt,
		Due: v.DueAt, IntakeDue: v.IntakeDue, Provisional: v.Provisional, Revision: v.Revision, Commitment: v.Commitment,
	}
}

// start is what the workflow is started from right after the commit: the same that Rebuild would read back.
func (in *intake) start(o *Office, b models.Batch) workflowStart {
	return workflowStart{view: b.View, input: workflows.Start{
		Code: b.Code, Events: b.Events, Done: b.Acts, Exec: &in.plan.Exec, Calendars: in.calendars,
		Clock: o.Clock, Policy: o.Policy, Window: o.Window,
	}}
}
