package workflows

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"motcua/dossier"
	"motcua/mission"
)

// Search attributes: few, typed, set at the start, and nothing personal in any of them.
func agencyKey() temporal.SearchAttributeKeyKeyword {
	return temporal.NewSearchAttributeKeyKeyword("MotcuaAgency")
}

func procedureKey() temporal.SearchAttributeKeyKeyword {
	return temporal.NewSearchAttributeKeyKeyword("MotcuaProcedure")
}

func dueKey() temporal.SearchAttributeKeyTime {
	return temporal.NewSearchAttributeKeyTime("MotcuaDue")
}

// SearchAttributes are the names and types to register in the namespace.
func SearchAttributes() map[string]enumspb.IndexedValueType {
	return map[string]enumspb.IndexedValueType{
		agencyKey().GetName():    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		procedureKey().GetName(): enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		dueKey().GetName():       enumspb.INDEXED_VALUE_TYPE_DATETIME,
	}
}

// Errors of the engine as its callers need to tell them apart.
var (
	// ErrUnknown: the act's fate is not known yet; ask again with the same id.
	ErrUnknown = errors.New("the engine has not answered yet")
	// ErrDown: the engine cannot be reached; nothing was sent.
	ErrDown = errors.New("the engine cannot be reached")
	// ErrNotRunning: no workflow of this dossier or mission is open.
	ErrNotRunning = errors.New("there is no open workflow")
)

// Engine speaks to the workflows of dossiers and missions.
type Engine struct {
	client client.Client
	queue  string
}

// NewEngine speaks through a client to the workers of a task queue.
func NewEngine(c client.Client, taskQueue string) *Engine {
	return &Engine{client: c, queue: taskQueue}
}

// Start starts the workflow of a dossier; a start that finds its id used is a success, open or closed.
func (e *Engine) Start(ctx context.Context, in Start, v dossier.View) error {
	return e.start(ctx, DossierName, WorkflowID(in.Code), v.Lead, v.Procedure, v.DueAt, fmt.Sprintf("%s · %s · %s", v.Procedure, v.Code, v.Lead), in)
}

// StartMission starts the workflow of a mission, in the same way.
func (e *Engine) StartMission(ctx context.Context, in MissionStart, v mission.View) error {
	return e.start(ctx, MissionName, MissionID(in.Code), v.Lead, v.Model, v.NextDue, fmt.Sprintf("%s · %s · %s", v.Model, v.Code, v.Lead), in)
}

func (e *Engine) start(ctx context.Context, name, id, agency, definition string, due time.Time, summary string, in any) error {
	attributes := []temporal.SearchAttributeUpdate{agencyKey().ValueSet(agency), procedureKey().ValueSet(definition)}
	if !due.IsZero() {
		attributes = append(attributes, dueKey().ValueSet(due))
	}
	_, err := e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: e.queue,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		EnableEagerStart:         true,
		TypedSearchAttributes:    temporal.NewSearchAttributes(attributes...),
		StaticSummary:            summary,
	}, name, in)
	var used *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &used) {
		return nil
	}
	return classify(err)
}

// Act sends an act; the act's id is the Update's id, so that a retried act is one act. A refusal comes back as a
// *dossier.Refusal.
func (e *Engine) Act(ctx context.Context, code string, req ActRequest) (reply ActReply, err error) {
	id := req.Act.ID
	req.Act.ID = "" // the Update's id says it already
	err = e.act(ctx, WorkflowID(code), id, req, &reply)
	return reply, err
}

// ActMission sends an act to a mission, in the same way.
func (e *Engine) ActMission(ctx context.Context, code string, req MissionActRequest) (reply MissionActReply, err error) {
	id := req.Act.ID
	req.Act.ID = ""
	err = e.act(ctx, MissionID(code), id, req, &reply)
	return reply, err
}

func (e *Engine) act(ctx context.Context, id, act string, req, reply any) error {
	handle, err := e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		UpdateID: act, WorkflowID: id, UpdateName: UpdateAct, Args: []any{req}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return refusalOf(err)
	}
	return refusalOf(handle.Get(ctx, reply))
}

// Poke makes a dossier look at its clock again, and take over its records where they go beyond what it knows; seen is the last
// recorded event that the caller knows of, 0 for none.
func (e *Engine) Poke(ctx context.Context, code string, seen int64) error {
	return e.poke(ctx, WorkflowID(code), seen)
}

// PokeMission does the same for a mission.
func (e *Engine) PokeMission(ctx context.Context, code string, seen int64) error {
	return e.poke(ctx, MissionID(code), seen)
}

func (e *Engine) poke(ctx context.Context, id string, seen int64) error {
	handle, err := e.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: UpdatePoke, Args: []any{seen}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return classify(err)
	}
	return classify(handle.Get(ctx, nil))
}

// View asks the workflow itself.
func (e *Engine) View(ctx context.Context, code string) (v dossier.View, err error) {
	return v, e.query(ctx, WorkflowID(code), QueryClock, &v)
}

// ViewMission asks a mission's workflow itself.
func (e *Engine) ViewMission(ctx context.Context, code string) (v mission.View, err error) {
	err = e.query(ctx, MissionID(code), QueryClock, &v)
	return v, err
}

// Next asks the workflow for its next alarm.
func (e *Engine) Next(ctx context.Context, code string) (n NextReply, err error) {
	return n, e.query(ctx, WorkflowID(code), QueryNext, &n)
}

func (e *Engine) query(ctx context.Context, id, name string, out any) error {
	value, err := e.client.QueryWorkflow(ctx, id, "", name)
	if err != nil {
		return classify(err)
	}
	return value.Get(out)
}

// Check says whether the engine answers.
func (e *Engine) Check(ctx context.Context) error {
	_, err := e.client.CheckHealth(ctx, &client.CheckHealthRequest{})
	return classify(err)
}

// refusalOf turns a refusal from the wire back into what the machine said.
func refusalOf(err error) error {
	var app *temporal.ApplicationError
	if errors.As(err, &app) && app.Type() == RefusalType {
		r := &dossier.Refusal{}
		if app.Details(r) == nil {
			return r
		}
	}
	return classify(err)
}

// classify names what callers must tell apart, and keeps the cause.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var (
		notFound    *serviceerror.NotFound
		unavailable *serviceerror.Unavailable
		deadline    *serviceerror.DeadlineExceeded
		timeout     *client.WorkflowUpdateServiceTimeoutOrCanceledError
	)
	switch {
	case errors.As(err, &notFound):
		return fmt.Errorf("%w: %w", ErrNotRunning, err)
	case errors.As(err, &unavailable):
		return fmt.Errorf("%w: %w", ErrDown, err)
	case errors.As(err, &timeout), errors.As(err, &deadline), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return err
}

// AwaitAct is how long a caller waits for an act before its fate is called unknown.
const AwaitAct = 5 * time.Second
