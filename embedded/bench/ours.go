package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"

	"motcua/app"
	"motcua/calendar"
	"motcua/models"
	"motcua/office"
	"motcua/workflows"
)

// How acts come in.
const (
	viaOffice = "office"
	viaHTTP   = "http"
)

// ours is Motcua: intake in the database, a workflow, acts recorded with read model and outbox.
type ours struct {
	store *models.Store
	app   *app.App
	code  atomic.Value
	// base and key are set when acts come over HTTP.
	base, key string
	http      *http.Client
}

// serve lets acts come in over HTTP from now on, with connections kept open.
func (o *ours) serve(ctx context.Context) error {
	p := clerk()
	key, row, err := office.DemoKey("bench", p.Officer, p.Agency, p.Roles...)
	if err != nil {
		return err
	}
	if err := o.store.SaveKey(ctx, row); err != nil {
		return err
	}
	address, err := o.app.Serve("127.0.0.1:0")
	if err != nil {
		return err
	}
	o.base, o.key = "http://"+address, key
	o.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: time.Minute}
	return nil
}

func (o *ours) close(ctx context.Context) error {
	if o.http != nil {
		o.http.CloseIdleConnections()
	}
	return errors.Join(o.app.Stop(ctx), o.store.Close())
}

func (o *ours) last() string { return workflows.WorkflowID(o.code.Load().(string)) }

var errPending = errors.New("an act was not answered in time")

// clerk may do everything at every desk, so that one principal carries a dossier through.
func clerk() office.Principal {
	return office.Principal{ID: "bench", Officer: "cb09", Agency: "H99", All: true, Roles: []string{office.RoleOneStop, office.RoleHandler, office.RoleLeader}}
}

// submission is a 1.012784 (splitting a parcel) at the desk, accepted there.
func submission() office.Submission {
	return office.Submission{
		Procedure: "1.012784", Channel: "counter", Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
		Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []office.Paper{{Document: "don"}, {Document: "gcn"}, {Document: "ban-ve"}},
	}
}

// five acts carry it to the applicant.
func five() []office.ActBody {
	return []office.ActBody{
		{Kind: "complete"}, {Kind: "complete", Outcome: "dat"}, {Kind: "complete", Outcome: "duyet"}, {Kind: "complete"}, {Kind: "return"},
	}
}

func (o *ours) dossier(ctx context.Context, key string, timed func(func() error) error) error {
	code, err := o.submit(ctx, key)
	if err != nil {
		return err
	}
	for i, body := range five() {
		if err := timed(func() error { return o.act(ctx, code, body, fmt.Sprint(key, "/", i)) }); err != nil {
			return err
		}
	}
	o.code.Store(code)
	return nil
}

func (o *ours) submit(ctx context.Context, key string) (string, error) {
	var receipt office.Receipt
	var err error
	if o.http != nil {
		err = o.post(ctx, "/v1/dossiers", submission(), key, &receipt)
	} else {
		receipt, err = o.app.Office.Submit(ctx, clerk(), submission(), key)
	}
	return receipt.Code, err
}

func (o *ours) act(ctx context.Context, code string, body office.ActBody, key string) error {
	var a office.Answer
	var err error
	if o.http != nil {
		err = o.post(ctx, "/v1/dossiers/"+code+"/acts", body, key, &a)
	} else {
		a, err = o.app.Office.Act(ctx, clerk(), code, body, key, 0)
	}
	if err == nil && a.State == office.ActPending {
		return errPending
	}
	return err
}

func (o *ours) post(ctx context.Context, path string, body any, key string, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.base+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+o.key)
	r.Header.Set("Idempotency-Key", key)
	res, err := o.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		var p office.Problem
		_ = json.NewDecoder(res.Body).Decode(&p)
		return fmt.Errorf("%s: %s: %s %s", path, res.Status, p.Code, p.Detail)
	}
	return json.NewDecoder(res.Body).Decode(answer)
}

// dayScale lets a legal day pass in three seconds.
const dayScale = 24 * 60 * 60 / 3

// played carries one dossier through its five acts over some legal days, in an installation of its own whose clock runs
// faster, and returns what its history came to. Its legal month is another, so that no code is used twice.
func (s *stand) played(ctx context.Context, days int, c client.Client) (l length, err error) {
	clock, err := calendar.NewClock(time.Now(), time.Date(2026, 4, 6, 8, 0, 0, 0, calendar.Zone()), dayScale)
	if err != nil {
		return l, err
	}
	o, err := s.install(ctx, "days", clock, 0)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, o.close(ctx)) }()
	start := time.Now()
	code, err := o.submit(ctx, "days")
	if err != nil {
		return l, err
	}
	// Received and passed on at once, examined for six tenths of the time, signed, entered, handed over at its end.
	tenths := []int{0, 6, 8, 9, 10}
	for i, body := range five() {
		at := start.Add(24 * time.Hour * time.Duration(days*tenths[i]) / 10 / dayScale)
		select {
		case <-ctx.Done():
			return l, ctx.Err()
		case <-time.After(time.Until(at)):
		}
		if err := o.act(ctx, code, body, fmt.Sprint("days/", i)); err != nil {
			return l, fmt.Errorf("act %d: %w", i+1, err)
		}
	}
	return history(ctx, c, workflows.WorkflowID(code))
}
