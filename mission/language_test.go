package mission_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/mission"
	"motcua/procedure"
)

// update rewrites the expected findings: go test ./mission -run Golden -update-findings.
var update = flag.Bool("update-findings", false, "rewrite testdata/err/*.out")

// sample lints clean; TestSample says so.
const sample = `motcua: 1
kind: mission
code: "mau"
name: Một
plan: {code: "kh-1", no: 1}
lead: van-phong-ubnd
cooperating: [ubnd-xa]
legal-basis: [{document: 1/QĐ}]
content: Nội dung
until: 2026-12-31
steps: [{id: chuan-bi, name: Chuẩn bị}]
indicators:
  - {id: ty-le, name: Tỷ lệ, unit: "%", target: 95.5, baseline: 40}
  - {id: ton, name: Tồn đọng, target: 5, direction: at-most}
tasks:
  - {id: ke-hoach, name: Kế hoạch, step: chuan-bi, after: 5wd, output: Văn bản, evidence: true}
  - {id: tap-huan, name: Tập huấn, agency: ubnd-xa, role: chuyen-vien, after: 10wd, of: ke-hoach}
  - {id: tong-ket, name: Tổng kết, agency: van-phong-ubnd, on: 2026-12-20}
  - {id: ra-soat, name: Rà soát, every: {month: 31}}
reports:
  - {id: tuan, name: Báo cáo tuần, every: {week: friday}, times: 10}
  - {id: quy, name: Báo cáo quý, every: {quarter: 15}, until: 2026-09-30}
escalation: mission
`

func shelf() *mission.Shelf {
	notify := []string{procedure.DoNotify}
	return &mission.Shelf{
		Ladders: map[string][]procedure.Rung{
			"mission": {
				{ID: "den-han", On: procedure.OnTask, AtDue: true, To: []string{procedure.ToHeadOfLead}, Do: notify},
				{ID: "ho-so", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToControl}, Do: notify},
			},
			"standard": {{ID: "den-han", On: procedure.OnDossier, AtDue: true, To: []string{procedure.ToControl}, Do: notify}},
		},
		Plans: []*mission.Plan{{Code: "kh-1", Name: "Kế hoạch", Slots: []mission.Slot{{No: 1, Name: "Một"}, {No: 2}}}},
	}
}

func compiled(t *testing.T, text string) *mission.Model {
	t.Helper()
	d, found := mission.Parse("mau.yaml", []byte(text))
	require.Empty(t, found)
	m, found := mission.Compile(d, shelf())
	require.Empty(t, found)
	return m
}

func TestSample(t *testing.T) {
	t.Parallel()
	m := compiled(t, sample)
	require.Len(t, m.Hash, 32)
	require.Equal(t, m.Hash, m.Exec.Model)
	require.Equal(t, &mission.Place{Code: "kh-1", No: 1}, m.Plan)
	require.Equal(t, "sample", m.Origin, "what nothing is said of is a sample")
	require.Equal(t, []string{"ubnd-xa"}, m.Exec.Agencies)
	require.Equal(t, []mission.Indicator{{ID: "ty-le", Target: 9550}, {ID: "ton", Target: 500, AtMost: true}}, m.Exec.Indicators)
	task, ok := m.Exec.Task("tong-ket")
	require.True(t, ok)
	require.Empty(t, task.Agency, "the lead named by its type is the empty reference")
	require.Equal(t, procedure.ToHeadOfAgency, task.Role, "who answers where no role is named")
	monthly, _ := m.Exec.Task("ra-soat")
	require.Equal(t, day("2026-12-31"), monthly.Until, "the model's end")
	report, _ := m.Exec.Task("tuan")
	require.Equal(t, &mission.Every{Unit: mission.EveryWeek, Day: 5}, report.Every)
	require.Zero(t, report.Until)
	require.Len(t, m.Exec.Ladder, 1, "rungs of dossiers do not travel")

	stored, err := m.Encode()
	require.NoError(t, err)
	again, err := mission.Decode(stored)
	require.NoError(t, err)
	require.Equal(t, text(t, m), text(t, again))
	_, err = mission.Decode(bytes.Replace(stored, []byte("Tổng kết"), []byte("Sơ kết"), 1))
	require.ErrorIs(t, err, mission.ErrHash)
	require.NotContains(t, text(t, m.Exec), "Tổng kết", "no names travel")
	require.Equal(t, m.Hash, compiled(t, strings.Replace(sample, "name: Một\n", "", 1)+"name: Một\n").Hash, "the order of keys is no content")
	require.NotEqual(t, m.Hash, compiled(t, strings.Replace(sample, "5wd", "6wd", 1)).Hash)
}

