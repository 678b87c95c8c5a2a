package procedure

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

var updateDrawings = flag.Bool("update-drawings", false, "rewrite the pictures in testdata/draw")

func readDrawnPlan(t *testing.T, name string) *Plan {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "draw", name+".json"))
	require.NoError(t, err)
	p := new(Plan)
	require.NoError(t, json.Unmarshal(data, p))
	return p
}

func TestDrawGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "parallel", "two-phases"} {
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
	for name, p := range map[string]*Plan{
		"plain": readDrawnPlan(t, "plain"), "parallel": readDrawnPlan(t, "parallel"),
		"two-phases": readDrawnPlan(t, "two-phases"), "thirty": longPlan(30), "loops": tangledPlan(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireWellFormed(t, Draw(p))
			l := newDrawLayout(newDrawGraph(p), 80)
			for i, a := range l.nodes {
				require.GreaterOrEqual(t, a.x, drawMargin+agencyHead+roleHead)
				require.LessOrEqual(t, a.x+a.w, l.width)
				for _, b := range l.nodes[i+1:] {
					apart := a.x+a.w <= b.x || b.x+b.w <= a.x || a.y+a.h <= b.y || b.y+b.h <= a.y
					require.True(t, apart, "steps %d and %d overlap", a.number, b.number)
				}
			}
			requireWaysAvoidBoxes(t, l)
		})
	}
}

// requireWaysAvoidBoxes checks that no way runs through a step that is not one of its ends.
func requireWaysAvoidBoxes(t *testing.T, l *drawLayout) {
	t.Helper()
	for i, e := range l.edges {
		way := l.points(i)
		for k := 1; k < len(way); k++ {
			a, b := way[k-1], way[k]
			for n, box := range l.nodes {
				if n == e.from || n == e.to {
					continue
				}
				hit := max(a.x, b.x) > box.x+1 && min(a.x, b.x) < box.x+box.w-1 && max(a.y, b.y) > box.y+1 && min(a.y, b.y) < box.y+box.h-1
				require.False(t, hit, "the way %d → %d runs through step %d", l.nodes[e.from].number, l.nodes[e.to].number, box.number)
			}
		}
	}
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
	require.Contains(t, words, "Quay lại: bước 18 (làm lại)")
}

func TestWrapTextKeepsWords(t *testing.T) {
	t.Parallel()
	lines := wrapText("Tiếp nhận, số hóa, chuyển hồ sơ sang chi nhánh", 12.5, 120, 9)
	require.Greater(t, len(lines), 1)
	require.Equal(t, "Tiếp nhận, số hóa, chuyển hồ sơ sang chi nhánh", strings.Join(lines, " "))
	require.Len(t, wrapText("một hai ba bốn năm sáu bảy", 12, 30, 2), 2)
}
