package office

import (
	"cmp"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/letters"
	"motcua/procedure"
)

// Form is one of the one-stop's own forms as a receipt or a letter prints it.
type Form struct {
	// Number is empty where the set in force has no such form.
	Number string `json:"number,omitempty"`
	Name   string `json:"name,omitempty"`
	// Cite names form, circular and decree; an article that was not read says so.
	Cite string `json:"cite"`
}

// Letter is a form that an event of a dossier issues to the applicant.
type Letter struct {
	// N is its number among the letters of the dossier.
	N     int    `json:"n"`
	Seq   int64  `json:"seq"`
	Event string `json:"event"`
	Form  Form   `json:"form"`
}

// ReceivedPaper is a paper on the receipt, with the form that it has for dossiers accepted on that day.
type ReceivedPaper struct {
	Document  string `json:"document"`
	Name      string `json:"name"`
	Form      string `json:"form,omitempty"`
	Originals int    `json:"originals,omitempty"`
	Copies    int    `json:"copies,omitempty"`
}

// form is a form of the set pinned to a dossier, or of the day where nothing is pinned yet; nil without any set.
func (o *Office) form(id, rules string, at time.Time) *Form {
	set, ok := o.Forms.Of(rules, at)
	if !ok {
		return nil
	}
	f, ok := set.Form(id)
	if !ok {
		return &Form{Cite: fmt.Sprintf("%s không có mẫu cho việc này", set.Circular)}
	}
	return &Form{Number: f.Number, Name: f.Name, Cite: set.Cite(f)}
}

// letters lists the forms that a dossier's events issued.
func (o *Office) letters(events []dossier.Event) (out []Letter) {
	for _, l := range letters.Of(events, o.Forms, letters.Words{}) {
		out = append(out, Letter{N: l.N, Seq: l.Seq, Event: l.Event, Form: Form{Number: l.Number, Name: l.Name, Cite: l.Cite}})
	}
	return out
}

// receivedPapers are the papers as the receipt lists them.
func receivedPapers(plan *procedure.Plan, papers []Paper, accepted time.Time) (out []ReceivedPaper) {
	for _, p := range papers {
		r := ReceivedPaper{Document: p.Document, Name: p.Name, Form: plan.FormOf(p.Document, accepted), Originals: p.Originals, Copies: p.Copies}
		for _, d := range plan.Documents {
			if d.ID == p.Document {
				r.Name = cmp.Or(p.Name, d.Name)
			}
		}
		out = append(out, r)
	}
	return out
}

// paperText names a paper with its form for dossiers accepted at an instant.
func paperText(d procedure.Document, accepted time.Time) string {
	plan := procedure.Plan{Documents: []procedure.Document{d}}
	if form := plan.FormOf(d.ID, accepted); form != "" {
		return d.Name + " (mẫu " + form + ")"
	}
	return d.Name
}
