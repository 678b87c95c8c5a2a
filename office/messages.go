package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/courtesy"
	"motcua/dossier"
	"motcua/models"
)

// settingMessages is the policy of when messages may be delivered.
const settingMessages = "messages.policy"

// postmanBatch is how many messages are handed over at once, and how many people's digests.
const postmanBatch = 200

// MessagePolicy is when messages may be delivered here.
func (o *Office) MessagePolicy(ctx context.Context, p Principal) (courtesy.Policy, error) {
	if err := allow(p, DoMessagePolicy); err != nil {
		return courtesy.Policy{}, err
	}
	return o.messagePolicy(ctx)
}

func (o *Office) messagePolicy(ctx context.Context) (p courtesy.Policy, err error) {
	text, err := o.Store.Setting(ctx, settingMessages)
	if errors.Is(err, models.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("policy of messages: %w", err)
	}
	return p, nil
}

// SetMessagePolicy replaces the policy, for what is raised from now on; what waits keeps its turn.
func (o *Office) SetMessagePolicy(ctx context.Context, p Principal, policy courtesy.Policy) (courtesy.Policy, error) {
	if err := allow(p, DoMessagePolicy); err != nil {
		return policy, err
	}
	var errs []FieldError
	for _, f := range policy.Check() {
		errs = append(errs, FieldError{f.Field, f.Detail})
	}
	if len(errs) > 0 {
		return policy, invalid(errs...)
	}
	data, err := json.Marshal(policy)
	if err != nil {
		return policy, err
	}
	return policy, o.Store.SetSetting(ctx, settingMessages, string(data))
}

// mail decides about messages with one policy and the calendars of one round.
type mail struct {
	office    *Office
	policy    courtesy.Policy
	calendars map[string]*calendar.Calendar
	// receiving are the agencies that received dossiers, by code; empty for missions and what is gone.
	receiving map[string]string
}

func (o *Office) mail(ctx context.Context) (*mail, error) {
	policy, err := o.messagePolicy(ctx)
	return &mail{office: o, policy: policy, calendars: map[string]*calendar.Calendar{}, receiving: map[string]string{}}, err
}

