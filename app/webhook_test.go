package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// receiver is a subscriber: it checks signatures as Standard Webhooks says, on its own.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	ids    []string
	bodies [][]byte
	faults []string
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	key, err := base64.StdEncoding.DecodeString(hookSecret[len("whsec_"):])
	require.NoError(t, err)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		body, err := io.ReadAll(q.Body)
		if err != nil {
			r.faults = append(r.faults, err.Error())
		}
		id := q.Header.Get("webhook-id")
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + q.Header.Get("webhook-timestamp") + "." + string(body)))
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); q.Header.Get("webhook-signature") != want {
			r.faults = append(r.faults, "signature")
		}
		r.ids, r.bodies = append(r.ids, id), append(r.bodies, body)
		if r.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (i *installation) subscribe(id, url string, active bool) {
	i.t.Helper()
	require.NoError(i.t, i.store.SaveWebhook(i.t.Context(), models.Webhook{ID: id, URL: url, Secret: hookSecret, Active: active}))
}

// post is the way of events to receivers: fanned out, then delivered until nothing more is due.
type post struct {
	*courier
	i *installation
}

func (i *installation) post() *post {
	return &post{newCourier(i.store, newSender(i.clock, true), quiet()), i}
}

// moment is a moment of the installation: everything due is fanned out and tried.
func (p *post) moment() {
	p.i.t.Helper()
	for range 4 {
		_, err := p.i.relay().sweep(p.i.t.Context())
		require.NoError(p.i.t, err)
	}
	for range 10 {
		require.NoError(p.i.t, p.sweep(p.i.t.Context()))
		p.busy.Wait()
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	// The example of the specification's reference libraries.
	got, err := sign(hookSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	require.NoError(t, err)
	require.Equal(t, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", got)
	_, err = sign("whsec_***", "1", "1", nil)
	require.Error(t, err)
}

// Every event reaches every subscriber once, signed, in order.
func TestWebhook(t *testing.T) {
	t.Parallel()
	i := install(t)
	one, two, off := receive(t), receive(t), receive(t)
	i.subscribe("one", one.URL, true)
	i.subscribe("two", two.URL, true)
	i.subscribe("off", off.URL, false)
	code := i.left()
	i.post().moment()
	require.Empty(t, off.ids)
	for _, r := range []*receiver{one, two} {
		require.Empty(t, r.faults)
		require.Equal(t, []string{"submitted", "accepted"}, r.kinds(t))
		seen := map[string]bool{}
		for n, id := range r.ids {
			require.False(t, seen[id], "delivered twice")
			seen[id] = true
			var m struct {
				Type      string          `json:"type"`
				Timestamp time.Time       `json:"timestamp"`
				Data      json.RawMessage `json:"data"`
			}
			require.NoError(t, json.Unmarshal(r.bodies[n], &m))
			require.Equal(t, "dossier.event", m.Type)
			require.True(t, i.now.Equal(m.Timestamp))
			require.Contains(t, string(m.Data), code)
			require.NotContains(t, string(r.bodies[n]), "Nguyễn")
		}
	}
	require.NotEqual(t, one.ids[0], two.ids[0], "a delivery is one receiver's")
}

// kinds are the kinds of the events received, in order.
func (r *receiver) kinds(t *testing.T) (out []string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.bodies {
		var m struct {
			Data struct{ Kind string } `json:"data"`
		}
		require.NoError(t, json.Unmarshal(b, &m))
		out = append(out, m.Data.Kind)
	}
	return out
}

// An answer other than 2xx, a redirect included, is a failure: the same id comes again later, and nothing overtakes it. The
// other receivers hear everything at once and once only.
func TestWebhookFailsAlone(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusFound} {
		i, sick, well := install(t), receive(t), receive(t)
		i.subscribe("a-sick", sick.URL, true)
		i.subscribe("well", well.URL, true)
		i.left()
		sick.status = status
		p := i.post()
		p.moment()
		p.moment()
		require.Len(t, sick.ids, 1, "no storm of retries")
		require.Equal(t, []string{"submitted", "accepted"}, well.kinds(t))
		sick.status = http.StatusOK
		i.now = i.now.Add(6 * time.Second)
		p.moment()
		require.Equal(t, sick.ids[0], sick.ids[1])
		require.Equal(t, []string{"submitted", "submitted", "accepted"}, sick.kinds(t))
		require.Equal(t, []string{"submitted", "accepted"}, well.kinds(t), "nothing came again")
		require.Empty(t, append(sick.faults, well.faults...))
	}
}

// A receiver that does not answer at all costs the others no time: each has its own lane.
func TestSlowWebhookHoldsUpNobody(t *testing.T) {
	t.Parallel()
	i, well := install(t), receive(t)
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(slow.Close)
	i.subscribe("a-slow", slow.URL, true)
	i.subscribe("well", well.URL, true)
	i.left()
	p := i.post()
	for range 4 {
		_, err := i.relay().sweep(t.Context())
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		return p.sweep(t.Context()) == nil && len(well.kinds(t)) == 2
	}, 10*time.Second, 5*time.Millisecond, "while the slow one is still busy")
	close(release)
	p.busy.Wait()
}

// A receiver that fails is asked by one message at a time, and not by all that wait for it.
func TestFailingWebhookIsAskedGently(t *testing.T) {
	t.Parallel()
	i, r := install(t), receive(t)
	i.subscribe("h", r.URL, true)
	r.status = http.StatusServiceUnavailable
	for n := range 5 {
		i.submit(string(rune('a' + n)))
	}
	p := i.post()
	p.moment()
	require.Len(t, r.ids, 1, "five dossiers wait; the first failure holds the lane")
	for range 6 {
		i.now = i.now.Add(time.Second)
		p.moment()
	}
	require.LessOrEqual(t, len(r.ids), 4, "after one second, two, four")
	r.status = http.StatusOK
	i.now = i.now.Add(6 * time.Minute)
	p.moment()
	p.moment()
	kinds := r.kinds(t)
	require.Equal(t, 5, strings.Count(strings.Join(kinds, " "), "accepted"), "everything arrives at last")
}

// A message has three days of tries; then it is given up for its receiver, which is a finding, and those behind it go on. A
// receiver that has failed for half an hour is a finding until it answers again.
func TestDeadWebhook(t *testing.T) {
	t.Parallel()
	i, r, well := install(t), receive(t), receive(t)
	i.subscribe("h", r.URL, true)
	i.subscribe("well", well.URL, true)
	i.left()
	r.status = http.StatusGone
	p := i.post()
	found := func(kind string) []models.Finding {
		list, err := i.store.Findings(t.Context(), kind, false, 10)
		require.NoError(t, err)
		return list
	}
	start := i.now
	p.moment()
	for _, d := range retries() {
		require.Empty(t, found(findingDead))
		require.Equal(t, i.now.Sub(start) >= 35*time.Minute, len(found(findingFailing)) == 1, i.now.Sub(start))
		i.now = i.now.Add(d)
		p.moment()
	}
	require.Len(t, r.ids, 10)
	require.Equal(t, []string{"submitted"}, slices.Compact(r.kinds(t)))
	i.now = i.now.Add(time.Minute)
	p.moment()
	require.Equal(t, []string{"submitted", "accepted"}, slices.Compact(r.kinds(t)), "the first is given up, the next has its own tries")
	dead := found(findingDead)
	require.Len(t, dead, 1)
	require.Equal(t, "h", dead[0].Subject)
	require.Contains(t, dead[0].Detail, "/1")
	require.Equal(t, []string{"submitted", "accepted"}, well.kinds(t))
	lag, err := i.store.OutboxLag(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1), lag.Dead)

	r.status = http.StatusOK
	i.now = i.now.Add(6 * time.Minute)
	p.moment()
	require.Len(t, r.ids, 12)
	require.Empty(t, found(findingFailing), "it answers again")
	require.Len(t, found(findingDead), 1, "what was lost stays lost, until somebody has looked")
}

