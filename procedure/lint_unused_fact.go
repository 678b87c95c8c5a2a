package procedure

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
)

func unusedFactRule() rule {
	return rule{Rule{ID: "unused-fact", Severity: SeverityWarning,
		Doc: "Dữ kiện (facts) mà không điều kiện nào đọc, không thủ tục con nào nhận: cán bộ phải nhập một thông tin không để làm gì."},
		func(l *linter) {
			if len(l.d.Facts) == 0 || l.expressions.declare() != nil {
				return
			}
			read := map[string]bool{}
			facts, whole := l.facts(), true
			for _, c := range l.conditions { // of the file, and of the rules that it names
				if len(c.Expression) > maxExpression {
					whole = false
					continue
				}
				x := l.expressions.compile(c.Expression)
				if x.issues.Err() != nil {
					whole = false // what it reads is not known
					continue
				}
				ast.PostOrderVisit(x.ast.NativeRep().Expr(), ast.NewExprVisitor(func(x ast.Expr) {
					if f, ok := factOf(x, facts); ok {
						read[f.Name] = true
					}
				}))
			}
			for i := range l.x.Steps {
				for _, link := range l.x.Steps[i].Facts {
					read[link.Parent] = true
				}
			}
			for _, f := range l.d.Facts {
				if whole && !read[f.Value.Name] {
					l.find(f.Pos, fmt.Sprintf("không điều kiện nào đọc dữ kiện %s", f.Value.Name), "bỏ dữ kiện này, hoặc dùng nó trong một điều kiện")
				}
			}
		}}
}
