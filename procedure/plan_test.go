package procedure_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/procedure"
)

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	p := compileSample(t, sample)
	data, err := p.Encode()
	require.NoError(t, err)
	again, err := procedure.Decode(data)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(p, again, cmpopts.IgnoreUnexported(procedure.Plan{})))

	tampered := strings.Replace(string(data), `"limit":"2wd"`, `"limit":"3wd"`, 1)
	require.NotEqual(t, string(data), tampered)
	_, err = procedure.Decode([]byte(tampered))
	require.ErrorIs(t, err, procedure.ErrHash)
	_, err = procedure.Decode([]byte("{"))
	require.Error(t, err)
}

// The hash names the content: the order of keys and the places of things do not matter, the order of steps does.
func TestHash(t *testing.T) {
	t.Parallel()
	want := compileSample(t, sample).Hash
	require.Equal(t, want, compileSample(t, sample).Hash)

	blocks := []string{}
	for _, line := range strings.SplitAfter(sample, "\n") {
		if len(blocks) > 0 && strings.HasPrefix(line, " ") {
			blocks[len(blocks)-1] += line
		} else if line != "" {
			blocks = append(blocks, line)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
		require.Equal(t, want, compileSample(t, "# đầu tệp\n"+strings.Join(blocks, "")).Hash)
	}
	reordered := strings.Replace(sample, "{id: tiep-nhan, name: Tiếp nhận, role: mot-cua,", "{name: Tiếp nhận, role: mot-cua, id: tiep-nhan,", 1)
	require.NotEqual(t, sample, reordered)
	require.Equal(t, want, compileSample(t, reordered).Hash)

	lines := strings.Split(sample, "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "id: tra-kq, name") })
	lines[i], lines[i+1] = lines[i+1], lines[i]
	require.NotEqual(t, want, compileSample(t, strings.Join(lines, "\n")).Hash)
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	p := compileSample(t, sample)
	for _, c := range []struct {
		facts map[string]any
		want  []string
	}{
		{map[string]any{"parcel.floors": 1}, []string{"ky.duyet.1"}},
		{map[string]any{"parcel.floors": 3.0}, []string{}},
		{map[string]any{"parcel.floors": int64(2), "parcel.region": "island", "parcel.remeasure": true}, []string{"document.trich-do", "ky.duyet.1", "mien-nui"}},
	} {
		got, err := p.Evaluate(c.facts)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
		require.Empty(t, p.CheckFacts(c.facts))
	}
	_, err := p.Evaluate(map[string]any{"parcel.region": "coast", "parcel.remeasure": "yes", "parcel.area": 3})
	var errs procedure.FactErrors
	require.ErrorAs(t, err, &errs)
	require.Equal(t, []string{"parcel.area", "parcel.floors", "parcel.region", "parcel.remeasure"}, []string{errs[0].Name, errs[1].Name, errs[2].Name, errs[3].Name})
	require.Equal(t, []string{"plain", "mountain", "island"}, errs[2].Allowed)
	require.Contains(t, err.Error(), "plain, mountain, island")
	require.Len(t, p.CheckFacts(map[string]any{"parcel.floors": 4}), 1)
	require.Len(t, p.CheckFacts(map[string]any{"parcel.floors": 1.5}), 1)
}

func TestEvaluateAfterDecodeAndInParallel(t *testing.T) {
	t.Parallel()
	data, err := compileSample(t, sample).Encode()
	require.NoError(t, err)
	p, err := procedure.Decode(data)
	require.NoError(t, err)
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			got, err := p.Evaluate(map[string]any{"parcel.floors": 1, "parcel.region": "mountain"})
			require.NoError(t, err)
			require.Equal(t, []string{"ky.duyet.1", "mien-nui"}, got)
		})
	}
}

func TestMissingDocuments(t *testing.T) {
	t.Parallel()
	p := compileSample(t, sample)
	ids := func(docs []procedure.Document) []string {
		out := []string{}
		for _, d := range docs {
			out = append(out, d.ID)
		}
		return out
	}
	require.Equal(t, []string{"don"}, ids(p.MissingDocuments(nil, nil)))
	require.Equal(t, []string{"trich-do", "xac-nhan"}, ids(p.MissingDocuments([]string{"don"}, []string{"document.trich-do", "mien-nui"})))
	require.Empty(t, p.MissingDocuments([]string{"don"}, []string{"ky.duyet.1"}))
}

