package models

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"motcua/vietnamese"
)

// None in a filter finds the entries that have no such value.
const None = "none"

// CatalogueFilter selects entries of the catalogue; zero fields do not restrict.
type CatalogueFilter struct {
	// Text finds entries that have a word beginning with each of its words, in code, name, field or agencies.
	Text string
	// Field, Agency and Ministry are keys; Level is one level among others, LevelGroup exactly these.
	Field, Agency, Ministry, Level, LevelGroup string
	// Rule is a finding that the entry has.
	Rule string
	// Absent entries are missing from the last full file.
	Absent *bool
	// Published: a version is in force. Electronic: a version is published, in force or still to come.
	Published, Electronic *bool
	// Internal is the confidence in the internal process: official, inferred, sample or None.
	Internal string
	// Outdated entries have open dossiers, in Scope, on a plan that is not the one in force or whose basis has ended.
	Outdated *bool
	Scope    Scope
	// At is the legal instant of all that.
	At     time.Time
	Limit  int
	Cursor string
}

// CatalogueRow is an entry in a list, with what the coverage ledger knows of it.
type CatalogueRow struct {
	Code        string    `gorm:"column:code"`
	Revision    int       `gorm:"column:revision"`
	Name        string    `gorm:"column:name"`
	Decision    string    `gorm:"column:decision"`
	Field       string    `gorm:"column:field"`
	FieldKey    string    `gorm:"column:field_key"`
	LevelGroup  string    `gorm:"column:level_group"`
	Ministry    string    `gorm:"column:ministry"`
	Agency      string    `gorm:"column:agency"`
	AgencyKey   string    `gorm:"column:agency_key"`
	Rules       string    `gorm:"column:rules"`
	AbsentSince time.Time `gorm:"column:absent_since;serializer:instant"`
	Published   bool      `gorm:"column:published"`
	Electronic  bool      `gorm:"column:electronic"`
	Internal    string    `gorm:"column:internal"`
	// Outdated counts open dossiers.
	Outdated int64 `gorm:"-"`
	Rank     int64 `gorm:"column:rank_no"`
}

// Catalogue lists entries, a page at a time: with a text the best matches first (the code, the whole name, its beginning, all
// words in the name, all words anywhere), else by code.
func (s *Store) Catalogue(ctx context.Context, f CatalogueFilter) (rows []CatalogueRow, next string, err error) {
	const list = "catalogue"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	rank, args := f.rank()
	entries := s.ledger(ctx, f, f.Outdated != nil).Select(ledgerColumns+", "+rank+" AS rank_no", args...)
	q := s.read(ctx).Table("(?) AS x", entries).Order("x.rank_no, x.code").Limit(limit + 1)
	if more {
		q = q.Where("(x.rank_no, x.code) > (?, ?)", c.Seq, c.Keys[0])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("catalogue: %w", err)
	}
	rows, next, err = page(rows, limit, func(r CatalogueRow) cursor { return cursor{List: list, Seq: r.Rank, Keys: []string{r.Code}} })
	if err != nil {
		return nil, "", err
	}
	return rows, next, s.countOutdated(ctx, rows, f)
}

// CatalogueLine is one entry as the list has it, or ErrNotFound; of the filter only Scope and At count.
func (s *Store) CatalogueLine(ctx context.Context, code string, f CatalogueFilter) (row CatalogueRow, err error) {
	rows := make([]CatalogueRow, 1)
	q := s.ledger(ctx, CatalogueFilter{At: f.At}, false).Select(ledgerColumns).Where("e.code = ?", code)
	if err := one(q, &rows[0]); err != nil {
		return row, fmt.Errorf("catalogue entry %s: %w", code, err)
	}
	err = s.countOutdated(ctx, rows, f)
	return rows[0], err
}

// countOutdated fills in the outdated dossiers of the rows of one page: all of them are counted only where a filter asks.
func (s *Store) countOutdated(ctx context.Context, rows []CatalogueRow, f CatalogueFilter) error {
	if len(rows) == 0 {
		return nil
	}
	codes := make([]string, len(rows))
	for i := range rows {
		codes[i] = rows[i].Code
	}
	var counts []struct {
		Code string `gorm:"column:code"`
		N    int64  `gorm:"column:n"`
	}
	if err := s.outdatedByCode(ctx, f, codes...).Find(&counts).Error; err != nil {
		return fmt.Errorf("outdated dossiers: %w", err)
	}
	n := make(map[string]int64, len(counts))
	for _, c := range counts {
		n[c.Code] = c.N
	}
	for i := range rows {
		rows[i].Outdated = n[rows[i].Code]
	}
	return nil
}

// outdatedByCode counts the outdated dossiers of each procedure, of these codes where there are any. Dossiers are counted by
// agency and plan first: those are few.
func (s *Store) outdatedByCode(ctx context.Context, f CatalogueFilter, codes ...string) *gorm.DB {
	open := f.Scope.dossiers(s.read(ctx).Table("dossiers AS d"), "d.code").Where("d.open").
		Select("d.procedure, d.lead, d.plan, COUNT(*) AS n").Group("d.procedure, d.lead, d.plan")
	if len(codes) > 0 {
		open = open.Where("d.procedure IN ?", codes)
	}
	return s.outdated(ctx, s.read(ctx).Table("(?) AS g", open), "g", f.At).Select("g.procedure AS code, SUM(g.n) AS n").Group("g.procedure")
}

