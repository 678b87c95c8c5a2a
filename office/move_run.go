package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// moveBatch is how many dossiers are read at a time.
const moveBatch = 50

// AdvanceMoves goes on with the moves that run or are being undone, and returns how many dossiers it settled. Where it stands is in
// the database: after a crash it goes on where it was, and an act that was sent is sent again with the same words, never done twice.
func (o *Office) AdvanceMoves(ctx context.Context) (settled int, err error) {
	rows, err := o.Store.Moves(ctx, maxFindings, models.MoveRunning, models.MoveUndoing)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, m := range slices.Backward(rows) { // the oldest first
		n, err := o.advance(ctx, m)
		settled += n
		if err != nil {
			errs = append(errs, fmt.Errorf("move %s: %w", m.ID, err))
		}
	}
	return settled, errors.Join(errs...)
}

func (o *Office) advance(ctx context.Context, m models.MoveRow) (settled int, err error) {
	state, end := models.ItemWaiting, models.MoveDone
	if m.State == models.MoveUndoing {
		state, end = models.ItemMoved, models.MoveUndone
	}
	from, err := o.desk.Plan(ctx, m.FromPlan)
	if err != nil {
		return 0, err
	}
	to, err := o.desk.Plan(ctx, m.ToPlan)
	if err != nil {
		return 0, err
	}
	return carry(ctx, bulk[models.MoveItem]{
		next: func(ctx context.Context, after models.MoveItem) ([]models.MoveItem, error) {
			return o.Store.MoveItems(ctx, m.ID, state, after.Dossier, moveBatch)
		},
		goes: func(ctx context.Context) (bool, error) { // stopped between two dossiers
			now, err := o.Store.Move(ctx, m.ID)
			return now.State == m.State, err
		},
		one: func(ctx context.Context, item *models.MoveItem) (bool, error) {
			known, err := o.moveOne(ctx, m, item, from, to)
			if err != nil && !outage(ctx, err) {
				err = fmt.Errorf("dossier %s: %w", item.Dossier, err)
			}
			return known, err
		},
		settle: o.Store.SaveMoveItems,
		over: func(ctx context.Context) error {
			_, err := o.Store.SetMoveState(ctx, m.ID, end, m.State)
			return err
		},
		pace: newPace(1),
	})
}

// outage says that there is no use in going on with another dossier.
func outage(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	code := ProblemOf(err).Code
	return ctx.Err() != nil || code == "engine_down" || code == "database_down"
}

// moveOne moves one dossier, or moves it back, and says in the item what became of it; known is false while that is not known.
func (o *Office) moveOne(ctx context.Context, m models.MoveRow, item *models.MoveItem, from, to *procedure.Plan) (known bool, err error) {
	undo := m.State == models.MoveUndoing
	id := moveAct(m.ID, item.Dossier, undo)
	target, refused := to, models.ItemRefused
	if undo {
		target, refused = from, models.ItemStays
	}
	settle := func(state, code, detail string) (bool, error) {
		item.State, item.Code, item.Detail = state, code, detail
		return true, nil
	}
	r, err := o.Rebuild(ctx, item.Dossier)
	if err != nil {
		return false, err
	}
	if done, ok := r.State.FindDone(id); ok && done.ID == id {
		moved(m, item, r)
		return true, nil
	}
	if r.State.Stage.Closed() || r.State.Plan == target.Hash || r.State.Plan != from.Hash && r.State.Plan != to.Hash {
		if undo {
			return settle(models.ItemStays, "not_on_version", "Hồ sơ đã kết thúc hoặc đã sang phiên bản khác.")
		}
		return settle(models.ItemSkipped, "not_on_version", "Hồ sơ đã kết thúc hoặc đã sang phiên bản khác.")
	}
	words := moveWords{steps: m.Steps, reason: m.Reason, document: m.Document, ground: m.Ground, later: slices.Contains(m.Later, item.Dossier)}
	if undo {
		words.steps, words.later = backwards(r, m, from), false
	}
	act, err := o.composeMove(ctx, r, target, words, id, m.Officer)
	if err != nil {
		code, detail := "", ""
		if err := stuck(err, &code, &detail); err != nil {
			return false, err
		}
		return settle(refused, code, detail)
	}
	before, err := dossier.Look(r.Deps, r.State, o.Legal())
	if err != nil {
		return false, err
	}
	if !undo {
		item.OldDue, item.Late = before.DueAt, before.Verdict.Class == dossier.ClassLate
	}
	answer, err := o.sendMove(ctx, m, item.Dossier, act, before.Seq)
	if err != nil {
		code, detail := "", ""
		if outage(ctx, err) {
			return false, err
		}
		if err := stuck(err, &code, &detail); err != nil {
			return false, err
		}
		return settle(refused, code, detail)
	}
	if answer.State != ActDone {
		return false, o.Store.SaveMoveItems(ctx, []models.MoveItem{*item})
	}
	if r, err = o.Rebuild(ctx, item.Dossier); err != nil {
		return false, err
	}
	moved(m, item, r)
	return true, nil
}

