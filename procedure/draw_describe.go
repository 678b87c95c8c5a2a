package procedure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"motcua/calendar"
)

// Describe tells a plan in plain Vietnamese, one step a line: the text alternative of Draw, for screen readers, terminals
// and anyone who would rather read. Numbers are those of the drawing.
func Describe(p *Plan) string {
	g := newDrawGraph(p)
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s\n", p.Code, p.Name)
	fmt.Fprintf(&b, "Thời hạn: %s (%s).\n", limitText(&p.Exec), ConfidenceName(p.Origin))
	describeRules(&b, p)
	var agencies []string
	for _, l := range g.lanes {
		if name := AgencyName(l.agency); !slices.Contains(agencies, name) {
			agencies = append(agencies, name)
		}
	}
	fmt.Fprintf(&b, "Tham gia: %s.\n", strings.Join(agencies, "; "))
	fmt.Fprintf(&b, "\nCác bước (%d), bắt đầu từ bước %d:\n", len(g.nodes), g.start+1)
	for i := range g.nodes {
		describeStep(&b, g, i)
	}
	return b.String()
}

func describeRules(b *strings.Builder, p *Plan) {
	for _, v := range p.Exec.Variants {
		change := "cộng thêm " + v.Add.Vietnamese()
		if !v.Set.IsZero() {
			change = "thời hạn là " + v.Set.Vietnamese()
		}
		fmt.Fprintf(b, "%s: %s%s%s.\n", variantCase(p, v), change, channelsText(v.Channels), groundText(v.Ground))
	}
	for _, r := range p.Exec.Reductions {
		when := ""
		if r.When != "" {
			when = ", khi " + conditionText(p, r.When)
		}
		fmt.Fprintf(b, "Cắt giảm %s: %s%s (%s).\n", r.Rule, r.Vietnamese(), when, decisionText(r.Decision, r.DecisionDate, r.Signer))
	}
	for _, s := range p.Exec.SubLimits {
		fmt.Fprintf(b, "Thời hạn thành phần bắt buộc %s: %s%s.\n", s.ID, s.Limit.Vietnamese(), groundText(s.Ground))
	}
	for _, e := range p.Exec.Extensions {
		fmt.Fprintf(b, "Gia hạn theo quy định: thêm %s, %d lần%s.\n", e.Add.Vietnamese(), max(e.Times, 1), groundText(e.Ground))
	}
	if s := p.Exec.Supplement; s.Closing != nil {
		fmt.Fprintf(b, "Người nộp %s.\n", closingText("bổ sung hồ sơ", s.Answer, s.Closing, "từ chối tiếp nhận, hoặc dừng giải quyết nếu đã tiếp nhận"))
	}
	if p.Exec.StartsAt != "" {
		fmt.Fprintf(b, "Thời hạn tính từ khi %s nhận hồ sơ.\n", AgencyName(p.Exec.StartsAt))
	}
}

// variantCase names the case of a variant by the labels of the facts that its condition reads.
func variantCase(p *Plan, v Variant) string {
	var labels []string
	word := "Trường hợp "
	for _, c := range p.Conditions {
		if v.When == "" || c.Name != v.When {
			continue
		}
		for _, f := range p.Facts {
			if f.Label == "" || !strings.Contains(c.Expression, f.Name) {
				continue
			}
			labels = append(labels, lowerFirst(f.Label))
			if f.Type != FactBool {
				word = "Theo " // the label of a datum that is not yes or no names what decides, not the case
			}
		}
	}
	if len(labels) == 0 {
		return "Trường hợp " + v.Rule
	}
	return word + strings.Join(labels, ", ") + " (" + v.Rule + ")"
}

func channelsText(channels []string) string {
	if len(channels) == 0 {
		return ""
	}
	names := make([]string, len(channels))
	for i, c := range channels {
		names[i] = channelName(c)
	}
	return " với hồ sơ nộp " + strings.Join(names, ", ")
}

func groundText(ground string) string {
	if ground == "" {
		return ""
	}
	return "; căn cứ: " + ground
}

