package catalogue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// mostCopies is the largest number of originals or copies that is believed.
const mostCopies = 20

// wanting is the end of a name that wants a number behind it: "Mẫu số", "năm", "ngày 31/12/", "BM.NCC.20.".
var wanting = regexp.MustCompile(`(?i)(mẫu(\s+số)?|năm|[0-9]/|[0-9]\.)$`)

// unglue takes the end of the name back out of a number: originals 181 of "… theo Mẫu số" are Mẫu số 18, 1 original.
func unglue(p Paper) (Paper, bool) {
	if p.Originals <= 9 || !wanting.MatchString(p.Name) {
		return p, false
	}
	digits := strconv.Itoa(p.Originals)
	join := " "
	if last := p.Name[len(p.Name)-1]; last == '/' || last == '.' {
		join = ""
	}
	p.Name += join + digits[:len(digits)-1]
	p.Originals = int(digits[len(digits)-1] - '0')
	return p, true
}

// attached is the name of a file behind the end of a sentence: "… số 99/2022/NĐ-CP).Mau so 01a_QSDT, TSGLVD.docx".
var attached = regexp.MustCompile(`^(.*[.);])\s*([^.();/]{1,80}\.(?i:docx?|xlsx?|pdf|rar|zip))$`)

// detach cuts the name of a file off a paper's.
func detach(name string) (paper, file string) {
	if end := len(name) - strings.LastIndexByte(name, '.'); end < len(".doc") || end > len(".docx") {
		return name, "" // most names: no need to look closer
	}
	if m := attached.FindStringSubmatch(name); m != nil {
		return m[1], m[2]
	}
	return name, ""
}

// papers cleans the papers of a line: names that were cut at an opening bracket are joined, numbers unglued, repeats dropped.
func (r *reader) papers(list []value) {
	open, seen := false, map[Paper]bool{}
	for i := range list {
		at := fmt.Sprintf("/documents/%d", i)
		p, ok := r.paper(&list[i], at)
		switch {
		case !ok:
			continue
		case open:
			r.find("paper-joined", at, p.Name)
			last := &r.e.Papers[len(r.e.Papers)-1]
			last.Name, open = last.Name+p.Name, strings.HasSuffix(p.Name, "(")
			continue
		case !worded(p.Name):
			r.find("paper-nameless", at, p.Name)
			continue
		case seen[p]:
			r.find("paper-repeated", at, p.Name)
			continue
		case p.Originals == 0 && p.Copies == 0:
			r.find("paper-uncounted", at, p.Name)
		}
		seen[p] = true
		r.e.Papers = append(r.e.Papers, p)
		open = strings.HasSuffix(p.Name, "(")
	}
}

func (r *reader) paper(v *value, at string) (p Paper, ok bool) {
	if v.kind != kObject {
		r.wrong(at, v)
		return p, false
	}
	uncut := 0
	for i := range v.members {
		m := &v.members[i]
		path := at + "/" + pointer(m.key)
		switch m.key {
		case "name":
			uncut = len([]rune(m.text))
			p.Name = r.text(path, &m.value)
		case "originals":
			p.Originals = r.count(path, &m.value)
		case "copies":
			p.Copies = r.count(path, &m.value)
		default:
			r.unknown(path, &m.value)
		}
	}
	if uncut == cutPaper {
		r.find("text-cut", at+"/name", p.Name)
	}
	if name, file := detach(p.Name); file != "" {
		r.find("file-glued", at+"/name", file)
		p.Name = name
	}
	if q, split := unglue(p); split {
		r.find("count-glued", at+"/originals", p.Name+" | "+strconv.Itoa(p.Originals))
		p = q
	}
	p.Originals = r.plausible(at+"/originals", p.Originals)
	p.Copies = r.plausible(at+"/copies", p.Copies)
	return p, true
}

// plausible gives up a number of copies that nobody asks for.
func (r *reader) plausible(path string, n int) int {
	if n <= mostCopies {
		return n
	}
	r.find("count-implausible", path, strconv.Itoa(n))
	return 0
}

// form is the form that a paper is to be written on: "Mẫu số 18", "mẫu 02/ĐK".
var form = regexp.MustCompile(`(?i)mẫu\s+(?:số\s+)?((?:TK)?[0-9]{1,3}[a-zđ]?(?:[/-][\p{Lu}0-9]{1,10})*)`)

// formOf is the form that the name of a paper mentions, when it mentions one.
func formOf(name string) string {
	all := form.FindAllStringSubmatch(name, -1)
	if len(all) != 1 {
		return ""
	}
	return all[0][1]
}