// What waits behind a dead receiver is not kept for ever.
func TestDeadWebhookQueueEnds(t *testing.T) {
	t.Parallel()
	i, r := install(t), receive(t)
	i.subscribe("h", r.URL, true)
	i.left()
	r.status = http.StatusGone
	p := i.post()
	p.moment()
	for range 2 {
		i.now = i.now.Add(maxAge)
		p.moment()
	}
	lag, err := i.store.OutboxLag(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(2), lag.Dead)
	require.Len(t, r.ids, 3, "each was tried at least once")
}

// A webhook that is switched off gets nothing, not even what waited for it; a new one hears from now on.
func TestWebhookSwitchedOff(t *testing.T) {
	t.Parallel()
	i, r, late := install(t), receive(t), receive(t)
	i.subscribe("h", r.URL, true)
	r.status = http.StatusServiceUnavailable
	i.submit("a")
	p := i.post()
	p.moment()
	require.Len(t, r.ids, 1)
	i.subscribe("h", r.URL, false)
	r.status = http.StatusOK
	i.now = i.now.Add(time.Hour)
	p.moment()
	i.subscribe("h", r.URL, true)
	i.subscribe("late", late.URL, true)
	i.now = i.now.Add(time.Hour)
	p.moment()
	require.Len(t, r.ids, 1)
	require.Empty(t, late.ids)
	i.submit("b")
	p.moment()
	require.Equal(t, []string{"submitted", "submitted", "accepted"}, r.kinds(t))
	require.Equal(t, []string{"submitted", "accepted"}, late.kinds(t))
	found, err := i.store.Findings(t.Context(), "", false, 10)
	require.NoError(t, err)
	require.Empty(t, found)
}

// By default nothing goes to an address inside the network, whatever a name resolves to.
func TestWebhookStaysOutside(t *testing.T) {
	t.Parallel()
	r := receive(t)
	err := newSender(time.Now, false).send(t.Context(), models.Webhook{URL: r.URL, Secret: hookSecret}, models.OutboxRow{ID: 1, Payload: json.RawMessage(`{}`)})
	require.ErrorIs(t, err, errPrivate)
	require.Empty(t, r.ids)
	for _, address := range []string{
		"127.0.0.1:80", "[::1]:80", "10.0.0.1:80", "172.16.0.1:80", "192.168.1.1:80", "169.254.169.254:80", "[fe80::1]:80", "[fc00::1]:80",
		"0.0.0.0:80", "[::]:80", "[::ffff:127.0.0.1]:80", "[::ffff:10.0.0.1]:80", "224.0.0.1:80", "255.255.255.255:80", "100.64.0.1:80", "192.0.0.1:80", "198.18.0.1:80", "240.0.0.1:80",
		"[64:ff9b::a00:1]:80", "[2002:a00:1::1]:80",
	} {
		require.ErrorIs(t, publicOnly("tcp", address, nil), errPrivate, address)
	}
	for _, address := range []string{"8.8.8.8:443", "[2001:4860:4860::8888]:443"} {
		require.NoError(t, publicOnly("tcp", address, nil), address)
	}
}
