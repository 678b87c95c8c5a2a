package swimlane

import (
	"math"
	"slices"
	"strings"
)

// Kinds of ways through the drawing.
const (
	Direct  = iota // through the gutter beside its source, then straight to its target
	Channel        // through the channel above the target's lane, over columns that are taken
	Over           // a loop inside one lane, or to a lane beside it, leaving the box at its top or bottom
	Far            // a loop that leaves at the right side
)

// Route is how an edge runs.
type Route struct {
	Kind int
	// Connector: source and target stand in different bands, so the way is two connectors with the other box's name.
	Connector bool

	lane      int  // index into the band's lanes, of the channel used
	track     int  // in that channel
	fromAbove bool // a loop that comes down on its target from the channel, else up from it
}

// Point is a corner of a way.
type Point struct{ X, Y float64 }

// exits says whether the way leaves its source at the right side.
func (r Route) exits() bool { return r.Kind != Over || r.Connector }

// planRoutes chooses the way of every edge and reserves its tracks.
func (l *Layout) planRoutes() {
	for i := range l.Edges {
		e := &l.Edges[i]
		from, to := &l.Nodes[e.From], &l.Nodes[e.To]
		bi := l.BandOf(from.Rank)
		b := &l.Bands[bi]
		r := &l.Routes[i]
		exit := &b.Gutters[from.Rank-b.First+1]
		switch {
		case bi != l.BandOf(to.Rank):
			r.Connector = true
			exit.words = math.Max(exit.words, l.WordsWidth(i)+ConnectorWidth+4)
			tb := &l.Bands[l.BandOf(to.Rank)]
			entry := &tb.Gutters[to.Rank-tb.First]
			entry.incoming = math.Max(entry.incoming, l.IncomingWidth(e.To))
			continue
		case e.Back:
			l.planLoop(i, b, r)
		case l.clear(b, from, to):
			r.Kind = Direct
		default:
			r.Kind = Channel
			r.lane = b.indexOf(to.Lane)
			r.track = b.Lanes[r.lane].reserve(gutter(from.Rank+1), gutter(to.Rank))
			entry := &b.Gutters[to.Rank-b.First]
			entry.tracks = append(entry.tracks, gutterTrack{edge: i, entry: true})
		}
		if r.exits() {
			exit.words = math.Max(exit.words, l.WordsWidth(i))
			if r.Kind != Direct || from.Lane != to.Lane || from.Row != to.Row {
				exit.tracks = append(exit.tracks, gutterTrack{edge: i, reach: int(math.Abs(float64(l.level(*e))))})
			}
		}
	}
}

// clear says whether nothing stands in the target's row between source and target.
func (l *Layout) clear(b *Band, from, to *Node) bool {
	for i := range l.Nodes {
		n := &l.Nodes[i]
		if n.Lane == to.Lane && n.Row == to.Row && n.Rank > from.Rank && n.Rank < to.Rank && n.Rank >= b.First {
			return false
		}
	}
	return true
}

func (l *Layout) planLoop(i int, b *Band, r *Route) {
	from, to := &l.Nodes[l.Edges[i].From], &l.Nodes[l.Edges[i].To]
	source, target := b.indexOf(from.Lane), b.indexOf(to.Lane)
	r.Kind, r.lane, r.fromAbove = Far, target, true
	switch {
	case source == target && from.Row == 0 && to.Row == 0:
		r.Kind = Over
	case target == source-1 && from.Row == 0 && l.lowest(b, to):
		r.Kind, r.lane, r.fromAbove = Over, source, false
	case target == source+1 && to.Row == 0 && l.lowest(b, from):
		r.Kind = Over
	}
	first, last := column(to.Rank), column(from.Rank)
	if r.Kind == Far {
		first, last = gutter(to.Rank), gutter(from.Rank+1)
	}
	r.track = b.Lanes[r.lane].reserve(first, last)
	if r.Kind == Far && to.Row != 0 {
		entry := &b.Gutters[to.Rank-b.First]
		entry.tracks = append(entry.tracks, gutterTrack{edge: i, entry: true})
	}
}

// lowest says whether nothing of its lane stands under a box in its column.
func (l *Layout) lowest(b *Band, n *Node) bool {
	for i := range l.Nodes {
		o := &l.Nodes[i]
		if o.Lane == n.Lane && o.Rank == n.Rank && o.Row > n.Row && o.Rank >= b.First {
			return false
		}
	}
	return true
}

func (b *Band) indexOf(lane int) int {
	return slices.IndexFunc(b.Lanes, func(bl BandLane) bool { return bl.Lane == lane })
}

