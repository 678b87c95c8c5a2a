package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"motcua/dossier"
)

type liteError int

func (e liteError) Error() string { return "sqlite" }
func (e liteError) Code() int     { return int(e) }

func TestWhoLearnsOfWhichEvent(t *testing.T) {
	t.Parallel()
	rung := dossier.RungFired{Do: []string{"notify", "hand_up"}, To: []string{"an", "", "an", "binh"}}
	cases := []struct {
		body    dossier.Body
		to      []string
		outside bool
	}{
		{dossier.Submitted{}, nil, true}, {dossier.IntakeRefused{}, []string{"applicant"}, true}, {dossier.Accepted{}, []string{"applicant"}, true},
		{dossier.CountStarted{}, nil, false}, {dossier.StepOpened{}, nil, false}, {dossier.StepCompleted{}, nil, false},
		{dossier.TaskAssigned{}, nil, false}, {dossier.SupplementRequested{}, []string{"applicant"}, true},
		{dossier.SupplementProvided{}, nil, true}, {dossier.Suspended{}, nil, true}, {dossier.Resumed{}, nil, true},
		{dossier.PaymentRequested{}, []string{"applicant"}, true}, {dossier.PaymentConfirmed{}, nil, true},
		{dossier.Reappointed{}, []string{"applicant"}, true}, {dossier.Extended{}, []string{"applicant"}, true},
		{dossier.Withdrawn{}, []string{"applicant"}, true}, {dossier.Stopped{}, []string{"applicant"}, true},
		{dossier.Finished{}, []string{"applicant"}, true}, {dossier.Returned{}, nil, true}, {dossier.CalendarAdopted{}, nil, false},
		{rung, []string{"an", "binh"}, false}, {dossier.RungFired{To: []string{"an"}}, nil, false},
	}
	for _, c := range cases {
		events := []dossier.Event{{Seq: 7, Body: c.body}}
		notices, err := notificationsOf("D1", events, journal{})
		require.NoError(t, err)
		var to []string
		for _, n := range notices {
			require.Equal(t, "D1/7/"+n.Recipient, n.ID)
			to = append(to, n.Recipient)
		}
		require.Equal(t, c.to, to, c.body.Kind())
		below, err := notificationsOf("D1", events, journal{linked: true})
		require.NoError(t, err)
		if k := c.body.Kind(); k == "accepted" || k == "finished" {
			require.Empty(t, below, "the applicant has the receipt and the result of the dossier above")
		} else {
			require.Equal(t, notices, below)
		}
		messages, err := outboxOf("D1", events, dossierPayload("D1", dossier.StatusProcessing), notices, time.Unix(0, 0))
		require.NoError(t, err)
		want := len(c.to)
		if c.outside {
			want++
			require.Equal(t, TopicEvent, messages[0].Topic)
			require.JSONEq(t, `{"kind":"`+c.body.Kind()+`","code":"D1","seq":7,"status":4,"at":"0001-01-01T00:00:00Z"}`, string(messages[0].Payload))
		}
		require.Len(t, messages, want, c.body.Kind())
	}
}

func TestRungsBecomeEscalations(t *testing.T) {
	t.Parallel()
	key := dossier.RungKey{Subject: "step:ky#1", Count: 2, Rung: "late/2", Generation: 1}
	due, recorded := time.Unix(100, 0), time.Unix(200, 0)
	rows := escalationsOf("D1", []dossier.Event{
		{Seq: 1, Body: dossier.Resumed{}},
		{Seq: 2, Recorded: recorded, Body: dossier.RungFired{RungKey: key, Instant: due, Do: []string{"inspect"}, To: []string{"chi"}}},
	})
	require.Equal(t, []EscalationRow{{
		Dossier: "D1", Subject: "step:ky#1", Count: 2, Rung: "late/2", Generation: 1, Seq: 2, Instant: due, FiredAt: recorded,
		Do: []string{"inspect"}, To: []string{"chi"},
	}}, rows)
}

func TestAgenciesInvolved(t *testing.T) {
	t.Parallel()
	rows := involvedOf("D1", []dossier.Event{
		{Body: dossier.Submitted{Intake: dossier.IntakeFacts{Receiving: "xa", Lead: "so"}}}, {Body: dossier.StepOpened{Agency: "so"}},
		{Body: dossier.StepOpened{Agency: "thue"}},
	})
	require.Equal(t, []involvedRow{{"D1", "xa"}, {"D1", "so"}, {"D1", "thue"}}, rows)
}

func TestSortDue(t *testing.T) {
	t.Parallel()
	due, intake := time.Unix(200, 0), time.Unix(100, 0)
	require.Equal(t, due, dossierOf(dossier.View{DueAt: due, IntakeDue: intake}, due).SortDue)
	require.Equal(t, intake, dossierOf(dossier.View{IntakeDue: intake}, due).SortDue)
	require.Equal(t, farFuture(), dossierOf(dossier.View{}, due).SortDue)
	require.True(t, dossierOf(dossier.View{Stage: dossier.StageFinished}, due).Open, "the result is still to be returned")
	require.False(t, dossierOf(dossier.View{Stage: dossier.StageReturned}, due).Open)
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Nguyễn Văn  Đức": "nguyen van duc", "ĐẶNG THỊ ƯỚC": "dang thi uoc", "Nguye\u0302\u0303n": "nguyen", "": "", " a\tb ": "a b",
	} {
		require.Equal(t, want, Fold(text))
	}
	require.Equal(t, "%50!%!_!!%", contains("50%_!"))
}

func TestErrorsOfBothDatabases(t *testing.T) {
	t.Parallel()
	wrap := func(err error) error { return fmt.Errorf("record: %w", err) }
	for _, err := range []error{&pgconn.PgError{Code: "23505"}, liteError(1555), liteError(2067)} {
		require.True(t, isDuplicate(wrap(err)), err)
		require.False(t, IsUnavailable(wrap(err)), err)
	}
	for _, err := range []error{
		driver.ErrBadConn, &net.OpError{Op: "dial", Err: errors.New("refused")}, &pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "08006"},
		&pgconn.PgError{Code: "53300"}, liteError(5), liteError(6 | 1<<8), liteError(13),
	} {
		require.True(t, IsUnavailable(wrap(err)), err)
		require.False(t, isDuplicate(wrap(err)), err)
	}
	for _, err := range []error{nil, ErrNotFound, &SequenceError{}, &pgconn.PgError{Code: "42P01"}, liteError(1), context.Canceled} {
		require.False(t, err != nil && IsUnavailable(wrap(err)), err)
	}
}
