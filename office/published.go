package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"motcua/catalogue"
	"motcua/models"
)

// CatalogueFile is a file of published procedures, one JSON object a line.
type CatalogueFile struct {
	// Name is what the file is called, for the record.
	Name string
	Body io.Reader
	// Full: the file claims to hold every procedure, so that what it does not hold is reported as absent.
	Full bool
}

// ImportCatalogue takes a file into the catalogue and says what became of every line. A repeated key with the same file answers
// with the first report; the same file under a new key finds nothing to change and says so. Nothing is ever deleted.
func (o *Office) ImportCatalogue(ctx context.Context, p Principal, f CatalogueFile, key string) (catalogue.Report, error) {
	if err := allow(p, DoCatalogue); err != nil {
		return catalogue.Report{}, err
	}
	h := sha256.New()
	lines, err := catalogue.Read(io.TeeReader(f.Body, h))
	if err != nil {
		return catalogue.Report{}, err
	}
	if len(lines.Lines) == 0 {
		return catalogue.Report{}, invalid(FieldError{"", "Tệp không có dòng nào."})
	}
	first, repeats, refused, err := lines.Once()
	if err != nil {
		return catalogue.Report{}, err
	}
	r := catalogue.Report{
		Import: actID(p.ID, key), File: printable(f.Name), SHA256: hex.EncodeToString(h.Sum(nil)), At: o.Legal(), Full: f.Full,
		Lines: lines.Total, Blank: lines.Blank, Repeated: len(repeats), Repeats: repeats, Refused: len(refused), Rules: catalogue.CountRules(lines.Lines),
	}
	for _, l := range refused {
		r.Refusals = append(r.Refusals, catalogue.RefusedLine{Line: l.Number, Refusal: *l.Refusal})
	}
	report, err := o.Store.ImportCatalogue(ctx, models.CatalogueImport{Report: r, By: p.Officer, Lines: first, Refused: refused})
	if errors.Is(err, models.ErrConflict) {
		return report, keyReused()
	}
	return report, err
}

// printable bounds a name that somebody else chose.
func printable(name string) string {
	const most = 255
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name))
	return string(runes[:min(len(runes), most)])
}

// CatalogueReport returns what an import did.
func (o *Office) CatalogueReport(ctx context.Context, p Principal, id string) (catalogue.Report, error) {
	if err := allow(p, DoCatalogue); err != nil {
		return catalogue.Report{}, err
	}
	r, err := o.Store.CatalogueReport(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return r, unknownImport(id)
	}
	return r, err
}

// CatalogueRefused returns the lines that an import refused, verbatim, to be put right and imported again.
func (o *Office) CatalogueRefused(ctx context.Context, p Principal, id string) ([]byte, error) {
	if err := allow(p, DoCatalogue); err != nil {
		return nil, err
	}
	lines, err := o.Store.CatalogueRefused(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil, unknownImport(id)
	}
	return lines, err
}

func unknownImport(id string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "import_unknown", Title: "Không tìm thấy lượt nhập", Detail: fmt.Sprintf("Không có lượt nhập %q.", id)}
}

// CataloguePart is a part of the catalogue; empty fields do not restrict. Keys are those of the lines; "none" finds what has no
// such value.
type CataloguePart struct {
	Text, Field, Agency, Ministry string
	// Level is one level among others, Levels exactly these: "province,commune".
	Level, Levels string
	// Rule is a finding that the entry has.
	Rule string
}

// CatalogueFilter narrows a part by what this installation has of its entries.
type CatalogueFilter struct {
	CataloguePart
	Published, Electronic, Outdated, Absent *bool
	// Internal is the confidence in the internal process: official, inferred, sample, none.
	Internal string
	Limit    int
	Cursor   string
}

// catalogueRows is the filter as the store takes it. Dossiers are counted in the scope of who asks; who may read none, counts none.
func (o *Office) catalogueRows(p Principal, f CatalogueFilter) (models.CatalogueFilter, error) {
	out := models.CatalogueFilter{
		Text: f.Text, Field: f.Field, Agency: f.Agency, Ministry: f.Ministry, Level: f.Level, LevelGroup: f.Levels, Rule: f.Rule,
		Published: f.Published, Electronic: f.Electronic, Outdated: f.Outdated, Absent: f.Absent, Internal: f.Internal,
		At: o.Legal(), Limit: f.Limit, Cursor: f.Cursor,
	}
	switch err := allow(p, DoRead); {
	case err == nil:
		out.Scope = p.scope()
	case f.Outdated != nil:
		return out, err
	}
	return out, nil
}

// CatalogueLine is an entry in a list, with its line of the coverage ledger.
type CatalogueLine struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Decision  string   `json:"decision,omitempty"`
	Field     string   `json:"field"`
	FieldKey  string   `json:"field_key"`
	Levels    []string `json:"levels"`
	Ministry  string   `json:"ministry"`
	Agency    string   `json:"agency"`
	AgencyKey string   `json:"agency_key"`
	Revision  int      `json:"revision"`
	// Rules are the findings of its reading.
	Rules []string `json:"rules"`
	Coverage
	AbsentSince time.Time `json:"absent_since,omitzero"`
}

