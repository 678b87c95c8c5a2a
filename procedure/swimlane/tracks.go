package swimlane

import (
	"math"
	"slices"
)

// orderTracks sorts the tracks of every gutter: ways that turn in from the channel stand right of those that leave their
// box here, and of these the ones that go furthest turn first, so that they cross least. A way that leaves a row turns
// before any other way turns into that row, or the two would run upon each other.
func (l *Layout) orderTracks() {
	for bi := range l.Bands {
		for gi := range l.Bands[bi].Gutters {
			tracks := l.Bands[bi].Gutters[gi].tracks
			slices.SortStableFunc(tracks, func(a, b gutterTrack) int {
				if a.entry != b.entry {
					if a.entry {
						return 1
					}
					return -1
				}
				return b.reach - a.reach
			})
			l.untangle(tracks)
			l.sidestep(tracks)
		}
	}
}

// sidestep lets the ways of a box leave a little lower where one of them would still run upon another: two ways that change
// rows with each other.
func (l *Layout) sidestep(tracks []gutterTrack) {
	const aside = 9
	for i, a := range tracks {
		for _, b := range tracks[:i] {
			if !l.mustPrecede(a, b) {
				continue
			}
			from := l.Edges[a.edge].From
			straight := slices.ContainsFunc(l.Edges, func(e Edge) bool {
				return e.From == from && l.Nodes[e.To].Lane == l.Nodes[from].Lane && l.Nodes[e.To].Row == l.Nodes[from].Row
			})
			for e := range l.Edges {
				if l.Edges[e].From == from && !straight {
					l.Edges[e].Port += aside
				}
			}
		}
	}
}

// untangle moves tracks left until each stands before those that must follow it. Two ways that change rows with each other
// would need that of each other; the bound on the rounds leaves them as they are, for sidestep.
func (l *Layout) untangle(tracks []gutterTrack) {
	for range tracks {
		moved := false
		for i := 1; i < len(tracks); i++ {
			for k := range i {
				if l.mustPrecede(tracks[i], tracks[k]) && !l.mustPrecede(tracks[k], tracks[i]) {
					t := tracks[i]
					copy(tracks[k+1:i+1], tracks[k:i])
					tracks[k], moved = t, true
					break
				}
			}
		}
		if !moved {
			return
		}
	}
}

// mustPrecede says whether a leaves its box on the line on which b turns in.
func (l *Layout) mustPrecede(a, b gutterTrack) bool {
	if a.entry || b.entry || l.Routes[b.edge].Kind != Direct {
		return false
	}
	ea, eb := l.Edges[a.edge], l.Edges[b.edge]
	from, to := l.Nodes[ea.From], l.Nodes[eb.To]
	return ea.To != eb.To && from.Lane == to.Lane && from.Row == to.Row && math.Abs(ea.Port) < 1
}
