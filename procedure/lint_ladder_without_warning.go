package procedure

import "slices"

func ladderWithoutWarningRule() rule {
	return rule{Rule{ID: "ladder-without-warning", Severity: SeverityWarning,
		Doc: "Thang không có nấc nào nhắc trước hạn của hồ sơ (share hoặc before): đến lúc có người biết thì đã muộn, và không còn kịp xin lỗi, hẹn lại."},
		func(l *linter) {
			ours := false
			for i := range l.x.Ladder {
				g := &l.x.Ladder[i]
				if g.On == OnDossier && (g.Share > 0 || !g.Before.IsZero()) {
					return
				}
				ours = ours || slices.Contains(subjects(), g.On)
			}
			if ours { // of a ladder of missions, ladder-unknown speaks
				l.find(l.ladderAt(""), "thang không có nấc nào trước hạn của hồ sơ", "thêm nấc {on: dossier, share: 80, …} hoặc {on: dossier, before: 1wd, …}")
			}
		}}
}

// ladderAt is where a rung is written, or where the ladder is named.
func (l *linter) ladderAt(rung string) Pos {
	for _, g := range l.d.Rungs {
		if rung == "" || g.Value.ID == rung {
			return g.Pos
		}
	}
	return l.d.Ladder.Pos
}
