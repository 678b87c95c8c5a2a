package models_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/mission"
	"motcua/models"
	"motcua/models/modelstest"
)

// pilot drives the shipped sample on the pure machine, as a workflow does.
type pilot struct {
	t     *testing.T
	model *mission.Model
	deps  mission.Deps
	state *mission.State
}

func newPilot(t *testing.T) *pilot {
	t.Helper()
	all, err := library.MissionModels()
	require.NoError(t, err)
	shelf, err := library.Calendars()
	require.NoError(t, err)
	book, err := shelf.Book("nation")
	require.NoError(t, err)
	p := &pilot{t: t, model: all[0], state: &mission.State{}}
	p.deps = mission.Deps{Model: &p.model.Exec, Calendars: func(string) (*calendar.Calendar, error) { return book.Calendar(), nil }}
	return p
}

func (p *pilot) facts(code string) *mission.Facts {
	f := &mission.Facts{Code: code, Lead: "vp", Calendars: []dossier.AgencyCalendar{{Agency: "vp", Hash: "x"}}}
	for _, ref := range p.model.Exec.Agencies {
		f.Bindings = append(f.Bindings, dossier.Binding{Ref: ref, Agency: ref})
	}
	return f
}

// batch does an act and returns what of it is recorded.
func (p *pilot) batch(when time.Time, a mission.Act) models.MissionBatch {
	p.t.Helper()
	a.At = when
	n := len(p.state.Done)
	events, err := mission.Do(p.deps, p.state, a, when)
	require.NoError(p.t, err)
	digest, err := dossier.Digest(events)
	require.NoError(p.t, err)
	v, err := mission.Look(p.deps, p.state, when)
	require.NoError(p.t, err)
	return models.MissionBatch{Code: p.state.Code, Events: events, Digest: digest, View: v, Acts: p.state.Done[n:]}
}

func (p *pilot) start(s *models.Store, act string) string {
	p.t.Helper()
	code, err := s.StartMission(p.t.Context(), models.MissionStart{
		Act:  models.ActRow{ID: act, Principal: "kstt", Kind: "mission.start", Fingerprint: "fp", Body: json.RawMessage(`{"model":"mau-01"}`), ReceivedAt: at(2, 9, 0)},
		Lead: "vp", Legal: at(2, 9, 0),
		Build: func(code string) (models.MissionBatch, json.RawMessage, error) {
			b := p.batch(at(2, 9, 0), mission.Act{ID: act, Kind: mission.ActStart, By: "kstt", Fingerprint: "fp", Start: p.facts(code)})
			return b, json.RawMessage(fmt.Sprintf(`{"code":%q}`, code)), nil
		},
	})
	require.NoError(p.t, err)
	return code
}

