package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// mapping checks a mapping against its table: unknown, repeated and missing keys, then every value.
func (r *report) mapping(n *yaml.Node, t *table) {
	if n.Kind != yaml.MappingNode {
		r.add(at(n), "bad-value", fmt.Sprintf("mục %s phải là các cặp khóa: giá trị", t.name), "ví dụ {"+strings.Join(t.names()[:min(2, len(t.keys))], ": …, ")+": …}")
		return
	}
	seen := make(map[string]bool, len(n.Content)/2)
	var slips []slip
	for i := 0; i+1 < len(n.Content) && !r.tooLarge; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if seen[k.Value] {
			r.add(at(k), "duplicate-key", fmt.Sprintf("khóa %q viết hai lần", clip(k.Value)), "giữ một lần")
			continue
		}
		seen[k.Value] = true
		known, ok := t.key(k.Value)
		if !ok || k.Kind != yaml.ScalarNode {
			slips = append(slips, r.unknown(k, t))
			continue
		}
		r.value(v, known)
	}
	for _, k := range t.keys {
		if k.required && !seen[k.name] {
			r.add(at(n), "missing-key", fmt.Sprintf("mục %s thiếu khóa %s", t.name, k.name), k.doc)
		}
	}
	r.respell(n, slips)
}

// slip is an unknown key that was reported, and the one key that it can only mean.
type slip struct {
	finding int
	key     *yaml.Node
	meant   string
}

func (r *report) unknown(k *yaml.Node, t *table) slip {
	d := r.add(at(k), "unknown-key", fmt.Sprintf("không có khóa %q trong mục %s", clip(k.Value), t.name), r.didYouMean(k.Value, t.names()))
	if d == nil || k.Kind != yaml.ScalarNode {
		return slip{}
	}
	meant, ok := r.clearly(k.Value, t.names())
	if !ok {
		return slip{}
	}
	return slip{len(r.list) - 1, k, meant}
}

// respell repairs the slips that mean a key which is missing and which no other slip means.
func (r *report) respell(n *yaml.Node, slips []slip) {
	if r.tooLarge {
		return
	}
	meant := map[string]int{}
	for _, s := range slips {
		meant[s.meant]++
	}
	for _, s := range slips {
		if s.meant != "" && meant[s.meant] == 1 && get(n, s.meant) == nil {
			r.list[s.finding].Fix = r.src.replace(at(s.key), s.key.Value, s.meant)
		}
	}
}

// value checks one value against its key.
func (r *report) value(v *yaml.Node, k *key) {
	if isNull(v) {
		r.add(at(v), "bad-value", k.name+" để trống", "viết giá trị hoặc bỏ cả dòng")
		return
	}
	switch k.kind {
	case kMap:
		r.mapping(v, k.of)
	case kMaps, kCases:
		r.mappings(v, k)
	case kPairs, kMoments:
		r.named(v, k)
	case kNamed, kNamedLists:
		r.named(v, k)
	case kTexts:
		r.texts(v, k)
	case kValues:
		r.values(v, k)
	case kBudgets:
		r.listed(v, k, func(item *yaml.Node) { r.scalar(item, &key{name: k.name, kind: kBudget}) })
	case kOutcomes:
		r.outcomes(v)
	case kReductions:
		r.listed(v, k, func(item *yaml.Node) {
			if item.Kind == yaml.MappingNode {
				r.mapping(item, k.of)
				return
			}
			r.scalar(item, &key{name: k.name, kind: kID})
		})
	case kLadder:
		if v.Kind == yaml.ScalarNode {
			r.scalar(v, &key{name: k.name, kind: kID})
			return
		}
		r.mappings(v, k)
	default:
		r.scalar(v, k)
	}
}

