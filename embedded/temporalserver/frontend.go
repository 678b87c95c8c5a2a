package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	readyPoll = 20 * time.Millisecond
	// probeWorkflow is never started: that history says so proves that it owns its shards.
	probeWorkflow = "motcua-readiness-probe"
)

func dialFrontend(address string) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("dial temporal frontend: %w", err)
	}
	return conn, nil
}

// waitReady returns when the frontend knows the namespace and history answers for a workflow in it.
func waitReady(ctx context.Context, conn *grpc.ClientConn, namespace string) error {
	client := workflowservice.NewWorkflowServiceClient(conn)
	for {
		err := probe(ctx, client, namespace)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for temporal frontend: %w", errors.Join(ctx.Err(), err))
		case <-time.After(readyPoll):
		}
	}
}

func probe(ctx context.Context, client workflowservice.WorkflowServiceClient, namespace string) error {
	_, err := client.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("describe namespace: %w", err)
	}
	_, err = client.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: namespace,
		Execution: &common.WorkflowExecution{WorkflowId: probeWorkflow},
	})
	var notFound *serviceerror.NotFound
	if err != nil && !errors.As(serviceerror.FromStatus(serviceerror.ToStatus(err)), &notFound) {
		return fmt.Errorf("ask history: %w", err)
	}
	return nil
}

// ensureSearchAttributes adds what an older namespace lacks. A new namespace has them all already.
func ensureSearchAttributes(
	ctx context.Context, conn *grpc.ClientConn, namespace string, want map[string]enums.IndexedValueType,
) error {
	if len(want) == 0 {
		return nil
	}
	client := operatorservice.NewOperatorServiceClient(conn)
	have, err := client.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("list search attributes: %w", err)
	}
	missing := make(map[string]enums.IndexedValueType)
	for name, typ := range want {
		switch existing, ok := have.GetCustomAttributes()[name]; {
		case !ok:
			missing[name] = typ
		case existing != typ:
			return fmt.Errorf("search attribute %s exists as %v, wanted as %v", name, existing, typ)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = client.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: namespace, SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf("add search attributes: %w", err)
	}
	// Each service learns the names at its own next reload and refuses them until then; none tells when it has.
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for search attributes: %w", ctx.Err())
	case <-time.After(namespaceRefresh + namespaceRefresh/4):
		return nil
	}
}
