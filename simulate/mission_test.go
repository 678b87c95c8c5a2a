package simulate_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/mission"
	"motcua/simulate"
)

func national(t *testing.T) *calendar.Calendar {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	book, err := shelf.Book("nation")
	require.NoError(t, err)
	return book.Calendar()
}

func sampleMission(t *testing.T) *mission.Model {
	t.Helper()
	models, err := library.MissionModels()
	require.NoError(t, err)
	return models[0]
}

// Every shipped scenario comes true on the model it names, and says where it does not.
func TestShippedScenarios(t *testing.T) {
	t.Parallel()
	models, err := library.MissionModels()
	require.NoError(t, err)
	files, err := library.MissionScenarios()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		s, found := simulate.ParseScript(f.Name, f.Data)
		require.Empty(t, found)
		var model *mission.Model
		for _, m := range models {
			if m.Code == s.Mission {
				model = m
			}
		}
		require.NotNil(t, model, s.Mission)
		o, err := simulate.RunMission(s.Scenario(&model.Exec, national(t)))
		require.NoError(t, err)
		require.Empty(t, s.Check(o))
		_, err = json.Marshal(o)
		require.NoError(t, err)
	}
}

// A scenario that is wrong says so at the line that is wrong.
func TestScenariosCanFail(t *testing.T) {
	t.Parallel()
	files, err := library.MissionScenarios()
	require.NoError(t, err)
	m, cal := sampleMission(t), national(t)
	good := string(files[0].Data)
	for name, c := range map[string]struct{ old, new, want string }{
		"an instant":        {`rung: den-han, at: "2026-03-03 09:00"`, `rung: den-han, at: "2026-03-03 09:01"`, "không nhắc lúc 2026-03-03 09:01"},
		"a rung left out":   {`  - {task: khao-sat#1, rung: don-doc/3, at: "2026-03-06 09:00"}` + "\n", "", "nấc don-doc/3 của khao-sat#1"},
		"a verdict":         {"ke-hoach#1, class: early", "ke-hoach#1, class: late", "ke-hoach#1 là early, không phải late"},
		"an unknown task":   {"{task: tong-ket#1", "{task: tong-ket#2", `không có kỳ "tong-ket#2"`},
		"a refusal":         {"refused: same_person", "refused: other", "mã same_person, không phải other"},
		"no refusal":        {", refused: same_person", "", "bị từ chối: same_person"},
		"refusal not met":   {`document: "01/CV-mẫu"}`, `document: "01/CV-mẫu", refused: not_asked}`, "phải bị từ chối với mã not_asked"},
		"an act too late":   {`"2026-03-27 09:00", do`, `"2026-06-27 09:00", do`, "kịch bản kết thúc trước đó"},
		"no moment":         {`started: "2026-03-02 09:00"`, `started: "2/3/2026"`, "[bad-moment]"},
		"no number":         {"value: 52.5", "value: nhiều", "[bad-value]"},
		"an act that isn't": {"do: report-difficulty", "do: dance", "[bad-value]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, good, c.old)
			s, found := simulate.ParseScript("s.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))
			if s != nil {
				o, err := simulate.RunMission(s.Scenario(&m.Exec, cal))
				require.NoError(t, err)
				found = s.Check(o)
			}
			require.Contains(t, found.Error(), c.want)
			require.NotContains(t, found.Error(), "s.yaml:1:1")
		})
	}
}

// At full pace nothing is late and nobody is escalated to; with nobody at work every rung of a task fires in order.
func TestPacesOfMissions(t *testing.T) {
	t.Parallel()
	x, cal := &sampleMission(t).Exec, national(t)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone())
	for _, pace := range []simulate.Pace{simulate.PaceFull, simulate.PaceHalf} {
		o, err := simulate.RunMission(simulate.MissionScenario{Model: x, Calendar: cal, Started: start, Pace: pace, Until: start.AddDate(2, 0, 0)})
		require.NoError(t, err)
		require.Equal(t, o.View.Total, o.View.Settled, pace)
		for _, task := range o.Tasks {
			require.NotEqual(t, dossier.ClassLate, task.Class(o.At), task.Task)
			require.NotEmpty(t, task.Class(o.At))
		}
		for _, m := range o.Moments {
			require.Nil(t, m.Refusal)
			if f, ok := m.Event.Body.(mission.RungFired); ok {
				require.Contains(t, f.Rung, "truoc-", "only reminders")
			}
		}
	}
	o, err := simulate.RunMission(simulate.MissionScenario{Model: x, Calendar: cal, Started: start})
	require.NoError(t, err)
	require.Zero(t, o.View.Settled)
	last := start
	for _, m := range o.Moments {
		require.False(t, m.At.Before(last))
		last = m.At
	}
	_, err = simulate.RunMission(simulate.MissionScenario{})
	require.Error(t, err)
}
