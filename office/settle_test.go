package office_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

var errOdd = errors.New("password=secret")

// failing is a dossier on which every act fails in the engine, and one act that did.
func (d *desk) failing(key string) (code, act string) {
	d.t.Helper()
	code = d.take(hourly(), key).Code
	d.engine.set(func(e *engine) { e.odd[code] = errOdd })
	_, err := d.do("motcua", code, "act", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	require.ErrorIs(d.t, err, errOdd)
	rows, err := d.store.PendingActs(d.t.Context(), d.now.Add(time.Hour), 10)
	require.NoError(d.t, err)
	return code, rows[len(rows)-1].ID
}

// sweep asks again after a while, and says how many acts it asked.
func (d *desk) sweep(after time.Duration) int {
	d.t.Helper()
	d.now = d.now.Add(after)
	n, err := d.SweepActs(d.t.Context())
	if err != nil {
		require.ErrorIs(d.t, err, errOdd)
	}
	return n
}

func (d *desk) state(act string) office.Answer {
	d.t.Helper()
	a, err := d.ActState(d.t.Context(), d.as("motcua"), act)
	require.NoError(d.t, err)
	return a
}

// An act that the engine fails is asked again for ten minutes; then it ends: its sender hears that it was not done, the operator
// has a finding, and nobody asks any more.
func TestFailingActEnds(t *testing.T) {
	t.Parallel()
	d := open(t)
	code, act := d.failing("k")
	for range 9 {
		require.Equal(t, 1, d.sweep(time.Minute))
		require.Equal(t, office.ActPending, d.state(act).State)
	}
	require.Equal(t, 1, d.sweep(time.Minute))
	require.Zero(t, d.sweep(time.Minute), "asked no more")
	a := d.state(act)
	require.Equal(t, office.ActFailed, a.State)
	require.Equal(t, "act_failed", a.Problem.Code)
	require.Contains(t, a.Problem.Detail, "chưa được ghi nhận")
	require.NotContains(t, a.Problem.Detail, "secret")
	found, err := d.store.Findings(t.Context(), office.FindingActFailed, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, act, found[0].Subject)
	require.Contains(t, found[0].Detail, code)

	// The engine is mended: the key has its answer, another one does the act, once.
	d.engine.set(func(e *engine) { delete(e.odd, code) })
	body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"}
	_, err = d.do("motcua", code, "act", body)
	problem(t, err, http.StatusInternalServerError, "act_failed")
	require.Zero(t, d.engine.acts)
	d.must("motcua", code, "again", body)
	require.Equal(t, 1, d.engine.acts)
	require.NoError(t, d.Audit(t.Context(), code))
}

// Mended in time, the act is done: once, with the answer at its address.
func TestFailingActIsMended(t *testing.T) {
	t.Parallel()
	d := open(t)
	code, act := d.failing("k")
	require.Equal(t, 1, d.sweep(9*time.Minute))
	d.engine.set(func(e *engine) { delete(e.odd, code) })
	require.Equal(t, 1, d.sweep(time.Minute))
	require.Equal(t, office.ActDone, d.state(act).State)
	require.Equal(t, 1, d.engine.acts)
	found, err := d.store.Findings(t.Context(), "", false, 10)
	require.NoError(t, err)
	require.Empty(t, found)
}

// An act that is recorded is done, whatever the engine said of it afterwards.
func TestRecordedActNeverFails(t *testing.T) {
	t.Parallel()
	d := open(t)
	code, act := d.failing("k")
	row, err := d.store.Act(t.Context(), act)
	require.NoError(t, err)
	var stored struct{ Act dossier.Act }
	require.NoError(t, json.Unmarshal(row.Body, &stored))
	d.engine.set(func(e *engine) { _, err = e.do(t.Context(), code, e.running[code], stored.Act) })
	require.NoError(t, err)
	d.sweep(time.Hour)
	require.Equal(t, office.ActDone, d.state(act).State)
}

// While the workflow cannot be asked nobody knows, and nothing ends.
func TestNothingEndsUnasked(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, act := d.failing("k")
	d.engine.set(func(e *engine) { e.blind = true })
	for range 5 {
		require.Equal(t, 1, d.sweep(time.Hour))
	}
	require.Equal(t, office.ActPending, d.state(act).State)
	d.engine.set(func(e *engine) { e.blind = false })
	d.sweep(time.Minute)
	require.Equal(t, office.ActFailed, d.state(act).State)
}

// A workflow that holds what it cannot record is frozen. The act gets twice the time, in case it is only being recorded, and
// its sender hears what is wrong with the dossier. A register number is not given to another while the workflow holds it.
func TestUnrecordedActEndsAsFrozen(t *testing.T) {
	t.Parallel()
	d := open(t)
	s := hourly()
	s.Channel, s.Accept = dossier.ChannelOnline, false
	r, err := d.Submit(t.Context(), d.as("congdvc"), s, "o")
	require.NoError(t, err)
	d.started(r.Code)
	d.engine.set(func(e *engine) { e.odd[r.Code] = errOdd })
	_, err = d.do("motcua", r.Code, "a", office.ActBody{Kind: dossier.ActAccept})
	require.ErrorIs(t, err, errOdd)
	rows, err := d.store.PendingActs(t.Context(), d.now.Add(time.Hour), 10)
	require.NoError(t, err)
	var stored struct{ Act dossier.Act }
	require.NoError(t, json.Unmarshal(rows[0].Body, &stored))
	require.EqualValues(t, 1, stored.Act.Register)
	d.ahead(r.Code, stored.Act)
	d.sweep(11 * time.Minute)
	require.Equal(t, office.ActPending, d.state(rows[0].ID).State)
	d.sweep(10 * time.Minute)
	a := d.state(rows[0].ID)
	require.Equal(t, office.ActFailed, a.State)
	require.Equal(t, "frozen", a.Problem.Code)
	require.Equal(t, http.StatusConflict, a.Problem.Status)
	require.Contains(t, a.Problem.Detail, "tạm khóa")
	n, err := d.store.NextRegister(t.Context(), "H99.02.01", d.Legal(), "other")
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
}

// Where the record has already refused a dossier's events, its acts are answered at once.
func TestFrozenAnswersAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	d.engine.set(func(e *engine) { e.odd[code] = errOdd })
	require.NoError(t, d.store.AddFinding(t.Context(), models.Finding{Kind: models.FindingFrozen, Subject: code, Detail: "gap"}))
	for range 2 {
		_, err := d.do("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete})
		problem(t, err, http.StatusConflict, "frozen")
	}
	require.Zero(t, d.sweep(time.Hour))
}

// What cannot even be read again ends as well.
func TestUnreadableActEnds(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	_, _, err := d.store.BeginAct(t.Context(), models.ActRow{
		ID: "x", Principal: "motcua", Dossier: code, Kind: "complete", Fingerprint: "f", Body: json.RawMessage(`"?"`), ReceivedAt: d.now, State: models.ActPending,
	})
	require.NoError(t, err)
	d.now = d.now.Add(time.Minute)
	_, err = d.SweepActs(t.Context())
	require.Error(t, err)
	d.now = d.now.Add(10 * time.Minute)
	_, err = d.SweepActs(t.Context())
	require.NoError(t, err)
	require.Equal(t, office.ActFailed, d.state("x").State)
}
