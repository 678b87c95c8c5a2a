package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is the Temporal web UI. Its server ends the process when it cannot listen, which is why the port is tried
// beforehand.
type webUI struct {
	server *server.Server
	done   chan struct{}
}

// startUI serves the UI without its calls home (news, release check) and returns once it answers.
func startUI(ctx context.Context, o Options, frontend, address string, port int) (*webUI, error) {
	u := &webUI{
		server: server.NewServer(server_options.WithConfigProvider(&config.Config{
			TemporalGRPCAddress: frontend,
			Host:                o.Host,
			Port:                port,
			EnableUI:            true,
			DefaultNamespace:    o.Namespace,
			DisableNewsFetch:    true,
			NotifyOnNewVersion:  false,
			HideLogs:            true,
			Codec:               config.Codec{Endpoint: o.CodecEndpoint},
			// Plain HTTP on loopback: a Secure cookie would not come back from every browser.
			CORS: config.CORS{CookieInsecure: true},
		})),
		done: make(chan struct{}),
	}
	go func() {
		defer close(u.done)
		_ = u.server.Start()
	}()
	if err := waitUI(ctx, "http://"+address+"/healthz"); err != nil {
		u.stop()
		return nil, err
	}
	return u, nil
}

func waitUI(ctx context.Context, url string) error {
	transport := &http.Transport{DisableKeepAlives: true}
	client := &http.Client{Transport: transport}
	for {
		err := getOK(ctx, client, url)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for temporal UI: %w", errors.Join(ctx.Err(), err))
		case <-time.After(readyPoll):
		}
	}
}

func getOK(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	return nil
}

func (u *webUI) stop() {
	u.server.Stop()
	<-u.done
}
