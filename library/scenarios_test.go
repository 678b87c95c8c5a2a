package library

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
	"motcua/simulate"
)

// Every procedure has its file of scenarios, named by its code; what the scenarios expect comes true, and together they
// reach every step and take every way out of it.
func TestScenariosHold(t *testing.T) {
	t.Parallel()
	files, err := Scenarios()
	require.NoError(t, err)
	plans, shelf := plansByCode(t), calendars(t)
	own := map[string]bool{}
	for _, file := range files {
		t.Run(path.Base(file.Name), func(t *testing.T) {
			t.Parallel()
			f, found := procedure.ParseScenarios(file.Name, file.Data)
			require.Empty(t, found)
			definition := path.Join("scenarios", f.Definition.Value)
			_, err := Read(definition)
			require.NoError(t, err)
			code, _, _ := strings.Cut(path.Base(definition), "-")
			plan := plans[code]
			require.NotNil(t, plan, definition)
			require.Empty(t, f.Check(plan))
			name := strings.TrimSuffix(path.Base(file.Name), ".yaml")
			require.True(t, name == code || strings.HasPrefix(name, code+"-"), "%s tests %s", file.Name, code)

			calendar := f.Calendar.Value
			if calendar == "" {
				calendar = "nation"
			}
			book, err := shelf.Book(calendar)
			require.NoError(t, err)
			rep, err := simulate.Test(plan, book.Calendar(), f)
			require.NoError(t, err)
			for _, failure := range rep.Failures {
				t.Error(failure.String())
			}
			if name == code {
				require.Empty(t, rep.Coverage.Steps.Missing)
				require.Empty(t, rep.Coverage.Outcomes.Missing)
			}

			out, err := procedure.FormatScenarios(file.Data)
			require.NoError(t, err)
			require.Equal(t, string(out), string(file.Data), "motcua procedure fmt -w library/%s", file.Name)
		})
		own[strings.TrimSuffix(path.Base(file.Name), ".yaml")] = true
	}
	for code, p := range plans {
		require.True(t, own[code] || p.Exec.Merged != nil, "no scenarios of %s", code) // merged ones are walked in merged_test.go
	}
}

func calendars(t *testing.T) *CalendarShelf {
	t.Helper()
	shelf, err := Calendars()
	require.NoError(t, err)
	return shelf
}
