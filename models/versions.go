package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/procedure"
)

// SavePlan stores a shipped definition and puts it in force, as a sample, for every lead agency without a version of its own.
func (s *Store) SavePlan(ctx context.Context, p *procedure.Plan, source []byte) error {
	return s.SavePlanFor(ctx, p, source, "")
}

// SavePlanFor is SavePlan for the lead agencies with these ids; the empty one is everybody else. Among samples each is in force from
// the day of its publishing decision until the next one's. Storing one again changes nothing, and where people here have decided,
// by publishing a version of their own or by ending a sample, no other sample comes in force.
func (s *Store) SavePlanFor(ctx context.Context, p *procedure.Plan, source []byte, leads ...string) error {
	from, err := publishedOn(p)
	if err != nil {
		return fmt.Errorf("save plan %s: published on: %w", p.Code, err)
	}
	if from.IsZero() {
		from = time.Unix(0, 0)
	}
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockVersions); err != nil {
			return err
		}
		if err := s.storePlan(tx, p, source); err != nil {
			return err
		}
		for _, lead := range leads {
			if err := s.sample(tx, p, lead, from); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save plan %s: %w", p.Code, err)
	}
	return nil
}

// ShippedBy is the author of samples.
const ShippedBy = "motcua"

func (s *Store) sample(tx *gorm.DB, p *procedure.Plan, lead string, from time.Time) error {
	row := VersionRow{
		ID: sampleID(p.Hash, lead), Code: p.Code, Lead: lead, Name: p.Name, State: VersionPublished, Revision: 1, Hash: p.Hash,
		Sample: true, Author: ShippedBy, ValidFrom: from, CreatedAt: s.now(), UpdatedAt: s.now(),
	}
	var others []VersionRow
	if err := tx.Where("code = ? AND lead = ? AND state = ?", p.Code, lead, VersionPublished).Find(&others).Error; err != nil {
		return err
	}
	decided := func(o VersionRow) bool { return !o.Sample || o.Ended == EndRepealed || o.Ended == EndWithdrawn }
	if slices.ContainsFunc(others, func(o VersionRow) bool { return o.ID == row.ID || decided(o) }) {
		return nil
	}
	// Of two with one day the one that came in last counts.
	for _, o := range others {
		if o.ValidFrom.After(from) && (row.ValidUntil.IsZero() || o.ValidFrom.Before(row.ValidUntil)) {
			row.ValidUntil, row.Ended = o.ValidFrom, EndReplaced
		}
	}
	for _, o := range others {
		if o.overlaps(&row) {
			if err := tx.Table("versions").Where("id = ?", o.ID).Updates(map[string]any{"valid_until": instant(from), "ended": EndReplaced}).Error; err != nil {
				return err
			}
		}
	}
	return tx.Create(&row).Error
}

func sampleID(hash, lead string) string {
	if lead == "" {
		return "mau-" + hash
	}
	return "mau-" + hash + "-" + lead
}

// Version returns a version by id, or ErrNotFound.
func (s *Store) Version(ctx context.Context, id string) (v VersionRow, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &v); err != nil {
		return v, fmt.Errorf("version %s: %w", id, err)
	}
	return v, nil
}

// VersionActs are what was done to a version, in order.
func (s *Store) VersionActs(ctx context.Context, id string) (rows []VersionAct, err error) {
	if err := s.read(ctx).Where("version = ?", id).Order("n").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("acts of version %s: %w", id, err)
	}
	return rows, nil
}

// VersionActByID returns an act, or ErrNotFound.
func (s *Store) VersionActByID(ctx context.Context, act string) (a VersionAct, err error) {
	if err := one(s.read(ctx).Where("act = ?", act), &a); err != nil {
		return a, fmt.Errorf("act %s: %w", act, err)
	}
	return a, nil
}

// VersionFilter selects versions; empty fields do not restrict.
type VersionFilter struct {
	Code, State string
	// Lead restricts where it is not nil; Agency is the drafting one.
	Lead   *string
	Agency string
	// InForce keeps those in force at this instant.
	InForce time.Time
	Limit   int
	Cursor  string
}