// A linear plan that lints clean never has more counted time than its committed limit (clock.md §7).
func TestCleanLinearPlansFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		unit := rapid.SampledFrom([]string{"wd", "wh", "d", "mo"}).Draw(t, "unit")
		fmt.Fprintf(&b, "motcua: 1\ncode: \"1.0\"\nname: a\nfield: a\nlevel: commune\nagency: a\nresults: [{id: kq, name: a}]\nlimit: %d%s\nreductions: [cut-20]\nescalation: standard\nsteps:\n", limit, unit)
		n := rapid.IntRange(1, 8).Draw(t, "steps")
		sum := 0
		for i := range n {
			half := rapid.IntRange(1, 12).Draw(t, "half days")
			clock := ""
			if rapid.Bool().Draw(t, "excluded") {
				clock = ", clock: excluded, ground: a"
			} else {
				sum += half * 240
			}
			fmt.Fprintf(&b, "  - {id: s%d, name: a, role: a, limit: %dwh%s%s}\n", i, half*4, clock, map[bool]string{true: ", outcomes: {x: tra, tu-choi: tu-choi}"}[i == n-1])
		}
		b.WriteString("  - {id: tra, name: a, role: a, return: true, results: [kq]}\n  - {id: tu-choi, name: a, role: a, return: true, refusal: true}\n")
		d, found := procedure.Parse("f.yaml", []byte(b.String()))
		require.Empty(t, found)
		p, found := procedure.Compile(d, testShelf())
		over := slices.ContainsFunc(found, func(x procedure.Diagnostic) bool { return x.Rule == "steps-over-limit" })
		fits := true
		for _, on := range []string{"2025-07-01", "2026-07-01"} {
			x := procedure.Executable{Limit: d.Limit.Value, Reductions: []procedure.Reduction{cut20()}}
			c := x.Commit(nil, "online", noon(on)).Committed
			most := map[string]int{"wd": c.Hundredths / 100 * 480, "wh": c.Hundredths / 100 * 60, "d": 480 * 5 * (c.Hundredths / 100) / 7, "mo": 480 * 20 * (c.Hundredths / 100)}[unit]
			fits = fits && sum <= max(most, 480*map[bool]int{true: 1}[unit == "d"])
		}
		if unit == "wd" || unit == "wh" {
			require.Equal(t, !fits, over, "sum %d\n%s", sum, b.String())
		}
		if !over {
			require.NotNil(t, p)
			for _, path := range p.LongestPaths("") {
				require.Equal(t, sum, path.Counted)
				require.LessOrEqual(t, path.Counted, path.Sure)
			}
		}
	})
}

func TestLongestPaths(t *testing.T) {
	t.Parallel()
	p := compileSample(t, sample)
	paths := p.LongestPaths("2025-07-01")
	require.Equal(t, 2*480, paths[0].Counted)
	require.Equal(t, "2wd", paths[0].Committed.String())
	require.Equal(t, []procedure.Loop{{From: "ky", To: "xu-ly", MaxVisits: 3}}, paths[0].Loops)
	limits := map[string]bool{}
	for _, path := range paths {
		limits[path.Committed.String()] = true
	}
	require.Equal(t, map[string]bool{"2wd": true, "9wd": true}, limits, "12wd in the mountains is cut to 9wd")
	require.NotEmpty(t, procedure.LongestPaths(&p.Exec))
}

// An excluded leg counts only beyond its bound (clock.md §7).
func TestExcludedBeyondBoundCounts(t *testing.T) {
	t.Parallel()
	text := strings.Replace(sample, "  - {id: van-thu, name: Vào sổ, automatic: true, outcomes: {xong: tra-kq}}\n",
		"  - {id: van-thu, name: Vào sổ, role: van-thu, limit: 3wd, clock: excluded, bound: 2wd, ground: a, outcomes: {xong: tra-kq}}\n", 1)
	d, found := procedure.Parse("f.yaml", []byte(text))
	require.Empty(t, found)
	_, found = procedure.Compile(d, testShelf())
	require.Contains(t, found.Error(), "van-thu 1wd")
	require.Contains(t, found.Error(), "[steps-over-limit]")
}

func TestJSONSchemaCoversTheLanguage(t *testing.T) {
	t.Parallel()
	var whole struct {
		Schema string          `json:"$schema"`
		Else   json.RawMessage `json:"else"`
	}
	require.NoError(t, json.Unmarshal(procedure.JSONSchema(), &whole))
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", whole.Schema)
	var schema struct {
		Properties map[string]struct {
			Items struct {
				Properties map[string]any `json:"properties"`
			} `json:"items"`
		} `json:"properties"`
		Required             []string `json:"required"`
		AdditionalProperties bool     `json:"additionalProperties"`
	}
	require.NoError(t, json.Unmarshal(whole.Else, &schema))
	require.Contains(t, schema.Properties, "limit-when")
	require.Contains(t, schema.Properties["steps"].Items.Properties, "max-visits")
	require.Equal(t, []string{"motcua", "code", "name", "field", "level", "agency", "limit", "steps"}, schema.Required)
	require.False(t, schema.AdditionalProperties)
	require.Equal(t, procedure.JSONSchema(), procedure.JSONSchema())
}
