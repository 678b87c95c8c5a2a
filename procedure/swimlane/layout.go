// Package swimlane places boxes in swim lanes and finds the ways between them: columns by the longest way to a box, ways
// that run in gutters and channels and never through a box. The drawing of a procedure and the diagram part of its BPMN
// file both take their coordinates from here, so that they look alike.
//
// It knows nothing of procedures: boxes come with a lane and a size, edges with the words beside them.
package swimlane

import "math"

// Sizes that all drawings share, in user units (at 100 % one CSS pixel).
const (
	LabelSize       = 10.5
	LabelLeading    = 12.5
	ConnectorWidth  = 46.0
	ConnectorHeight = 18.0
	LeadIn          = 7.0 // room of the bar before a box at which branches join

	labelWidth = 96.0
	trackGap   = 10.0
)

// Node is a box. Name, lane and size are given, the rest is computed.
type Node struct {
	// Name is what connectors call the box.
	Name string
	Lane int
	W, H float64
	// Lead says that ways end LeadIn before the box, at a bar.
	Lead bool
	// Fixed boxes (gateways, events) keep their size however many ways leave them; others grow with them.
	Fixed bool
	// Around is left free above and below the box, for words that belong to it.
	Around float64

	Rank int     // column, by the longest path from the start without the loops back
	Row  int     // row inside the lane, for boxes of one lane that share a column
	X, Y float64 // top left corner

	room float64 // height of its row that the box needs for its ways
	drop float64 // how far under the middle of its row the box stands
}

// Edge is a way from a box to another, with the lines of words at its beginning.
type Edge struct {
	From, To int
	Label    string
	// Room is the least distance to the way above it at its box.
	Room float64
	// Indent is room beside its words, for a mark before them or the name of its target behind them; Low says that it leaves below all other ways of its box, and that
	// its target, where that stands in the same row, is lowered to be reached straight.
	Indent float64
	Low    bool
	// Back is computed: a loop, to a box that is still open on the way here.
	Back bool
	// Port is computed: how far under the middle of its box the way begins.
	Port float64
}

// Options are the measures of one drawing.
type Options struct {
	// Left and Top are where the first lane's content begins; Margin is left free at the right.
	Left, Top, Margin float64
	// MinWidth is the least width of the whole drawing.
	MinWidth float64
	// Columns at most in a band; more are folded into several bands under each other. Zero: one band, whatever the length.
	Columns int
	// RowGap stands between rows, BandGap between bands.
	RowGap, BandGap float64
}

// Layout is the finished placement.
type Layout struct {
	Nodes         []Node
	Edges         []Edge
	Bands         []Band
	Routes        []Route
	Width, Height float64

	lanes int
	o     Options
}

// Band is a stretch of columns.
type Band struct {
	First, Last int // columns
	Lanes       []BandLane
	Gutters     []Gutter // Gutters[i] is left of column First+i; one more stands at the end

	widths []float64 // of the columns
}

// BandLane is a lane inside a band; lanes without a box in the band are left out. Its channel, above its boxes, carries
// the ways that pass over columns.
type BandLane struct {
	Lane int
	Y, H float64

	rows     []float64 // heights
	channels [][][2]int
}

// Gutter is the space left of a column: words, then one track per turning way, then connectors.
type Gutter struct {
	X, Width float64

	words    float64
	tracks   []gutterTrack
	incoming float64 // width of the connector that ends here
}

type gutterTrack struct {
	edge  int
	entry bool
	reach int
}

// New places the boxes of lanes lanes. The slices are taken over and completed. The same input gives the same layout.
func New(nodes []Node, edges []Edge, lanes, start int, o Options) *Layout {
	l := &Layout{Nodes: nodes, Edges: edges, Routes: make([]Route, len(edges)), lanes: lanes, o: o}
	for i := range nodes {
		nodes[i].room = nodes[i].H + 2*nodes[i].Around
	}
	Rank(nodes, edges, start)
	l.fold()
	l.stackRows()
	l.planRoutes()
	l.placePorts()
	l.lower()
	l.sizeRows()
	l.orderTracks()
	l.place()
	return l
}

// Rank marks the loops back and puts every box one column to the right of the furthest box that leads to it.
func Rank(nodes []Node, edges []Edge, start int) {
	markLoops(len(nodes), edges, start)
	for range nodes {
		changed := false
		for _, e := range edges {
			if !e.Back && nodes[e.To].Rank < nodes[e.From].Rank+1 {
				nodes[e.To].Rank = nodes[e.From].Rank + 1
				changed = true
			}
		}
		if !changed {
			break
		}
	}
}

// markLoops finds the edges that close a loop, by a depth-first walk in the order of the edges.
func markLoops(nodes int, edges []Edge, start int) {
	const open, closed = 1, 2
	state := make([]int, nodes)
	out := make([][]int, nodes)
	for i, e := range edges {
		out[e.From] = append(out[e.From], i)
	}
	var walk func(n int)
	walk = func(n int) {
		state[n] = open
		for _, i := range out[n] {
			switch state[edges[i].To] {
			case open:
				edges[i].Back = true
			case 0:
				walk(edges[i].To)
			}
		}
		state[n] = closed
	}
	if nodes > 0 {
		walk(start)
	}
	for n := range nodes {
		if state[n] == 0 {
			walk(n)
		}
	}
}

// BandOf is the index of the band that holds a column.
func (l *Layout) BandOf(rank int) int {
	for i := range l.Bands {
		if rank <= l.Bands[i].Last {
			return i
		}
	}
	return -1
}

// LabelLines breaks the words of an edge into lines.
func LabelLines(label string) []string { return Wrap(label, LabelSize, labelWidth, 3) }

// WordsWidth is the room that the words of an edge need.
func (l *Layout) WordsWidth(edge int) float64 {
	w := 0.0
	for _, line := range LabelLines(l.Edges[edge].Label) {
		w = math.Max(w, Width(line, LabelSize)+8)
	}
	return w + l.Edges[edge].Indent
}
