package models

import (
	"encoding/json"
	"time"

	"motcua/dossier"
)

// States of an act.
const (
	ActPending = "pending"
	ActDone    = "done"
	ActRefused = "refused"
	// ActFailed: the engine could not do it, however often it was asked, and it is asked no more.
	ActFailed = "failed"
)

// ActRow is one act as it was received: the address of its answer, and the only place of its free text.
type ActRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	Principal string `gorm:"column:principal"`
	// Dossier is the code; Intake fills it in for a submission.
	Dossier     string `gorm:"column:dossier"`
	Kind        string `gorm:"column:kind"`
	Fingerprint string `gorm:"column:fingerprint"`
	// Body holds free text and personal data.
	Body json.RawMessage `gorm:"column:body;serializer:document"`
	// ReceivedAt is legal time, kept over retries.
	ReceivedAt time.Time `gorm:"column:received_at;serializer:instant"`
	State      string    `gorm:"column:state"`
	HTTPStatus int       `gorm:"column:http_status"`
	// Answer of a done act is an Answer, of a submission what Build returned, of a refused or failed one what it was ended with.
	Answer json.RawMessage `gorm:"column:answer;serializer:document"`
	// Seq and Revision are the dossier's after a done act.
	Seq      int64 `gorm:"column:seq"`
	Revision int64 `gorm:"column:revision"`
	// CreatedAt is wall time: the sweeper goes by it.
	CreatedAt time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
}

// TableName implements gorm's Tabler, as do those of all rows.
func (ActRow) TableName() string { return "acts" }

// Answer is what an act that Record finished is answered with.
type Answer struct {
	Seq      int64          `json:"seq"`
	Revision int64          `json:"revision"`
	Status   dossier.Status `json:"status"`
	// Due is the promise as it stood after the batch (legal time).
	Due time.Time `json:"due,omitzero"`
}

// DossierRow is the read model of a dossier: what lists filter and sort by in columns, and the whole view.
type DossierRow struct {
	Code      string         `gorm:"column:code;primaryKey"`
	Procedure string         `gorm:"column:procedure"`
	Plan      string         `gorm:"column:plan"`
	Channel   string         `gorm:"column:channel"`
	Receiving string         `gorm:"column:receiving"`
	Lead      string         `gorm:"column:lead"`
	Seq       int64          `gorm:"column:seq"`
	Revision  int64          `gorm:"column:revision"`
	Stage     dossier.Stage  `gorm:"column:stage"`
	Status    dossier.Status `gorm:"column:status"`
	Register  int64          `gorm:"column:register"`

	SubmittedAt time.Time `gorm:"column:submitted_at;serializer:instant"`
	IntakeDue   time.Time `gorm:"column:intake_due;serializer:instant"`
	AcceptedAt  time.Time `gorm:"column:accepted_at;serializer:instant"`
	DueAt       time.Time `gorm:"column:due_at;serializer:instant"`
	OriginalDue time.Time `gorm:"column:original_due;serializer:instant"`
	Provisional bool      `gorm:"column:provisional"`
	FinishedAt  time.Time `gorm:"column:finished_at;serializer:instant"`
	ReturnedAt  time.Time `gorm:"column:returned_at;serializer:instant"`
	EndedAt     time.Time `gorm:"column:ended_at;serializer:instant"`
	Refusal     bool      `gorm:"column:refusal"`

	Paused      bool   `gorm:"column:paused"`
	Leg         string `gorm:"column:leg"`
	Rescheduled bool   `gorm:"column:rescheduled"`

	NextAlarm time.Time `gorm:"column:next_alarm;serializer:instant"`
	AlarmKind string    `gorm:"column:alarm_kind"`
	// Class, LateSince and LateMinutes are the verdict at the last event, not now.
	Class       string    `gorm:"column:class"`
	LateSince   time.Time `gorm:"column:late_since;serializer:instant"`
	LateMinutes int       `gorm:"column:late_minutes"`

	// LegalLimit and CommittedLimit are both limits of the promise ("12wd"); empty before acceptance and for same-day procedures.
	LegalLimit     string `gorm:"column:legal_limit"`
	CommittedLimit string `gorm:"column:committed_limit"`

	// Open: something can still happen. SortDue is the instant lists sort by: the promise, before acceptance the end of the
	// intake clock, without either a far future.
	Open    bool      `gorm:"column:open"`
	SortDue time.Time `gorm:"column:sort_due;serializer:instant"`
	// View is the whole view at the last event.
	View dossier.View `gorm:"column:view;serializer:document"`
	// UpdatedAt is wall time.
	UpdatedAt time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
	// ApplicantName is joined from the applicants where DossierFilter.Persons asks for it; personal data.
	ApplicantName string `gorm:"->;column:applicant_name"`
}

