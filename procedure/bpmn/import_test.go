package bpmn

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/procedure"
	"motcua/procedure/draft"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

// A round trip loses nothing: neither meaning, which the hash names, nor comments.
func TestRoundTripOfTheLibrary(t *testing.T) {
	t.Parallel()
	for name, source := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := Import("x.bpmn", export(t, source), Options{Shelf: shelf(t)})
			require.NotNil(t, res.Definition, res.Findings.Error())
			canonical, err := procedure.Format(source)
			require.NoError(t, err)
			require.Equal(t, string(canonical), string(res.Definition))
			require.Equal(t, compile(t, source).Hash, compile(t, res.Definition).Hash)
			for _, f := range res.Findings {
				require.NotEqual(t, "diagram-wins", f.Rule, f.String())
			}
		})
	}
}

var carried = regexp.MustCompile(`(?s)<motcua:definition.*?</motcua:definition>`)

// The diagram alone tells the process: read without the definition that travels with it, the steps, their kinds, places,
// limits, ways out, conditions and joins are those of the plan.
func TestTheDiagramAloneTellsTheProcess(t *testing.T) {
	t.Parallel()
	for name, source := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := compile(t, source)
			r := &report{file: "x.bpmn"}
			root := r.parse(carried.ReplaceAll(export(t, source), nil))
			require.NotNil(t, root)
			m := r.read(root)
			require.False(t, r.errors(), r.list.Error())
			require.Equal(t, plan.Exec.Start, m.start)
			require.Len(t, m.steps, len(plan.Exec.Steps))
			for i, s := range plan.Exec.Steps {
				got := m.steps[i]
				require.Equal(t, s.ID, got.id)
				require.Equal(t, s.Kind == procedure.StepReturn, got.returns, s.ID)
				require.Equal(t, s.Refusal, got.refusal, s.ID)
				require.Equal(t, s.Kind == procedure.StepAutomatic, got.automatic, s.ID)
				require.Equal(t, s.Wait, got.wait, s.ID)
				require.Equal(t, s.Procedure, got.procedure, s.ID)
				require.Equal(t, s.Limit.String(), got.limit, s.ID)
				require.ElementsMatch(t, s.Join, got.after, s.ID)
				if s.Kind == procedure.StepWork || s.Kind == procedure.StepReturn || s.Kind == procedure.StepSub {
					require.Equal(t, s.Role, got.role, s.ID)
					agency := s.Agency
					if agency == "" {
						agency = plan.Agency
					}
					require.Equal(t, agency, got.agency, s.ID)
				}
				require.Len(t, got.outcomes, len(s.Outcomes), s.ID)
				for k, o := range s.Outcomes {
					require.Equal(t, o.Name, got.outcomes[k].Name, s.ID)
					require.Len(t, got.outcomes[k].Edges, len(o.Edges), s.ID)
					for n, e := range o.Edges {
						edge := got.outcomes[k].Edges[n]
						require.Equal(t, e.To, edge.To)
						require.Equal(t, e.Else, edge.Else)
						if e.When != "" {
							require.Equal(t, expression(plan, e.When), edge.When)
						} else {
							require.Empty(t, edge.When)
						}
					}
				}
			}
			// And what comes out of it is a definition of the same process.
			res := Import("x.bpmn", carried.ReplaceAll(export(t, source), nil), Options{Shelf: shelf(t), Values: map[string]string{"limit": "30wd", "agency": plan.Agency}})
			require.NotNil(t, res.Definition, res.Findings.Error())
			d, _ := procedure.Parse("x.yaml", res.Definition)
			for _, s := range d.Steps {
				want, _ := plan.Exec.Step(s.ID.Value)
				for k, f := range s.Facts {
					require.Equal(t, want.Facts[k], procedure.FactLink{Child: f.Child.Value, Parent: f.Parent.Value}, s.ID.Value)
				}
				require.Len(t, s.Facts, len(want.Facts))
			}
		})
	}
}

func expression(p *procedure.Plan, name string) string {
	for _, c := range p.Conditions {
		if c.Name == name {
			return c.Expression
		}
	}
	return ""
}

// Whatever designers write into the texts of a procedure, the round trip gives it back.
func TestRoundTripOfAnyText(t *testing.T) {
	t.Parallel()
	source, rules := shipped(t)["9.000001-mau-xac-nhan-thong-tin.yaml"], shelf(t)
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aăâđếợ =+-@'\"#:{}[]<>,&*!|%\\;→–½😀\t\u00a0\u0085\u2028")), 1, 60, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
	rapid.Check(t, func(rt *rapid.T) {
		doc, err := draft.Open(source)
		require.NoError(rt, err)
		for _, s := range doc.Steps() {
			s.Set("name", text.Draw(rt, "name"))
			s.Set("output", text.Draw(rt, "output"))
		}
		changed, err := doc.Bytes()
		require.NoError(rt, err)
		d, found := procedure.Parse("x.yaml", changed)
		require.False(rt, found.HasErrors(), found.Error())
		plan, found := procedure.Compile(d, rules)
		require.NotNil(rt, plan, found.Error())
		out, err := Export(changed, plan)
		require.NoError(rt, err)
		res := Import("x.bpmn", out, Options{Shelf: rules})
		require.Equal(rt, string(changed), string(res.Definition), res.Findings.Error())
	})
}

