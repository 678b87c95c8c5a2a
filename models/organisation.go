package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/dossier"
)

const (
	// treeDepth bounds walks up the tree, and chainLength walks along substitutions: neither may end in a circle.
	treeDepth   = 16
	chainLength = 8
)

// SaveOrganisation stores a part of the organisation; rows of the same key are replaced, others stay as they are.
func (s *Store) SaveOrganisation(ctx context.Context, o Organisation) error {
	err := s.transactAlone(ctx, func(tx *gorm.DB) error {
		return errors.Join(
			replace(tx, "agencies", o.Agencies, "id"), replace(tx, "officers", o.Officers, "id"),
			replace(tx, "postings", o.Postings, "officer", "agency", "role"), replace(tx, "substitutions", o.Substitutions, "id"),
			replace(tx, "bindings", o.Bindings, "lead", "ref"), replace(tx, "leads", o.Leads, "agency_type", "receiving", "lead"),
		)
	})
	if err != nil {
		return fmt.Errorf("save organisation: %w", err)
	}
	return nil
}

func replace[R any](tx *gorm.DB, what string, rows []R, key ...string) error {
	if len(rows) == 0 {
		return nil
	}
	conflict := clause.OnConflict{UpdateAll: true}
	for _, k := range key {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: k})
	}
	rows = slices.Clone(rows)
	if err := tx.Clauses(conflict).Create(&rows).Error; err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// EndPosting ends a posting at a legal instant.
func (s *Store) EndPosting(ctx context.Context, officer, agency, role string, at time.Time) error {
	err := s.write(ctx).Table("postings").Where("officer = ? AND agency = ? AND role = ?", officer, agency, role).
		Update("until_at", instant(at)).Error
	if err != nil {
		return fmt.Errorf("end posting of %s: %w", officer, err)
	}
	return nil
}

// Agency returns an agency by id, or ErrNotFound.
func (s *Store) Agency(ctx context.Context, id string) (a Agency, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &a); err != nil {
		return Agency{}, fmt.Errorf("agency %s: %w", id, err)
	}
	return a, nil
}

// Agencies are all agencies by id.
func (s *Store) Agencies(ctx context.Context) (rows []Agency, err error) {
	if err := s.read(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("agencies: %w", err)
	}
	return rows, nil
}

// Officer returns an officer by id, or ErrNotFound.
func (s *Store) Officer(ctx context.Context, id string) (o Officer, err error) {
	if err := one(s.read(ctx).Where("id = ?", id), &o); err != nil {
		return Officer{}, fmt.Errorf("officer %s: %w", id, err)
	}
	return o, nil
}

// Subtree are the ids of an agency and all below it; an unknown agency has none.
func (s *Store) Subtree(ctx context.Context, id string) (ids []string, err error) {
	err = s.read(ctx).Raw(`WITH RECURSIVE sub (id) AS (
		SELECT id FROM agencies WHERE id = ?
		UNION SELECT a.id FROM agencies a JOIN sub ON a.parent = sub.id)
		SELECT id FROM sub ORDER BY id`, id).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("subtree of %s: %w", id, err)
	}
	return ids, nil
}

// ancestors are an agency and those above it, nearest first.
func (s *Store) ancestors(ctx context.Context, id string) (ids []string, err error) {
	err = s.read(ctx).Raw(`WITH RECURSIVE up (id, parent, depth) AS (
		SELECT id, parent, 0 FROM agencies WHERE id = ?
		UNION ALL SELECT a.id, a.parent, up.depth + 1 FROM agencies a JOIN up ON a.id = up.parent WHERE up.depth < ?)
		SELECT id FROM up ORDER BY depth`, id, treeDepth).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("agencies above %s: %w", id, err)
	}
	return ids, nil
}

// Officers are those who hold a role in an agency at a legal instant, by id. Who is substituted then is replaced by the
// substitute, along the chain of substitutions, and For names whom he stands in for.
func (s *Store) Officers(ctx context.Context, agency, role string, at time.Time) ([]Officer, error) {
	var posts []Posting
	if err := inForce(s.read(ctx), at).Where("agency = ? AND role = ?", agency, role).Order("officer").Find(&posts).Error; err != nil {
		return nil, fmt.Errorf("officers %s of %s: %w", role, agency, err)
	}
	if len(posts) == 0 {
		return nil, nil
	}
	subs, err := s.substitutions(ctx, agency, role, at)
	if err != nil {
		return nil, err
	}
	var ids []string
	standsFor := map[string]string{}
	for _, p := range posts {
		id := standIn(subs, p.Officer)
		if slices.Contains(ids, id) {
			continue
		}
		ids = append(ids, id)
		if id != p.Officer {
			standsFor[id] = p.Officer
		}
	}
	var people []Officer
	if err := s.read(ctx).Where("id IN ?", ids).Order("id").Find(&people).Error; err != nil {
		return nil, fmt.Errorf("officers %s of %s: %w", role, agency, err)
	}
	for i := range people {
		people[i].For = standsFor[people[i].ID]
	}
	return people, nil
}

