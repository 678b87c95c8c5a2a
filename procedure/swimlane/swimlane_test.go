package swimlane

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever the graph: boxes are apart and inside the drawing, ways run at right angles from the first to the last box and
// through none, and every way ends where its box is.
func TestAnyGraphIsLaidOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 24).Draw(t, "boxes")
		lanes := rapid.IntRange(1, 5).Draw(t, "lanes")
		nodes := make([]Node, count)
		for i := range nodes {
			nodes[i] = Node{Name: strconv.Itoa(i + 1), Lane: rapid.IntRange(0, lanes-1).Draw(t, "lane"), W: 150, H: float64(rapid.IntRange(50, 120).Draw(t, "height")),
				Lead: rapid.Bool().Draw(t, "lead"), Fixed: rapid.Bool().Draw(t, "fixed")}
		}
		var edges []Edge
		taken := map[[2]int]bool{}
		for range rapid.IntRange(0, 2*count).Draw(t, "ways") {
			e := [2]int{rapid.IntRange(0, count-1).Draw(t, "from"), rapid.IntRange(0, count-1).Draw(t, "to")}
			if e[0] != e[1] && !taken[e] {
				taken[e] = true
				edges = append(edges, Edge{From: e[0], To: e[1], Label: rapid.SampledFrom([]string{"", "đạt", "từ chối vì thiếu giấy tờ bắt buộc"}).Draw(t, "label")})
			}
		}
		l := New(nodes, edges, lanes, 0, Options{Left: 100, Top: 40, Margin: 20, Columns: rapid.IntRange(0, 4).Draw(t, "columns"), RowGap: 14, BandGap: 30})
		for i, a := range l.Nodes {
			require.True(t, a.X >= 100 && a.X+a.W <= l.Width && a.Y >= 40 && a.Y+a.H <= l.Height, "box %s is outside", a.Name)
			for _, b := range l.Nodes[i+1:] {
				require.True(t, a.X+a.W <= b.X || b.X+b.W <= a.X || a.Y+a.H <= b.Y || b.Y+b.H <= a.Y, "boxes %s and %s overlap", a.Name, b.Name)
			}
		}
		for i, e := range l.Edges {
			checkWay(t, l, i, e)
		}
	})
}

func checkWay(t *rapid.T, l *Layout, i int, e Edge) {
	way := l.Way(i)
	if l.Routes[i].Connector {
		require.Nil(t, way)
		require.Contains(t, l.Incoming(e.To), e.From)
		require.Contains(t, strings.Split(strings.TrimSuffix(l.IncomingText(e.To), " →"), ", "), l.Nodes[e.From].Name)
		return
	}
	require.GreaterOrEqual(t, len(way), 2)
	for k := 1; k < len(way); k++ {
		a, b := way[k-1], way[k]
		require.True(t, abs(a.X-b.X) < 0.5 || abs(a.Y-b.Y) < 0.5, "the way %d runs aslant", i)
		for n, box := range l.Nodes {
			hit := max(a.X, b.X) > box.X+1 && min(a.X, b.X) < box.X+box.W-1 && max(a.Y, b.Y) > box.Y+1 && min(a.Y, b.Y) < box.Y+box.H-1
			require.False(t, n != e.From && n != e.To && hit, "the way %s → %s runs through box %s", l.Nodes[e.From].Name, l.Nodes[e.To].Name, box.Name)
		}
	}
	end, to := way[len(way)-1], l.Nodes[e.To]
	require.True(t, end.X >= to.X-LeadIn-1 && end.X <= to.X+to.W+1 && end.Y >= to.Y-1 && end.Y <= to.Y+to.H+1, "the way %d ends beside its box", i)
}

func abs(v float64) float64 { return max(v, -v) }

func TestWrapCutsWhatIsTooLong(t *testing.T) {
	t.Parallel()
	for _, line := range Wrap("Quyếtđịnhkhôngcókhoảngtrắngnàocả và hết", 12, 80, 9) {
		require.LessOrEqual(t, Width(line, 12), 80.0)
	}
	cut := Wrap("một hai ba bốn năm sáu bảy tám chín mười", 12, 60, 2)
	require.Len(t, cut, 2)
	require.True(t, strings.HasSuffix(cut[1], " …"))
	require.LessOrEqual(t, Width(cut[1], 12), 60.0)
}
