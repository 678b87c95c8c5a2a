package procedure

import (
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// reductions reads the reductions of the file or of a part.
func (r *report) reductions(root *yaml.Node) (list []ReductionRef) {
	for _, n := range items(get(root, "reductions")) {
		if n.Kind == yaml.MappingNode {
			red := reduction(n, "")
			r.reductionForm(n, red)
			list = append(list, ReductionRef{Inline: &red, When: expression(n, "when")})
		} else if isID(n.Value) {
			list = append(list, ReductionRef{Name: At[string]{n.Value, at(n)}})
		}
	}
	return list
}

// reduction reads a reduction; name stands for the rule when it has none of its own (the shelf's key).
func reduction(n *yaml.Node, name string) At[Reduction] {
	red := Reduction{
		Rule: cmp.Or(text(n, "rule").Value, name), Name: text(n, "name").Value, Order: integer(n, "order").Value,
		Decision: text(n, "decision").Value, DecisionDate: text(n, "decision-date").Value, Signer: text(n, "signer").Value,
		From: text(n, "from").Value, To: text(n, "to").Value, Above: limit(n, "above").Value, UpTo: limit(n, "up-to").Value,
		Procedures: plainTexts(n, "procedures"), Fields: plainTexts(n, "fields"), Levels: plainTexts(n, "levels"),
		Agencies: plainTexts(n, "agencies"), Channels: plainTexts(n, "channels"), Expression: expression(n, "when").Text,
		CutPercent: integer(n, "cut-percent").Value, Cut: limit(n, "cut").Value, Set: limit(n, "set").Value,
		Source: text(n, "source").Value, Confidence: text(n, "confidence").Value, Note: text(n, "note").Value,
	}
	if p, ok := percent(text(n, "cut").Value); ok {
		red.CutPercent = p
	}
	if m := get(n, "rounding"); m != nil {
		red.Rounding = &Rounding{Way: text(m, "way").Value, Step: limit(m, "step").Value, Source: text(m, "source").Value, Confidence: text(m, "confidence").Value}
	}
	return At[Reduction]{red, at(n)}
}

func plainTexts(n *yaml.Node, name string) []string { return values(texts(get(n, name))) }

// subLimits reads the mandatory sub-limits of the file or of a part.
func subLimits(root *yaml.Node) (list []At[SubLimit]) {
	for _, n := range items(get(root, "sub-limits")) {
		list = append(list, At[SubLimit]{SubLimit{ID: text(n, "id").Value, Limit: limit(n, "limit").Value, Ground: text(n, "ground").Value}, placed(n, "id")})
	}
	return list
}

// shelfExpression says when no condition can be read at all; whether a definition has its facts is seen where the rule is named.
func (r *report) shelfExpression(e Expr) {
	if !e.Set() || len(e.Text) > maxExpression {
		return
	}
	bare, err := bareEnv()
	if err != nil {
		return
	}
	if _, issues := bare.Parse(e.Text); issues.Err() != nil {
		first := issues.Errors()[0]
		r.add(e.within(first.Location.Line(), first.Location.Column()), "bad-condition", "điều kiện viết sai: "+first.Message, "ví dụ parcel.region == \"mountain\"")
	}
}

// reductionForm says when a reduction does not do exactly one thing, to limits that there are, in whole numbers.
func (r *report) reductionForm(n *yaml.Node, red At[Reduction]) {
	v := &red.Value
	bad := func(key, message, hint string) {
		p := red.Pos
		if m := get(n, key); m != nil {
			p = at(m)
		}
		r.add(p, "bad-reduction", message, hint)
	}
	ways := 0
	for _, set := range []bool{v.CutPercent > 0, !v.Cut.IsZero(), !v.Set.IsZero()} {
		if set {
			ways++
		}
	}
	if ways != 1 {
		r.add(red.Pos, "bad-reduction", "quy tắc cắt giảm phải có đúng một trong cut-percent, cut, set", "ví dụ cut-percent: 20")
	}
	if v.Rule == "" {
		r.add(red.Pos, "bad-reduction", "quy tắc cắt giảm thiếu tên (rule)", "ví dụ rule: cut-20")
	}
	if v.To != "" && v.To < v.From {
		r.add(red.Pos, "bad-reduction", "quy tắc cắt giảm hết hiệu lực trước khi bắt đầu", "kiểm tra from và to")
	}
	units := []struct {
		key   string
		limit calendar.Limit
	}{{"above", v.Above}, {"up-to", v.UpTo}, {"cut", v.Cut}, {"set", v.Set}}
	if v.Rounding != nil {
		units = append(units, struct {
			key   string
			limit calendar.Limit
		}{"rounding", v.Rounding.Step})
		if v.CutPercent == 0 {
			bad("rounding", "chỉ cắt theo phần trăm mới có làm tròn (rounding)", "bỏ rounding, hoặc dùng cut-percent")
		}
	}
	var first calendar.Limit
	for _, u := range units {
		switch {
		case u.limit.IsZero():
		case first.IsZero():
			first = u.limit
		case u.limit.Unit != first.Unit:
			bad(u.key, fmt.Sprintf("%s khác đơn vị với %s: quy tắc không bao giờ áp dụng được", u.limit, first), "dùng một đơn vị trong cả quy tắc")
		}
	}
	if !v.UpTo.IsZero() && v.Above.Unit == v.UpTo.Unit && v.Above.Hundredths >= v.UpTo.Hundredths {
		bad("up-to", fmt.Sprintf("không thời hạn nào vừa trên %s vừa không quá %s", v.Above, v.UpTo), "above phải nhỏ hơn up-to")
	}
}
