package procedure_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/calendar"
	"motcua/procedure"
)

const sampleScenarios = `motcua: 1
definition: mau.yaml
scenarios:
  # Hẹn hết ngày 04/03.
  - id: lam-lai
    name: Trả lại một lần
    received: "2026-03-02 08:30"
    facts: {parcel.region: plain, parcel.floors: 3}
    pace: half
    choose: {xu-ly: dat}
    acts:
      - {at: "2026-03-03 09:00", do: complete, step: ky#1, by: lanh-dao, outcome: lam-lai}
      - {at: "2026-03-03 10:00", do: request-supplement, step: xu-ly, by: chuyen-vien, reason: Thiếu, papers: [trich-do], facts: {parcel.remeasure: true}, refused: slip_late}
    until: "2026-03-09 17:00"
    expect:
      - {at: "2026-03-02 08:30", status: 2, due: "2026-03-04 17:00", open: []}
      - {status: 10, verdict: early, refusal: false, results: [kq], counted: 1.5wd, rungs: {den-han: "2026-03-05 07:30"}}
`

func momentAt(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	require.NoError(t, err)
	return at
}

func TestScenariosAreRead(t *testing.T) {
	t.Parallel()
	require.True(t, procedure.HoldsScenarios([]byte(sampleScenarios)))
	require.False(t, procedure.HoldsScenarios([]byte(sample)))
	require.False(t, procedure.HoldsScenarios([]byte("a: [")))
	f, found := procedure.ParseScenarios("k.yaml", []byte(sampleScenarios))
	require.Empty(t, found)
	p := compileSample(t, sample)
	require.Empty(t, f.Check(p))
	require.Equal(t, "mau.yaml", f.Definition.Value)
	require.Len(t, f.Scenarios, 1)
	s := f.Scenarios[0]
	require.Equal(t, momentAt(t, "2026-03-02 08:30"), s.Received.Value)
	require.Equal(t, momentAt(t, "2026-03-09 17:00"), s.End())
	require.Equal(t, "ky#1", s.Acts[0].Step.Value)
	require.Equal(t, "slip_late", s.Acts[1].Refused.Value)
	require.Equal(t, 2, s.Expect[0].Status.Value)
	require.True(t, s.Expect[0].Open.Set())
	require.Empty(t, s.Expect[0].Open.Value)
	require.False(t, s.Expect[1].Open.Set())
	require.Equal(t, calendar.MustLimit("1.5wd"), s.Expect[1].Counted.Value)
	require.Equal(t, momentAt(t, "2026-03-05 07:30"), s.Expect[1].Rungs.Value[0].Instant)
	values, found := p.FactsOf(s.Facts)
	require.Empty(t, found)
	require.Equal(t, map[string]any{"parcel.region": "plain", "parcel.floors": int64(3)}, values)

	out, err := procedure.FormatScenarios([]byte(sampleScenarios))
	require.NoError(t, err)
	require.Equal(t, sampleScenarios, string(out))
}

