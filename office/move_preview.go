package office

import (
	"context"
	"slices"
	"time"

	"motcua/dossier"
	"motcua/procedure"
)

// MovePreview says what a move would do, and does nothing.
type MovePreview struct {
	// Steps are the old version's steps with what becomes of them.
	Steps []MoveStep `json:"steps"`
	// Diff is what the new version says differently.
	Diff  procedure.Difference `json:"diff"`
	Items []MovePreviewItem    `json:"items"`
	// Movable and Stuck count the items of this page, Late those that are late now, Behind those whose new limit would be over.
	Movable int    `json:"movable"`
	Stuck   int    `json:"stuck"`
	Late    int    `json:"late"`
	Behind  int    `json:"behind"`
	Next    string `json:"next,omitempty"`
	// Totals are of the whole move, where they are asked for.
	Totals *MoveTotals `json:"totals,omitempty"`
}

// MoveTotals counts the dossiers of a whole move. Where there are more than maxTotals, Judged are those that the other figures are of.
type MoveTotals struct {
	Dossiers int64 `json:"dossiers"`
	Judged   int64 `json:"judged"`
	Movable  int64 `json:"movable"`
	Stuck    int64 `json:"stuck"`
	// Refusals count those that are stuck, by code.
	Refusals map[string]int64 `json:"refusals"`
	// Late are late now and stay so; BecomeLate would be late by the move itself, which no move does.
	Late       int64 `json:"late"`
	BecomeLate int64 `json:"become_late"`
	// Behind would be late by the new limit; Earlier get an internal date before the promise, Later a later promise.
	Behind  int64 `json:"behind"`
	Earlier int64 `json:"earlier"`
	Later   int64 `json:"later"`
}

// MovePreviewItem is what would become of a dossier.
type MovePreviewItem struct {
	Dossier string `json:"dossier"`
	Movable bool   `json:"movable"`
	// Code and Detail say why it cannot be moved.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
	// OldDue and NewDue are the promises before and after, Target the earlier date of the new limit.
	OldDue time.Time `json:"old_due,omitzero"`
	NewDue time.Time `json:"new_due,omitzero"`
	Target time.Time `json:"target,omitzero"`
	// Late: it is late now, and stays so. Behind: by the new limit it would be late; the promise keeps it from being so.
	Late   bool           `json:"late,omitempty"`
	Behind bool           `json:"behind,omitempty"`
	Tasks  []MoveTaskLine `json:"tasks,omitempty"`
	// MissingPapers are papers that only the new version asks for; they are not asked for again by the move.
	MissingPapers []string `json:"missing_papers,omitempty"`
}

// MoveTaskLine is an open task before and after.
type MoveTaskLine struct {
	From   string    `json:"from"`
	To     string    `json:"to"`
	OldDue time.Time `json:"old_due,omitzero"`
	NewDue time.Time `json:"new_due,omitzero"`
}

// maxTotals bounds how many dossiers are judged for totals: about ten seconds of work.
const maxTotals = 5000

// PreviewMove says per dossier what a move would do: who may go, whose date changes, who is late, what cannot move and why.
func (o *Office) PreviewMove(ctx context.Context, p Principal, m MoveOrder, limit int, after string, totals bool) (MovePreview, error) {
	x, err := o.ordered(ctx, p, m)
	if err != nil {
		return MovePreview{}, err
	}
	out := MovePreview{Steps: x.steps, Diff: procedure.Diff(x.from, x.to), Items: []MovePreviewItem{}}
	codes, err := o.moveCodes(ctx, x, after, limit+1)
	if err != nil {
		return out, err
	}
	if len(codes) > limit {
		codes = codes[:limit]
		out.Next = codes[limit-1]
	}
	for _, code := range codes {
		item, err := o.previewItem(ctx, x, p, code, true)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, item.MovePreviewItem)
		if item.Movable {
			out.Movable++
		} else {
			out.Stuck++
		}
		if item.Late {
			out.Late++
		}
		if item.Behind {
			out.Behind++
		}
	}
	if totals {
		out.Totals, err = o.moveTotals(ctx, x, p)
	}
	return out, err
}

// moveCodes are the dossiers of a move by code, after one.
func (o *Office) moveCodes(ctx context.Context, x *order, after string, limit int) ([]string, error) {
	if len(x.Dossiers) == 0 {
		return o.Store.OpenOnPlan(ctx, x.from.Hash, after, limit)
	}
	codes := slices.Compact(slices.Sorted(slices.Values(x.Dossiers)))
	i, found := slices.BinarySearch(codes, after)
	if found {
		i++
	}
	codes = codes[i:]
	return codes[:min(len(codes), limit)], nil
}

