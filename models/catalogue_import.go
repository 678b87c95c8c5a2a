package models

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/catalogue"
)

// ImportCatalogue stores a file in one transaction: new entries, new revisions of changed ones, the record of the import with
// its report, and the refused lines verbatim. Nothing is deleted. The same import again (one Report.Import) changes nothing and
// answers with the first report; another file under its id is ErrConflict. Imports wait for each other.
func (s *Store) ImportCatalogue(ctx context.Context, in CatalogueImport) (catalogue.Report, error) {
	var report catalogue.Report
	err := s.transactAlone(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockCatalogue); err != nil {
			return err
		}
		var have catalogueImportRow
		switch err := one(tx.Where("id = ?", in.Report.Import), &have); {
		case err == nil && (have.SHA256 != in.Report.SHA256 || have.Whole != in.Report.Full):
			return ErrConflict
		case err == nil:
			report = have.report()
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		w := catalogueWriter{tx: tx, in: in, report: in.Report}
		if err := w.write(); err != nil {
			return err
		}
		report = w.report
		return nil
	})
	if err != nil {
		return report, fmt.Errorf("import catalogue %s: %w", in.Report.Import, err)
	}
	return report, nil
}

// contentBatch keeps a statement of contents small: a row is 10 KB.
const contentBatch = 50

// replacing writes these columns anew where the code is known.
func replacing(columns ...string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoUpdates: clause.AssignmentColumns(columns)}
}

// catalogueWriter is one import in its transaction.
type catalogueWriter struct {
	tx     *gorm.DB
	in     CatalogueImport
	report catalogue.Report
	known  map[string]knownEntry
	// rows and contents are what is written; changed are the lines whose code is known with another content.
	rows     []catalogueEntryRow
	contents []catalogueContentRow
	changed  []changedLine
}

type changedLine struct {
	line *catalogue.Line
	row  catalogueEntryRow
}

// put adds an entry to what is written.
func (w *catalogueWriter) put(l *catalogue.Line, row catalogueEntryRow) {
	w.rows = append(w.rows, row)
	w.contents = append(w.contents, catalogueContentRow{Code: row.Code, Content: *l.Entry, Findings: l.Findings, Source: l.Raw})
}

type knownEntry struct {
	Code        string    `gorm:"column:code"`
	Revision    int       `gorm:"column:revision"`
	Digest      string    `gorm:"column:digest"`
	AbsentSince time.Time `gorm:"column:absent_since;serializer:instant"`
}

func (w *catalogueWriter) write() error {
	if err := w.load(); err != nil {
		return err
	}
	back, err := w.sort()
	if err != nil {
		return err
	}
	if err := w.revise(); err != nil {
		return err
	}
	if len(w.rows) > 0 {
		if err := w.tx.Clauses(replacing("revision", "name", "decision", "field", "field_key", "level_group", "ministry", "agency",
			"agency_key", "name_search", "search", "rules", "digest", "import_id", "line", "changed_at", "absent_since")).Create(&w.rows).Error; err != nil {
			return err
		}
		if err := w.tx.Clauses(replacing("content", "findings", "source")).CreateInBatches(&w.contents, contentBatch).Error; err != nil {
			return err
		}
	}
	if err := w.absent(back); err != nil {
		return err
	}
	return w.record()
}

func (w *catalogueWriter) load() error {
	var known []knownEntry
	if err := w.tx.Table("catalogue_entries").Select("code", "revision", "digest", "absent_since").Find(&known).Error; err != nil {
		return err
	}
	w.known = make(map[string]knownEntry, len(known))
	for _, k := range known {
		w.known[k.Code] = k
	}
	return nil
}

// sort tells new, changed and unchanged entries apart; back are the codes that were absent and are there again.
func (w *catalogueWriter) sort() (back []string, err error) {
	for i := range w.in.Lines {
		l := &w.in.Lines[i]
		row, err := w.row(l)
		if err != nil {
			return nil, err
		}
		k, ok := w.known[row.Code]
		switch {
		case !ok:
			row.Revision = 1
			w.put(l, row)
			w.report.New++
		case k.Digest != row.Digest:
			row.Revision = k.Revision
			w.changed = append(w.changed, changedLine{l, row})
		default:
			w.report.Unchanged++
			if !k.AbsentSince.IsZero() {
				back = append(back, row.Code)
			}
		}
	}
	return back, nil
}

