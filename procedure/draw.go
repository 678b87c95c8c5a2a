package procedure

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
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
	l.width = math.Max(l.width, minDrawWidth)
	title := wrapText(p.Code+" · "+p.Name, 19*boldFactor, l.width-2*drawMargin, 3)
	shift := 24 * float64(len(title)-1)
	height := l.height + shift + 58
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" class="%s" role="img" aria-labelledby="%s-t %s-d" lang="vi" width="%s" height="%s" viewBox="0 0 %s %s">`+"\n",
		d.prefix, d.prefix, d.prefix, num(l.width), num(height), num(l.width), num(height))
	fmt.Fprintf(d, "<title id=\"%s-t\">Sơ đồ quy trình %s · %s</title>\n<desc id=\"%s-d\">%s</desc>\n",
		d.prefix, html.EscapeString(p.Code), html.EscapeString(p.Name), d.prefix, html.EscapeString(Describe(p)))
	d.style()
	d.defs()
	d.rect("bg", 0, 0, l.width, height, 0, "")
	for i, line := range title {
		d.text("h1", drawMargin, drawMargin+18+24*float64(i), line)
	}
	for i, line := range heading {
		d.text("h2", drawMargin, drawMargin+40+shift+17*float64(i), line)
	}
	fmt.Fprintf(d, `<g transform="translate(0 %s)">`+"\n", num(shift))
	for i := range l.bands {
		d.lanesOf(&l.bands[i])
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
	d.legend(l.height + 22)
	d.WriteString("</g>\n</svg>\n")
	return []byte(d.String())
}

type drawing struct {
	svgWriter
	*drawLayout
	plan *Plan
}

// headingLines are the lines under the title: the limit and what changes it.
func headingLines(p *Plan) []string {
	lines := []string{fmt.Sprintf("Thời hạn: %s · %s · %d bước", limitText(&p.Exec), originName(p.Origin), len(p.Exec.Steps))}
	for _, v := range p.Exec.Variants {
		change := "cộng " + v.Add.Vietnamese()
		if !v.Set.IsZero() {
			change = v.Set.Vietnamese()
		}
		lines = append(lines, variantCase(p, v)+": "+change+channelsText(v.Channels))
	}
	for _, r := range p.Exec.Reductions {
		if r.CutPercent > 0 {
			lines = append(lines, fmt.Sprintf("Cắt giảm %s: giảm %d %% (%s)", r.Rule, r.CutPercent, r.Decision))
		}
	}
	return lines
}

func (d *drawing) lanesOf(b *drawBand) {
	right := b.gutters[len(b.gutters)-1].x + b.gutters[len(b.gutters)-1].width
	left := drawMargin + agencyHead + roleHead
	for i, bl := range b.lanes {
		class := "lane"
		if i%2 == 1 {
			class = "lane odd"
		}
		d.rect(class, left, bl.y, right-left, bl.h, 0, "")
		d.rect("head", drawMargin+agencyHead, bl.y, roleHead, bl.h, 0, "")
		d.centered("ro", drawMargin+agencyHead+8, bl.y, bl.h, 12, roleHead-14, roleName(d.lanes[bl.lane].role))
	}
	for i := 0; i < len(b.lanes); {
		k := i
		for k < len(b.lanes) && d.lanes[b.lanes[k].lane].agency == d.lanes[b.lanes[i].lane].agency {
			k++
		}
		top, bottom := b.lanes[i].y, b.lanes[k-1].y+b.lanes[k-1].h
		d.rect("head", drawMargin, top, agencyHead, bottom-top, 0, "")
		d.centered("ag", drawMargin+8, top, bottom-top, 12.5, agencyHead-14, agencyName(d.lanes[b.lanes[i].lane].agency))
		d.rect("rule", drawMargin, top, right-drawMargin, bottom-top, 0, "")
		i = k
	}
	for _, bl := range b.lanes {
		d.rect("rule", drawMargin+agencyHead, bl.y, right-drawMargin-agencyHead, bl.h, 0, ` stroke-opacity=".6"`)
	}
}