func golden(t *testing.T, name string, res Result) {
	t.Helper()
	for ext, got := range map[string]string{".yaml": string(res.Definition), ".out": res.Findings.Error() + "\n"} {
		file := filepath.Join("testdata", name+ext)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), got, "run with -update and look at the difference")
	}
}

// Files of other tools, with everything that cannot be taken listed by element and line.
func TestFilesOfOtherTools(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"modeler", "unsupported", "flows"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join("testdata", name+".bpmn"))
			require.NoError(t, err)
			golden(t, name, Import(name+".bpmn", data, Options{Shelf: shelf(t)}))
		})
	}
}

func TestTheDiagramWinsForWhatItShows(t *testing.T) {
	t.Parallel()
	source := shipped(t)["1.012784-tach-hop-thua.yaml"]
	text := string(export(t, source))
	change := func(from, to string) {
		t.Helper()
		require.Contains(t, text, from)
		text = strings.Replace(text, from, to, 1)
	}
	change(`language="urn:motcua:limit:1">9wd<`, `language="urn:motcua:limit:1">PT68H<`)
	change(`language="urn:motcua:limit:1">0.5wd<`, `>P1D<`)
	change(`<bpmn:userTask id="Step_gui-kq" name="Vào sổ, chuyển kết quả">`, `<bpmn:userTask id="Step_gui-kq" name="Vào sổ, đóng dấu">`)
	change(`name="làm lại"`, `name="trả lại"`)
	change(`<bpmn:flowNodeRef>Step_ky-tu-choi</bpmn:flowNodeRef>`, ``)
	change(`<bpmn:flowNodeRef>Step_tham-dinh</bpmn:flowNodeRef>`, `<bpmn:flowNodeRef>Step_tham-dinh</bpmn:flowNodeRef><bpmn:flowNodeRef>Step_ky-tu-choi</bpmn:flowNodeRef>`)
	// A new task between "Ký" and "Vào sổ".
	flow := regexp.MustCompile(`<bpmn:sequenceFlow id="(Flow_[0-9]+)" name="duyệt" sourceRef="Choice_ky" targetRef="Step_gui-kq">`).FindStringSubmatch(text)
	require.NotNil(t, flow)
	change(flow[0], strings.Replace(flow[0], "Step_gui-kq", "Activity_1", 1))
	change(`<bpmn:sequenceFlow id="Flow_1"`, `<bpmn:task id="Activity_1" name="Đóng dấu giáp lai"/><bpmn:sequenceFlow id="Flow_new" sourceRef="Activity_1" targetRef="Step_gui-kq"/><bpmn:sequenceFlow id="Flow_1"`)
	change(`<bpmn:flowNodeRef>Step_gui-kq</bpmn:flowNodeRef>`, `<bpmn:flowNodeRef>Step_gui-kq</bpmn:flowNodeRef><bpmn:flowNodeRef>Activity_1</bpmn:flowNodeRef>`)

	res := Import("x.bpmn", []byte(text), Options{Shelf: shelf(t)})
	require.NotNil(t, res.Definition, res.Findings.Error())
	canonical, err := procedure.Format(source)
	require.NoError(t, err)
	want := string(canonical)
	for _, r := range [][2]string{
		{"limit: 9wd", "limit: 68wh"}, {"limit: 0.5wd, output: \"Mẫu 01", "limit: 1wd, output: \"Mẫu 01"}, {"Vào sổ, chuyển kết quả", "Vào sổ, đóng dấu"},
		{"{duyet: gui-kq, lam-lai: tham-dinh}", "{duyet: dong-dau, tra-lai: tham-dinh}"}, {"Ký phiếu từ chối giải quyết, role: lanh-dao", "Ký phiếu từ chối giải quyết, role: chuyen-vien"},
		{"  - {id: gui-kq", "  - {id: dong-dau, name: Đóng dấu giáp lai, role: van-thu, outcomes: {done: gui-kq}}\n  - {id: gui-kq"},
	} {
		require.Contains(t, want, r[0])
		want = strings.Replace(want, r[0], r[1], 1)
	}
	require.Equal(t, want, string(res.Definition), "everything else is as it was, comments included")
	require.Regexp(t, `x\.bpmn:[0-9]+:[0-9]+: ghi chú: Limit_tham-dinh: thời gian trên sơ đồ là “68wh”, trong định nghĩa là “9wd”: lấy theo sơ đồ \[diagram-wins\]`, res.Findings.Error())
}
