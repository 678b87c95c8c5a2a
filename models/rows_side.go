package models

import (
	"encoding/json"
	"time"
)

// Agency is a node of the organisation tree: an agency, a unit of it or a one-stop point.
type Agency struct {
	ID     string `gorm:"column:id;primaryKey"`
	Parent string `gorm:"column:parent"`
	Name   string `gorm:"column:name"`
	// Type as definitions name lead agencies, e.g. "so-xay-dung".
	Type string `gorm:"column:type"`
	// Level is province or commune, empty for a unit.
	Level string `gorm:"column:level"`
	// Code is the national identification code (mã định danh), where there is one.
	Code    string `gorm:"column:code"`
	Address string `gorm:"column:address"`
	// Receives: dossiers may be handed in here.
	Receives bool `gorm:"column:receives"`
}

func (Agency) TableName() string { return "agencies" }

// Officer is a person who holds positions.
type Officer struct {
	ID    string `gorm:"column:id;primaryKey"`
	Name  string `gorm:"column:name"`
	Title string `gorm:"column:title"`
	Email string `gorm:"column:email"`
	// For names the officer whom this one stands in for; it is set by Officers only.
	For string `gorm:"-"`
}

func (Officer) TableName() string { return "officers" }

// Posting is a position held: half-open [From, Until), zero means without end (legal time).
type Posting struct {
	Officer string    `gorm:"column:officer;primaryKey"`
	Agency  string    `gorm:"column:agency;primaryKey"`
	Role    string    `gorm:"column:role;primaryKey"`
	From    time.Time `gorm:"column:from_at;serializer:instant"`
	Until   time.Time `gorm:"column:until_at;serializer:instant"`
}

func (Posting) TableName() string { return "postings" }

// Substitution is dated: from From until before Until, Substitute stands in for Officer. Document is its ground.
type Substitution struct {
	ID         string `gorm:"column:id;primaryKey"`
	Officer    string `gorm:"column:officer"`
	Substitute string `gorm:"column:substitute"`
	// Agency limits it to positions in one agency, Role to one role; empty: all.
	Agency   string    `gorm:"column:agency"`
	Role     string    `gorm:"column:role"`
	From     time.Time `gorm:"column:from_at;serializer:instant"`
	Until    time.Time `gorm:"column:until_at;serializer:instant"`
	Document string    `gorm:"column:document"`
}

func (Substitution) TableName() string { return "substitutions" }

// BindingRow says which agency serves an agency reference of the plans of a lead agency.
type BindingRow struct {
	Lead   string `gorm:"column:lead;primaryKey"`
	Ref    string `gorm:"column:ref;primaryKey"`
	Agency string `gorm:"column:agency"`
}

func (BindingRow) TableName() string { return "bindings" }

// LeadRow says which agency of a type leads the dossiers received at a point; smaller ranks first.
type LeadRow struct {
	AgencyType string `gorm:"column:agency_type;primaryKey"`
	Receiving  string `gorm:"column:receiving;primaryKey"`
	Lead       string `gorm:"column:lead;primaryKey"`
	Rank       int    `gorm:"column:rank_no"`
}

func (LeadRow) TableName() string { return "leads" }

// Organisation is what SaveOrganisation stores.
type Organisation struct {
	Agencies      []Agency
	Officers      []Officer
	Postings      []Posting
	Substitutions []Substitution
	Bindings      []BindingRow
	Leads         []LeadRow
}

// APIKey is a key by its public prefix and the hash of the whole; the key itself is never stored.
type APIKey struct {
	Prefix  string `gorm:"column:prefix;primaryKey"`
	Hash    string `gorm:"column:hash"`
	Name    string `gorm:"column:name"`
	Officer string `gorm:"column:officer"`
	Agency  string `gorm:"column:agency"`
	// Roles as office knows them.
	Roles []string `gorm:"column:roles;serializer:document"`
	// ExpiresAt is wall time; zero: never.
	ExpiresAt time.Time `gorm:"column:expires_at;serializer:instant"`
	CreatedAt time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
}

