package models

import (
	"time"

	"gorm.io/gorm"
)

// States of a version, in their order. What is published is never changed again; Ended says why its validity has an end.
const (
	VersionDraft     = "draft"
	VersionReview    = "review"
	VersionChecked   = "checked"
	VersionApproved  = "approved"
	VersionPublished = "published"
	// VersionDiscarded was given up before anybody published it; it stays, with what was done to it.
	VersionDiscarded = "discarded"
)

// Why the validity of a published version has an end.
const (
	EndReplaced  = "replaced"  // a later version took its place
	EndRepealed  = "repealed"  // a decision repealed the procedure
	EndWithdrawn = "withdrawn" // withdrawn at once, in an emergency
)

// VersionRow is a version of a procedure.
type VersionRow struct {
	ID   string `gorm:"column:id;primaryKey"`
	Code string `gorm:"column:code"`
	// Lead is the one agency that the version is for; empty: every agency without one of its own.
	Lead     string `gorm:"column:lead"`
	Name     string `gorm:"column:name"`
	State    string `gorm:"column:state"`
	Revision int64  `gorm:"column:revision"`
	// Hash is that of the compiled plan, empty while a draft cannot be compiled.
	Hash   string `gorm:"column:hash"`
	Source []byte `gorm:"column:source"`
	// Sample marks what ships with the program: in force for demonstration, approved by nobody here.
	Sample bool `gorm:"column:sample"`
	// Agency is the one that drafts it.
	Agency    string `gorm:"column:agency"`
	Author    string `gorm:"column:author"`
	Checker   string `gorm:"column:checker"`
	Approver  string `gorm:"column:approver"`
	Publisher string `gorm:"column:publisher"`
	// ValidFrom is inclusive, ValidUntil exclusive; zero: open.
	ValidFrom  time.Time `gorm:"column:valid_from;serializer:instant"`
	ValidUntil time.Time `gorm:"column:valid_until;serializer:instant"`
	Ended      string    `gorm:"column:ended"`
	// Decision published it; EndDocument is the decision or the document that ended it.
	Decision    string    `gorm:"column:decision"`
	EndDocument string    `gorm:"column:end_document"`
	CreatedAt   time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
	UpdatedAt   time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
}

func (VersionRow) TableName() string { return "versions" }

// InForce says whether the version is in force at a legal instant.
func (v *VersionRow) InForce(at time.Time) bool {
	return v.State == VersionPublished && !v.ValidFrom.After(at) && (v.ValidUntil.IsZero() || v.ValidUntil.After(at))
}

// overlaps says whether two published versions would be in force at one instant.
func (v *VersionRow) overlaps(o *VersionRow) bool {
	before := func(a, b *VersionRow) bool { return !a.ValidUntil.IsZero() && !a.ValidUntil.After(b.ValidFrom) }
	empty := func(a *VersionRow) bool { return before(a, a) }
	return !empty(v) && !empty(o) && !before(v, o) && !before(o, v)
}

// versionInForce restricts versions, under the name v, to those in force at a legal instant.
func versionInForce(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Where("v.state = ? AND v.valid_from <= ? AND (v.valid_until IS NULL OR v.valid_until > ?)", VersionPublished, instant(at), instant(at))
}

// VersionAct is one thing done to a version.
type VersionAct struct {
	Act     string `gorm:"column:act;primaryKey"`
	Version string `gorm:"column:version"`
	// N is the version's revision after it.
	N        int64     `gorm:"column:n"`
	Kind     string    `gorm:"column:kind"`
	Actor    string    `gorm:"column:actor"`
	At       time.Time `gorm:"column:at;serializer:instant"`
	Reason   string    `gorm:"column:reason"`
	Document string    `gorm:"column:document"`
	// Hash is the content that it was done to.
	Hash        string `gorm:"column:hash"`
	Fingerprint string `gorm:"column:fingerprint"`
}

func (VersionAct) TableName() string { return "version_acts" }

// What a decision does to a procedure.
const (
	DecisionPublishes = "published"
	DecisionAmends    = "amended"
	DecisionRepeals   = "repealed"
)

// Decision publishes, amends and repeals procedures (quyết định công bố).
type Decision struct {
	ID          string         `gorm:"column:id;primaryKey"`
	Number      string         `gorm:"column:number"`
	IssuedOn    time.Time      `gorm:"column:issued_on;serializer:instant"`
	Agency      string         `gorm:"column:agency"`
	Subject     string         `gorm:"column:subject"`
	RecordedBy  string         `gorm:"column:recorded_by"`
	RecordedAt  time.Time      `gorm:"column:recorded_at;serializer:instant"`
	Fingerprint string         `gorm:"column:fingerprint"`
	Items       []DecisionItem `gorm:"-"`
}

func (Decision) TableName() string { return "publication_decisions" }

// DecisionItem is a procedure in a decision.
type DecisionItem struct {
	Decision string `gorm:"column:decision;primaryKey"`
	Code     string `gorm:"column:code;primaryKey"`
	Does     string `gorm:"column:does"`
}

func (DecisionItem) TableName() string { return "publication_items" }

// Does says what the decision does to a procedure; empty: nothing.
func (d *Decision) Does(code string) string {
	for _, i := range d.Items {
		if i.Code == code {
			return i.Does
		}
	}
	return ""
}
