package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/activities"
	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/library"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/procedure"
	"motcua/workflows"
)

const linking = `motcua: 1
code: "9.100001"
name: Liên thông (mẫu)
field: mau
level: province
agency: vpdk-chi-nhanh
origin: sample
facts: [{name: parcel.kind, type: string, default: a}]
results: [{id: kq, name: Kết quả}]
limit: 10wd
steps:
  - {id: con, name: Xác nhận thửa đất, procedure: "9.000001", agency: vpdk-chi-nhanh, limit: 5wd, outcomes: {finished: tra, refused: tu-choi, stopped: tu-choi}}
  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`

// linked is a dossier submitted online and the batch of its acceptance, which opens another one.
func linked(t *testing.T, w *world) workflows.RecordRequest {
	t.Helper()
	shelf, err := library.Shelf()
	require.NoError(t, err)
	def, found := procedure.Parse("mau.yaml", []byte(linking))
	require.Empty(t, found)
	plan, found := procedure.Compile(def, shelf)
	require.NotNil(t, plan, found.Error())
	require.NoError(t, w.Store.SavePlan(t.Context(), plan, nil))
	in, err := w.Desk.Prepare(t.Context(), intake.Request{Procedure: "9.100001", Channel: dossier.ChannelOnline, Receiving: desk, Lead: branch})
	require.NoError(t, err)
	taking := intake.Taking{Act: "s", By: "portal", Legal: day(3, 2, 9)}
	code, err := w.Store.Intake(t.Context(), models.Submission{
		Act: models.ActRow{ID: "s", Principal: "portal", Kind: dossier.ActSubmit, ReceivedAt: day(3, 2, 9)}, Agency: desk, Legal: day(3, 2, 9),
		Applicant: models.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []models.Paper{{Document: "don", Originals: 1}, {Document: "khac"}},
		Build: func(code string, register func() (int64, error)) (models.Batch, json.RawMessage, error) {
			taking.Code = code
			b, err := in.Build(taking)
			return b, nil, err
		},
	})
	require.NoError(t, err)
	return accept(t, w, code, plan)
}

// accept is the batch that a workflow records when a dossier is accepted.
func accept(t *testing.T, w *world, code string, plan *procedure.Plan) workflows.RecordRequest {
	t.Helper()
	stored, err := w.Store.Events(t.Context(), code, 0)
	require.NoError(t, err)
	s := dossier.Rebuild(stored)
	deps := dossier.Deps{Plan: &plan.Exec, Policy: dossier.DefaultPolicy(), Calendars: func(hash string) (*calendar.Calendar, error) {
		spec, err := w.Store.CalendarSpec(t.Context(), hash)
		require.NoError(t, err)
		return calendar.New(spec)
	}}
	events, err := dossier.Do(deps, s, dossier.Act{ID: "a", Kind: dossier.ActAccept, At: day(3, 2, 10), By: "cb09", Register: 1}, day(3, 2, 10))
	require.NoError(t, err)
	digest, err := dossier.Digest(events)
	require.NoError(t, err)
	v, err := dossier.Look(deps, s, day(3, 2, 10))
	require.NoError(t, err)
	return workflows.RecordRequest{Code: code, Events: events, Digest: digest, View: v, Acts: s.Done}
}

func openWithDesk(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, Activities: &activities.Activities{
		Store: modelstest.Open(t), Now: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}
	require.NoError(t, app.SeedDemo(t.Context(), w.Store))
	wall, err := w.Store.DBNow(t.Context())
	require.NoError(t, err)
	w.Clock, err = calendar.NewClock(wall, day(3, 2, 9), 1)
	require.NoError(t, err)
	w.Desk = &intake.Desk{Store: w.Store, Clock: w.Clock, Now: w.Now, Policy: dossier.DefaultPolicy()}
	return w
}

// A worker that dies between the commit and its answer records again: one dossier was opened, not two.
func TestACrashBetweenCommitAndAnswerOpensOne(t *testing.T) {
	t.Parallel()
	w := openWithDesk(t)
	req := linked(t, w)
	for range 3 { // the local activity is tried again, perhaps by another worker, until somebody hears the answer
		r, err := w.Record(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, req.Digest, r.Digest)
	}
	rows, err := w.Store.Linked(t.Context(), req.Code)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	child, err := w.Store.Dossier(t.Context(), rows[0].Child)
	require.NoError(t, err)
	require.Equal(t, dossier.ChannelLinked, child.View.Channel)
	require.True(t, day(3, 3, 10).Equal(child.View.DueAt), "eight working hours from the acceptance above: %s", child.View.DueAt)
	papers, err := w.Store.Papers(t.Context(), rows[0].Child)
	require.NoError(t, err)
	require.Len(t, papers, 1)
	events, err := w.Store.Events(t.Context(), rows[0].Child, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"submitted", "accepted"}, []string{events[0].Body.Kind(), events[1].Body.Kind()})
	start, err := w.Store.ClaimOutbox(t.Context(), []string{models.TopicStart}, 10, time.Minute)
	require.NoError(t, err)
	require.Len(t, start, 1, "its workflow; the parent's own start waits its grace")
	require.Equal(t, rows[0].Child, start[0].Key)
}

// A worker that dies before the commit leaves nothing behind.
func TestACrashBeforeTheCommitOpensNone(t *testing.T) {
	t.Parallel()
	w := openWithDesk(t)
	req := linked(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Record(ctx, req)
	require.True(t, errors.Is(err, context.Canceled), err)
	rows, err := w.Store.Linked(t.Context(), req.Code)
	require.NoError(t, err)
	require.Empty(t, rows)
	_, err = w.Record(t.Context(), req)
	require.NoError(t, err)
	rows, err = w.Store.Linked(t.Context(), req.Code)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, "H99.02.01-260302-0002", rows[0].Child, "the next code of the day, without a gap")
}

// What cannot be opened does not keep what happened from being recorded.
func TestWhatCannotBeOpenedIsAFinding(t *testing.T) {
	t.Parallel()
	w := openWithDesk(t)
	req := linked(t, w)
	for i, e := range req.Events {
		if b, ok := e.Body.(dossier.ChildRequested); ok {
			b.Procedure = "9.999999"
			req.Events[i].Body = b
		}
	}
	var err error
	req.Digest, err = dossier.Digest(req.Events)
	require.NoError(t, err)
	_, err = w.Record(t.Context(), req)
	require.NoError(t, err)
	found, err := w.Store.Findings(t.Context(), activities.FindingNotOpened, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Contains(t, found[0].Detail, "9.999999")
	asked, err := w.Store.ClaimOutbox(t.Context(), []string{models.TopicLink}, 10, time.Minute)
	require.NoError(t, err)
	require.Len(t, asked, 1)
}
