package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"motcua/calendar"
	"motcua/calendar/amendment"
	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// work is what an amendment means for a dossier, as things stand.
type work struct {
	o     *Office
	row   models.AmendmentRow
	undo  bool
	reach models.Reach
	// set are the calendars to be had; nil for an outage.
	set    *calendarSet
	base   string
	bare   []string
	outage *OutageOrder
	// agencies are those of the outage.
	agencies map[string]bool
	lock     sync.Mutex
	shelf    map[string]*calendar.Calendar
}

// work prepares a preview or a run: before it is published on the calendars that it would make, afterwards on those in force.
func (o *Office) work(ctx context.Context, row models.AmendmentRow) (*work, error) {
	w := &work{o: o, row: row, undo: row.State == models.AmendmentUndoing, shelf: map[string]*calendar.Calendar{}}
	if row.Kind == models.AmendmentOutage {
		return w, w.prepareOutage(ctx)
	}
	var a *amendment.Amendment
	if row.PublishedAt.IsZero() {
		a = &amendment.Amendment{}
		if err := json.Unmarshal(row.Content, a); err != nil {
			return nil, fmt.Errorf("amendment %s: %w", row.ID, err)
		}
	}
	var err error
	if w.set, err = o.calendarSet(ctx, a, ""); err != nil {
		return nil, err
	}
	w.base = w.set.base
	if a == nil {
		w.reach = models.Reach{All: true}
		return w, nil
	}
	if w.bare, err = w.set.resolve(); err != nil {
		return nil, &Problem{Status: 409, Code: "amendment_faulty", Title: "Lịch sau khi sửa không hợp lệ",
			Detail: "Lịch đang có hiệu lực đã thay đổi từ khi soạn: " + err.Error() + ". Hãy soạn lại văn bản."}
	}
	for _, b := range w.set.books {
		w.shelf[b.Calendar().Hash()] = b.Calendar()
	}
	w.reach = w.set.reach()
	return w, nil
}

// calendar is one by its hash: a new one, or a stored one, each compiled once.
func (w *work) calendar(ctx context.Context, hash string) (*calendar.Calendar, error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if c, ok := w.shelf[hash]; ok {
		return c, nil
	}
	spec, err := w.o.Store.CalendarSpec(ctx, hash)
	if err != nil {
		return nil, err
	}
	c, err := calendar.Interned(hash, spec)
	if err == nil {
		w.shelf[hash] = c
	}
	return c, err
}

func (w *work) deps(ctx context.Context, plan string) (dossier.Deps, error) {
	p, err := w.o.desk.Plan(ctx, plan)
	if err != nil {
		return dossier.Deps{}, err
	}
	return dossier.Deps{Plan: &p.Exec, Policy: w.o.Policy, Skew: w.o.desk.Skew(), Calendars: func(hash string) (*calendar.Calendar, error) {
		return w.calendar(ctx, hash)
	}}, nil
}

// act is what is done to a dossier; false where it is not concerned. The act has no time of its own: it is done when it lands, and so
// holds up no act that was received before.
func (w *work) act(s *dossier.State) (dossier.Act, bool) {
	a := dossier.Act{ID: amendmentAct(w.row.ID, s.Code, w.undo), By: w.row.PublishedBy, Amendment: w.row.ID, Document: w.row.Document, Ground: w.row.Title}
	a.Fingerprint = a.ID
	if w.row.Kind == models.AmendmentOutage {
		return a, w.excludes(s, &a)
	}
	a.Kind, a.Undo = dossier.ActAmendCalendar, w.undo
	if w.undo {
		a.By, a.Document, a.Ground = w.row.UndoneBy, w.row.UndoDocument, "Hoàn tác: "+w.row.Title
	}
	for _, c := range s.Calendars {
		w.lock.Lock()
		hash := w.set.hash(c.Agency)
		w.lock.Unlock()
		if hash != "" && hash != c.Hash {
			a.Calendars = append(a.Calendars, dossier.AgencyCalendar{Agency: c.Agency, Hash: hash})
		}
	}
	open := s.Stage == dossier.StageSubmitted || s.Stage == dossier.StageRunning
	return a, open && len(a.Calendars) > 0
}

