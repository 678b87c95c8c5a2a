package procedure

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"motcua/calendar"
)

// facets are all that there is to say of a plan, in the order in which a change is told. Every facet says the same fields of each
// thing, in the same order; what no field names is said as data, so that a newer key of the language is never silent.
func facets(p *Plan) []facet {
	x := &p.Exec
	return []facet{
		{part: "header", noun: "thủ tục", single: true, things: []thing{headerThing(p)}},
		{part: "limit", noun: "thời hạn giải quyết", single: true, things: []thing{{id: "limit", says: []saying{{"limit", "thời hạn", limitText(x)}}}}},
		each("variant", "trường hợp thời hạn", x.Variants, func(v *Variant) thing {
			return thing{id: v.Rule, says: []saying{{"change", "", setOrAdd(v.Set, v.Add)}, {"when", "khi", conditionText(p, v.When)},
				{"channels", "kênh nộp", strings.Join(v.Channels, ", ")}, {"ground", "căn cứ", v.Ground}}}
		}),
		each("reduction", "quy tắc cắt giảm", x.Reductions, func(r *Reduction) thing {
			return thing{id: r.Rule, says: reductionSays(p, r)}
		}),
		each("sub-limit", "thời hạn thành phần bắt buộc", x.SubLimits, func(s *SubLimit) thing {
			return thing{id: s.ID, says: []saying{{"limit", "", s.Limit.Vietnamese()}, {"ground", "căn cứ", s.Ground}}}
		}),
		each("extension", "quy định gia hạn", x.Extensions, func(e *Extension) thing {
			return thing{id: e.ID, says: []saying{{"add", "thêm", limitOrNone(e.Add)}, {"times", "số lần", strconv.Itoa(max(e.Times, 1))}, {"ground", "căn cứ", e.Ground}}}
		}),
		{part: "rules", noun: "quy định chung", single: true, things: []thing{rulesThing(x)}},
		each("document", "giấy tờ", p.Documents, func(d *Document) thing { return documentThing(p, d) }),
		each("fee", "khoản thu", p.Fees, feeThing),
		each("result", "kết quả", p.Results, func(r *Result) thing {
			return thing{id: r.ID, name: r.Name, says: []saying{{"code", "mã", r.Code}, {"part", "phần", r.Part}, {"confidence", "độ tin cậy", ConfidenceName(r.Confidence)}}}
		}),
		each("fact", "dữ kiện", p.Facts, func(f *Fact) thing {
			def := ""
			if f.Default != nil {
				def = "“" + *f.Default + "”"
			}
			return thing{id: f.Name, name: f.Label, says: []saying{{"type", "kiểu", f.Type}, {"values", "giá trị", strings.Join(f.Values, ", ")}, {"default", "mặc định", def}}}
		}),
		inOrder(each("step", "bước", x.Steps, func(s *Step) thing { return stepThing(p, s) })),
		each("basis", "căn cứ pháp lý", p.LegalBasis, func(b *Basis) thing {
			return thing{id: strings.TrimSpace(b.Document + " " + b.Article), says: []saying{{"from", "từ ngày", b.From}, {"until", "đến ngày", b.Until},
				{"repealed", "", yes(b.Repealed, "đã bị bãi bỏ")}, {"confidence", "độ tin cậy", ConfidenceName(b.Confidence)}}}
		}),
		each("ladder", "nấc nhắc", x.Ladder, rungThing),
		each("source", "nguồn của", p.Sources, func(s *FactSource) thing {
			return thing{id: s.Path, says: []saying{{"source", "", s.Source}, {"confidence", "độ tin cậy", ConfidenceName(s.Confidence)}}}
		}),
	}
}

// each makes a facet of a list; a name that stands twice is told apart by its number.
func each[T any](part, noun string, list []T, say func(*T) thing) facet {
	f := facet{part: part, noun: noun}
	seen := map[string]int{}
	for i := range list {
		t := say(&list[i])
		if seen[t.id]++; seen[t.id] > 1 {
			t.id += "/" + strconv.Itoa(seen[t.id])
		}
		f.things = append(f.things, t)
	}
	return f
}

