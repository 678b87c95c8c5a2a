package procedure

import "fmt"

func badSilenceRule() rule {
	return rule{Rule{ID: "bad-silence", Severity: SeverityError,
		Doc: "Im lặng được coi là trả lời (silence) chỉ ở bước làm việc của cơ quan phối hợp, có thời gian (limit) và căn cứ (ground), và phải là một lối ra của bước. Cơ quan chủ trì và nơi tiếp nhận không bao giờ được coi là đồng ý vì im lặng."},
		func(l *linter) {
			for i := range l.d.Steps {
				s := &l.d.Steps[i]
				if !s.Silence.Set() {
					continue
				}
				find := func(message, hint string) {
					l.find(s.Silence.Pos, fmt.Sprintf("bước %s: silence %s", s.ID.Value, message), hint)
				}
				if l.x.Steps[i].Kind != StepWork {
					find("chỉ dùng ở bước làm việc", "bước chờ tự hết bằng wait: time")
				}
				if agency := s.Agency.Value; agency == "" || agency == l.d.Agency.Value || agency == RefReceiving {
					find("ở bước của cơ quan chủ trì hoặc nơi tiếp nhận", "chỉ cơ quan được lấy ý kiến (agency khác) mới có thể im lặng")
				}
				if !s.Limit.Set() {
					find("mà không có thời gian trả lời", "thêm limit, ví dụ limit: 5wd")
				}
				if !s.Ground.Set() {
					find("mà không nêu căn cứ", "thêm ground: \"văn bản, điều\"")
				}
				if _, ok := l.x.Steps[i].Outcome(s.Silence.Value); !ok {
					var names []string
					for _, o := range l.x.Steps[i].Outcomes {
						names = append(names, o.Name)
					}
					find(fmt.Sprintf("nêu lối ra %q không có", clip(s.Silence.Value)), l.didYouMean(s.Silence.Value, names))
				}
			}
		}}
}
