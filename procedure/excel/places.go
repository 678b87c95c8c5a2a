package excel

import (
	"cmp"
	"slices"

	"motcua/procedure"
)

// places says which cell a place of the definition came from.
type places struct {
	// key is the cell of a step's key, by the step's index; table is the cell of everything else.
	key   func(step int, key string) (cell, bool)
	head  func(key string) (cell, bool)
	table cell
}

// lint checks the definition that came out and reports its findings by cell.
func (r *report) lint(definition []byte, shelf *procedure.Shelf, p places) *procedure.Definition {
	d, found := procedure.Parse(r.file, definition)
	if d != nil {
		found = append(found, procedure.Lint(d, shelf)...)
	}
	marks := p.marks(d)
	for _, f := range found {
		at := p.table
		for _, m := range marks {
			if m.pos.Line > f.Line || m.pos.Line == f.Line && m.pos.Col > f.Col {
				break
			}
			// A finding belongs to the last key before it on its line.
			if m.pos.Line == f.Line {
				at = m.at
			}
		}
		r.addAs(f.Severity, at, f.Rule, f.Message, f.Hint)
	}
	return d
}

type mark struct {
	pos procedure.Pos
	at  cell
}

// marks are the places of all keys with a cell, in the order of the file.
func (p places) marks(d *procedure.Definition) []mark {
	if d == nil {
		return nil
	}
	var list []mark
	add := func(pos procedure.Pos, at cell, ok bool) {
		if ok && pos.Line > 0 {
			list = append(list, mark{pos, at})
		}
	}
	for key, pos := range map[string]procedure.Pos{metaCode: d.Code.Pos, metaName: d.Name.Pos, metaField: d.Field.Pos, metaLevel: d.Level.Pos, metaAgency: d.Agency.Pos, metaLimit: d.Limit.Pos} {
		at, ok := p.head(key)
		add(pos, at, ok)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		at, ok := p.key(i, colNumber)
		add(s.Pos, at, ok)
		for key, pos := range map[string]procedure.Pos{
			colContent: s.Name.Pos, colPerson: s.Role.Pos, colUnit: s.Agency.Pos, colTime: s.Limit.Pos, colResult: s.Output.Pos,
		} {
			at, ok := p.key(i, key)
			add(pos, at, ok)
		}
		at, ok = p.key(i, colTime)
		add(s.Clock.Pos, at, ok)
		if len(s.Outcomes) > 0 {
			at, ok = p.key(i, colNext)
			add(s.Outcomes[0].Name.Pos, at, ok)
		}
	}
	slices.SortStableFunc(list, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Col, b.pos.Col))
	})
	return list
}

// places of a table that other people made.
func (w *writer) places() places {
	return places{
		table: w.tableAt(),
		head: func(key string) (cell, bool) {
			if l := w.meta[key]; l.text != "" {
				return l.at, true
			}
			return w.tableAt(), true
		},
		key: func(step int, key string) (cell, bool) {
			if step >= len(w.lineOf) || w.lineOf[step] < 0 {
				return w.tableAt(), true
			}
			l := &w.lines[w.lineOf[step]]
			return lineCell(l, key), true
		},
	}
}

// lineCell is the cell of a line that shows a key of the step.
func lineCell(l *line, key string) cell {
	for _, column := range []string{key, colWho, colContent} {
		if column == colWho && key != colPerson && key != colUnit {
			continue
		}
		if at, ok := l.at[column]; ok {
			return at
		}
	}
	return l.at[colContent]
}
