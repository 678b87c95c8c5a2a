package procedure

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
)

func reductionOutOfScopeRule() rule {
	return rule{Rule{ID: "reduction-out-of-scope", Severity: SeverityError,
		Doc: "Quy tắc cắt giảm chỉ áp dụng cho thủ tục trong phạm vi của quyết định: đúng mã, lĩnh vực, cấp mà quy tắc nêu, và có khai báo các dữ kiện mà điều kiện của quy tắc đọc. Ở phần của thủ tục ghép, mã là mã của phần."},
		func(l *linter) {
			for i, refs := range l.d.reductionLists() {
				code := l.d.Code.Value
				if i > 0 {
					code = l.d.Parts[i-1].Code.Value
				}
				for _, ref := range refs {
					rule := ref.rule(l.s)
					l.scopeOf(&rule, ref.at(), code)
					if ref.Inline == nil && rule.Expression != "" {
						l.shelfCondition(&rule, ref.at())
					}
				}
			}
		}}
}

func (l *linter) scopeOf(r *Reduction, p Pos, code string) {
	for _, s := range []struct {
		what, is string
		only     []string
	}{{"mã", code, r.Procedures}, {"lĩnh vực", l.d.Field.Value, r.Fields}, {"cấp", l.d.Level.Value, r.Levels}} {
		if len(s.only) > 0 && !slices.Contains(s.only, s.is) {
			l.find(p, fmt.Sprintf("quy tắc %s chỉ dành cho %s %s, thủ tục này là %s", r.Rule, s.what, clip(strings.Join(shorten(s.only), ", ")), clip(s.is)),
				"bỏ quy tắc này: quyết định cắt giảm không bao gồm thủ tục")
		}
	}
}

// shelfCondition holds the condition of a rule on the shelf to the facts that the definition declares. It stands in another
// file, so the finding is where the rule is named.
func (l *linter) shelfCondition(r *Reduction, p Pos) {
	if l.expressions.declare() != nil || len(r.Expression) > maxExpression {
		return
	}
	x := l.expressions.compile(r.Expression)
	switch {
	case x.issues.Err() != nil:
		message := x.issues.Errors()[0].Message
		if m := undeclared(message); m != nil {
			l.find(p, fmt.Sprintf("quy tắc %s áp dụng khi %s, mà thủ tục không khai báo dữ kiện %s", r.Rule, clip(r.Expression), clip(m[1])), "khai báo dữ kiện này trong facts, hoặc bỏ quy tắc")
			return
		}
		l.find(p, fmt.Sprintf("điều kiện %s của quy tắc %s không dùng được với dữ kiện của thủ tục: %s", clip(r.Expression), r.Rule, message), "sửa kiểu của dữ kiện trong facts, hoặc bỏ quy tắc")
	case !x.ast.OutputType().IsExactType(cel.BoolType):
		l.find(p, fmt.Sprintf("điều kiện %s của quy tắc %s phải đúng hoặc sai", clip(r.Expression), r.Rule), "báo cơ quan kiểm soát sửa quy tắc")
	}
}