func (APIKey) TableName() string { return "api_keys" }

// Webhook is an endpoint that outbox messages are posted to.
type Webhook struct {
	ID  string `gorm:"column:id;primaryKey"`
	URL string `gorm:"column:url"`
	// Secret signs the messages.
	Secret string   `gorm:"column:secret"`
	Topics []string `gorm:"column:topics;serializer:document"`
	Active bool     `gorm:"column:active"`
}

func (Webhook) TableName() string { return "webhooks" }

// FindingFrozen is the kind of finding on a dossier whose storage contradicts its workflow: it takes no acts until an operator has
// looked. It is named here because who opens it and who asks for it know each other through the database only.
const FindingFrozen = "dossier_frozen"

// FindingClockSkew says that the clocks of a process and of the database disagree, so that nothing fires there.
const FindingClockSkew = "clock_skew"

// Finding is something the control office or the operator must look at. At most one is open per kind and subject.
type Finding struct {
	ID      int64  `gorm:"column:id;primaryKey"`
	Kind    string `gorm:"column:kind"`
	Subject string `gorm:"column:subject"`
	Detail  string `gorm:"column:detail"`
	// Count is how often it was reported while open.
	Count    int       `gorm:"column:count_no"`
	OpenedAt time.Time `gorm:"column:opened_at;serializer:instant"`
	SeenAt   time.Time `gorm:"column:seen_at;serializer:instant"`
	ClosedAt time.Time `gorm:"column:closed_at;serializer:instant"`
}

func (Finding) TableName() string { return "findings" }

// Comment is free text beside a dossier; it moves neither state nor clock.
type Comment struct {
	ID      string `gorm:"column:id;primaryKey"`
	Dossier string `gorm:"column:dossier"`
	Author  string `gorm:"column:author"`
	Text    string `gorm:"column:text"`
	// At is legal time.
	At time.Time `gorm:"column:at;serializer:instant"`
}

func (Comment) TableName() string { return "comments" }

// Attachment is the metadata of a file; the bytes are elsewhere, named by their SHA-256.
type Attachment struct {
	ID      string `gorm:"column:id;primaryKey"`
	Dossier string `gorm:"column:dossier"`
	// Document is the id of the plan's document that the file is, where it is one.
	Document string    `gorm:"column:document"`
	Name     string    `gorm:"column:name"`
	Type     string    `gorm:"column:type"`
	Size     int64     `gorm:"column:size"`
	SHA256   string    `gorm:"column:sha256"`
	By       string    `gorm:"column:added_by"`
	At       time.Time `gorm:"column:at;serializer:instant"`
}

func (Attachment) TableName() string { return "attachments" }

// ProcedureRow is a stored definition without its content.
type ProcedureRow struct {
	Hash   string `gorm:"column:hash;primaryKey"`
	Code   string `gorm:"column:code"`
	Name   string `gorm:"column:name"`
	Field  string `gorm:"column:field"`
	Level  string `gorm:"column:level"`
	Agency string `gorm:"column:agency"`
	Online string `gorm:"column:online"`
	Origin string `gorm:"column:origin"`
	// ValidFrom is the day of the publishing decision; zero where the definition names none.
	ValidFrom time.Time `gorm:"column:valid_from;serializer:instant"`
	SavedAt   time.Time `gorm:"column:saved_at;serializer:instant"`
}

func (ProcedureRow) TableName() string { return "plans" }

type planRow struct {
	ProcedureRow `gorm:"embedded"`
	Search       string          `gorm:"column:search"`
	Content      json.RawMessage `gorm:"column:content;serializer:document"`
	Source       []byte          `gorm:"column:source"`
	// Internal is the confidence in the internal process, empty where the plan has none. BasisEnds is the first instant at which
	// its legal basis is no longer whole, zero where none is known.
	Internal  string    `gorm:"column:internal"`
	BasisEnds time.Time `gorm:"column:basis_ends;serializer:instant"`
}

func (planRow) TableName() string { return "plans" }
