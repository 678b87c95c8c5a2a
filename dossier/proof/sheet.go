// Package proof makes the deadline proof sheet of a dossier: from what was received to the verdict, every figure with its ground.
//
// A sheet is made of the event log, the plans and the calendar revisions that the log names, as of an event and an instant; it reads
// neither the organisation nor what is in force today, so the same sheet comes out at any later time, byte by byte. It is written as
// JSON with a hash of its content, as plain text, and as a page to print.
package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Format is the version of the sheet's own form: a sheet of another format may have another hash for the same dossier.
const Format = 1

// Sheet is the proof of one dossier's deadline. The order of its fields is part of the format.
type Sheet struct {
	Format int `json:"format"`
	// Hash is the SHA-256 of the sheet's JSON without it.
	Hash          string         `json:"hash,omitempty"`
	Code          string         `json:"code"`
	Procedure     string         `json:"procedure"`
	ProcedureName string         `json:"procedure_name"`
	Plan          string         `json:"plan"`
	Engine        int            `json:"engine"`
	AsOf          AsOf           `json:"as_of"`
	Stage         dossier.Stage  `json:"stage"`
	Status        dossier.Status `json:"status"`
	StatusName    string         `json:"status_name"`
	Calendars     []Revision     `json:"calendars"`
	Receipt       Receipt        `json:"receipt"`
	Limit         *Limit         `json:"limit,omitempty"`
	Counts        []Count        `json:"counts,omitempty"`
	Pauses        []Pause        `json:"pauses,omitempty"`
	Supplements   []Supplement   `json:"supplements,omitempty"`
	Payments      []Payment      `json:"payments,omitempty"`
	Extensions    []Extension    `json:"extensions,omitempty"`
	// Reappointment is the one new promise that the dossier got, with both dates.
	Reappointment *Reappointment `json:"reappointment,omitempty"`
	Corrections   []Correction   `json:"corrections,omitempty"`
	Backdated     []Backdated    `json:"backdated,omitempty"`
	Amendments    []Amendment    `json:"amendments,omitempty"`
	Moves         []Move         `json:"moves,omitempty"`
	// Due is the promise as it stands, FinishedAt when the dossier was done.
	Due        time.Time `json:"due,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	// Days are all days from acceptance to the due instant or the end, whichever is later.
	Days    []Day              `json:"days,omitempty"`
	Elapsed *Elapsed           `json:"elapsed,omitempty"`
	Legs    []Leg              `json:"legs,omitempty"`
	Steps   []Step             `json:"steps,omitempty"`
	Ledger  []dossier.Segment  `json:"ledger,omitempty"`
	Rungs   []Rung             `json:"rungs,omitempty"`
	Verdict dossier.Verdict    `json:"verdict"`
	Parts   []dossier.PartView `json:"parts,omitempty"`
	Log     []Entry            `json:"log"`
}

// AsOf says what the sheet was made of: the log up to an event, seen at an instant. Digest is that of these events.
type AsOf struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Digest string    `json:"digest"`
}

// Revision is the calendar that an agency's time is reckoned on, by its content.
type Revision struct {
	Agency string `json:"agency"`
	Hash   string `json:"hash"`
}

// Rule is a dated rule that the sheet applies, with where it is from.
type Rule struct {
	ID    string `json:"id"`
	Since string `json:"since"`
	Text  string `json:"text"`
	From  string `json:"from"`
}

// Receipt is how the dossier came in. Received is the instant as given, Normalized what counts, by the rule.
type Receipt struct {
	Channel     string          `json:"channel"`
	Receiving   string          `json:"receiving"`
	Lead        string          `json:"lead"`
	Parent      *dossier.Parent `json:"parent,omitempty"`
	SubmittedAt time.Time       `json:"submitted_at"`
	IntakeStart time.Time       `json:"intake_start"`
	IntakeDue   time.Time       `json:"intake_due,omitzero"`
	RefusedAt   time.Time       `json:"refused_at,omitzero"`
	// Received and the rest are of the acceptance.
	Received   time.Time `json:"received,omitzero"`
	Recorded   time.Time `json:"recorded,omitzero"`
	Normalized time.Time `json:"normalized,omitzero"`
	Register   int64     `json:"register,omitempty"`
	// Document is the ground of an acceptance that was recorded with an earlier effect.
	Document string `json:"document,omitempty"`
	// Rules is the set of one-stop rules pinned at acceptance.
	Rules         string `json:"rules,omitempty"`
	Normalization *Rule  `json:"normalization,omitempty"`
	// Printed is the promise on the receipt; Provisional: it crossed a year not yet decreed.
	Printed     time.Time `json:"printed,omitzero"`
	Provisional bool      `json:"provisional,omitempty"`
}

// Limit is the way from the legal limit to the committed one.
type Limit struct {
	Legal     calendar.Limit         `json:"legal,omitzero"`
	Committed calendar.Limit         `json:"committed,omitzero"`
	SameDay   *procedure.SameDay     `json:"same_day,omitempty"`
	Lines     []procedure.CommitLine `json:"lines,omitempty"`
	// StartsAt is the agency whose receipt starts the clock, empty for the receiving point.
	StartsAt string `json:"starts_at,omitempty"`
	// ByDate: lateness is judged by date, else by instant.
	ByDate bool `json:"by_date"`
}

// Count is one run of the clock, and why it began.
type Count struct {
	dossier.Reckoning
	Cause string `json:"cause"`
	Seq   int64  `json:"seq"`
}

// Pause is time out of the clock for the whole dossier, by its ground.
type Pause struct {
	From     time.Time `json:"from"`
	Until    time.Time `json:"until,omitzero"`
	Bound    time.Time `json:"bound,omitzero"`
	Cause    string    `json:"cause"`
	Leg      string    `json:"leg"`
	Ground   string    `json:"ground,omitempty"`
	Document string    `json:"document,omitempty"`
	// Minutes are working minutes up to the end, the bound or now.
	Minutes int `json:"minutes"`
}

// Supplement is one request for papers, with what became of it.
type Supplement struct {
	N                int         `json:"n"`
	Seq              int64       `json:"seq"`
	Asked            time.Time   `json:"asked"`
	BeforeAcceptance bool        `json:"before_acceptance,omitempty"`
	Effect           string      `json:"effect,omitempty"`
	Ground           string      `json:"ground,omitempty"`
	Late             bool        `json:"late,omitempty"`
	Override         string      `json:"override,omitempty"`
	GuidanceIgnored  bool        `json:"guidance_ignored,omitempty"`
	Expires          time.Time   `json:"expires,omitzero"`
	Provided         []time.Time `json:"provided,omitempty"`
	Completed        time.Time   `json:"completed,omitzero"`
}

// Payment is money that was asked for.
type Payment struct {
	ID       string    `json:"id"`
	Asked    time.Time `json:"asked"`
	Suspends bool      `json:"suspends,omitempty"`
	Ground   string    `json:"ground,omitempty"`
	Paid     time.Time `json:"paid,omitzero"`
	Document string    `json:"document,omitempty"`
}

// Extension is time that a law gave.
type Extension struct {
	Seq    int64          `json:"seq"`
	At     time.Time      `json:"at"`
	Add    calendar.Limit `json:"add"`
	Ground string         `json:"ground"`
	Due    time.Time      `json:"due"`
}

// Reappointment is an apology with a new date.
type Reappointment struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	OldDue   time.Time `json:"old_due"`
	NewDue   time.Time `json:"new_due"`
	Signer   string    `json:"signer"`
	Document string    `json:"document,omitempty"`
}

// Correction is a receipt put right.
type Correction struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Old      time.Time `json:"old"`
	Received time.Time `json:"received"`
	OldDue   time.Time `json:"old_due"`
	Due      time.Time `json:"due"`
	Ground   string    `json:"ground"`
	Document string    `json:"document"`
}

// Backdated is an act with an earlier effect.
type Backdated struct {
	Seq      int64     `json:"seq"`
	Act      string    `json:"act"`
	Effect   time.Time `json:"effect"`
	Received time.Time `json:"received"`
	Document string    `json:"document"`
}

// Amendment is a calendar revision that the dossier adopted, with the promise before and after.
type Amendment struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	// Calendars are the revisions that it was adopted with.
	Calendars []Revision `json:"calendars"`
	// Document and Ground are of the decision; Undo: it was taken back.
	Document string    `json:"document,omitempty"`
	Ground   string    `json:"ground,omitempty"`
	Undo     bool      `json:"undo,omitempty"`
	OldDue   time.Time `json:"old_due,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	// Target is for the office to aim at, promised to nobody.
	Target time.Time `json:"target,omitzero"`
}