func (DossierRow) TableName() string { return "dossiers" }

// unmoved are the indexed columns that a new row shares with the stored one. SQLite rewrites every index over a column that
// an UPDATE names, changed or not.
func (r *DossierRow) unmoved(have DossierRow) []string {
	columns := []string{"code"}
	same := func(equal bool, column string) {
		if equal {
			columns = append(columns, column)
		}
	}
	same(r.Procedure == have.Procedure, "procedure")
	same(r.Plan == have.Plan, "plan")
	same(r.Channel == have.Channel, "channel")
	same(r.Receiving == have.Receiving, "receiving")
	same(r.Lead == have.Lead, "lead")
	same(r.SubmittedAt.Equal(have.SubmittedAt), "submitted_at")
	same(r.SortDue.Equal(have.SortDue), "sort_due")
	return columns
}

// TaskRow is an open task.
type TaskRow struct {
	Dossier  string    `gorm:"column:dossier;primaryKey"`
	Task     string    `gorm:"column:task;primaryKey"`
	Step     string    `gorm:"column:step"`
	Agency   string    `gorm:"column:agency"`
	Role     string    `gorm:"column:role"`
	Assignee string    `gorm:"column:assignee"`
	HandedUp bool      `gorm:"column:handed_up"`
	OpenedAt time.Time `gorm:"column:opened_at;serializer:instant"`
	DueAt    time.Time `gorm:"column:due_at;serializer:instant"`
	// SortDue is DueAt, without one the dossier's promise, without either a far future. Paused: the dossier's clock stands.
	SortDue  time.Time `gorm:"column:sort_due;serializer:instant"`
	Paused   bool      `gorm:"column:paused"`
	Outcomes []string  `gorm:"column:outcomes;serializer:document"`
	Acts     []string  `gorm:"column:may;serializer:document"`
	Wait     string    `gorm:"column:wait"`
	Return   bool      `gorm:"column:is_return"`
}

func (TaskRow) TableName() string { return "tasks" }

// WorkRow is a task in a worklist: the task with what its line shows of the dossier.
type WorkRow struct {
	TaskRow    `gorm:"embedded"`
	Procedure  string         `gorm:"column:procedure"`
	Plan       string         `gorm:"column:plan"`
	Receiving  string         `gorm:"column:receiving"`
	Lead       string         `gorm:"column:lead"`
	Channel    string         `gorm:"column:channel"`
	Status     dossier.Status `gorm:"column:status"`
	Revision   int64          `gorm:"column:revision"`
	Promise    time.Time      `gorm:"column:promise;serializer:instant"`
	AcceptedAt time.Time      `gorm:"column:accepted_at;serializer:instant"`
	Class      string         `gorm:"column:class"`
	Leg        string         `gorm:"column:leg"`
}

// EscalationRow is a rung that fired. It is unique by dossier, subject, count, rung and generation.
type EscalationRow struct {
	Dossier    string `gorm:"column:dossier;primaryKey"`
	Subject    string `gorm:"column:subject;primaryKey"`
	Count      int    `gorm:"column:count_no;primaryKey;autoIncrement:false"`
	Rung       string `gorm:"column:rung;primaryKey"`
	Generation int    `gorm:"column:generation;primaryKey;autoIncrement:false"`
	Seq        int64  `gorm:"column:seq"`
	// Instant is when the rung was due by the law, FiredAt when it was recorded (legal time both).
	Instant time.Time `gorm:"column:instant;serializer:instant"`
	FiredAt time.Time `gorm:"column:fired_at;serializer:instant"`
	Do      []string  `gorm:"column:does;serializer:document"`
	To      []string  `gorm:"column:reaches;serializer:document"`
}

func (EscalationRow) TableName() string { return "escalations" }

