package procedure

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// documents unites the papers by type and drops those that an earlier part produces. Papers of one transaction (a contract,
// an application for one part) are kept, once per part.
func (m *merger) documents() *yaml.Node {
	list := node.List()
	byID := map[string]*yaml.Node{}
	produced := map[string]bool{}
	for _, p := range m.parts {
		nodes := items(get(p.root, "documents"))
		for i, def := range p.d.Documents {
			id := def.Value.ID
			if m.o.Rule == MergeSequence && produced[paperType(id)] && def.Value.Of == "" {
				continue // the earlier part's result stands for it
			}
			n := node.Clone(nodes[i])
			have := byID[id]
			if have != nil && samePaper(have, n) {
				unitePaper(have, n)
				p.papers[def.Value.ID] = id
				continue
			}
			if have != nil {
				id = p.id + "-" + id
				node.Set(n, "id", node.Text(id))
			}
			p.papers[def.Value.ID] = id
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
			node.Set(have, k, node.Int(integer(more, k).Value))
		}
	}
	for _, k := range []string{"form", "forms"} {
		if formsText(have) == "" && get(more, k) != nil {
			node.Set(have, k, node.Clone(get(more, k)))
		}
	}
	always := func(n *yaml.Node) bool {
		return get(n, "when") == nil && (get(n, "required") == nil || text(n, "required").Value == "true")
	}
	switch {
	case always(have):
	case always(more):
		node.Remove(have, "when")
		node.Remove(have, "required")
	case get(have, "when") != nil && get(more, "when") != nil:
		if a, b := text(have, "when").Value, text(more, "when").Value; a != b {
			node.Set(have, "when", node.Text("("+a+") || ("+b+")"))
		}
	case get(more, "when") != nil:
		node.Remove(have, "required")
		node.Set(have, "when", node.Clone(get(more, "when")))
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
	list := node.List()
	for _, p := range m.parts {
		for _, n := range items(get(p.root, key)) {
			n = node.Clone(n)
			was := text(n, "id").Value
			is := was
			if uses[was] > 1 {
				is = p.id + "-" + was
				node.Set(n, "id", node.Text(is))
			}
			node.Set(n, "part", node.Text(p.id))
			renamed(p, was, is)
			list.Content = append(list.Content, n)
		}
	}
	return list
}

// facts are united by name: two parts ask the same question once.
func (m *merger) facts() *yaml.Node {
	list := node.List()
	seen := map[string]*mergePart{}
	for _, p := range m.parts {
		nodes := items(get(p.root, "facts"))
		for i, f := range p.d.Facts {
			first, known := seen[f.Value.Name]
			if !known {
				seen[f.Value.Name] = p
				list.Content = append(list.Content, node.Clone(nodes[i]))
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
	list := node.List()
	seen := map[string]bool{}
	for _, p := range m.parts {
		for _, n := range items(get(p.root, "extensions")) {
			n = node.Clone(n)
			if id := text(n, "id").Value; seen[id] {
				node.Set(n, "id", node.Text(p.id+"-"+id))
			}
			seen[text(n, "id").Value] = true
			list.Content = append(list.Content, n)
		}
	}
	return list
}

func (m *merger) basis() *yaml.Node {
	list := node.List()
	seen := map[string]bool{}
	for _, p := range m.parts {
		for _, n := range items(get(p.root, "legal-basis")) {
			if key := text(n, "document").Value + "|" + text(n, "article").Value; !seen[key] {
				seen[key] = true
				list.Content = append(list.Content, node.Clone(n))
			}
		}
	}
	return list
}

// sources keep the provenance of every part's facts, under the part's name.
func (m *merger) sources() *yaml.Node {
	out := node.Map()
	for _, p := range m.parts {
		pairs(get(p.root, "sources"), func(path, v *yaml.Node) { node.Set(out, "parts."+p.id+"."+path.Value, node.Clone(v)) })
	}
	node.Set(out, "limit", pairsOf("source", node.Text("Quy tắc ghép đề xuất: tổng thời hạn các phần trừ phần tiếp nhận, trả kết quả làm chung; không có căn cứ pháp lý"), "confidence", node.Text("sample")))
	return out
}
