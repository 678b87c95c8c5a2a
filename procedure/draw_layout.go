package procedure

import (
	"math"
	"slices"
)

// Sizes of the drawing, in SVG user units (at 100 % one CSS pixel).
const (
	drawMargin      = 20.0
	boxWidth        = 150.0
	boxPad          = 9.0
	nameSize        = 12.5
	nameLeading     = 15.5
	limitSize       = 11.0
	limitLeading    = 14.5
	labelSize       = 10.5
	labelLeading    = 12.5
	labelWidth      = 96.0
	trackGap        = 10.0
	rowGap          = 14.0
	agencyHead      = 96.0
	roleHead        = 92.0
	columnsAtMost   = 8 // more columns than this are folded into several bands, so that a page stays readable
	bandGap         = 30.0
	connectorWidth  = 46.0
	connectorHeight = 18.0
	minDrawWidth    = 980.0
	joinBar         = 7.0
	boldFactor      = 1.18 // how much wider bold text runs
)

// drawBand is a stretch of columns: a long procedure is folded into bands that stand under each other.
type drawBand struct {
	first, last int // columns
	lanes       []bandLane
	gutters     []drawGutter // gutters[i] is left of column first+i; one more stands at the end
	y, height   float64
}

// bandLane is a lane inside a band. Its channel, above its boxes, carries the ways that pass over columns.
type bandLane struct {
	lane     int
	rows     []float64 // heights
	channels [][][2]int
	y, h     float64
}

// drawGutter is the space between two columns: words on the left, then one track per turning way, then connectors.
type drawGutter struct {
	x, width float64
	words    float64
	tracks   []gutterTrack
	incoming bool
}

type gutterTrack struct {
	edge  int
	entry bool
	reach int
}

type drawLayout struct {
	*drawGraph
	bands         []drawBand
	routes        []drawRoute
	width, height float64
	top           float64
}

func newDrawLayout(g *drawGraph, top float64) *drawLayout {
	l := &drawLayout{drawGraph: g, top: top, routes: make([]drawRoute, len(g.edges))}
	for i := range g.nodes {
		g.nodes[i].measure()
	}
	l.fold()
	l.stackRows()
	l.planRoutes()
	l.placePorts()
	l.place()
	return l
}

// measure sets the size of a box from its words.
func (n *drawNode) measure() {
	n.lines = wrapText(n.text.Name, nameSize, boxWidth-2*boxPad, 5)
	n.limit = limitLines(n.step)
	n.w = boxWidth
	n.h = 20 + nameLeading*float64(len(n.lines)) + limitLeading*float64(len(n.limit))
	n.h = math.Max(n.h, 62)
}

// fold cuts the columns into bands of about the same length.
func (l *drawLayout) fold() {
	count := max(1, (l.ranks+columnsAtMost-1)/columnsAtMost)
	per := max(1, (l.ranks+count-1)/count)
	for first := 0; first < max(l.ranks, 1); first += per {
		b := drawBand{first: first, last: min(first+per, l.ranks) - 1}
		b.gutters = make([]drawGutter, b.last-b.first+2)
		l.bands = append(l.bands, b)
	}
}

func (l *drawLayout) bandOf(rank int) int {
	return slices.IndexFunc(l.bands, func(b drawBand) bool { return rank <= b.last })
}

// stackRows puts steps that share a lane and a column under each other.
func (l *drawLayout) stackRows() {
	for bi := range l.bands {
		b := &l.bands[bi]
		for lane := range l.lanes {
			bl := bandLane{lane: lane}
			filled := map[int]int{}
			for i := range l.nodes {
				n := &l.nodes[i]
				if n.lane != lane || n.rank < b.first || n.rank > b.last {
					continue
				}
				n.row = filled[n.rank]
				filled[n.rank]++
				if n.row == len(bl.rows) {
					bl.rows = append(bl.rows, 0)
				}
				bl.rows[n.row] = math.Max(bl.rows[n.row], n.h)
			}
			if len(bl.rows) > 0 {
				b.lanes = append(b.lanes, bl)
			}
		}
	}
}

