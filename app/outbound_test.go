package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

// A receiver can verify what it gets by the Standard Webhooks rule: HMAC-SHA256 of id.timestamp.body under its secret.
func TestOutboundWebhooksAreSigned(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdef0123456789abcdef")
	status := http.StatusOK
	got := 0
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)))
		if "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)) == r.Header.Get("webhook-signature") {
			got++
		}
		w.WriteHeader(status)
	}))
	defer receiver.Close()
	store := modelstest.Open(t)
	hook := models.Webhook{ID: "h", URL: receiver.URL, Secret: "whsec_" + base64.StdEncoding.EncodeToString(secret), Active: true}
	require.NoError(t, store.SaveWebhook(t.Context(), hook))
	row := models.OutboxRow{ID: 7, Topic: topicEvent, Key: "H99-1", Payload: []byte(`{"kind":"accepted"}`)}

	inside := newWebhookSink(store, time.Now, true)
	require.NoError(t, inside.Deliver(t.Context(), row))
	require.Equal(t, 1, got)
	status = http.StatusInternalServerError
	require.Error(t, inside.Deliver(t.Context(), row), "anything but 2xx is tried again")
	status = http.StatusFound
	require.Error(t, inside.Deliver(t.Context(), row), "no redirects")

	outside := newWebhookSink(store, time.Now, false)
	require.ErrorIs(t, outside.Deliver(t.Context(), row), errPrivate, "an address inside the network is refused after resolution")
}

func TestBackoffGrowsAndEnds(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for i := range 20 {
		d := backoff(i)
		require.GreaterOrEqual(t, d, last)
		last = d
	}
	require.Equal(t, 24*time.Hour, last)
}

// The clock of an installation is stored once; another scale is refused with the remedy.
func TestOneClockPerInstallation(t *testing.T) {
	t.Parallel()
	store := modelstest.Open(t)
	first, err := OpenClock(t.Context(), store, 60, time.Now())
	require.NoError(t, err)
	again, err := OpenClock(t.Context(), store, 60, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, first, again, "the anchor does not move over a restart")
	_, err = OpenClock(t.Context(), store, 1, time.Now())
	require.ErrorContains(t, err, "--time-scale 60")
}

func TestSeedingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	store := modelstest.Open(t)
	require.NoError(t, SeedDemo(t.Context(), store))
	before, err := store.Procedures(t.Context(), models.ProcedureFilter{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(before), 8)
	require.NoError(t, SeedDemo(t.Context(), store))
	after, err := store.Procedures(t.Context(), models.ProcedureFilter{})
	require.NoError(t, err)
	require.Len(t, after, len(before))
	keys, err := DemoKeys()
	require.NoError(t, err)
	o := office.New(office.Config{Store: store, Now: time.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	for _, k := range keys {
		_, err := o.Authenticate(t.Context(), k.Key)
		require.NoError(t, err, k.Who)
	}
}
