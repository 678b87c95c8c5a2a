package procedure

import (
	"math"
	"strconv"

	"motcua/procedure/swimlane"
)

// Sizes of the drawing, in SVG user units (at 100 % one CSS pixel).
const (
	drawMargin    = 20.0
	boxWidth      = 150.0
	boxPad        = 9.0
	nameSize      = 12.5
	nameLeading   = 15.5
	limitLeading  = 14.5
	agencyHead    = 96.0
	roleHead      = 92.0
	columnsAtMost = 8 // more columns than this are folded into several bands, so that a page stays readable
	minDrawWidth  = 980.0
	boldFactor    = 1.18 // how much wider bold text runs
)

// drawLayout is a plan's steps with their places; nodes and places have the same order.
type drawLayout struct {
	*drawGraph
	*swimlane.Layout
}

func newDrawLayout(g *drawGraph, top float64) *drawLayout {
	nodes := make([]swimlane.Node, len(g.nodes))
	for i := range g.nodes {
		n := &g.nodes[i]
		n.lines = swimlane.Wrap(n.text.Name, nameSize, boxWidth-2*boxPad, 5)
		n.limit = limitLines(n.step)
		height := 20 + nameLeading*float64(len(n.lines)) + limitLeading*float64(len(n.limit))
		nodes[i] = swimlane.Node{Name: strconv.Itoa(n.number), Lane: n.lane, W: boxWidth, H: math.Max(height, 62), Lead: len(n.step.Join) > 0}
	}
	edges := make([]swimlane.Edge, len(g.edges))
	for i, e := range g.edges {
		edges[i] = swimlane.Edge{From: e.from, To: e.to, Label: e.label}
		if e.back && e.label != "" {
			edges[i].Label = "↺ " + e.label
		}
	}
	return &drawLayout{g, swimlane.New(nodes, edges, len(g.lanes), g.start, swimlane.Options{
		Left: drawMargin + agencyHead + roleHead, Top: top, Margin: drawMargin, MinWidth: minDrawWidth, Columns: columnsAtMost, RowGap: 14, BandGap: 30,
	})}
}
