package library

import (
	"errors"
	"fmt"

	"motcua/mission"
)

// Missions returns the shipped model files, sorted by name. They are source text: MissionModels compiles them.
func Missions() ([]File, error) { return folder("missions") }

// MissionPlanFiles returns the shipped plan files, sorted by name.
func MissionPlanFiles() ([]File, error) { return folder("mission-plans") }

// MissionPlans returns the shipped plans: numbered places, named only where a name was found. They stay apart: a name in one is
// no name in another.
func MissionPlans() ([]*mission.Plan, error) {
	list, err := MissionPlanFiles()
	if err != nil {
		return nil, err
	}
	plans := make([]*mission.Plan, 0, len(list))
	for _, f := range list {
		plan, found := mission.ParsePlan(f.Name, f.Data)
		if plan == nil {
			return nil, fmt.Errorf("library: mission plan: %w", found)
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// MissionShelf returns what model files refer to by name: ladders and plans.
func MissionShelf() (*mission.Shelf, error) {
	rules, err := Shelf()
	if err != nil {
		return nil, err
	}
	plans, err := MissionPlans()
	if err != nil {
		return nil, err
	}
	return &mission.Shelf{Ladders: rules.Ladders, Plans: plans}, nil
}

// MissionModels compiles every shipped model, sorted by file name. The error names every finding that blocks, of every file.
func MissionModels() ([]*mission.Model, error) {
	list, err := Missions()
	if err != nil {
		return nil, err
	}
	shelf, err := MissionShelf()
	if err != nil {
		return nil, err
	}
	models := make([]*mission.Model, 0, len(list))
	var faults []error
	for _, f := range list {
		d, _ := mission.Parse(f.Name, f.Data)
		m, found := mission.Compile(d, shelf)
		if m == nil {
			faults = append(faults, found)
			continue
		}
		models = append(models, m)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("library: compile: %w", err)
	}
	return models, nil
}

// MissionScenarios returns the shipped scenario files, sorted by name: what each model must do, as simulate.ParseScript reads it.
func MissionScenarios() ([]File, error) { return folder("mission-scenarios") }
