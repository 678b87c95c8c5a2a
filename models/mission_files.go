package models

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/mission"
)

// saveMissionFile stores a mission model or plan under its hash, with the file it was made from. Storing it again changes nothing.
// A file whose approver is named is in force at once: what ships with the program.
func (s *Store) saveMissionFile(ctx context.Context, row missionFileRow) (created bool, err error) {
	row.SavedAt, row.Search, row.Act = s.now(), Fold(row.Code, row.Name), cmp.Or(row.Act, row.Hash)
	res := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if res.Error != nil {
		return false, fmt.Errorf("save mission file %s: %w", row.Code, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// MissionApproval says by which act a file came and who wrote it and, where it needs no other approval, who stands for it since
// when (legal time).
type MissionApproval struct {
	Act, Author, ApprovedBy string
	At                      time.Time
}

// SaveMissionModel stores a compiled model; created is false where its content is stored already.
func (s *Store) SaveMissionModel(ctx context.Context, m *mission.Model, source []byte, a MissionApproval) (created bool, err error) {
	content, err := m.Encode()
	if err != nil {
		return false, fmt.Errorf("save mission model: %w", err)
	}
	row := missionFileRow{Content: content, Source: source, MissionFileRow: MissionFileRow{
		Hash: m.Hash, Kind: MissionModelFile, Code: m.Code, Name: m.Name, Lead: m.Lead, Origin: m.Origin,
		Act: a.Act, Author: a.Author, ApprovedBy: a.ApprovedBy, ApprovedAt: a.At,
	}}
	if m.Plan != nil {
		row.Plan, row.No = m.Plan.Code, m.Plan.No
	}
	if m.Decision != nil {
		if row.ValidFrom, err = validFrom(m.Decision.On); err != nil {
			return false, fmt.Errorf("save mission model %s: decided on: %w", m.Code, err)
		}
	}
	return s.saveMissionFile(ctx, row)
}

// SaveMissionPlan stores a plan; created is false where its content is stored already.
func (s *Store) SaveMissionPlan(ctx context.Context, p *mission.Plan, source []byte, a MissionApproval) (created bool, err error) {
	content, err := json.Marshal(p)
	if err != nil {
		return false, fmt.Errorf("save mission plan %s: %w", p.Code, err)
	}
	row := missionFileRow{Content: content, Source: source, MissionFileRow: MissionFileRow{
		Hash: p.Hash(), Kind: MissionPlanFile, Code: p.Code, Name: p.Name, Origin: p.Origin,
		Act: a.Act, Author: a.Author, ApprovedBy: a.ApprovedBy, ApprovedAt: a.At,
	}}
	if p.Decision != nil {
		if row.ValidFrom, err = validFrom(p.Decision.On); err != nil {
			return false, fmt.Errorf("save mission plan %s: decided on: %w", p.Code, err)
		}
	}
	return s.saveMissionFile(ctx, row)
}

// MissionFile returns a stored file by hash, or ErrNotFound.
func (s *Store) MissionFile(ctx context.Context, hash string) (row MissionFileRow, err error) {
	if err := one(s.read(ctx).Where("hash = ?", hash), &row); err != nil {
		return row, fmt.Errorf("mission file %s: %w", hash, err)
	}
	return row, nil
}

// MissionFileByAct returns the file that an act brought, or ErrNotFound.
func (s *Store) MissionFileByAct(ctx context.Context, act string) (row MissionFileRow, err error) {
	if err := one(s.read(ctx).Where("act = ?", act), &row); err != nil {
		return row, fmt.Errorf("mission file of act %s: %w", act, err)
	}
	return row, nil
}

// ApproveMissionFile approves a file that nobody approved yet (legal time); one that was approved stays as it is.
func (s *Store) ApproveMissionFile(ctx context.Context, hash, by string, at time.Time) error {
	err := s.write(ctx).Table("mission_files").Where("hash = ? AND approved_at IS NULL", hash).
		Updates(map[string]any{"approved_by": by, "approved_at": instant(at)}).Error
	if err != nil {
		return fmt.Errorf("approve mission file %s: %w", hash, err)
	}
	return nil
}

// MissionModel returns a model by hash; its content is checked against the hash.
func (s *Store) MissionModel(ctx context.Context, hash string) (*mission.Model, error) {
	var row missionFileRow
	if err := one(s.read(ctx).Select("content").Where("hash = ? AND kind = ?", hash, MissionModelFile), &row); err != nil {
		return nil, fmt.Errorf("mission model %s: %w", hash, err)
	}
	m, err := mission.Decode(row.Content)
	if err != nil {
		return nil, fmt.Errorf("mission model %s: %w", hash, err)
	}
	return m, nil
}

// newestMission orders the versions of a code: the one approved last first.
const newestMission = "approved_at DESC, saved_at DESC, hash"

// inForceMission restricts mission files to those approved, and decided, by a legal instant.
func inForceMission(q *gorm.DB, at time.Time) *gorm.DB {
	return q.Where("approved_at <= ? AND (valid_from IS NULL OR valid_from <= ?)", instant(at), instant(at))
}

// CurrentMissionModel is the hash of the model of a code in force at a legal instant, or ErrNotFound.
func (s *Store) CurrentMissionModel(ctx context.Context, code string, at time.Time) (string, error) {
	var row MissionFileRow
	q := inForceMission(s.read(ctx).Select("hash"), at).Where("kind = ? AND code = ?", MissionModelFile, code).Order(newestMission)
	if err := one(q, &row); err != nil {
		return "", fmt.Errorf("mission model %s: %w", code, err)
	}
	return row.Hash, nil
}

// MissionFiles lists the files of a kind in force at a legal instant, one of each code, by code; with drafts, those that nobody
// approved yet as well.
func (s *Store) MissionFiles(ctx context.Context, kind string, at time.Time, drafts bool) (rows []MissionFileRow, err error) {
	ranked := inForceMission(s.read(ctx).Table("mission_files"), at).Where("kind = ?", kind).
		Select("hash, ROW_NUMBER() OVER (PARTITION BY code ORDER BY " + newestMission + ") AS nth")
	q := s.read(ctx).Where("hash IN (SELECT hash FROM (?) ranked WHERE nth = 1)", ranked)
	if drafts {
		q = q.Or("kind = ? AND approved_at IS NULL", kind)
	}
	if err := q.Order("code, saved_at, hash").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("mission files: %w", err)
	}
	return rows, nil
}

// MissionPlans are the plans in force at a legal instant, by code.
func (s *Store) MissionPlans(ctx context.Context, at time.Time) ([]*mission.Plan, error) {
	files, err := s.MissionFiles(ctx, MissionPlanFile, at, false)
	if err != nil {
		return nil, err
	}
	plans := make([]*mission.Plan, 0, len(files))
	for _, f := range files {
		var row missionFileRow
		if err := one(s.read(ctx).Select("content").Where("hash = ?", f.Hash), &row); err != nil {
			return nil, fmt.Errorf("mission plan %s: %w", f.Code, err)
		}
		p := &mission.Plan{}
		if err := json.Unmarshal(row.Content, p); err != nil {
			return nil, fmt.Errorf("mission plan %s: %w", f.Code, err)
		}
		if got := p.Hash(); got != f.Hash {
			return nil, fmt.Errorf("mission plan %s: content has hash %s, not %s", f.Code, got, f.Hash)
		}
		plans = append(plans, p)
	}
	return plans, nil
}
