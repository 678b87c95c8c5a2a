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

const (
	branch = "H99.14.01.01"
	desk   = "H99.02.01"
)

// world is the demonstration province. The worker's clock is the database's, or nothing fires; legal time is set apart.
type world struct {
	*activities.Activities
	t *testing.T
}

func open(t *testing.T, legal time.Time) *world {
	t.Helper()
	s := modelstest.Open(t)
	require.NoError(t, app.SeedDemo(t.Context(), s))
	w := &world{t: t, Activities: &activities.Activities{Store: s, Now: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}}
	wall, err := s.DBNow(t.Context())
	require.NoError(t, err)
	w.Clock, err = calendar.NewClock(wall, legal, 1)
	require.NoError(t, err)
	return w
}

func day(month time.Month, d, hour int) time.Time {
	return time.Date(2026, month, d, hour, 0, 0, 0, calendar.Zone())
}

// ask looks up one rung of a dossier received at desk 1 and led by the branch.
func (w *world) ask(tasks []dossier.TaskView, handUp bool, to ...string) dossier.Recipients {
	w.t.Helper()
	return w.askOf(procedure.OnDossier, tasks, handUp, to...)
}

// askOf is ask about another subject: a step or the intake.
func (w *world) askOf(subject string, tasks []dossier.TaskView, handUp bool, to ...string) dossier.Recipients {
	w.t.Helper()
	key := dossier.RungKey{Subject: subject, Rung: "r"}
	r, err := w.LookUp(w.t.Context(), workflows.LookupRequest{
		Code: "x", Receiving: desk, Lead: branch, Rungs: []workflows.RungQuery{{Key: key, To: to, Tasks: tasks, HandUp: handUp}},
	})
	require.NoError(w.t, err)
	require.False(w.t, r.Skewed)
	require.Len(w.t, r.Recipients, 1)
	require.Equal(w.t, key, r.Recipients[0].Rung)
	return r.Recipients[0]
}

func task(agency, role, assignee string) []dossier.TaskView {
	return []dossier.TaskView{{Task: "t#1", Agency: agency, Role: role, Assignee: assignee}}
}

// Who a rung reaches in the demonstration's organisation (library/organisation/demo.yaml): of the whole dossier who holds the
// open task and the lead, which made the promise; of a step its own agency; of the intake the desk.
func TestRecipients(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	const dossierRung, stepRung, intakeRung = "dossier", "step:t#1", "intake"
	heads := []string{procedure.ToHeadOfUnit, procedure.ToHeadOfAgency}
	for name, c := range map[string]struct {
		subject string
		tasks   []dossier.TaskView
		to      []string
		want    []string
		handUp  string
	}{
		"who has the task":                  {dossierRung, task(branch, "chuyen-vien", "cb19"), []string{procedure.ToAssignee}, []string{"cb19"}, ""},
		"all of its role while nobody does": {dossierRung, task(branch, "chuyen-vien", ""), []string{procedure.ToAssignee}, []string{"cb18", "cb19"}, ""},
		"head of the unit with the task":    {dossierRung, task(branch, "chuyen-vien", "cb18"), []string{procedure.ToHeadOfUnit}, []string{"cb17"}, "cb17"},
		"helping agency, and the lead":      {dossierRung, task("H99.20", "can-bo-thue", ""), []string{procedure.ToHeadOfAgency}, []string{"cb28", "cb16"}, "cb28"},
		"desk before the hand-over":         {dossierRung, task(desk, "mot-cua", ""), heads, []string{"cb08", "cb17", "cb16"}, "cb08"},
		"two agencies at once, and the lead": {dossierRung, append(task("H99.20", "can-bo-thue", ""), task("H99.31", "chuyen-vien", "")...),
			[]string{procedure.ToHeadOfAgency}, []string{"cb28", "cb31", "cb16"}, "cb28"},
		"no task: the lead alone":            {dossierRung, nil, []string{procedure.ToHeadOfAgency}, []string{"cb16"}, "cb16"},
		"step of a helping agency":           {stepRung, task("H99.20", "can-bo-thue", ""), heads, []string{"cb28"}, "cb28"},
		"step of the desk":                   {stepRung, task(desk, "mot-cua", ""), heads, []string{"cb08"}, "cb08"},
		"step whose task is gone":            {stepRung, nil, []string{procedure.ToHeadOfAgency}, []string{"cb16"}, "cb16"},
		"intake is the desk's":               {intakeRung, nil, []string{procedure.ToOneStop, procedure.ToHeadOfAgency, procedure.ToHeadOfUnit}, []string{"cb08"}, "cb08"},
		"the desk, wherever the task is":     {dossierRung, task("H99.20", "can-bo-thue", ""), []string{procedure.ToOneStop}, []string{"cb08"}, "cb08"},
		"control office, up the tree":        {dossierRung, task(branch, "chuyen-vien", ""), []string{procedure.ToControl}, []string{"cb03", "cb04"}, "cb03"},
		"chair, at the top of the tree":      {dossierRung, task(branch, "chuyen-vien", ""), []string{procedure.ToChair}, []string{"cb01"}, "cb01"},
		"the applicant by no name":           {dossierRung, nil, []string{procedure.ToApplicant}, []string{activities.Applicant}, ""},
		"vacant post: the next agency up":    {stepRung, task("H99.03", "thu-ky", ""), heads, []string{"cb02", "cb40"}, "cb02"},
		"one person in two posts, told once": {stepRung, task("H99.20", "x", "cb28"), append([]string{procedure.ToAssignee}, heads...), []string{"cb28"}, "cb28"},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.askOf(c.subject, c.tasks, true, c.to...)
			require.Equal(t, c.want, got.To)
			require.Equal(t, c.handUp, got.HandUp)
		})
	}
}

