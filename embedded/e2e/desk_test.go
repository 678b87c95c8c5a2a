package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/library"
)

// desk is where the people of the demonstration province speak to an installation.
type desk struct {
	t  *testing.T
	at installation
}

type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// try sends a request; an error means that no whole answer came.
func (d *desk) try(method, path, who, key string, body any, header ...string) (answer, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(d.t.Context()), method, d.at.url()+path, in)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer mc_"+who+"_demo")
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{Timeout: patience}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	return a, json.NewDecoder(resp.Body).Decode(&a.body)
}

func (d *desk) call(method, path, who, key string, body any, header ...string) answer {
	d.t.Helper()
	a, err := d.try(method, path, who, key, body, header...)
	require.NoError(d.t, err, path)
	return a
}

// wait asks until it is so; what says what is waited for, and may be computed when it did not come.
func (d *desk) wait(ok func() bool, what string, args ...any) {
	d.t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		require.Truef(d.t, time.Now().Before(deadline), "waited too long: "+what, args...)
		time.Sleep(pollEvery)
	}
}

// submission is a dossier with every paper of the procedures used here; accepted at the counter, or handed in online.
func submission(procedure string, accept bool) map[string]any {
	channel := "online"
	if accept {
		channel = "counter"
	}
	var papers []map[string]any
	for _, id := range []string{"don", "gcn", "ban-ve", "hop-dong"} {
		papers = append(papers, map[string]any{"document": id})
	}
	return map[string]any{
		"procedure": procedure, "channel": channel, "receiving": "H99.02.01", "lead": "H99.14.01.01", "accept": accept,
		"applicant": map[string]any{"name": "Nguyễn Văn Mẫu"}, "papers": papers,
	}
}

func kind(k string) map[string]any { return map[string]any{"kind": k} }

func complete(outcome string) map[string]any {
	return map[string]any{"kind": "complete", "outcome": outcome}
}

// submit hands a dossier in at the counter and returns its code.
func (d *desk) submit(procedure, key string) string {
	d.t.Helper()
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", key, submission(procedure, true))
	require.Equal(d.t, http.StatusCreated, a.status, a.body)
	return a.body["code"].(string)
}

// hand sends an act and returns its answer; where that comes without the act's fate, it asks for it and sends the act again.
func (d *desk) hand(code, who, key string, body map[string]any, header ...string) answer {
	d.t.Helper()
	path := "/v1/dossiers/" + code + "/acts"
	a := d.call(http.MethodPost, path, who, key, body, header...)
	if a.status == http.StatusAccepted {
		d.fate(who, a.body["act"].(string))
		a = d.call(http.MethodPost, path, who, key, body, header...)
	}
	return a
}

// act does an act; then the read model and the workflow say the same. It returns the dossier.
func (d *desk) act(code, who, key string, body map[string]any) map[string]any {
	d.t.Helper()
	a := d.hand(code, who, key, body)
	require.Equal(d.t, http.StatusOK, a.status, "%v: %v", body, a.body)
	shown := d.agreed(code)
	require.GreaterOrEqual(d.t, shown["seq"], a.body["seq"], "the act is in the answer")
	return shown
}

// fate asks at an act's address until it is known.
func (d *desk) fate(who, id string) (act map[string]any) {
	d.t.Helper()
	d.wait(func() bool {
		a := d.call(http.MethodGet, "/v1/acts/"+id, who, "", nil)
		require.Equal(d.t, http.StatusOK, a.status, a.body)
		act = a.body
		return act["state"] != "pending"
	}, "the fate of act %s", id)
	return act
}

// agreed returns the dossier when the workflow's own answer and the read model are the same: at once, or when the rung that
// is just going off is recorded.
func (d *desk) agreed(code string) map[string]any {
	d.t.Helper()
	var live, read map[string]any
	d.wait(func() bool {
		live, read = d.show(code, true), d.show(code, false)
		require.Equal(d.t, "read_model", source(read))
		return source(live) == "workflow" && reflect.DeepEqual(core(live), core(read))
	}, "%s: workflow and read model differ: %v, %v", code, lazy(func() any { return live }), lazy(func() any { return read }))
	return read
}