// Places along a channel: gutters and columns take turns.
func gutter(column int) int { return 2 * column }
func column(rank int) int   { return 2*rank + 1 }

// reserve takes the lowest track of the channel that is free between two places.
func (bl *BandLane) reserve(first, last int) int {
	for t := range bl.channels {
		free := !slices.ContainsFunc(bl.channels[t], func(taken [2]int) bool { return first <= taken[1] && taken[0] <= last })
		if free {
			bl.channels[t] = append(bl.channels[t], [2]int{first, last})
			return t
		}
	}
	bl.channels = append(bl.channels, [][2]int{{first, last}})
	return len(bl.channels) - 1
}

// Incoming returns the boxes of other bands that lead to this one, in their order.
func (l *Layout) Incoming(node int) []int {
	var from []int
	for i, e := range l.Edges {
		if e.To == node && l.BandOf(l.Nodes[e.From].Rank) != l.BandOf(l.Nodes[node].Rank) {
			from = append(from, l.Edges[i].From)
		}
	}
	slices.Sort(from)
	return slices.Compact(from)
}

// IncomingText is what the connector before a box says.
func (l *Layout) IncomingText(node int) string {
	var names []string
	for _, n := range l.Incoming(node) {
		names = append(names, l.Nodes[n].Name)
	}
	return strings.Join(names, ", ") + " →"
}

// IncomingWidth is the width of the connector before a box.
func (l *Layout) IncomingWidth(node int) float64 {
	return math.Max(ConnectorWidth, Width(l.IncomingText(node), LabelSize)+16)
}

// Way is the way of an edge, corner by corner; nil for connectors.
func (l *Layout) Way(i int) []Point {
	e, r := &l.Edges[i], &l.Routes[i]
	if r.Connector {
		return nil
	}
	from, to := &l.Nodes[e.From], &l.Nodes[e.To]
	b := &l.Bands[l.BandOf(from.Rank)]
	start := Point{from.X + from.W, from.Y + from.H/2 + e.Port}
	end := Point{to.X, to.Y + to.H/2}
	if to.Lead {
		end.X -= LeadIn
	}
	if r.Kind == Direct {
		if math.Abs(start.Y-end.Y) < 0.5 {
			return []Point{start, end}
		}
		x := b.trackX(from.Rank+1, i, false)
		return []Point{start, {x, start.Y}, {x, end.Y}, end}
	}
	cy := l.channelY(&b.Lanes[r.lane], r.track)
	if r.Kind == Over {
		sx, tx := from.X+from.W*l.share(i, e.From, true), to.X+to.W*l.share(i, e.To, false)
		sy, ty := from.Y, to.Y
		if cy > from.Y {
			sy = from.Y + from.H
		}
		if !r.fromAbove {
			ty = to.Y + to.H
		}
		return []Point{{sx, sy}, {sx, cy}, {tx, cy}, {tx, ty}}
	}
	x := b.trackX(from.Rank+1, i, false)
	way := []Point{start, {x, start.Y}, {x, cy}}
	if r.Kind == Far && to.Row == 0 {
		tx := to.X + to.W*l.share(i, e.To, false)
		return append(way, Point{tx, cy}, Point{tx, to.Y})
	}
	ex := b.trackX(to.Rank, i, true)
	return append(way, Point{ex, cy}, Point{ex, end.Y}, end)
}

// share is where a loop leaves or reaches the top or bottom of a box, as a share of its width: leaving on the left half,
// arriving on the right, loops of one box beside each other and not upon each other.
func (l *Layout) share(edge, node int, leaving bool) float64 {
	if l.Nodes[node].Fixed {
		return 0.5
	}
	before := 0
	for i := range edge {
		e, r := l.Edges[i], l.Routes[i]
		loop := e.Back && !r.Connector && (r.Kind == Over || r.Kind == Far && l.Nodes[e.To].Row == 0)
		if loop && (leaving && e.From == node && r.Kind == Over || !leaving && e.To == node) {
			before++
		}
	}
	offset := 0.09 * float64(min(before, 3))
	if leaving {
		return 0.38 - offset
	}
	return 0.62 + offset
}

// trackX is where an edge's track runs in the gutter left of a column.
func (b *Band) trackX(column, edge int, entry bool) float64 {
	g := &b.Gutters[column-b.First]
	k := slices.IndexFunc(g.tracks, func(t gutterTrack) bool { return t.edge == edge && t.entry == entry })
	return g.X + g.words + 10 + trackGap*float64(max(k, 0))
}
