package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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

func (i *installation) subscribe(url string, active bool) {
	i.t.Helper()
	require.NoError(i.t, i.store.SaveWebhook(i.t.Context(), models.Webhook{ID: "h", URL: url, Secret: hookSecret, Active: active}))
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

// Every event reaches the subscriber once, signed, in order.
func TestWebhook(t *testing.T) {
	t.Parallel()
	i, r := install(t), receive(t)
	i.subscribe(r.URL, true)
	code := i.left()
	relay := i.relay(newWebhookSink(i.store, i.clock, true))
	for range 5 {
		_, err := relay.sweep(t.Context())
		require.NoError(t, err)
	}
	require.Empty(t, r.faults)
	require.NotEmpty(t, r.ids)
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

// An answer other than 2xx, a redirect included, is a failure: the same id comes again later.
func TestWebhookTriesAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusFound} {
		i, r := install(t), receive(t)
		i.subscribe(r.URL, true)
		i.left()
		relay := i.relay(newWebhookSink(i.store, i.clock, true))
		r.status = status
		sweep := func() {
			_, err := relay.sweep(t.Context())
			require.NoError(t, err)
		}
		sweep()
		sweep()
		require.Len(t, r.ids, 1, "no storm of retries, and nothing overtakes the first")
		r.status = http.StatusOK
		i.now = i.now.Add(6 * time.Second)
		sweep()
		require.Equal(t, r.ids[0], r.ids[1])
		require.Empty(t, r.faults)
	}
}

func TestWebhookSwitchedOff(t *testing.T) {
	t.Parallel()
	i, r := install(t), receive(t)
	i.subscribe(r.URL, false)
	i.left()
	_, err := i.relay(newWebhookSink(i.store, i.clock, true)).sweep(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.ids)
}

// By default nothing goes to an address inside the network, whatever a name resolves to.
func TestWebhookStaysOutside(t *testing.T) {
	t.Parallel()
	i, r := install(t), receive(t)
	i.subscribe(r.URL, true)
	i.left()
	err := newWebhookSink(i.store, i.clock, false).Deliver(t.Context(), models.OutboxRow{ID: 1, Topic: topicEvent, Payload: json.RawMessage(`{}`)})
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