func describeStep(b *strings.Builder, g *drawGraph, i int) {
	n := &g.nodes[i]
	fmt.Fprintf(b, "%d. %s: %s", n.number, laneName(g.lanes[n.lane]), n.text.Name)
	if lines := limitLines(n.step); len(lines) > 0 {
		fmt.Fprintf(b, " [%s]", strings.Join(lines, ", "))
	}
	if n.text.Output != "" {
		fmt.Fprintf(b, "; đầu ra: %s", n.text.Output)
	}
	if may := mayText(n.step); may != "" {
		fmt.Fprintf(b, "; được %s", may)
	}
	if n.step.Excluded {
		if !n.step.Bound.IsZero() {
			fmt.Fprintf(b, "; không tính tối đa %s", n.step.Bound.Vietnamese())
		}
		b.WriteString(groundText(n.step.Ground))
	}
	if n.step.Kind == StepSub {
		fmt.Fprintf(b, "; mở hồ sơ của thủ tục %s do %s giải quyết và chờ kết quả", n.step.Procedure, lowerFirst(AgencyName(n.step.Agency)))
		if !n.step.Excluded {
			b.WriteString(groundText(n.step.Ground))
		}
	}
	if n.step.Silence != "" {
		fmt.Fprintf(b, "; quá %s không trả lời thì coi là %s", n.step.Limit.Vietnamese(), silenceName(n.step.Silence))
		if !n.step.Excluded {
			b.WriteString(groundText(n.step.Ground))
		}
	}
	if !n.step.Expires.IsZero() {
		b.WriteString("; " + closingText("người nộp", n.step.Expires, n.step.Closing, "dừng giải quyết"))
	}
	if s := n.step.Supplement; s != nil && s.Closing != nil {
		b.WriteString("; " + closingText("bổ sung hồ sơ", s.Answer, s.Closing, "dừng giải quyết"))
	}
	if len(n.step.Join) > 0 {
		fmt.Fprintf(b, "; chỉ mở khi xong các bước %s", joinNumbers(g, n.step.Join))
	}
	b.WriteString(".")
	for _, o := range n.step.Outcomes {
		describeOutcome(b, g, i, &o)
	}
	b.WriteString("\n")
}

// describeOutcome says where one outcome leads: at once to several steps, under conditions, or back.
func describeOutcome(b *strings.Builder, g *drawGraph, from int, o *Outcome) {
	var always, parts []string
	for _, e := range o.Edges {
		to := slices.IndexFunc(g.nodes, func(n drawNode) bool { return n.step.ID == e.To })
		if to < 0 {
			continue
		}
		words := "bước " + strconv.Itoa(g.nodes[to].number)
		if slices.ContainsFunc(g.edges, func(d drawEdge) bool { return d.from == from && d.to == to && d.back }) {
			words = "quay lại " + words
			if most := g.nodes[to].step.MaxVisits; most > 1 {
				words += fmt.Sprintf(" (tối đa %d lượt)", most)
			}
		}
		switch {
		case e.When != "":
			parts = append(parts, words+" nếu "+conditionLabel(g.plan, e.When))
		case e.Else:
			parts = append(parts, "còn lại "+words)
		default:
			always = append(always, words)
		}
	}
	if len(always) > 1 {
		always = []string{"đồng thời " + strings.Join(always, ", ")}
	}
	parts = append(always, parts...)
	if len(parts) == 0 {
		return
	}
	name := OutcomeName(o.Name)
	if name == "" {
		name = "tiếp"
	}
	fmt.Fprintf(b, " %s: %s.", upperFirst(name), strings.Join(parts, ", "))
}

// closingText says how long the applicant is waited for and what happens then.
func closingText(who string, period calendar.Limit, c *Closing, end string) string {
	text := fmt.Sprintf("%s trong %s, quá thì %s", who, period.Vietnamese(), end)
	if c == nil {
		return text
	}
	if len(c.Remind) > 0 {
		var before []string
		for _, l := range c.Remind {
			before = append(before, l.Vietnamese())
		}
		text += ", nhắc trước " + strings.Join(before, " và ")
	}
	return text + groundText(c.Ground)
}

func joinNumbers(g *drawGraph, ids []string) string {
	var numbers []string
	for _, id := range ids {
		for _, n := range g.nodes {
			if n.step.ID == id {
				numbers = append(numbers, strconv.Itoa(n.number))
			}
		}
	}
	return strings.Join(numbers, ", ")
}

// laneName is the agency and the role in one line.
func laneName(l drawLane) string {
	if l.role == "" {
		return AgencyName(l.agency)
	}
	return AgencyName(l.agency) + ", " + lowerFirst(RoleName(l.role))
}
