// Package motcua_test guards the shape of the house: imports point down only, the pure rooms stay pure, both modules agree
// on versions, and the compose file says what the processes need.
package motcua_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/office"
)

// rooms lists, for each room, the rooms that it may import. A room that is not listed may not exist.
func rooms() map[string][]string {
	return map[string][]string{
		"calendar":            {},
		"calendar/duecsv":     {"calendar"},
		"courtesy":            {"calendar"},
		"calendar/amendment":  {"calendar", "procedure"},
		"vietnamese":          {},
		"dice":                {},
		"catalogue":           {"calendar", "procedure", "vietnamese"},
		"procedure":           {"calendar", "procedure/swimlane", "procedure/node"},
		"procedure/node":      {},
		"procedure/swimlane":  {},
		"procedure/draft":     {"calendar", "procedure", "procedure/node"},
		"procedure/excel":     {"calendar", "procedure", "procedure/draft"},
		"procedure/bpmn":      {"calendar", "procedure", "procedure/draft", "procedure/swimlane"},
		"dossier":             {"calendar", "procedure"},
		"dossier/proof":       {"calendar", "procedure", "dossier"},
		"mission":             {"calendar", "procedure", "dossier"},
		"signals":             {"calendar", "procedure", "dossier"},
		"letters":             {"calendar", "procedure", "dossier"},
		"simulate":            {"calendar", "procedure", "dossier", "mission"},
		"simulate/backtest":   {"calendar", "dice", "procedure", "dossier"},
		"forecast":            {"calendar", "dice", "procedure", "dossier"},
		"library":             {"calendar", "procedure", "mission"},
		"workflows":           {"calendar", "procedure", "dossier", "mission"},
		"workflows/rehearsal": {"calendar", "dossier", "simulate", "workflows"},
		"models":              {"calendar", "procedure", "dossier", "mission", "catalogue", "vietnamese"},
		"models/modelstest":   {"calendar", "procedure", "dossier", "mission", "models"},
		"intake":              {"calendar", "procedure", "dossier", "models"},
		"activities":          {"calendar", "procedure", "dossier", "mission", "models", "workflows", "intake"},
		"office":              {"calendar", "calendar/amendment", "courtesy", "letters", "procedure", "dossier", "dossier/proof", "mission", "catalogue", "models", "workflows", "signals", "forecast", "simulate", "simulate/backtest", "intake"},
		"api":                 {"calendar", "courtesy", "letters", "procedure", "dossier", "mission", "catalogue", "office", "simulate", "simulate/backtest"},
		"web":                 {"calendar", "procedure", "dossier", "office", "simulate"},
		"app":                 {"calendar", "courtesy", "procedure", "dossier", "mission", "library", "models", "workflows", "activities", "office", "api", "web", "simulate", "simulate/backtest"},
		"docs/rules":          {},
		"cmd/motcua":          {"*"},
		"bench":               {"*"},
	}
}

// pure rooms know no I/O, no wall clock, no Temporal, no SQL.
func pure() []string {
	return []string{"calendar", "courtesy", "procedure", "procedure/swimlane", "procedure/draft", "procedure/excel", "procedure/bpmn", "dossier", "dossier/proof", "mission", "signals", "forecast", "dice", "simulate", "simulate/backtest",
		"vietnamese", "catalogue", "letters", "calendar/amendment"}
}

type source struct {
	room, path string
	file       *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (path == "embedded" || strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		out = append(out, source{filepath.ToSlash(filepath.Dir(path)), path, f})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(out), 30, "the walk found the house")
	return out
}

func imports(s source) (out []string) {
	for _, i := range s.file.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		allowed, known := rooms()[s.room]
		require.True(t, known, "%s: room %q is not in the table of rooms", s.path, s.room)
		for _, i := range imports(s) {
			room, ours := strings.CutPrefix(i, "motcua/")
			if ours && !slices.Contains(allowed, "*") {
				require.Contains(t, allowed, room, "%s imports %s: arrows only point down", s.path, i)
			}
		}
	}
}

func TestOutsideTheirRooms(t *testing.T) {
	t.Parallel()
	only := map[string][]string{
		"gorm.io/":               {"models", "models/modelstest", "app", "cmd/motcua", "bench"},
		"database/sql":           {"models", "models/modelstest"},
		"modernc.org/sqlite":     {"models/modelstest"},
		"gorm.io/driver/sqlite":  {"models/modelstest", "bench"},
		"go.temporal.io/":        {"workflows", "workflows/rehearsal", "activities", "app", "cmd/motcua", "bench"},
		"go.temporal.io/server":  {},
		"github.com/gin-gonic/":  {"api", "web", "app"},
		"cel.dev/":               {"procedure"},
		"github.com/pressly/":    {"models"},
		"github.com/spf13/cobra": {"cmd/motcua"},
		"github.com/xuri/":       {"procedure/excel"},
	}
	for _, s := range sources(t) {
		for _, i := range imports(s) {
			for prefix, where := range only {
				if strings.HasPrefix(i, prefix) {
					require.Contains(t, where, s.room, "%s imports %s", s.path, i)
				}
			}
		}
	}
}

