package procedure

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure/swimlane"
)

var updateDrawings = flag.Bool("update-drawings", false, "rewrite the pictures in testdata/draw")

func readDrawnPlan(t *testing.T, name string) *Plan {
	t.Helper()
	if name == "thirty" {
		return thirtyPlan(t)
	}
	data, err := os.ReadFile(filepath.Join("testdata", "draw", name+".json"))
	require.NoError(t, err)
	p := new(Plan)
	require.NoError(t, json.Unmarshal(data, p))
	return p
}

func TestDrawGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "parallel", "two-phases", "thirty"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := readDrawnPlan(t, name)
			picture, words := Draw(p), Describe(p)
			require.Equal(t, picture, Draw(p), "the same plan gives the same bytes")
			for ext, got := range map[string][]byte{".svg": picture, ".txt": []byte(words)} {
				file := filepath.Join("testdata", "draw", name+ext)
				if *updateDrawings {
					require.NoError(t, os.WriteFile(file, got, 0o644))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err)
				require.Equal(t, string(want), string(got), "run with -update-drawings and look at the difference")
			}
			requireWellFormed(t, picture)
			require.Contains(t, string(picture), `role="img"`)
			require.Contains(t, string(picture), "TỪ CHỐI", "a refusal is named in words")
		})
	}
}

func requireWellFormed(t *testing.T, picture []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func TestDrawExcludedLegNamesItsGround(t *testing.T) {
	t.Parallel()
	p := readDrawnPlan(t, "two-phases")
	picture := string(Draw(p))
	step, ok := p.Exec.Step("niem-yet")
	require.True(t, ok)
	require.Contains(t, picture, "Căn cứ: "+step.Ground)
	require.Contains(t, picture, "không tính thời hạn")
}

func TestDrawEscapesWhatDesignersWrite(t *testing.T) {
	t.Parallel()
	p := readDrawnPlan(t, "plain")
	p.Name = `Tách <script>alert(1)</script> & "hợp"`
	p.Steps[0].Name = "<b>đậm</b>"
	picture := Draw(p)
	require.NotContains(t, string(picture), "<script")
	require.NotContains(t, string(picture), "<b>")
	requireWellFormed(t, picture)
}

func TestDrawBoxesNeverOverlap(t *testing.T) {
	t.Parallel()
	plans := map[string]*Plan{
		"plain": readDrawnPlan(t, "plain"), "parallel": readDrawnPlan(t, "parallel"),
		"two-phases": readDrawnPlan(t, "two-phases"), "chain": longPlan(30), "loops": tangledPlan(), "thirty": thirtyPlan(t),
	}
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		plans[filepath.Base(file)] = readPlan(t, file)
	}
	for name, p := range plans {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireWellFormed(t, Draw(p))
			l := newDrawLayout(newDrawGraph(p), 80)
			for i, a := range l.Nodes {
				require.GreaterOrEqual(t, a.X, drawMargin+agencyHead+roleHead)
				require.LessOrEqual(t, a.X+a.W, l.Width)
				for _, b := range l.Nodes[i+1:] {
					apart := a.X+a.W <= b.X || b.X+b.W <= a.X || a.Y+a.H <= b.Y || b.Y+b.H <= a.Y
					require.True(t, apart, "steps %s and %s overlap", a.Name, b.Name)
				}
			}
			requireWaysAvoidBoxes(t, l)
			requireWordsAreFree(t, l)
			requireWaysAreApart(t, l)
		})
	}
}

// requireWaysAvoidBoxes checks that no way runs through a step that is not one of its ends.
func requireWaysAvoidBoxes(t *testing.T, l *drawLayout) {
	t.Helper()
	for i, e := range l.Edges {
		way := l.Way(i)
		for k := 1; k < len(way); k++ {
			a, b := way[k-1], way[k]
			for n, box := range l.Nodes {
				if n == e.From || n == e.To {
					continue
				}
				hit := max(a.X, b.X) > box.X+1 && min(a.X, b.X) < box.X+box.W-1 && max(a.Y, b.Y) > box.Y+1 && min(a.Y, b.Y) < box.Y+box.H-1
				require.False(t, hit, "the way %s → %s runs through step %s", l.Nodes[e.From].Name, l.Nodes[e.To].Name, box.Name)
			}
		}
	}
}