func TestMissionIsStartedInOneTransaction(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		p := newPilot(t)
		_, err := s.SaveMissionModel(ctx, p.model, []byte("motcua: 1"), models.MissionApproval{Author: "a", ApprovedBy: "b", At: at(1, 9, 0)})
		require.NoError(t, err)
		code := p.start(s, "m-1")
		require.Equal(t, "vp-NV26-0001", code)
		row, err := s.Mission(ctx, code)
		require.NoError(t, err)
		require.Equal(t, p.model.Name, row.Name, "joined from the model")
		require.Equal(t, mission.StageRunning, row.Stage)
		require.True(t, row.StartedAt.Equal(at(2, 9, 0)))
		require.True(t, row.NextDue.Equal(at(3, 9, 0)), "the survey of eight hours")
		require.True(t, row.LateFrom.Equal(at(3, 9, 1)))
		require.Equal(t, p.model.Exec.Model, row.Hash)
		want, err := json.Marshal(row.View)
		require.NoError(t, err)
		v, err := mission.Look(p.deps, p.state, at(2, 9, 0))
		require.NoError(t, err)
		got, err := json.Marshal(v)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got))

		act, err := s.Act(ctx, "m-1")
		require.NoError(t, err)
		require.Equal(t, models.ActDone, act.State)
		require.Equal(t, code, act.Dossier)
		require.JSONEq(t, fmt.Sprintf(`{"code":%q}`, code), string(act.Answer))
		require.NoError(t, s.DoneMissionStart(ctx, code))
		messages, err := s.ClaimOutbox(ctx, nil, 10, time.Minute)
		require.NoError(t, err)
		require.Len(t, messages, 1, "the start is marked done, the event is told")
		require.JSONEq(t, fmt.Sprintf(`{"kind":"mission_started","mission":%q,"seq":1,"stage":"running","at":"2026-03-02T09:00:00+07:00"}`, code), string(messages[0].Payload))

		var again *models.DuplicateAct
		_, err = s.StartMission(ctx, models.MissionStart{Act: models.ActRow{ID: "m-1", ReceivedAt: at(2, 9, 0)}, Lead: "vp", Legal: at(2, 9, 0)})
		require.ErrorAs(t, err, &again)
		refused := &dossier.Refusal{Code: "x"}
		_, err = s.StartMission(ctx, models.MissionStart{
			Act: models.ActRow{ID: "m-2", ReceivedAt: at(2, 9, 0)}, Lead: "vp", Legal: at(2, 9, 0),
			Build: func(string) (models.MissionBatch, json.RawMessage, error) { return models.MissionBatch{}, nil, refused },
		})
		require.ErrorIs(t, err, refused)
		_, err = s.Act(ctx, "m-2")
		require.ErrorIs(t, err, models.ErrNotFound, "nothing is left of it")
		require.Equal(t, "vp-NV26-0002", newPilot(t).start(s, "m-3"), "no gap")
		_, err = s.Mission(ctx, "vp-NV26-0009")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

func TestMissionJournal(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		p := newPilot(t)
		code := p.start(s, "m-1")
		_, created, err := s.BeginAct(ctx, models.ActRow{
			ID: "a-1", Principal: "xa", Dossier: code, Kind: "mission.report_difficulty", Fingerprint: "fp", Body: json.RawMessage(`{"body":{"reason":"Hỏng máy"}}`), ReceivedAt: at(2, 10, 0),
		})
		require.NoError(t, err)
		require.True(t, created)
		b := p.batch(at(2, 10, 0), mission.Act{ID: "a-1", Kind: mission.ActReportDifficulty, By: "xa", Task: "khao-sat", Reasoned: true, Fingerprint: "fp"})
		for range 2 { // stored already is a success
			digest, err := s.RecordMission(ctx, b)
			require.NoError(t, err)
			require.Equal(t, b.Digest, digest)
		}
		var contradiction *models.SequenceError
		other := b
		other.Events = append(mission.Events{}, b.Events...)
		other.Events[0].By, other.Digest = "somebody", ""
		_, err = s.RecordMission(ctx, other)
		require.ErrorAs(t, err, &contradiction)
		act, err := s.Act(ctx, "a-1")
		require.NoError(t, err)
		require.JSONEq(t, `{"seq":2,"revision":2,"stage":"running","next_due":"2026-03-03T09:00:00+07:00"}`, string(act.Answer))
		texts, err := s.ActTexts(ctx, code)
		require.NoError(t, err)
		require.Len(t, texts, 2)
		require.JSONEq(t, `{"body":{"reason":"Hỏng máy"}}`, string(texts[1].Body))

		_, err = s.RecordMission(ctx, p.batch(at(3, 9, 0), mission.Act{Kind: mission.ActAlarm}))
		require.NoError(t, err)
		rungs, _, err := s.Escalations(ctx, models.EscalationFilter{Scope: models.Scope{Agencies: []string{"ubnd-xa"}}})
		require.NoError(t, err)
		require.Len(t, rungs, 1, "a cooperating agency sees the rungs of what it takes part in")
		require.Equal(t, "task:khao-sat#1", rungs[0].Subject)
		require.Equal(t, code, rungs[0].Dossier)
		none, _, err := s.Escalations(ctx, models.EscalationFilter{Scope: models.Scope{Agencies: []string{"so"}}})
		require.NoError(t, err)
		require.Empty(t, none)

		events, err := s.MissionEvents(ctx, code, 0)
		require.NoError(t, err)
		rebuilt := mission.Rebuild(events)
		done, err := s.DoneActs(ctx, code)
		require.NoError(t, err)
		rebuilt.Done, rebuilt.Revision = done, done[len(done)-1].Revision
		want, err := json.Marshal(p.state)
		require.NoError(t, err)
		got, err := json.Marshal(rebuilt)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), "the events suffice")

		row, err := s.Mission(ctx, code)
		require.NoError(t, err)
		wrong := row.View
		wrong.Percent, wrong.Total = nil, 1
		require.NoError(t, s.RebuildMission(ctx, code, wrong))
		require.NoError(t, s.RebuildMission(ctx, code, row.View))
		again, err := s.Mission(ctx, code)
		require.NoError(t, err)
		require.Equal(t, row.Total, again.Total)
		wrong.Seq--
		require.ErrorIs(t, s.RebuildMission(ctx, code, wrong), models.ErrConflict)
		_, err = s.Events(ctx, code, 0)
		require.ErrorContains(t, err, "unknown event kind", "a mission's journal is no dossier's")
	})
}

