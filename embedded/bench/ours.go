package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"motcua/app"
	"motcua/embedded/temporalserver"
	"motcua/models"
	"motcua/office"
	"motcua/workflows"
)

// ours is Motcua: intake in the database, a workflow, acts recorded with read model and outbox.
type ours struct {
	store *models.Store
	app   *app.App
	code  atomic.Value
}

func openOurs(ctx context.Context, dir string, server *temporalserver.Server, log *slog.Logger) (*ours, error) {
	store, err := openStore(ctx, filepath.Join(dir, "motcua.db"))
	if err != nil {
		return nil, err
	}
	clock, err := working()
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a, err := app.Connect(app.Config{
		Store: store, TemporalAddress: server.Address(), Namespace: server.Namespace(), Clock: clock, Now: time.Now, Sticky: time.Second, Logger: log,
	})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &ours{store: store, app: a}, a.StartWorker(ctx)
}

func (o *ours) close(ctx context.Context) error { return errors.Join(o.app.Stop(ctx), o.store.Close()) }

func (o *ours) last() string { return workflows.WorkflowID(o.code.Load().(string)) }

var errPending = errors.New("an act was not answered in time")

// dossier submits a 1.012784 at the desk and carries it through five acts to the applicant.
func (o *ours) dossier(ctx context.Context, key string, timed func(func() error) error) error {
	clerk := office.Principal{ID: "bench", Officer: "cb09", Agency: "H99", All: true, Roles: []string{office.RoleOneStop, office.RoleHandler, office.RoleLeader}}
	receipt, err := o.app.Office.Submit(ctx, clerk, office.Submission{
		Procedure: "1.012784", Channel: "counter", Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
		Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []office.Paper{{Document: "don"}, {Document: "gcn"}, {Document: "ban-ve"}},
	}, key)
	if err != nil {
		return err
	}
	for i, body := range []office.ActBody{
		{Kind: "complete"}, {Kind: "complete", Outcome: "dat"}, {Kind: "complete", Outcome: "duyet"}, {Kind: "complete"}, {Kind: "return"},
	} {
		err := timed(func() error {
			a, err := o.app.Office.Act(ctx, clerk, receipt.Code, body, key+string(rune('a'+i)), 0)
			if err == nil && a.State == office.ActPending {
				return errPending
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	o.code.Store(receipt.Code)
	return nil
}
