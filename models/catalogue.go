package models

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"motcua/catalogue"
	"motcua/vietnamese"
)

// CatalogueImport is a file of published procedures on its way into the catalogue.
type CatalogueImport struct {
	// Report comes with what the file itself says (name, digest, lines, repeats, refusals, rules); the import adds the rest.
	Report catalogue.Report
	// By is who imports.
	By string
	// Lines have entries, each code once; Refused have none.
	Lines, Refused []catalogue.Line
}

type catalogueEntryRow struct {
	Code        string    `gorm:"column:code;primaryKey"`
	Revision    int       `gorm:"column:revision"`
	Name        string    `gorm:"column:name"`
	Decision    string    `gorm:"column:decision"`
	Field       string    `gorm:"column:field"`
	FieldKey    string    `gorm:"column:field_key"`
	LevelGroup  string    `gorm:"column:level_group"`
	Ministry    string    `gorm:"column:ministry"`
	Agency      string    `gorm:"column:agency"`
	AgencyKey   string    `gorm:"column:agency_key"`
	NameSearch  string    `gorm:"column:name_search"`
	Search      string    `gorm:"column:search"`
	Rules       string    `gorm:"column:rules"`
	Digest      string    `gorm:"column:digest"`
	ImportID    string    `gorm:"column:import_id"`
	Line        int       `gorm:"column:line"`
	ChangedAt   time.Time `gorm:"column:changed_at;serializer:instant"`
	AbsentSince time.Time `gorm:"column:absent_since;serializer:instant"`
}

func (catalogueEntryRow) TableName() string { return "catalogue_entries" }

// catalogueContentRow is what only the reader of one entry asks for.
type catalogueContentRow struct {
	Code     string              `gorm:"column:code;primaryKey"`
	Content  catalogue.Entry     `gorm:"column:content;serializer:document"`
	Findings []catalogue.Finding `gorm:"column:findings;serializer:document"`
	Source   []byte              `gorm:"column:source"`
}

func (catalogueContentRow) TableName() string { return "catalogue_contents" }

type catalogueImportRow struct {
	ID     string           `gorm:"column:id;primaryKey"`
	File   string           `gorm:"column:file"`
	SHA256 string           `gorm:"column:sha256"`
	Whole  bool             `gorm:"column:whole"`
	By     string           `gorm:"column:imported_by"`
	At     time.Time        `gorm:"column:at;serializer:instant"`
	Report catalogue.Report `gorm:"column:report;serializer:document"`
}

func (catalogueImportRow) TableName() string { return "catalogue_imports" }

// report is the stored one, its time in the legal zone.
func (r *catalogueImportRow) report() catalogue.Report {
	out := r.Report
	out.At = r.At
	return out
}

type catalogueRefusalRow struct {
	ImportID string `gorm:"column:import_id;primaryKey"`
	Line     int    `gorm:"column:line;primaryKey"`
	Column   int    `gorm:"column:column_no"`
	Reason   string `gorm:"column:reason"`
	Detail   string `gorm:"column:detail"`
	Source   []byte `gorm:"column:source"`
}

func (catalogueRefusalRow) TableName() string { return "catalogue_refusals" }

// CatalogueRevision is what a revision after the first changed.
type CatalogueRevision struct {
	Code     string             `gorm:"column:code;primaryKey" json:"-"`
	Revision int                `gorm:"column:revision;primaryKey" json:"revision"`
	ImportID string             `gorm:"column:import_id" json:"import"`
	Line     int                `gorm:"column:line" json:"line"`
	At       time.Time          `gorm:"column:at;serializer:instant" json:"at"`
	Changes  []catalogue.Change `gorm:"column:changes;serializer:document" json:"changes"`
	// Replaced is the line that held before, verbatim.
	Replaced []byte `gorm:"column:replaced" json:"-"`
}

// TableName implements gorm's Tabler.
func (CatalogueRevision) TableName() string { return "catalogue_revisions" }

// CatalogueReport returns what an import did.
func (s *Store) CatalogueReport(ctx context.Context, id string) (catalogue.Report, error) {
	var row catalogueImportRow
	if err := one(s.read(ctx).Where("id = ?", id), &row); err != nil {
		return catalogue.Report{}, fmt.Errorf("catalogue import %s: %w", id, err)
	}
	return row.report(), nil
}

// CatalogueRefused returns the lines that an import refused, verbatim, each with its end, to be put right and imported again.
func (s *Store) CatalogueRefused(ctx context.Context, id string) ([]byte, error) {
	if _, err := s.CatalogueReport(ctx, id); err != nil {
		return nil, err
	}
	var rows []catalogueRefusalRow
	if err := s.read(ctx).Select("source").Where("import_id = ?", id).Order("line").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("refused lines of import %s: %w", id, err)
	}
	var out bytes.Buffer
	for _, r := range rows {
		out.Write(r.Source)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// CatalogueEntry is an entry with its findings, its line as published and its history, newest first.
type CatalogueEntry struct {
	Entry       catalogue.Entry
	Findings    []catalogue.Finding
	Revision    int
	Source      json.RawMessage
	ImportID    string
	Line        int
	ChangedAt   time.Time
	AbsentSince time.Time
	Revisions   []CatalogueRevision
}

// CatalogueEntry returns an entry by code, or ErrNotFound.
func (s *Store) CatalogueEntry(ctx context.Context, code string) (CatalogueEntry, error) {
	var row catalogueEntryRow
	if err := one(s.read(ctx).Where("code = ?", code), &row); err != nil {
		return CatalogueEntry{}, fmt.Errorf("catalogue entry %s: %w", code, err)
	}
	var content catalogueContentRow
	if err := one(s.read(ctx).Where("code = ?", code), &content); err != nil {
		return CatalogueEntry{}, fmt.Errorf("content of catalogue entry %s: %w", code, err)
	}
	e := CatalogueEntry{
		Entry: content.Content, Findings: content.Findings, Revision: row.Revision, Source: content.Source, ImportID: row.ImportID,
		Line: row.Line, ChangedAt: row.ChangedAt, AbsentSince: row.AbsentSince,
	}
	if err := s.read(ctx).Where("code = ?", code).Order("revision DESC").Find(&e.Revisions).Error; err != nil {
		return e, fmt.Errorf("revisions of catalogue entry %s: %w", code, err)
	}
	return e, nil
}

// wordSearch is a text in which the beginning of every word is found by a space before it.
func wordSearch(texts ...string) string {
	return " " + strings.Join(vietnamese.Words(strings.Join(texts, " ")), " ")
}

// nameSearch leaves out the word that says nothing: half of all names begin with "Thủ tục".
func nameSearch(name string) string {
	return " " + strings.TrimPrefix(strings.TrimPrefix(wordSearch(name), " "), "thu tuc ")
}
