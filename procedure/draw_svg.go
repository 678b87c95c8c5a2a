package procedure

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"motcua/procedure/swimlane"
)

// svgWriter writes SVG elements; numbers have at most one decimal, so that output is the same everywhere.
type svgWriter struct {
	strings.Builder
	prefix string // of ids, so that two drawings can stand on one page
}

func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func (w *svgWriter) rect(class string, x, y, width, height, radius float64, rest string) {
	fmt.Fprintf(w, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"%s/>`+"\n",
		class, num(x), num(y), num(width), num(height), num(radius), rest)
}

func (w *svgWriter) text(class string, x, y float64, s string) {
	fmt.Fprintf(w, `<text class="%s" x="%s" y="%s">%s</text>`+"\n", class, num(x), num(y), html.EscapeString(s))
}

// path draws a way with rounded corners and an arrow head.
func (w *svgWriter) path(class string, way []swimlane.Point, radius float64, marker string) {
	way = straighten(way)
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", num(way[0].X), num(way[0].Y))
	for i := 1; i < len(way)-1; i++ {
		a, c, b := way[i-1], way[i], way[i+1]
		r := math.Min(radius, math.Min(distance(a, c), distance(c, b))/2)
		in, out := toward(c, a, r), toward(c, b, r)
		fmt.Fprintf(&d, "L%s %sQ%s %s %s %s", num(in.X), num(in.Y), num(c.X), num(c.Y), num(out.X), num(out.Y))
	}
	last := way[len(way)-1]
	fmt.Fprintf(&d, "L%s %s", num(last.X), num(last.Y))
	fmt.Fprintf(w, `<path class="%s" d="%s" marker-end="url(#%s-%s)"/>`+"\n", class, d.String(), w.prefix, marker)
}