// requireWordsAreFree checks that the words beside a way touch no box, no other words and no way but their own.
func requireWordsAreFree(t *testing.T, l *drawLayout) {
	t.Helper()
	type area struct{ left, top, right, bottom float64 }
	words := make([]area, len(l.Edges))
	for i := range l.Edges {
		x, y, lines := l.labelAt(i)
		for _, line := range lines {
			words[i].right = max(words[i].right, x+swimlane.Width(line, swimlane.LabelSize))
		}
		if len(lines) > 0 {
			words[i].left, words[i].top, words[i].bottom = x, y-9-swimlane.LabelLeading*float64(len(lines)-1), y+2
			require.LessOrEqual(t, words[i].right, l.Width)
		}
	}
	touch := func(a area, left, top, right, bottom float64) bool {
		return a.right > a.left && a.left < right && left < a.right && a.top < bottom && top < a.bottom
	}
	for i, a := range words {
		from, to := l.Nodes[l.Edges[i].From].Name, l.Nodes[l.Edges[i].To].Name
		for _, n := range l.Nodes {
			require.False(t, touch(a, n.X, n.Y, n.X+n.W, n.Y+n.H), "the words of %s → %s touch step %s", from, to, n.Name)
		}
		for k, b := range words[:i] {
			require.False(t, touch(a, b.left, b.top, b.right, b.bottom), "the words of %s → %s touch those of %s → %s", from, to, l.Nodes[l.Edges[k].From].Name, l.Nodes[l.Edges[k].To].Name)
		}
		for k := range l.Edges {
			way := l.Way(k)
			for s := 1; s < len(way) && k != i; s++ {
				p, q := way[s-1], way[s]
				require.False(t, touch(a, min(p.X, q.X), min(p.Y, q.Y), max(p.X, q.X), max(p.Y, q.Y)), "the words of %s → %s lie on the way %s → %s", from, to,
					l.Nodes[l.Edges[k].From].Name, l.Nodes[l.Edges[k].To].Name)
			}
		}
	}
}

// requireWaysAreApart checks that ways without a common end never run upon each other: crossing is fine.
func requireWaysAreApart(t *testing.T, l *drawLayout) {
	t.Helper()
	for i, a := range l.Edges {
		for k, b := range l.Edges[:i] {
			if a.From == b.From || a.To == b.To {
				continue
			}
			x, y := l.Way(i), l.Way(k)
			for m := 1; m < len(x); m++ {
				for n := 1; n < len(y); n++ {
					require.False(t, upon(x[m-1], x[m], y[n-1], y[n]), "the ways %s → %s and %s → %s run upon each other", l.Nodes[a.From].Name, l.Nodes[a.To].Name,
						l.Nodes[b.From].Name, l.Nodes[b.To].Name)
				}
			}
		}
	}
}

// upon says whether two segments share more than a point.
func upon(a, b, c, d swimlane.Point) bool {
	along := func(a1, a2, b1, b2 float64) bool {
		return min(max(a1, a2), max(b1, b2))-max(min(a1, a2), min(b1, b2)) > 1
	}
	switch {
	case math.Abs(a.Y-b.Y) < 0.5 && math.Abs(c.Y-d.Y) < 0.5:
		return math.Abs(a.Y-c.Y) < 2 && along(a.X, b.X, c.X, d.X)
	case math.Abs(a.X-b.X) < 0.5 && math.Abs(c.X-d.X) < 0.5:
		return math.Abs(a.X-c.X) < 2 && along(a.Y, b.Y, c.Y, d.Y)
	}
	return false
}

// thirtyPlan is the sample of thirty steps with branches, loops and a lane per agency and role.
func thirtyPlan(t *testing.T) *Plan {
	t.Helper()
	p := readPlan(t, filepath.Join("testdata", "draw", "thirty.yaml"))
	require.Len(t, p.Exec.Steps, 30)
	return p
}