// core is what a dossier is, without what moves with the clock from one look to the next.
func core(dossier map[string]any) map[string]any {
	out := map[string]any{}
	for _, k := range []string{"seq", "revision", "status", "stage", "due_at", "intake_due", "original_due", "paused", "leg", "count", "register", "next_alarm"} {
		out[k] = dossier[k]
	}
	tasks, _ := dossier["tasks"].([]any)
	for _, x := range tasks {
		t := x.(map[string]any)
		out[t["task"].(string)] = []any{t["agency"], t["role"], t["assignee"], t["opened_at"]} // a paused task's date moves
	}
	return out
}

// lazy is an argument of a message that is looked at only when the message is needed.
type lazy func() any

func (l lazy) String() string { return fmt.Sprint(l()) }

func source(dossier map[string]any) any { return dossier["as_of"].(map[string]any)["source"] }

func (d *desk) show(code string, live bool) map[string]any {
	d.t.Helper()
	a := d.call(http.MethodGet, fmt.Sprintf("/v1/dossiers/%s?live=%t", code, live), "motcua", "", nil)
	require.Equal(d.t, http.StatusOK, a.status, a.body)
	return a.body
}

// pass waits until that much working time has run on a dossier that nobody touches, submitted for this under the key.
func (d *desk) pass(key string, minutes float64) {
	d.t.Helper()
	watch := d.submit("1.012784", key)
	first := d.show(watch, false)["remaining_minutes"].(float64)
	d.wait(func() bool {
		return first-d.show(watch, false)["remaining_minutes"].(float64) >= minutes
	}, "%g minutes of working time", minutes)
}

// everythingTold waits until the outside was told everything that was recorded.
func (d *desk) everythingTold() {
	d.t.Helper()
	d.wait(func() bool { return strings.Contains(d.page(d.at.url()+"/metrics"), "\nmotcua_outbox_lag_seconds 0\n") }, "an empty outbox")
}

// nothingBroke looks at the operators' screen for what must never be on it.
func (d *desk) nothingBroke() {
	d.t.Helper()
	a := d.call(http.MethodGet, "/v1/findings", "kstt", "", nil)
	require.Equal(d.t, http.StatusOK, a.status, a.body)
	require.Empty(d.t, a.body["items"], "findings")
}

// page is the text of a page, "" where it has none to give.
func (d *desk) page(url string) string {
	d.t.Helper()
	client := http.Client{Timeout: patience}
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, url, nil)
	require.NoError(d.t, err)
	resp, err := client.Do(req)
	require.NoError(d.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(d.t, err)
	if resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(b)
}

// events are the timeline of a dossier as it was shown, numbered without a gap.
func events(t *testing.T, dossier map[string]any) (out []map[string]any) {
	t.Helper()
	for i, e := range dossier["timeline"].([]any) {
		out = append(out, e.(map[string]any))
		require.EqualValues(t, i+1, out[i]["seq"], "no gap")
	}
	return out
}

// event is the n-th event of a kind, from 1.
func event(t *testing.T, dossier map[string]any, kind string, n int) map[string]any {
	t.Helper()
	for _, e := range events(t, dossier) {
		if e["kind"] == kind {
			if n--; n == 0 {
				return e
			}
		}
	}
	require.Failf(t, "no such event", "%s in %v", kind, dossier["timeline"])
	return nil
}

// deeds are the ids of the acts in a timeline in order, each as often as it has a run of events of its own.
func deeds(t *testing.T, dossier map[string]any) (ids []string) {
	t.Helper()
	last := ""
	for _, e := range events(t, dossier) {
		if id, _ := e["act"].(string); id != last {
			if last = id; id != "" {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// times says how often one is among all.
func times(all []string, one string) (n int) {
	for _, x := range all {
		if x == one {
			n++
		}
	}
	return n
}

// instant reads a member as a time.
func instant(t *testing.T, d map[string]any, key string) time.Time {
	t.Helper()
	text, ok := d[key].(string)
	require.True(t, ok, "%s in %v", key, d)
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

// nation is the calendar of the demonstration province, for the tests to reckon by themselves.
func nation(t *testing.T) *calendar.Calendar {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	b, err := shelf.Book("province-demo")
	require.NoError(t, err)
	return b.Calendar()
}
