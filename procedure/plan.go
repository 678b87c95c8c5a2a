package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
)

// LanguageVersion is the version of the definition language that this package reads (the key `motcua`).
const LanguageVersion = 1

// Plan is a compiled definition: everything that a receipt, a form, a screen or an export needs to know of a procedure.
// It is immutable, stored as JSON and named by its content hash.
type Plan struct {
	// Hash is the first 32 hex digits of the SHA-256 over the canonical JSON of the plan without its hash and without
	// source positions: reordering keys of the file keeps it, reordering steps changes it.
	Hash     string `json:"hash"`
	Language int    `json:"language"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Field    string `json:"field"`
	Level    string `json:"level"`
	// Agency is the type of the lead agency; the agency itself is bound at intake.
	Agency string `json:"agency"`
	// Online is none, partial or full.
	Online string `json:"online,omitempty"`
	// Manner are the channels that take dossiers, Subjects who may file, Requirements what the law asks of them.
	Manner       []string `json:"manner,omitempty"`
	Subjects     []string `json:"subjects,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	// Origin is the confidence in the definition as a whole: official, inferred or sample.
	Origin          string       `json:"origin"`
	Published       *Publication `json:"published,omitempty"`
	InternalProcess *Provenance  `json:"internal_process,omitempty"`
	LegalBasis      []Basis      `json:"legal_basis,omitempty"`
	// Sources name, per dotted path of the file, where the fact is from; sorted by path.
	Sources   []FactSource `json:"sources,omitempty"`
	Documents []Document   `json:"documents,omitempty"`
	Fees      []Fee        `json:"fees,omitempty"`
	Results   []Result     `json:"results,omitempty"`
	Facts     []Fact       `json:"facts,omitempty"`
	Steps     []StepText   `json:"steps"`
	// Conditions in the order of the file; those of documents are named "document.<id>".
	Conditions []Condition `json:"conditions,omitempty"`
	// Escalation is the name of the ladder of the shelf, empty when the ladder is written in the file.
	Escalation string     `json:"escalation,omitempty"`
	Exec       Executable `json:"exec"`

	programs *programs
}

// Publication is the decision that published the procedure (quyết định công bố).
type Publication struct {
	Decision string `json:"decision"`
	// On is its date, YYYY-MM-DD.
	On string `json:"on,omitempty"`
}

// Provenance says where something is from and how far it can be trusted (official, inferred, sample).
type Provenance struct {
	Source     string `json:"source"`
	Confidence string `json:"confidence,omitempty"`
}

// FactSource is the provenance of one fact of the file, named by its dotted path.
type FactSource struct {
	Path string `json:"path"`
	Provenance
}

