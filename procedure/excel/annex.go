package excel

import (
	"strconv"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
	"motcua/procedure/draft"
)

// annex is what the people's sheet shows of a definition. Writing prints it; reading compares it with what is there now.
type annex struct {
	meta []shownValue
	rows []annexRow
	// conditions are the expressions by what is shown of them.
	conditions map[string]string
}

type shownValue struct{ key, title, text string }

// annexRow is one step.
type annexRow struct {
	id   string
	text map[string]string
}

// render makes the annex of a definition; doc and d are the same file.
func render(doc *draft.Document, d *procedure.Definition) *annex {
	a := &annex{conditions: map[string]string{}}
	a.meta = []shownValue{
		{metaCode, labelTitle(metaCode), doc.Text("code")},
		{metaName, labelTitle(metaName), doc.Text("name")},
		{metaField, labelTitle(metaField), fieldName(doc.Text("field"))},
		{metaLevel, labelTitle(metaLevel), levelName(doc.Text("level"))},
		{metaAgency, labelTitle(metaAgency), procedure.AgencyName(doc.Text("agency"))},
		{metaLimit, labelTitle(metaLimit), legalText(doc.Text("limit"))},
	}
	if p := d.Published; p != nil {
		text := p.Decision
		if p.On != "" {
			text += " ngày " + dayText(p.On)
		}
		a.meta = append(a.meta, shownValue{metaDecision, labelTitle(metaDecision), text})
	}
	facts := make([]procedure.Fact, len(d.Facts))
	for i, f := range d.Facts {
		facts[i] = f.Value
	}
	condition := func(expression string) string {
		name := procedure.ConditionName(facts, expression)
		a.conditions[name] = expression
		return name
	}
	steps := doc.Steps()
	numbers := map[string]string{}
	for i, s := range steps {
		numbers[s.Text("id")] = strconv.Itoa(i + 1)
	}
	for i, s := range steps {
		agency := s.Text("agency")
		if agency == "" {
			agency = doc.Text("agency")
		}
		if s.Text("role") == "" && (s.Text("leg") == "payment" || s.Text("leg") == "applicant" || s.Text("wait") == "payment") {
			agency = "applicant"
		}
		a.rows = append(a.rows, annexRow{s.Text("id"), map[string]string{
			colNumber: strconv.Itoa(i + 1), colContent: s.Text("name"), colUnit: procedure.AgencyName(agency), colPerson: procedure.RoleName(s.Text("role")),
			colTime: timeText(s), colResult: resultText(s, d), colNext: writeNext(s.Outcomes(), numbers, condition), colNote: noteText(s, numbers), colID: s.Text("id"),
		}})
	}
	return a
}

// legalText is a legal limit as it is printed.
func legalText(limit string) string {
	l, err := calendar.ParseLimit(limit)
	if err != nil {
		return "Trong ngày làm việc"
	}
	return l.Vietnamese()
}

func dayText(date string) string {
	parts := strings.Split(date, "-")
	if len(parts) != 3 {
		return date
	}
	return parts[2] + "/" + parts[1] + "/" + parts[0]
}

const excludedText = "không tính vào thời hạn"

// timeText is the time of a step as the table shows it, and draft.ReadTime reads it.
func timeText(s *draft.Step) string {
	l, err := calendar.ParseLimit(s.Text("limit"))
	excluded := s.Text("clock") == "excluded"
	switch {
	case err != nil && excluded:
		return "Không tính vào thời hạn"
	case err != nil:
		return "–"
	case excluded:
		return l.Vietnamese() + " (" + excludedText + ")"
	}
	return l.Vietnamese()
}

// resultText is what a step makes: its output, or the results that it hands over.
func resultText(s *draft.Step, d *procedure.Definition) string {
	if out := s.Text("output"); out != "" {
		return out
	}
	var names []string
	for _, id := range s.List("results") {
		for _, r := range d.Results {
			if r.Value.ID == id {
				names = append(names, r.Value.Name)
			}
		}
	}
	return strings.Join(names, "; ")
}

// noteText is what the other columns have no place for; it is for people only.
func noteText(s *draft.Step, numbers map[string]string) string {
	var notes []string
	switch s.Text("wait") {
	case procedure.WaitPayment:
		notes = append(notes, "chờ nộp tiền")
	case procedure.WaitTime:
		notes = append(notes, "chờ hết thời gian")
	case procedure.WaitAct:
		notes = append(notes, "chờ một việc bên ngoài")
	}
	if code := s.Text("procedure"); code != "" {
		notes = append(notes, "mở hồ sơ con của thủ tục "+code+", chờ kết quả")
	}
	if s.Text("automatic") == "true" {
		notes = append(notes, "tự động")
	}
	switch {
	case s.Text("refusal") == "true":
		notes = append(notes, "kết thúc: từ chối")
	case s.Text("return") == "true":
		notes = append(notes, "kết thúc")
	}
	if after := s.List("after"); len(after) > 0 {
		for i, id := range after {
			after[i] = numberOf(numbers, id)
		}
		notes = append(notes, "chờ xong các bước "+strings.Join(after, ", "))
	}
	for _, m := range s.List("may") {
		if word, ok := map[string]string{"supplement": "được yêu cầu bổ sung", "suspend": "được tạm dừng", "payment": "được yêu cầu nộp tiền", "send-back": "được trả lại bước trước", "send_back": "được trả lại bước trước"}[m]; ok {
			notes = append(notes, word)
		}
	}
	if l, err := calendar.ParseLimit(s.Text("bound")); err == nil {
		notes = append(notes, "không tính tối đa "+l.Vietnamese())
	}
	if l, err := calendar.ParseLimit(s.Text("expires")); err == nil {
		notes = append(notes, "quá "+l.Vietnamese()+" thì dừng giải quyết")
	}
	if n := s.Text("max-visits"); n != "" && n != "1" {
		notes = append(notes, "tối đa "+n+" lượt")
	}
	if g := s.Text("ground"); g != "" {
		notes = append(notes, "căn cứ: "+g)
	}
	return strings.Join(notes, "; ")
}
