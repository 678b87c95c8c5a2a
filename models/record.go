package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"gorm.io/gorm"

	"motcua/calendar"
	"motcua/dossier"
)

// Batch is what one transaction records: consecutive events with the view after them and the acts that caused them.
type Batch struct {
	Code   string
	Events []dossier.Event
	// Digest is dossier.Digest of the events; when set, it is checked.
	Digest string
	View   dossier.View
	Acts   []dossier.DoneAct
	// Children are the dossiers that events ask for, where they could be prepared.
	Children []Child
}

// Record writes a batch in one transaction: events, read model, open tasks, escalations, notifications, outbox and the answers
// of the acts. It returns the digest of what is stored. A batch that is stored already is a success; a gap, another digest
// or another cut of stored events is a *SequenceError, which is final.
func (s *Store) Record(ctx context.Context, b Batch) (string, error) {
	return s.commit(ctx, s.journal(b))
}

// journal is a batch as its journal takes it, whatever machine decided it.
type journal struct {
	// what and code name it in errors.
	what, code string
	events     []dossier.Event
	digest     string
	// view is the last event and the code of the view.
	view struct {
		code string
		seq  int64
	}
	acts []dossier.DoneAct
	// stored locks the read model's row and returns the last event it knows, 0 without a row; project replaces it. Without stored
	// before it, project makes a new one.
	stored  func(tx *gorm.DB) (int64, error)
	project func(tx *gorm.DB) error
	// payload is what the outside is told of an event, nil for inner moves; answer is what an act is answered with.
	payload func(e dossier.Event) any
	answer  func(a dossier.DoneAct) any
	// receiving and lead are the agencies of a dossier; empty of a mission.
	receiving, lead string
	// linked says that another dossier opened this one; follow writes what its events ask of others.
	linked bool
	follow func(tx *gorm.DB) error
}

// journal is the batch of a dossier.
func (s *Store) journal(b Batch) journal {
	j := journal{what: "dossier", code: b.Code, events: b.Events, digest: b.Digest, acts: b.Acts}
	j.view.code, j.view.seq = b.View.Code, b.View.Seq
	var have DossierRow
	j.stored = func(tx *gorm.DB) (seq int64, err error) {
		have, err = s.lockDossier(tx, b.Code)
		return have.Seq, err
	}
	j.project = func(tx *gorm.DB) error { return s.project(tx, have, b.View) }
	j.payload = dossierPayload(b.Code, b.View.Status)
	j.answer = func(a dossier.DoneAct) any {
		return Answer{Seq: a.Seq, Revision: a.Revision, Status: b.View.Status, Due: b.View.DueAt}
	}
	j.linked = b.View.Parent != nil
	j.receiving, j.lead = b.View.Receiving, b.View.Lead
	j.follow = func(tx *gorm.DB) error {
		if err := s.openChildren(tx, b); err != nil {
			return err
		}
		return s.tellEnds(tx, b)
	}
	return j
}

// commit writes a batch in one transaction.
func (s *Store) commit(ctx context.Context, j journal) (string, error) {
	digest, err := j.check()
	if err != nil {
		return "", err
	}
	write := func() error {
		return s.transact(ctx, func(tx *gorm.DB) error { return s.record(tx, j, digest) })
	}
	if err = write(); isDuplicate(err) { // somebody recorded a new one at the same moment: there was no row to lock
		err = write()
	}
	var seq *SequenceError
	if err != nil && !errors.As(err, &seq) {
		return "", fmt.Errorf("record %s %s from event %d: %w", j.what, j.code, j.events[0].Seq, err)
	}
	if err != nil {
		return "", err
	}
	return digest, nil
}

// check computes the digest and refuses a batch that contradicts itself.
func (j journal) check() (string, error) {
	if j.code == "" || len(j.events) == 0 || j.view.code != j.code {
		return "", fmt.Errorf("record %s %q: empty batch, or view of %q", j.what, j.code, j.view.code)
	}
	for i, e := range j.events {
		if want := j.events[0].Seq + int64(i); e.Seq != want || e.Seq < 1 {
			return "", fmt.Errorf("record %s %s: event %d stands where %d is due", j.what, j.code, e.Seq, want)
		}
	}
	if last := j.events[len(j.events)-1].Seq; j.view.seq != last {
		return "", fmt.Errorf("record %s %s: view of event %d after events to %d", j.what, j.code, j.view.seq, last)
	}
	digest, err := dossier.Digest(j.events)
	if err != nil {
		return "", fmt.Errorf("record %s %s: %w", j.what, j.code, err)
	}
	if j.digest != "" && j.digest != digest {
		return "", fmt.Errorf("record %s %s: events have digest %s, batch says %s", j.what, j.code, digest, j.digest)
	}
	return digest, nil
}

