package office_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, calendar.Zone())
}

// Counted days begin on the day after the receipt (điều 147 Bộ luật Dân sự 2015): twelve working days from Monday the 2nd end
// on Wednesday the 18th. Eight working hours run from the minute.
func TestSubmit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who    string
		change func(s *office.Submission)
		status dossier.Status
		due    time.Time
	}{
		"twelve days at the counter":   {"motcua", func(*office.Submission) {}, 2, at(18, 17, 0)},
		"eight hours at the counter":   {"motcua", func(s *office.Submission) { *s = hourly() }, 2, at(3, 9, 0)},
		"lead found for the procedure": {"motcua", func(s *office.Submission) { s.Procedure = "1.013992"; s.Lead = "" }, 0, time.Time{}},
		"online waits for the desk":    {"congdvc", func(s *office.Submission) { s.Channel, s.Accept = dossier.ChannelOnline, false }, 1, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			s := parcel()
			c.change(&s)
			r, err := d.Submit(t.Context(), d.as(c.who), s, "k")
			if c.status == 0 { // two branches serve the desk: the office does not choose
				p := problem(t, err, http.StatusUnprocessableEntity, "invalid")
				require.NotEmpty(t, p.Errors)
				return
			}
			require.NoError(t, err)
			d.started(r.Code)
			require.Equal(t, c.status, r.Status)
			require.Equal(t, c.status.Vietnamese(), r.StatusName)
			require.True(t, c.due.Equal(r.Due), "due %s", r.Due)
			require.Equal(t, c.due.IsZero(), r.AcceptedAt.IsZero())
			require.True(t, opening().Equal(r.SubmittedAt))
			require.Equal(t, c.due.IsZero(), !r.IntakeDue.IsZero(), "an online dossier has an intake clock instead")
		})
	}
}

// The start tried right after the commit is the one that the relay, or a rehydration, would make from the database.
func TestStartedAsRebuilt(t *testing.T) {
	t.Parallel()
	d := open(t)
	online := parcel()
	online.Channel, online.Accept = dossier.ChannelOnline, false
	for key, s := range map[string]office.Submission{"parcel": parcel(), "hourly": hourly(), "online": online} {
		code := d.take(s, key).Code
		r, err := d.Rebuild(t.Context(), code)
		require.NoError(t, err)
		want, err := json.Marshal(r.Start)
		require.NoError(t, err)
		d.engine.set(func(e *engine) {
			got, err := json.Marshal(e.running[code].input)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(got), key)
		})
	}
}

// An act that comes while the start is under way waits for it, instead of missing the workflow and starting it again.
func TestActWaitsForTheStart(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.engine.held = make(chan struct{})
	r, err := d.Submit(t.Context(), d.as("motcua"), parcel(), "k")
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		_, err := d.Act(t.Context(), d.as("motcua"), r.Code, office.ActBody{Kind: dossier.ActComplete}, "a", 0)
		done <- err
	}()
	close(d.engine.held)
	require.NoError(t, <-done)
	d.engine.set(func(e *engine) {
		require.Equal(t, 1, e.starts)
		require.Zero(t, e.missed)
	})
}

func TestSubmitRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, c := range map[string]struct {
		who     string
		change  func(s *office.Submission)
		status  int
		code    string
		pointer string
	}{
		"missing papers":             {"motcua", func(s *office.Submission) { s.Papers = s.Papers[:1] }, 422, "invalid", "/papers"},
		"unknown procedure":          {"motcua", func(s *office.Submission) { s.Procedure = "7.000000" }, 422, "invalid", "/procedure"},
		"wrong lead":                 {"motcua", func(s *office.Submission) { s.Lead = "H99.20" }, 422, "invalid", "/lead"},
		"two leads":                  {"motcua", func(s *office.Submission) { s.Lead = "" }, 422, "invalid", "/lead"},
		"desk without the procedure": {"congdvc", func(s *office.Submission) { s.Receiving, s.Accept = "H99.31", false }, 422, "invalid", "/receiving"},
		"fact outside its values":    {"motcua", func(s *office.Submission) { s.Facts = map[string]any{"parcel.region": "moon"} }, 422, "invalid", "/facts/parcel.region"},
		"unknown fact":               {"motcua", func(s *office.Submission) { s.Facts = map[string]any{"moon": true} }, 422, "invalid", "/facts/moon"},
		"unknown channel":            {"motcua", func(s *office.Submission) { s.Channel = "fax" }, 422, "invalid", "/channel"},
		"nobody applies":             {"motcua", func(s *office.Submission) { s.Applicant.Name = " " }, 422, "invalid", "/applicant/name"},
		"backdated without ground":   {"motcua", func(s *office.Submission) { s.ReceivedAt = opening().Add(-time.Hour) }, 422, "invalid", "/document"},
		"portal accepts":             {"congdvc", func(*office.Submission) {}, 403, "forbidden", ""},
		"submit at another desk":     {"motcua", func(s *office.Submission) { s.Receiving, s.Accept = "H99.02.02", false }, 403, "wrong_place", ""},
		"submit online elsewhere":    {"motcua", func(s *office.Submission) { s.Receiving, s.Accept, s.Channel = "H99.02", false, "online" }, 403, "wrong_place", ""},
		"no desk":                    {"motcua", func(s *office.Submission) { s.Receiving = "" }, 422, "invalid", "/receiving"},
		"portal to what is no desk":  {"congdvc", func(s *office.Submission) { s.Receiving, s.Accept = "H99.14", false }, 422, "invalid", "/receiving"},
		"accept at another desk":     {"motcua", func(s *office.Submission) { s.Receiving = "H99.02.02" }, 403, "wrong_place", ""},
		"handler submits":            {"thamdinh", func(s *office.Submission) { s.Accept = false }, 403, "forbidden", ""},
		"auditor submits":            {"thanhtra", func(s *office.Submission) { s.Accept = false }, 403, "forbidden", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := parcel()
			c.change(&s)
			_, err := d.Submit(t.Context(), d.as(c.who), s, name)
			p := problem(t, err, c.status, c.code)
			if c.pointer != "" {
				require.Equal(t, c.pointer, p.Errors[0].Pointer)
			}
		})
	}
	rows, _, err := d.store.Dossiers(t.Context(), models.DossierFilter{Scope: models.Scope{All: true}, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, rows, "what is refused leaves nothing behind")
}

