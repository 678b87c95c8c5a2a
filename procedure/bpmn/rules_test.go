package bpmn

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// box is a shape of the diagram.
type box struct{ x, y, w, h float64 }

func (b box) holds(o box) bool {
	return o.x >= b.x-0.2 && o.y >= b.y-0.2 && o.x+o.w <= b.x+b.w+0.2 && o.y+o.h <= b.y+b.h+0.2
}

// touches says whether a point lies on the border of the box or of the diamond in it.
func (b box) touches(x, y float64) bool {
	dx, dy := math.Abs(x-b.x-b.w/2), math.Abs(y-b.y-b.h/2)
	border := math.Abs(dx-b.w/2) < 0.3 && dy <= b.h/2+0.3 || math.Abs(dy-b.h/2) < 0.3 && dx <= b.w/2+0.3
	return border || math.Abs(dx/(b.w/2)+dy/(b.h/2)-1) < 0.02
}

func float(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// What the schemas cannot say: references meet, the process is well formed, and the diagram draws all of it in its place.
func TestExportsKeepTheRules(t *testing.T) {
	t.Parallel()
	for name, source := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := export(t, source)
			require.Equal(t, string(out), string(export(t, source)), "the same input gives the same bytes")
			r := &report{}
			root := r.parse(out)
			require.NotNil(t, root)
			ids := map[string]*node{}
			var walk func(n *node)
			walk = func(n *node) {
				if id := n.attr("id"); id != "" && n.space != nsOurs {
					require.Nil(t, ids[id], "id %s twice", id)
					require.Regexp(t, `^[A-Za-z_][A-Za-z0-9_.-]*$`, id)
					ids[id] = n
				}
				for _, c := range n.children {
					walk(c)
				}
			}
			walk(root)
			process := root.first("process")
			flows := map[string][2]string{}
			for _, f := range process.all("sequenceFlow") {
				flows[f.attr("id")] = [2]string{f.attr("sourceRef"), f.attr("targetRef")}
			}
			inLane := map[string]int{}
			var lanes func(set *node)
			lanes = func(set *node) {
				for _, l := range set.all("lane") {
					for _, ref := range l.all("flowNodeRef") {
						inLane[ref.text]++
					}
					for _, inner := range l.all("childLaneSet") {
						lanes(inner)
					}
				}
			}
			lanes(process.first("laneSet"))
			nodes := 0
			for _, n := range process.children {
				if n.name != kindCall && !strings.HasSuffix(n.name, "Event") && !strings.HasSuffix(n.name, "Task") && !strings.HasSuffix(n.name, "Gateway") {
					continue
				}
				nodes++
				id := n.attr("id")
				require.Equal(t, 1, inLane[id], "%s is in one lane", id)
				in, out := 0, 0
				for f, ends := range flows {
					if ends[1] == id {
						in++
						require.True(t, slices.ContainsFunc(n.all("incoming"), func(c *node) bool { return c.text == f }))
					}
					if ends[0] == id {
						out++
						require.True(t, slices.ContainsFunc(n.all("outgoing"), func(c *node) bool { return c.text == f }))
					}
				}
				require.Len(t, n.all("incoming"), in)
				require.Len(t, n.all("outgoing"), out)
				switch n.name {
				case kindStart:
					require.Equal(t, [2]int{0, 1}, [2]int{in, out})
				case kindEnd:
					require.Zero(t, out)
					require.Positive(t, in)
				case kindBoundary:
					require.Equal(t, [2]int{0, 1}, [2]int{in, out})
					require.Contains(t, []string{kindUser, kindCall}, ids[n.attr("attachedToRef")].name)
				case kindExclusive, kindInclusive, kindParallel:
					require.True(t, in > 1 || out > 1, "%s neither opens nor joins", id)
					if d := n.attr("default"); d != "" {
						require.Equal(t, id, flows[d][0])
						require.Nil(t, ids[d].first("conditionExpression"))
					}
				default:
					require.Equal(t, 1, out, "%s leaves its choices to gateways", id)
				}
			}
			require.Len(t, inLane, nodes)
			checkDiagram(t, root, ids, flows, nodes)
		})
	}
}

