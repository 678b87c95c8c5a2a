package office_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/office"
)

// A dossier goes from the desk to its result; what ended takes no more, and a retry of its last act hears the first answer.
func TestWholeLife(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	d.now = at(2, 10, 0)
	d.walk(code)
	v, err := d.Show(t.Context(), d.as("motcua"), code, false)
	require.NoError(t, err)
	require.Equal(t, dossier.Status(10), v.Status, v.StatusName)
	require.True(t, v.Stage.Closed())
	require.NotEmpty(t, v.Ledger)
	require.Len(t, v.Timeline, int(v.Seq))
	require.NoError(t, d.Audit(t.Context(), code))

	acts := d.engine.acts
	_, err = d.do("motcua", code, "late", office.ActBody{Kind: dossier.ActReturn})
	problem(t, err, http.StatusConflict, "closed")
	again := d.must("motcua", code, "w5", office.ActBody{Kind: dossier.ActReturn, Task: "tra-kq#1", Results: []string{"xac-nhan"}})
	require.Equal(t, v.Revision, again.Revision)
	require.Equal(t, acts, d.engine.acts)
}

func TestActOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}
	first := d.must("motcua", code, "a", body)
	require.Equal(t, 1, d.engine.acts)
	again := d.must("motcua", code, "a", body)
	require.Equal(t, first.Revision, again.Revision)
	require.Equal(t, first.Seq, again.Seq)
	require.Equal(t, 1, d.engine.acts)
	_, err := d.do("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1", Reason: "khác"})
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	// A refusal is an answer too, and stays one.
	for range 2 {
		_, err = d.do("motcua", code, "b", body)
		problem(t, err, http.StatusUnprocessableEntity, "task_not_open")
	}
}

// The form that somebody filled in while the dossier moved on is refused.
func TestActOnStaleForm(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	p := d.as("motcua")
	body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}
	_, err := d.Act(t.Context(), p, code, body, "a", 1)
	problem(t, err, http.StatusPreconditionFailed, "stale")
	v, err := d.Show(t.Context(), p, code, false)
	require.NoError(t, err)
	_, err = d.Act(t.Context(), p, code, body, "b", v.Revision)
	require.NoError(t, err)
}

// The engine did the act and lost its answer, or never saw it: either way it is pending, and the sweeper finishes it once.
func TestUnknownFate(t *testing.T) {
	t.Parallel()
	for name, outage := range map[string]func(e *engine, on bool){
		"done, answer lost": func(e *engine, on bool) { e.slow = on },
		"never seen":        func(e *engine, on bool) { e.hung = on },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			code := d.take(hourly(), "k").Code
			body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}
			d.engine.set(func(e *engine) { outage(e, true) })
			a, err := d.do("motcua", code, "a", body)
			require.NoError(t, err)
			require.Equal(t, office.ActPending, a.State)
			n, err := d.SweepActs(t.Context())
			require.NoError(t, err)
			require.Zero(t, n, "too young to ask again")
			d.engine.set(func(e *engine) { outage(e, false) })
			d.now = d.now.Add(time.Minute)
			_, err = d.SweepActs(t.Context())
			require.NoError(t, err)
			state, err := d.ActState(t.Context(), d.as("motcua"), a.Act)
			require.NoError(t, err)
			require.Equal(t, office.ActDone, state.State)
			require.Positive(t, state.Revision)
			require.Equal(t, 1, d.engine.acts)
			n, err = d.SweepActs(t.Context())
			require.NoError(t, err)
			require.Zero(t, n)
			_, err = d.ActState(t.Context(), d.as("thamdinh"), a.Act)
			problem(t, err, http.StatusNotFound, "act_unknown")
		})
	}
}

// An act that fails in a way nobody foresaw does not keep the sweeper from the others.
func TestSweepGoesOn(t *testing.T) {
	t.Parallel()
	d := open(t)
	bad, good := d.take(hourly(), "1").Code, d.take(hourly(), "2").Code
	body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}
	d.engine.set(func(e *engine) { e.hung = true })
	for _, code := range []string{bad, good} {
		_, err := d.do("motcua", code, code, body)
		require.NoError(t, err)
	}
	odd := errors.New("odd")
	d.engine.set(func(e *engine) { e.hung, e.odd[bad] = false, odd })
	d.now = d.now.Add(time.Minute)
	n, err := d.SweepActs(t.Context())
	require.ErrorIs(t, err, odd)
	require.Equal(t, 2, n)
	require.Equal(t, 1, d.engine.acts)
	require.NoError(t, d.Audit(t.Context(), good))
	require.Equal(t, http.StatusInternalServerError, office.ProblemOf(err).Status)
	require.NotContains(t, office.ProblemOf(err).Detail, "odd")
}

// Accepting gives the register number once, and the date is then promised.
func TestAcceptOnline(t *testing.T) {
	t.Parallel()
	d := open(t)
	s := hourly()
	s.Channel, s.Accept = dossier.ChannelOnline, false
	r, err := d.Submit(t.Context(), d.as("congdvc"), s, "k")
	require.NoError(t, err)
	d.started(r.Code)
	a := d.must("motcua", r.Code, "a", office.ActBody{Kind: dossier.ActAccept})
	require.True(t, at(3, 9, 0).Equal(a.Due), "due %s", a.Due)
	v, err := d.Show(t.Context(), d.as("motcua"), r.Code, true)
	require.NoError(t, err)
	require.Equal(t, office.FromWorkflow, v.AsOf.Source)
	require.NotNil(t, v.Walk)
	require.NotNil(t, v.Remaining)
	require.Equal(t, 8*60, *v.Remaining)
}

func TestNotes(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	p := d.as("motcua")
	for range 2 {
		_, err := d.Comment(t.Context(), p, code, " Đã gọi điện. ", "c")
		require.NoError(t, err)
	}
	_, err := d.Comment(t.Context(), p, code, "Điều khác.", "c")
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	list, err := d.Comments(t.Context(), p, code)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "Đã gọi điện.", list[0].Text)
	for _, text := range []string{"", "  ", strings.Repeat("ạ", 4001)} {
		_, err = d.Comment(t.Context(), p, code, text, "d")
		problem(t, err, http.StatusUnprocessableEntity, "invalid")
	}
	good := office.Attachment{Name: "don.pdf", MediaType: "application/pdf", Size: 10, SHA256: strings.Repeat("0a", 32)}
	for range 2 {
		_, err = d.Attach(t.Context(), p, code, good, "f")
		require.NoError(t, err)
	}
	other := good
	other.Name = "khac.pdf"
	_, err = d.Attach(t.Context(), p, code, other, "f")
	problem(t, err, http.StatusUnprocessableEntity, "idempotency_key_reused")
	files, err := d.Attachments(t.Context(), p, code)
	require.NoError(t, err)
	require.Len(t, files, 1)
	_, err = d.Attach(t.Context(), p, code, office.Attachment{Name: "../x", MediaType: "pdf", Size: -1, SHA256: "X"}, "g")
	require.Len(t, problem(t, err, http.StatusUnprocessableEntity, "invalid").Errors, 4, "everything at once")
}