func inOrder(f facet) facet { f.ordered = true; return f }

func headerThing(p *Plan) thing {
	published, internal := "", ""
	if p.Published != nil {
		published = strings.TrimSpace(p.Published.Decision + " " + p.Published.On)
	}
	if p.InternalProcess != nil {
		internal = strings.TrimSpace(p.InternalProcess.Source + " (" + ConfidenceName(p.InternalProcess.Confidence) + ")")
	}
	rest := *p
	rest.Hash, rest.Code, rest.Name, rest.Field, rest.Level, rest.Agency, rest.Online, rest.Origin, rest.Language, rest.Escalation = "", "", "", "", "", "", "", "", 0, ""
	rest.Published, rest.InternalProcess, rest.LegalBasis, rest.Sources, rest.Documents, rest.Fees = nil, nil, nil, nil, nil, nil
	rest.Results, rest.Facts, rest.Steps, rest.Conditions, rest.Exec, rest.programs = nil, nil, nil, nil, Executable{}, nil
	return thing{id: "header", name: "“" + p.Name + "”", says: []saying{
		{"code", "mã", p.Code}, {"field", "lĩnh vực", p.Field}, {"level", "cấp thực hiện", p.Level}, {"agency", "cơ quan giải quyết", AgencyName(p.Agency)},
		{"online", "mức trực tuyến", p.Online}, {"origin", "độ tin cậy", ConfidenceName(p.Origin)}, {"published", "quyết định công bố", published},
		{"internal_process", "quy trình nội bộ", internal}, {"language", "phiên bản ngôn ngữ", strconv.Itoa(p.Language)}, {"escalation", "thang nhắc", p.Escalation},
		{"conditions", "điều kiện", conditionsText(p)}, {"other", "khóa khác", asData(rest, Plan{})},
	}}
}

// rulesThing is what a plan says of the whole dossier beyond its limit.
func rulesThing(x *Executable) thing {
	var intake []string
	for _, l := range x.Intake.Limits {
		intake = append(intake, channelName(l.Channel)+" "+l.Limit.Vietnamese())
	}
	rest := *x
	rest.Code, rest.Plan, rest.Limit, rest.SameDay, rest.Variants, rest.Reductions, rest.SubLimits, rest.Extensions = "", "", calendar.Limit{}, nil, nil, nil, nil, nil
	rest.StartsAt, rest.Intake, rest.Supplement, rest.Start, rest.Steps, rest.Ladder, rest.Merged = "", Intake{}, Supplement{}, "", nil, nil, nil
	rest.Conditions, rest.Agencies = nil, nil // follow from steps and conditions
	return thing{id: "rules", says: []saying{
		{"starts_at", "thời hạn tính từ khi nhận hồ sơ", startText(x)}, {"start", "bước đầu", x.Start}, {"intake", "thời hạn tiếp nhận", strings.Join(intake, ", ")},
		{"supplement", "bổ sung giấy tờ", supplementText(&x.Supplement)}, {"same_day", "trong ngày", sameDayText(x)}, {"merged", "ghép", mergedText(x)},
		{"parts", "các phần được ghép", mergedPartsText(x)},
		{"other", "khóa khác", asData(rest, Executable{})},
	}}
}

func startText(x *Executable) string {
	if x.StartsAt == "" {
		return ""
	}
	return AgencyName(x.StartsAt)
}

func sameDayText(x *Executable) string {
	if x.SameDay == nil {
		return ""
	}
	return clockText(x.SameDay.CutOff) + groundText(x.SameDay.Ground)
}

func supplementText(s *Supplement) string {
	parts := []string{map[string]string{EffectRestart: "tính lại từ đầu", EffectPause: "tạm dừng", EffectExclude: "không tính"}[s.Effect]}
	say := func(label string, l calendar.Limit) {
		if !l.IsZero() {
			parts = append(parts, label+" "+l.Vietnamese())
		}
	}
	say("tối đa", s.Bound)
	say("gửi phiếu trong", s.Within)
	say("người nộp trả lời trong", s.Answer)
	say("kiểm tra trong", s.Check)
	if s.Closing != nil {
		parts = append(parts, closingText("bổ sung", s.Answer, s.Closing, "kết thúc"))
	}
	return strings.Join(parts, ", ") + groundText(s.Ground)
}

