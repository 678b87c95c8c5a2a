package models_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
)

// at is an instant of legal time on a day of March 2026.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.March, day, hour, minute, 0, 0, calendar.Zone())
}

func all() models.Scope { return models.Scope{All: true} }

// submitted is the first batch of a dossier: submitted and accepted, one task open.
func submitted(t testing.TB, code string, due time.Time) models.Batch {
	t.Helper()
	received := at(2, 8, 0)
	intake := dossier.IntakeFacts{Code: code, Channel: dossier.ChannelCounter, Receiving: "xa-a", Lead: "xa-a"}
	events := []dossier.Event{
		{Seq: 1, At: received, Recorded: received, Act: "act-" + code, By: "lan", Body: dossier.Submitted{
			Intake: intake, Procedure: "1.000001", Plan: "plan", Engine: dossier.EngineVersion, Received: received,
		}},
		{Seq: 2, At: received, Recorded: received, Act: "act-" + code, By: "lan", Body: dossier.Accepted{Received: received, Due: due}},
		{Seq: 3, At: received, Recorded: received, Act: "act-" + code, By: "lan", Body: dossier.StepOpened{
			Step: "tham-dinh", N: 1, Agency: "xa-a", From: -1, Due: due,
		}},
	}
	return batch(t, code, events, dossier.View{
		Stage: dossier.StageRunning, Status: dossier.StatusAccepted, Revision: 1, SubmittedAt: received, AcceptedAt: received,
		DueAt: due, OriginalDue: due, NextAlarm: due, AlarmKind: dossier.AlarmRung,
		Tasks: []dossier.TaskView{{
			Task: "tham-dinh#1", Step: "tham-dinh", Agency: "xa-a", Role: "handler", OpenedAt: received, DueAt: due,
			Outcomes: []string{"dat", "khong-dat"},
		}},
	}, dossier.DoneAct{ID: "act-" + code, Fingerprint: "fp", Seq: 3, Revision: 1})
}

// fired is a batch of one rung, after the events of submitted.
func fired(t testing.TB, code string, seq int64, to ...string) models.Batch {
	t.Helper()
	b := submitted(t, code, at(9, 17, 0))
	key := dossier.RungKey{Subject: procedureSubject, Count: 1, Rung: "due", Generation: 0}
	e := dossier.Event{Seq: seq, At: at(10, 7, 30), Recorded: at(10, 7, 31), Act: "clock-1", By: "clock", Body: dossier.RungFired{
		RungKey: key, Instant: at(10, 7, 30), Do: []string{"notify"}, To: to,
	}}
	return batch(t, code, []dossier.Event{e}, b.View)
}

const procedureSubject = "dossier"

func batch(t testing.TB, code string, events []dossier.Event, v dossier.View, acts ...dossier.DoneAct) models.Batch {
	t.Helper()
	digest, err := dossier.Digest(events)
	require.NoError(t, err)
	v.Code, v.Seq = code, events[len(events)-1].Seq
	v.Procedure, v.Plan, v.Channel, v.Receiving, v.Lead = "1.000001", "plan", dossier.ChannelCounter, "xa-a", "xa-a"
	return models.Batch{Code: code, Events: events, Digest: digest, View: v, Acts: acts}
}

// submission takes a dossier in at an agency through the batch of submitted.
func submission(t testing.TB, id, agency, applicant string) models.Submission {
	t.Helper()
	return models.Submission{
		Act: models.ActRow{
			ID: id, Principal: "counter", Kind: dossier.ActSubmit, Fingerprint: "fp-" + id,
			Body: json.RawMessage(`{"name":"free text"}`), ReceivedAt: at(2, 8, 0),
		},
		Agency: agency, Legal: at(2, 8, 0),
		Applicant: models.Applicant{Kind: "person", Name: applicant, IDNo: "001099000001", Phone: "0900000001"},
		Papers:    []models.Paper{{Document: "don", Originals: 1}, {Document: "ban-ve", Copies: 2}},
		Build: func(code string, _ func() (int64, error)) (models.Batch, json.RawMessage, error) {
			b := submitted(t, code, at(9, 17, 0))
			b.Acts[0].ID = id
			return b, json.RawMessage(fmt.Sprintf(`{"code":%q}`, code)), nil
		},
	}
}
