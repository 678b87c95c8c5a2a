package office

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
)

// MissionDetail is one mission with its tasks, its indicators and its timeline.
type MissionDetail struct {
	mission.View
	Name      string         `json:"name"`
	Plan      *mission.Place `json:"plan,omitempty"`
	Origin    string         `json:"origin"`
	StageName string         `json:"stage_name"`
	// Tasks are all occurrences, by due instant.
	Tasks      []MissionTask      `json:"tasks"`
	Indicators []MissionIndicator `json:"indicators,omitempty"`
	Timeline   []mission.Event    `json:"timeline"`
	// Texts are what was written with the acts of the timeline, by their ids.
	Texts map[string]MissionText `json:"texts,omitempty"`
	// AsOf says which event the answer knows and where it comes from: the workflow itself or the read model.
	AsOf AsOf `json:"as_of"`
}

// MissionTask is an occurrence with what people read of it.
type MissionTask struct {
	mission.TaskView
	Name       string `json:"name"`
	Step       string `json:"step,omitempty"`
	Output     string `json:"output,omitempty"`
	StatusName string `json:"status_name"`
	// Class is its verdict now: early, on_time, late, or nothing yet. It is stored nowhere.
	Class string `json:"class,omitempty"`
}

// MissionIndicator is an indicator with what people read of it.
type MissionIndicator struct {
	mission.IndicatorView
	Name     string          `json:"name"`
	Unit     string          `json:"unit,omitempty"`
	Baseline *mission.Number `json:"baseline,omitempty"`
}

// MissionText is what was written with an act.
type MissionText struct {
	Kind   string    `json:"kind"`
	Reason string    `json:"reason,omitempty"`
	File   *Evidence `json:"file,omitempty"`
}

// ShowMission returns a mission. Live asks the workflow itself and falls back to the read model.
func (o *Office) ShowMission(ctx context.Context, p Principal, code string, live bool) (MissionDetail, error) {
	if err := allow(p, DoReadMissions); err != nil {
		return MissionDetail{}, err
	}
	if _, err := o.visibleMission(ctx, p, code); err != nil {
		return MissionDetail{}, err
	}
	r, err := o.RebuildMission(ctx, code)
	if err != nil {
		return MissionDetail{}, err
	}
	d := MissionDetail{Name: r.Model.Name, Plan: r.Model.Plan, Origin: r.Model.Origin, Timeline: r.Events, AsOf: AsOf{Source: FromReadModel}}
	if d.View, err = mission.Look(r.Deps, r.State, o.Legal()); err != nil {
		return d, err
	}
	if live {
		wait, cancel := context.WithTimeout(ctx, liveWait)
		defer cancel()
		if v, err := o.Missions.ViewMission(wait, code); err == nil && v.Seq >= d.View.Seq { // never less than what is recorded
			d.View, d.AsOf.Source = v, FromWorkflow
		}
	}
	d.AsOf.Seq, d.StageName = d.View.Seq, d.View.Stage.Vietnamese()
	tasks, err := mission.Tasks(r.Deps, r.State, o.Legal())
	if err != nil {
		return d, err
	}
	for _, t := range tasks {
		text, _ := r.Model.TaskText(t.ID)
		d.Tasks = append(d.Tasks, MissionTask{
			TaskView: t, Name: text.Name, Step: text.Step, Output: text.Output, StatusName: t.Status.Vietnamese(), Class: t.Class(o.Legal()),
		})
	}
	for i, v := range d.View.Indicators {
		line := MissionIndicator{IndicatorView: v}
		if i < len(r.Model.Indicators) { // the view lists them in the model's order
			text := r.Model.Indicators[i]
			line.Name, line.Unit, line.Baseline = text.Name, text.Unit, text.Baseline
		}
		d.Indicators = append(d.Indicators, line)
	}
	d.Texts, err = o.missionTexts(ctx, code)
	return d, err
}