func documentThing(p *Plan, d *Document) thing {
	need := "không bắt buộc"
	switch {
	case d.When != "":
		need = "bắt buộc khi " + conditionText(p, d.When)
	case d.Required:
		need = "bắt buộc"
	}
	rest := *d
	rest.ID, rest.Name, rest.Form, rest.Originals, rest.Copies, rest.Required, rest.When, rest.Of, rest.Confidence = "", "", "", 0, 0, false, "", "", ""
	return thing{id: d.ID, name: d.Name, says: []saying{
		{"form", "mẫu", d.Form}, {"originals", "bản chính", count(d.Originals)}, {"copies", "bản sao", count(d.Copies)}, {"required", "", need},
		{"of", "riêng cho", d.Of}, {"confidence", "độ tin cậy", ConfidenceName(d.Confidence)}, {"other", "khóa khác", asData(rest, Document{})},
	}}
}

func feeThing(f *Fee) thing {
	online := ""
	if f.HasOnline {
		online = dong(f.Online)
	}
	return thing{id: f.ID, name: f.Name, says: []saying{
		{"amount", "mức thu", dong(f.Amount)}, {"online", "nộp trực tuyến", online}, {"until", "đến ngày", f.Until}, {"part", "phần", f.Part},
		{"ground", "căn cứ", f.Ground}, {"confidence", "độ tin cậy", ConfidenceName(f.Confidence)},
	}}
}

func stepThing(p *Plan, s *Step) thing {
	t, _ := p.StepText(s.ID)
	if t == nil {
		t = new(StepText)
	}
	closing, supplement := "", ""
	if s.Closing != nil {
		closing = asData(s.Closing, (*Closing)(nil))
	}
	if s.Supplement != nil {
		supplement = supplementText(s.Supplement)
	}
	counted := ""
	if s.Excluded {
		counted = "không tính vào thời hạn" + groundText(s.Ground)
	}
	silence := ""
	if s.Silence != "" {
		silence = silenceName(s.Silence) + groundText(s.Ground)
	}
	visits := ""
	if s.MaxVisits > 1 {
		visits = strconv.Itoa(s.MaxVisits)
	}
	rest := *s
	rest.ID, rest.Kind, rest.Role, rest.Agency, rest.Limit, rest.Wait, rest.Leg, rest.Excluded, rest.Bound, rest.Silence = "", "", "", "", calendar.Limit{}, "", "", false, calendar.Limit{}, ""
	rest.Expires, rest.Closing, rest.May, rest.Outcomes, rest.Join, rest.Reentry, rest.MaxVisits, rest.Supplement = calendar.Limit{}, nil, nil, nil, nil, "", 0, nil
	rest.Refusal, rest.Confirm, rest.Results, rest.Part = false, false, nil, ""
	if counted != "" || silence != "" {
		rest.Ground = ""
	}
	return thing{id: s.ID, name: t.Name, says: []saying{
		{"kind", "loại", stepKind(s)}, {"role", "người làm", RoleName(s.Role)}, {"agency", "cơ quan", AgencyName(s.Agency)}, {"limit", "thời hạn", limitOrNone(s.Limit)},
		{"leg", "thời gian của", s.Leg}, {"clock", "", counted}, {"bound", "không tính tối đa", limitOrNone(s.Bound)}, {"silence", "quá hạn không trả lời coi là", silence},
		{"expires", "chờ người nộp", limitOrNone(s.Expires)}, {"closing", "kết thúc khi không trả lời", closing}, {"may", "được", mayText(s)},
		{"outcomes", "lối ra", outcomesText(p, s)}, {"join", "chỉ mở khi xong", strings.Join(s.Join, ", ")}, {"reentry", "làm lại thì", reentryText(s)},
		{"max_visits", "số lượt tối đa", visits}, {"supplement", "bổ sung giấy tờ", supplement}, {"results", "kết quả", strings.Join(s.Results, ", ")},
		{"part", "phần", s.Part}, {"output", "đầu ra", t.Output}, {"confidence", "độ tin cậy", ConfidenceName(t.Confidence)},
		{"other", "khóa khác", asData(rest, Step{})},
	}}
}