// amendmentAct is the id of the act on a dossier: the same however often it is tried.
func amendmentAct(amendment, code string, undo bool) string {
	name := "amend\x00" + code
	if undo {
		name = "undo\x00" + code
	}
	space, err := uuid.Parse(amendment)
	if err != nil {
		space = uuid.NameSpaceOID
	}
	return uuid.NewSHA1(space, []byte(name)).String()
}

// judged is what an amendment means for one dossier.
type judged struct {
	item       models.AmendmentItem
	concerned  bool
	lateBefore bool
	lateAfter  bool
}

// judge tries the act on a copy.
func (w *work) judge(ctx context.Context, p models.Past, now time.Time) (j judged, err error) {
	s := dossier.Rebuild(p.Events)
	act, ok := w.act(s)
	if !ok {
		return j, nil
	}
	j.concerned = true
	j.item = models.AmendmentItem{Amendment: w.row.ID, Dossier: s.Code, Agency: s.Lead, State: models.AmendItemWaiting, Effect: models.EffectSame, OrderAt: lastInstant()}
	deps, err := w.deps(ctx, s.Plan)
	if err != nil {
		return j, err
	}
	before, err := dossier.Judge(deps, s, now)
	if err != nil {
		return j, err
	}
	j.lateBefore = before.Class == dossier.ClassLate
	j.item.Late = j.lateBefore
	events, err := dossier.Do(deps, s, act, now)
	if err != nil {
		j.item.Effect, j.lateAfter = models.EffectStuck, j.lateBefore
		return j, stuck(err, &j.item.Code, &j.item.Detail)
	}
	effectOf(&j.item, events, act.ID, now)
	after, err := dossier.Judge(deps, s, now)
	if err != nil {
		return j, err
	}
	j.lateAfter = after.Class == dossier.ClassLate
	next, ok, err := dossier.NextAlarm(deps, s, now)
	if err == nil && ok {
		j.item.OrderAt = next.At
	}
	return j, err
}

// lastInstant sorts what has no alarm last.
func lastInstant() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, calendar.Zone()) }

// effectOf reads from the events of an act what it did to the dates.
func effectOf(i *models.AmendmentItem, events []dossier.Event, act string, now time.Time) (found bool) {
	for _, e := range events {
		if e.Act != act {
			continue
		}
		switch b := e.Body.(type) {
		case dossier.CalendarAmended:
			i.OldDue, i.NewDue, i.Target, found = b.OldDue, b.Due, b.Target, true
		case dossier.Excluded:
			i.OldDue, i.NewDue, found = b.OldDue, b.Due, true
		default:
			continue
		}
		i.DoneAt = e.Recorded
	}
	switch {
	case i.NewDue.After(i.OldDue):
		i.Effect = models.EffectLater
	case !i.Target.IsZero():
		i.Effect = models.EffectEarlier
	default:
		i.Effect = models.EffectSame
	}
	i.Behind = !i.Target.IsZero() && i.Target.Before(now)
	return found
}

