package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/proto"

	"motcua/embedded/temporalserver"
)

// bare is the floor: a workflow with the same Updates and one timer, and no database.
type bare struct {
	client client.Client
	worker worker.Worker
	id     atomic.Value
}

const bareQueue = "bare"

// bareDossier takes five acts beside one timer.
func bareDossier(ctx workflow.Context) error {
	acts := 0
	err := workflow.SetUpdateHandler(ctx, "act", func(_ workflow.Context, body string) (int, error) {
		acts++
		return acts, nil
	})
	if err != nil {
		return err
	}
	timer, cancel := workflow.WithCancel(ctx)
	_ = workflow.NewTimer(timer, 30*24*time.Hour)
	err = workflow.Await(ctx, func() bool { return acts == 5 && workflow.AllHandlersFinished(ctx) })
	cancel()
	return err
}

func openBare(server *temporalserver.Server) (*bare, error) {
	c, err := dial(server)
	if err != nil {
		return nil, err
	}
	w := worker.New(c, bareQueue, worker.Options{StickyScheduleToStartTimeout: time.Second})
	w.RegisterWorkflowWithOptions(bareDossier, workflow.RegisterOptions{Name: "bare"})
	return &bare{client: c, worker: w}, w.Start()
}

// dial connects to the server as ours does on loopback.
func dial(server *temporalserver.Server) (client.Client, error) {
	return client.Dial(client.Options{
		HostPort: server.Address(), Namespace: server.Namespace(), Logger: log.NewStructuredLogger(silent),
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
	})
}

func (b *bare) close() {
	b.worker.Stop()
	b.client.Close()
}

func (b *bare) last() string { return b.id.Load().(string) }

func (b *bare) dossier(ctx context.Context, key string, timed func(func() error) error) error {
	id := "bare/" + key
	_, err := b.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue, EnableEagerStart: true}, "bare")
	if err != nil {
		return err
	}
	for i := range 5 {
		err := timed(func() error {
			h, err := b.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
				UpdateID: fmt.Sprint(key, i), WorkflowID: id, UpdateName: "act", Args: []any{"complete"}, WaitForStage: client.WorkflowUpdateStageCompleted,
			})
			if err != nil {
				return err
			}
			return h.Get(ctx, nil)
		})
		if err != nil {
			return err
		}
	}
	b.id.Store(id)
	return nil
}

// length is what a history costs, and how many timers fired in it.
type length struct{ events, bytes, fired int }

// history counts the events of a workflow and their bytes beyond the start event.
func history(ctx context.Context, c client.Client, id string) (length, error) {
	var l length
	it := c.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for it.HasNext() {
		e, err := it.Next()
		if err != nil {
			return l, err
		}
		if l.events > 0 {
			l.bytes += proto.Size(e)
		}
		l.events++
		if e.GetEventType() == enumspb.EVENT_TYPE_TIMER_FIRED {
			l.fired++
		}
	}
	return l, nil
}
