package models

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Holder is an officer who may act in a position.
type Holder struct {
	Role    string `gorm:"column:role"`
	Officer string `gorm:"column:officer"`
	// Name is empty for an officer who is not registered.
	Name string `gorm:"column:name"`
	// For names the officer whom this one stands in for, along a chain of substitutions the last.
	For string `gorm:"column:stands_for"`
}

// Holders are the officers who may act in any of the roles of an agency at a legal instant, by role and officer: who holds the
// position, and everybody whom a substitution in force names for it, along the chain. Officers differs on purpose: it finds
// the one to address, while a holder who is substituted keeps the power that he holds.
func (s *Store) Holders(ctx context.Context, agency string, roles []string, at time.Time) (rows []Holder, err error) {
	now := instant(at)
	err = s.read(ctx).Raw(`WITH RECURSIVE held (role, officer, stands_for) AS (
		SELECT p.role, p.officer, '' FROM postings p
		WHERE p.agency = ? AND p.role IN ? AND (p.from_at IS NULL OR p.from_at <= ?) AND (p.until_at IS NULL OR p.until_at > ?)
		UNION SELECT h.role, u.substitute, u.officer FROM held h JOIN substitutions u ON u.officer = h.officer
		WHERE u.agency IN ('', ?) AND u.role IN ('', h.role) AND (u.from_at IS NULL OR u.from_at <= ?) AND (u.until_at IS NULL OR u.until_at > ?))
		SELECT h.role, h.officer, h.stands_for, COALESCE((SELECT o.name FROM officers o WHERE o.id = h.officer), '') AS name FROM held h
		ORDER BY h.role, h.officer, h.stands_for`, agency, roles, now, now, agency, now, now).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("holders of %v at %s: %w", roles, agency, err)
	}
	// Whoever both holds a position and substitutes in it stands once, by his own right.
	return slices.CompactFunc(rows, func(a, b Holder) bool { return a.Role == b.Role && a.Officer == b.Officer }), nil
}

// Holds says whether an officer is among Holders. It asks for his own posting first and only then goes along the documents that
// name him: an act costs one lookup, and not the list of an agency.
func (s *Store) Holds(ctx context.Context, officer, agency string, roles []string, at time.Time) (holds bool, err error) {
	now := instant(at)
	err = s.read(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM postings p
		WHERE p.officer = ? AND p.agency = ? AND p.role IN ? AND (p.from_at IS NULL OR p.from_at <= ?) AND (p.until_at IS NULL OR p.until_at > ?))
		OR EXISTS (WITH RECURSIVE acts_as (officer, role) AS (
		SELECT CAST(? AS TEXT), ''
		UNION SELECT u.officer, CASE WHEN a.role = '' THEN u.role ELSE a.role END FROM acts_as a CROSS JOIN substitutions u
		WHERE u.substitute = a.officer AND u.agency IN ('', ?) AND (u.role = '' OR a.role = '' OR u.role = a.role)
			AND (u.from_at IS NULL OR u.from_at <= ?) AND (u.until_at IS NULL OR u.until_at > ?))
		SELECT 1 FROM acts_as a CROSS JOIN postings p WHERE p.officer = a.officer AND p.agency = ? AND p.role IN ?
			AND (a.role = '' OR a.role = p.role) AND (p.from_at IS NULL OR p.from_at <= ?) AND (p.until_at IS NULL OR p.until_at > ?))`,
		officer, agency, roles, now, now, officer, agency, now, now, agency, roles, now, now).Scan(&holds).Error
	if err != nil {
		return false, fmt.Errorf("whether %s holds %v at %s: %w", officer, roles, agency, err)
	}
	return holds, nil
}