func (o *Office) moveTotals(ctx context.Context, x *order, p Principal) (*MoveTotals, error) {
	out := &MoveTotals{Refusals: map[string]int64{}}
	var err error
	if len(x.Dossiers) > 0 {
		out.Dossiers = int64(len(slices.Compact(slices.Sorted(slices.Values(x.Dossiers)))))
	} else if out.Dossiers, err = o.Store.CountOpenOnPlan(ctx, x.from.Hash); err != nil {
		return nil, err
	}
	codes, err := o.moveCodes(ctx, x, "", maxTotals)
	if err != nil {
		return nil, err
	}
	for _, code := range codes {
		item, err := o.previewItem(ctx, x, p, code, false)
		if err != nil {
			return nil, err
		}
		out.add(item)
	}
	return out, nil
}

func (t *MoveTotals) add(i judgedItem) {
	count := func(n *int64, yes bool) {
		if yes {
			*n++
		}
	}
	t.Judged++
	count(&t.Movable, i.Movable)
	if !i.Movable {
		t.Stuck++
		t.Refusals[i.Code]++
	}
	count(&t.Late, i.Late)
	count(&t.BecomeLate, i.Movable && !i.Late && i.lateAfter)
	count(&t.Behind, i.Behind)
	count(&t.Earlier, !i.Target.IsZero())
	count(&t.Later, i.Movable && i.NewDue.After(i.OldDue))
}

// judgedItem is a line of the preview with what only the totals ask for.
type judgedItem struct {
	MovePreviewItem
	lateAfter bool
}

// previewItem says what would become of a dossier; papers are compared where they are shown.
func (o *Office) previewItem(ctx context.Context, x *order, p Principal, code string, papers bool) (judgedItem, error) {
	item := judgedItem{MovePreviewItem: MovePreviewItem{Dossier: code}}
	r, err := o.Rebuild(ctx, code)
	if err != nil {
		return item, stuck(err, &item.Code, &item.Detail)
	}
	if r.State.Plan != x.from.Hash || r.State.Stage.Closed() {
		item.Code, item.Detail = "not_on_version", "Hồ sơ đã kết thúc hoặc không theo phiên bản cũ."
		return item, nil
	}
	words := moveWords{steps: x.Steps, reason: x.Reason, document: x.Document, ground: x.Ground, later: slices.Contains(x.Later, code)}
	m, err := o.composeMove(ctx, r, x.to, words, "", p.Officer)
	if err != nil {
		return item, stuck(err, &item.Code, &item.Detail)
	}
	t, err := o.try(r, m)
	item.OldDue, item.Late = t.before.DueAt, t.before.Verdict.Class == dossier.ClassLate
	if err != nil {
		return item, stuck(err, &item.Code, &item.Detail)
	}
	item.lateAfter = t.after.Verdict.Class == dossier.ClassLate
	item.Movable, item.NewDue, item.Target = true, t.after.DueAt, t.event.Target
	item.Behind = !item.Target.IsZero() && item.Target.Before(o.Legal())
	for _, moved := range t.event.Tasks {
		line := MoveTaskLine{From: moved.Task, To: moved.To}
		line.OldDue, line.NewDue = taskDue(t.before, moved.Task), taskDue(t.after, moved.To)
		item.Tasks = append(item.Tasks, line)
	}
	if papers {
		item.MissingPapers, err = o.papersMissing(ctx, r, x.to, m.act.Conditions)
	}
	return item, err
}

// papersMissing are the papers that only the new version asks for.
func (o *Office) papersMissing(ctx context.Context, r *Rebuilt, to *procedure.Plan, conditions []string) (out []string, err error) {
	papers, err := o.Store.Papers(ctx, r.State.Code)
	if err != nil {
		return nil, err
	}
	var have []string
	for _, paper := range papers {
		have = append(have, paper.Document)
	}
	missing := r.Plan.MissingDocuments(have, r.State.Conditions)
	for _, d := range to.MissingDocuments(have, conditions) {
		if !slices.ContainsFunc(missing, func(old procedure.Document) bool { return old.ID == d.ID }) {
			out = append(out, d.ID)
		}
	}
	return out, nil
}