func (w *catalogueWriter) row(l *catalogue.Line) (row catalogueEntryRow, err error) {
	e := l.Entry
	digest, err := e.Digest()
	if err != nil {
		return row, err
	}
	lead := e.Lead()
	agencies := slices.Concat(e.Implementing, e.Authority, e.Cooperating)
	var rules []string
	for _, f := range l.Findings {
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return catalogueEntryRow{
		Code: e.Code, Name: e.Name, Decision: e.Decision, Field: e.Field, FieldKey: catalogue.FieldKey(e.Field), LevelGroup: e.LevelGroup(),
		Ministry: e.Ministry, Agency: lead, AgencyKey: catalogue.AgencyKey(lead), NameSearch: nameSearch(e.Name),
		Search: wordSearch(append([]string{e.Code, e.Name, e.Field}, agencies...)...), Rules: " " + strings.Join(rules, " ") + " ",
		Digest: digest, ImportID: w.report.Import, Line: l.Number, ChangedAt: w.report.At,
	}, nil
}

// revise makes revisions of the entries that say something else. A line that is the same, and only understood differently by
// this program, is no revision.
func (w *catalogueWriter) revise() error {
	var revisions []CatalogueRevision
	for part := range slices.Chunk(w.changed, insertBatch) {
		codes := make([]string, len(part))
		for i := range part {
			codes[i] = part[i].row.Code
		}
		var before []catalogueContentRow
		if err := w.tx.Select("code", "content", "source").Where("code IN ?", codes).Find(&before).Error; err != nil {
			return err
		}
		byCode := make(map[string]*catalogueContentRow, len(before))
		for i := range before {
			byCode[before[i].Code] = &before[i]
		}
		for i := range part {
			line, row := part[i].line, part[i].row
			old := byCode[row.Code]
			if bytes.Equal(line.Raw, old.Source) {
				w.report.Reread++
				w.put(line, row)
				continue
			}
			changes := catalogue.Diff(&old.Content, line.Entry)
			row.Revision++
			w.report.Changed++
			w.report.Changes = append(w.report.Changes, catalogue.Revised{Code: row.Code, Line: row.Line, Revision: row.Revision, Changes: changes})
			w.put(line, row)
			revisions = append(revisions, CatalogueRevision{
				Code: row.Code, Revision: row.Revision, ImportID: row.ImportID, Line: row.Line, At: row.ChangedAt, Changes: changes, Replaced: old.Source,
			})
		}
	}
	if len(revisions) == 0 {
		return nil
	}
	return w.tx.Create(&revisions).Error
}

// absent marks what a full file does not hold any more, and takes the mark from what is back.
func (w *catalogueWriter) absent(back []string) error {
	for part := range slices.Chunk(back, insertBatch) {
		if err := w.tx.Table("catalogue_entries").Where("code IN ?", part).Update("absent_since", nil).Error; err != nil {
			return err
		}
	}
	if !w.report.Full {
		return nil
	}
	there := make(map[string]bool, len(w.in.Lines))
	for i := range w.in.Lines {
		there[w.in.Lines[i].Entry.Code] = true
	}
	var gone []string
	for code, k := range w.known {
		if there[code] {
			continue
		}
		w.report.Absent = append(w.report.Absent, code)
		if k.AbsentSince.IsZero() {
			gone = append(gone, code)
		}
	}
	slices.Sort(w.report.Absent)
	for part := range slices.Chunk(gone, insertBatch) {
		if err := w.tx.Table("catalogue_entries").Where("code IN ?", part).Update("absent_since", instant(w.report.At)).Error; err != nil {
			return err
		}
	}
	return nil
}

func (w *catalogueWriter) record() error {
	var refusals []catalogueRefusalRow
	for _, l := range w.in.Refused {
		refusals = append(refusals, catalogueRefusalRow{
			ImportID: w.report.Import, Line: l.Number, Column: l.Refusal.Column, Reason: l.Refusal.Reason, Detail: l.Refusal.Detail, Source: l.Raw,
		})
	}
	if len(refusals) > 0 {
		if err := w.tx.Create(&refusals).Error; err != nil {
			return err
		}
	}
	r := w.report
	return w.tx.Create(&catalogueImportRow{ID: r.Import, File: r.File, SHA256: r.SHA256, Whole: r.Full, By: w.in.By, At: r.At, Report: r}).Error
}