// The same key is the same dossier; with other words it is refused; another principal's key is another key.
func TestSubmitOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	first := d.take(parcel(), "k")
	again, err := d.Submit(t.Context(), d.as("motcua"), parcel(), "k")
	require.NoError(t, err)
	require.Equal(t, first.Code, again.Code)
	require.True(t, first.Due.Equal(again.Due))
	other := parcel()
	other.Applicant.Name = "Trần Thị Mẫu"
	_, err = d.Submit(t.Context(), d.as("motcua"), other, "k")
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	online := parcel()
	online.Accept, online.Channel = false, dossier.ChannelOnline
	r, err := d.Submit(t.Context(), d.as("congdvc"), online, "k")
	require.NoError(t, err)
	require.NotEqual(t, first.Code, r.Code)
}

func TestSubmitOnceAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	p := d.as("motcua")
	codes := make([]string, 8)
	errs := make([]error, len(codes))
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			var r office.Receipt
			r, errs[i] = d.Submit(t.Context(), p, parcel(), "k")
			codes[i] = r.Code
		})
	}
	wait.Wait()
	for i, code := range codes {
		require.NoError(t, errs[i])
		require.Equal(t, codes[0], code)
	}
}

// With the engine down the date is printed all the same, and the dossier starts when somebody next acts on it.
func TestSubmitWithoutEngine(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.engine.set(func(e *engine) { e.down = true })
	r := d.take(parcel(), "k")
	require.True(t, at(18, 17, 0).Equal(r.Due))
	require.Zero(t, d.engine.starts)
	_, err := d.do("motcua", r.Code, "a", office.ActBody{Kind: dossier.ActComplete})
	p := problem(t, err, http.StatusServiceUnavailable, "engine_down")
	require.Positive(t, p.RetryAfter)
	pending, err := d.store.PendingActs(t.Context(), d.now.Add(time.Hour), 10)
	require.NoError(t, err)
	require.Empty(t, pending, "refused before its row is written")
	d.engine.set(func(e *engine) { e.down = false })
	d.must("motcua", r.Code, "a", office.ActBody{Kind: dossier.ActComplete})
	require.Equal(t, 1, d.engine.starts)
}

// Who may submit to which desk: an officer to those of the scope, a portal or an integrator to any.
func TestSubmitToADesk(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, c := range map[string]struct {
		p      office.Principal
		desk   string
		accept bool
		may    bool
	}{
		"officer, own desk":                   {d.as("motcua"), "H99.02.01", false, true},
		"officer, another desk":               {d.as("motcua"), "H99.02.02", false, false},
		"officer, the desk above":             {d.as("motcua"), "H99.02", false, false},
		"officer of the centre, a branch":     {d.officer("cb06", "H99.02", office.RoleOneStop), "H99.02.02", true, true},
		"portal of one desk, another":         {d.officer("portal", "H99.02.01", office.RolePortal), "H99.02.02", false, true},
		"integrator of no desk":               {d.officer("", "H99.20", office.RoleIntegrator), "H99.02.02", false, true},
		"officer and integrator, without":     {d.officer("cb09", "H99.02.01", office.RoleOneStop, office.RoleIntegrator), "H99.02.02", false, true},
		"officer and integrator, accepting":   {d.officer("cb09", "H99.02.01", office.RoleOneStop, office.RoleIntegrator), "H99.02.02", true, false},
		"everywhere":                          {office.Principal{ID: "a", All: true, Roles: []string{office.RoleOneStop}}, "H99.02.02", true, true},
		"sees everything, stands at one desk": {office.Principal{ID: "b", All: true, Scope: []string{"H99.02.01"}, Roles: []string{office.RoleOneStop, office.RoleControl}}, "H99.02.02", true, false},
	} {
		s := parcel()
		s.Receiving, s.Accept = c.desk, c.accept
		r, err := d.Submit(t.Context(), c.p, s, name)
		if !c.may {
			problem(t, err, http.StatusForbidden, "wrong_place")
			continue
		}
		require.NoError(t, err, name)
		d.started(r.Code)
	}
}
