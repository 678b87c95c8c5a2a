package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
)

// What is derived from events and views, as pure functions: the same batch always makes the same rows.

// Topics of the outbox.
const (
	// TopicStart asks for the workflow of a dossier to be started; key and payload are its code.
	TopicStart = "start"
	// TopicEvent tells the outside of an event; TopicNotice asks for a notification to be delivered.
	TopicEvent  = "event"
	TopicNotice = "notice"
	// TopicMessage is what one person is told now: a notification, or a digest of many; key is the recipient.
	TopicMessage = "message"
	// TopicWebhook is an event for one webhook, its receiver: FanOut makes them.
	TopicWebhook = "webhook"
)

// RecipientApplicant is the recipient of the applicant's notifications; name and address are looked up when it is delivered.
const RecipientApplicant = "applicant"

// EventPayload is the payload of topic "event". It holds no personal data.
type EventPayload struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
	Seq  int64  `json:"seq"`
	// Status is the national status after the batch of events that this one is part of.
	Status dossier.Status `json:"status"`
	// At is when it took effect (legal time).
	At time.Time `json:"at"`
}

// NoticePayload is the payload of topic "notice": the notification to deliver.
type NoticePayload struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Code      string `json:"code"`
	Seq       int64  `json:"seq"`
	Recipient string `json:"recipient"`
}

// StartPayload is the payload of topic "start".
type StartPayload struct {
	Code string `json:"code"`
}

// farFuture sorts what has no due instant last.
func farFuture() time.Time { return time.Date(9999, time.January, 1, 0, 0, 0, 0, calendar.Zone()) }

// forApplicant says that the applicant must learn of the event: what he is promised, asked, granted or refused.
func forApplicant(b dossier.Body) bool {
	switch b.(type) {
	case dossier.Accepted, dossier.IntakeRefused, dossier.SupplementRequested, dossier.Reappointed, dossier.Extended,
		dossier.PaymentRequested, dossier.Stopped, dossier.Withdrawn, dossier.Finished, dossier.ReceiptCorrected:
		return true
	}
	return dossier.PromiseMoved(b)
}

// forOutside says that other systems follow the event; inner moves between desks are not their business.
func forOutside(b dossier.Body) bool {
	switch b.(type) {
	case dossier.Submitted, dossier.SupplementProvided, dossier.SupplementChecked, dossier.Suspended, dossier.Resumed,
		dossier.PaymentConfirmed, dossier.Excluded, dossier.Reopened, dossier.Returned:
		return true
	}
	return forApplicant(b)
}

func escalationsOf(code string, events []dossier.Event) (out []EscalationRow) {
	for _, e := range events {
		f, ok := e.Body.(dossier.RungFired)
		if !ok {
			continue
		}
		out = append(out, EscalationRow{
			Dossier: code, Subject: f.Subject, Count: f.Count, Rung: f.Rung, Generation: f.Generation,
			Seq: e.Seq, Instant: f.Instant, FiredAt: e.Recorded, Do: f.Do, To: f.To,
		})
	}
	return out
}

// recipients of an event, each once, in order; desk is the one-stop desk that received the dossier.
func recipients(b dossier.Body, desk string) []string {
	var to []string
	add := func(ids ...string) {
		for _, r := range ids {
			if r != "" && !slices.Contains(to, r) {
				to = append(to, r)
			}
		}
	}
	switch b := b.(type) {
	case dossier.RungFired:
		if len(b.Do) > 0 {
			add(b.To...)
		}
	case dossier.TaskAssigned:
		if b.Reassigned {
			add(b.Assignee)
		}
	case dossier.ApologyProposed:
		add(b.Signers...)
	case dossier.InspectionOpened:
		add(b.Inspector)
	case dossier.Reappointed, dossier.Extended:
		add(desk)
	}
	if forApplicant(b) {
		add(RecipientApplicant)
	}
	return to
}

// RecipientDesk is the recipient that stands for the one-stop desk of an agency.
func RecipientDesk(agency string) string { return "one_stop:" + agency }

// NotificationID names the notification of one recipient about one event.
func NotificationID(code string, seq int64, recipient string) string {
	return code + "/" + strconv.FormatInt(seq, 10) + "/" + recipient
}

// notificationsOf are the notifications of events. Of a linked dossier, which another one opened, the applicant hears what is
// asked of him and how it ends otherwise; receipt and result are those of the dossier that he submitted.
func notificationsOf(code string, events []dossier.Event, j journal) (out []NotificationRow, err error) {
	desk := ""
	if j.receiving != "" {
		desk = RecipientDesk(j.receiving)
	}
	for _, e := range events {
		to := recipients(e.Body, desk)
		switch e.Body.(type) {
		case dossier.Accepted, dossier.Finished:
			if j.linked {
				continue
			}
		}
		if len(to) == 0 {
			continue
		}
		data, err := json.Marshal(e.Body)
		if err != nil {
			return nil, fmt.Errorf("%s, event %d: %w", code, e.Seq, err)
		}
		for _, r := range to {
			out = append(out, NotificationRow{
				ID: NotificationID(code, e.Seq, r), Dossier: code, Seq: e.Seq, Kind: e.Body.Kind(), Recipient: r, Data: data, At: e.Recorded,
			})
		}
	}
	return out, nil
}

