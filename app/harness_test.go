package app

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
	"motcua/workflows"
)

// engine remembers which dossiers were started.
type engine struct {
	mu      sync.Mutex
	down    bool
	running map[string]int
	tried   chan string
}

func (e *engine) Start(_ context.Context, in workflows.Start, _ dossier.View) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() { e.tried <- in.Code }()
	if e.down {
		return workflows.ErrDown
	}
	e.running[in.Code]++
	return nil
}

func (e *engine) Act(context.Context, string, workflows.ActRequest) (workflows.ActReply, error) {
	return workflows.ActReply{}, workflows.ErrDown
}

func (e *engine) View(_ context.Context, code string) (dossier.View, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running[code] == 0 {
		return dossier.View{}, workflows.ErrNotRunning
	}
	return dossier.View{Code: code, Seq: 100}, nil
}

func (e *engine) Poke(context.Context, string, int64) error { return nil }

func (e *engine) Check(context.Context) error { return nil }

func (e *engine) StartMission(_ context.Context, in workflows.MissionStart, _ mission.View) error {
	return e.Start(context.Background(), workflows.Start{Code: in.Code}, dossier.View{})
}

func (e *engine) ActMission(context.Context, string, workflows.MissionActRequest) (workflows.MissionActReply, error) {
	return workflows.MissionActReply{}, workflows.ErrDown
}

func (e *engine) PokeMission(context.Context, string, int64) error { return nil }

func (e *engine) ViewMission(ctx context.Context, code string) (mission.View, error) {
	v, err := e.View(ctx, code)
	return mission.View{Code: v.Code, Seq: v.Seq}, err
}

type installation struct {
	t      *testing.T
	store  *models.Store
	office *office.Office
	engine *engine
	now    time.Time
}

func install(t *testing.T) *installation {
	t.Helper()
	i := &installation{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()), engine: &engine{running: map[string]int{}, tried: make(chan string, 10)}}
	i.store = modelstest.Open(t, modelstest.Now(i.clock))
	require.NoError(t, SeedDemo(t.Context(), i.store))
	i.office = office.New(office.Config{
		Store: i.store, Engine: i.engine, Missions: i.engine, Clock: calendar.RealClock(), Now: i.clock, Policy: dossier.DefaultPolicy(), Logger: quiet(),
	})
	return i
}

func (i *installation) clock() time.Time { return i.now }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// left submits a dossier whose start fails, as a crash right after the commit leaves it.
func (i *installation) left() string { return i.submit("k") }

func (i *installation) submit(key string) string {
	i.t.Helper()
	return i.crash(func() string {
		p, err := i.office.Authenticate(i.t.Context(), "mc_motcua_demo")
		require.NoError(i.t, err)
		r, err := i.office.Submit(i.t.Context(), p, office.Submission{
			Procedure: "9.000001", Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01", Accept: true,
			Applicant: office.Applicant{Name: "Nguyễn Văn Mẫu"}, Papers: []office.Paper{{Document: "don"}},
		}, key)
		require.NoError(i.t, err)
		return r.Code
	})
}

// leftMission starts a mission in the same way.
func (i *installation) leftMission() string {
	i.t.Helper()
	return i.crash(func() string {
		p, err := i.office.Authenticate(i.t.Context(), "mc_kstt_demo")
		require.NoError(i.t, err)
		r, err := i.office.StartMission(i.t.Context(), p, office.MissionStart{Model: "mau-01", Agencies: map[string]string{"ubnd-xa": "H99.31"}}, "k")
		require.NoError(i.t, err)
		return r.Code
	})
}

// crash begins something whose workflow is tried and not started.
func (i *installation) crash(begin func() string) string {
	i.t.Helper()
	i.engine.mu.Lock()
	i.engine.down = true
	i.engine.mu.Unlock()
	code := begin()
	select {
	case <-i.engine.tried:
	case <-time.After(10 * time.Second):
		require.Fail(i.t, "no start was tried")
	}
	i.engine.mu.Lock()
	i.engine.down = false
	i.engine.mu.Unlock()
	return code
}

func (i *installation) relay() *relay {
	return &relay{store: i.store, office: i.office, log: quiet(), now: i.clock}
}
