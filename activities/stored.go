package activities

import (
	"context"
	"fmt"

	"motcua/dossier"
	"motcua/mission"
	"motcua/workflows"
)

// What is recorded, for a workflow that is behind it: a task was lost after its batch was recorded.

// ahead answers a workflow that asks whether more is stored than it knows.
func (a *Activities) ahead(ctx context.Context, r workflows.RecordRequest) (workflows.RecordReply, error) {
	row, err := a.Store.Dossier(ctx, r.Code)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	if row.Seq > r.View.Seq {
		return a.stored(ctx, r)
	}
	return workflows.RecordReply{Digest: r.Digest}, nil
}

// stored is a whole dossier as it is recorded, with its plan where the workflow is on another one.
func (a *Activities) stored(ctx context.Context, r workflows.RecordRequest) (workflows.RecordReply, error) {
	events, err := a.Store.Events(ctx, r.Code, 0)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	done, err := a.Store.DoneActs(ctx, r.Code)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	s := workflows.Stored{Events: events, Done: done}
	state := dossier.Rebuild(events)
	if state.Plan != r.View.Plan {
		plan, err := a.Store.Plan(ctx, state.Plan)
		if err != nil {
			return workflows.RecordReply{}, err
		}
		s.Exec = &plan.Exec
	}
	s.Calendars, err = a.calendars(ctx, state.Pinned())
	return workflows.RecordReply{Stored: &s}, err
}

// missionAhead is ahead of a mission.
func (a *Activities) missionAhead(ctx context.Context, r workflows.MissionRecordRequest) (workflows.RecordReply, error) {
	row, err := a.Store.Mission(ctx, r.Code)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	if row.Seq > r.View.Seq {
		return a.missionStored(ctx, r.Code)
	}
	return workflows.RecordReply{Digest: r.Digest}, nil
}

// missionStored is a whole mission as it is recorded.
func (a *Activities) missionStored(ctx context.Context, code string) (workflows.RecordReply, error) {
	events, err := a.Store.MissionEvents(ctx, code, 0)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	done, err := a.Store.DoneActs(ctx, code)
	if err != nil {
		return workflows.RecordReply{}, err
	}
	calendars, err := a.calendars(ctx, mission.Rebuild(events).Calendars)
	return workflows.RecordReply{Stored: &workflows.Stored{Mission: events, Done: done, Calendars: calendars}}, err
}

// calendars are the pinned revisions as data.
func (a *Activities) calendars(ctx context.Context, pinned []dossier.AgencyCalendar) (out []workflows.CalendarData, err error) {
	for _, c := range pinned {
		spec, err := a.Store.CalendarSpec(ctx, c.Hash)
		if err != nil {
			return nil, fmt.Errorf("calendar of %s: %w", c.Agency, err)
		}
		out = append(out, workflows.CalendarData{Agency: c.Agency, Hash: c.Hash, Spec: spec})
	}
	return out, nil
}