// Versions lists versions by procedure, the latest validity first; drafts come before all. What was discarded is listed where its
// state is asked for.
func (s *Store) Versions(ctx context.Context, f VersionFilter) (rows []VersionRow, next string, err error) {
	const list = "versions"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 2)
	if err != nil {
		return nil, "", err
	}
	const newest = "COALESCE(v.valid_from, ?)"
	far := instant(farFuture())
	columns := "v.id, v.code, v.lead, v.name, v.state, v.revision, v.hash, v.sample, v.agency, v.author, v.checker, v.approver, v.publisher, v.valid_from, v.valid_until, v.ended, v.decision, v.end_document, v.created_at, v.updated_at"
	q := s.read(ctx).Table("versions AS v").Select(columns).Limit(limit + 1).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: "v.code, " + newest + " DESC, v.id", Vars: []any{far}}})
	for column, value := range map[string]string{"v.code": f.Code, "v.state": f.State, "v.agency": f.Agency} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.State == "" {
		q = q.Where("v.state <> ?", VersionDiscarded)
	}
	if f.Lead != nil {
		q = q.Where("v.lead = ?", *f.Lead)
	}
	if !f.InForce.IsZero() {
		q = versionInForce(q, f.InForce)
	}
	if more {
		q = q.Where("(v.code > ? OR v.code = ? AND ("+newest+" < ? OR "+newest+" = ? AND v.id > ?))", c.Keys[0], c.Keys[0], far, c.instant(), far, c.instant(), c.Keys[1])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("versions: %w", err)
	}
	return page(rows, limit, func(r VersionRow) cursor {
		from := r.ValidFrom
		if from.IsZero() {
			from = farFuture()
		}
		return cursor{List: list, At: from.UnixMicro(), Keys: []string{r.Code, r.ID}}
	})
}

// ErrStale says that what is stored moved on from the revision that the caller saw.
var ErrStale = errors.New("another revision is stored")

// OverlapError says that two versions of a procedure would be in force at once.
type OverlapError struct{ Version, Other VersionRow }

func (e *OverlapError) Error() string {
	return fmt.Sprintf("version %s of %s is in force while %s is", e.Other.ID, e.Version.Code, e.Version.ID)
}

// VersionChange is an act on a version.
type VersionChange struct {
	Act VersionAct
	// Expect is the revision that the caller saw; 0: any. A new version has none.
	Expect int64
	// Plan is stored with it where it is set.
	Plan *procedure.Plan
	// Leads are further lead agencies: each gets the changed version as one of its own, or nothing is changed at all.
	Leads []string
	// Change decides, with the version as it stands (a new one has no state), what was done to it, and the published versions of the
	// same procedure and lead agency; it may change the version, and end those.
	Change func(v *VersionRow, done []VersionAct, published []VersionRow) error
}

// ChangeVersion does an act in one transaction; two never overlap. An act that was done is not done again: it answers with the version
// as it is now, or with ErrConflict where it had other words.
func (s *Store) ChangeVersion(ctx context.Context, c VersionChange) (v VersionRow, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockVersions); err != nil {
			return err
		}
		var known VersionAct
		switch err := one(tx.Where("act = ?", c.Act.Act), &known); {
		case err == nil && known.Fingerprint != c.Act.Fingerprint:
			return ErrConflict
		case err == nil:
			return one(tx.Where("id = ?", known.Version), &v)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		v, err = s.changeVersion(tx, c)
		return err
	})
	if err != nil {
		return VersionRow{}, fmt.Errorf("version %s: %w", c.Act.Version, err)
	}
	return v, nil
}

func (s *Store) changeVersion(tx *gorm.DB, c VersionChange) (v VersionRow, err error) {
	err = one(tx.Where("id = ?", c.Act.Version), &v)
	fresh := errors.Is(err, ErrNotFound)
	switch {
	case fresh && c.Expect == 0:
		v = VersionRow{ID: c.Act.Version, CreatedAt: s.now()}
	case err != nil:
		return v, err
	case c.Expect != 0 && c.Expect != v.Revision:
		return v, ErrStale
	}
	var done []VersionAct
	if err := tx.Where("version = ?", v.ID).Order("n").Find(&done).Error; err != nil {
		return v, err
	}
	before := v
	if err := s.apply(tx, c, &v, done); err != nil {
		return v, err
	}
	for _, lead := range c.Leads {
		own := before
		own.ID, own.Lead = versionFor(before.ID, lead), lead
		if err := s.apply(tx, c, &own, done); err != nil {
			return v, err
		}
	}
	if c.Plan != nil {
		if err := s.storePlan(tx, c.Plan, v.Source); err != nil {
			return v, err
		}
	}
	c.Act.N, c.Act.Hash = v.Revision, v.Hash
	return v, tx.Create(&c.Act).Error
}

// versionFor is the id of the version that a further lead agency gets of one.
func versionFor(id, lead string) string { return id + "-" + lead }

// Origin is the id of the version that this one was published with, for a further lead agency; empty where it stands for itself.
func (v *VersionRow) Origin() string {
	id := strings.TrimSuffix(v.ID, versionFor("", v.Lead))
	if v.Sample || id == v.ID {
		return ""
	}
	return id
}

