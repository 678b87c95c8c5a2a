package letters

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"
)

// Line is a line of the letter's body: a label with a value, or a sentence without one.
type Line struct{ Label, Value string }

// Lines are the body of the letter, as text and page print it.
func (l Letter) Lines() []Line {
	w := l.words
	lines := []Line{{"Mã hồ sơ", l.Dossier}, {"Thủ tục", named(w.Procedure, l.Procedure)}}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, Line{label, value})
		}
	}
	if !l.Received.IsZero() {
		add("Tiếp nhận lúc", clock(l.Received))
	}
	switch l.Kind {
	case KindReceipt:
		if !l.Due.IsZero() {
			add("Hẹn trả kết quả", clock(l.Due)+provisional(l.Provisional))
		}
	case KindSupplement:
		add("Giấy tờ cần bổ sung", strings.Join(l.papers(), "; "))
		if !l.Expires.IsZero() {
			add("Bổ sung chậm nhất", clock(l.Expires))
		}
	case KindApology:
		add("Đã hẹn trả kết quả", clock(l.OldDue))
		add("Nay hẹn lại", clock(l.NewDue))
	case KindExtension:
		add("Được gia hạn thêm", l.Add)
		add("Hẹn trả kết quả", clock(l.Due))
	}
	if l.Kind != KindExtension || l.Ground != l.Cite {
		add("Căn cứ", l.Ground)
	}
	add("Lý do", cmp.Or(l.Reason, map[bool]string{true: "nêu trong văn bản gửi người nộp"}[l.Withheld]))
	if s := l.sentence(); s != "" {
		lines = append(lines, Line{"", s})
	}
	return lines
}

func (l Letter) papers() (out []string) {
	for _, id := range l.Papers {
		out = append(out, cmp.Or(l.words.Papers[id], id))
	}
	return out
}

// sentence is what the letter says to the applicant.
func (l Letter) sentence() string {
	lead := named(l.words.Lead, l.Lead)
	switch l.Kind {
	case KindApology:
		return fmt.Sprintf("%s xin lỗi vì không trả được kết quả đúng hẹn và đề nghị người nộp nhận kết quả theo ngày hẹn lại. Hồ sơ chỉ được hẹn lại một lần; hai ngày hẹn đều được lưu và báo cáo.", lead)
	case KindExtension:
		return fmt.Sprintf("Thời hạn giải quyết được kéo dài theo quy định của pháp luật (%s). Đây không phải là hẹn lại do chậm.", l.Cite)
	case KindSupplement:
		return "Đề nghị người nộp bổ sung, hoàn thiện theo đúng các mục nêu trên, một lần, đầy đủ."
	}
	return ""
}

// Signature are the lines under the letter: who signed, under what.
func (l Letter) Signature() (out []string) {
	if l.Decision != "" {
		out = append(out, fmt.Sprintf("Phát hành theo quyết định chung số %s", l.Decision))
	} else if l.Document != "" {
		out = append(out, "Văn bản số "+l.Document)
	}
	if l.Signer != "" {
		out = append(out, "Người ký: "+l.Signer)
	}
	return out
}

// Office is the agency that the letter is from: the lead's for what concerns its promise, the desk's for the rest.
func (l Letter) Office() string {
	switch l.Kind {
	case KindApology, KindExtension, KindStop:
		return named(l.words.Lead, l.Lead)
	}
	return named(l.words.Receiving, l.Receiving)
}

// Addressee is the applicant, where who reads may know.
func (l Letter) Addressee() string { return cmp.Or(l.Applicant, "người nộp hồ sơ "+l.Dossier) }

// Title is the heading of the letter.
func (l Letter) Title() string { return strings.ToUpper(l.Name) }

// Day is the date of the letter.
func (l Letter) Day() string { return day(l.Issued) }

func named(name, code string) string {
	if name == "" {
		return code
	}
	return name + " (" + code + ")"
}

func provisional(yes bool) string {
	if yes {
		return " (tạm tính: có năm chưa có lịch nghỉ chính thức)"
	}
	return ""
}

// Text is the letter as plain text.
func (l Letter) Text() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n")
	p("%s\n%s\n", l.Office(), l.Day())
	p("%s\n(%s)\n", l.Title(), l.Cite)
	p("Kính gửi: %s\n", l.Addressee())
	for _, x := range l.Lines() {
		if x.Label == "" {
			p("\n%s", x.Value)
			continue
		}
		p("- %s: %s", x.Label, x.Value)
	}
	p("")
	for _, s := range l.Signature() {
		p("%s", s)
	}
	return b.String()
}

// HTML is the letter as a page to print (A5, as the forms of the one-stop are), without scripts.
func (l Letter) HTML() (string, error) {
	var b strings.Builder
	err := page().Execute(&b, l)
	return b.String(), err
}

func page() *template.Template {
	return template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Name}} {{.Dossier}}</title>
<style>@page{size:A5;margin:15mm}body{font:13pt/1.4 "Times New Roman",serif;max-width:130mm;margin:1rem auto;padding:0 1rem;color:#000;background:#fff}
.c{text-align:center}h1{font-size:14pt;text-align:center;margin:1em 0 .2em}dl{margin:1em 0}dt{float:left;clear:left;margin-right:.4em}dd{margin:0 0 .2em}.s{margin-top:2em;text-align:right}</style></head>
<body><p class="c"><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</strong><br>Độc lập - Tự do - Hạnh phúc</p>
<p>{{.Office}}<br>{{.Day}}</p>
<h1>{{.Title}}</h1><p class="c">({{.Cite}})</p>
<p>Kính gửi: {{.Addressee}}</p>
<dl>{{range .Lines}}{{if .Label}}<dt>{{.Label}}:</dt><dd>{{.Value}}</dd>{{end}}{{end}}</dl>
{{range .Lines}}{{if not .Label}}<p>{{.Value}}</p>{{end}}{{end}}
<p class="s">{{range .Signature}}{{.}}<br>{{end}}</p></body></html>
`))
}
