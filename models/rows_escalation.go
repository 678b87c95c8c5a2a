package models

import "time"

// States of a standing decision. Whether one that is approved is in force is a question to its days.
const (
	StandingDraft    = "draft"
	StandingApproved = "approved"
	StandingRevoked  = "revoked"
)

// StandingRow is a decision under which the ladder may issue apologies without a signature for each.
type StandingRow struct {
	ID     string `gorm:"column:id;primaryKey"`
	Number string `gorm:"column:number"`
	// Agency decided it; it covers what this agency leads, and those below it.
	Agency string `gorm:"column:agency"`
	// Signer is printed on the letters, Reason too: they are the decision's own words.
	Signer string `gorm:"column:signer"`
	Reason string `gorm:"column:reason"`
	// Add is how far after the old date the new one lies, as calendar.Limit writes it.
	Add string `gorm:"column:add_limit"`
	// Procedures are the codes it is for; none: all.
	Procedures []string `gorm:"column:procedures;serializer:document"`
	// Cap is how many letters may be issued under it.
	Cap int64 `gorm:"column:cap"`
	// From is inclusive, Until exclusive (legal time).
	From       time.Time `gorm:"column:from_at;serializer:instant"`
	Until      time.Time `gorm:"column:until_at;serializer:instant"`
	State      string    `gorm:"column:state"`
	CreatedBy  string    `gorm:"column:created_by"`
	ApprovedBy string    `gorm:"column:approved_by"`
	RevokedBy  string    `gorm:"column:revoked_by"`
	RevokedWhy string    `gorm:"column:revoked_why"`
	// Fingerprint of the request that made it.
	Fingerprint string    `gorm:"column:fingerprint"`
	CreatedAt   time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
	ApprovedAt  time.Time `gorm:"column:approved_at;serializer:instant"`
	RevokedAt   time.Time `gorm:"column:revoked_at;serializer:instant"`
	// Issued is how many letters went out under it; it is counted when it is read.
	Issued int64 `gorm:"column:issued;->"`
}

func (StandingRow) TableName() string { return "standing_decisions" }

// standingUse is a letter under a standing decision: reserved when the rung asked, issued when it was recorded.
type standingUse struct {
	Decision string `gorm:"column:decision;primaryKey"`
	Dossier  string `gorm:"column:dossier;primaryKey"`
	Issued   bool   `gorm:"column:issued"`
	// At is wall time.
	At time.Time `gorm:"column:at;serializer:instant"`
}

func (standingUse) TableName() string { return "standing_uses" }

// States of a proposal. Open ones whose last instant is over can no longer be signed.
const (
	ProposalOpen      = "open"
	ProposalSigned    = "signed"
	ProposalDismissed = "dismissed"
	ProposalMoot      = "moot" // the dossier ended first
)

// ProposalRow is an apology that the ladder proposed.
type ProposalRow struct {
	Dossier string    `gorm:"column:dossier;primaryKey"`
	N       int       `gorm:"column:n;primaryKey;autoIncrement:false"`
	Seq     int64     `gorm:"column:seq"`
	Rung    string    `gorm:"column:rung"`
	Lead    string    `gorm:"column:lead"`
	OldDue  time.Time `gorm:"column:old_due;serializer:instant"`
	NewDue  time.Time `gorm:"column:new_due;serializer:instant"`
	// Until is the first instant at which it can no longer be signed.
	Until      time.Time `gorm:"column:until_at;serializer:instant"`
	Signers    []string  `gorm:"column:signers;serializer:document"`
	Decision   string    `gorm:"column:decision"`
	Refused    string    `gorm:"column:refused"`
	State      string    `gorm:"column:state"`
	ProposedAt time.Time `gorm:"column:proposed_at;serializer:instant"`
	ClosedAt   time.Time `gorm:"column:closed_at;serializer:instant"`
}

func (ProposalRow) TableName() string { return "proposals" }

// States of an inspection.
const (
	InspectionOpen      = "open"
	InspectionTaken     = "taken"
	InspectionConcluded = "concluded"
)

// InspectionRow is what the control office looks into. The row is the truth of what the office did; nothing of it moves a dossier.
type InspectionRow struct {
	Dossier   string    `gorm:"column:dossier;primaryKey"`
	N         int       `gorm:"column:n;primaryKey;autoIncrement:false"`
	Seq       int64     `gorm:"column:seq"`
	Rung      string    `gorm:"column:rung"`
	Office    string    `gorm:"column:office"`
	Inspector string    `gorm:"column:inspector"`
	OpenedAt  time.Time `gorm:"column:opened_at;serializer:instant"`
	DueAt     time.Time `gorm:"column:due_at;serializer:instant"`
	State     string    `gorm:"column:state"`
	TakenAt   time.Time `gorm:"column:taken_at;serializer:instant"`
	// Cause is one of a fixed list, Conclusion free text.
	Cause       string    `gorm:"column:cause"`
	Conclusion  string    `gorm:"column:conclusion"`
	ConcludedBy string    `gorm:"column:concluded_by"`
	ConcludedAt time.Time `gorm:"column:concluded_at;serializer:instant"`
	Revision    int64     `gorm:"column:revision"`
}

func (InspectionRow) TableName() string { return "inspections" }

// DigestRow is one message to one person for one legal day: its lines are the notifications that name it.
type DigestRow struct {
	// ID is recipient/day.
	ID        string `gorm:"column:id;primaryKey"`
	Recipient string `gorm:"column:recipient"`
	// Day is the legal day, YYYY-MM-DD.
	Day string `gorm:"column:day"`
	// At is legal time.
	At    time.Time `gorm:"column:at;serializer:instant"`
	Lines int       `gorm:"column:lines"`
}

func (DigestRow) TableName() string { return "digests" }