// Basis is one document of the legal basis. From and Until are YYYY-MM-DD and may be empty.
type Basis struct {
	Document   string `json:"document"`
	Article    string `json:"article,omitempty"`
	From       string `json:"from,omitempty"`
	Until      string `json:"until,omitempty"`
	Repealed   bool   `json:"repealed,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// Document is a paper of the dossier (thành phần hồ sơ).
type Document struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Form string `json:"form,omitempty"`
	// Forms stand instead of Form where the form depends on the day of acceptance; they do not overlap.
	Forms     []DatedForm `json:"forms,omitempty"`
	Originals int         `json:"originals,omitempty"`
	Copies    int         `json:"copies,omitempty"`
	Required  bool        `json:"required,omitempty"`
	// When names the condition under which the paper is required; it stands instead of Required.
	When string `json:"when,omitempty"`
	// Of is "transaction" for papers that a merged procedure needs once per part; else empty.
	Of         string `json:"of,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// DatedForm is a form in use from From until the end of Until (YYYY-MM-DD, either may be empty).
type DatedForm struct {
	Form  string `json:"form"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// FormOn is the form of the paper for dossiers accepted on a date (YYYY-MM-DD); empty: none is prescribed, or none is known.
func (d *Document) FormOn(date string) string {
	for _, f := range d.Forms {
		if (f.From == "" || f.From <= date) && (f.Until == "" || date <= f.Until) {
			return f.Form
		}
	}
	return d.Form
}

// FormOf is the form of a paper for a dossier accepted at an instant; its date in Vietnam (UTC+7) decides.
func (p *Plan) FormOf(document string, accepted time.Time) string {
	for i := range p.Documents {
		if d := &p.Documents[i]; d.ID == document {
			return d.FormOn(accepted.In(calendar.Zone()).Format(time.DateOnly))
		}
	}
	return ""
}

// Fee is an amount in đồng; Online, when HasOnline is set, is the amount of an online submission. Until is its last day, YYYY-MM-DD.
type Fee struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Part of a merged procedure that it belongs to.
	Part       string `json:"part,omitempty"`
	Amount     int    `json:"amount"`
	Online     int    `json:"online,omitempty"`
	HasOnline  bool   `json:"has_online,omitempty"`
	Until      string `json:"until,omitempty"`
	Ground     string `json:"ground,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// Result is what the applicant is given.
type Result struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
	// Part of a merged procedure that issues it.
	Part       string `json:"part,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// Types of facts.
const (
	FactString = "string"
	FactBool   = "bool"
	FactInt    = "int"
)

// Fact is a declared, not personal datum that conditions may read.
type Fact struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Label string `json:"label,omitempty"`
	// Values are the only ones allowed, when there are any; ints are written in decimal.
	Values []string `json:"values,omitempty"`
	// Default in the written form of the type; nil: the fact must be given.
	Default *string `json:"default,omitempty"`
}

// StepText is what people read of a step; the machine's part is Step, under the same id.
type StepText struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Role   string `json:"role,omitempty"`
	Agency string `json:"agency,omitempty"`
	Output string `json:"output,omitempty"`
	// Uses are the papers that the step reads.
	Uses       []string `json:"uses,omitempty"`
	Confidence string   `json:"confidence,omitempty"`
}

// Condition is a named CEL expression. Line and Col (1-based) place it in the file and are no part of the hash.
type Condition struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
	Line       int    `json:"line,omitempty"`
	Col        int    `json:"col,omitempty"`
}

// ErrHash is returned by Decode for a stored plan whose content is not what its hash names.
var ErrHash = errors.New("plan content does not match its hash")

// Encode writes the plan as canonical JSON, its hash included.
func (p *Plan) Encode() ([]byte, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode plan %s: %w", p.Code, err)
	}
	return data, nil
}

// Decode reads a stored plan and checks its hash.
func Decode(data []byte) (*Plan, error) {
	p := new(Plan)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("decode plan: %w", err)
	}
	sum, err := p.sum()
	if err != nil {
		return nil, err
	}
	if sum != p.Hash || p.Exec.Plan != p.Hash {
		return nil, fmt.Errorf("decode plan %s: %w: stored %s, computed %s", p.Code, ErrHash, p.Hash, sum)
	}
	p.programs = new(programs)
	return p, nil
}

// sum computes the content hash.
func (p *Plan) sum() (string, error) {
	bare := *p
	bare.Hash, bare.Exec.Plan, bare.programs = "", "", nil
	bare.Conditions = slices.Clone(p.Conditions)
	for i := range bare.Conditions {
		bare.Conditions[i].Line, bare.Conditions[i].Col = 0, 0
	}
	data, err := json.Marshal(&bare)
	if err != nil {
		return "", fmt.Errorf("hash plan %s: %w", p.Code, err)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:16]), nil
}

// MissingDocuments returns the papers that this dossier must have and have does not name, in declared order.
// trueConditions are what Evaluate returned.
func (p *Plan) MissingDocuments(have, trueConditions []string) []Document {
	var missing []Document
	for _, d := range p.Documents {
		needed := d.Required
		if d.When != "" {
			needed = slices.Contains(trueConditions, d.When)
		}
		if needed && !slices.Contains(have, d.ID) {
			missing = append(missing, d)
		}
	}
	return missing
}

// StepText returns what people read of a step.
func (p *Plan) StepText(id string) (*StepText, bool) {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i], true
		}
	}
	return nil, false
}
