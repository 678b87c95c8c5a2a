package simulate

import (
	"fmt"
	"slices"
	"strings"

	"motcua/dossier"
	"motcua/procedure"
)

// Coverage says which steps of a plan scenarios reached and which ways out of them they took. An outcome is written
// "step:outcome"; a step is reached when it was opened, an outcome taken when the step was completed with it.
type Coverage struct {
	Steps    Covered `json:"steps"`
	Outcomes Covered `json:"outcomes"`
}

// Covered is a share of all, and what is missing in the order of the plan.
type Covered struct {
	Reached int      `json:"reached"`
	All     int      `json:"all"`
	Missing []string `json:"missing,omitempty"`
}

func newCoverage(x *procedure.Executable) Coverage {
	var c Coverage
	for i := range x.Steps {
		s := &x.Steps[i]
		c.Steps.Missing = append(c.Steps.Missing, s.ID)
		for _, o := range s.Outcomes {
			c.Outcomes.Missing = append(c.Outcomes.Missing, s.ID+":"+o.Name)
		}
	}
	c.Steps.All, c.Outcomes.All = len(c.Steps.Missing), len(c.Outcomes.Missing)
	return c
}

// add takes over what one dossier passed through.
func (c *Coverage) add(s *dossier.State) {
	for i := range s.Visits {
		v := &s.Visits[i]
		c.Steps.reach(v.Step)
		c.Outcomes.reach(v.Step + ":" + v.Outcome)
	}
}

func (c *Covered) reach(name string) {
	if i := slices.Index(c.Missing, name); i >= 0 {
		c.Missing = slices.Delete(c.Missing, i, i+1)
		c.Reached++
	}
}

// Plus is the sum of two coverages, without what is missing: a total over several plans.
func (c Coverage) Plus(o Coverage) Coverage {
	return Coverage{
		Steps:    Covered{Reached: c.Steps.Reached + o.Steps.Reached, All: c.Steps.All + o.Steps.All},
		Outcomes: Covered{Reached: c.Outcomes.Reached + o.Outcomes.Reached, All: c.Outcomes.All + o.Outcomes.All},
	}
}

// String is one line for people: how much, and what is missing.
func (c Coverage) String() string {
	s := fmt.Sprintf("bước %d/%d, lối ra %d/%d", c.Steps.Reached, c.Steps.All, c.Outcomes.Reached, c.Outcomes.All)
	missing := slices.Clone(c.Steps.Missing)
	for _, o := range c.Outcomes.Missing { // the ways out of a step that was not reached need no words of their own
		if step, _, _ := strings.Cut(o, ":"); !slices.Contains(c.Steps.Missing, step) {
			missing = append(missing, o)
		}
	}
	if len(missing) > 0 {
		s += "; chưa qua: " + strings.Join(missing, ", ")
	}
	return s
}