// placePorts spreads the ways out of a step over its right side: in the order of where they go, the straight one in the
// middle, far enough apart for their words.
func (l *drawLayout) placePorts() {
	for i := range l.nodes {
		var out []int
		for e := range l.edges {
			if l.edges[e].from == i && l.routes[e].exits() {
				out = append(out, e)
			}
		}
		slices.SortStableFunc(out, func(a, b int) int { return l.level(l.edges[a]) - l.level(l.edges[b]) })
		middle := (len(out) - 1) / 2
		for k, e := range out {
			if l.level(l.edges[e]) == 0 && !l.routes[e].connector {
				middle = k
			}
		}
		y := 0.0
		for k := middle - 1; k >= 0; k-- {
			y -= l.portGap(out[k+1])
			l.edges[out[k]].port = y
		}
		y = 0
		for k := middle + 1; k < len(out); k++ {
			y += l.portGap(out[k])
			l.edges[out[k]].port = y
		}
		if n := &l.nodes[i]; len(out) > 1 {
			above := labelLeading*float64(len(labelLines(l.edges[out[0]].label))) - l.edges[out[0]].port
			n.h = math.Max(n.h, 2*math.Max(above, l.edges[out[len(out)-1]].port+12))
		}
	}
	for bi := range l.bands {
		for li := range l.bands[bi].lanes {
			bl := &l.bands[bi].lanes[li]
			for i := range l.nodes {
				if n := &l.nodes[i]; n.lane == bl.lane && l.bandOf(n.rank) == bi {
					bl.rows[n.row] = math.Max(bl.rows[n.row], n.h)
				}
			}
		}
	}
}

// level is how far under its source an edge ends: negative above, zero straight on.
func (l *drawLayout) level(e drawEdge) int {
	from, to := &l.nodes[e.from], &l.nodes[e.to]
	if l.bandOf(from.rank) != l.bandOf(to.rank) {
		return 1000 + to.number
	}
	return (to.lane*50 + to.row) - (from.lane*50 + from.row)
}

// portGap is the room that the word of an edge needs above its way out.
func (l *drawLayout) portGap(e int) float64 {
	least := 16.0
	if l.routes[e].connector {
		least = connectorHeight + 4
	}
	return math.Max(least, 6+labelLeading*float64(len(labelLines(l.edges[e].label))))
}

func labelLines(label string) []string { return wrapText(label, labelSize, labelWidth, 3) }

// place computes every coordinate.
func (l *drawLayout) place() {
	y := l.top
	for bi := range l.bands {
		b := &l.bands[bi]
		b.y = y
		x := drawMargin + agencyHead + roleHead
		for gi := range b.gutters {
			g := &b.gutters[gi]
			g.x = x
			g.width = g.words + trackGap*float64(len(g.tracks)) + 30
			if g.incoming {
				g.width += connectorWidth
			}
			x += g.width
			for i := range l.nodes {
				if n := &l.nodes[i]; l.bandOf(n.rank) == bi && n.rank == b.first+gi {
					n.x = x
				}
			}
			if gi < len(b.gutters)-1 {
				x += boxWidth
			}
		}
		l.width = math.Max(l.width, x+drawMargin)
		for li := range b.lanes {
			bl := &b.lanes[li]
			bl.y = y
			y += bl.channelHeight()
			for row, h := range bl.rows {
				for i := range l.nodes {
					if n := &l.nodes[i]; n.lane == bl.lane && n.row == row && l.bandOf(n.rank) == bi {
						n.y = y + (h-n.h)/2
					}
				}
				y += h + rowGap
			}
			bl.h = y - bl.y
		}
		b.height = y - b.y
		y += bandGap
	}
	l.height = y - bandGap
	for bi := range l.bands { // all bands end at the same margin
		last := &l.bands[bi].gutters[len(l.bands[bi].gutters)-1]
		last.width = math.Max(l.width, minDrawWidth) - drawMargin - last.x
	}
}

func (bl *bandLane) channelHeight() float64 {
	if len(bl.channels) == 0 {
		return rowGap
	}
	return 22 + (trackGap+4)*float64(len(bl.channels))
}

// channelY is where a track of the lane's channel runs; track 0 is the closest to the boxes.
func (bl *bandLane) channelY(track int) float64 {
	return bl.y + bl.channelHeight() - 14 - (trackGap+4)*float64(track)
}