func (r *report) listed(v *yaml.Node, k *key, each func(*yaml.Node)) {
	if v.Kind != yaml.SequenceNode {
		r.add(at(v), "bad-value", k.name+" phải là một danh sách", "mỗi mục một dòng bắt đầu bằng \"- \", hoặc [a, b]")
		return
	}
	most := maxSteps
	switch k.name {
	case "limit-when", "extensions", "sub-limits", "facts", "escalation":
		most = maxRules
	case "reductions":
		most = maxReductions
	}
	if len(v.Content) > most {
		r.large(at(v.Content[most]), fmt.Sprintf("%s có %d mục, tối đa %d", k.name, len(v.Content), most), "")
		return
	}
	for _, item := range v.Content {
		if r.tooLarge {
			return
		}
		each(item)
	}
}

func (r *report) mappings(v *yaml.Node, k *key) {
	r.listed(v, k, func(item *yaml.Node) { r.mapping(item, k.of) })
}

func (r *report) named(v *yaml.Node, k *key) {
	if v.Kind != yaml.MappingNode {
		r.add(at(v), "bad-value", k.name+" phải là các cặp tên: nội dung", "")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		name := v.Content[i]
		if seen[name.Value] {
			r.add(at(name), "duplicate-key", fmt.Sprintf("tên %q viết hai lần", clip(name.Value)), "giữ một lần")
		}
		seen[name.Value] = true
		switch k.kind {
		case kNamedLists:
			r.mappings(v.Content[i+1], &key{name: clip(name.Value), of: k.of})
		case kPairs:
			r.value(v.Content[i+1], &key{name: clip(name.Value), kind: kText})
		case kMoments:
			r.value(v.Content[i+1], &key{name: clip(name.Value), kind: kMoment})
		default:
			r.mapping(v.Content[i+1], k.of)
		}
	}
}

// branches counts n targets of outcomes or joins.
func (r *report) branches(n *yaml.Node, count int) {
	if r.edges += count; r.edges > maxEdges {
		r.large(at(n), fmt.Sprintf("thủ tục có hơn %d nhánh", maxEdges), "chia thủ tục thành nhiều phần")
	}
}

// condition counts one condition.
func (r *report) condition(v *yaml.Node) {
	r.conditions++
	r.expressions += len(v.Value)
	switch {
	case r.conditions > maxConditions:
		r.large(at(v), fmt.Sprintf("thủ tục có hơn %d điều kiện", maxConditions), "gộp các điều kiện giống nhau thành một dữ kiện")
	case r.expressions > maxExpressions:
		r.large(at(v), fmt.Sprintf("các điều kiện dài hơn %d byte", maxExpressions), "gộp các điều kiện giống nhau thành một dữ kiện")
	}
}

func (r *report) texts(v *yaml.Node, k *key) {
	if k.name == "after" {
		r.branches(v, len(v.Content))
	}
	r.listed(v, k, func(item *yaml.Node) {
		if item.Kind != yaml.ScalarNode || isNull(item) || item.Value == "" {
			r.add(at(item), "bad-value", "mục của "+k.name+" phải là một từ", "")
			return
		}
		if len(k.values) > 0 && !slices.Contains(k.values, item.Value) && !slices.Contains(k.values, written(item.Value)) {
			r.add(at(item), "bad-value", fmt.Sprintf("%s không nhận %q", k.name, clip(item.Value)), r.didYouMean(item.Value, k.values))
		}
		r.tidy(item, k)
	})
	r.repeated(v, k)
}

// repeated finds entries of a list of texts that stand there already.
func (r *report) repeated(v *yaml.Node, k *key) {
	if v.Kind != yaml.SequenceNode {
		return
	}
	seen := make(map[string]bool, len(v.Content))
	for i, item := range v.Content {
		if item.Kind != yaml.ScalarNode || item.Value == "" {
			continue
		}
		if seen[item.Value] {
			r.addAs(SeverityWarning, at(item), "duplicate-entry", fmt.Sprintf("%s nêu %q hai lần", k.name, clip(item.Value)), "bỏ một lần").
				with(r.src.remove(scalarAt(v.Content[i-1]), scalarAt(item)))
		}
		seen[item.Value] = true
	}
}