func (o *Office) missionTexts(ctx context.Context, code string) (map[string]MissionText, error) {
	rows, err := o.Store.ActTexts(ctx, code)
	if err != nil {
		return nil, err
	}
	out := map[string]MissionText{}
	for _, r := range rows {
		var body struct {
			Reason string         `json:"reason"` // of the start, which is its own body
			Body   MissionActBody `json:"body"`
		}
		if len(r.Body) == 0 {
			continue
		}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return nil, fmt.Errorf("act %s: %w", r.ID, err)
		}
		t := MissionText{Kind: r.Kind[len(missionActs):], Reason: body.Reason + body.Body.Reason, File: body.Body.File}
		if t.Reason != "" || t.File != nil {
			out[r.ID] = t
		}
	}
	return out, nil
}

// MissionFilter narrows a list of missions.
type MissionFilter struct {
	Text, Plan, Model, Lead, Agency string
	Stage                           mission.Stage
	// Open keeps those that have not ended, Late those with something past its due date now.
	Open, Late bool
	DueBefore  time.Time
	Limit      int
	Cursor     string
}

// MissionLine is a mission in a list.
type MissionLine struct {
	Code      string         `json:"code"`
	Model     string         `json:"model"`
	Name      string         `json:"name"`
	Plan      *mission.Place `json:"plan,omitempty"`
	Lead      string         `json:"lead"`
	Stage     mission.Stage  `json:"stage"`
	StageName string         `json:"stage_name"`
	StartedAt time.Time      `json:"started_at"`
	EndedAt   time.Time      `json:"ended_at,omitzero"`
	NextDue   time.Time      `json:"next_due,omitzero"`
	Percent   *int           `json:"percent,omitempty"`
	Total     int            `json:"total"`
	Settled   int            `json:"settled"`
	// Open are the tasks and reports that somebody must do or accept now, Late those past their due date.
	Open         []string `json:"open,omitempty"`
	Late         []string `json:"late,omitempty"`
	Difficulties int      `json:"difficulties,omitempty"`
	Provisional  bool     `json:"provisional,omitempty"`
	Revision     int64    `json:"revision"`
}

// ListMissions is a page of missions, by what is due next.
func (o *Office) ListMissions(ctx context.Context, p Principal, f MissionFilter) ([]MissionLine, string, error) {
	if err := allow(p, DoReadMissions); err != nil {
		return nil, "", err
	}
	filter := models.MissionFilter{
		Scope: p.scope(), Plan: f.Plan, Model: f.Model, Lead: f.Lead, Agency: f.Agency, Stage: f.Stage, Late: f.Late, At: o.Legal(),
		DueBefore: f.DueBefore, Text: f.Text, Limit: f.Limit, Cursor: f.Cursor,
	}
	if f.Open {
		filter.Open = &f.Open
	}
	rows, next, err := o.Store.Missions(ctx, filter)
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]MissionLine, 0, len(rows))
	for _, r := range rows {
		out = append(out, o.missionLine(r))
	}
	return out, next, nil
}

// missionLine computes what depends on now; what began or fell due since the last event counts.
func (o *Office) missionLine(r models.MissionRow) MissionLine {
	v, now := r.View, o.Legal()
	l := MissionLine{
		Code: r.Code, Model: r.Model, Name: r.Name, Lead: r.Lead, Stage: r.Stage, StageName: r.Stage.Vietnamese(), StartedAt: v.StartedAt,
		EndedAt: v.EndedAt, NextDue: v.NextDue, Percent: v.Percent, Total: v.Total, Settled: v.Settled, Difficulties: v.Difficulties,
		Provisional: v.Provisional, Revision: v.Revision,
	}
	if r.Plan != "" {
		l.Plan = &mission.Place{Code: r.Plan, No: r.No}
	}
	for _, t := range v.Tasks {
		if t.Status != mission.StatusWaiting && !t.OpensAt.After(now) {
			l.Open = append(l.Open, t.Task)
		}
		if t.CompletedAt.IsZero() && t.Class(now) == dossier.ClassLate {
			l.Late = append(l.Late, t.Task)
		}
	}
	return l
}
