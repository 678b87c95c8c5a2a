package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What became of a line in an import.
const (
	New       = "new"       // the first entry of its code
	Changed   = "changed"   // it says something else: a new revision
	Unchanged = "unchanged" // nothing to do
	Reread    = "reread"    // the same line, understood differently by a newer program
	Repeated  = "repeated"  // an earlier line of the file says the same
	Refused   = "refused"   // no entry; kept verbatim with the import
)

// Report is what an import did. Every line of the file is counted once:
// Lines = Blank + New + Changed + Unchanged + Reread + Repeated + Refused.
type Report struct {
	// Import names the import.
	Import string `json:"import"`
	File   string `json:"file,omitempty"`
	// SHA256 names the file's content.
	SHA256 string    `json:"sha256"`
	At     time.Time `json:"at,omitzero"`
	// Full: the file claims to hold everything, so what it does not hold is Absent.
	Full bool `json:"full"`

	Lines     int `json:"lines"`
	Blank     int `json:"blank"`
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Reread    int `json:"reread"`
	Repeated  int `json:"repeated"`
	Refused   int `json:"refused"`

	Changes  []Revised     `json:"changes,omitempty"`
	Repeats  []Repeat      `json:"repeats,omitempty"`
	Refusals []RefusedLine `json:"refusals,omitempty"`
	Rules    []RuleCount   `json:"rules,omitempty"`
	// Absent are the codes that a full file does not hold any more; they stay in the catalogue.
	Absent []string `json:"absent,omitempty"`
}

// Revised is an entry that says something else than before.
type Revised struct {
	Code     string   `json:"code"`
	Line     int      `json:"line"`
	Revision int      `json:"revision"`
	Changes  []Change `json:"changes"`
}

// Repeat is a line that says what an earlier one said.
type Repeat struct {
	Code  string `json:"code"`
	Line  int    `json:"line"`
	First int    `json:"first"`
}

// RefusedLine is a line of which no entry could be made.
type RefusedLine struct {
	Line int `json:"line"`
	Refusal
}

// RuleCount is how often and where a rule was found.
type RuleCount struct {
	Rule
	// Count counts the values.
	Count int `json:"count"`
	// Lines are the numbers of the lines, each once.
	Lines []int `json:"lines"`
}

// CountRules counts the findings of the lines, open ones first.
func CountRules(lines []Line) []RuleCount {
	byRule := map[string]*RuleCount{}
	for i := range lines {
		for _, f := range lines[i].Findings {
			c := byRule[f.Rule]
			if c == nil {
				r, _ := RuleByID(f.Rule)
				c = &RuleCount{Rule: r}
				byRule[f.Rule] = c
			}
			c.Count++
			if n := len(c.Lines); n == 0 || c.Lines[n-1] != lines[i].Number {
				c.Lines = append(c.Lines, lines[i].Number)
			}
		}
	}
	var out []RuleCount
	for _, c := range byRule {
		out = append(out, *c)
	}
	order := []Class{Unread, Doubtful, Missing, Corrected}
	slices.SortFunc(out, func(a, b RuleCount) int {
		return cmp.Or(slices.Index(order, a.Class)-slices.Index(order, b.Class), b.Count-a.Count, cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Once takes the repeats out of a file: the first line of a code stands; a later one that says the same is a repeat, one that
// says something else is refused, for no program can know which of them holds.
func (l *Lines) Once() (first []Line, repeats []Repeat, refused []Line, err error) {
	seen := map[string]*Line{}
	for i := range l.Lines {
		line := &l.Lines[i]
		if line.Refusal != nil {
			refused = append(refused, *line)
			continue
		}
		earlier := seen[line.Entry.Code]
		if earlier == nil {
			seen[line.Entry.Code] = line
			first = append(first, *line)
			continue
		}
		a, err := earlier.Entry.Digest()
		if err != nil {
			return nil, nil, nil, err
		}
		b, err := line.Entry.Digest()
		if err != nil {
			return nil, nil, nil, err
		}
		if a == b {
			repeats = append(repeats, Repeat{line.Entry.Code, line.Number, earlier.Number})
			continue
		}
		r := *line
		r.Refusal = repeatedCode(line.Entry, earlier)
		refused = append(refused, r)
	}
	return first, repeats, refused, nil
}

// repeatedCode says in what a line differs from the earlier one of its code.
func repeatedCode(e *Entry, earlier *Line) *Refusal {
	var paths []string
	for _, c := range Diff(earlier.Entry, e) {
		if !slices.Contains(paths, c.Path) {
			paths = append(paths, c.Path)
		}
	}
	return &Refusal{Reason: "repeated-code", Column: 1,
		Detail: fmt.Sprintf("mã %s đã ở dòng %d với nội dung khác (%s)", e.Code, earlier.Number, strings.Join(paths, ", "))}
}