func stepKind(s *Step) string {
	switch {
	case s.Kind == StepReturn && s.Refusal:
		return "trả kết quả từ chối" + yes(s.Confirm, ", có xác nhận")
	case s.Kind == StepReturn:
		return "trả kết quả" + yes(s.Confirm, ", có xác nhận")
	case s.Kind == StepAutomatic:
		return "tự động"
	case s.Kind == StepWait:
		return map[string]string{WaitPayment: "chờ nộp tiền", WaitTime: "chờ hết thời gian", WaitAct: "chờ bên ngoài"}[s.Wait]
	case s.Kind == StepWork:
		return "công việc"
	}
	return s.Kind
}

func reentryText(s *Step) string {
	switch s.Reentry {
	case ReentryResume:
		return "dùng tiếp thời gian còn lại"
	case ReentryRestart:
		return "tính lại thời gian"
	}
	return s.Reentry
}

func outcomesText(p *Plan, s *Step) string {
	var ways []string
	for _, o := range s.Outcomes {
		var to []string
		for _, e := range o.Edges {
			name := e.To
			if t, ok := p.StepText(e.To); ok && t.Name != "" {
				name = "“" + t.Name + "”"
			}
			switch {
			case e.When != "":
				name += " nếu " + conditionText(p, e.When)
			case e.Else:
				name += " còn lại"
			}
			to = append(to, name)
		}
		way := strings.Join(to, " và ")
		if o.Name != DefaultOutcome {
			way = strings.TrimSpace(o.Name + " → " + way)
		} else {
			way = "→ " + way
		}
		ways = append(ways, way)
	}
	return strings.Join(ways, "; ")
}

func rungThing(g *Rung) thing {
	var place string
	switch {
	case g.Share > 0:
		place = fmt.Sprintf("khi dùng %d %% thời hạn", g.Share)
	case !g.Before.IsZero():
		place = "trước hạn " + g.Before.Vietnamese()
	case g.AtDue:
		place = "khi hết hạn"
	default:
		place = "sau hạn " + g.After.Vietnamese()
	}
	return thing{id: g.ID, says: []saying{
		{"on", "của", g.On}, {"at", "", place}, {"times", "số lần", count(g.Times)}, {"to", "báo cho", strings.Join(g.To, ", ")}, {"do", "việc", strings.Join(g.Do, ", ")},
	}}
}

// conditionText is a condition as people read it: its name alone may stay while its expression changes.
func conditionText(p *Plan, name string) string {
	for _, c := range p.Conditions {
		if c.Name == name {
			return ConditionName(p.Facts, c.Expression)
		}
	}
	return name
}

func conditionsText(p *Plan) string {
	var out []string
	for _, c := range p.Conditions {
		out = append(out, c.Name+": "+strings.Join(strings.Fields(c.Expression), " "))
	}
	return strings.Join(out, "; ")
}

func setOrAdd(set, add calendar.Limit) string {
	if !set.IsZero() {
		return "thời hạn là " + set.Vietnamese()
	}
	return "cộng thêm " + add.Vietnamese()
}

func limitOrNone(l calendar.Limit) string {
	if l.IsZero() {
		return ""
	}
	return l.Vietnamese()
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(b bool, text string) string {
	if b {
		return text
	}
	return ""
}

// dong writes an amount as people do: 50.000 đồng.
func dong(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s + " đồng"
}

// asData is a value as JSON, empty where it says no more than another.
func asData(v, nothing any) string {
	a, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	if b, err := json.Marshal(nothing); err == nil && string(a) == string(b) {
		return ""
	}
	return string(a)
}