// A post that falls vacant is answered by the next one up, from that instant on.
func TestVacantPost(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	tasks := task(branch, "chuyen-vien", "cb18")
	require.Equal(t, "cb16", w.ask(tasks, true, procedure.ToHeadOfAgency).HandUp)
	require.NoError(t, w.Store.EndPosting(t.Context(), "cb16", branch, procedure.ToHeadOfAgency, day(3, 2, 8)))
	got := w.ask(tasks, true, procedure.ToHeadOfAgency)
	require.Equal(t, []string{"cb15"}, got.To)
	require.Equal(t, "cb15", got.HandUp)
	require.Empty(t, w.ask(tasks, false, procedure.ToHeadOfAgency).HandUp, "only a rung that hands up")
}

// cb17 signs for cb16 from 2026-12-07 to 2026-12-11, both days included, and only as lanh-dao.
func TestSubstitution(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at        time.Time
		role, who string
	}{
		{day(12, 6, 23), "lanh-dao", "cb16"},
		{day(12, 7, 0), "lanh-dao", "cb17"},
		{day(12, 11, 23), "lanh-dao", "cb17"},
		{day(12, 12, 0), "lanh-dao", "cb16"},
		{day(12, 8, 9), procedure.ToHeadOfAgency, "cb16"},
	} {
		w := open(t, c.at)
		require.Equal(t, []string{c.who}, w.ask(task(branch, c.role, ""), false, procedure.ToAssignee).To, "%s on %s", c.role, c.at)
	}
}

// A rung that reaches nobody is a finding, counted, and does not stop the ladder.
func TestNobodyToReach(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	for range 2 {
		require.Empty(t, w.ask(task(branch, "khong-ai", ""), true, procedure.ToAssignee).To)
	}
	found, err := w.Store.Findings(t.Context(), activities.FindingNoRecipient, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, 2, found[0].Count)
}

