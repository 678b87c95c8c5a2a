package procedure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// Pos is a place in a file, both counted from 1; the zero Pos is "not written".
type Pos struct{ Line, Col int }

// At is a value with its place in the file.
type At[T any] struct {
	Value T
	Pos   Pos
}

// Set says that the value is written in the file.
func (a At[T]) Set() bool { return a.Pos.Line > 0 }

func at(n *yaml.Node) Pos { return Pos{Line: n.Line, Col: n.Column} }

// scalarAt is a scalar with its place.
func scalarAt(n *yaml.Node) At[string] { return At[string]{n.Value, at(n)} }

// report collects the findings of one file.
type report struct {
	work
	file string
	src  *source
	list Diagnostics
	// most is how many findings the report keeps.
	most int
	// edges, conditions and expressions count the targets of all outcomes, the conditions and their bytes; tooLarge says
	// that a bound was passed and nothing may be read; more that findings were left out.
	edges, conditions, expressions int
	tooLarge, more                 bool
}

// large reports a passed bound: then it is the only finding, for nothing else of the file is looked at.
func (r *report) large(p Pos, message, hint string) {
	if r.tooLarge {
		return
	}
	r.list = nil
	r.add(p, "too-large", message, hint)
	r.tooLarge = true
}

// full says that no further finding will be kept, so that looking for one is idle.
func (r *report) full() bool { return r.tooLarge || len(r.list) >= r.most }

func (r *report) add(p Pos, rule, message, hint string) *Diagnostic {
	return r.addAs(SeverityError, p, rule, message, hint)
}

// addAs returns the finding, to be given more before the next one is added; nil when it was not kept.
func (r *report) addAs(s Severity, p Pos, rule, message, hint string) *Diagnostic {
	if r.full() {
		r.more = true
		return nil
	}
	r.list = append(r.list, Diagnostic{File: r.file, Line: max(p.Line, 1), Col: max(p.Col, 1), Severity: s, Rule: rule, Message: message, Hint: hint})
	return &r.list[len(r.list)-1]
}

// done is the whole report in the order of the file. What was left out blocks publication, whatever it was.
func (r *report) done() Diagnostics {
	if r.more && !r.tooLarge {
		r.list = append(r.list, Diagnostic{File: r.file, Line: 1, Col: 1, Severity: SeverityError, Rule: "too-many-findings",
			Message: fmt.Sprintf("tệp có hơn %d phát hiện; chỉ nêu %d", r.most, r.most), Hint: "sửa những chỗ đã nêu rồi kiểm tra lại"})
		r.more = false
	}
	return r.list.Sorted()
}

// load reads one YAML document into nodes; nil when there is nothing to go on with.
func (r *report) load(data []byte) *yaml.Node {
	start := Pos{1, 1}
	r.src = &source{data: data}
	if why := tooLong(data); why != "" {
		r.large(start, why, "mỗi tệp một thủ tục; thủ tục thật dài vài chục dòng")
		return nil
	}
	if !utf8.Valid(data) {
		r.add(start, "yaml-syntax", "tệp không phải UTF-8", "lưu lại tệp với bảng mã UTF-8")
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(depthLimit{}))
	if err != nil {
		r.add(start, "yaml-syntax", err.Error(), "")
		return nil
	}
	var doc yaml.Node
	if err := loader.Load(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			r.add(start, "yaml-syntax", "tệp trống", "")
			return nil
		}
		r.syntax(err)
		return nil
	}
	var second yaml.Node
	if err := loader.Load(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			r.syntax(err)
		} else {
			r.add(at(&second), "yaml-syntax", "tệp có hơn một tài liệu YAML", "mỗi tệp một thủ tục; bỏ dòng ---")
		}
		return nil
	}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	if !r.plain(root) {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		r.add(at(root), "yaml-syntax", "tệp phải là các dòng \"khóa: giá trị\"", "")
		return nil
	}
	return root
}

// depthLimit stops the library early on deeply nested input.
type depthLimit struct{}

func (depthLimit) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxDepth {
		return fmt.Errorf("lồng quá %d tầng", maxDepth)
	}
	return nil
}

func (depthLimit) CheckAlias(int, int) error { return nil }

func (r *report) syntax(err error) {
	p := Pos{1, 1}
	msg := err.Error()
	var le *yaml.LoadError
	if errors.As(err, &le) {
		p, msg = Pos{le.Mark.Line, le.Mark.Column}, le.Message
	}
	r.add(p, "yaml-syntax", "YAML không đọc được: "+msg, "kiểm tra thụt dòng, dấu ngoặc và dấu nháy quanh chỗ này")
}

// plain refuses anchors, aliases, merges and tags of our own: a definition says everything where it stands. It refuses
// texts without end too.
func (r *report) plain(n *yaml.Node) bool {
	ok := true
	if len(n.Value) > maxText {
		r.large(at(n), fmt.Sprintf("một giá trị dài %d byte, tối đa %d", len(n.Value), maxText), "rút gọn, hoặc dẫn tới văn bản")
		return false
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Tag == "!!merge" {
		r.add(at(n), "alias", "không dùng neo và bí danh YAML (&, *, <<)", "chép lại giá trị tại chỗ")
		return false
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.add(at(n), "alias", "không dùng nhãn kiểu YAML "+clip(n.Tag), "bỏ nhãn")
		ok = false
	}
	for _, c := range n.Content {
		if !r.plain(c) {
			ok = false
		}
	}
	return ok
}

// clip shortens what people wrote for a message.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// get returns the value of a key; nil when it is not there.
func get(m *yaml.Node, name string) *yaml.Node { return node.Find(m, name) }

// items returns the entries of a list, none for anything else.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}
