package procedure

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"motcua/procedure/swimlane"
)

// Draw returns the plan as an SVG picture of swim lanes: a lane per agency and role, steps from left to right by the
// longest way to them, loops back dashed, time outside the limit hatched with its legal ground as a tooltip, refusals
// named as such and not by color alone. Long procedures fold into bands joined by numbered connectors, so that the
// picture prints. The same plan always gives the same bytes; Describe gives the same content in words, and the picture
// carries it as its own text alternative.
func Draw(p *Plan) []byte {
	g := newDrawGraph(p)
	d := &drawing{plan: p}
	d.prefix = "mc" + p.Hash[:min(8, len(p.Hash))]
	heading := headingLines(p)
	l := newDrawLayout(g, drawMargin+34+17*float64(len(heading)))
	d.drawLayout = l
	d.markGranting()
	title := swimlane.Wrap(p.Code+" · "+p.Name, 19*boldFactor, l.Width-2*drawMargin, 3)
	shift := 24 * float64(len(title)-1)
	height := l.Height + shift + 58
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" class="%s" role="img" aria-labelledby="%s-t %s-d" lang="vi" width="%s" height="%s" viewBox="0 0 %s %s">`+"\n",
		d.prefix, d.prefix, d.prefix, num(l.Width), num(height), num(l.Width), num(height))
	fmt.Fprintf(d, "<title id=\"%s-t\">Sơ đồ quy trình %s · %s</title>\n<desc id=\"%s-d\">%s</desc>\n",
		d.prefix, html.EscapeString(p.Code), html.EscapeString(p.Name), d.prefix, html.EscapeString(Describe(p)))
	d.style()
	d.defs()
	d.rect("bg", 0, 0, l.Width, height, 0, "")
	for i, line := range title {
		d.text("h1", drawMargin, drawMargin+18+24*float64(i), line)
	}
	for i, line := range heading {
		d.text("h2", drawMargin, drawMargin+40+shift+17*float64(i), line)
	}
	fmt.Fprintf(d, `<g transform="translate(0 %s)">`+"\n", num(shift))
	for i := range l.Bands {
		d.lanesOf(&l.Bands[i])
	}
	for i := range l.edges {
		d.edge(i)
	}
	d.incoming()
	for i := range l.nodes {
		d.node(i)
	}
	for i := range l.edges {
		d.label(i)
	}
	d.legend(l.Height + 22)
	d.WriteString("</g>\n</svg>\n")
	return []byte(d.String())
}

type drawing struct {
	svgWriter
	*drawLayout
	plan *Plan
	// granting says of every step that some way from it does not end in a refusal.
	granting []bool
}

// headingLines are the lines under the title: the limit and what changes it.
func headingLines(p *Plan) []string {
	lines := []string{fmt.Sprintf("Thời hạn: %s · %s · %d bước", limitText(&p.Exec), ConfidenceName(p.Origin), len(p.Exec.Steps))}
	for _, v := range p.Exec.Variants {
		change := "cộng " + v.Add.Vietnamese()
		if !v.Set.IsZero() {
			change = v.Set.Vietnamese()
		}
		lines = append(lines, variantCase(p, v)+": "+change+channelsText(v.Channels))
	}
	for _, r := range p.Exec.Reductions {
		text := "giảm " + reductionText(&r)
		if !r.Set.IsZero() {
			text = reductionText(&r)
		}
		lines = append(lines, fmt.Sprintf("Cắt giảm %s: %s (%s)", r.Rule, text, r.Decision))
	}
	return lines
}

func (d *drawing) lanesOf(b *swimlane.Band) {
	right := b.Gutters[len(b.Gutters)-1].X + b.Gutters[len(b.Gutters)-1].Width
	left := drawMargin + agencyHead + roleHead
	for i, bl := range b.Lanes {
		class := "lane"
		if i%2 == 1 {
			class = "lane odd"
		}
		d.rect(class, left, bl.Y, right-left, bl.H, 0, "")
		d.rect("head", drawMargin+agencyHead, bl.Y, roleHead, bl.H, 0, "")
		d.centered("ro", drawMargin+agencyHead+8, bl.Y, bl.H, 12, roleHead-14, RoleName(d.lanes[bl.Lane].role))
	}
	for i := 0; i < len(b.Lanes); {
		k := i
		for k < len(b.Lanes) && d.lanes[b.Lanes[k].Lane].agency == d.lanes[b.Lanes[i].Lane].agency {
			k++
		}
		top, bottom := b.Lanes[i].Y, b.Lanes[k-1].Y+b.Lanes[k-1].H
		d.rect("head", drawMargin, top, agencyHead, bottom-top, 0, "")
		d.centered("ag", drawMargin+8, top, bottom-top, 12.5, agencyHead-14, AgencyName(d.lanes[b.Lanes[i].Lane].agency))
		d.rect("rule", drawMargin, top, right-drawMargin, bottom-top, 0, "")
		i = k
	}
	for _, bl := range b.Lanes {
		d.rect("rule", drawMargin+agencyHead, bl.Y, right-drawMargin-agencyHead, bl.H, 0, ` stroke-opacity=".6"`)
	}
}

