package activities

import (
	"context"
	"fmt"

	"motcua/models"
	"motcua/workflows"
)

// children prepares the dossiers that the events ask for. One that cannot be taken in is a finding, not a reason to stop: the
// outbox asks for it again.
func (a *Activities) children(ctx context.Context, r workflows.RecordRequest) ([]models.Child, error) {
	children, missed, err := a.Desk.Children(ctx, r.View, r.Events)
	if err != nil {
		return nil, err
	}
	for _, m := range missed {
		finding := models.Finding{Kind: FindingNotOpened, Subject: r.Code + " " + m.Task, Detail: fmt.Sprintf("dossier under %s: %v", m.Procedure, m.Cause)}
		if err := a.Store.AddFinding(ctx, finding); err != nil {
			return nil, err
		}
	}
	return children, nil
}