// moveAct is the id of the act that moves a dossier: the same however often it is tried.
func moveAct(move, code string, undo bool) string {
	name := "move\x00" + code
	if undo {
		name = "undo\x00" + code
	}
	space, err := uuid.Parse(move)
	if err != nil {
		space = uuid.NameSpaceOID
	}
	return uuid.NewSHA1(space, []byte(name)).String()
}

// moved notes that a dossier was moved, with the promise that the move left.
func moved(m models.MoveRow, item *models.MoveItem, r *Rebuilt) {
	id := moveAct(m.ID, item.Dossier, m.State == models.MoveUndoing)
	for _, e := range r.Events {
		if b, ok := e.Body.(dossier.VersionMoved); ok && e.Act == id {
			item.NewDue, item.MovedAt = b.Due, e.At
			if m.State == models.MoveRunning {
				item.OldDue = b.OldDue
			}
		}
	}
	item.State, item.Code, item.Detail = models.ItemMoved, "", ""
	if m.State == models.MoveUndoing {
		item.State = models.ItemUndone
	}
}

// backwards is the map of steps of the way back: of the steps that this dossier has been at, as they were called; of the others
// as the move says, where that is plain.
func backwards(r *Rebuilt, m models.MoveRow, from *procedure.Plan) map[string]string {
	back := map[string]string{}
	for _, old := range slices.Sorted(maps.Keys(m.Steps)) {
		now := m.Steps[old]
		if _, same := from.Exec.Step(now); !same {
			back[now] = old
		}
	}
	id := moveAct(m.ID, r.State.Code, false)
	for _, e := range r.Events {
		if b, ok := e.Body.(dossier.VersionMoved); ok && e.Act == id {
			for _, s := range b.Steps {
				back[s.To] = s.From
			}
		}
	}
	return back
}

// sendMove writes the act's row and sends it, as every act is sent.
func (o *Office) sendMove(ctx context.Context, m models.MoveRow, code string, c composedMove, seen int64) (Answer, error) {
	if err := o.health.ready(ctx, o.Engine); err != nil {
		return Answer{}, engineDown(err)
	}
	row, err := o.Store.Act(ctx, c.act.ID)
	if errors.Is(err, models.ErrNotFound) {
		body := ActBody{Kind: c.act.Kind, Reason: m.Reason, Document: m.Document, Ground: m.Ground}
		if c.act.Fingerprint, err = fingerprint("move", m.ID, code, m.State); err != nil {
			return Answer{}, err
		}
		stored := storedAct{Body: body, Act: c.act, Plan: c.act.Move.Plan.Plan, Calendars: c.calendars}
		bare := *c.act.Move // the plan is stored once, under its hash
		bare.Plan, stored.Act.Move = nil, &bare
		raw, err := json.Marshal(stored)
		if err != nil {
			return Answer{}, err
		}
		if row, _, err = o.Store.BeginAct(ctx, models.ActRow{
			ID: c.act.ID, Principal: m.Principal, Dossier: code, Kind: c.act.Kind, Fingerprint: c.act.Fingerprint, Body: raw, ReceivedAt: c.act.At, State: ActPending,
		}); err != nil {
			return Answer{}, err
		}
	} else if err != nil {
		return Answer{}, err
	}
	if row.State != ActPending {
		return answerOf(row)
	}
	req, err := o.again(ctx, row, seen)
	if err != nil {
		return Answer{}, err
	}
	return o.send(ctx, code, req, row.CreatedAt)
}

// again is the request of an act that was begun, in the words that were stored.
func (o *Office) again(ctx context.Context, row models.ActRow, seen int64) (workflows.ActRequest, error) {
	var stored storedAct
	if err := json.Unmarshal(row.Body, &stored); err != nil {
		return workflows.ActRequest{}, err
	}
	if stored.Plan != "" && stored.Act.Move != nil {
		plan, err := o.desk.Plan(ctx, stored.Plan)
		if err != nil {
			return workflows.ActRequest{}, err
		}
		stored.Act.Move.Plan = &plan.Exec
	}
	return workflows.ActRequest{Act: stored.Act, Expect: stored.Expect, Seen: seen, Calendars: stored.Calendars}, nil
}
