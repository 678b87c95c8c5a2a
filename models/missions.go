package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

// TopicStartMission asks for the workflow of a mission to be started; key and payload are its code.
const TopicStartMission = "start_mission"

const sequenceMission = "mission"

// MissionBatch is what one transaction records of a mission.
type MissionBatch struct {
	Code   string
	Events []mission.Event
	// Digest is dossier.Digest of the events; when set, it is checked.
	Digest string
	View   mission.View
	Acts   []dossier.DoneAct
}

// RecordMission writes a batch of a mission in one transaction, as Record does a dossier's.
func (s *Store) RecordMission(ctx context.Context, b MissionBatch) (string, error) {
	return s.commit(ctx, s.missionJournal(b))
}

func (s *Store) missionJournal(b MissionBatch) journal {
	j := journal{what: "mission", code: b.Code, events: b.Events, digest: b.Digest, acts: b.Acts}
	j.view.code, j.view.seq = b.View.Code, b.View.Seq
	j.stored = func(tx *gorm.DB) (int64, error) { return s.lockMission(tx, b.Code) }
	j.project = func(tx *gorm.DB) error { return s.projectMission(tx, b.View) }
	j.payload = func(e dossier.Event) any {
		if !missionForOutside(e.Body) {
			return nil
		}
		return MissionPayload{Kind: e.Body.Kind(), Mission: b.Code, Seq: e.Seq, Stage: b.View.Stage, At: e.At}
	}
	j.answer = func(a dossier.DoneAct) any {
		return MissionAnswer{Seq: a.Seq, Revision: a.Revision, Stage: b.View.Stage, NextDue: b.View.NextDue}
	}
	return j
}

// missionForOutside says that other systems follow the event: what was begun, reported, done, accepted, postponed and ended.
func missionForOutside(b dossier.Body) bool {
	switch b.(type) {
	case mission.RungFired, mission.RungsRearmed, mission.CalendarAdopted, mission.TaskHandedUp:
		return false
	}
	return true
}

// lockMission locks a mission's row until the transaction ends and returns the last event it knows, 0 without a row.
func (s *Store) lockMission(tx *gorm.DB, code string) (int64, error) {
	var have MissionRow
	err := fetch(tx, &have, []string{"seq"}, s.lockingEnd(), code)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return have.Seq, err
}

// projectMission replaces the read model of a mission by a view.
func (s *Store) projectMission(tx *gorm.DB, v mission.View) error {
	row := missionOf(v, s.now())
	upsert := clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, UpdateAll: true}
	if err := tx.Omit("Name", "Plan", "No").Clauses(upsert).Create(&row).Error; err != nil {
		return fmt.Errorf("read model: %w", err)
	}
	return nil
}

// MissionEvents are the events of a mission after a sequence number, in order. An unknown mission has none.
func (s *Store) MissionEvents(ctx context.Context, code string, after int64) (mission.Events, error) {
	events, err := s.events(ctx, code, after, mission.DecodeBody)
	return events, err
}

// RebuildMission replaces the read model of a mission by a view computed from its events, and adds what follows from them. The
// outside is not told again.
func (s *Store) RebuildMission(ctx context.Context, code string, v mission.View) error {
	events, err := s.MissionEvents(ctx, code, 0)
	if err != nil {
		return err
	}
	err = s.transact(ctx, func(tx *gorm.DB) error {
		have, err := s.lockMission(tx, code)
		if err != nil {
			return err
		}
		if v.Code != code || have > v.Seq || v.Seq > int64(len(events)) { // it moved on while the view was computed
			return fmt.Errorf("view of %q at event %d, mission is at %d: %w", v.Code, v.Seq, have, ErrConflict)
		}
		if err := s.projectMission(tx, v); err != nil {
			return err
		}
		j := s.missionJournal(MissionBatch{Code: code, Events: events, View: v})
		j.payload = nil
		return s.derive(tx, j)
	})
	if err != nil {
		return fmt.Errorf("rebuild mission %s: %w", code, err)
	}
	return nil
}

// MissionStart is what StartMission stores.
type MissionStart struct {
	// Act is the act of the start; its Dossier is filled in with the mission's code.
	Act ActRow
	// Lead is the lead agency, that the code is drawn for; Legal the legal time, whose year goes into it.
	Lead  string
	Legal time.Time
	// Build runs the pure machine and returns the batch and the answer to store with the act. It runs inside the transaction and
	// must not use the store. Its error rolls everything back and is returned as it is.
	Build func(code string) (MissionBatch, json.RawMessage, error)
}

// StartMission starts a mission in one transaction: the act's row, the code, the events, the read model and the outbox message
// that starts the workflow. Codes are "<agency>-NVyy-NNNN", without gaps per agency and legal year. An act that is stored already
// is a *DuplicateAct; nothing is written then.
func (s *Store) StartMission(ctx context.Context, m MissionStart) (code string, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		created, err := s.insertAct(tx, m.Act)
		if err != nil {
			return err
		}
		if !created {
			return &DuplicateAct{ID: m.Act.ID}
		}
		year := m.Legal.In(calendar.Zone()).Format("06")
		n, err := draw(tx, sequenceMission, m.Lead, year)
		if err != nil {
			return err
		}
		code = fmt.Sprintf("%s-NV%s-%04d", m.Lead, year, n)
		batch, answer, err := m.Build(code)
		if err != nil {
			return err
		}
		if batch.Code != code {
			return fmt.Errorf("start of mission %s: batch of %q", code, batch.Code)
		}
		return s.open(tx, s.missionJournal(batch), m.Act.ID, answer, TopicStartMission, StartPayload{Code: code}, startGrace)
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// DoneMissionStart says that the workflow of a mission was started, without a claim.
func (s *Store) DoneMissionStart(ctx context.Context, code string) error {
	return s.doneStart(ctx, TopicStartMission, code)
}