// know looks up who received the dossiers of notifications, all at once.
func (m *mail) know(ctx context.Context, rows []models.NotificationRow) error {
	var codes []string
	for _, n := range rows {
		if _, ok := m.receiving[n.Dossier]; !ok {
			m.receiving[n.Dossier] = ""
			codes = append(codes, n.Dossier)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	found, err := m.office.Store.ReceivingOf(ctx, codes)
	maps.Copy(m.receiving, found)
	return err
}

// calendar is that of the agency that received a dossier that is known; missions and what is gone have the national one.
func (m *mail) calendar(ctx context.Context, code string) (*calendar.Calendar, error) {
	agency := m.receiving[code]
	if c, ok := m.calendars[agency]; ok {
		return c, nil
	}
	c, err := m.office.agencyCalendar(ctx, agency)
	if err == nil {
		m.calendars[agency] = c
	}
	return c, err
}

// turn is when a notification may be delivered that is ready at an instant.
func (m *mail) turn(ctx context.Context, n models.NotificationRow, ready time.Time) (courtesy.Turn, error) {
	cal, err := m.calendar(ctx, n.Dossier)
	if err != nil {
		return courtesy.Turn{}, err
	}
	return m.policy.When(cal, messageOf(n), ready)
}

// messageOf is a notification as the policy sees it: its event, of a rung what it did, of a proposal until when it can be signed.
func messageOf(n models.NotificationRow) courtesy.Message {
	m := courtesy.Message{Applicant: n.Recipient == models.RecipientApplicant, Kinds: []string{n.Kind}}
	var rung dossier.RungFired
	var proposed dossier.ApologyProposed
	switch {
	case n.Kind == rung.Kind() && json.Unmarshal(n.Data, &rung) == nil:
		m.Kinds = append(m.Kinds, rung.Do...)
	case n.Kind == proposed.Kind() && json.Unmarshal(n.Data, &proposed) == nil:
		m.Before = proposed.Until
	}
	return m
}

// ScheduleNotices gives notifications their turns, and answers for each. A turn never lies before now: a relay that was away must
// not wake people.
func (o *Office) ScheduleNotices(ctx context.Context, ids []string) []error {
	out := make([]error, len(ids))
	all := func(err error) []error {
		for i := range out {
			if out[i] == nil {
				out[i] = err
			}
		}
		return out
	}
	m, err := o.mail(ctx)
	if err != nil {
		return all(err)
	}
	rows, err := o.Store.NotificationsByID(ctx, ids)
	if err != nil {
		return all(err)
	}
	if err := m.know(ctx, slices.Collect(maps.Values(rows))); err != nil {
		return all(err)
	}
	var turns []models.Turn
	for i, id := range ids {
		n, ok := rows[id]
		if !ok { // gone with its dossier
			continue
		}
		ready := n.At
		if now := o.Legal(); now.After(ready) {
			ready = now
		}
		t, err := m.turn(ctx, n, ready)
		if out[i] = err; err == nil {
			turns = append(turns, models.Turn{ID: id, At: t.At, Gathered: t.Gathered})
		}
	}
	return all(o.Store.ScheduleNotifications(ctx, turns))
}

// DeliverMessages hands over what may be delivered now, and says how many messages that were. Several postmen do no harm.
func (o *Office) DeliverMessages(ctx context.Context) (int, error) {
	m, err := o.mail(ctx)
	if err != nil {
		return 0, err
	}
	singles, err := m.singles(ctx)
	if err != nil {
		return singles, err
	}
	digests, err := m.digests(ctx)
	return singles + digests, err
}

// singles are the messages that go one by one. Where the turn came while nobody was there to deliver, the hour is looked at again.
func (m *mail) singles(ctx context.Context) (sent int, err error) {
	now := m.office.Legal()
	rows, err := m.office.Store.DueSingles(ctx, now, postmanBatch)
	if err != nil {
		return 0, err
	}
	if err := m.know(ctx, rows); err != nil {
		return 0, err
	}
	var due []models.NotificationRow
	var later []models.Turn
	for _, n := range rows {
		if !sameMinute(n.DeliverAt, now) {
			t, err := m.turn(ctx, n, now)
			if err != nil {
				return 0, err
			}
			if t.At.After(now) {
				later = append(later, models.Turn{ID: n.ID, At: t.At, Gathered: t.Gathered})
				continue
			}
		}
		due = append(due, n)
	}
	if err := m.office.Store.ScheduleNotifications(ctx, later); err != nil {
		return 0, err
	}
	if err := m.office.Store.Deliver(ctx, due, now); err != nil {
		return 0, err
	}
	return len(due), nil
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

// digests are one message for each person and legal day. What is late for its day's waits for the next.
func (m *mail) digests(ctx context.Context) (sent int, err error) {
	now := m.office.Legal()
	people, err := m.office.Store.DueGathered(ctx, now, postmanBatch)
	if err != nil {
		return 0, err
	}
	if err := m.know(ctx, slices.Concat(people...)); err != nil {
		return 0, err
	}
	day := now.In(calendar.Zone()).Format(time.DateOnly)
	for _, list := range people {
		cal, err := m.calendar(ctx, list[0].Dossier)
		if err != nil {
			return sent, err
		}
		resting, err := m.policy.Resting(cal, false, now)
		if err != nil {
			return sent, err
		}
		delivered := false
		if !resting {
			if delivered, err = m.office.Store.DeliverDigest(ctx, list[0].Recipient, day, list, now); err != nil {
				return sent, err
			}
		}
		if delivered {
			sent++
			continue
		}
		turns := make([]models.Turn, 0, len(list))
		for _, n := range list {
			t, err := m.turn(ctx, n, now)
			if err != nil {
				return sent, err
			}
			turns = append(turns, models.Turn{ID: n.ID, At: t.At, Gathered: t.Gathered})
		}
		if err := m.office.Store.ScheduleNotifications(ctx, turns); err != nil {
			return sent, err
		}
	}
	return sent, nil
}
