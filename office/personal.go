package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"motcua/models"
	"motcua/procedure"
)

// Personal data is the applicant and whatever people wrote freely: comments, names of files, names of papers. It is shown to
// those who may read it; to others free text is withheld, except their own words. What enters a workflow, and from there the
// timeline that everybody in scope reads, is codes and references, and is held to be nothing else here.

// readsPersons says whether a principal may read personal data of dossiers in its scope.
func readsPersons(p Principal) bool { return allow(p, DoReadPerson) == nil }

// readsWords says whether a principal may read what an author wrote freely.
func readsWords(p Principal, author string) bool {
	return readsPersons(p) || author != "" && author == p.Officer
}

// namelessPapers are papers without what the applicant wrote about them: those of the plan under the plan's own names.
func namelessPapers(plan *procedure.Plan, papers []models.Paper) []models.Paper {
	out := make([]models.Paper, 0, len(papers))
	for _, p := range papers {
		i := slices.IndexFunc(plan.Documents, func(d procedure.Document) bool { return d.ID == p.Document })
		if p.Document, p.Name = "", ""; i >= 0 {
			p.Document, p.Name = plan.Documents[i].ID, plan.Documents[i].Name
		}
		out = append(out, p)
	}
	return out
}

// maxReference is how long a reference (a ground, a document's number, a signer) may be, in characters.
const maxReference = 300

// references checks everything of an act that travels with it and stands in the timeline: names of papers and results are
// those of the plan, and references are short and do not name the applicant. What must be said of persons goes into the
// reason, which stays in the database.
func (o *Office) references(ctx context.Context, p Principal, row models.DossierRow, b ActBody) error {
	var errs []FieldError
	if len(b.Papers)+len(b.Results) > 0 {
		plan, err := o.desk.Plan(ctx, row.View.Plan)
		if err != nil {
			return err
		}
		errs = append(errs, unknownNames(plan, b)...)
	}
	texts := map[string]string{"/ground": b.Ground, "/document": b.Document, "/approval": b.Approval, "/payment": b.Payment}
	var a models.Applicant
	// Who may not read the applicant must not learn either whether a guess hits.
	if readsPersons(p) && b.Ground+b.Document+b.Approval+b.Payment != "" {
		var err error
		if a, err = o.Store.Applicant(ctx, row.View.Code); err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	for _, at := range []string{"/ground", "/document", "/approval", "/payment"} {
		errs = append(errs, reference(at, texts[at], a)...)
	}
	if len(errs) > 0 {
		return invalid(errs...)
	}
	return nil
}

func unknownNames(plan *procedure.Plan, b ActBody) (errs []FieldError) {
	for i, id := range b.Papers {
		if !slices.ContainsFunc(plan.Documents, func(d procedure.Document) bool { return d.ID == id }) {
			errs = append(errs, FieldError{fmt.Sprintf("/papers/%d", i), "Không có trong thành phần hồ sơ của thủ tục; hãy dùng mã giấy tờ, phần giải thích ghi ở lý do."})
		}
	}
	for i, id := range b.Results {
		if !slices.ContainsFunc(plan.Results, func(r procedure.Result) bool { return r.ID == id }) {
			errs = append(errs, FieldError{fmt.Sprintf("/results/%d", i), "Không phải kết quả của thủ tục này; hãy dùng mã kết quả."})
		}
	}
	return errs
}

func reference(at, text string, a models.Applicant) []FieldError {
	switch {
	case utf8.RuneCountInString(text) > maxReference:
		return []FieldError{{at, fmt.Sprintf("Mục này tối đa %d ký tự; phần giải thích ghi ở lý do.", maxReference)}}
	case mentions(a, text):
		return []FieldError{{at, "Mục này hiện trong diễn biến cho mọi bên theo dõi hồ sơ nên không được ghi họ tên, số giấy tờ, điện thoại, thư điện tử của người nộp; hãy ghi ở lý do."}}
	}
	return nil
}

// shortestMark: a number of fewer characters stands in other numbers by chance.
const shortestMark = 6

// mentions says whether a text names an applicant: by number, phone or e-mail, or by a full name of at least two words.
func mentions(a models.Applicant, text string) bool {
	text = " " + words(text) + " "
	contains := func(mark string) bool { return strings.Contains(text, " "+mark+" ") }
	if name := words(a.Name); strings.Contains(name, " ") && contains(name) {
		return true
	}
	return slices.ContainsFunc([]string{a.IDNo, a.Phone, a.Email}, func(s string) bool { return len(s) >= shortestMark && contains(words(s)) })
}

// words is a text in its searched form, with single spaces for whatever separates words.
func words(text string) string {
	return models.Fold(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" .,;:()/\"'-_@", r) })...)
}