func checkDiagram(t *testing.T, root *node, ids map[string]*node, flows map[string][2]string, nodes int) {
	t.Helper()
	var plane *node
	for _, c := range root.children {
		if c.name == "BPMNDiagram" {
			plane = c.children[0]
		}
	}
	boxes, edges := map[string]box{}, 0
	for _, c := range plane.children {
		of := c.attr("bpmnElement")
		require.NotNil(t, ids[of], of)
		if c.name == "BPMNShape" {
			b := c.children[0]
			boxes[of] = box{float(t, b.attr("x")), float(t, b.attr("y")), float(t, b.attr("width")), float(t, b.attr("height"))}
		}
	}
	shapes := 0
	for id, b := range boxes {
		n := ids[id]
		if n.name == "participant" || n.name == "lane" {
			continue
		}
		shapes++
		for laneID, l := range boxes {
			if ids[laneID].name == "lane" && len(ids[laneID].all("flowNodeRef")) > 0 {
				mine := slices.ContainsFunc(ids[laneID].all("flowNodeRef"), func(r *node) bool { return r.text == id })
				require.True(t, !mine || l.holds(b), "%s stands outside its lane %s", id, laneID)
			}
		}
		for other, o := range boxes {
			if m := ids[other]; other < id && m.name != "participant" && m.name != "lane" && n.name != kindBoundary && m.name != kindBoundary {
				require.True(t, b.x+b.w <= o.x || o.x+o.w <= b.x || b.y+b.h <= o.y || o.y+o.h <= b.y, "%s and %s overlap", id, other)
			}
		}
		if n.name == kindBoundary {
			require.True(t, boxes[n.attr("attachedToRef")].touches(b.x+b.w/2, b.y+b.h/2), "%s sits on the border of its task", id)
		}
	}
	require.Equal(t, nodes, shapes, "every node has a shape")
	for _, c := range plane.children {
		if c.name != "BPMNEdge" {
			continue
		}
		edges++
		ends := flows[c.attr("bpmnElement")]
		var points [][2]float64
		for _, w := range c.children {
			if w.name == "waypoint" {
				points = append(points, [2]float64{float(t, w.attr("x")), float(t, w.attr("y"))})
			}
		}
		require.GreaterOrEqual(t, len(points), 2)
		first, last := points[0], points[len(points)-1]
		require.True(t, boxes[ends[0]].touches(first[0], first[1]), "%s begins at %s", c.attr("bpmnElement"), ends[0])
		require.True(t, boxes[ends[1]].touches(last[0], last[1]), "%s ends at %s", c.attr("bpmnElement"), ends[1])
	}
	require.Equal(t, len(flows), edges, "every flow is drawn")
}

// Every rule has a file that breaks it, named by the line of the element.
func TestEveryRule(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		return data
	}
	own := string(export(t, shipped(t)["1.012784-tach-hop-thua.yaml"]))
	cases := map[string]struct {
		data []byte
		says string
	}{
		"bpmn-unreadable":  {[]byte("<definitions/>"), "x.bpmn:1:1: tệp không phải BPMN 2.0"},
		"bpmn-too-large":   {[]byte(strings.Repeat("<a>", maxDepth+2)), "lồng quá sâu"},
		"bpmn-unsupported": {read("unsupported.bpmn"), "x.bpmn:14:5: sub: subProcess"},
		"bpmn-flow":        {read("flows.bpmn"), "x.bpmn:22:5: dead: cổng không có luồng ra"},
		"bpmn-ignored":     {read("modeler.bpmn"), "x.bpmn:6:5: cảnh báo: Message_1"},
		"bad-duration":     {read("flows.bpmn"), "x.bpmn:15:5: t: không đọc được thời gian"},
		"drafted":          {read("modeler.bpmn"), "x.bpmn:75:5: ghi chú: End_2"},
		"diagram-wins":     {[]byte(strings.Replace(own, `name="Vào sổ, chuyển kết quả"`, `name="Vào sổ"`, 1)), "ghi chú: Step_gui-kq: tên bước"},
	}
	for _, rule := range Rules() {
		c, ok := cases[rule.ID]
		require.True(t, ok, "no file breaks %s", rule.ID)
		res := Import("x.bpmn", c.data, Options{Shelf: shelf(t)})
		require.Contains(t, res.Findings.Error(), c.says)
		require.True(t, slices.ContainsFunc(res.Findings, func(d procedure.Diagnostic) bool { return d.Rule == rule.ID && d.Severity == rule.Severity }), rule.ID)
		require.Equal(t, rule.Severity == procedure.SeverityError, res.Definition == nil, rule.ID)
	}
}