// NotificationRow tells one recipient of one event. The text is made by whoever shows it, from Kind and Data.
type NotificationRow struct {
	// ID is code/seq/recipient: nothing doubles.
	ID      string `gorm:"column:id;primaryKey"`
	Dossier string `gorm:"column:dossier"`
	Seq     int64  `gorm:"column:seq"`
	// Kind is the event's.
	Kind string `gorm:"column:kind"`
	// Recipient is an officer's reference or "applicant".
	Recipient string `gorm:"column:recipient"`
	// Data is the event's body: codes and instants, no personal data.
	Data json.RawMessage `gorm:"column:data;serializer:document"`
	// At is legal time.
	At     time.Time `gorm:"column:at;serializer:instant"`
	ReadAt time.Time `gorm:"column:read_at;serializer:instant"`
	// DeliverAt is when it may be delivered (legal time), DeliveredAt when it was; zero: not decided yet, not yet.
	DeliverAt   time.Time `gorm:"column:deliver_at;serializer:instant"`
	DeliveredAt time.Time `gorm:"column:delivered_at;serializer:instant"`
	// Gathered ones wait for a digest; Digest is the one that brought it.
	Gathered bool   `gorm:"column:gathered"`
	Digest   string `gorm:"column:digest"`
}

func (NotificationRow) TableName() string { return "notifications" }

// States of an outbox message.
const (
	OutboxPending = "pending"
	OutboxDone    = "done"
	OutboxDead    = "dead"
)

// OutboxRow is a message to the outside. Messages of one topic, receiver and key are delivered in order.
type OutboxRow struct {
	ID    int64  `gorm:"column:id;primaryKey"`
	Topic string `gorm:"column:topic"`
	// Receiver is the webhook's id of a delivery, else empty.
	Receiver string `gorm:"column:receiver"`
	// Key is the dossier's code.
	Key string `gorm:"column:key"`
	// Dedup is unique per topic and receiver.
	Dedup    string          `gorm:"column:dedup"`
	Payload  json.RawMessage `gorm:"column:payload;serializer:document"`
	State    string          `gorm:"column:state"`
	Attempts int             `gorm:"column:attempts"`
	// NextAt is when it may be tried (wall time); a claim moves it ahead by the lease.
	NextAt    time.Time `gorm:"column:next_at;serializer:instant"`
	LastError string    `gorm:"column:last_error"`
	CreatedAt time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
	DoneAt    time.Time `gorm:"column:done_at;serializer:instant"`
}

func (OutboxRow) TableName() string { return "outbox" }

// Applicant is who asks: personal data, kept in a table of its own.
type Applicant struct {
	Dossier string `gorm:"column:dossier;primaryKey"`
	// Kind is free for the caller, e.g. person or organisation.
	Kind    string `gorm:"column:kind"`
	Name    string `gorm:"column:name"`
	IDNo    string `gorm:"column:id_no"`
	Phone   string `gorm:"column:phone"`
	Email   string `gorm:"column:email"`
	Address string `gorm:"column:address"`
	// Form is the form as it was filled in, the facts of the conditions included.
	Form json.RawMessage `gorm:"column:form;serializer:document"`
	// Search is filled by the store: name, numbers and code, folded.
	Search string `gorm:"column:search"`
}

func (Applicant) TableName() string { return "applicants" }

// Paper is a document handed in with the dossier.
type Paper struct {
	Dossier string `gorm:"column:dossier;primaryKey" json:"-"`
	// N numbers the papers of a dossier from 1; the store fills it in.
	N int `gorm:"column:n;primaryKey;autoIncrement:false" json:"-"`
	// Document is its id in the plan.
	Document  string `gorm:"column:document" json:"document"`
	Name      string `gorm:"column:name" json:"name,omitempty"`
	Originals int    `gorm:"column:originals" json:"originals,omitempty"`
	Copies    int    `gorm:"column:copies" json:"copies,omitempty"`
	// Attachment is the id of the file, where there is one.
	Attachment string `gorm:"column:attachment" json:"attachment,omitempty"`
}

func (Paper) TableName() string { return "papers" }

type eventRow struct {
	Dossier  string          `gorm:"column:dossier;primaryKey"`
	Seq      int64           `gorm:"column:seq;primaryKey;autoIncrement:false"`
	Kind     string          `gorm:"column:kind"`
	At       time.Time       `gorm:"column:at;serializer:instant"`
	Recorded time.Time       `gorm:"column:recorded;serializer:instant"`
	Act      string          `gorm:"column:act"`
	By       string          `gorm:"column:actor"`
	Data     json.RawMessage `gorm:"column:data;serializer:document"`
	// The first event of a batch holds the number of its last one and the batch's digest.
	BatchLast   int64  `gorm:"column:batch_last"`
	BatchDigest string `gorm:"column:batch_digest"`
}

func (eventRow) TableName() string { return "events" }

// involvedRow remembers every agency that a dossier ever went through: it may go on reading it.
type involvedRow struct {
	Dossier string `gorm:"column:dossier;primaryKey"`
	Agency  string `gorm:"column:agency;primaryKey"`
}

func (involvedRow) TableName() string { return "involved" }
