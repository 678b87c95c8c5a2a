package library

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Org is an organisation tree with the people who hold its positions. The one shipped is a demonstration and says so.
type Org struct {
	Motcua int `yaml:"motcua"`
	// Demo marks invented data; screens show it.
	Demo          bool           `yaml:"demo"`
	Name          string         `yaml:"name"`
	Agencies      []Agency       `yaml:"agencies"`
	Officers      []Officer      `yaml:"officers"`
	Positions     []Position     `yaml:"positions"`
	Substitutions []Substitution `yaml:"substitutions"`
	Bindings      []Binding      `yaml:"bindings"`
}

// Agency is one node of the tree; Parent is empty for the root. Calendar names the working calendar it lives by.
type Agency struct {
	ID       string `yaml:"id"`
	Parent   string `yaml:"parent"`
	Type     string `yaml:"type"`
	Name     string `yaml:"name"`
	Calendar string `yaml:"calendar"`
}

// Officer is a person who can hold positions.
type Officer struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// Position is a role in an agency: a role of steps (mot-cua, chuyen-vien, …) or a recipient of escalations
// (head_of_unit, head_of_agency, one_stop, control_office, chair). The first officer is the first choice.
type Position struct {
	Agency   string   `yaml:"agency"`
	Role     string   `yaml:"role"`
	Name     string   `yaml:"name"`
	Officers []string `yaml:"officers"`
}

// Substitution lets By act for Officer in one position, from the first day to the last, both included (YYYY-MM-DD, Vietnam).
type Substitution struct {
	Officer  string `yaml:"officer"`
	By       string `yaml:"by"`
	Agency   string `yaml:"agency"`
	Role     string `yaml:"role"`
	From     string `yaml:"from"`
	Until    string `yaml:"until"`
	Document string `yaml:"document"`
}

// Binding says with whom a lead agency works: Agencies maps the agency references of procedures to agencies, Receiving
// lists the desks that may receive for it.
type Binding struct {
	Lead      string            `yaml:"lead"`
	Receiving []string          `yaml:"receiving"`
	Agencies  map[string]string `yaml:"agencies"`
}

// ErrNotBound says that no agency of the organisation stands for a reference.
var ErrNotBound = errors.New("library: no agency stands for this reference")

// receivingRef is the reserved reference of the receiving desk.
const receivingRef = "receiving"

// Organisation returns the demonstration province, checked.
func Organisation() (*Org, error) {
	f, err := Read("organisation/demo.yaml")
	if err != nil {
		return nil, err
	}
	org := new(Org)
	if err := f.decode(org); err != nil {
		return nil, err
	}
	if err := org.check(); err != nil {
		return nil, fmt.Errorf("library: %s: %w", f.Name, err)
	}
	return org, nil
}

// Agency returns the agency with this id.
func (o *Org) Agency(id string) (Agency, bool) {
	i := slices.IndexFunc(o.Agencies, func(a Agency) bool { return a.ID == id })
	if i < 0 {
		return Agency{}, false
	}
	return o.Agencies[i], true
}

// Leads returns the agencies of a type that have a binding, in declared order: those that can lead a dossier.
func (o *Org) Leads(agencyType string) []Agency {
	var leads []Agency
	for _, b := range o.Bindings {
		if a, ok := o.Agency(b.Lead); ok && a.Type == agencyType {
			leads = append(leads, a)
		}
	}
	return leads
}

// Receiving returns the desks that may receive for a lead agency, in declared order.
func (o *Org) Receiving(lead string) []Agency {
	var desks []Agency
	for _, b := range o.Bindings {
		if b.Lead != lead {
			continue
		}
		for _, id := range b.Receiving {
			if a, ok := o.Agency(id); ok {
				desks = append(desks, a)
			}
		}
	}
	return desks
}

// Bind finds the agency of a step's reference: empty or the lead's own type is the lead, "receiving" the desk that
// received, anything else what the lead's binding says.
func (o *Org) Bind(lead, receiving, reference string) (Agency, error) {
	id := ""
	switch l, _ := o.Agency(lead); reference {
	case "", l.Type:
		id = lead
	case receivingRef:
		id = receiving
	default:
		for _, b := range o.Bindings {
			if b.Lead == lead {
				id = b.Agencies[reference]
			}
		}
	}
	a, ok := o.Agency(id)
	if !ok {
		return Agency{}, fmt.Errorf("%w: %q of lead %q", ErrNotBound, reference, lead)
	}
	return a, nil
}

