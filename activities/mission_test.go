package activities_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"motcua/activities"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/mission"
	"motcua/procedure"
	"motcua/workflows"
)

// The head of the lead agency hears of another agency's task; the others of a task's recipients are those of its own agency.
func TestRecipientsOfMissions(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	survey := task("H99.31", "chuyen-vien", "")
	for to, want := range map[string][]string{
		procedure.ToAssignee: {"cb33"}, procedure.ToHeadOfUnit: {"cb32"}, procedure.ToHeadOfAgency: {"cb31"}, procedure.ToHeadOfLead: {"cb02"},
		procedure.ToControl: {"cb03", "cb04"}, procedure.ToChair: {"cb01"},
	} {
		r, err := w.LookUp(t.Context(), workflows.LookupRequest{
			Code: "x", Receiving: "H99.01", Lead: "H99.01", Rungs: []workflows.RungQuery{{Key: dossier.RungKey{Subject: "task:khao-sat#1", Rung: "r"}, To: []string{to}, Tasks: survey, HandUp: to == procedure.ToHeadOfLead}},
		})
		require.NoError(t, err)
		require.Equal(t, want, r.Recipients[0].To, to)
		if to == procedure.ToHeadOfLead {
			require.Equal(t, "cb02", r.Recipients[0].HandUp)
		}
	}
}

// What is stored and asked again is a success; a mission that is behind gets what is stored; a gap is final, and a finding.
func TestRecordMission(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	all, err := library.MissionModels()
	require.NoError(t, err)
	hash, err := w.Store.AgencyCalendar(t.Context(), branch)
	require.NoError(t, err)
	spec, err := w.Store.CalendarSpec(t.Context(), hash)
	require.NoError(t, err)
	cal, err := calendar.New(spec)
	require.NoError(t, err)
	deps := mission.Deps{Model: &all[0].Exec, Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	request := func(by string) workflows.MissionRecordRequest {
		s := &mission.State{}
		events, err := mission.Do(deps, s, mission.Act{ID: "a", Kind: mission.ActStart, By: by, Start: &mission.Facts{
			Code: "H99.01-NV26-0001", Lead: "H99.01", Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: hash}},
			Bindings: []dossier.Binding{{Ref: "ubnd-xa", Agency: "H99.31"}, {Ref: "co-quan-thue", Agency: "H99.20"}},
		}}, day(3, 2, 9))
		require.NoError(t, err)
		digest, err := dossier.Digest(events)
		require.NoError(t, err)
		v, err := mission.Look(deps, s, day(3, 2, 9))
		require.NoError(t, err)
		return workflows.MissionRecordRequest{Code: s.Code, Events: events, Digest: digest, View: v, Acts: s.Done}
	}
	req := request("kstt")
	for range 2 {
		r, err := w.RecordMission(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, req.Digest, r.Digest)
	}
	ask := workflows.MissionRecordRequest{Code: req.Code, View: mission.View{Code: req.Code}, Digest: "nothing new"}
	for _, behind := range []workflows.MissionRecordRequest{request("somebody"), ask} {
		r, err := w.RecordMission(t.Context(), behind)
		require.NoError(t, err)
		require.NotNil(t, r.Stored)
		require.Equal(t, req.Acts, r.Stored.Done)
		data, err := json.Marshal(r) // as it travels to the workflow
		require.NoError(t, err)
		var arrived workflows.RecordReply
		require.NoError(t, json.Unmarshal(data, &arrived))
		digest, err := dossier.Digest(arrived.Stored.Mission)
		require.NoError(t, err)
		require.Equal(t, req.Digest, digest)
		require.Len(t, r.Stored.Calendars, 1)
		require.Equal(t, hash, r.Stored.Calendars[0].Spec.Hash())
	}
	ask.View.Seq = req.View.Seq
	r, err := w.RecordMission(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, workflows.RecordReply{Digest: ask.Digest}, r)

	gap := request("kstt")
	gap.Events[0].Seq, gap.View.Seq, gap.Digest = 7, 7, ""
	_, err = w.RecordMission(t.Context(), gap)
	var final *temporal.ApplicationError
	require.ErrorAs(t, err, &final)
	require.Equal(t, workflows.SequenceType, final.Type())
	require.True(t, final.NonRetryable())
	found, err := w.Store.Findings(t.Context(), activities.FindingFrozen, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, req.Code, found[0].Subject)
}