func (d *drawing) centered(class string, x, y, h, size, width float64, s string) {
	lines := swimlane.Wrap(s, size, width, 5)
	at := y + h/2 - float64(len(lines))*(size+3)/2 + size
	for i, line := range lines {
		d.text(class, x, at+float64(i)*(size+3), line)
	}
}

// nodeClass is the look of a step.
func nodeClass(s *Step) string {
	switch {
	case s.Kind == StepReturn && s.Refusal:
		return "no"
	case s.Kind == StepReturn:
		return "ok"
	case s.Kind == StepAutomatic:
		return "au"
	case s.Excluded:
		return "off"
	}
	return ""
}

func (d *drawing) node(i int) {
	n, at := &d.nodes[i], &d.Nodes[i]
	class := nodeClass(n.step)
	radius := 5.0
	if n.step.Kind == StepReturn || n.step.Kind == StepWait {
		radius = 20
	}
	fmt.Fprintf(d, "<g><title>%s</title>\n", html.EscapeString(d.tooltip(n)))
	d.rect(strings.TrimSpace("box "+class), at.X, at.Y, at.W, at.H, radius, "")
	if n.step.Excluded {
		d.rect("hatch", at.X, at.Y, at.W, at.H, radius, "")
	}
	if n.step.Kind == StepReturn {
		d.rect("box "+class, at.X+3.5, at.Y+3.5, at.W-7, at.H-7, radius-3, ` fill-opacity="0" stroke-width=".8"`)
	}
	if len(n.step.Join) > 0 {
		d.rect("bar", at.X-swimlane.LeadIn, at.Y-2, 5, at.H+4, 2, "")
	}
	if n.step.ID == d.plan.Exec.Start {
		fmt.Fprintf(d, `<circle class="dot ok" cx="%s" cy="%s" r="6"/>`+"\n", num(at.X-14), num(at.Y+at.H/2))
	}
	content := nameLeading*float64(len(n.lines)) + limitLeading*float64(len(n.limit))
	y := at.Y + (at.H-content)/2 + 11.5
	for _, line := range n.lines {
		d.text("nm", at.X+boxPad+3, y, line)
		y += nameLeading
	}
	for k, line := range n.limit {
		tone := class
		switch {
		case class == "" && k == 0:
			tone = "due"
		case class == "off" && k == 0:
			tone = "due"
		}
		d.text(strings.TrimSpace("li "+tone), at.X+boxPad+3, y, line)
		y += limitLeading
	}
	fmt.Fprintf(d, `<circle class="%s" cx="%s" cy="%s" r="9.5"/>`+"\n", strings.TrimSpace("dot "+class), num(at.X+8), num(at.Y+1))
	d.text("nr", at.X+8, at.Y+4.8, strconv.Itoa(n.number))
	d.WriteString("</g>\n")
}

// tooltip says what the box has no room for.
func (d *drawing) tooltip(n *drawNode) string {
	parts := []string{fmt.Sprintf("Bước %d: %s", n.number, n.text.Name), laneName(d.lanes[n.lane])}
	if lines := limitLines(n.step); len(lines) > 0 {
		parts = append(parts, strings.Join(lines, ", "))
	}
	if n.text.Output != "" {
		parts = append(parts, "Đầu ra: "+n.text.Output)
	}
	if may := mayText(n.step); may != "" {
		parts = append(parts, "Được "+may)
	}
	if n.step.Ground != "" {
		parts = append(parts, "Căn cứ: "+n.step.Ground)
	}
	return strings.Join(parts, "\n")
}

// tone is the look of a way.
func (d *drawing) tone(e drawEdge) string {
	switch {
	case e.back:
		return "back"
	case !d.granting[e.to]:
		return "no"
	}
	return "go"
}

