package swimlane

import (
	"math"
	"slices"
)

// fold cuts the columns into bands of about the same length.
func (l *Layout) fold() {
	ranks := 1
	for i := range l.Nodes {
		ranks = max(ranks, l.Nodes[i].Rank+1)
	}
	per := ranks
	if l.o.Columns > 0 {
		count := (ranks + l.o.Columns - 1) / l.o.Columns
		per = (ranks + count - 1) / count
	}
	for first := 0; first < ranks; first += per {
		b := Band{First: first, Last: min(first+per, ranks) - 1}
		b.Gutters = make([]Gutter, b.Last-b.First+2)
		b.widths = make([]float64, b.Last-b.First+1)
		for i := range l.Nodes {
			if n := &l.Nodes[i]; n.Rank >= b.First && n.Rank <= b.Last {
				b.widths[n.Rank-b.First] = math.Max(b.widths[n.Rank-b.First], n.W)
			}
		}
		l.Bands = append(l.Bands, b)
	}
}

// stackRows puts boxes that share a lane and a column under each other.
func (l *Layout) stackRows() {
	for bi := range l.Bands {
		b := &l.Bands[bi]
		for lane := range l.lanes {
			bl := BandLane{Lane: lane}
			filled := map[int]int{}
			for i := range l.Nodes {
				n := &l.Nodes[i]
				if n.Lane != lane || n.Rank < b.First || n.Rank > b.Last {
					continue
				}
				n.Row = filled[n.Rank]
				filled[n.Rank]++
				if n.Row == len(bl.rows) {
					bl.rows = append(bl.rows, 0)
				}
				bl.rows[n.Row] = math.Max(bl.rows[n.Row], n.room)
			}
			if len(bl.rows) > 0 {
				b.Lanes = append(b.Lanes, bl)
			}
		}
	}
}

// placePorts spreads the ways out of a box over its right side: in the order of where they go, the straight one in the
// middle, far enough apart for their words.
func (l *Layout) placePorts() {
	for i := range l.Nodes {
		var out []int
		for e := range l.Edges {
			if l.Edges[e].From == i && l.Routes[e].exits() {
				out = append(out, e)
			}
		}
		slices.SortStableFunc(out, func(a, b int) int { return l.order(a) - l.order(b) })
		middle := (len(out) - 1) / 2
		if len(out) == 2 && l.Edges[out[1]].Low {
			middle = 0
		}
		for k, e := range out {
			if l.level(l.Edges[e]) == 0 && !l.Routes[e].Connector && !l.Edges[e].Low {
				middle = k
			}
		}
		y := 0.0
		for k := middle - 1; k >= 0; k-- {
			y -= l.portGap(out[k+1])
			l.Edges[out[k]].Port = y
		}
		y = 0
		for k := middle + 1; k < len(out); k++ {
			y += l.portGap(out[k])
			l.Edges[out[k]].Port = y
		}
		if n := &l.Nodes[i]; len(out) > 1 {
			above := LabelLeading*float64(len(LabelLines(l.Edges[out[0]].Label))) - l.Edges[out[0]].Port
			n.room = math.Max(n.room, 2*math.Max(above, l.Edges[out[len(out)-1]].Port+math.Max(12, l.Edges[out[len(out)-1]].Room/2+4)))
			if !n.Fixed {
				n.H = math.Max(n.H, n.room)
			}
		}
	}
}

// lower lets the target of a low way stand as low as the way begins, where both are in one row.
func (l *Layout) lower() {
	for i, e := range l.Edges {
		from, to := &l.Nodes[e.From], &l.Nodes[e.To]
		if e.Low && !l.Routes[i].Connector && from.Lane == to.Lane && from.Row == to.Row {
			to.drop = e.Port
			to.room = math.Max(to.room, to.H+2*(to.Around+e.Port))
		}
	}
}

func (l *Layout) sizeRows() {
	for bi := range l.Bands {
		for li := range l.Bands[bi].Lanes {
			bl := &l.Bands[bi].Lanes[li]
			for i := range l.Nodes {
				if n := &l.Nodes[i]; n.Lane == bl.Lane && l.BandOf(n.Rank) == bi {
					bl.rows[n.Row] = math.Max(bl.rows[n.Row], n.room)
				}
			}
		}
	}
}

// order is the place of a way among those that leave its box, from top to bottom.
func (l *Layout) order(edge int) int {
	if l.Edges[edge].Low {
		return math.MaxInt32
	}
	return l.level(l.Edges[edge])
}

// level is how far under its source an edge ends: negative above, zero straight on.
func (l *Layout) level(e Edge) int {
	from, to := &l.Nodes[e.From], &l.Nodes[e.To]
	if l.BandOf(from.Rank) != l.BandOf(to.Rank) {
		return 1000 + e.To
	}
	return (to.Lane*50 + to.Row) - (from.Lane*50 + from.Row)
}

// portGap is the room that the words of an edge need above its way out.
func (l *Layout) portGap(e int) float64 {
	least := 16.0
	if l.Routes[e].Connector {
		least = ConnectorHeight + 4
	}
	least = math.Max(least, l.Edges[e].Room)
	return math.Max(least, 6+LabelLeading*float64(len(LabelLines(l.Edges[e].Label))))
}

// place computes every coordinate.
func (l *Layout) place() {
	y := l.o.Top
	for bi := range l.Bands {
		b := &l.Bands[bi]
		x := l.o.Left
		for gi := range b.Gutters {
			g := &b.Gutters[gi]
			g.X = x
			g.Width = g.words + trackGap*float64(len(g.tracks)) + 30 + g.incoming
			x += g.Width
			if gi == len(b.Gutters)-1 {
				break
			}
			for i := range l.Nodes {
				if n := &l.Nodes[i]; n.Rank == b.First+gi {
					n.X = x + (b.widths[gi]-n.W)/2
				}
			}
			x += b.widths[gi]
		}
		l.Width = math.Max(l.Width, x+l.o.Margin)
		for li := range b.Lanes {
			bl := &b.Lanes[li]
			bl.Y = y
			y += l.channelHeight(bl)
			for row, h := range bl.rows {
				for i := range l.Nodes {
					if n := &l.Nodes[i]; n.Lane == bl.Lane && n.Row == row && l.BandOf(n.Rank) == bi {
						n.Y = y + (h-n.H)/2 + n.drop
					}
				}
				y += h + l.o.RowGap
			}
			bl.H = y - bl.Y
		}
		y += l.o.BandGap
	}
	l.Height = y - l.o.BandGap
	l.Width = math.Max(l.Width, l.o.MinWidth)
	for bi := range l.Bands { // all bands end at the same margin
		last := &l.Bands[bi].Gutters[len(l.Bands[bi].Gutters)-1]
		last.Width = l.Width - l.o.Margin - last.X
	}
}

func (l *Layout) channelHeight(bl *BandLane) float64 {
	if len(bl.channels) == 0 {
		return l.o.RowGap
	}
	return l.o.RowGap + 8 + (trackGap+4)*float64(len(bl.channels))
}

// channelY is where a track of the lane's channel runs; track 0 is the closest to the boxes.
func (l *Layout) channelY(bl *BandLane, track int) float64 {
	return bl.Y + l.channelHeight(bl) - 14 - (trackGap+4)*float64(track)
}