// TestGoldenFindings: every rule of missions has a file that breaks it, and the findings read exactly as recorded.
func TestGoldenFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/err/*.yaml")
	require.NoError(t, err)
	shown := map[string]bool{}
	for _, r := range procedure.NotationRules() {
		shown[r.ID] = true // procedure shows its own
	}
	delete(shown, "duplicate-id")
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		got := findings(t, filepath.Base(file), data) + "\n"
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		out := strings.TrimSuffix(file, ".yaml") + ".out"
		if *update {
			require.NoError(t, os.WriteFile(out, []byte(got), 0o644))
		}
		want, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, string(want), got, file)
		for _, r := range mission.Rules() {
			if name == r.ID || strings.HasPrefix(name, r.ID+"-") {
				require.Contains(t, got, "["+r.ID+"]", file)
				shown[r.ID] = true
			}
		}
	}
	for _, r := range mission.Rules() {
		require.True(t, shown[r.ID], "rule %s has no file in testdata/err", r.ID)
		require.NotEmpty(t, r.Doc, r.ID)
	}
}

// findings reads and lints; a first line "# on: date" sets the date.
func findings(t *testing.T, name string, data []byte) string {
	t.Helper()
	if strings.Contains(string(data), "kind: mission-plan") {
		plan, found := mission.ParsePlan(name, data)
		require.Equal(t, found.HasErrors(), plan == nil)
		return found.Error()
	}
	o := mission.LintOptions{}
	first, _, _ := strings.Cut(string(data), "\n")
	if date, ok := strings.CutPrefix(first, "# on: "); ok {
		on, err := time.Parse(time.DateOnly, date)
		require.NoError(t, err)
		o.On = on
	}
	d, found := mission.Parse(name, data)
	found = append(found, mission.LintWith(d, shelf(), o)...)
	if m, _ := mission.Compile(d, shelf()); found.HasErrors() && o.On.IsZero() {
		require.Nil(t, m, "%s: errors block compiling", name)
	}
	return found.Error()
}

// The schema that editors use and the parser agree.
func TestSchemaAndParserAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		schema []byte
		good   string
		bad    []string
	}{
		{mission.JSONSchema(), sample, []string{"missing-key", "bad-value", "bad-recurrence"}},
		{mission.PlanSchema(), "motcua: 1\nkind: mission-plan\ncode: \"k\"\nname: K\nmodels: [{no: 1}, {no: 2, name: Hai, source: x}]\n", nil},
	} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.schema))
		require.NoError(t, err)
		compiler := jsonschema.NewCompiler()
		require.NoError(t, compiler.AddResource("mission.json", doc))
		schema, err := compiler.Compile("mission.json")
		require.NoError(t, err)
		validate := func(data []byte) error {
			var v any
			require.NoError(t, yaml.Unmarshal(data, &v))
			return schema.Validate(dates(v))
		}
		require.NoError(t, validate([]byte(c.good)))
		for _, name := range c.bad {
			data, err := os.ReadFile("testdata/err/" + name + ".yaml")
			require.NoError(t, err)
			require.Error(t, validate(data), name)
		}
	}
}

// dates turns what YAML read as dates back into text.
func dates(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = dates(x[k])
		}
	case []any:
		for i := range x {
			x[i] = dates(x[i])
		}
	case time.Time:
		return x.Format(time.DateOnly)
	}
	return v
}

func TestFormatKeepsTheMeaning(t *testing.T) {
	t.Parallel()
	loose := strings.Replace(sample, "lead: van-phong-ubnd\n", "", 1) + "lead: van-phong-ubnd # vì sao\n"
	once, err := mission.Format([]byte(loose))
	require.NoError(t, err)
	twice, err := mission.Format(once)
	require.NoError(t, err)
	require.Equal(t, string(once), string(twice))
	require.Contains(t, string(once), "# vì sao")
	require.Equal(t, compiled(t, sample).Hash, compiled(t, string(once)).Hash)
}

// FuzzParse: whatever the bytes, reading, linting and compiling end without panic, in bounds, and every finding has a place and a
// known rule; what compiles can be started.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	files, err := filepath.Glob("testdata/err/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	known := map[string]bool{}
	for _, r := range mission.Rules() {
		known[r.ID] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, found := mission.Parse("f.yaml", data)
		found = append(found, mission.Lint(d, shelf())...)
		_, plan := mission.ParsePlan("f.yaml", data)
		for _, x := range append(found, plan...) {
			require.Positive(t, x.Line)
			require.Positive(t, x.Col)
			require.True(t, known[x.Rule], x.Rule)
		}
		m, _ := mission.Compile(d, shelf())
		if m == nil {
			return
		}
		stored, err := m.Encode()
		require.NoError(t, err)
		_, err = mission.Decode(stored)
		require.NoError(t, err)
		var travelled mission.Executable
		require.NoError(t, json.Unmarshal([]byte(text(t, m.Exec)), &travelled))
		require.Equal(t, text(t, m.Exec), text(t, travelled))
	})
}