// Holders returns who acts in a role of an agency on a date, substitutes in the place of those they stand for.
func (o *Org) Holders(agency, role string, on time.Time) []Officer {
	date := on.In(time.FixedZone("UTC+7", 7*3600)).Format(time.DateOnly)
	var holders []Officer
	for _, p := range o.Positions {
		if p.Agency != agency || p.Role != role {
			continue
		}
		for _, id := range p.Officers {
			for _, s := range o.Substitutions {
				if s.Officer == id && s.Agency == agency && s.Role == role && s.From <= date && date <= s.Until {
					id = s.By
				}
			}
			if f, ok := o.officer(id); ok && !slices.Contains(holders, f) {
				holders = append(holders, f)
			}
		}
	}
	return holders
}

// Superior finds who an escalation reaches: the role in the agency or else in the nearest agency above it.
func (o *Org) Superior(agency, role string, on time.Time) (Agency, []Officer) {
	for range o.Agencies {
		a, ok := o.Agency(agency)
		if !ok {
			break
		}
		if holders := o.Holders(a.ID, role, on); len(holders) > 0 {
			return a, holders
		}
		agency = a.Parent
	}
	return Agency{}, nil
}

func (o *Org) officer(id string) (Officer, bool) {
	i := slices.IndexFunc(o.Officers, func(f Officer) bool { return f.ID == id })
	if i < 0 {
		return Officer{}, false
	}
	return o.Officers[i], true
}

// check proves that the agencies are one tree and that every id that is named exists.
func (o *Org) check() error {
	return cmp.Or(o.checkTree(), o.checkPositions(), o.checkSubstitutions(), o.checkBindings())
}

func (o *Org) checkTree() error {
	roots := 0
	for i, a := range o.Agencies {
		if slices.ContainsFunc(o.Agencies[:i], func(b Agency) bool { return b.ID == a.ID }) {
			return fmt.Errorf("agency %s is declared twice", a.ID)
		}
		if a.Parent == "" {
			roots++
		}
		at, steps := a, 0
		for ; at.Parent != "" && steps <= len(o.Agencies); steps++ {
			up, ok := o.Agency(at.Parent)
			if !ok {
				return fmt.Errorf("agency %s: parent %s does not exist", at.ID, at.Parent)
			}
			at = up
		}
		if steps > len(o.Agencies) {
			return fmt.Errorf("agency %s is its own ancestor", a.ID)
		}
	}
	if roots != 1 {
		return fmt.Errorf("%d agencies without a parent, want one", roots)
	}
	return nil
}

func (o *Org) checkPositions() error {
	for _, p := range o.Positions {
		if _, ok := o.Agency(p.Agency); !ok {
			return fmt.Errorf("position %s: agency %s does not exist", p.Role, p.Agency)
		}
		if len(p.Officers) == 0 {
			return fmt.Errorf("position %s of %s is held by nobody", p.Role, p.Agency)
		}
		for _, id := range p.Officers {
			if _, ok := o.officer(id); !ok {
				return fmt.Errorf("position %s of %s: officer %s does not exist", p.Role, p.Agency, id)
			}
		}
	}
	return nil
}

func (o *Org) checkSubstitutions() error {
	for _, s := range o.Substitutions {
		_, from := time.Parse(time.DateOnly, s.From)
		_, until := time.Parse(time.DateOnly, s.Until)
		if err := errors.Join(from, until); err != nil {
			return fmt.Errorf("substitution of %s: %w", s.Officer, err)
		}
		held := slices.ContainsFunc(o.Positions, func(p Position) bool {
			return p.Agency == s.Agency && p.Role == s.Role && slices.Contains(p.Officers, s.Officer)
		})
		if _, ok := o.officer(s.By); !ok || !held || s.Until < s.From || s.Document == "" {
			return fmt.Errorf("substitution of %s by %s as %s of %s: needs a held position, an officer, dates in order and a document", s.Officer, s.By, s.Role, s.Agency)
		}
	}
	return nil
}

func (o *Org) checkBindings() error {
	for _, b := range o.Bindings {
		ids := append([]string{b.Lead}, b.Receiving...)
		for _, id := range b.Agencies {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			if _, ok := o.Agency(id); !ok {
				return fmt.Errorf("binding of %s: agency %s does not exist", b.Lead, id)
			}
		}
		if len(b.Receiving) == 0 {
			return fmt.Errorf("binding of %s has no receiving desk", b.Lead)
		}
	}
	return nil
}
