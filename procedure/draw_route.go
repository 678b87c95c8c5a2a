package procedure

import (
	"math"
	"slices"
)

// Ways of an edge through the drawing.
const (
	routeDirect  = iota // through the gutter beside its source, then straight to its target
	routeChannel        // through the channel above the target's lane, over columns that are taken
	routeOver           // a loop inside one lane, or to a lane beside it, leaving the box at its top
	routeFar            // a loop that leaves at the right side
)

type drawRoute struct {
	kind      int
	connector bool // source and target stand in different bands: two connectors with step numbers
	lane      int  // index into the band's lanes, of the channel used
	track     int  // in that channel
	fromAbove bool // a loop that comes down on its target from the channel, else up from it
}

// exits says whether the way leaves its source at the right side.
func (r drawRoute) exits() bool { return r.kind != routeOver || r.connector }

// planRoutes chooses the way of every edge and reserves its tracks.
func (l *drawLayout) planRoutes() {
	for i := range l.edges {
		e := &l.edges[i]
		from, to := &l.nodes[e.from], &l.nodes[e.to]
		bi := l.bandOf(from.rank)
		b := &l.bands[bi]
		r := &l.routes[i]
		exit := &b.gutters[from.rank-b.first+1]
		switch {
		case bi != l.bandOf(to.rank):
			r.connector = true
			exit.words = math.Max(exit.words, l.wordsWidth(i)+connectorWidth+4)
			tb := &l.bands[l.bandOf(to.rank)]
			tb.gutters[to.rank-tb.first].incoming = true
			continue
		case e.back:
			l.planLoop(i, b, r)
		case l.clear(b, from, to):
			r.kind = routeDirect
		default:
			r.kind = routeChannel
			r.lane = b.indexOf(to.lane)
			r.track = b.lanes[r.lane].reserve(from.rank+1, to.rank-1)
			entry := &b.gutters[to.rank-b.first]
			entry.tracks = append(entry.tracks, gutterTrack{edge: i, entry: true})
		}
		if r.exits() {
			exit.words = math.Max(exit.words, l.wordsWidth(i))
			if r.kind != routeDirect || from.lane != to.lane || from.row != to.row {
				exit.tracks = append(exit.tracks, gutterTrack{edge: i, reach: int(math.Abs(float64(l.level(*e))))})
			}
		}
	}
	for bi := range l.bands {
		for gi := range l.bands[bi].gutters {
			slices.SortStableFunc(l.bands[bi].gutters[gi].tracks, func(a, b gutterTrack) int {
				if a.entry != b.entry {
					if a.entry {
						return 1
					}
					return -1
				}
				return b.reach - a.reach
			})
		}
	}
}

// clear says whether nothing stands in the target's row between source and target.
func (l *drawLayout) clear(b *drawBand, from, to *drawNode) bool {
	for i := range l.nodes {
		n := &l.nodes[i]
		if n.lane == to.lane && n.row == to.row && n.rank > from.rank && n.rank < to.rank && n.rank >= b.first {
			return false
		}
	}
	return true
}

func (l *drawLayout) planLoop(i int, b *drawBand, r *drawRoute) {
	from, to := &l.nodes[l.edges[i].from], &l.nodes[l.edges[i].to]
	source, target := b.indexOf(from.lane), b.indexOf(to.lane)
	r.kind, r.lane, r.fromAbove = routeFar, target, true
	switch {
	case source == target && from.row == 0 && to.row == 0:
		r.kind = routeOver
	case target == source-1 && from.row == 0 && l.lowest(b, to):
		r.kind, r.lane, r.fromAbove = routeOver, source, false
	case target == source+1 && to.row == 0 && l.lowest(b, from):
		r.kind = routeOver
	}
	r.track = b.lanes[r.lane].reserve(to.rank, from.rank)
	if r.kind == routeFar && to.row != 0 {
		entry := &b.gutters[to.rank-b.first]
		entry.tracks = append(entry.tracks, gutterTrack{edge: i, entry: true})
	}
}

// lowest says whether nothing of its lane stands under a step in its column.
func (l *drawLayout) lowest(b *drawBand, n *drawNode) bool {
	for i := range l.nodes {
		o := &l.nodes[i]
		if o.lane == n.lane && o.rank == n.rank && o.row > n.row {
			return false
		}
	}
	return true
}

func (b *drawBand) indexOf(lane int) int {
	return slices.IndexFunc(b.lanes, func(bl bandLane) bool { return bl.lane == lane })
}

// reserve takes the lowest track of the channel that is free between two columns.
func (bl *bandLane) reserve(first, last int) int {
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

func (l *drawLayout) wordsWidth(edge int) float64 {
	w := 0.0
	for _, line := range labelLines(l.edges[edge].label) {
		w = math.Max(w, textWidth(line, labelSize)+8)
	}
	return w
}

type point struct{ x, y float64 }

// points is the way of an edge, corner by corner; nil for connectors.
func (l *drawLayout) points(i int) []point {
	e, r := &l.edges[i], &l.routes[i]
	if r.connector {
		return nil
	}
	from, to := &l.nodes[e.from], &l.nodes[e.to]
	b := &l.bands[l.bandOf(from.rank)]
	start := point{from.x + from.w, from.y + from.h/2 + e.port}
	end := point{to.x, to.y + to.h/2}
	if len(to.step.Join) > 0 {
		end.x -= joinBar
	}
	if r.kind == routeDirect {
		if math.Abs(start.y-end.y) < 0.5 {
			return []point{start, end}
		}
		x := b.trackX(from.rank+1, i, false)
		return []point{start, {x, start.y}, {x, end.y}, end}
	}
	cy := b.lanes[r.lane].channelY(r.track)
	if r.kind == routeOver {
		sx, tx := from.x+from.w*0.38, to.x+to.w*0.62
		sy, ty := from.y, to.y
		if cy > from.y {
			sy = from.y + from.h
		}
		if !r.fromAbove {
			ty = to.y + to.h
		}
		return []point{{sx, sy}, {sx, cy}, {tx, cy}, {tx, ty}}
	}
	x := b.trackX(from.rank+1, i, false)
	way := []point{start, {x, start.y}, {x, cy}}
	if r.kind == routeFar && to.row == 0 {
		tx := to.x + to.w*0.62
		return append(way, point{tx, cy}, point{tx, to.y})
	}
	ex := b.trackX(to.rank, i, true)
	return append(way, point{ex, cy}, point{ex, end.y}, end)
}

// trackX is where an edge's track runs in the gutter left of a column.
func (b *drawBand) trackX(column, edge int, entry bool) float64 {
	g := &b.gutters[column-b.first]
	k := slices.IndexFunc(g.tracks, func(t gutterTrack) bool { return t.edge == edge && t.entry == entry })
	return g.x + g.words + 10 + trackGap*float64(max(k, 0))
}