func TestMissionLists(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		p := newPilot(t)
		_, err := s.SaveMissionModel(ctx, p.model, nil, models.MissionApproval{Author: "a", ApprovedBy: "b", At: at(1, 9, 0)})
		require.NoError(t, err)
		first := p.start(s, "m-1")
		second := newPilot(t)
		ended := second.start(s, "m-2")
		_, err = s.RecordMission(ctx, second.batch(at(2, 9, 30), mission.Act{ID: "c", Kind: mission.ActCancel, Reasoned: true}))
		require.NoError(t, err)
		third := newPilot(t).start(s, "m-3")
		yes, no := true, false
		list := func(f models.MissionFilter) (codes []string) {
			t.Helper()
			f.Scope = all()
			rows, _, err := s.Missions(ctx, f)
			require.NoError(t, err)
			for _, r := range rows {
				codes = append(codes, r.Code)
			}
			return codes
		}
		open := []string{first, third}
		for name, c := range map[string]struct {
			filter models.MissionFilter
			want   []string
		}{
			"all, by what is due next": {models.MissionFilter{}, []string{first, third, ended}},
			"open":                     {models.MissionFilter{Open: &yes}, open},
			"ended":                    {models.MissionFilter{Open: &no}, []string{ended}},
			"stage":                    {models.MissionFilter{Stage: mission.StageCancelled}, []string{ended}},
			"not late yet":             {models.MissionFilter{Late: true, At: at(3, 9, 0)}, nil},
			"late":                     {models.MissionFilter{Late: true, At: at(3, 9, 1)}, open},
			"due":                      {models.MissionFilter{DueBefore: at(3, 9, 1)}, open},
			"due at its instant":       {models.MissionFilter{DueBefore: at(3, 9, 0)}, nil},
			"lead":                     {models.MissionFilter{Lead: "vp"}, []string{first, third, ended}},
			"not the lead":             {models.MissionFilter{Lead: "ubnd-xa"}, nil},
			"takes part":               {models.MissionFilter{Agency: "ubnd-xa", Open: &yes}, open},
			"model":                    {models.MissionFilter{Model: "mau-02"}, nil},
			"plan":                     {models.MissionFilter{Plan: "kh-260"}, nil},
			"name without diacritics":  {models.MissionFilter{Text: "ho tro nguoi dan", Open: &yes}, open},
			"code":                     {models.MissionFilter{Text: ended}, []string{ended}},
		} {
			require.Equal(t, c.want, list(c.filter), name)
		}
		rows, next, err := s.Missions(ctx, models.MissionFilter{Scope: all(), Limit: 2})
		require.NoError(t, err)
		require.Len(t, rows, 2)
		rows, last, err := s.Missions(ctx, models.MissionFilter{Scope: all(), Limit: 2, Cursor: next})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Empty(t, last)
		_, _, err = s.Dossiers(ctx, models.DossierFilter{Scope: all(), Cursor: next})
		require.ErrorIs(t, err, models.ErrCursor)
		rows, _, err = s.Missions(ctx, models.MissionFilter{Scope: models.Scope{Agencies: []string{"so"}}})
		require.NoError(t, err)
		require.Empty(t, rows, "out of scope")
		alive, err := s.OpenMissions(ctx, "", 10)
		require.NoError(t, err)
		require.Len(t, alive, 2)
		latest, err := s.MissionsRecordedLast(ctx, time.Hour)
		require.NoError(t, err)
		require.Equal(t, alive, latest, "what has ended is not asked")
		none, err := s.RecordedLast(ctx, time.Hour)
		require.NoError(t, err)
		require.Empty(t, none)
		dossiers, err := s.OpenDossiers(ctx, "", 10)
		require.NoError(t, err)
		require.Empty(t, dossiers, "a mission is no dossier")
	})
}