// send does the act on a dossier and says in the item what became of it.
func (w *work) send(ctx context.Context, item *models.AmendmentItem) (known bool, err error) {
	events, err := w.o.Store.Events(ctx, item.Dossier, 0)
	if err != nil {
		return false, err
	}
	done, refused := models.AmendItemDone, models.AmendItemRefused
	if w.undo {
		done, refused = models.AmendItemUndone, models.AmendItemStays
	}
	s := dossier.Rebuild(events)
	act, concerned := w.act(s)
	settle := func(state, code, detail string) (bool, error) {
		item.State, item.Code, item.Detail = state, code, detail
		return true, nil
	}
	switch {
	case effectOf(item, events, act.ID, w.o.Legal()):
		return settle(done, "", "")
	case !concerned && w.adopted(item, events):
		return settle(done, "adopted", "Hồ sơ đã nhận lịch mới trước một lần nhắc.")
	case !concerned && w.undo && item.State == models.AmendItemDone:
		return settle(models.AmendItemStays, "not_concerned", "Hồ sơ đã kết thúc, đã có kết quả hoặc không còn theo lịch này.")
	case !concerned:
		return settle(models.AmendItemSkipped, "not_concerned", "Hồ sơ đã kết thúc, đã có kết quả hoặc đã theo lịch này.")
	}
	calendars, err := w.brings(ctx, act)
	if err != nil {
		return false, err
	}
	err = w.o.tell(ctx, item.Dossier, workflows.ActRequest{Act: act, Seen: s.Seq, Calendars: calendars})
	var r *dossier.Refusal
	switch {
	case errors.As(err, &r) && slices.Contains([]string{"closed", "finished", "calendar_current", "wrong_state"}, r.Code):
		return settle(models.AmendItemSkipped, r.Code, r.Detail)
	case errors.As(err, &r):
		return settle(refused, r.Code, r.Detail)
	case errors.Is(err, workflows.ErrUnknown):
		return false, nil // asked again in the next round, with the same id
	case outage(ctx, err):
		return false, err
	case err != nil:
		return w.failed(ctx, item, err)
	}
	if events, err = w.o.Store.Events(ctx, item.Dossier, s.Seq); err != nil {
		return false, err
	}
	effectOf(item, events, act.ID, w.o.Legal())
	return settle(done, "", "")
}

// adopted says that the dossier took the new calendar by itself, before a rung.
func (w *work) adopted(i *models.AmendmentItem, events []dossier.Event) bool {
	if w.row.Kind == models.AmendmentOutage || w.undo {
		return false
	}
	for _, e := range events {
		if b, ok := e.Body.(dossier.CalendarAmended); ok && b.Amendment == w.row.ID && !b.Undo {
			return effectOf(i, events, e.Act, w.o.Legal())
		}
	}
	return false
}

// brings are the calendars of an act as data, each once: agencies often share one.
func (w *work) brings(ctx context.Context, act dossier.Act) (out []workflows.CalendarData, err error) {
	for i, c := range act.Calendars {
		if slices.ContainsFunc(act.Calendars[:i], func(b dossier.AgencyCalendar) bool { return b.Hash == c.Hash }) {
			continue
		}
		cal, err := w.calendar(ctx, c.Hash)
		if err != nil {
			return nil, err
		}
		out = append(out, workflows.CalendarData{Agency: c.Agency, Hash: c.Hash, Spec: cal.Spec()})
	}
	return out, nil
}

// mostAttempts is how often a dossier is tried that fails in a way that is neither a refusal nor an outage.
const mostAttempts = 10

// FindingAmendment is the kind of finding on a dossier that an amendment could not be done to; its subject is the dossier.
const FindingAmendment = "amendment_failed"

// failed counts a failure; the last one is a finding.
func (w *work) failed(ctx context.Context, item *models.AmendmentItem, cause error) (known bool, err error) {
	item.Attempts++
	item.Detail = cause.Error()
	if item.Attempts < mostAttempts {
		return false, errors.Join(fmt.Errorf("dossier %s: %w", item.Dossier, cause), w.o.Store.SaveAmendmentItems(ctx, []models.AmendmentItem{*item}))
	}
	item.State, item.Code = models.AmendItemFailed, "failed"
	finding := models.Finding{Kind: FindingAmendment, Subject: item.Dossier, Detail: fmt.Sprintf("văn bản %s không áp dụng được cho hồ sơ này: %v", w.row.ID, cause)}
	return true, w.o.Store.AddFinding(ctx, finding)
}