func (r *report) values(v *yaml.Node, k *key) {
	if v.Kind != yaml.MappingNode {
		r.add(at(v), "bad-value", k.name+" phải là các cặp tên: giá trị", "")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		name := v.Content[i]
		if seen[name.Value] {
			r.add(at(name), "duplicate-key", fmt.Sprintf("tên %q viết hai lần", clip(name.Value)), "giữ một lần")
		}
		seen[name.Value] = true
		if isNull(v.Content[i+1]) {
			r.add(at(v.Content[i+1]), "bad-value", clip(name.Value)+" để trống", "viết giá trị hoặc bỏ cả dòng")
			continue
		}
		r.scalar(v.Content[i+1], &key{name: clip(name.Value), kind: kScalar})
	}
}

func (r *report) outcomes(v *yaml.Node) {
	if v.Kind != yaml.MappingNode || len(v.Content) == 0 {
		r.add(at(v), "bad-value", "outcomes phải là các cặp tên: bước đến", "ví dụ {dat: ky, tu-choi: tu-choi}")
		return
	}
	target := &key{name: "bước đến", kind: kID}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		name, to := v.Content[i], v.Content[i+1]
		r.scalar(name, &key{name: "tên lối ra", kind: kID})
		if seen[name.Value] {
			r.add(at(name), "duplicate-key", fmt.Sprintf("lối ra %q viết hai lần", clip(name.Value)), "giữ một lần")
		}
		seen[name.Value] = true
		r.branches(to, max(len(to.Content), 1))
		switch to.Kind {
		case yaml.ScalarNode:
			r.scalar(to, target)
		case yaml.MappingNode:
			r.mapping(to, edgeTable())
		default:
			if len(to.Content) == 0 {
				r.add(at(to), "bad-value", fmt.Sprintf("lối ra %q không có bước đến", clip(name.Value)), "")
			}
			for _, e := range to.Content {
				if e.Kind == yaml.MappingNode {
					r.mapping(e, edgeTable())
				} else {
					r.scalar(e, target)
				}
			}
		}
	}
}

// isID says whether s is a kebab-case id.
func isID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// scalar checks a single value.
func (r *report) scalar(v *yaml.Node, k *key) {
	if v.Kind != yaml.ScalarNode {
		r.add(at(v), "bad-value", k.name+" phải là một giá trị đơn", "")
		return
	}
	s, tag := v.Value, v.ShortTag()
	bad := func(message, hint string) { r.add(at(v), "bad-value", message, hint) }
	switch k.kind {
	case kText, kDefault, kRequired, kScalar:
		if strings.TrimSpace(s) == "" {
			bad(k.name+" để trống", "viết giá trị hoặc bỏ cả dòng")
			return
		}
		r.tidy(v, k)
	case kID:
		if !isID(s) {
			bad(fmt.Sprintf("%s %q phải là chữ thường không dấu, số và dấu nối", k.name, clip(s)), "ví dụ tham-dinh")
		}
	case kCode:
		r.code(v, k)
	case kBool:
		if s != "true" && s != "false" || tag != "!!bool" {
			bad(fmt.Sprintf("%s phải là true hoặc false, không phải %q", k.name, clip(s)), "")
		}
	case kInt, kPercent:
		n, err := strconv.Atoi(s)
		if tag != "!!int" || err != nil || n < 0 || strconv.Itoa(n) != s {
			bad(fmt.Sprintf("%s phải là số nguyên không âm, không có số 0 đứng đầu, không phải %q", k.name, clip(s)), "")
		} else if k.kind == kPercent && (n < 1 || n > 99) {
			bad(k.name+" phải từ 1 đến 99", "")
		}
	case kCondition:
		r.condition(v)
		r.tidy(v, k)
		if strings.TrimSpace(s) == "" || len(s) > maxExpression {
			bad(fmt.Sprintf("%s phải là một điều kiện CEL dài 1 đến %d byte", k.name, maxExpression), "ví dụ parcel.region == \"mountain\"")
		}
	default:
		r.timed(v, k)
	}
	if len(k.values) > 0 && !slices.Contains(k.values, s) {
		bad(fmt.Sprintf("%s không nhận %q", k.name, clip(s)), r.didYouMean(s, k.values))
	}
}