func TestMissionFiles(t *testing.T) {
	t.Parallel()
	plans, err := library.MissionPlans()
	require.NoError(t, err)
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		p := newPilot(t)
		created, err := s.SaveMissionModel(ctx, p.model, []byte("tệp"), models.MissionApproval{Author: "cb01"})
		require.NoError(t, err)
		require.True(t, created)
		created, err = s.SaveMissionModel(ctx, p.model, nil, models.MissionApproval{Author: "cb02", ApprovedBy: "cb02", At: at(1, 9, 0)})
		require.NoError(t, err)
		require.False(t, created, "what is stored stays, its author and its approval too")
		_, err = s.CurrentMissionModel(ctx, "mau-01", at(9, 9, 0))
		require.ErrorIs(t, err, models.ErrNotFound, "nobody approved it")
		drafts, err := s.MissionFiles(ctx, models.MissionModelFile, at(9, 9, 0), true)
		require.NoError(t, err)
		require.Len(t, drafts, 1)
		require.NoError(t, s.ApproveMissionFile(ctx, p.model.Hash, "cb03", at(2, 9, 0)))
		require.NoError(t, s.ApproveMissionFile(ctx, p.model.Hash, "cb04", at(3, 9, 0)))
		file, err := s.MissionFile(ctx, p.model.Hash)
		require.NoError(t, err)
		require.Equal(t, []string{"cb01", "cb03"}, []string{file.Author, file.ApprovedBy}, "approved once")
		_, err = s.CurrentMissionModel(ctx, "mau-01", at(2, 8, 59))
		require.ErrorIs(t, err, models.ErrNotFound, "not before its approval")
		hash, err := s.CurrentMissionModel(ctx, "mau-01", at(2, 9, 0))
		require.NoError(t, err)
		m, err := s.MissionModel(ctx, hash)
		require.NoError(t, err)
		require.Equal(t, p.model.Hash, m.Hash)

		newer := *p.model
		newer.Content = "Nội dung khác"
		data, err := json.Marshal(newer)
		require.NoError(t, err)
		_, err = mission.Decode(data)
		require.ErrorIs(t, err, mission.ErrHash, "a changed content has another name")

		for _, plan := range plans {
			_, err := s.SaveMissionPlan(ctx, plan, nil, models.MissionApproval{Author: "motcua", ApprovedBy: "motcua", At: time.Unix(0, 0)})
			require.NoError(t, err)
		}
		filled := *plans[1]
		filled.Slots = append([]mission.Slot{}, plans[1].Slots...)
		filled.Slots[4] = mission.Slot{No: 5, Name: "Một mô hình", Source: "Phụ lục kế hoạch"}
		_, err = s.SaveMissionPlan(ctx, &filled, nil, models.MissionApproval{Author: "cb01"})
		require.NoError(t, err)
		got, err := s.MissionPlans(ctx, at(9, 9, 0))
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Zero(t, got[1].Named(), "a draft fills nothing")
		require.NoError(t, s.ApproveMissionFile(ctx, filled.Hash(), "cb03", at(9, 9, 0)))
		got, err = s.MissionPlans(ctx, at(9, 9, 0))
		require.NoError(t, err)
		require.Equal(t, []int{23, 1}, []int{got[0].Named(), got[1].Named()}, "each counted by itself")
	})
}
