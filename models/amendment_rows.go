package models

import (
	"encoding/json"
	"time"
)

// Kinds of amendments.
const (
	AmendmentCalendar = "calendar"
	AmendmentOutage   = "outage"
)

// States of an amendment.
const (
	AmendmentDraft      = "draft"
	AmendmentPreviewing = "previewing" // who is affected is being found out
	AmendmentPreviewed  = "previewed"
	AmendmentRunning    = "running" // published; the dossiers follow
	AmendmentStopped    = "stopped"
	AmendmentDone       = "done"
	AmendmentUndoing    = "undoing"
	AmendmentUndone     = "undone"
	AmendmentDiscarded  = "discarded"
)

// What became of a dossier of an amendment.
const (
	AmendItemWaiting = "waiting"
	AmendItemDone    = "done"
	AmendItemSkipped = "skipped" // untouched: it has ended, has its result, or has the calendar already
	AmendItemRefused = "refused" // untouched: the law of the dossier forbids it
	AmendItemFailed  = "failed"  // untouched: it could not be done after several tries
	AmendItemUndone  = "undone"
	AmendItemStays   = "stays" // done, and not taken back
)

// Effects of an amendment on a dossier.
const (
	EffectSame    = "same"    // the dates stay
	EffectEarlier = "earlier" // an earlier date to aim at; the promise stands
	EffectLater   = "later"   // a later promise
	EffectStuck   = "stuck"   // it cannot be done
)

// AmendmentRow is an amendment of a calendar, or an outage.
type AmendmentRow struct {
	ID   string `gorm:"column:id;primaryKey"`
	Kind string `gorm:"column:kind"`
	// Scope is the layer amended, or the agency.
	Scope    string          `gorm:"column:scope"`
	Title    string          `gorm:"column:title"`
	Document string          `gorm:"column:document"`
	File     string          `gorm:"column:file"`
	Content  json.RawMessage `gorm:"column:content;serializer:document"`
	State    string          `gorm:"column:state"`
	// StoppedFrom is the state that a stopped one goes on with.
	StoppedFrom string `gorm:"column:stopped_from"`
	// Base names the calendars that it was previewed against.
	Base         string    `gorm:"column:base"`
	DraftedBy    string    `gorm:"column:drafted_by"`
	Principal    string    `gorm:"column:principal"`
	PublishedBy  string    `gorm:"column:published_by"`
	PublishedAt  time.Time `gorm:"column:published_at;serializer:instant"`
	UndoneBy     string    `gorm:"column:undone_by"`
	UndoDocument string    `gorm:"column:undo_document"`
	UndoReason   string    `gorm:"column:undo_reason"`
	UndoneAt     time.Time `gorm:"column:undone_at;serializer:instant"`
	PreviewedAt  time.Time `gorm:"column:previewed_at;serializer:instant"`
	// Total is how many open dossiers the preview looks at, Totals what it counted, Cursor how far it has come.
	Total  int64           `gorm:"column:total"`
	Totals json.RawMessage `gorm:"column:totals;serializer:document"`
	Cursor string          `gorm:"column:cursor_at"`
	// One worker at a time carries it on: who, until when.
	LeaseBy     string    `gorm:"column:lease_by"`
	LeaseUntil  time.Time `gorm:"column:lease_until;serializer:instant"`
	Revision    int64     `gorm:"column:revision"`
	Fingerprint string    `gorm:"column:fingerprint"`
	CreatedAt   time.Time `gorm:"column:created_at;autoCreateTime:false;serializer:instant"`
	UpdatedAt   time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
}

func (AmendmentRow) TableName() string { return "amendments" }

// AmendmentItem is a dossier of an amendment.
type AmendmentItem struct {
	Amendment string `gorm:"column:amendment;primaryKey"`
	Dossier   string `gorm:"column:dossier;primaryKey"`
	// Agency leads the dossier.
	Agency string `gorm:"column:agency"`
	State  string `gorm:"column:state"`
	Effect string `gorm:"column:effect"`
	// OrderAt is the next alarm that the amendment leaves: what is due first goes first.
	OrderAt time.Time `gorm:"column:order_at;serializer:instant"`
	OldDue  time.Time `gorm:"column:old_due;serializer:instant"`
	NewDue  time.Time `gorm:"column:new_due;serializer:instant"`
	Target  time.Time `gorm:"column:target;serializer:instant"`
	// Late: it is late before; Behind: the date to aim at is over already.
	Late     bool      `gorm:"column:late"`
	Behind   bool      `gorm:"column:behind"`
	Attempts int64     `gorm:"column:attempts"`
	Code     string    `gorm:"column:code"`
	Detail   string    `gorm:"column:detail"`
	DoneAt   time.Time `gorm:"column:done_at;serializer:instant"`
}

func (AmendmentItem) TableName() string { return "amendment_items" }
