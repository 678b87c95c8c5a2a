package catalogue

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Change is one thing that two publications of a procedure say differently. From is empty for what is new, To for what is gone.
type Change struct {
	// Path is what changed: "name", "channels.online.limit", "papers".
	Path string `json:"path"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// fact is one thing that a publication says.
type fact struct{ path, text string }

// facts lists what an entry says, one thing each, so that the order of papers and grounds does not matter.
func (e *Entry) facts() []fact {
	var out []fact
	add := func(path string, texts ...string) {
		for _, t := range texts {
			if t != "" {
				out = append(out, fact{path, t})
			}
		}
	}
	add("name", e.Name)
	add("decision", e.Decision)
	add("levels", e.Levels...)
	add("kind", e.Kind)
	add("field", e.Field)
	add("ministry", e.Ministry)
	add("subjects", e.Subjects...)
	add("authority", e.Authority...)
	add("implementing", e.Implementing...)
	add("cooperating", e.Cooperating...)
	for _, c := range e.Channels {
		at := "channels." + c.Channel
		add(at+".limit", cmp.Or(c.Limit.String(), c.LimitText))
		add(at+".fee", c.Fee.String())
		add(at+".words", c.Words)
	}
	for _, p := range e.Papers {
		add("papers", p.String())
	}
	add("legal_basis", e.LegalBasis...)
	for _, r := range e.Results {
		add("results", strings.TrimSpace(r.Code+" "+r.Name))
	}
	for _, path := range slices.Sorted(maps.Keys(e.Extra)) {
		add("extra"+path, e.Extra[path])
	}
	return out
}

// Diff lists what the second entry says differently. Two entries that say the same in another order differ by one change of
// path "order".
func Diff(before, after *Entry) []Change {
	gone, come := before.facts(), after.facts()
	gone, come = without(gone, come), without(come, gone)
	var out []Change
	for _, f := range gone {
		c := Change{Path: f.path, From: f.text}
		// What left and what came under one name is one change.
		if i := slices.IndexFunc(come, func(n fact) bool { return n.path == f.path }); i >= 0 {
			c.To = come[i].text
			come = slices.Delete(come, i, i+1)
		}
		out = append(out, c)
	}
	for _, f := range come {
		out = append(out, Change{Path: f.path, To: f.text})
	}
	if len(out) == 0 {
		if a, err := before.Digest(); err == nil {
			if b, err := after.Digest(); err == nil && a != b {
				out = append(out, Change{Path: "order"})
			}
		}
	}
	return out
}

// without is the list less the other, each fact as often as it is there.
func without(list, other []fact) []fact {
	left := map[fact]int{}
	for _, f := range other {
		left[f]++
	}
	var out []fact
	for _, f := range list {
		if left[f] > 0 {
			left[f]--
			continue
		}
		out = append(out, f)
	}
	return out
}

// String writes a fee for people.
func (f Fee) String() string {
	switch f.Kind {
	case FeeAmount:
		s := grouped(f.Amount, ".") + " " + f.Currency
		if f.Currency == "VND" {
			s = grouped(f.Amount, ".") + " đồng"
		}
		if f.Per != "" {
			s += "/" + f.Per
		}
		if f.Reduced != nil {
			s += "; " + grouped(f.Reduced.Amount, ".") + " đồng từ " + f.Reduced.From + " đến hết " + f.Reduced.Until
		}
		return s
	case FeeFree:
		return "miễn phí"
	case FeeRuled:
		return "theo văn bản khác: " + f.Note
	case FeeUnknown:
		return "chưa hiểu: " + f.Text
	}
	return ""
}

// String writes a paper with its numbers.
func (p Paper) String() string {
	return p.Name + " (" + strconv.Itoa(p.Originals) + " bản chính, " + strconv.Itoa(p.Copies) + " bản sao)"
}
