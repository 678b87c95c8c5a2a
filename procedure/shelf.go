package procedure

import (
	"cmp"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// Shelf holds the named rules that definitions refer to: reductions by decision and ladders of escalation.
type Shelf struct {
	// Calendar is what limits in days, months and clock hours are proven on; nil: ordinary weeks without public holidays.
	Calendar   *calendar.Calendar
	Reductions map[string]Reduction
	Ladders    map[string][]Rung
	// Plans are the hashes of the versions in force, by code: what merged procedures are held to.
	Plans map[string]string
	// Others are the definitions that sub-procedures may name; nil: none is known, and what depends on them is not checked.
	Others *Templates
	// Forms are the one-stop's own forms, by set of rules.
	Forms FormSets

	// worths are kept by shelves that Merge made, and by their copies; nil: every file tries its limits anew.
	worths *worths
}

// ParseShelf reads a file of named rules: `reductions:`, `ladders:` and `forms:`, each a mapping by name.
func ParseShelf(file string, data []byte) (*Shelf, Diagnostics) {
	r := &report{file: file, most: maxFindings}
	root := r.load(data)
	s := &Shelf{Reductions: map[string]Reduction{}, Ladders: map[string][]Rung{}}
	if root == nil {
		return s, r.done()
	}
	r.mapping(root, shelfTable())
	pairs(get(root, "reductions"), func(key, n *yaml.Node) {
		red := reduction(n, key.Value)
		r.reductionForm(n, red)
		r.shelfExpression(expression(n, "when"))
		s.Reductions[key.Value] = red.Value
	})
	pairs(get(root, "ladders"), func(key, n *yaml.Node) {
		rungs := []Rung{}
		for _, g := range r.rungs(n) {
			rungs = append(rungs, g.Value)
		}
		s.Ladders[key.Value] = rungs
	})
	s.Forms = r.formSets(get(root, "forms"))
	return s, r.done()
}

func pairs(n *yaml.Node, each func(key, v *yaml.Node)) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (s *Shelf) calendar() *calendar.Calendar {
	if s == nil {
		return nil
	}
	return s.Calendar
}

func (s *Shelf) others() *Templates {
	if s == nil {
		return nil
	}
	return s.Others
}

// Merge returns a shelf with the rules of both; a name on both shelves is an error.
func (s *Shelf) Merge(o *Shelf) (*Shelf, error) {
	m := &Shelf{
		Calendar: cmp.Or(s.calendar(), o.calendar()), Others: cmp.Or(s.others(), o.others()),
		Reductions: map[string]Reduction{}, Ladders: map[string][]Rung{}, worths: new(worths),
	}
	for _, from := range []*Shelf{s, o} {
		if from == nil {
			continue
		}
		for name, r := range from.Reductions {
			if _, taken := m.Reductions[name]; taken {
				return nil, fmt.Errorf("reduction %q is on the shelf twice", name)
			}
			m.Reductions[name] = r
		}
		for name, l := range from.Ladders {
			if _, taken := m.Ladders[name]; taken {
				return nil, fmt.Errorf("ladder %q is on the shelf twice", name)
			}
			m.Ladders[name] = slices.Clone(l)
		}
		for _, set := range from.Forms {
			if slices.ContainsFunc(m.Forms, func(f FormSet) bool { return f.Rules == set.Rules }) {
				return nil, fmt.Errorf("forms of %q are on the shelf twice", set.Rules)
			}
			m.Forms = append(m.Forms, set)
		}
	}
	return m, nil
}