func (s *Store) record(tx *gorm.DB, j journal, digest string) error {
	have, err := j.stored(tx)
	if err != nil {
		return err
	}
	first, last := j.events[0].Seq, j.events[len(j.events)-1].Seq
	if first <= have {
		return stored(tx, j.code, have, first, last, digest)
	}
	if first != have+1 {
		return &SequenceError{Code: j.code, Have: have, First: first, Given: digest}
	}
	return s.append(tx, j, digest, extra{})
}

// extra is what is written together with the first batch of something new.
type extra struct {
	// submission is the act that began it with its answer, which the journal does not know.
	submission ActRow
	outbox     []OutboxRow
}

// append writes a batch after what is stored.
func (s *Store) append(tx *gorm.DB, j journal, digest string, x extra) error {
	events, err := eventsOf(j.code, j.events)
	if err != nil {
		return err
	}
	events[0].BatchLast, events[0].BatchDigest = events[len(events)-1].Seq, digest
	if _, err := insert(tx, events, plainly); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	if err := j.project(tx); err != nil {
		return err
	}
	if err := s.derive(tx, j, x.outbox...); err != nil {
		return err
	}
	if err := s.tellControl(tx, j.code, j.events); err != nil {
		return err
	}
	if j.follow != nil {
		if err := j.follow(tx); err != nil {
			return err
		}
	}
	return s.finish(tx, j, x.submission)
}

// stored compares a batch with the stored one of the same place.
func stored(tx *gorm.DB, code string, have, first, last int64, digest string) error {
	var row eventRow
	err := one(tx.Select("batch_last", "batch_digest").Where("dossier = ? AND seq = ?", code, first), &row)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if row.BatchLast != last || row.BatchDigest != digest {
		return &SequenceError{Code: code, Have: have, First: first, Stored: row.BatchDigest, Given: digest}
	}
	return nil
}

// indexedColumns are what unmoved compares, and the last event.
var indexedColumns = []string{"code", "seq", "procedure", "plan", "channel", "receiving", "lead", "submitted_at", "sort_due"}

// lockDossier locks a dossier's row until the transaction ends and returns what its indexes hold; a dossier not yet recorded
// has an empty one.
func (s *Store) lockDossier(tx *gorm.DB, code string) (have DossierRow, err error) {
	if err = fetch(tx, &have, indexedColumns, s.lockingEnd(), code); errors.Is(err, ErrNotFound) {
		err = nil
	}
	return have, err
}

// project replaces the read model of a dossier by a view.
func (s *Store) project(tx *gorm.DB, have DossierRow, v dossier.View) error {
	row := dossierOf(v, s.now())
	var err error
	if have.Code == "" {
		_, err = insert(tx, []DossierRow{row}, plainly)
	} else {
		err = update(tx, &row, row.unmoved(have)...)
	}
	if err != nil {
		return fmt.Errorf("read model: %w", err)
	}
	tasks := tasksOf(v)
	if have.Code != "" {
		if err := dropTasks(tx, v.Code, tasks); err != nil {
			return err
		}
	}
	if _, err := insert(tx, tasks, instead); err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	return nil
}

// dropTasks deletes the tasks of a dossier that are not among those to keep.
func dropTasks(tx *gorm.DB, code string, keep []TaskRow) error {
	l, err := layoutOf(tx, &TaskRow{})
	if err != nil {
		return err
	}
	args := make([]any, 0, 1+len(keep))
	args = append(args, code)
	for _, t := range keep {
		args = append(args, t.Task)
	}
	_, err = run(tx, l.text("drop"+strconv.Itoa(len(keep)), func() string {
		b := texter{tx: tx}
		b.WriteString("DELETE FROM tasks WHERE dossier=")
		b.bind()
		for i := range keep {
			b.WriteString([]string{" AND task NOT IN (", ","}[min(i, 1)])
			b.bind()
		}
		b.WriteString([]string{"", ")"}[min(len(keep), 1)])
		return b.String()
	}), args)
	if err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	return nil
}

