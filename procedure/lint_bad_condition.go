package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

func badConditionRule() rule {
	return rule{Rule{ID: "bad-condition", Severity: SeverityError,
		Doc: "Điều kiện viết bằng CEL trên các dữ kiện đã khai báo (facts), cho kết quả đúng hoặc sai. Không có hàm thời gian, không có vòng lặp, không biểu thức chính quy; giá trị so sánh phải nằm trong values của dữ kiện."},
		func(l *linter) {
			facts := l.facts()
			if err := l.expressions.declare(); err != nil {
				l.find(l.d.StepsAt, "không khai báo được dữ kiện: "+err.Error(), "một tên dữ kiện không được là phần đầu của tên khác")
				return
			}
			eachCondition(l.d, func(e Expr) { l.expression(facts, e) })
			var names []string
			for _, v := range l.d.Variants {
				names = append(names, v.Value.Rule)
			}
			for _, doc := range l.d.Documents {
				if c := doc.Condition; c.Set() && !slices.Contains(l.x.Conditions, c.Value) {
					l.find(c.Pos, fmt.Sprintf("required: không có điều kiện %q", clip(c.Value)), l.didYouMean(c.Value, append(names, "true", "false")))
				}
			}
		}}
}

// eachCondition visits every expression of the file.
func eachCondition(d *Definition, visit func(Expr)) {
	one := func(e Expr) {
		if e.Set() {
			visit(e)
		}
	}
	for i := range d.Documents {
		one(d.Documents[i].When)
	}
	for i := range d.Variants {
		one(d.Variants[i].When)
	}
	for i := range d.Reductions {
		one(d.Reductions[i].When)
	}
	for i := range d.Parts {
		for _, v := range d.Parts[i].Variants {
			one(v.When)
		}
		for _, r := range d.Parts[i].Reductions {
			one(r.When)
		}
	}
	for i := range d.Steps {
		for _, o := range d.Steps[i].Outcomes {
			for _, e := range o.Edges {
				one(e.When)
			}
		}
	}
}

// within is the place of a position inside the expression; line from 1, column from 0, as CEL counts.
func (e Expr) within(line, col int) Pos {
	if line > 1 || e.block {
		return Pos{e.Pos.Line + line - 1, e.Pos.Col + col}
	}
	return Pos{e.Pos.Line, e.Pos.Col + col}
}

func (l *linter) expression(facts []Fact, e Expr) {
	if len(e.Text) > maxExpression {
		return // the parser said so
	}
	x := l.expressions.compile(e.Text)
	compiled, issues := x.ast, x.issues
	if issues.Err() != nil {
		for _, err := range issues.Errors() {
			message, hint, last := l.celMessage(err.Message, e, facts)
			l.find(e.within(err.Location.Line(), e.start(err.Message, err.Location.Line(), err.Location.Column())), message, hint)
			if last {
				break
			}
		}
		return
	}
	if !compiled.OutputType().IsExactType(cel.BoolType) {
		l.find(e.Pos, fmt.Sprintf("điều kiện phải đúng hoặc sai, không phải %s", compiled.OutputType()), "so sánh với một giá trị, ví dụ parcel.region == \"mountain\"")
		return
	}
	l.constants(compiled.NativeRep(), facts, e)
}

var undeclaredName = regexp.MustCompile(`^undeclared reference to '([^']*)'`)

// undeclared finds the name in CEL's message about an undeclared one.
func undeclared(message string) []string {
	return undeclaredName.FindStringSubmatch(message)
}

// start moves from the last dot of an undeclared name, where CEL places it, to the name's first character.
func (e Expr) start(message string, line, col int) int {
	m := undeclared(message)
	lines := strings.Split(e.Text, "\n")
	if m == nil || line < 1 || line > len(lines) {
		return col
	}
	back := strings.LastIndex(m[1], ".")
	text := []rune(lines[line-1])
	if back > 0 && col >= back && col <= len(text) && strings.HasPrefix(string(text[col-back:]), m[1]) {
		return col - back
	}
	return col
}

