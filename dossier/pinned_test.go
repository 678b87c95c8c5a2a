package dossier_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// repin rewrites the pinned digests: go test ./dossier -run Pinned -repin. Dossiers of older engine versions must keep
// theirs, so that is right only when a life below was changed.
var repin = flag.Bool("repin", false, "rewrite testdata/pinned.txt")

// pinnedEngine is the version of the law that the pinned lives were lived under.
const pinnedEngine = 2

// TestPinnedLives: dossiers on plans of before live as they did, event by event and byte by byte, whatever the machine has
// learned since. Digests guard the replay of running workflows; this guards the digests.
func TestPinnedLives(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, plan := range pinnedPlans(t) {
		for life := range 5 {
			events, state := pinnedLife(t, plan, life)
			digest, err := dossier.Digest(events)
			require.NoError(t, err)
			data, err := json.Marshal(state)
			require.NoError(t, err)
			sum := sha256.Sum256(data)
			fmt.Fprintln(&got, plan.Code, life, len(events), state.Stage, digest, hex.EncodeToString(sum[:6]))
		}
	}
	const name = "testdata/pinned.txt"
	if *repin {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(name, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

func pinnedPlans(t *testing.T) (plans []*procedure.Plan) {
	t.Helper()
	shelf := new(procedure.Shelf)
	rules, err := filepath.Glob("../procedure/testdata/pinned/rules/*.yaml")
	require.NoError(t, err)
	for _, file := range rules {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		part, found := procedure.ParseShelf(file, data)
		require.Empty(t, found)
		shelf, err = shelf.Merge(part)
		require.NoError(t, err)
	}
	files, err := filepath.Glob("../procedure/testdata/pinned/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 16)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d, _ := procedure.Parse(file, data)
		d.PublishedAt = procedure.Pos{} // what a published file must say has grown since; these run on as they are
		plan, found := procedure.Compile(d, shelf)
		require.NotNil(t, plan, found.Error())
		plans = append(plans, plan)
	}
	return plans
}

// pinnedLife lives 120 days of one dossier. Life 0: nobody acts. 1: every task is done a day after the one before. 2: papers
// are asked for and never come. 3: papers come, the clock is stopped, a date is put off, time is granted and taken out. 4: all
// conditions hold, every second outcome, submitted online. Acts that do not fit are refused and leave nothing.
func pinnedLife(t *testing.T, plan *procedure.Plan, life int) ([]dossier.Event, *dossier.State) {
	t.Helper()
	cal := office(t, calendar.NewDate(2026, 3, 20))
	d := dossier.Deps{Plan: &plan.Exec, Policy: dossier.DefaultPolicy(), Skew: 2 * time.Minute,
		Calendars: func(string) (*calendar.Calendar, error) { return cal, nil }}
	s, n := &dossier.State{}, 0
	var all []dossier.Event
	do := func(now time.Time, a dossier.Act) {
		if n++; a.Kind != dossier.ActAlarm {
			a.ID, a.At, a.By, a.Fingerprint = fmt.Sprint("act-", n), now, "cb-1", "f"
		}
		events, err := dossier.Do(d, s, a, now)
		var refusal *dossier.Refusal
		if err != nil && !errors.As(err, &refusal) {
			require.NoError(t, err)
		}
		if len(events) > 0 && events[0].Seq == 1 { // as a dossier that was submitted under the older version
			b := events[0].Body.(dossier.Submitted)
			b.Engine, s.Engine = pinnedEngine, pinnedEngine
			events[0].Body = b
		}
		all = append(all, events...)
	}
	start := at("2026-03-02 09:10")
	f := &dossier.IntakeFacts{Code: "H99.01-260302-0001", Channel: dossier.ChannelCounter, Receiving: "H99.01", Lead: "H99.14",
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: "x"}}}
	for _, ref := range plan.Exec.Agencies {
		f.Bindings = append(f.Bindings, dossier.Binding{Ref: ref, Agency: "H99." + ref})
	}
	var conditions []string
	if life == 4 {
		conditions, f.Channel = plan.Exec.Conditions, dossier.ChannelOnline
	}
	do(start, dossier.Act{Kind: dossier.ActSubmit, Intake: f, Conditions: conditions})
	do(start.Add(40*time.Minute), dossier.Act{Kind: dossier.ActAccept, Register: 7})
	for day := range 120 {
		now := start.AddDate(0, 0, day)
		for range 40 { // what the clock did since, each alarm at its own instant
			alarm, ok, err := dossier.NextAlarm(d, s, now)
			require.NoError(t, err)
			if !ok || alarm.At.After(now) {
				break
			}
			do(alarm.At, dossier.Act{Kind: dossier.ActAlarm})
		}
		for _, a := range pinnedDay(t, d, s, life, day, now) {
			do(now.Add(time.Hour), a)
		}
	}
	return all, s
}

func pinnedDay(t *testing.T, d dossier.Deps, s *dossier.State, life, day int, now time.Time) (acts []dossier.Act) {
	t.Helper()
	v, err := dossier.Look(d, s, now)
	require.NoError(t, err)
	last := dossier.Act{Kind: dossier.ActReturn}
	for i, task := range v.Tasks {
		switch {
		case life == 0 || i > 0 && day%2 == 0:
		case task.Return:
			acts = append(acts, dossier.Act{Kind: dossier.ActFinish, Task: task.Task})
		case task.Wait == procedure.WaitPayment:
			acts = append(acts, dossier.Act{Kind: dossier.ActConfirmPayment, Payment: task.Task})
		default:
			a := dossier.Act{Kind: dossier.ActComplete, Task: task.Task, Outcome: task.Outcomes[0]}
			if life == 4 {
				a.Outcome = task.Outcomes[day%2%len(task.Outcomes)]
			}
			acts = append(acts, a)
		}
	}
	special := map[int]dossier.Act{
		1: {Kind: dossier.ActRequestSupplement, Reasoned: true, Papers: []string{"don"}},
		3: {Kind: dossier.ActProvideSupplement, Papers: []string{"don"}},
		4: {Kind: dossier.ActCheckSupplement, Complete: true, Reasoned: true},
		5: {Kind: dossier.ActSuspend, Ground: "NĐ 1/2026 Đ1", Document: "1/QĐ"},
		7: {Kind: dossier.ActResume},
		8: {Kind: dossier.ActReappoint, Reasoned: true, Approval: "cb-9", Until: now.AddDate(0, 0, 20)},
		9: {Kind: dossier.ActExclude, Ground: "NĐ 1/2026 Đ2", Document: "2/QĐ", From: now.AddDate(0, 0, -2), Until: now.AddDate(0, 0, -1)},
	}
	if len(d.Plan.Extensions) > 0 {
		special[2] = dossier.Act{Kind: dossier.ActExtend, Extension: d.Plan.Extensions[0].ID, Reasoned: true}
	}
	a, ok := special[day]
	switch {
	case life == 0, life == 1 || life == 4:
		if life != 0 && len(v.Tasks) == 0 || life == 4 {
			acts = append(acts, last)
		}
	case life == 2 && day == 1, life == 3 && ok:
		if acts = nil; len(v.Tasks) > 0 {
			a.Task = v.Tasks[0].Task
		}
		acts = append(acts, a)
	case life == 2 && day > 1:
		acts = nil
	}
	if s.Stage == dossier.StageFinished {
		acts = append(acts, last)
	}
	return acts
}