// Move is a move to another version of the procedure.
type Move struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	OldDue   time.Time `json:"old_due,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	Target   time.Time `json:"target,omitzero"`
	Document string    `json:"document"`
	Ground   string    `json:"ground,omitempty"`
}

// Day is one day of the walk, on the calendar of the receiving point. Working is its working time, Counted and Excluded what of that
// time the dossier's clock ran or did not; both are nothing before acceptance, after the end and for days that lie ahead.
type Day struct {
	Date     calendar.Date     `json:"date"`
	Kind     calendar.Kind     `json:"kind"`
	Name     string            `json:"name,omitempty"`
	Ground   string            `json:"ground,omitempty"`
	Sessions calendar.Sessions `json:"sessions,omitempty"`
	Count    int               `json:"count,omitempty"`
	// Receipt is the day of receipt of a count. Number is which counted day of the limit it is; Rolled: the last day was off, and the
	// limit ends here. Shifted: the limit's days are over, time that was taken out is given back. Postponed: the limit is over, the
	// re-appointed date is not.
	Receipt     bool `json:"receipt,omitempty"`
	Number      int  `json:"number,omitempty"`
	Rolled      bool `json:"rolled,omitempty"`
	Shifted     bool `json:"shifted,omitempty"`
	Postponed   bool `json:"postponed,omitempty"`
	Working     int  `json:"working"`
	Counted     int  `json:"counted"`
	Excluded    int  `json:"excluded"`
	Provisional bool `json:"provisional,omitempty"`
	Ahead       bool `json:"ahead,omitempty"`
	Due         bool `json:"due,omitempty"`
}

// Elapsed is the whole time of the ledger in working minutes: Counted and Excluded add up to Minutes.
type Elapsed struct {
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Minutes  int       `json:"minutes"`
	Counted  int       `json:"counted"`
	Excluded int       `json:"excluded"`
}

// Leg is whose time it was.
type Leg struct {
	Leg      string   `json:"leg"`
	Agency   string   `json:"agency"`
	Counted  int      `json:"counted"`
	Excluded int      `json:"excluded"`
	Grounds  []string `json:"grounds,omitempty"`
}

// Step is one visit of a step with its own ledger.
type Step struct {
	dossier.StepTime
	Name string `json:"name,omitempty"`
}

// Rung is an escalation that fired. The instant is the legal one.
type Rung struct {
	Seq        int64     `json:"seq"`
	Subject    string    `json:"subject"`
	Count      int       `json:"count"`
	Rung       string    `json:"rung"`
	Generation int       `json:"generation"`
	Instant    time.Time `json:"instant"`
	Recorded   time.Time `json:"recorded"`
	Do         []string  `json:"do"`
	To         []string  `json:"to,omitempty"`
}

// Entry is one event of the log.
type Entry struct {
	Seq      int64     `json:"seq"`
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	By       string    `json:"by,omitempty"`
}

// JSON writes the sheet, indented; Hash is that of the compact form without it.
func (s *Sheet) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// seal sets the hash.
func (s *Sheet) seal() error {
	s.Hash = ""
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	s.Hash = hex.EncodeToString(sum[:])
	return nil
}

// Intact says whether the sheet's hash is that of its content.
func (s *Sheet) Intact() (bool, error) {
	again := *s
	err := again.seal()
	return again.Hash == s.Hash, err
}
