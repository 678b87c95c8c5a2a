// Package letters makes the papers that a dossier owes its applicant out of the dossier's events: as data, as text, and as a page
// to print. The same events and words always make the same letter. It is pure: no I/O, no clock, no database.
package letters

import (
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// Kinds of letters.
const (
	KindReceipt    = "receipt"
	KindSupplement = "supplement"
	KindRefusal    = "refusal"
	KindApology    = "apology"
	KindExtension  = "extension"
	KindStop       = "stop"
)

// Letter is one paper as data. Instants are legal time; both dates of a re-appointment are kept.
type Letter struct {
	// N numbers the letters of a dossier from 1, in the order of its events; Seq is the event.
	N     int    `json:"n"`
	Seq   int64  `json:"seq"`
	Event string `json:"event"`
	Kind  string `json:"kind"`
	// Number and Name are the form's in the set of rules Rules that is pinned to the dossier; empty where the set has none. Cite is
	// its ground, or that its article was not read.
	Number string    `json:"number,omitempty"`
	Name   string    `json:"name"`
	Cite   string    `json:"cite"`
	Rules  string    `json:"rules,omitempty"`
	Issued time.Time `json:"issued"`

	Dossier   string `json:"dossier"`
	Procedure string `json:"procedure"`
	Receiving string `json:"receiving"`
	Lead      string `json:"lead"`

	Received time.Time `json:"received,omitzero"`
	OldDue   time.Time `json:"old_due,omitzero"`
	NewDue   time.Time `json:"new_due,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	// Provisional: the date crosses a year whose days off are not decreed.
	Provisional bool `json:"provisional,omitempty"`
	// Add and Ground are a legal extension's: how much, by which article. Ground is also that of a stop or a refusal.
	Add    string   `json:"add,omitempty"`
	Ground string   `json:"ground,omitempty"`
	Papers []string `json:"papers,omitempty"`
	// Expires is the applicant's last instant to answer.
	Expires time.Time `json:"expires,omitzero"`
	// Reason is what the signer wrote, or the standing decision says; Withheld: who reads may not see it.
	Reason   string `json:"reason,omitempty"`
	Withheld bool   `json:"withheld,omitempty"`
	Signer   string `json:"signer,omitempty"`
	Document string `json:"document,omitempty"`
	// Decision is the standing decision under which the letter was issued without a signature of its own.
	Decision string `json:"decision,omitempty"`

	Applicant string `json:"applicant,omitempty"`
	words     Words
}

// Words are what a letter says beyond the events: names for codes, and what people wrote, by act. What is missing is not guessed.
type Words struct {
	Procedure, Receiving, Lead string
	Applicant                  string
	// Papers are the names of papers by id, Reasons the reasons by act.
	Papers  map[string]string
	Reasons map[string]string
	// Withheld: reasons and applicant are not for who reads.
	Withheld bool
}

// Of lists the letters that a dossier's events issue, in order.
func Of(events []dossier.Event, forms procedure.FormSets, w Words) (out []Letter) {
	base := Letter{words: w, Applicant: w.Applicant}
	for i := range events {
		e := &events[i]
		switch b := e.Body.(type) {
		case dossier.Submitted:
			base.Dossier, base.Procedure, base.Receiving, base.Lead = b.Intake.Code, b.Procedure, b.Intake.Receiving, b.Intake.Lead
		case dossier.Accepted:
			base.Rules, base.Received = b.Rules, b.Received
		}
		l := base
		if !l.fill(e) {
			continue
		}
		l.N, l.Seq, l.Event, l.Issued = len(out)+1, e.Seq, e.Body.Kind(), e.At
		l.formed(forms, e.At)
		if r := w.Reasons[e.Act]; l.Reason == "" && r != "" {
			l.Reason = r
		}
		if l.Withheld = w.Withheld && l.Decision == "" && l.Kind != KindReceipt; l.Withheld {
			l.Reason = ""
		}
		out = append(out, l)
	}
	return out
}

// fill takes what the event says; false: it issues no letter.
func (l *Letter) fill(e *dossier.Event) bool {
	switch b := e.Body.(type) {
	case dossier.Accepted:
		l.Kind, l.Due, l.Provisional = KindReceipt, b.Due, b.Provisional
	case dossier.SupplementRequested:
		l.Kind, l.Papers, l.Expires, l.Ground = KindSupplement, b.Papers, b.Expires, b.Ground
	case dossier.IntakeRefused:
		l.Kind, l.Ground = KindRefusal, b.Ground
	case dossier.Reappointed:
		l.Kind, l.OldDue, l.NewDue = KindApology, b.OldDue, b.NewDue
		l.Signer, l.Document, l.Decision, l.Reason = b.Signer, b.Document, b.Decision, b.Reason
	case dossier.Extended:
		l.Kind, l.Due, l.Add, l.Ground = KindExtension, b.Due, b.Add.Vietnamese(), b.Ground
	case dossier.Stopped:
		l.Kind, l.Ground = KindStop, b.Ground
	default:
		return false
	}
	return true
}

// formed names the form of the pinned set, or of the day where nothing is pinned yet. An extension has no form of the one-stop's: it
// cites the law that grants it.
func (l *Letter) formed(forms procedure.FormSets, at time.Time) {
	if l.Kind == KindExtension {
		l.Name, l.Cite = "Thông báo gia hạn thời hạn giải quyết", l.Ground
		return
	}
	set, ok := forms.Of(l.Rules, at)
	if !ok {
		l.Name, l.Cite = fallback(l.Kind), procedure.Unread
		return
	}
	if l.Rules == "" {
		l.Rules = set.Rules
	}
	f, ok := set.Form(l.Kind)
	if !ok {
		l.Name, l.Cite = fallback(l.Kind), fmt.Sprintf("%s không có mẫu cho việc này", set.Circular)
		return
	}
	l.Number, l.Name, l.Cite = f.Number, f.Name, set.Cite(f)
}

// fallback is what a letter is called where no set has a form for it.
func fallback(kind string) string {
	return map[string]string{
		KindReceipt: "Giấy tiếp nhận hồ sơ", KindSupplement: "Yêu cầu bổ sung hồ sơ", KindRefusal: "Thông báo từ chối tiếp nhận",
		KindApology: "Xin lỗi và hẹn lại ngày trả kết quả", KindStop: "Thông báo dừng giải quyết hồ sơ",
	}[kind]
}

func clock(t time.Time) string {
	return t.In(calendar.Zone()).Format("15:04 ngày 02/01/2006")
}

func day(t time.Time) string {
	t = t.In(calendar.Zone())
	return fmt.Sprintf("ngày %02d tháng %02d năm %d", t.Day(), t.Month(), t.Year())
}
