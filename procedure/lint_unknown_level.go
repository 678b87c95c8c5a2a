package procedure

import (
	"fmt"
	"slices"
)

func unknownLevelRule() rule {
	return rule{Rule{ID: "unknown-level", Severity: SeverityWarning,
		Doc: "Cấp giải quyết là dữ liệu và có thể đổi; cấp lạ chỉ là cảnh báo để xem lại."},
		func(l *linter) {
			if v := l.d.Level; v.Set() && !slices.Contains(levels(), v.Value) {
				l.find(v.Pos, fmt.Sprintf("cấp %q chưa biết", clip(v.Value)), l.didYouMean(v.Value, levels()))
			}
		}}
}