// markGranting finds the steps from which some way ends in a result that is no refusal.
func (d *drawing) markGranting() {
	into := make([][]int, len(d.nodes))
	for _, e := range d.edges {
		into[e.to] = append(into[e.to], e.from)
	}
	d.granting = make([]bool, len(d.nodes))
	var open []int
	for i := range d.nodes {
		if s := d.nodes[i].step; s.Kind == StepReturn && !s.Refusal {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		if !d.granting[i] {
			d.granting[i] = true
			open = append(open, into[i]...)
		}
	}
}

func (d *drawing) edge(i int) {
	e := d.edges[i]
	tone := d.tone(e)
	if d.Routes[i].Connector {
		n, port := &d.Nodes[e.from], d.Edges[i].Port
		y := n.Y + n.H/2 + port
		b := &d.Bands[d.BandOf(n.Rank)]
		x := n.X + n.W + 12 // connectors of one step stand under each other
		for k, o := range d.edges {
			if o.from == e.from && d.Routes[k].Connector {
				x = math.Max(x, b.Gutters[n.Rank-b.First+1].X+d.WordsWidth(k)+6)
			}
		}
		d.path("way "+tone, []swimlane.Point{{X: n.X + n.W, Y: y}, {X: x, Y: y}}, 0, tone)
		d.pill(x, y, swimlane.ConnectorWidth-6, "→ "+d.Nodes[e.to].Name)
		return
	}
	way := d.Way(i)
	radius := 8.0
	if e.back {
		radius = 18
	}
	d.path("way "+tone, way, radius, tone)
}

// incoming draws the connectors at steps that are reached from another band.
func (d *drawing) incoming() {
	for t := range d.nodes {
		if len(d.Incoming(t)) == 0 {
			continue
		}
		beside := false
		for i, e := range d.edges {
			beside = beside || e.to == t && !d.Routes[i].Connector && (!e.back || d.Routes[i].Kind == swimlane.Far)
		}
		n := &d.Nodes[t]
		y, end := n.Y+n.H/2, n.X
		if beside {
			y += 20
		}
		if n.Lead {
			end -= swimlane.LeadIn
		}
		width := d.IncomingWidth(t) - 6
		x := end - 14 - width
		d.path("way go", []swimlane.Point{{X: x + width, Y: y}, {X: end, Y: y}}, 0, "go")
		d.pill(x, y, width, d.IncomingText(t))
	}
}

func (d *drawing) pill(x, y, width float64, s string) {
	d.rect("pill", x, y-swimlane.ConnectorHeight/2, width, swimlane.ConnectorHeight, swimlane.ConnectorHeight/2, "")
	d.text("pt", x+width/2, y+3.8, s)
}

func (d *drawing) label(i int) {
	x, y, lines := d.labelAt(i)
	for k, line := range lines {
		d.text("lb "+d.tone(d.edges[i]), x, y-swimlane.LabelLeading*float64(len(lines)-1-k), line)
	}
}

// labelAt is where the last line of an edge's words stands, above the beginning of its way.
func (l *drawLayout) labelAt(i int) (x, y float64, lines []string) {
	lines = swimlane.LabelLines(l.Edges[i].Label)
	n := &l.Nodes[l.edges[i].from]
	x, y = n.X+n.W+4, n.Y+n.H/2+l.Edges[i].Port-4.5
	if l.Routes[i].Kind == swimlane.Over && !l.Routes[i].Connector {
		way := l.Way(i)
		x, y = math.Min(way[1].X, way[2].X)+14, way[1].Y-4.5
		need := 0.0
		for _, line := range lines {
			need = math.Max(need, swimlane.Width(line, swimlane.LabelSize))
		}
		if cuts := l.crossings(i, x, x+need, y); len(cuts) > 0 {
			var room float64
			x, room = widest(x, cuts, math.Max(way[1].X, way[2].X))
			lines = swimlane.Wrap(l.Edges[i].Label, swimlane.LabelSize, room, 1) // the text alternative says it in full
		}
	}
	return x, y, lines
}

// crossings are where upright parts of other ways cross a line of words.
func (l *drawLayout) crossings(edge int, from, to, y float64) (cuts []float64) {
	for k := range l.Edges {
		way := l.Way(k)
		for s := 1; s < len(way) && k != edge; s++ {
			p, q := way[s-1], way[s]
			if p.X == q.X && p.X > from-4 && p.X < to+4 && math.Min(p.Y, q.Y) < y+2 && math.Max(p.Y, q.Y) > y-swimlane.LabelSize {
				cuts = append(cuts, p.X)
			}
		}
	}
	slices.Sort(cuts)
	return cuts
}

// widest is the widest stretch that crossings leave of a line.
func widest(from float64, cuts []float64, to float64) (x, room float64) {
	for _, cut := range append(cuts, to) {
		if cut-from-8 > room {
			x, room = from, cut-from-8
		}
		from = cut + 4
	}
	return x, room
}

// legend explains the looks that occur.
func (d *drawing) legend(y float64) {
	x := drawMargin
	item := func(class string, hatch bool, s string) {
		d.rect("box "+class, x, y-11, 24, 15, 5, "")
		if hatch {
			d.rect("hatch", x, y-11, 24, 15, 5, "")
		}
		d.text("h2", x+31, y, s)
		x += 31 + swimlane.Width(s, 13) + 18
	}
	item("", false, "Bước tính vào thời hạn")
	if slices.ContainsFunc(d.nodes, func(n drawNode) bool { return n.step.Excluded }) {
		item("off", true, "Không tính vào thời hạn")
	}
	item("ok", false, "Trả kết quả")
	if slices.ContainsFunc(d.nodes, func(n drawNode) bool { return n.step.Refusal }) {
		item("no", false, "Từ chối")
	}
	if slices.ContainsFunc(d.nodes, func(n drawNode) bool { return n.step.Kind == StepAutomatic }) {
		item("au", false, "Tự động")
	}
	if slices.ContainsFunc(d.edges, func(e drawEdge) bool { return e.back }) {
		d.path("way back", []swimlane.Point{{X: x, Y: y - 4}, {X: x + 26, Y: y - 4}}, 0, "back")
		d.text("h2", x+33, y, "Quay lại")
		x += 33 + swimlane.Width("Quay lại", 13) + 18
	}
	if len(d.Bands) > 1 {
		d.pill(x, y-4, swimlane.ConnectorWidth-6, "→ 7")
		d.text("h2", x+48, y, "Sang bước 7 ở hàng khác")
	}
}
