package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
}

func (o *Office) mail(ctx context.Context) (*mail, error) {
	policy, err := o.messagePolicy(ctx)
	return &mail{office: o, policy: policy, calendars: map[string]*calendar.Calendar{}}, err
}

// calendar is that of the agency that received the dossier; missions and what is gone have the national one.
func (m *mail) calendar(ctx context.Context, code string) (*calendar.Calendar, error) {
	agency := ""
	row, err := m.office.Store.Dossier(ctx, code)
	switch {
	case err == nil:
		agency = row.View.Receiving
	case !errors.Is(err, models.ErrNotFound):
		return nil, err
	}
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
	m, err := o.mail(ctx)
	for i, id := range ids {
		if out[i] = err; err == nil {
			out[i] = m.schedule(ctx, id)
		}
	}
	return out
}

func (m *mail) schedule(ctx context.Context, id string) error {
	n, err := m.office.Store.Notification(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ready := n.At
	if now := m.office.Legal(); now.After(ready) {
		ready = now
	}
	t, err := m.turn(ctx, n, ready)
	if err != nil {
		return err
	}
	return m.office.Store.ScheduleNotification(ctx, id, t.At, t.Gathered)
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
	for _, n := range rows {
		if !sameMinute(n.DeliverAt, now) {
			t, err := m.turn(ctx, n, now)
			if err != nil {
				return sent, err
			}
			if t.At.After(now) {
				if err := m.office.Store.ScheduleNotification(ctx, n.ID, t.At, t.Gathered); err != nil {
					return sent, err
				}
				continue
			}
		}
		if err := m.office.Store.Deliver(ctx, n, now); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

// digests are one message for each person and legal day. What is late for its day's waits for the next.
func (m *mail) digests(ctx context.Context) (sent int, err error) {
	now := m.office.Legal()
	people, err := m.office.Store.DueGathered(ctx, now, postmanBatch)
	if err != nil {
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
		for _, n := range list {
			t, err := m.turn(ctx, n, now)
			if err != nil {
				return sent, err
			}
			if err := m.office.Store.ScheduleNotification(ctx, n.ID, t.At, t.Gathered); err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}
