package excel

import (
	"fmt"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// checkTotal compares the row of the total with the longest way of the definition that came out, and says whether it closes.
func (m *merger) checkTotal(d *procedure.Definition, shelf *procedure.Shelf) bool {
	if m.total == nil || m.total.text[colTime] == "" {
		return true
	}
	plan, _ := procedure.Compile(d, shelf)
	written, err := draft.ReadTime(m.total.text[colTime], 0, false)
	at := m.total.at[colTime]
	if err != nil {
		message, hint, _ := strings.Cut(err.Error(), "; ")
		m.add(at, "bad-time", message, hint)
		return false
	}
	if plan == nil {
		return true // lint has said why
	}
	sum, _ := longest(plan)
	if minutes, err := written.Limit.BudgetMinutes(); err == nil && minutes != sum {
		m.add(at, "total-mismatch", fmt.Sprintf("dòng tổng ghi %s, đường dài nhất qua các bước là %s", written.Limit.Vietnamese(), minutesName(sum, written.Limit.Unit)), "sửa dòng tổng hoặc thời gian của các bước")
		return false
	}
	return true
}

// longest is the longest counted way of a plan in working minutes, over all its cases, with its steps.
func longest(p *procedure.Plan) (minutes int, steps []string) {
	for _, path := range p.LongestPaths("") {
		if path.Counted > minutes || steps == nil {
			minutes, steps = path.Counted, path.Steps
		}
	}
	return minutes, steps
}

func (m *merger) places() places {
	table := cell{m.t.sheet.name, m.t.first, 1}
	return places{
		table: table,
		head: func(key string) (cell, bool) {
			if l := m.meta[key]; l.text != "" {
				return l.at, true
			}
			return table, true
		},
		key: func(step int, key string) (cell, bool) {
			if step >= len(m.lines) {
				return table, true
			}
			return lineCell(&m.lines[step], key), true
		},
	}
}
