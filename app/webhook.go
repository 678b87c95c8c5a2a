package app

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"motcua/models"
)

// sender posts events to subscribers by the Standard Webhooks specification: thin payloads, signed with HMAC-SHA256.
type sender struct {
	client *http.Client
	now    func() time.Time
}

// newSender refuses addresses inside the network, unless private is set (tests, a receiver on the same host).
func newSender(now func() time.Time, private bool) *sender {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !private {
		dialer.Control = publicOnly // after resolution: a name that points inside is refused as well
	}
	return &sender{now: now, client: &http.Client{
		Timeout:       15 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, Proxy: nil, MaxIdleConnsPerHost: 2},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var errPrivate = errors.New("webhooks go to public addresses only")

func publicOnly(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := ap.Addr().Unmap()
	inside := slices.ContainsFunc(notPublic(), func(p netip.Prefix) bool { return p.Contains(ip) })
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || inside {
		return fmt.Errorf("%s: %w", ip, errPrivate)
	}
	return nil
}

// notPublic are the ranges of RFC 6890 that count as global unicast and lead inside all the same: shared addresses, protocol
// assignments, benchmarks, reserved ones, and IPv6 forms that carry an IPv4 address.
func notPublic() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// send posts a delivery; its id is the webhook-id by which receivers recognise repetitions.
func (w *sender) send(ctx context.Context, h models.Webhook, row models.OutboxRow) error {
	now := w.now()
	body, err := json.Marshal(map[string]any{"type": "dossier.event", "timestamp": now.UTC().Format(time.RFC3339), "data": row.Payload})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	id := strconv.FormatInt(row.ID, 10)
	signature, err := sign(h.Secret, id, stamp, body)
	if err != nil {
		return fmt.Errorf("webhook %s: %w", h.ID, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", signature)
	resp, err := w.client.Do(req)
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // without the address, which may hold a secret of the receiver's
	}
	if err != nil {
		return fmt.Errorf("webhook %s: %w", h.ID, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("webhook %s answered %s", h.ID, resp.Status)
	}
	return nil
}

// sign is "v1," and the HMAC of id.timestamp.body under the secret "whsec_<base64>".
func sign(secret, id, stamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return "", fmt.Errorf("secret is not whsec_ and base64: %w", err)
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.%s", id, stamp, body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)), nil
}