// apply changes one version, and those beside it that it ends.
func (s *Store) apply(tx *gorm.DB, c VersionChange, v *VersionRow, done []VersionAct) error {
	fresh := v.State == ""
	published, err := publishedBeside(tx, v)
	if err != nil {
		return err
	}
	before := slices.Clone(published)
	if err := c.Change(v, done, published); err != nil {
		return err
	}
	if fresh { // it has a procedure only now
		if published, err = publishedBeside(tx, v); err != nil {
			return err
		}
		before = slices.Clone(published)
	}
	v.Revision++
	v.UpdatedAt = s.now()
	if v.State == VersionPublished {
		for _, o := range published {
			if o.overlaps(v) {
				return &OverlapError{Version: *v, Other: o}
			}
		}
	}
	for i, o := range published {
		if o.ValidUntil.Equal(before[i].ValidUntil) && o.Ended == before[i].Ended {
			continue
		}
		if err := tx.Table("versions").Where("id = ?", o.ID).Updates(map[string]any{
			"valid_until": instant(o.ValidUntil), "ended": o.Ended, "end_document": o.EndDocument, "updated_at": instant(s.now()),
		}).Error; err != nil {
			return err
		}
	}
	return tx.Save(v).Error
}

// publishedBeside are the other published versions of a version's procedure and lead agency, by their first day.
func publishedBeside(tx *gorm.DB, v *VersionRow) (rows []VersionRow, err error) {
	err = tx.Where("code = ? AND lead = ? AND state = ? AND id <> ?", v.Code, v.Lead, VersionPublished, v.ID).Order("valid_from, id").Find(&rows).Error
	return rows, err
}

// LastVersion is the published version of a procedure, for a lead agency or for everybody, whose validity began last, or ErrNotFound:
// what explains why none is in force.
func (s *Store) LastVersion(ctx context.Context, code, lead string) (v VersionRow, err error) {
	q := s.read(ctx).Where("code = ? AND lead IN ? AND state = ?", code, []string{lead, ""}, VersionPublished).
		Where("valid_until IS NULL OR valid_until > valid_from OR ended = ?", EndWithdrawn).Order("valid_from DESC, id")
	if err := one(q, &v); err != nil {
		return v, fmt.Errorf("versions of %s: %w", code, err)
	}
	return v, nil
}

// WithoutInternalProcess lists the procedures in force at a legal instant whose plan has no internal process, by code.
func (s *Store) WithoutInternalProcess(ctx context.Context, at time.Time) (codes []string, err error) {
	q := versionInForce(s.read(ctx).Table("versions AS v").Joins("JOIN plans ON plans.hash = v.hash"), at).Where("plans.internal = ''")
	if err := q.Distinct("v.code").Order("v.code").Pluck("v.code", &codes).Error; err != nil {
		return nil, fmt.Errorf("procedures without an internal process: %w", err)
	}
	return codes, nil
}

// SourceInForce is the file of the general version of a procedure that people here published and that is in force at a legal instant,
// or ErrNotFound. Files of samples are those of the program.
func (s *Store) SourceInForce(ctx context.Context, code string, at time.Time) ([]byte, error) {
	var row VersionRow
	q := versionInForce(s.read(ctx).Table("versions AS v"), at).Select("v.source").Where("v.code = ? AND v.lead = '' AND NOT v.sample", code)
	if err := one(q, &row); err != nil {
		return nil, fmt.Errorf("file of %s in force: %w", code, err)
	}
	return row.Source, nil
}

// MergedInForce are the hashes of the plans of merged procedures in force at a legal instant, for whichever lead agency, by code.
func (s *Store) MergedInForce(ctx context.Context, at time.Time) (map[string][]string, error) {
	var rows []VersionRow
	q := versionInForce(s.read(ctx).Table("versions AS v").Joins("JOIN plans ON plans.hash = v.hash"), at).
		Where("(plans.content -> 'exec' -> 'merged') IS NOT NULL").Distinct("v.code", "v.hash").Order("v.code, v.hash")
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("merged procedures in force: %w", err)
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Code] = append(out[r.Code], r.Hash)
	}
	return out, nil
}

// PlansInForce are the hashes of the general plans in force at a legal instant, by code: what merged procedures are held to.
func (s *Store) PlansInForce(ctx context.Context, at time.Time) (map[string]string, error) {
	var rows []VersionRow
	if err := versionInForce(s.read(ctx).Table("versions AS v"), at).Select("v.code, v.hash").Where("v.lead = ''").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("plans in force: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Code] = r.Hash
	}
	return out, nil
}
