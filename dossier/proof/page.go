package proof

import (
	"html"
	"strings"
)

// Page writes the sheet as a page to print on A4: no scripts, nothing loaded from elsewhere, tables with captions and headers that
// screen readers can follow. Every text passes through text and is escaped there; a table of hundreds of days is no matter for a
// template engine.
func (s *Sheet) Page() []byte {
	d := s.document()
	p := &page{}
	p.raw("<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	p.element("title", "", d.Title)
	p.raw("<style>\n" + pageStyle + "</style>\n</head>\n<body>\n<main>\n")
	p.element("h1", "", d.Title)
	for _, x := range d.Sections {
		p.section(x)
	}
	p.raw("</main>\n")
	p.element("footer", "", "Dấu của phiếu (SHA-256): "+d.Hash)
	p.raw("</body>\n</html>\n")
	return []byte(p.b.String())
}

type page struct{ b strings.Builder }

func (p *page) raw(markup string) { p.b.WriteString(markup) }

func (p *page) text(s string) { p.b.WriteString(html.EscapeString(s)) }

func (p *page) element(name, attributes, text string) {
	p.raw("<" + name + attributes + ">")
	p.text(text)
	p.raw("</" + name + ">\n")
}

func (p *page) section(x section) {
	p.raw("<section>\n")
	p.element("h2", "", x.Title)
	if len(x.Facts) > 0 {
		p.raw("<dl>\n")
		for _, f := range x.Facts {
			p.element("dt", "", f.Name)
			p.element("dd", "", f.Value)
		}
		p.raw("</dl>\n")
	}
	if len(x.Lines) > 0 {
		p.raw("<ul>\n")
		for _, l := range x.Lines {
			p.element("li", "", l)
		}
		p.raw("</ul>\n")
	}
	for _, t := range x.Tables {
		p.table(t)
	}
	p.raw("</section>\n")
}

func (p *page) table(t table) {
	p.raw(`<div class="wide" tabindex="0" role="region" aria-label="`)
	p.text(t.Caption)
	p.raw("\"><table>\n")
	p.element("caption", "", t.Caption)
	p.raw("<thead>")
	p.row(t, t.Head, func(int) (string, string) { return "th", ` scope="col"` })
	p.raw("</thead>\n<tbody>\n")
	for _, r := range t.Rows {
		p.row(t, r, func(i int) (string, string) {
			if i == 0 {
				return "th", ` scope="row"`
			}
			return "td", ""
		})
	}
	p.raw("</tbody>\n")
	if len(t.Foot) > 0 {
		p.raw("<tfoot>")
		p.row(t, t.Foot, func(int) (string, string) { return "td", "" })
		p.raw("</tfoot>\n")
	}
	p.raw("</table></div>\n")
}

func (p *page) row(t table, cells []string, kind func(column int) (name, attributes string)) {
	p.raw("<tr>\n")
	for i, c := range cells {
		name, attributes := kind(i)
		if t.number(i) {
			attributes += ` class="n"`
		}
		p.element(name, attributes, c)
	}
	p.raw("</tr>\n")
}

const pageStyle = `@page { size: A4; margin: 14mm 12mm; }
body { font: 11pt/1.4 "Noto Serif", "Times New Roman", serif; color: #000; background: #fff; max-width: 186mm; margin: 0 auto; padding: 6mm; }
h1 { font-size: 16pt; margin: 0 0 4mm; }
h2 { font-size: 12.5pt; margin: 6mm 0 2mm; border-bottom: 1px solid #000; break-after: avoid; }
dl { display: grid; grid-template-columns: 52mm 1fr; gap: 1mm 4mm; margin: 0; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 2mm 0; padding-left: 6mm; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 3mm 0; font-size: 9.5pt; }
caption { text-align: left; font-style: italic; padding-bottom: 1mm; }
th, td { border: 1px solid #555; padding: 0.8mm 1.5mm; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { background: #eee; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
tfoot td { font-weight: bold; }
thead { display: table-header-group; }
tfoot { display: table-row-group; }
tr { break-inside: avoid; }
footer { margin-top: 6mm; font-size: 9pt; overflow-wrap: anywhere; }
@media print { body { padding: 0; max-width: none; } .wide { overflow: visible; } }
`