// derive writes what follows from events. Everything has a key of its own, so nothing doubles. Without a payload the outside is
// not told: a rebuilt projection must not do it again. More goes out with what it is told.
func (s *Store) derive(tx *gorm.DB, j journal, more ...OutboxRow) error {
	code, events := j.code, j.events
	if _, err := insert(tx, involvedOf(code, events), unlessThere); err != nil {
		return fmt.Errorf("agencies involved: %w", err)
	}
	if _, err := insert(tx, escalationsOf(code, events), unlessThere); err != nil {
		return fmt.Errorf("escalations: %w", err)
	}
	notices, err := notificationsOf(code, events, j)
	if err != nil {
		return err
	}
	if _, err := insert(tx, notices, unlessThere); err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	if err := s.followRungs(tx, code, j.lead, events); err != nil {
		return err
	}
	if j.payload == nil {
		return nil
	}
	messages, err := outboxOf(code, events, j.payload, notices, s.now())
	if err != nil {
		return err
	}
	if _, err := insert(tx, append(messages, more...), unlessThere); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// finish answers the acts of a batch; one that was given up is done all the same, and the submission has an answer of its own.
// An act without a row (the second half of a submission at the counter) gets one, so that DoneActs remembers it.
func (s *Store) finish(tx *gorm.DB, j journal, submission ActRow) error {
	if len(j.acts) == 0 {
		return nil
	}
	rows := make([]ActRow, 0, len(j.acts))
	for _, a := range j.acts {
		answer, err := json.Marshal(j.answer(a))
		if err != nil {
			return fmt.Errorf("act %s: %w", a.ID, err)
		}
		row := ActRow{
			ID: a.ID, Dossier: j.code, Fingerprint: a.Fingerprint, ReceivedAt: received(j.events, a), State: ActDone,
			HTTPStatus: http.StatusOK, Answer: answer, Seq: a.Seq, Revision: a.Revision, CreatedAt: s.now(),
		}
		if a.ID == submission.ID {
			row.HTTPStatus, row.Answer = submission.HTTPStatus, submission.Answer
		}
		rows = append(rows, row)
	}
	if _, err := insert(tx, rows, unlessAnswered); err != nil {
		return fmt.Errorf("acts: %w", err)
	}
	return nil
}

// unlessAnswered ends the INSERT of acts that are done: the rows of pending acts, and of those given up, become theirs.
const unlessAnswered = ` ON CONFLICT (id) DO UPDATE SET dossier = excluded.dossier, state = excluded.state, http_status = excluded.http_status,
	answer = excluded.answer, seq = excluded.seq, revision = excluded.revision WHERE acts.state IN ('` + ActPending + `', '` + ActFailed + `')`

func received(events []dossier.Event, a dossier.DoneAct) time.Time {
	for _, e := range events {
		if e.Act == a.ID {
			return e.At
		}
	}
	return events[len(events)-1].Recorded
}

// Events are the events of a dossier after a sequence number, in order. An unknown dossier has none.
func (s *Store) Events(ctx context.Context, code string, after int64) ([]dossier.Event, error) {
	return s.events(ctx, code, after, dossier.DecodeBody)
}

// events reads a journal; decode reads the content of the machine's kinds.
func (s *Store) events(ctx context.Context, code string, after int64, decode func(kind string, data []byte) (dossier.Body, error)) ([]dossier.Event, error) {
	var rows []eventRow
	if err := s.read(ctx).Where("dossier = ? AND seq > ?", code, after).Order("seq").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("events of %s: %w", code, err)
	}
	out := make([]dossier.Event, 0, len(rows))
	for _, r := range rows {
		body, err := decode(r.Kind, r.Data)
		if err != nil {
			return nil, fmt.Errorf("%s, event %d: %w", code, r.Seq, err)
		}
		out = append(out, dossier.Event{
			Seq: r.Seq, At: r.At.In(calendar.Zone()), Recorded: r.Recorded.In(calendar.Zone()), Act: r.Act, By: r.By, Body: body,
		})
	}
	return out, nil
}

// RebuildProjection replaces the read model of a dossier by a view computed from its events, and adds what follows from them.
// The outside is not told again.
func (s *Store) RebuildProjection(ctx context.Context, code string, v dossier.View) error {
	if v.Code != code {
		return fmt.Errorf("rebuild %s: view of %q", code, v.Code)
	}
	events, err := s.Events(ctx, code, 0)
	if err != nil {
		return err
	}
	err = s.transact(ctx, func(tx *gorm.DB) error {
		have, err := s.lockDossier(tx, code)
		if err != nil {
			return err
		}
		if have.Seq > v.Seq || v.Seq > int64(len(events)) { // it moved on while the view was computed
			return fmt.Errorf("view of event %d, dossier is at %d: %w", v.Seq, have.Seq, ErrConflict)
		}
		if err := s.project(tx, have, v); err != nil {
			return err
		}
		j := s.journal(Batch{Code: code, Events: events, View: v})
		j.payload = nil
		if err := s.derive(tx, j); err != nil {
			return err
		}
		return relink(tx, code, events)
	})
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", code, err)
	}
	return nil
}
