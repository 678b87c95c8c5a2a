package models

import (
	"encoding/json"
	"time"

	"motcua/calendar"
	"motcua/mission"
)

// MissionRow is the read model of a mission: what lists filter and sort by in columns, and the whole view.
type MissionRow struct {
	Code  string `gorm:"column:code;primaryKey"`
	Model string `gorm:"column:model"`
	// Hash is the content of the model that it was started from.
	Hash      string        `gorm:"column:hash"`
	Lead      string        `gorm:"column:lead"`
	Seq       int64         `gorm:"column:seq"`
	Revision  int64         `gorm:"column:revision"`
	Stage     mission.Stage `gorm:"column:stage"`
	StartedAt time.Time     `gorm:"column:started_at;serializer:instant"`
	EndedAt   time.Time     `gorm:"column:ended_at;serializer:instant"`
	// NextDue is the earliest due instant of what is not done, LateFrom the instant from which something not done is late; both as
	// of the last event, and neither is a verdict.
	NextDue     time.Time `gorm:"column:next_due;serializer:instant"`
	LateFrom    time.Time `gorm:"column:late_from;serializer:instant"`
	Provisional bool      `gorm:"column:provisional"`
	NextAlarm   time.Time `gorm:"column:next_alarm;serializer:instant"`
	Total       int       `gorm:"column:total"`
	Settled     int       `gorm:"column:settled"`
	// Open: something can still happen. SortDue is NextDue, without one a far future.
	Open    bool         `gorm:"column:open"`
	SortDue time.Time    `gorm:"column:sort_due;serializer:instant"`
	View    mission.View `gorm:"column:view;serializer:document"`
	// UpdatedAt is wall time.
	UpdatedAt time.Time `gorm:"column:updated_at;autoUpdateTime:false;serializer:instant"`
	// Name, Plan and No are joined from the model.
	Name string `gorm:"->;column:name"`
	Plan string `gorm:"->;column:plan"`
	No   int    `gorm:"->;column:place_no"`
}

func (MissionRow) TableName() string { return "missions" }

func missionOf(v mission.View, now time.Time) MissionRow {
	return MissionRow{
		Code: v.Code, Model: v.Model, Hash: v.Hash, Lead: v.Lead, Seq: v.Seq, Revision: v.Revision, Stage: v.Stage, StartedAt: v.StartedAt,
		EndedAt: v.EndedAt, NextDue: v.NextDue, LateFrom: v.LateFrom, Provisional: v.Provisional, NextAlarm: v.NextAlarm,
		Total: v.Total, Settled: v.Settled, Open: !v.Stage.Ended(), SortDue: firstOf(v.NextDue, farFuture()), View: v, UpdatedAt: now,
	}
}

// MissionAnswer is what an act that RecordMission finished is answered with.
type MissionAnswer struct {
	Seq      int64         `json:"seq"`
	Revision int64         `json:"revision"`
	Stage    mission.Stage `json:"stage"`
	// NextDue is the earliest due instant of what was not done after the batch (legal time).
	NextDue time.Time `json:"next_due,omitzero"`
}

// MissionPayload is the payload of topic "event" of a mission's event. It holds no personal data.
type MissionPayload struct {
	Kind string `json:"kind"`
	// Mission is its code.
	Mission string        `json:"mission"`
	Seq     int64         `json:"seq"`
	Stage   mission.Stage `json:"stage"`
	// At is when it took effect (legal time).
	At time.Time `json:"at"`
}

// Kinds of mission files.
const (
	MissionModelFile = "model"
	MissionPlanFile  = "plan"
)

// MissionFileRow is a stored mission model or plan without its content. It is named by its content and never changes; the one in
// force of a code is the one approved last.
type MissionFileRow struct {
	Hash string `gorm:"column:hash;primaryKey"`
	Kind string `gorm:"column:kind"`
	Code string `gorm:"column:code"`
	Name string `gorm:"column:name"`
	// Plan and No are the place in a plan that a model fills, where it names one.
	Plan string `gorm:"column:plan"`
	No   int    `gorm:"column:place_no"`
	// Lead is the type of a model's lead agency.
	Lead   string `gorm:"column:lead"`
	Origin string `gorm:"column:origin"`
	// ValidFrom is the day of the deciding document; zero where the file names none.
	ValidFrom time.Time `gorm:"column:valid_from;serializer:instant"`
	// Act is the id of the act that brought it.
	Act     string    `gorm:"column:act"`
	Author  string    `gorm:"column:author"`
	SavedAt time.Time `gorm:"column:saved_at;serializer:instant"`
	// ApprovedBy is another person than the author; ApprovedAt is zero until then (legal time).
	ApprovedBy string    `gorm:"column:approved_by"`
	ApprovedAt time.Time `gorm:"column:approved_at;serializer:instant"`
}

func (MissionFileRow) TableName() string { return "mission_files" }

type missionFileRow struct {
	MissionFileRow `gorm:"embedded"`
	Search         string          `gorm:"column:search"`
	Content        json.RawMessage `gorm:"column:content;serializer:document"`
	Source         []byte          `gorm:"column:source"`
}

func (missionFileRow) TableName() string { return "mission_files" }

// validFrom reads the day of a deciding document.
func validFrom(on string) (time.Time, error) {
	if on == "" {
		return time.Time{}, nil
	}
	day, err := calendar.ParseDate(on)
	if err != nil {
		return time.Time{}, err
	}
	return day.Time(), nil
}