// Coverage is what an installation has of a published procedure.
type Coverage struct {
	// Published: a version is in force here. Electronic: a version is published, in force or still to come.
	Published  bool `json:"published"`
	Electronic bool `json:"electronic"`
	// Internal is the confidence in the plan's internal process: official, inferred, sample or none.
	Internal string `json:"internal"`
	// Outdated counts the open dossiers in scope on a plan that is not the one in force or whose basis has ended; they are
	// listed by the dossiers' filter outdated. Nil for those who may not read dossiers.
	Outdated *int64 `json:"outdated,omitempty"`
}

// Catalogue is a page of entries.
func (o *Office) Catalogue(ctx context.Context, p Principal, f CatalogueFilter) ([]CatalogueLine, string, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, "", err
	}
	filter, err := o.catalogueRows(p, f)
	if err != nil {
		return nil, "", err
	}
	rows, next, err := o.Store.Catalogue(ctx, filter)
	if err != nil {
		return nil, "", listError(err)
	}
	reads := allow(p, DoRead) == nil
	out := make([]CatalogueLine, 0, len(rows))
	for _, r := range rows {
		l := CatalogueLine{
			Code: r.Code, Name: r.Name, Decision: r.Decision, Field: r.Field, FieldKey: r.FieldKey, Ministry: r.Ministry, Agency: r.Agency,
			AgencyKey: r.AgencyKey, Revision: r.Revision, Rules: strings.Fields(r.Rules), AbsentSince: r.AbsentSince,
			Levels: levelsOf(r.LevelGroup), Coverage: coverage(r, reads),
		}
		out = append(out, l)
	}
	return out, next, nil
}

func coverage(r models.CatalogueRow, reads bool) Coverage {
	c := Coverage{Published: r.Published, Electronic: r.Electronic, Internal: r.Internal}
	if reads {
		c.Outdated = &r.Outdated
	}
	return c
}

// CatalogueDetail is an entry with all that is known of it.
type CatalogueDetail struct {
	catalogue.Entry
	Revision int                 `json:"revision"`
	Findings []catalogue.Finding `json:"findings"`
	Coverage *Coverage           `json:"coverage"`
	// Source is the line as published, verbatim; Import and Line say where it came from.
	Source      json.RawMessage `json:"source"`
	Import      string          `json:"import"`
	Line        int             `json:"line"`
	ChangedAt   time.Time       `json:"changed_at"`
	AbsentSince time.Time       `json:"absent_since,omitzero"`
	// Revisions are what later publications changed, newest first.
	Revisions []models.CatalogueRevision `json:"revisions,omitempty"`
}

// CatalogueEntry returns an entry by code.
func (o *Office) CatalogueEntry(ctx context.Context, p Principal, code string) (CatalogueDetail, error) {
	if err := allow(p, DoProcedures); err != nil {
		return CatalogueDetail{}, err
	}
	e, err := o.Store.CatalogueEntry(ctx, code)
	if errors.Is(err, models.ErrNotFound) {
		return CatalogueDetail{}, unknownEntry(code)
	}
	if err != nil {
		return CatalogueDetail{}, err
	}
	filter, err := o.catalogueRows(p, CatalogueFilter{})
	if err != nil {
		return CatalogueDetail{}, err
	}
	row, err := o.Store.CatalogueLine(ctx, code, filter)
	if err != nil {
		return CatalogueDetail{}, err
	}
	covered := coverage(row, allow(p, DoRead) == nil)
	return CatalogueDetail{
		Entry: e.Entry, Revision: e.Revision, Findings: e.Findings, Coverage: &covered, Source: e.Source, Import: e.ImportID, Line: e.Line,
		ChangedAt: e.ChangedAt, AbsentSince: e.AbsentSince, Revisions: e.Revisions,
	}, nil
}

func unknownEntry(code string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "entry_unknown", Title: "Không có trong danh mục",
		Detail: fmt.Sprintf("Không có thủ tục %q trong danh mục đã công bố; hãy tìm ở /v1/catalogue.", code)}
}

// CatalogueDraft drafts a definition from an entry, for a designer to finish.
func (o *Office) CatalogueDraft(ctx context.Context, p Principal, code, level string) ([]byte, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, err
	}
	e, err := o.Store.CatalogueEntry(ctx, code)
	if errors.Is(err, models.ErrNotFound) {
		return nil, unknownEntry(code)
	}
	if err != nil {
		return nil, err
	}
	text, err := catalogue.Draft(&e.Entry, e.Findings, catalogue.DraftOptions{Level: level})
	if errors.Is(err, catalogue.ErrLevel) {
		return nil, invalid(FieldError{"?level", "Công bố không ghi cấp này; các cấp: " + strings.Join(e.Entry.Levels, ", ") + "."})
	}
	return text, err
}