// dossierPayload is what the outside is told of a dossier's event: nothing of inner moves between desks.
func dossierPayload(code string, status dossier.Status) func(dossier.Event) any {
	return func(e dossier.Event) any {
		if !forOutside(e.Body) {
			return nil
		}
		return EventPayload{Kind: e.Body.Kind(), Code: code, Seq: e.Seq, Status: status, At: e.At}
	}
}

func outboxOf(code string, events []dossier.Event, payload func(dossier.Event) any, notices []NotificationRow, now time.Time) ([]OutboxRow, error) {
	var out []OutboxRow
	add := func(topic, dedup string, payload any) error {
		row, err := message(topic, code, dedup, payload, now)
		if err == nil {
			out = append(out, row)
		}
		return err
	}
	for _, e := range events {
		if p := payload(e); p != nil {
			if err := add(TopicEvent, code+"/"+strconv.FormatInt(e.Seq, 10), p); err != nil {
				return nil, err
			}
		}
	}
	for _, n := range notices {
		if err := add(TopicNotice, n.ID, NoticePayload{ID: n.ID, Kind: n.Kind, Code: code, Seq: n.Seq, Recipient: n.Recipient}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func message(topic, key, dedup string, payload any, at time.Time) (OutboxRow, error) {
	data, err := json.Marshal(payload)
	if err != nil {
		return OutboxRow{}, fmt.Errorf("outbox %s %s: %w", topic, dedup, err)
	}
	return OutboxRow{Topic: topic, Key: key, Dedup: dedup, Payload: data, State: OutboxPending, NextAt: at, CreatedAt: at}, nil
}

// involvedOf are the agencies that the events bring in.
func involvedOf(code string, events []dossier.Event) (out []involvedRow) {
	add := func(agency string) {
		row := involvedRow{Dossier: code, Agency: agency}
		if agency != "" && !slices.Contains(out, row) {
			out = append(out, row)
		}
	}
	for _, e := range events {
		switch b := e.Body.(type) {
		case dossier.Submitted:
			add(b.Intake.Receiving)
			add(b.Intake.Lead)
		case dossier.StepOpened:
			add(b.Agency)
		case dossier.VersionMoved:
			for _, t := range b.Tasks {
				add(t.Agency)
			}
		case mission.Started:
			add(b.Facts.Lead)
			for _, x := range b.Facts.Bindings {
				add(x.Agency)
			}
		}
	}
	return out
}

func eventsOf(code string, events []dossier.Event) ([]eventRow, error) {
	out := make([]eventRow, 0, len(events))
	for _, e := range events {
		data, err := json.Marshal(e.Body)
		if err != nil {
			return nil, fmt.Errorf("%s, event %d: %w", code, e.Seq, err)
		}
		out = append(out, eventRow{
			Dossier: code, Seq: e.Seq, Kind: e.Body.Kind(), At: e.At, Recorded: e.Recorded, Act: e.Act, By: e.By, Data: data,
		})
	}
	return out, nil
}

// dossierOf flattens a view.
func dossierOf(v dossier.View, now time.Time) DossierRow {
	return DossierRow{
		Code: v.Code, Procedure: v.Procedure, Plan: v.Plan, Channel: v.Channel, Receiving: v.Receiving, Lead: v.Lead,
		Seq: v.Seq, Revision: v.Revision, Stage: v.Stage, Status: v.Status, Register: v.Register,
		SubmittedAt: v.SubmittedAt, IntakeDue: v.IntakeDue, AcceptedAt: v.AcceptedAt, DueAt: v.DueAt, OriginalDue: v.OriginalDue,
		Provisional: v.Provisional, FinishedAt: v.FinishedAt, ReturnedAt: v.ReturnedAt, EndedAt: v.EndedAt, Refusal: v.Refusal,
		Paused: v.Paused, Leg: v.Leg, Rescheduled: v.Rescheduled, NextAlarm: v.NextAlarm, AlarmKind: v.AlarmKind,
		Class: v.Verdict.Class, LateSince: v.Verdict.Since, LateMinutes: v.Verdict.LateMinutes,
		LegalLimit: v.Commitment.Legal.String(), CommittedLimit: v.Commitment.Committed.String(),
		Open: !v.Stage.Closed(), SortDue: firstOf(v.DueAt, v.IntakeDue, farFuture()), View: v, UpdatedAt: now,
	}
}

func tasksOf(v dossier.View) []TaskRow {
	out := make([]TaskRow, 0, len(v.Tasks))
	for _, t := range v.Tasks {
		out = append(out, TaskRow{
			Dossier: v.Code, Task: t.Task, Step: t.Step, Agency: t.Agency, Role: t.Role, Assignee: t.Assignee, HandedUp: t.HandedUp,
			OpenedAt: t.OpenedAt, DueAt: t.DueAt, SortDue: firstOf(t.DueAt, v.DueAt, farFuture()), Paused: v.Paused,
			Outcomes: t.Outcomes, Acts: t.Acts, Wait: t.Wait, Return: t.Return,
		})
	}
	return out
}

// firstOf is the first instant that is set.
func firstOf(ts ...time.Time) time.Time {
	i := slices.IndexFunc(ts, func(t time.Time) bool { return !t.IsZero() })
	return ts[i]
}

// searchText is what an applicant is found by.
func searchText(a Applicant) string {
	return Fold(strings.Join([]string{a.Name, a.IDNo, a.Phone, a.Dossier}, " | "))
}