// readPlan compiles a definition with the shipped rules.
func readPlan(t *testing.T, file string) *Plan {
	t.Helper()
	shelf := new(Shelf)
	rules, err := filepath.Glob("../library/rules/*.yaml")
	require.NoError(t, err)
	for _, name := range rules {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		part, found := ParseShelf(name, data)
		require.Empty(t, found)
		shelf, err = shelf.Merge(part)
		require.NoError(t, err)
	}
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	d, found := Parse(file, data)
	require.False(t, found.HasErrors(), found)
	p, found := Compile(d, shelf)
	require.NotNil(t, p, found)
	return p
}

// longPlan is a chain of n steps over changing roles.
func longPlan(n int) *Plan {
	p := &Plan{Code: "9.000030", Name: "Ba mươi bước", Agency: "vpdk-chi-nhanh", Hash: "0123456789abcdef"}
	roles := []string{"chuyen-vien", "lanh-dao", "van-thu"}
	p.Exec.Start, p.Exec.Limit = "b0", calendar.MustLimit("30wd")
	for i := range n {
		s := Step{ID: fmt.Sprintf("b%d", i), Kind: StepWork, Role: roles[i%len(roles)], Limit: calendar.MustLimit("1wd")}
		if i < n-1 {
			s.Outcomes = []Outcome{{Name: "done", Edges: []Edge{{To: fmt.Sprintf("b%d", i+1)}}}}
		} else {
			s.Kind = StepReturn
		}
		p.Exec.Steps = append(p.Exec.Steps, s)
		p.Steps = append(p.Steps, StepText{ID: s.ID, Name: "Một bước có tên khá dài để phải xuống dòng"})
	}
	return p
}

// tangledPlan has loops over several lanes, jumps over columns and steps that share a place.
func tangledPlan() *Plan {
	p := &Plan{Code: "9.000031", Name: "Vòng", Agency: "vpdk-chi-nhanh", Hash: "fedcba9876543210"}
	p.Exec.Start, p.Exec.Limit = "a", calendar.MustLimit("9wd")
	add := func(id, role string, to ...string) {
		s := Step{ID: id, Kind: StepWork, Role: role}
		for k, target := range to {
			s.Outcomes = append(s.Outcomes, Outcome{Name: fmt.Sprintf("cach-%d", k), Edges: []Edge{{To: target}}})
		}
		if len(to) == 0 {
			s.Kind = StepReturn
		}
		p.Exec.Steps = append(p.Exec.Steps, s)
		p.Steps = append(p.Steps, StepText{ID: id, Name: "Bước " + strings.ToUpper(id)})
	}
	add("a", "chuyen-vien", "b", "c", "e")
	add("b", "lanh-dao", "d", "a")
	add("c", "lanh-dao", "d", "a", "f")
	add("d", "van-thu", "e", "a", "b")
	add("e", "chuyen-vien", "f", "c", "a")
	add("f", "lanh-dao", "b", "g", "e")
	add("g", "mot-cua")
	return p
}

func TestDescribeNamesEveryStep(t *testing.T) {
	t.Parallel()
	p := readDrawnPlan(t, "two-phases")
	words := Describe(p)
	for i, s := range p.Steps {
		require.Contains(t, words, fmt.Sprintf("%d. ", i+1))
		require.Contains(t, words, s.Name)
	}
	require.Contains(t, words, "Làm lại: quay lại bước 18")
	long := Describe(thirtyPlan(t))
	require.Contains(t, long, "Đạt: bước 4 nếu cần kiểm tra thực địa, còn lại bước 5. Từ chối: bước 27.")
	require.Contains(t, long, "Tiếp: đồng thời bước 7, bước 9, bước 10, bước 11.")
	require.Contains(t, long, "chỉ mở khi xong các bước 8, 9, 10, 11")
	require.Contains(t, long, "người nộp trong 30 ngày, quá thì dừng giải quyết")
	require.Contains(t, long, "bước 17 nếu quy mô là large, còn lại bước 21")
}

func TestWrapTextKeepsWords(t *testing.T) {
	t.Parallel()
	lines := swimlane.Wrap("Tiếp nhận, số hóa, chuyển hồ sơ sang chi nhánh", 12.5, 120, 9)
	require.Greater(t, len(lines), 1)
	require.Equal(t, "Tiếp nhận, số hóa, chuyển hồ sơ sang chi nhánh", strings.Join(lines, " "))
	require.Len(t, swimlane.Wrap("một hai ba bốn năm sáu bảy", 12, 30, 2), 2)
}