// A name that the procedure does not have, an instant outside the scenario, a value of the wrong kind: each is found at its
// place, all at once.
func TestScenarioFindings(t *testing.T) {
	t.Parallel()
	f, found := procedure.ParseScenarios("k.yaml", []byte(`motcua: 2
definition: mau.yaml
scenarios:
  - id: a
    name: A
    received: 2026-03-02 25:00
    speed: full
    expect: [{status: 2, counted: 3d}]
  - {id: a, name: B, received: 2026-03-02 08:00, expect: [{verdict: soon}]}
`))
	require.Equal(t, []string{
		"1:9 language-version", "6:15 bad-date", "7:5 unknown-key", "8:35 bad-limit", "9:10 duplicate-id", "9:69 bad-value",
	}, places(found))
	require.NotNil(t, f)

	f, found = procedure.ParseScenarios("k.yaml", []byte(`motcua: 1
definition: mau.yaml
scenarios:
  - id: a
    name: A
    received: 2026-03-02 08:00
    facts: {parcel.region: mars, parcel.flors: 3}
    choose: {xu-li: dat, xu-ly: dad}
    acts:
      - {at: 2026-03-01 08:00, do: complete, step: ki, by: nguoi-nop}
      - {at: 2026-03-02 09:00, do: complete, step: xu-ly#2, by: lanh-dao, outcome: datt, papers: [dom], results: [k]}
      - {at: 2026-03-02 09:00, do: send-back, step: ky, to: tiep, extension: them, facts: {x: 1}}
      - {at: 2026-03-02 09:00, do: withdraw, by: ai-do}
    expect:
      - {status: 11, open: [k], results: [q], rungs: {het-han/2: 2026-03-05 07:30}}
  - {id: b, name: B, received: 2026-03-02 08:00, expect: []}
`))
	require.Empty(t, found)
	require.Equal(t, []string{
		"7:28 bad-value", "7:34 unknown-target", "8:14 unknown-target", "8:33 unknown-target",
		"10:14 bad-date", "10:52 unknown-target",
		"11:65 unknown-target", "11:84 unknown-target", "11:99 unknown-target", "11:115 unknown-target",
		"12:61 unknown-target", "12:78 unknown-target", "12:92 unknown-target", "13:50 unknown-target",
		"15:18 bad-value", "15:28 unknown-target", "15:42 unknown-target", "15:55 unknown-target",
		"16:10 bad-value", "16:10 missing-key",
	}, places(f.Check(compileSample(t, sample))))

	f, _ = procedure.ParseScenarios("k.yaml", []byte("motcua: 1\ndefinition: a\nscenarios: []\n"))
	require.Empty(t, f.Scenarios)
	f, found = procedure.ParseScenarios("k.yaml", []byte("a: ["))
	require.Nil(t, f)
	require.Equal(t, "yaml-syntax", found[0].Rule)
}

func places(ds procedure.Diagnostics) (out []string) {
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%d:%d %s", d.Line, d.Col, d.Rule))
	}
	return out
}

// Editors complete scenarios by the schema: it takes what the parser takes and refuses what it refuses.
func TestScenarioSchemaAndParserAgree(t *testing.T) {
	t.Parallel()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(procedure.ScenarioSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("kich-ban.json", doc))
	schema, err := c.Compile("kich-ban.json")
	require.NoError(t, err)
	validate := func(data []byte) error {
		var v any
		require.NoError(t, yaml.Unmarshal(data, &v))
		return schema.Validate(asJSON(v))
	}
	require.NoError(t, validate([]byte(sampleScenarios)))
	files, err := filepath.Glob("../library/scenarios/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, validate(data), file)
	}
	for _, wrong := range []string{`pace: half`, `do: complete`, `"2026-03-04 17:00"`, `counted: 1.5wd`} {
		data := bytes.Replace([]byte(sampleScenarios), []byte(wrong), []byte(wrong[:2]+"x: y"), 1)
		_, found := procedure.ParseScenarios("k.yaml", data)
		require.True(t, found.HasErrors(), wrong)
	}
	bad := bytes.Replace([]byte(sampleScenarios), []byte("pace: half"), []byte("pace: slow"), 1)
	require.Error(t, validate(bad))
	_, found := procedure.ParseScenarios("k.yaml", bad)
	require.Equal(t, []string{"9:11 bad-value"}, places(found))
}

// FuzzScenarios: whatever the bytes, reading, checking and formatting end without panic, and formatting twice changes nothing.
func FuzzScenarios(f *testing.F) {
	f.Add([]byte(sampleScenarios))
	f.Add([]byte("motcua: 1\ndefinition: a\nscenarios: [{id: a, expect: [{rungs: {a: b}, open: x}], acts: 3}]\n"))
	d, _ := procedure.Parse("mau.yaml", []byte(sample))
	p, _ := procedure.Compile(d, testShelf())
	require.NotNil(f, p)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, found := procedure.ParseScenarios("k.yaml", data)
		if file != nil {
			found = append(found, file.Check(p)...)
		}
		for _, x := range found {
			require.Positive(t, x.Line)
			require.Positive(t, x.Col)
		}
		if once, err := procedure.FormatScenarios(data); err == nil {
			twice, err := procedure.FormatScenarios(once)
			require.NoError(t, err, "formatted:\n%s", once)
			require.True(t, bytes.Equal(once, twice), "first:\n%s\nsecond:\n%s", once, twice)
		}
	})
}