// A dossier hears of a newer calendar at its next look-up, and of nothing where it has it already.
func TestNewerCalendar(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	have, err := w.Store.AgencyCalendar(t.Context(), branch)
	require.NoError(t, err)
	req := workflows.LookupRequest{Code: "x", Receiving: desk, Lead: branch, Calendars: []dossier.AgencyCalendar{{Agency: branch, Hash: have}, {Agency: desk, Hash: have}}}
	r, err := w.LookUp(t.Context(), req)
	require.NoError(t, err)
	require.Empty(t, r.Newer)
	spec, err := w.Store.CalendarSpec(t.Context(), have)
	require.NoError(t, err)
	off, err := calendar.ParseDate("2026-03-10")
	require.NoError(t, err)
	spec.Off = append(append([]calendar.Date{}, spec.Off...), off)
	require.NoError(t, w.Store.SaveCalendar(t.Context(), spec))
	cal, err := calendar.New(spec)
	require.NoError(t, err)
	require.NoError(t, w.Store.SetAgencyCalendar(t.Context(), branch, cal.Hash()))
	r, err = w.LookUp(t.Context(), req)
	require.NoError(t, err)
	require.Len(t, r.Newer, 1)
	require.Equal(t, branch, r.Newer[0].Agency)
	require.Equal(t, cal.Hash(), r.Newer[0].Hash)
	got, err := calendar.Interned(r.Newer[0].Hash, r.Newer[0].Spec)
	require.NoError(t, err)
	require.False(t, got.IsWorkingDay(off.Time()))
}

// Clocks that disagree by more than a minute fire nothing, either way round, until they agree; then the finding is over.
func TestSkewedClock(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	w.Host = "may-1"
	found := func() []models.Finding {
		list, err := w.Store.Findings(t.Context(), activities.FindingClock, false, 10)
		require.NoError(t, err)
		return list
	}
	look := func(gap time.Duration) workflows.LookupReply {
		w.Now = func() time.Time { return time.Now().Add(gap) }
		r, err := w.LookUp(t.Context(), workflows.LookupRequest{
			Code: "x", Receiving: desk, Lead: branch, Rungs: []workflows.RungQuery{{Key: dossier.RungKey{Subject: procedure.OnDossier, Rung: "r"}, To: []string{procedure.ToChair}}},
		})
		require.NoError(t, err)
		return r
	}
	for _, step := range []struct {
		gap    time.Duration
		skewed bool
	}{
		{0, false}, {-30 * time.Second, false}, {30 * time.Second, false}, // within a minute
		{2 * time.Minute, true}, {-2 * time.Minute, true}, {65 * time.Second, true}, {-65 * time.Second, true},
		{10 * time.Second, false}, {-time.Hour, true}, {0, false}, // set back, and set right
	} {
		r := look(step.gap)
		require.Equal(t, step.skewed, r.Skewed, step.gap)
		require.Equal(t, step.skewed, len(r.Recipients) == 0, "who is skewed reaches nobody: %s", step.gap)
		require.Equal(t, step.skewed, len(found()) == 1, "the finding is open while the clocks disagree, no longer: %s", step.gap)
	}
	all, err := w.Store.Findings(t.Context(), activities.FindingClock, true, 10)
	require.NoError(t, err)
	require.Len(t, all, 2, "twice wrong, twice set right")
	require.Equal(t, 4, all[1].Count)
	require.Equal(t, "worker may-1", all[1].Subject)

	// Another worker of the machine, started after the clock was set right, closes what the one before it left open.
	look(time.Hour)
	require.Len(t, found(), 1)
	fresh := &activities.Activities{Store: w.Store, Clock: w.Clock, Now: time.Now, Logger: w.Logger, Host: w.Host}
	_, err = fresh.LookUp(t.Context(), workflows.LookupRequest{Code: "x", Receiving: desk, Lead: branch})
	require.NoError(t, err)
	require.Empty(t, found())
}

// The lag of a rung is what it fired later than its instant and its place in the window.
func TestLagOfRungs(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	var lags []time.Duration
	w.Lag, w.Window = func(d time.Duration) { lags = append(lags, d) }, 2*time.Minute
	instant := day(3, 4, 17)
	w.Now = func() time.Time {
		return w.Clock.WallAt(instant).Add(workflows.Spread("H99-1", w.Window) + 3*time.Second)
	}
	rung := dossier.RungFired{RungKey: dossier.RungKey{Subject: procedure.OnDossier, Rung: "r"}, Instant: instant}
	r := workflows.RecordRequest{
		Code: "H99-1", View: dossier.View{Code: "H99-1", Seq: 2, Stage: dossier.StageRunning, SubmittedAt: instant},
		Events: []dossier.Event{{Seq: 1, At: instant, Recorded: instant, Body: dossier.Resumed{}}, {Seq: 2, At: instant, Recorded: instant, Body: rung}},
	}
	_, err := w.Record(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, []time.Duration{3 * time.Second}, lags, "one rung of two events")
	r.Events[0].Seq, r.Events[1].Seq, r.View.Seq = 9, 10, 10
	_, err = w.Record(t.Context(), r)
	require.Error(t, err)
	require.Len(t, lags, 1, "what is not recorded did not fire")
}

