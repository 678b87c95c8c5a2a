package procedure

import (
	"fmt"
	"slices"
)

func channelMismatchRule() rule {
	return rule{Rule{ID: "channel-mismatch", Severity: SeverityWarning,
		Doc: "Mức độ trực tuyến (online), quy tắc thời hạn theo kênh (limit-when) và cách thức thực hiện (manner) nói khác nhau về kênh nhận hồ sơ."},
		func(l *linter) {
			if len(l.d.Manner) == 0 {
				return
			}
			manner := values(l.d.Manner)
			offered := slices.Contains(manner, "online")
			switch level := l.d.Online; {
			case level.Value == "none" && offered:
				l.find(level.Pos, "online: none mà manner có kênh online", "sửa online thành partial hoặc full, hoặc bỏ kênh online")
			case level.Set() && level.Value != "none" && !offered:
				l.find(level.Pos, fmt.Sprintf("online: %s mà manner không có kênh online", clip(level.Value)), "thêm online vào manner, hoặc sửa online thành none")
			}
			for _, v := range l.d.Variants {
				for _, c := range v.Value.Channels {
					if slices.Contains(channels(), c) && !slices.Contains(manner, c) {
						l.find(v.Pos, fmt.Sprintf("quy tắc %s dành cho kênh %s mà manner không có", v.Value.Rule, c), "thêm kênh vào manner, hoặc bỏ quy tắc")
					}
				}
			}
		}}
}