func TestPureRooms(t *testing.T) {
	t.Parallel()
	banned := []string{"os", "os/exec", "net", "net/http", "io/ioutil", "math/rand", "math/rand/v2", "log", "log/slog", "database/sql", "embed"}
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "LoadLocation", "Local"}
	for _, s := range sources(t) {
		if !slices.Contains(pure(), s.room) {
			continue
		}
		for _, i := range imports(s) {
			require.NotContains(t, banned, i, "%s: a pure room does no I/O", s.path)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.SelectorExpr:
				if id, ok := x.X.(*ast.Ident); ok && id.Name == "time" {
					require.NotContains(t, clock, x.Sel.Name, "%s: time is an argument", s.path)
				}
			case *ast.GoStmt:
				require.Fail(t, "a pure room starts no goroutine", s.path)
			}
			return true
		})
	}
}

// TestWorkflowsEvaluateNothing: conditions travel as named booleans; no expression runs in the machine or in a workflow.
func TestWorkflowsAreDeterministic(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.room != "workflows" && s.room != "dossier" && s.room != "mission" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := x.X.(*ast.Ident); ok {
					name := id.Name + "." + x.Sel.Name
					require.NotContains(t, []string{"time.Now", "time.Sleep", "time.LoadLocation", "rand.Int", "uuid.New"}, name, s.path)
				}
				require.NotEqual(t, "Evaluate", x.Sel.Name, "%s: conditions are evaluated outside", s.path)
			}
			if _, ok := n.(*ast.GoStmt); ok {
				require.Fail(t, "use workflow.Go", s.path)
			}
			return true
		})
	}
}

func TestNoRoomsOfLeftovers(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		require.NotRegexp(t, `(^|/)(utils?|common|helpers?|misc)(/|$)`, s.room)
	}
}

func TestModulesAgreeOnVersions(t *testing.T) {
	t.Parallel()
	versions := func(file string) map[string]string {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		out := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^\s*(?:require )?([a-z0-9./\-A-Z_]+\.[a-z]+/?\S*) (v\S+)`).FindAllStringSubmatch(string(data), -1) {
			out[m[1]] = m[2]
		}
		return out
	}
	root, embedded := versions("go.mod"), versions("embedded/go.mod")
	require.Greater(t, len(root), 20)
	for module, v := range root {
		if w, ok := embedded[module]; ok {
			require.Equal(t, v, w, module)
		}
	}
}

// TestCompose keeps docker-compose.yml true: it cannot run everywhere, so it is parsed.
func TestCompose(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("docker-compose.yml")
	require.NoError(t, err)
	var c struct {
		Services map[string]struct {
			Image       string            `yaml:"image"`
			Build       any               `yaml:"build"`
			Command     any               `yaml:"command"`
			Environment map[string]string `yaml:"environment"`
			Healthcheck map[string]any    `yaml:"healthcheck"`
			DependsOn   map[string]struct {
				Condition string `yaml:"condition"`
			} `yaml:"depends_on"`
			Volumes []string `yaml:"volumes"`
			Ports   []string `yaml:"ports"`
		} `yaml:"services"`
		Volumes map[string]any `yaml:"volumes"`
	}
	require.NoError(t, yaml.Unmarshal(data, &c))
	for _, name := range []string{"postgres", "temporal-schema", "temporal", "temporal-ui", "migrate", "api", "worker"} {
		require.Contains(t, c.Services, name)
	}
	oneShot := []string{"temporal-schema", "temporal-namespace", "migrate"}
	for name, s := range c.Services {
		if s.Image != "" && s.Build == nil {
			require.Regexp(t, `:[0-9]+\.[0-9]+`, s.Image, "%s: pinned version", name)
		}
		if !slices.Contains(oneShot, name) {
			require.NotEmpty(t, s.Healthcheck, "%s: health check", name)
		}
		for dep, d := range s.DependsOn {
			require.Contains(t, c.Services, dep)
			want := "service_healthy"
			if slices.Contains(oneShot, dep) {
				want = "service_completed_successfully"
			}
			require.Equal(t, want, d.Condition, "%s depends on %s", name, dep)
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			if !strings.HasPrefix(volume, ".") {
				require.Contains(t, c.Volumes, volume, "%s: named volume", name)
			}
		}
		for _, p := range s.Ports {
			require.True(t, strings.HasPrefix(p, "127.0.0.1:"), "%s publishes on loopback only: %s", name, p)
		}
	}
	for _, name := range []string{"api", "worker", "migrate"} {
		for _, key := range []string{"MOTCUA_POSTGRES_DSN_FILE", "MOTCUA_TEMPORAL_ADDRESS"} {
			require.Contains(t, c.Services[name].Environment, key, name)
		}
	}
}

// TestPermissionsAreDocumented holds docs/permissions.md to the table in office.
func TestPermissionsAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("docs/permissions.md")
	require.NoError(t, err)
	for _, p := range office.Policy() {
		require.Contains(t, string(data), "\n| `"+p.Action+"` | "+strings.Join(p.Roles, ", ")+" | "+p.Where+" |\n")
	}
	require.Equal(t, len(office.Policy()), strings.Count(string(data), "\n| `"))
}
