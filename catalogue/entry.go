package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
)

// Entry is a published procedure as it was understood. Texts are NFC, single-spaced and without markup.
type Entry struct {
	Code string `json:"code"`
	Name string `json:"name"`
	// Decision is the number of the decision that published it (quyết định công bố), as written where its form is unknown.
	Decision string `json:"decision,omitempty"`
	// Levels are the levels that carry it out, in the order of Levels; an unknown one is a slug of its name.
	Levels []string `json:"levels,omitempty"`
	// Kind is how the law lets it be made (loại thủ tục), as published.
	Kind  string `json:"kind,omitempty"`
	Field string `json:"field,omitempty"`
	// Ministry is the code of the publishing ministry.
	Ministry string   `json:"ministry,omitempty"`
	Subjects []string `json:"subjects,omitempty"`
	// Authority decides, Implementing carries out, Cooperating helps: names of kinds of agencies, as published.
	Authority    []string `json:"authority,omitempty"`
	Implementing []string `json:"implementing,omitempty"`
	Cooperating  []string `json:"cooperating,omitempty"`
	// Channels are in the order of the publication; a channel may stand several times, once per case.
	Channels   []Channel `json:"channels,omitempty"`
	Papers     []Paper   `json:"papers,omitempty"`
	LegalBasis []string  `json:"legal_basis,omitempty"`
	Results    []Result  `json:"results,omitempty"`
	// Extra holds, by JSON pointer, the JSON text of what has no place above.
	Extra map[string]string `json:"extra,omitempty"`
}

// Ways of handing in, as definitions name them.
const (
	Online  = "online"
	Post    = "post"
	Counter = "counter"
)

// Channel is one way of handing in, with what it promises and costs.
type Channel struct {
	// Channel is Online, Post, Counter, or the slug of another name.
	Channel string         `json:"channel"`
	Limit   calendar.Limit `json:"limit,omitzero"`
	// Inferred: the limit was read from the words, not from its own field.
	Inferred bool `json:"inferred,omitempty"`
	// LimitText is what stood in the limit's place and is no limit, e.g. a number whose unit was lost.
	LimitText string `json:"limit_text,omitempty"`
	Fee       Fee    `json:"fee,omitzero"`
	// Words are what the publication says further of this channel: how to hand in, limits of cases.
	Words string `json:"words,omitempty"`
}

// What is known of a fee.
const (
	FeeAmount  = "amount"  // an amount is published
	FeeFree    = "free"    // free of charge
	FeeRuled   = "ruled"   // another document, often of the provincial council, sets it
	FeeUnknown = "unknown" // something is published that is not understood: Text
)

// Fee is what one channel costs; the zero Fee is one of which nothing is published.
type Fee struct {
	Kind   string `json:"kind,omitempty"`
	Amount int64  `json:"amount,omitempty"`
	// Currency is VND or USD.
	Currency string `json:"currency,omitempty"`
	// Per is the unit charged for, e.g. "tờ khai".
	Per string `json:"per,omitempty"`
	// Note is what stands in brackets behind the fee.
	Note    string   `json:"note,omitempty"`
	Reduced *Reduced `json:"reduced,omitempty"`
	// Text is the fee as published, where it is not understood.
	Text string `json:"text,omitempty"`
}

// Reduced is a lower amount for a time; days are YYYY-MM-DD, both included.
type Reduced struct {
	Amount int64  `json:"amount"`
	From   string `json:"from"`
	Until  string `json:"until"`
	// Ground is the document that lowers it.
	Ground string `json:"ground,omitempty"`
}

// Paper is a paper of the dossier (thành phần hồ sơ) with the numbers of originals and copies.
type Paper struct {
	Name      string `json:"name"`
	Originals int    `json:"originals,omitempty"`
	Copies    int    `json:"copies,omitempty"`
}

// Result is what the applicant is given, with its national code.
type Result struct {
	Name string `json:"name"`
	Code string `json:"code,omitempty"`
}

// Levels returns the known levels, widest first.
func Levels() []string { return []string{"ministry", "province", "district", "commune", "other"} }

// LevelName is what people call a level; an unknown one is named by its key.
func LevelName(level string) string {
	switch level {
	case "ministry":
		return "cấp bộ"
	case "province":
		return "cấp tỉnh"
	case "district":
		return "cấp huyện"
	case "commune":
		return "cấp xã"
	case "other":
		return "cơ quan khác"
	}
	return level
}

// LevelGroup is the set of levels as one key, in which every entry is exactly once: "province,commune".
func (e *Entry) LevelGroup() string { return strings.Join(e.Levels, ",") }

// Lead is the agency that an entry is counted under: the first that carries it out, else the first that decides. Names too
// long to be one are passed over.
func (e *Entry) Lead() string {
	for _, name := range slices.Concat(e.Implementing, e.Authority) {
		if len([]rune(name)) <= longestAgency {
			return name
		}
	}
	return ""
}

// Digest names the content: two entries with one digest say the same.
func (e *Entry) Digest() (string, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("digest of entry %s: %w", e.Code, err)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:16]), nil
}