// code refuses codes that YAML reads as numbers: 1.001690 and 1.00169 would be one procedure.
func (r *report) code(v *yaml.Node, k *key) {
	if tag := v.ShortTag(); tag != "!!str" {
		d := r.add(at(v), "bad-code", fmt.Sprintf("%s %s phải đặt trong ngoặc kép, nếu không sẽ bị đọc thành số", k.name, clip(v.Value)), fmt.Sprintf("viết %s: %q", k.name, clip(v.Value)))
		if from, to, quote, ok := r.src.scalar(at(v), v.Value); ok && quote == 0 {
			d.with(r.src.edit(from, to, quoted(v.Value, '"')))
		}
		return
	}
	if v.Value == "" || strings.ContainsFunc(v.Value, func(c rune) bool { return c == '"' || unicode.IsSpace(c) || invisible(c) }) {
		r.add(at(v), "bad-code", fmt.Sprintf("%s %q có khoảng trắng, ký tự ẩn hoặc để trống", k.name, clip(v.Value)), "ví dụ \"1.012784\"")
	}
}

func (r *report) timed(v *yaml.Node, k *key) {
	s := v.Value
	switch k.kind {
	case kDate:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			hint := "viết năm-tháng-ngày, ví dụ 2025-07-01"
			if t, err := time.Parse("2/1/2006", s); err == nil {
				hint = "viết " + t.Format(time.DateOnly)
			}
			r.add(at(v), "bad-date", fmt.Sprintf("%s %q không phải ngày", k.name, clip(s)), hint)
		}
	case kTime:
		if _, ok := minuteOfDay(s); !ok {
			r.add(at(v), "bad-date", fmt.Sprintf("%s %q không phải giờ", k.name, clip(s)), "viết \"15:00\" trong ngoặc kép")
		}
	case kMoment:
		if _, err := parseMoment(s); err != nil {
			r.add(at(v), "bad-date", fmt.Sprintf("%s %q không phải ngày giờ", k.name, clip(s)), "viết năm-tháng-ngày giờ:phút theo giờ Việt Nam, ví dụ 2026-02-09 08:30")
		}
	case kLegal:
		if s != sameDay {
			r.limit(v, k)
		}
	case kLimit, kBudget:
		r.limit(v, k)
	case kCut:
		if _, ok := percent(s); !ok {
			r.limit(v, k)
		}
	}
}

func (r *report) limit(v *yaml.Node, k *key) {
	l, err := calendar.ParseLimit(v.Value)
	hint := "ví dụ 12wd (ngày làm việc), 4wh (giờ làm việc), 30d (ngày), 1mo (tháng), 24h (giờ)"
	if err != nil {
		var fix []Edit
		if vn, err := calendar.ParseVietnamese(v.Value); err == nil {
			hint = "viết " + vn.String()
			fix = r.src.replace(at(v), v.Value, vn.String())
		}
		r.add(at(v), "bad-limit", fmt.Sprintf("%s %q không phải thời hạn", k.name, clip(v.Value)), hint).with(fix)
		return
	}
	switch {
	case l.IsZero():
		r.add(at(v), "bad-limit", k.name+" bằng 0", "bỏ dòng này nếu không có thời hạn")
	case !l.Whole() && k.kind != kBudget:
		r.add(at(v), "bad-limit", fmt.Sprintf("%s %s có phần lẻ; chỉ thời gian của bước mới được lẻ", k.name, l), "đổi ra giờ làm việc, ví dụ 4wh")
	case !l.Whole() && l.Unit != calendar.WorkingDay && l.Unit != calendar.WorkingHour:
		r.add(at(v), "bad-limit", fmt.Sprintf("%s %s có phần lẻ; chỉ wd và wh được lẻ", k.name, l), "")
	}
}

func minuteOfDay(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}

// percent reads "20%".
func percent(s string) (int, bool) {
	digits, ok := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n >= 1 && n <= 99 && strconv.Itoa(n) == digits
}

var factName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// isFactName says whether CEL can name it: identifiers joined by dots.
func isFactName(s string) bool {
	return len(s) <= 100 && factName.MatchString(s)
}
