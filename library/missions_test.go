package library

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/mission"
	"motcua/procedure"
)

// Two lists, never one: the copied list of 43 with the 23 names that were found, and the plan of 44 places of which none is known.
func TestMissionPlans(t *testing.T) {
	t.Parallel()
	plans, err := MissionPlans()
	require.NoError(t, err)
	require.Len(t, plans, 2)
	copied, plan := plans[0], plans[1]
	require.Equal(t, "Danh mục mẫu 43 mô hình (bản sao, chưa kiểm chứng)", copied.Name)
	require.Len(t, copied.Slots, 43)
	require.Equal(t, 23, copied.Named())
	require.Nil(t, copied.Decision, "nobody decided it")
	for i, s := range copied.Slots {
		require.Equal(t, i+1, s.No)
		require.Equal(t, i < 23, s.Name != "", "place %d", s.No)
		if s.Name != "" {
			require.Equal(t, "inferred", s.Confidence, "place %d", s.No)
		}
	}
	require.Equal(t, "Dịch vụ công theo Đề án 06", copied.Slots[0].Name)
	require.Equal(t, "Quản lý trường học", copied.Slots[22].Name)

	require.Contains(t, plan.Name, "260/KH-UBND")
	require.Equal(t, &procedure.Publication{Decision: "260/KH-UBND", On: "2023-10-16"}, plan.Decision)
	require.Len(t, plan.Slots, 44)
	require.Zero(t, plan.Named(), "nothing is invented")
	for i, s := range plan.Slots {
		require.Equal(t, mission.Slot{No: i + 1}, s)
	}
}

// The sample compiles, says that it is one, fills no place of a plan, and has a task of every kind.
func TestSampleMission(t *testing.T) {
	t.Parallel()
	models, err := MissionModels()
	require.NoError(t, err)
	require.Len(t, models, 1)
	m := models[0]
	require.Equal(t, "sample", m.Origin)
	require.Contains(t, m.Name, "(mẫu)")
	require.Nil(t, m.Plan)
	for _, i := range m.Indicators {
		require.Contains(t, i.Name, "(mẫu)")
	}
	kinds := map[string]bool{}
	for _, task := range m.Exec.Tasks {
		switch {
		case task.Report:
			kinds["report "+task.Every.Unit] = true
		case task.Every != nil:
			kinds["every"] = true
		case task.On != 0:
			kinds["on"] = true
		case task.Of != "":
			kinds["after another"] = true
		case task.After.IsDays():
			kinds["after days"] = true
		default:
			kinds["after hours"] = true
		}
	}
	for _, kind := range []string{"on", "after days", "after hours", "after another", "every", "report week", "report month", "report quarter"} {
		require.True(t, kinds[kind], kind)
	}
	files, err := Missions()
	require.NoError(t, err)
	for _, f := range files {
		require.True(t, strings.HasPrefix(string(f.Data), "# MẪU"), f.Name)
		d, found := mission.Parse(f.Name, f.Data)
		require.Empty(t, found)
		shelf, err := MissionShelf()
		require.NoError(t, err)
		require.Empty(t, mission.Lint(d, shelf), "not even a warning")
		once, err := mission.Format(f.Data)
		require.NoError(t, err)
		fd, _ := mission.Parse(f.Name, once)
		fm, _ := mission.Compile(fd, shelf)
		require.NotNil(t, fm)
		require.Equal(t, m.Hash, fm.Hash)
	}
	// Every agency that the sample needs exists once in the demonstration province, or is named at the start.
	org, err := Organisation()
	require.NoError(t, err)
	for _, ref := range append([]string{m.Lead}, m.Cooperating...) {
		found := false
		for _, a := range org.Agencies {
			found = found || a.Type == ref
		}
		require.True(t, found, ref)
	}
}
