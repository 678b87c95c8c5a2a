package excel

import (
	"strconv"

	"motcua/procedure/draft"
)

// readCells reads the changed times and ways out of a table whose rows cannot be put together, so that everything that is wrong is told
// at once. A number that no row shows means the row that should have shown it: it is told of there and nowhere else.
func (m *merger) readCells(steps []*draft.Step) {
	for i := range m.lines {
		if n := strconv.Itoa(i + 1); m.ids[n] == "" {
			m.ids[n] = steps[i].Text("id")
		}
	}
	for i := range m.lines {
		l, base := &m.lines[i], m.row[i]
		if base == nil {
			continue // a new row was read as it was made a step
		}
		if m.t.columns[colTime] > 0 && !same(l.text[colTime], base.text[colTime]) {
			m.time(l, steps[i].Text("wait")+steps[i].Text("procedure") != "")
		}
		if m.t.columns[colNext] > 0 && !same(l.text[colNext], base.text[colNext]) {
			m.readNext(l.text[colNext], l.at[colNext], m.ids, steps[i].Outcomes(), m.condition)
		}
	}
}