// Substitute returns who stands in for an officer in a role of an agency at a legal instant; without a substitution himself.
func (s *Store) Substitute(ctx context.Context, officer, agency, role string, at time.Time) (string, error) {
	subs, err := s.substitutions(ctx, agency, role, at)
	if err != nil {
		return "", err
	}
	return standIn(subs, officer), nil
}

// substitutions in force for a role of an agency, the more particular first.
func (s *Store) substitutions(ctx context.Context, agency, role string, at time.Time) (subs []Substitution, err error) {
	err = inForce(s.read(ctx), at).Where("agency IN ? AND role IN ?", []string{"", agency}, []string{"", role}).
		Order("agency DESC, role DESC, id").Find(&subs).Error
	if err != nil {
		return nil, fmt.Errorf("substitutes for %s of %s: %w", role, agency, err)
	}
	return subs, nil
}

// inForce keeps dated rows that hold at an instant: half-open, NULL without end.
func inForce(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Where("(from_at IS NULL OR from_at <= ?) AND (until_at IS NULL OR until_at > ?)", instant(at), instant(at))
}

// standIn follows the substitutions in force; a circle ends where it began to repeat.
func standIn(subs []Substitution, officer string) string {
	seen := []string{officer}
	for range chainLength {
		i := slices.IndexFunc(subs, func(s Substitution) bool { return s.Officer == officer })
		if i < 0 || slices.Contains(seen, subs[i].Substitute) {
			break
		}
		officer = subs[i].Substitute
		seen = append(seen, officer)
	}
	return officer
}

// Positions are the postings of an officer at a legal instant.
func (s *Store) Positions(ctx context.Context, officer string, at time.Time) (rows []Posting, err error) {
	err = inForce(s.read(ctx), at).Where("officer = ?", officer).Order("agency, role").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("positions of %s: %w", officer, err)
	}
	return rows, nil
}

// Bindings say which agencies serve the agency references of plans that an agency leads, by reference.
func (s *Store) Bindings(ctx context.Context, lead string) ([]dossier.Binding, error) {
	var rows []BindingRow
	if err := s.read(ctx).Where("lead = ?", lead).Order("ref").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("bindings of %s: %w", lead, err)
	}
	out := make([]dossier.Binding, 0, len(rows))
	for _, r := range rows {
		out = append(out, dossier.Binding{Ref: r.Ref, Agency: r.Agency})
	}
	return out, nil
}

// Leads are the agencies of a type that may lead what is received at a point: those declared for the point; without any,
// those of the type in the nearest part of the tree around it (the point itself, then its parent's subtree, and so on).
func (s *Store) Leads(ctx context.Context, agencyType, receiving string) ([]string, error) {
	var declared []LeadRow
	err := s.read(ctx).Where("agency_type = ? AND receiving = ?", agencyType, receiving).Order("rank_no, lead").Find(&declared).Error
	if err != nil {
		return nil, fmt.Errorf("leads of %s at %s: %w", agencyType, receiving, err)
	}
	var ids []string
	for _, d := range declared {
		ids = append(ids, d.Lead)
	}
	if len(ids) > 0 {
		return ids, nil
	}
	around, err := s.ancestors(ctx, receiving)
	if err != nil {
		return nil, err
	}
	for _, root := range around {
		err := s.read(ctx).Raw(`WITH RECURSIVE sub (id, type) AS (
			SELECT id, type FROM agencies WHERE id = ?
			UNION SELECT a.id, a.type FROM agencies a JOIN sub ON a.parent = sub.id)
			SELECT id FROM sub WHERE type = ? ORDER BY id`, root, agencyType).Scan(&ids).Error
		if err != nil {
			return nil, fmt.Errorf("leads of %s at %s: %w", agencyType, receiving, err)
		}
		if len(ids) > 0 {
			return ids, nil
		}
	}
	return nil, nil
}

// SaveKey stores an API key, or replaces the one with its prefix.
func (s *Store) SaveKey(ctx context.Context, k APIKey) error {
	if k.CreatedAt.IsZero() {
		k.CreatedAt = s.now()
	}
	if err := replace(s.write(ctx), "api key", []APIKey{k}, "prefix"); err != nil {
		return fmt.Errorf("save key %s: %w", k.Prefix, err)
	}
	return nil
}

// KeyByPrefix returns an API key, or ErrNotFound. The caller compares the hash and looks at ExpiresAt.
func (s *Store) KeyByPrefix(ctx context.Context, prefix string) (k APIKey, err error) {
	if err := one(s.read(ctx).Where("prefix = ?", prefix), &k); err != nil {
		return APIKey{}, fmt.Errorf("key %s: %w", prefix, err)
	}
	return k, nil
}
