package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	temporal "go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"motcua/workflows"
)

// historyCommand writes the Temporal history of a dossier by its code, or of any workflow by its id ("nhiemvu/CODE" of a mission):
// what the replay corpus of a release is made of. It holds codes and references only, nothing personal.
func historyCommand() *cobra.Command {
	var address, namespace string
	c := &cobra.Command{
		Use: "history CODE|WORKFLOW-ID", Short: "Lịch sử Temporal của một hồ sơ, hoặc của một mô hình (nhiemvu/MÃ), để thử phát lại", Args: cobra.ExactArgs(1),
		Example: "  motcua history H99.02.01-260302-0001\n  motcua history nhiemvu/H99.01-NV26-0001",
	}
	c.Flags().StringVar(&address, "temporal", envOr("MOTCUA_TEMPORAL_ADDRESS", "127.0.0.1:7233"), "địa chỉ gRPC của Temporal")
	c.Flags().StringVar(&namespace, "namespace", envOr("MOTCUA_TEMPORAL_NAMESPACE", "motcua"), "không gian tên")
	c.RunE = func(c *cobra.Command, args []string) error {
		tc, err := temporal.DialContext(c.Context(), temporal.Options{HostPort: address, Namespace: namespace})
		if err != nil {
			return fmt.Errorf("reach temporal at %s: %w", address, err)
		}
		defer tc.Close()
		var h historypb.History
		it := tc.GetWorkflowHistory(c.Context(), workflowID(args[0]), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for it.HasNext() {
			e, err := it.Next()
			if err != nil {
				return fmt.Errorf("history of %s: %w", args[0], err)
			}
			h.Events = append(h.Events, e)
		}
		b, err := protojson.Marshal(&h)
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.OutOrStdout(), string(b)+"\n")
		return err
	}
	return c
}

// workflowID takes a workflow's id as it is; a bare code is a dossier's.
func workflowID(arg string) string {
	if strings.Contains(arg, "/") {
		return arg
	}
	return workflows.WorkflowID(arg)
}

func envOr(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