func distance(a, b swimlane.Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

func toward(from, to swimlane.Point, by float64) swimlane.Point {
	d := distance(from, to)
	if d == 0 {
		return from
	}
	return swimlane.Point{X: from.X + (to.X-from.X)*by/d, Y: from.Y + (to.Y-from.Y)*by/d}
}

// straighten drops corners that are none.
func straighten(way []swimlane.Point) []swimlane.Point {
	var out []swimlane.Point
	for i, p := range way {
		if i > 0 && i < len(way)-1 && len(out) > 0 {
			a, b := out[len(out)-1], way[i+1]
			if (math.Abs(a.X-p.X) < 0.5 && math.Abs(p.X-b.X) < 0.5) || (math.Abs(a.Y-p.Y) < 0.5 && math.Abs(p.Y-b.Y) < 0.5) {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// style holds the colors as custom properties: a page may set them, a dark reader gets dark ones, paper gets light ones.
func (w *svgWriter) style() {
	p := "." + w.prefix
	light := "--mc-bg:#fff;--mc-ink:#1b2430;--mc-soft:#566272;--mc-line:#44546a;--mc-lane:#f4f7fa;--mc-lane2:#fff;--mc-rule:#c9d3de;" +
		"--mc-head:#e6edf4;--mc-box:#fff;--mc-edge:#2f5d8c;--mc-wait:#fff8e6;--mc-waitline:#a86a00;--mc-ok:#e7f5ec;--mc-okline:#1d7a43;" +
		"--mc-no:#fdecea;--mc-noline:#b3261e;--mc-back:#7a3fa0"
	dark := "--mc-bg:#12171e;--mc-ink:#e8edf3;--mc-soft:#a5b1bf;--mc-line:#9fb0c3;--mc-lane:#181f28;--mc-lane2:#141a22;--mc-rule:#364353;" +
		"--mc-head:#222c38;--mc-box:#1f2935;--mc-edge:#7fb2e5;--mc-wait:#33290f;--mc-waitline:#e0a63a;--mc-ok:#15301f;--mc-okline:#5cc98a;" +
		"--mc-no:#3a1a18;--mc-noline:#ff8a80;--mc-back:#c79bea"
	fmt.Fprintf(w, "<style>\n%s{%s;font-family:\"Be Vietnam Pro\",\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif}\n", p, light)
	fmt.Fprintf(w, "@media (prefers-color-scheme:dark){%s{%s}}\n@media print{%s{%s}}\n", p, dark, p, light)
	for _, rule := range []string{
		".bg{fill:var(--mc-bg)}", ".lane{fill:var(--mc-lane)}", ".lane.odd{fill:var(--mc-lane2)}", ".head{fill:var(--mc-head)}",
		".rule{stroke:var(--mc-rule);fill:none}", "text{fill:var(--mc-ink)}", ".h1{font-size:19px;font-weight:700}",
		".h2{font-size:13px;fill:var(--mc-soft)}", ".ag{font-size:12.5px;font-weight:700}", ".ro{font-size:12px}",
		".nm{font-size:12.5px;font-weight:500}", ".li{font-size:11px;fill:var(--mc-soft)}", ".li.due{font-weight:700;fill:var(--mc-edge)}",
		".li.off{fill:var(--mc-waitline);font-style:italic}", ".li.no{fill:var(--mc-noline);font-weight:700}", ".li.ok{fill:var(--mc-okline);font-weight:700}",
		".nr{font-size:10.5px;font-weight:700;fill:var(--mc-box);text-anchor:middle}", ".dot{fill:var(--mc-edge)}",
		".dot.off{fill:var(--mc-waitline)}", ".dot.no{fill:var(--mc-noline)}", ".dot.ok{fill:var(--mc-okline)}", ".dot.au{fill:var(--mc-line)}",
		".box{fill:var(--mc-box);stroke:var(--mc-edge);stroke-width:1.4}", ".box.off{fill:var(--mc-wait);stroke:var(--mc-waitline);stroke-dasharray:5 3}",
		".hatch{fill:url(#" + w.prefix + "-hatch)}", ".box.ok{fill:var(--mc-ok);stroke:var(--mc-okline);stroke-width:2}",
		".box.no{fill:var(--mc-no);stroke:var(--mc-noline);stroke-width:2}", ".box.au{fill:var(--mc-head);stroke:var(--mc-line)}",
		".way{fill:none;stroke:var(--mc-line);stroke-width:1.4}", ".way.back{stroke:var(--mc-back);stroke-dasharray:6 3}", ".way.no{stroke:var(--mc-noline)}",
		".bar{fill:var(--mc-line)}", ".lb{font-size:10.5px;fill:var(--mc-soft);paint-order:stroke;stroke:var(--mc-bg);stroke-width:3px;stroke-linejoin:round}",
		".lb.back{fill:var(--mc-back);font-weight:600}", ".lb.no{fill:var(--mc-noline);font-weight:600}",
		".pill{fill:var(--mc-head);stroke:var(--mc-line)}", ".pt{font-size:10.5px;font-weight:700;text-anchor:middle}",
		".a{fill:var(--mc-line)}", ".a.back{fill:var(--mc-back)}", ".a.no{fill:var(--mc-noline)}", ".hl{stroke:var(--mc-waitline);stroke-width:1;opacity:.28}",
	} {
		if rule == "" {
			continue
		}
		w.WriteString(p + " " + rule + "\n")
	}
	w.WriteString("</style>\n")
}

func (w *svgWriter) defs() {
	w.WriteString("<defs>\n")
	for _, kind := range []string{"go", "back", "no"} {
		fmt.Fprintf(w, `<marker id="%s-%s" viewBox="0 0 8 8" refX="7.4" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="a %s" d="M0 .6 7.6 4 0 7.4z"/></marker>`+"\n", w.prefix, kind, kind)
	}
	fmt.Fprintf(w, `<pattern id="%s-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hl" d="M0 0V7"/></pattern>`+"\n</defs>\n", w.prefix)
}
