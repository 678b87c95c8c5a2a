package proof

import (
	"bytes"
	"html/template"
)

// Page writes the sheet as a page to print on A4: no scripts, nothing loaded from elsewhere, tables with captions and headers that
// screen readers can follow.
func (s *Sheet) Page() ([]byte, error) {
	t, err := template.New("proof").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s.document()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

const pageTemplate = `<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
@page { size: A4; margin: 14mm 12mm; }
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
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{range .Sections}}<section>
<h2>{{.Title}}</h2>
{{with .Facts}}<dl>
{{range .}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>
{{end}}</dl>
{{end}}{{with .Lines}}<ul>
{{range .}}<li>{{.}}</li>
{{end}}</ul>
{{end}}{{range .Tables}}{{$t := .}}<div class="wide" tabindex="0" role="region" aria-label="{{.Caption}}"><table>
<caption>{{.Caption}}</caption>
<thead><tr>{{range $i, $h := .Head}}<th scope="col"{{if $t.Number $i}} class="n"{{end}}>{{$h}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr>{{range $i, $c := .}}{{if eq $i 0}}<th scope="row"{{if $t.Number $i}} class="n"{{end}}>{{$c}}</th>{{else}}<td{{if $t.Number $i}} class="n"{{end}}>{{$c}}</td>{{end}}{{end}}</tr>
{{end}}</tbody>
{{with .Foot}}<tfoot><tr>{{range $i, $c := .}}<td{{if $t.Number $i}} class="n"{{end}}>{{$c}}</td>{{end}}</tr></tfoot>
{{end}}</table></div>
{{end}}</section>
{{end}}</main>
<footer>Dấu của phiếu (SHA-256): {{.Hash}}</footer>
</body>
</html>
`
