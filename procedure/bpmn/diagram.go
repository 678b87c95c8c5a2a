package bpmn

import (
	"fmt"
	"math"
	"strings"

	"motcua/procedure/swimlane"
)

// Sizes of the diagram; those of tasks, gateways and events are what BPMN tools use.
const (
	diagramMargin = 40.0
	laneHead      = 30.0 // of the pool, an agency and a role
	taskWidth     = 140.0
	taskHeight    = 80.0
	gatewaySize   = 50.0
	eventSize     = 36.0
	eventWords    = 100.0
	wordsSize     = 11.0
	wordsLeading  = 14.0
)

// drawn are the shapes that the layout places: all but the boundary timers, which sit on their tasks.
type drawn struct {
	*graph
	*swimlane.Layout
	node []int // of a shape, -1 for a boundary timer
	edge []int // of a flow
}

// diagram is the part of the file that places everything, by the layout of the drawing, in one band.
func (g *graph) diagram(id string) *element {
	d := g.layOut()
	plane := el("bpmndi:BPMNPlane", "id", "Plane_"+id, "bpmnElement", "Collaboration_"+id)
	top, bottom := d.Bands[0].Lanes[0].Y, d.Height
	left, right := diagramMargin, d.Width-diagramMargin
	plane.add(shapeElement("Participant_"+id, left, top, right-left, bottom-top, "isHorizontal", "true"))
	for n, run := range g.agencies() {
		first, last := d.Bands[0].Lanes[run[0]], d.Bands[0].Lanes[run[len(run)-1]]
		plane.add(shapeElement(fmt.Sprintf("Agency_%d", n+1), left+laneHead, first.Y, right-left-laneHead, last.Y+last.H-first.Y, "isHorizontal", "true"))
		for _, i := range g.roles(run) {
			l := d.Bands[0].Lanes[i]
			plane.add(shapeElement(fmt.Sprintf("Lane_%d", i+1), left+2*laneHead, l.Y, right-left-2*laneHead, l.H, "isHorizontal", "true"))
		}
	}
	for i := range g.shapes {
		plane.add(d.shapeAt(i))
	}
	for i := range g.flows {
		plane.add(d.edgeAt(i))
	}
	return el("bpmndi:BPMNDiagram", "id", "Diagram_"+id).add(plane)
}

func (g *graph) layOut() *drawn {
	d := &drawn{graph: g}
	var nodes []swimlane.Node
	for i := range g.shapes {
		s := &g.shapes[i]
		if s.kind == kindBoundary {
			d.node = append(d.node, -1)
			continue
		}
		d.node = append(d.node, len(nodes))
		n := swimlane.Node{Name: s.id, Lane: s.lane, W: taskWidth, H: taskHeight}
		switch s.kind {
		case kindExclusive, kindInclusive, kindParallel:
			n.W, n.H, n.Fixed = gatewaySize, gatewaySize, true
		case kindStart, kindEnd, kindCatch:
			n.W, n.H, n.Fixed = eventSize, eventSize, true
			n.Around = 6 + wordsLeading*float64(len(eventLines(s.name)))
		default:
			n.H = math.Max(n.H, 24+wordsLeading*float64(len(swimlane.Wrap(s.name, 12, taskWidth-12, 9))))
		}
		nodes = append(nodes, n)
	}
	var edges []swimlane.Edge
	for i := range g.flows {
		f := &g.flows[i]
		d.edge = append(d.edge, len(edges))
		e := swimlane.Edge{From: d.node[f.from], To: d.node[f.to], Label: f.name}
		if s := &g.shapes[f.from]; s.kind == kindBoundary {
			e.From, e.Label, e.Room, e.Indent, e.Low = d.node[s.attached], s.name, 34, eventSize/2+6, true
		} else if g.timed(f.from) {
			e.Room = 34
		}
		if to := &g.shapes[f.to]; strings.HasSuffix(to.kind, "Gateway") && to.name != "" {
			e.Indent += 64
		}
		edges = append(edges, e)
	}
	d.Layout = swimlane.New(nodes, edges, len(g.lanes), 0, swimlane.Options{Left: diagramMargin + 3*laneHead, Top: diagramMargin, Margin: diagramMargin, RowGap: 26})
	return d
}

// timed says whether a task carries a boundary timer.
func (g *graph) timed(task int) bool {
	for i := range g.shapes {
		if g.shapes[i].kind == kindBoundary && g.shapes[i].attached == task {
			return true
		}
	}
	return false
}