// What is stored and asked again is a success; a workflow that is behind gets what is stored; a gap is final, and a finding.
func TestRecord(t *testing.T) {
	t.Parallel()
	w := open(t, day(3, 2, 9))
	req := submitted(t, w, "H99.02.01-260302-0001", dossier.ChannelCounter)
	for range 2 {
		r, err := w.Record(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, req.Digest, r.Digest)
	}
	other := submitted(t, w, req.Code, dossier.ChannelPost)
	ask := workflows.RecordRequest{Code: req.Code, View: dossier.View{Code: req.Code}, Digest: "nothing new"}
	for _, behind := range []workflows.RecordRequest{other, ask} {
		r, err := w.Record(t.Context(), behind)
		require.NoError(t, err)
		require.NotNil(t, r.Stored)
		require.Equal(t, req.Acts, r.Stored.Done)
		digest, err := dossier.Digest(r.Stored.Events)
		require.NoError(t, err)
		require.Equal(t, req.Digest, digest)
		require.Len(t, r.Stored.Calendars, 2)
		for _, c := range r.Stored.Calendars {
			require.Equal(t, c.Hash, c.Spec.Hash(), c.Agency)
		}
	}
	ask.View.Seq = req.View.Seq
	r, err := w.Record(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, workflows.RecordReply{Digest: ask.Digest}, r)

	gap := submitted(t, w, "H99.02.01-260302-0002", dossier.ChannelCounter)
	gap.Events = gap.Events[len(gap.Events)-1:]
	gap.Events[0].Seq, gap.View.Seq, gap.Digest = 7, 7, ""
	_, err = w.Record(t.Context(), gap)
	var final *temporal.ApplicationError
	require.ErrorAs(t, err, &final)
	require.Equal(t, workflows.SequenceType, final.Type())
	require.True(t, final.NonRetryable())
	found, err := w.Store.Findings(t.Context(), activities.FindingFrozen, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, gap.Code, found[0].Subject)

	req.Digest = "00"
	_, err = w.Record(t.Context(), req)
	require.Error(t, err)
	require.NotErrorAs(t, err, &final, "a batch that contradicts itself was not stored: it may be tried again")
}

// submitted is the first batch of a dossier.
func submitted(t *testing.T, w *world, code, channel string) workflows.RecordRequest {
	t.Helper()
	plan, err := w.Store.CurrentPlan(t.Context(), "9.000001", "", day(3, 2, 9))
	require.NoError(t, err)
	hash, err := w.Store.AgencyCalendar(t.Context(), branch)
	require.NoError(t, err)
	spec, err := w.Store.CalendarSpec(t.Context(), hash)
	require.NoError(t, err)
	cal, err := calendar.New(spec)
	require.NoError(t, err)
	deps := dossier.Deps{Plan: &plan.Exec, Policy: dossier.DefaultPolicy(), Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s := &dossier.State{}
	events, err := dossier.Do(deps, s, dossier.Act{ID: "a", Kind: dossier.ActSubmit, At: day(3, 2, 9), Intake: &dossier.IntakeFacts{
		Code: code, Channel: channel, Receiving: desk, Lead: branch,
		Calendars: []dossier.AgencyCalendar{{Agency: branch, Hash: hash}, {Agency: desk, Hash: hash}},
	}}, day(3, 2, 9))
	require.NoError(t, err)
	digest, err := dossier.Digest(events)
	require.NoError(t, err)
	v, err := dossier.Look(deps, s, day(3, 2, 9))
	require.NoError(t, err)
	return workflows.RecordRequest{Code: code, Events: events, Digest: digest, View: v, Acts: s.Done}
}