// celMessage says in Vietnamese what CEL found; last when what CEL says further only follows from it.
func (l *linter) celMessage(message string, e Expr, facts []Fact) (text, hint string, last bool) {
	names := make([]string, len(facts))
	for i, f := range facts {
		names[i] = f.Name
	}
	m := undeclared(message)
	switch {
	case m == nil && strings.Contains(message, "found no matching overload"):
		return "phép tính không hợp kiểu: " + strings.TrimPrefix(message, "found no matching overload for "), "kiểm tra kiểu của dữ kiện trong facts", false
	case m == nil:
		message, _, _ = strings.Cut(strings.TrimPrefix(message, "Syntax error: "), " expecting ")
		return "điều kiện viết sai cú pháp: " + clip(message), "ví dụ parcel.region == \"mountain\" || parcel.remeasure", true
	case slices.Contains([]string{"now", "timestamp", "duration", "getFullYear", "getMonth", "getDayOfMonth"}, m[1]):
		return fmt.Sprintf("điều kiện không được đọc thời gian (%s)", m[1]), "khai báo một dữ kiện thay cho ngày", false
	case slices.Contains([]string{"all", "exists", "exists_one", "map", "filter", "has", "matches"}, m[1]):
		return fmt.Sprintf("điều kiện không được dùng %s", m[1]), "dùng so sánh, &&, ||, !, in", true
	}
	name := m[1]
	if !strings.Contains(name, ".") {
		// CEL names only the head of a selection; people look for the whole name.
		if whole := regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`(\.[A-Za-z_]\w*)+`).FindAllString(e.Text, -1); len(whole) > 0 {
			name = whole[0]
			if i := slices.IndexFunc(whole, func(w string) bool { return !slices.Contains(names, w) }); i >= 0 {
				name = whole[i]
			}
		}
	}
	return fmt.Sprintf("%q chưa được khai báo trong facts", name), l.didYouMean(name, names), false
}

// constants checks that what a fact is compared with is one of its values.
func (l *linter) constants(a *ast.AST, facts []Fact, e Expr) {
	check := func(name, value ast.Expr) {
		f, ok := factOf(name, facts)
		if !ok || len(f.Values) == 0 {
			return
		}
		list := []ast.Expr{value}
		if value.Kind() == ast.ListKind {
			list = value.AsList().Elements()
		}
		for _, v := range list {
			if v.Kind() != ast.LiteralKind || v.AsLiteral().Type() == types.BoolType {
				continue
			}
			written := fmt.Sprint(v.AsLiteral().Value())
			if !slices.Contains(f.Values, written) {
				loc := a.SourceInfo().GetStartLocation(v.ID())
				l.find(e.within(loc.Line(), loc.Column()), fmt.Sprintf("%s không bao giờ là %q", f.Name, clip(written)), l.didYouMean(written, f.Values))
			}
		}
	}
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.CallKind || len(x.AsCall().Args()) != 2 {
			return
		}
		args := x.AsCall().Args()
		switch x.AsCall().FunctionName() {
		case operators.Equals, operators.NotEquals:
			check(args[0], args[1])
			check(args[1], args[0])
		case operators.In:
			check(args[0], args[1])
		}
	}))
}

// factOf is the fact that an expression names; a checked qualified name may be an identifier or a chain of selections.
func factOf(x ast.Expr, facts []Fact) (Fact, bool) {
	name := dotted(x)
	for _, f := range facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}

func dotted(x ast.Expr) string {
	switch x.Kind() {
	case ast.IdentKind:
		return x.AsIdent()
	case ast.SelectKind:
		if s := x.AsSelect(); !s.IsTestOnly() {
			if head := dotted(s.Operand()); head != "" {
				return head + "." + s.FieldName()
			}
		}
	}
	return ""
}