func eventLines(name string) []string { return swimlane.Wrap(name, wordsSize, eventWords, 6) }

func shapeElement(of string, x, y, w, h float64, attrs ...string) *element {
	return el("bpmndi:BPMNShape", append([]string{"id", of + "_di", "bpmnElement", of}, attrs...)...).add(bounds(x, y, w, h))
}

func bounds(x, y, w, h float64) *element {
	return el("dc:Bounds", "x", num(x), "y", num(y), "width", num(w), "height", num(h))
}

func label(x, y, w, h float64) *element {
	return el("bpmndi:BPMNLabel").add(bounds(x, y, w, h))
}

func (d *drawn) shapeAt(i int) *element {
	s := &d.shapes[i]
	if s.kind == kindBoundary {
		x, y := d.timerAt(i)
		words := swimlane.LabelLines(s.name)
		width := 0.0
		for _, w := range words {
			width = math.Max(width, swimlane.Width(w, wordsSize))
		}
		height := wordsLeading * float64(len(words))
		return shapeElement(s.id, x-eventSize/2, y-eventSize/2, eventSize, eventSize).add(label(x+eventSize/2+4, y-height-2, width+6, height))
	}
	n := d.Nodes[d.node[i]]
	e := shapeElement(s.id, n.X, n.Y, n.W, n.H)
	switch {
	case strings.HasSuffix(s.kind, "Gateway"):
		if s.kind == kindExclusive {
			e.attrs = append(e.attrs, "isMarkerVisible", "true")
		}
		if s.name != "" { // above the way in, where no way leaves
			e.add(label(n.X-58, n.Y-8, 64, wordsLeading))
		}
	case n.Fixed && s.name != "":
		e.add(label(n.X+n.W/2-eventWords/2-4, n.Y+n.H+4, eventWords+8, wordsLeading*float64(len(eventLines(s.name)))))
	}
	return e
}

// timerAt is the middle of a boundary timer: on the right side of its task, where the way of the overrun leaves.
func (d *drawn) timerAt(shape int) (x, y float64) {
	n := d.Nodes[d.node[d.shapes[shape].attached]]
	port := 0.0
	for i := range d.flows {
		if d.flows[i].from == shape {
			port = d.Edges[d.edge[i]].Port
		}
	}
	return n.X + n.W, n.Y + n.H/2 + port
}

func (d *drawn) edgeAt(i int) *element {
	f := &d.flows[i]
	e := el("bpmndi:BPMNEdge", "id", f.id+"_di", "bpmnElement", f.id)
	way := d.docked(i)
	for _, p := range way {
		e.add(el("di:waypoint", "x", num(p.X), "y", num(p.Y)))
	}
	if f.name == "" {
		return e
	}
	lines := swimlane.LabelLines(f.name)
	width := 0.0
	for _, l := range lines {
		width = math.Max(width, swimlane.Width(l, wordsSize))
	}
	height := wordsLeading * float64(len(lines))
	n := d.Nodes[d.Edges[d.edge[i]].From]
	x, y := n.X+n.W+2, n.Y+n.H/2+d.Edges[d.edge[i]].Port-height-2
	if d.Routes[d.edge[i]].Kind == swimlane.Over {
		x, y = math.Min(way[1].X, way[len(way)-2].X)+14, way[1].Y-height-2
	}
	return e.add(label(x, y, width+6, height))
}

// docked is the way of a flow, beginning on the border of its shape.
func (d *drawn) docked(i int) []swimlane.Point {
	f := &d.flows[i]
	way := d.Way(d.edge[i])
	n := d.Nodes[d.Edges[d.edge[i]].From]
	port := d.Edges[d.edge[i]].Port
	switch from := &d.shapes[f.from]; {
	case from.kind == kindBoundary:
		way[0].X += eventSize / 2
	case strings.HasSuffix(from.kind, "Gateway") && d.Routes[d.edge[i]].Kind != swimlane.Over && port != 0:
		// A diamond: from its slope, or from its top or bottom corner where the way leaves beyond it.
		middle := swimlane.Point{X: n.X + n.W/2, Y: n.Y + n.H/2}
		reach := math.Min(math.Abs(port), n.H/2)
		way[0].X = middle.X + n.H/2 - reach
		if math.Abs(port) > n.H/2 {
			corner := swimlane.Point{X: middle.X, Y: middle.Y + math.Copysign(n.H/2, port)}
			way = append([]swimlane.Point{corner}, way...)
		}
	}
	return way
}