func (d *drawing) centered(class string, x, y, h, size, width float64, s string) {
	lines := wrapText(s, size, width, 5)
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
	n := &d.nodes[i]
	class := nodeClass(n.step)
	radius := 5.0
	if n.step.Kind == StepReturn || n.step.Kind == StepWait {
		radius = 20
	}
	fmt.Fprintf(d, "<g><title>%s</title>\n", html.EscapeString(d.tooltip(n)))
	d.rect(strings.TrimSpace("box "+class), n.x, n.y, n.w, n.h, radius, "")
	if n.step.Excluded {
		d.rect("hatch", n.x, n.y, n.w, n.h, radius, "")
	}
	if n.step.Kind == StepReturn {
		d.rect("box "+class, n.x+3.5, n.y+3.5, n.w-7, n.h-7, radius-3, ` fill-opacity="0" stroke-width=".8"`)
	}
	if len(n.step.Join) > 0 {
		d.rect("bar", n.x-joinBar, n.y-2, 5, n.h+4, 2, "")
	}
	if n.step.ID == d.plan.Exec.Start {
		fmt.Fprintf(d, `<circle class="dot ok" cx="%s" cy="%s" r="6"/>`+"\n", num(n.x-14), num(n.y+n.h/2))
	}
	content := nameLeading*float64(len(n.lines)) + limitLeading*float64(len(n.limit))
	y := n.y + (n.h-content)/2 + 11.5
	for _, line := range n.lines {
		d.text("nm", n.x+boxPad+3, y, line)
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
		d.text(strings.TrimSpace("li "+tone), n.x+boxPad+3, y, line)
		y += limitLeading
	}
	fmt.Fprintf(d, `<circle class="%s" cx="%s" cy="%s" r="9.5"/>`+"\n", strings.TrimSpace("dot "+class), num(n.x+8), num(n.y+1))
	d.text("nr", n.x+8, n.y+4.8, strconv.Itoa(n.number))
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
	case d.nodes[e.to].step.Refusal || d.edgeRefuses(e):
		return "no"
	}
	return "go"
}

// edgeRefuses says whether every way from the edge's target ends in a refusal.
func (d *drawing) edgeRefuses(e drawEdge) bool {
	seen := make([]bool, len(d.nodes))
	granted := false
	var walk func(i int)
	walk = func(i int) {
		if seen[i] || granted {
			return
		}
		seen[i] = true
		if s := d.nodes[i].step; s.Kind == StepReturn && !s.Refusal {
			granted = true
			return
		}
		for _, next := range d.edges {
			if next.from == i {
				walk(next.to)
			}
		}
	}
	walk(e.to)
	return !granted
}

func (d *drawing) edge(i int) {
	e := d.edges[i]
	tone := d.tone(e)
	if d.routes[i].connector {
		n, to := &d.nodes[e.from], &d.nodes[e.to]
		y := n.y + n.h/2 + e.port
		b := &d.bands[d.bandOf(n.rank)]
		x := n.x + n.w + 12 // connectors of one step stand under each other
		for k, o := range d.edges {
			if o.from == e.from && d.routes[k].connector {
				x = math.Max(x, b.gutters[n.rank-b.first+1].x+d.wordsWidth(k)+6)
			}
		}
		d.path("way "+tone, []point{{n.x + n.w, y}, {x, y}}, 0, tone)
		d.pill(x, y, "→ "+strconv.Itoa(to.number))
		return
	}
	way := d.points(i)
	radius := 8.0
	if e.back {
		radius = 18
	}
	d.path("way "+tone, way, radius, tone)
}

// incoming draws the connectors at steps that are reached from another band.
func (d *drawing) incoming() {
	for t := range d.nodes {
		var from []string
		beside := false
		for i, e := range d.edges {
			switch {
			case e.to != t:
			case d.routes[i].connector:
				from = append(from, strconv.Itoa(d.nodes[e.from].number))
			case !e.back || d.routes[i].kind == routeFar:
				beside = true
			}
		}
		if len(from) == 0 {
			continue
		}
		slices.Sort(from)
		n := &d.nodes[t]
		y := n.y + n.h/2
		if beside {
			y += 20
		}
		x := n.x - 14 - connectorWidth + 6
		d.path("way go", []point{{x + connectorWidth - 6, y}, {n.x, y}}, 0, "go")
		d.pill(x, y, strings.Join(from, ", ")+" →")
	}
}

func (d *drawing) pill(x, y float64, s string) {
	width := math.Max(connectorWidth-6, textWidth(s, 10.5)+10)
	d.rect("pill", x, y-connectorHeight/2, width, connectorHeight, connectorHeight/2, "")
	d.text("pt", x+width/2, y+3.8, s)
}

func (d *drawing) label(i int) {
	e := d.edges[i]
	lines := labelLines(e.label)
	if len(lines) == 0 {
		return
	}
	n := &d.nodes[e.from]
	x, y := n.x+n.w+4, n.y+n.h/2+e.port-4
	if d.routes[i].kind == routeOver && !d.routes[i].connector {
		way := d.points(i)
		x, y = math.Min(way[1].x, way[2].x)+14, way[1].y-4
	}
	for k, line := range lines {
		prefix := ""
		if e.back && k == 0 {
			prefix = "↺ "
		}
		d.text("lb "+d.tone(e), x, y-labelLeading*float64(len(lines)-1-k), prefix+line)
	}
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
		x += 31 + textWidth(s, 13) + 18
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
		d.path("way back", []point{{x, y - 4}, {x + 26, y - 4}}, 0, "back")
		d.text("h2", x+33, y, "Quay lại")
		x += 33 + textWidth("Quay lại", 13) + 18
	}
	if len(d.bands) > 1 {
		d.pill(x, y-4, "→ 7")
		d.text("h2", x+48, y, "Sang bước 7 ở hàng khác")
	}
}
