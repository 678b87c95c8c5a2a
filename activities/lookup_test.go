package activities_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"motcua/activities"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
	"motcua/workflows"
)

func province(t *testing.T, now time.Time) (*activities.Activities, *models.Store) {
	t.Helper()
	store := modelstest.Open(t)
	require.NoError(t, app.SeedDemo(t.Context(), store))
	return &activities.Activities{
		Store: store, Clock: calendar.RealClock(), Now: func() time.Time { return now }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}, store
}

func ask(to string, tasks ...dossier.TaskView) workflows.LookupRequest {
	return workflows.LookupRequest{
		Code: "H99-1", Receiving: "H99.02.01", Lead: "H99.14.01.01",
		Rungs: []workflows.RungQuery{{Key: dossier.RungKey{Subject: procedure.OnDossier, Rung: "x"}, To: []string{to}, HandUp: true, Tasks: tasks}},
	}
}

// Recipients are found in the organisation tree at the moment of firing.
func TestLookUpFindsWhoARungReaches(t *testing.T) {
	t.Parallel()
	a, store := province(t, time.Now())
	appraisal := dossier.TaskView{Task: "tham-dinh#1", Agency: "H99.14.01.01", Role: "chuyen-vien"}
	assigned := appraisal
	assigned.Assignee = "cb19"
	for name, c := range map[string]struct {
		request workflows.LookupRequest
		to      []string
	}{
		"whoever holds the role while nobody has the task": {ask(procedure.ToAssignee, appraisal), []string{"cb18", "cb19"}},
		"the assignee":                  {ask(procedure.ToAssignee, assigned), []string{"cb19"}},
		"head of the task's agency":     {ask(procedure.ToHeadOfAgency, appraisal), []string{"cb16"}},
		"the receiving desk":            {ask(procedure.ToOneStop, appraisal), []string{"cb08"}},
		"the control office, far above": {ask(procedure.ToControl, appraisal), []string{"cb03", "cb04"}},
		"the applicant":                 {ask(procedure.ToApplicant, appraisal), []string{activities.Applicant}},
	} {
		reply, err := a.LookUp(t.Context(), c.request)
		require.NoError(t, err, name)
		require.False(t, reply.Skewed, name)
		require.Equal(t, c.to, reply.Recipients[0].To, name)
	}
	reply, err := a.LookUp(t.Context(), ask("nobody", appraisal))
	require.NoError(t, err)
	require.Empty(t, reply.Recipients[0].To)
	found, err := store.Findings(t.Context(), activities.FindingNoRecipient, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1, "a rung that reaches nobody is a finding")
}

// Tasks that are open side by side go up each in its own agency; a task alone needs no list.
func TestLookUpHandsUpEachTaskInItsAgency(t *testing.T) {
	t.Parallel()
	a, _ := province(t, time.Now())
	commune := dossier.TaskView{Task: "y-kien-xa#1", Agency: "H99.31", Role: "chuyen-vien"}
	tax := dossier.TaskView{Task: "y-kien-thue#1", Agency: "H99.20", Role: "can-bo-thue"}
	branch := dossier.TaskView{Task: "tham-dinh#1", Agency: "H99.14.01.01", Role: "chuyen-vien"}
	reply, err := a.LookUp(t.Context(), ask(procedure.ToHeadOfAgency, commune, tax, branch))
	require.NoError(t, err)
	require.Equal(t, []string{"cb31", "cb28", "cb16"}, reply.Recipients[0].To)
	require.Equal(t, []dossier.HandUp{{Task: "y-kien-xa#1", To: "cb31"}, {Task: "y-kien-thue#1", To: "cb28"}, {Task: "tham-dinh#1", To: "cb16"}}, reply.Recipients[0].HandUps)
	reply, err = a.LookUp(t.Context(), ask(procedure.ToHeadOfAgency, tax))
	require.NoError(t, err)
	require.Equal(t, "cb28", reply.Recipients[0].HandUp)
	require.Empty(t, reply.Recipients[0].HandUps)
}

func TestLookUpReturnsNewerCalendars(t *testing.T) {
	t.Parallel()
	a, store := province(t, time.Now())
	now, err := store.AgencyCalendar(t.Context(), "H99.02.01")
	require.NoError(t, err)
	r := ask(procedure.ToApplicant)
	r.Calendars = []dossier.AgencyCalendar{{Agency: "H99.02.01", Hash: now}, {Agency: "H99.14.01.01", Hash: "older"}}
	reply, err := a.LookUp(t.Context(), r)
	require.NoError(t, err)
	require.Len(t, reply.Newer, 1)
	require.Equal(t, "H99.14.01.01", reply.Newer[0].Agency)
	require.Equal(t, reply.Newer[0].Hash, reply.Newer[0].Spec.Hash())
}

// Clocks more than a minute apart fire nothing, and are a finding.
func TestLookUpRefusesSkewedClocks(t *testing.T) {
	t.Parallel()
	a, store := province(t, time.Now().Add(5*time.Minute))
	reply, err := a.LookUp(t.Context(), ask(procedure.ToApplicant))
	require.NoError(t, err)
	require.True(t, reply.Skewed)
	found, err := store.Findings(t.Context(), activities.FindingClock, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
}

// A final alarm (silence that counts, a dossier that is closed) waits for an act that was received before it.
func TestLookUpWaitsForWhatWasReceived(t *testing.T) {
	t.Parallel()
	a, store := province(t, time.Now())
	r := ask(procedure.ToApplicant)
	received := time.Now().Add(-time.Hour).Truncate(time.Minute)
	_, _, err := store.BeginAct(t.Context(), models.ActRow{ID: "a1", Principal: "p", Dossier: r.Code, Kind: "complete", Fingerprint: "f", ReceivedAt: received})
	require.NoError(t, err)
	for before, pending := range map[time.Time]bool{{}: false, received.Add(-time.Minute): false, received.Add(time.Minute): true} {
		r.Before = before
		reply, err := a.LookUp(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, pending, reply.Pending, before)
	}
}

// What contradicts the store is final: the dossier freezes.
func TestRecordOfAGapIsFinal(t *testing.T) {
	t.Parallel()
	a, store := province(t, time.Now())
	events := []dossier.Event{{Seq: 5, At: time.Now(), Recorded: time.Now(), Body: dossier.Resumed{}}}
	digest, err := dossier.Digest(events)
	require.NoError(t, err)
	_, err = a.Record(t.Context(), workflows.RecordRequest{Code: "H99-1", Events: events, Digest: digest, View: dossier.View{Code: "H99-1", Seq: 5}})
	var final *temporal.ApplicationError
	require.ErrorAs(t, err, &final)
	require.True(t, final.NonRetryable())
	require.Equal(t, workflows.SequenceType, final.Type())
	found, err := store.Findings(t.Context(), activities.FindingFrozen, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
}