// The rules are documented where designers read.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/designers.md")
	require.NoError(t, err)
	for _, r := range Rules() {
		require.Contains(t, string(data), "| `"+r.ID+"` | "+r.Severity.String()+" | ", r.ID)
	}
}

// Gateways behind gateways double their ways each time: a small file must not keep its reader busy.
func TestWaysAreBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`<definitions xmlns="` + nsModel + `"><process id="p"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/><userTask id="t"/><sequenceFlow id="b" sourceRef="t" targetRef="g0"/>`)
	for i := range 40 {
		fmt.Fprintf(&b, `<exclusiveGateway id="g%d"/>`, i)
		for _, way := range []string{"x", "y"} {
			fmt.Fprintf(&b, `<sequenceFlow id="%s%d" sourceRef="g%d" targetRef="g%d"/>`, way, i, i, i+1)
		}
	}
	b.WriteString(`<exclusiveGateway id="g40"/><sequenceFlow id="z" sourceRef="g40" targetRef="e"/><endEvent id="e"/></process></definitions>`)
	res := Import("x.bpmn", []byte(b.String()), Options{})
	require.Nil(t, res.Definition)
	require.Contains(t, res.Findings.Error(), "[bpmn-too-large]")
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2wd": {"2wd", "2wd"}, "PT4H": {"4wh", "4h"}, "P2D": {"2wd", "2d"}, "P1W": {"5wd", "7d"}, "P1M": {"1mo", "1mo"}, "PT30M": {"0.5wh", "0.5wh"}, "P1DT4H": {"1.5wd", ""},
		"2 ngày làm việc": {"2wd", "2wd"}, "P": {"", ""}, "PT": {"", ""}, "R3/PT1H": {"", ""}, "P0D": {"", ""}, "P1MT1H": {"", ""}, "${x}": {"", ""},
	} {
		for i, wait := range []bool{false, true} {
			l, _, err := readDuration(text, wait)
			if want[i] == "" {
				require.Error(t, err, text)
				continue
			}
			require.NoError(t, err, text)
			require.Equal(t, want[i], l.String(), text)
		}
	}
}

// A definition inside a file that does not hold is reported at its line.
func TestTheCarriedDefinitionIsChecked(t *testing.T) {
	t.Parallel()
	own := string(export(t, shipped(t)["1.012784-tach-hop-thua.yaml"]))
	broken := strings.Replace(own, "\nlimit: 12wd\n", "\nlimit: 12\n", 1)
	at := strings.Count(own[:strings.Index(own, "\nlimit: 12wd\n")+1], "\n") + 1
	res := Import("x.bpmn", []byte(broken), Options{Shelf: shelf(t)})
	require.Nil(t, res.Definition)
	require.Contains(t, res.Findings.Error(), fmt.Sprintf("x.bpmn:%d:8: motcua:definition: limit", at))
}

func FuzzImport(f *testing.F) {
	for _, name := range []string{"modeler", "unsupported", "flows"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".bpmn"))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add(export(f, shipped(f)["9.000002-mau-lay-y-kien-song-song.yaml"]))
	f.Fuzz(func(t *testing.T, data []byte) {
		res := Import("x.bpmn", data, Options{})
		require.True(t, res.Definition != nil || res.Findings.HasErrors())
	})
}
