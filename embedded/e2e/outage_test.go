package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outageVariable names the environment variable with the length of the outage, a duration. Ten minutes are what
// the design speaks of: MOTCUA_TEST_OUTAGE=10m go test -timeout 30m -run TestWorkerWithoutItsDatabase
const outageVariable = "MOTCUA_TEST_OUTAGE"

func outage(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(outageVariable)
	if text == "" {
		return 90 * time.Second
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, outageVariable)
	require.Positive(t, d, outageVariable)
	return d
}

// mostEvents is how many events an act may add to a history while its worker is without a database: 90 in ten minutes, of which
// a part at the beginning, when it is tried again most often.
func mostEvents(d time.Duration) int { return 30 + int(6*d/time.Minute) }

// history counts the events of a dossier's Temporal history.
func (p *production) history(code string) int {
	p.t.Helper()
	var h struct {
		Events []json.RawMessage `json:"events"`
	}
	out := p.command("history", code)
	require.NoError(p.t, json.Unmarshal([]byte(out), &h))
	return len(h.Events)
}

// The only worker is without its database, while Temporal and the API have all of theirs: acts end without their fate and are
// done later, once; intake goes on; histories hardly grow.
func TestWorkerWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	in := newProduction(t, 1)
	wire := newLink(t, in.dsn)
	in.workers = []*worker{{dsn: wire.dsn}}
	in.start()
	d := &desk{t, in}

	untouched, stuck := d.submit("1.012784", "untouched"), d.submit("1.012784", "stuck")
	for _, code := range []string{untouched, stuck} {
		d.act(code, "motcua", code+" 1", complete(""))
	}
	quiet, before := in.history(untouched), in.history(stuck)

	length := outage(t)
	wire.set(silent)
	cut := time.Now()
	pending := map[string]string{} // code → act
	hand := func(code, who, key string, body map[string]any) {
		a := d.call(http.MethodPost, "/v1/dossiers/"+code+"/acts", who, key, body)
		require.Equal(t, http.StatusAccepted, a.status, a.body)
		pending[code] = a.body["act"].(string)
	}
	hand(stuck, "thamdinh", "stuck 2", complete("dat"))
	ready := func() bool { return d.page(in.workers[0].url(t)+"/readyz") != "" }
	d.wait(func() bool { return !ready() }, "the worker to say that it is not ready")
	again := time.NewTicker(length / 6)
	defer again.Stop()
	for n := 0; time.Since(cut) < length; n++ {
		fresh := d.submit("1.012784", fmt.Sprint("fresh ", n))
		require.NotEmpty(t, d.show(fresh, false)["due_at"], "a date is promised all the same")
		hand(fresh, "motcua", fmt.Sprint("fresh act ", n), complete(""))
		hand(stuck, "thamdinh", "stuck 2", complete("dat")) // a retry is the same act
		<-again.C
	}
	during := in.history(stuck)

	wire.set(whole)
	mended := time.Now()
	require.Equal(t, "done", d.fate("thamdinh", pending[stuck])["state"])
	healed := time.Since(mended)
	for code, act := range pending {
		who := "motcua"
		if code == stuck {
			who = "thamdinh"
		}
		require.Equal(t, "done", d.fate(who, act)["state"])
		require.Equal(t, 1, times(deeds(t, d.agreed(code)), act), "once")
	}
	allHealed := time.Since(mended)
	d.wait(ready, "the worker to be ready")
	after := in.history(stuck)
	t.Logf("%s without a database: %d events before, %d at its end, %d when healed after %s; %d dossiers healed after %s",
		length, before, during, after, healed.Round(time.Second/10), len(pending), allHealed.Round(time.Second/10))
	require.LessOrEqual(t, after-before, mostEvents(length))
	d.everythingTold()
	require.Equal(t, quiet, in.history(untouched), "a dossier that nobody touches is left in peace")
	d.act(untouched, "thamdinh", "untouched 2", complete("dat"))
	d.nothingBroke()
	in.stop()
}

// One of two workers is without its database, first lost in the middle of a transaction, then because nothing listens there:
// everybody's acts are done all the same, by the other one. When that is killed, the first is back.
func TestOneOfTwoWorkersWithoutItsDatabase(t *testing.T) {
	t.Parallel()
	in := newProduction(t, 1)
	wire := newLink(t, in.dsn)
	in.workers = []*worker{{dsn: wire.dsn}}
	in.start()
	d := &desk{t, in}
	var codes []string
	for i := range 6 {
		codes = append(codes, d.submit("1.012784", fmt.Sprint("old ", i)))
		d.act(codes[i], "motcua", fmt.Sprint("old act ", i), complete(""))
	}
	in.workers = append(in.workers, &worker{dsn: in.dsn})
	in.start() // the first has them all in its memory
	steps := []map[string]any{{"kind": "assign", "to": "cb18"}, complete("dat")}
	for n, state := range []condition{losing, refusing} {
		wire.set(state)
		var wait sync.WaitGroup
		for i, code := range codes {
			wait.Go(func() {
				_, _ = d.try(http.MethodPost, "/v1/dossiers/"+code+"/acts", "thamdinh", fmt.Sprint("old act ", n, i), steps[n])
			})
		}
		wait.Wait()
		for i, code := range codes {
			d.act(code, "thamdinh", fmt.Sprint("old act ", n, i), steps[n])
		}
		for i := range 6 {
			code := d.submit("1.012784", fmt.Sprint("new ", n, i))
			d.act(code, "motcua", fmt.Sprint("new act ", n, i), complete(""))
		}
		wire.set(whole)
	}
	in.workers[1].kill()
	for i, code := range codes {
		d.act(code, "lanhdao", fmt.Sprint("last act ", i), complete("duyet"))
	}
	in.start()
	d.nothingBroke()
	in.stop()
}