// ledgerColumns are an entry and its coverage.
const ledgerColumns = `e.code, e.revision, e.name, e.decision, e.field, e.field_key, e.level_group, e.ministry, e.agency, e.agency_key,
	e.rules, e.absent_since, ` + published + ` AS published, ` + electronic + ` AS electronic, ` + internal + ` AS internal`

const (
	published  = "(COALESCE(p.in_force, 0) = 1)"
	electronic = "(p.code IS NOT NULL)"
	internal   = "(CASE WHEN COALESCE(p.internal, '') = '' THEN '" + None + "' ELSE p.internal END)"
)

// ledger is every entry beside its plan, and beside its outdated dossiers where they are counted, filtered. The list and the
// totals of the coverage are made of this one query, so that a total is the length of its list.
func (s *Store) ledger(ctx context.Context, f CatalogueFilter, counted bool) *gorm.DB {
	q := s.read(ctx).Table("catalogue_entries AS e").Joins("LEFT JOIN (?) AS p ON p.code = e.code", s.newestPlans(ctx, f.At))
	if counted {
		q = q.Joins("LEFT JOIN (?) AS o ON o.code = e.code", s.outdatedByCode(ctx, f))
	}
	where := func(set bool, condition string, args ...any) {
		if set {
			q = q.Where(condition, args...)
		}
	}
	key := func(column, value string) {
		where(value == None, column+" = ''")
		where(value != "" && value != None, column+" = ?", value)
	}
	key("e.field_key", f.Field)
	key("e.agency_key", f.Agency)
	key("e.ministry", f.Ministry)
	key("e.level_group", f.LevelGroup)
	where(f.Level == None, "e.level_group = ''")
	where(f.Level != "" && f.Level != None, "',' || e.level_group || ',' LIKE ? ESCAPE '!'", part(f.Level, ","))
	where(f.Rule != "", "e.rules LIKE ? ESCAPE '!'", part(f.Rule, " "))
	for _, w := range vietnamese.Words(f.Text) {
		q = q.Where("e.search LIKE ?", "% "+w+"%")
	}
	where(f.Internal != "", internal+" = ?", f.Internal)
	is := func(set *bool, condition string) {
		where(set != nil && *set, condition)
		where(set != nil && !*set, "NOT "+condition)
	}
	is(f.Published, published)
	is(f.Electronic, electronic)
	is(f.Absent, "(e.absent_since IS NOT NULL)")
	is(f.Outdated, "(COALESCE(o.n, 0) > 0)")
	return q
}

// part is the pattern of LIKE ... ESCAPE '!' that finds a whole item of a list.
func part(item, separator string) string {
	return "%" + separator + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(item) + separator + "%"
}

// rank is how well an entry matches the text, 0 best.
func (f CatalogueFilter) rank() (expression string, args []any) {
	words := vietnamese.Words(f.Text)
	if len(words) == 0 {
		return "0", nil
	}
	phrase := " " + strings.TrimPrefix(strings.Join(words, " "), "thu tuc ")
	var named []string
	args = []any{strings.TrimSpace(f.Text), wordSearch(f.Text) + "%", phrase, phrase + "%"}
	for _, w := range words {
		named = append(named, "e.name_search LIKE ?")
		args = append(args, "% "+w+"%")
	}
	return "CASE WHEN e.code = ? THEN 0 WHEN e.search LIKE ? THEN 1 WHEN e.name_search = ? THEN 2 WHEN e.name_search LIKE ? THEN 3 WHEN " +
		strings.Join(named, " AND ") + " THEN 4 ELSE 5 END", args
}

// newestPlans is one plan a procedure: the one in force at a legal instant, else the next that was published and is still to come;
// of those the general one, where there is none that of any agency.
func (s *Store) newestPlans(ctx context.Context, at time.Time) *gorm.DB {
	const current = "CASE WHEN v.valid_from <= ? THEN 1 ELSE 0 END"
	ranked := s.read(ctx).Table("versions AS v").Joins("JOIN plans ON plans.hash = v.hash").
		Where("v.state = ? AND (v.valid_until IS NULL OR v.valid_until > ?) AND (v.valid_until IS NULL OR v.valid_until > v.valid_from)", VersionPublished, instant(at)).
		Select("v.code, v.hash, plans.internal, "+current+" AS in_force, ROW_NUMBER() OVER (PARTITION BY v.code ORDER BY "+
			current+" DESC, CASE WHEN v.lead = '' THEN 0 ELSE 1 END, v.valid_from, v.lead) AS nth", instant(at), instant(at))
	return s.read(ctx).Table("(?) AS ranked", ranked).Select("code, hash, internal, in_force").Where("nth = 1")
}

// outdated keeps the rows of a query, under a name with procedure, lead and plan, whose plan is not the one in force at a legal
// instant for the lead agency, or whose plan's basis has ended.
func (s *Store) outdated(ctx context.Context, q *gorm.DB, name string, at time.Time) *gorm.DB {
	const current = "COALESCE(local.hash, general.hash)"
	versions := func() *gorm.DB {
		return versionInForce(s.read(ctx).Table("versions AS v"), at).Select("v.code, v.lead, v.hash")
	}
	return q.Joins("LEFT JOIN (?) AS local ON local.code = "+name+".procedure AND local.lead = "+name+".lead AND local.lead <> ''", versions()).
		Joins("LEFT JOIN (?) AS general ON general.code = "+name+".procedure AND general.lead = ''", versions()).
		Joins("LEFT JOIN plans own ON own.hash = "+name+".plan").
		Where("("+current+" IS NULL OR "+current+" <> "+name+".plan OR own.basis_ends <= ?)", instant(at))
}
