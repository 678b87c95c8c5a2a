package procedure

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// documents unites the papers by type and drops those that an earlier part produces. Papers of one transaction (a contract,
// an application for one part) are kept, once per part.
func (m *merger) documents() *yaml.Node {
	list := sequence()
	byID := map[string]*yaml.Node{}
	produced := map[string]bool{}
	for _, p := range m.parts {
		nodes := items(get(p.root, "documents"))
		for i, def := range p.d.Documents {
			id := def.Value.ID
			if m.o.Rule == MergeSequence && produced[paperType(id)] && def.Value.Of == "" {
				continue // the earlier part's result stands for it
			}
			n := clone(nodes[i])
			if have := byID[id]; have != nil {
				if samePaper(have, n) {
					unitePaper(have, n)
					continue
				}
				id = p.id + "-" + id
				set(n, "id", str(id))
			}
			byID[id] = n
			list.Content = append(list.Content, n)
		}
		for _, r := range p.d.Results {
			produced[paperType(r.Value.ID)] = true
		}
	}
	return list
}

// paperType is what a paper is, wherever it comes from: the result "gcn-moi" (a new certificate) is a paper "gcn".
func paperType(id string) string { return strings.TrimSuffix(id, "-moi") }

// samePaper: one id is one paper, except transactions and forms of different numbers.
func samePaper(a, b *yaml.Node) bool {
	if text(a, "of").Value != "" || text(b, "of").Value != "" {
		return false
	}
	return formsText(a) == formsText(b) || formsText(a) == "" || formsText(b) == ""
}

// formsText is the form of a paper, or its forms with their dates, as text.
func formsText(n *yaml.Node) string {
	out := text(n, "form").Value
	for _, f := range items(get(n, "forms")) {
		out += "|" + text(f, "form").Value + " " + text(f, "from").Value + " " + text(f, "until").Value
	}
	return out
}

// unitePaper keeps what asks for more: the larger number of copies, the stronger duty.
func unitePaper(have, more *yaml.Node) {
	for _, k := range []string{"originals", "copies"} {
		if integer(more, k).Value > integer(have, k).Value {
			set(have, k, number(integer(more, k).Value))
		}
	}
	for _, k := range []string{"form", "forms"} {
		if formsText(have) == "" && get(more, k) != nil {
			set(have, k, clone(get(more, k)))
		}
	}
	always := func(n *yaml.Node) bool {
		return get(n, "when") == nil && (get(n, "required") == nil || text(n, "required").Value == "true")
	}
	switch {
	case always(have):
	case always(more):
		drop(have, "when")
		drop(have, "required")
	case get(have, "when") != nil && get(more, "when") != nil:
		if a, b := text(have, "when").Value, text(more, "when").Value; a != b {
			set(have, "when", str("("+a+") || ("+b+")"))
		}
	case get(more, "when") != nil:
		drop(have, "required")
		set(have, "when", clone(get(more, "when")))
	}
}

// fees are summed by keeping each part's own, so that a refusal can charge the parts done only.
func (m *merger) fees() *yaml.Node {
	return m.own("fees", func(*mergePart, string, string) {})
}

// results keep their parts: each is issued, and counted.
func (m *merger) results() *yaml.Node {
	return m.own("results", func(p *mergePart, was, is string) { p.results[was] = is })
}

// own lists the entries of every part under ids that no other part uses, each with its part.
func (m *merger) own(key string, renamed func(p *mergePart, was, is string)) *yaml.Node {
	uses := map[string]int{}
	for _, p := range m.parts {
		for _, n := range items(get(p.root, key)) {
			uses[text(n, "id").Value]++
		}
	}
	list := sequence()
	for _, p := range m.parts {
		for _, n := range items(get(p.root, key)) {
			n = clone(n)
			was := text(n, "id").Value
			is := was
			if uses[was] > 1 {
				is = p.id + "-" + was
				set(n, "id", str(is))
			}
			set(n, "part", str(p.id))
			renamed(p, was, is)
			list.Content = append(list.Content, n)
		}
	}
	return list
}

// facts are united by name: two parts ask the same question once.
func (m *merger) facts() *yaml.Node {
	list := sequence()
	seen := map[string]*mergePart{}
	for _, p := range m.parts {
		nodes := items(get(p.root, "facts"))
		for i, f := range p.d.Facts {
			first, known := seen[f.Value.Name]
			if !known {
				seen[f.Value.Name] = p
				list.Content = append(list.Content, clone(nodes[i]))
				continue
			}
			for _, g := range first.d.Facts {
				if g.Value.Name == f.Value.Name && (g.Value.Type != f.Value.Type || strings.Join(g.Value.Values, "|") != strings.Join(f.Value.Values, "|")) {
					m.refuse(p, f.Pos, "dữ kiện "+f.Value.Name+" khác kiểu hoặc khác giá trị với thủ tục "+first.d.Code.Value, "thống nhất khai báo ở hai thủ tục trước khi ghép")
				}
			}
		}
	}
	return list
}

func (m *merger) extensions() *yaml.Node {
	list := sequence()
	seen := map[string]bool{}
	for _, p := range m.parts {
		for _, n := range items(get(p.root, "extensions")) {
			n = clone(n)
			if id := text(n, "id").Value; seen[id] {
				set(n, "id", str(p.id+"-"+id))
			}
			seen[text(n, "id").Value] = true
			list.Content = append(list.Content, n)
		}
	}
	return list
}

func (m *merger) basis() *yaml.Node {
	list := sequence()
	seen := map[string]bool{}
	for _, p := range m.parts {
		for _, n := range items(get(p.root, "legal-basis")) {
			if key := text(n, "document").Value + "|" + text(n, "article").Value; !seen[key] {
				seen[key] = true
				list.Content = append(list.Content, clone(n))
			}
		}
	}
	return list
}

// sources keep the provenance of every part's facts, under the part's name.
func (m *merger) sources() *yaml.Node {
	out := mapping()
	for _, p := range m.parts {
		pairs(get(p.root, "sources"), func(path string, v *yaml.Node) { set(out, "parts."+p.id+"."+path, clone(v)) })
	}
	set(out, "limit", pairsOf("source", str("Quy tắc ghép đề xuất: tổng thời hạn các phần trừ phần tiếp nhận, trả kết quả làm chung; không có căn cứ pháp lý"), "confidence", str("sample")))
	return out
}
