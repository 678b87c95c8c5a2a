package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is what one plan says differently from another: as data, and each change in plain Vietnamese.
type Difference struct {
	Code string `json:"code"`
	// From and To are the hashes.
	From string `json:"from"`
	To   string `json:"to"`
	// Same: the two are one content.
	Same    bool     `json:"same"`
	Changes []Change `json:"changes"`
}

// What happened to a thing.
const (
	ChangeAdded   = "added"
	ChangeRemoved = "removed"
	ChangeChanged = "changed"
	ChangeMoved   = "moved" // another place in the order
)

// Change is one difference.
type Change struct {
	// Part is what is different: header, limit, step, document, fee, result, …
	Part string `json:"part"`
	// ID names the thing within its part; empty for what there is one of.
	ID   string `json:"id,omitempty"`
	What string `json:"what"`
	// Field, Old and New of a change, as people read them.
	Field string `json:"field,omitempty"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
	Text  string `json:"text"`
}

// String tells all changes, one a line.
func (d Difference) String() string {
	if d.Same {
		return "Hai phiên bản có cùng nội dung.\n"
	}
	var b strings.Builder
	for _, c := range d.Changes {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// Diff tells what b says differently from a. Nothing that differs is left out: two plans of different content have a change.
func Diff(a, b *Plan) Difference {
	d := Difference{Code: b.Code, From: a.Hash, To: b.Hash, Same: a.Hash == b.Hash, Changes: []Change{}}
	if d.Same {
		return d
	}
	from, to := facets(a), facets(b)
	for i := range to {
		d.Changes = append(d.Changes, compareFacets(&from[i], &to[i])...)
	}
	return d
}

// facet is one part of a plan as a list of things; noun is what one of them is called.
type facet struct {
	part, noun string
	// single: there is one thing of it, which needs no name.
	single  bool
	ordered bool
	things  []thing
}

// thing is one entry of a facet with what there is to say of it.
type thing struct {
	id, name string
	says     []saying
}

// saying is a field with its value as people read it; empty: nothing is said.
type saying struct{ field, label, value string }

func (f *facet) find(id string) *thing {
	i := slices.IndexFunc(f.things, func(t thing) bool { return t.id == id })
	if i < 0 {
		return nil
	}
	return &f.things[i]
}

// called is a thing in a sentence.
func (f *facet) called(t *thing) string {
	switch {
	case f.single:
		return f.noun
	case t.name != "" && t.name != t.id:
		return fmt.Sprintf("%s “%s” (%s)", f.noun, t.name, t.id)
	}
	return fmt.Sprintf("%s %s", f.noun, t.id)
}

func compareFacets(a, b *facet) (out []Change) {
	for i := range a.things {
		t := &a.things[i]
		if b.find(t.id) == nil {
			out = append(out, Change{Part: a.part, ID: t.id, What: ChangeRemoved, Old: t.summary(), Text: "Bỏ " + a.called(t) + "."})
		}
	}
	for i := range b.things {
		t := &b.things[i]
		old := a.find(t.id)
		if old == nil {
			text := "Thêm " + b.called(t)
			if s := t.summary(); s != "" {
				text += ": " + s
			}
			out = append(out, Change{Part: b.part, ID: t.id, What: ChangeAdded, New: t.summary(), Text: text + "."})
			continue
		}
		out = append(out, compareThings(b, old, t)...)
	}
	if b.ordered {
		out = append(out, moved(a, b)...)
	}
	return out
}

// summary is everything that there is to say of a thing.
func (t *thing) summary() string {
	var parts []string
	for _, s := range t.says {
		if s.value != "" {
			parts = append(parts, strings.TrimSpace(s.label+" "+s.value))
		}
	}
	return strings.Join(parts, "; ")
}

func compareThings(f *facet, a, b *thing) (out []Change) {
	if a.name != b.name {
		out = append(out, f.changed(b, saying{"name", "tên", b.name}, a.name))
	}
	for i, s := range b.says {
		if old := a.says[i].value; old != s.value {
			out = append(out, f.changed(b, s, old))
		}
	}
	return out
}

func (f *facet) changed(t *thing, s saying, old string) Change {
	c := Change{Part: f.part, What: ChangeChanged, Field: s.field, Old: old, New: s.value}
	if !f.single {
		c.ID = t.id
	}
	who := upperFirst(f.called(t))
	if f.single && f.part == s.field {
		who = upperFirst(f.noun)
	} else {
		who = strings.TrimSpace(who + ": " + s.label)
	}
	switch {
	case old == "":
		c.Text = fmt.Sprintf("%s nay là %s.", who, s.value)
	case s.value == "":
		c.Text = fmt.Sprintf("%s không còn (trước là %s).", who, old)
	default:
		c.Text = fmt.Sprintf("%s từ %s thành %s.", who, old, s.value)
	}
	return c
}

// moved tells which things stand elsewhere among those that both have: all but the longest run that kept its order.
func moved(a, b *facet) (out []Change) {
	var at []int
	var kept []*thing
	for i := range b.things {
		if k := slices.IndexFunc(a.things, func(t thing) bool { return t.id == b.things[i].id }); k >= 0 {
			at, kept = append(at, k), append(kept, &b.things[i])
		}
	}
	stays := longestRise(at)
	for i, t := range kept {
		if !stays[i] {
			out = append(out, Change{Part: b.part, ID: t.id, What: ChangeMoved, Text: upperFirst(b.called(t)) + " đổi chỗ trong thứ tự."})
		}
	}
	return out
}

// longestRise marks a longest subsequence of rising numbers.
func longestRise(at []int) []bool {
	length, before := make([]int, len(at)), make([]int, len(at))
	best := -1
	for i := range at {
		length[i], before[i] = 1, -1
		for k := range i {
			if at[k] < at[i] && length[k]+1 > length[i] {
				length[i], before[i] = length[k]+1, k
			}
		}
		if best < 0 || length[i] > length[best] {
			best = i
		}
	}
	out := make([]bool, len(at))
	for i := best; i >= 0; i = before[i] {
		out[i] = true
	}
	return out
}
