package mission

import (
	"fmt"
	"slices"

	"motcua/procedure"
)

// Plan is a plan (kế hoạch) or a list (danh mục) of mission models: numbered places, named where the name is known and empty
// where it is not. Two plans are never counted as one, whatever their names have in common.
type Plan struct {
	Code string `json:"code"`
	Name string `json:"name"`
	// Origin is the confidence in the list as a whole: official, inferred or sample.
	Origin   string                 `json:"origin"`
	Decision *procedure.Publication `json:"decision,omitempty"`
	Note     string                 `json:"note,omitempty"`
	Sources  []procedure.FactSource `json:"sources,omitempty"`
	Slots    []Slot                 `json:"slots"`
}

// Slot is one numbered place of a plan. Without a name it is empty, to be filled by whoever holds the plan.
type Slot struct {
	No   int    `json:"no"`
	Name string `json:"name,omitempty"`
	// Lead and Due are what was seen written there, for people; the machine reads the model's own.
	Lead       string `json:"lead,omitempty"`
	Due        string `json:"due,omitempty"`
	Source     string `json:"source,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// Slot returns the place with this number.
func (p *Plan) Slot(no int) (Slot, bool) {
	i := slices.IndexFunc(p.Slots, func(s Slot) bool { return s.No == no })
	if i < 0 {
		return Slot{}, false
	}
	return p.Slots[i], true
}

// Named counts the places whose name is known.
func (p *Plan) Named() (n int) {
	for _, s := range p.Slots {
		if s.Name != "" {
			n++
		}
	}
	return n
}

// Hash names the plan by its content.
func (p *Plan) Hash() string {
	sum, err := contentHash(p)
	if err != nil {
		panic(fmt.Sprintf("hash of plan %s: %v", p.Code, err)) // texts and numbers only
	}
	return sum
}

// ParsePlan reads a plan file and says everything that is wrong with it. The plan is nil where there is an error.
func ParsePlan(file string, data []byte) (*Plan, procedure.Diagnostics) {
	s, ok := procedure.ReadSheet(file, data, planTable())
	if !ok {
		return nil, s.Findings()
	}
	p := parser{s}
	b := s.Root()
	plan := &Plan{
		Code: b.Text("code").Value, Name: b.Text("name").Value, Origin: b.Text("origin").Value, Decision: b.Published("decision"),
		Note: b.Text("note").Value, Sources: b.Sources("sources"),
	}
	if plan.Origin == "" {
		plan.Origin = "sample"
	}
	sourced := slices.ContainsFunc(plan.Sources, func(f procedure.FactSource) bool { return f.Path == "models" })
	for i, m := range b.Blocks("models") {
		no := m.Int("no")
		slot := Slot{No: no.Value, Name: m.Text("name").Value, Lead: m.Text("lead").Value, Due: m.Text("due").Value,
			Source: m.Text("source").Value, Confidence: m.Text("confidence").Value}
		if no.Set() && no.Value != i+1 {
			p.bad(no.Pos, "bad-slot", fmt.Sprintf("ô thứ %d mang số %d", i+1, no.Value), "đánh số liên tục từ 1, theo thứ tự")
		}
		if slot.Name != "" && slot.Source == "" && !sourced {
			p.bad(m.Place("name"), "unsourced-slot", fmt.Sprintf("ô %d có tên mà không nói lấy từ đâu", slot.No), "thêm source, hoặc sources: {models: {source: …}}")
		}
		plan.Slots = append(plan.Slots, slot)
	}
	found := s.Findings()
	if found.HasErrors() {
		return nil, found
	}
	return plan, found
}

// IsPlan says that a file is a plan rather than a model, as far as it says itself.
func IsPlan(data []byte) bool { return procedure.FileKind(data) == kindPlan }
