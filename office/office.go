// Package office holds the use cases of the one-stop desks, and of the missions: submit or start, act, list, show. Every one has a principal, is scoped
// to what that principal may see, and is idempotent by a key. The HTTP API and the console only translate to and from it.
package office

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/mission"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// Engine is what the office needs of the workflow engine.
type Engine interface {
	Start(ctx context.Context, in workflows.Start, v dossier.View) error
	Act(ctx context.Context, code string, req workflows.ActRequest) (workflows.ActReply, error)
	View(ctx context.Context, code string) (dossier.View, error)
	Poke(ctx context.Context, code string, seen int64) error
	Check(ctx context.Context) error
}

// MissionEngine is what the office needs of it for missions.
type MissionEngine interface {
	StartMission(ctx context.Context, in workflows.MissionStart, v mission.View) error
	ActMission(ctx context.Context, code string, req workflows.MissionActRequest) (workflows.MissionActReply, error)
	ViewMission(ctx context.Context, code string) (mission.View, error)
	PokeMission(ctx context.Context, code string, seen int64) error
}

// Inspector is what the clock check needs of it beyond that.
type Inspector interface {
	Running(ctx context.Context, token []byte) (ids []string, next []byte, err error)
	RunningAmong(ctx context.Context, ids []string) (map[string]bool, error)
	RunOf(ctx context.Context, id string) (workflows.Run, error)
	Next(ctx context.Context, code string) (workflows.NextReply, error)
	NextMission(ctx context.Context, code string) (workflows.NextReply, error)
	Revive(ctx context.Context, in workflows.Start, v dossier.View) error
	ReviveMission(ctx context.Context, in workflows.MissionStart, v mission.View) error
	StartCheck(ctx context.Context, req workflows.CheckRequest) error
}

// Config wires an office.
type Config struct {
	Store  *models.Store
	Engine Engine
	// Missions runs the missions; it may be left out where there are none.
	Missions MissionEngine
	// Inspector lets the clock check look at the workflows; without it only the records are checked.
	Inspector Inspector
	// Reach finds whom rungs reach in the organisation at a legal instant, as when they fire, and changes nothing.
	Reach func(ctx context.Context, r workflows.LookupRequest, at time.Time) ([]dossier.Recipients, error)
	// DBNow is the database's wall clock; nil asks the store.
	DBNow func(ctx context.Context) (time.Time, error)
	// Ladders are the named ladders that mission files may refer to.
	Ladders map[string][]procedure.Rung
	// Shelf holds the named rules that definitions may refer to; its plans are those in force when it is asked.
	Shelf *procedure.Shelf
	// Templates are the shipped definitions that a file may use; what is published here goes before them.
	Templates *procedure.Templates
	// Clock maps the wall clock Now to legal time.
	Clock  calendar.Clock
	Now    func() time.Time
	Policy dossier.Policy
	// Forms are the one-stop's own forms, by set of rules.
	Forms procedure.FormSets
	// Window spreads rungs of one instant over wall time.
	Window time.Duration
	Logger *slog.Logger
}

// Office is the use cases of one installation.
type Office struct {
	Config
	health        health
	starts        *starts
	desk          *intake.Desk
	missionModels models.Interned[*mission.Model]
	// holder names this process where one worker at a time has something.
	holder string
	// carrying are the amendments that this process carries on now.
	carrying sync.Map
}

// New returns an office.
func New(c Config) *Office {
	if c.DBNow == nil && c.Store != nil {
		c.DBNow = c.Store.DBNow
	}
	return &Office{Config: c, starts: newStarts(), holder: uuid.NewString(), desk: &intake.Desk{Store: c.Store, Clock: c.Clock, Now: c.Now, Policy: c.Policy}}
}

// Desk is what takes dossiers in, for whoever shares this installation.
func (o *Office) Desk() *intake.Desk { return o.desk }

// Legal is legal time now.
func (o *Office) Legal() time.Time { return o.Clock.At(o.Now()) }

// Principal is who asks.
type Principal struct {
	// ID is stable: the key or account. Officer is who acts, Agency where, Roles as what.
	ID      string
	Officer string
	Agency  string
	Roles   []string
	// Scope lists the agencies that the principal acts for, and whose dossiers it sees. All sees every dossier; to see all is not
	// to act everywhere: only All without a Scope does.
	Scope []string
	All   bool
}

// Is says whether the principal has a role.
func (p Principal) Is(role string) bool { return slices.Contains(p.Roles, role) }

// sees says whether a dossier received by or led by these agencies, or with a task at one, is in scope.
func (p Principal) sees(agencies ...string) bool {
	return p.All || slices.ContainsFunc(agencies, p.actsFor)
}

// actsFor says whether the principal may act for an agency: its own, or one below it.
func (p Principal) actsFor(agency string) bool {
	return p.All && p.Scope == nil || slices.Contains(p.Scope, agency)
}

// above says whether the principal leads an agency above this one.
func (p Principal) above(agency string) bool {
	return p.Is(RoleLeader) && p.Agency != agency && p.actsFor(agency)
}

func (p Principal) scope() models.Scope {
	if p.All {
		return models.Scope{All: true}
	}
	return models.Scope{Agencies: p.Scope}
}
