package excel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// The column "Bước tiếp theo" holds one line per way out: [outcome →] bước 3[, 4] [nếu condition | còn lại].

// writeNext writes the ways out of a step; numbers are those of the steps by their ids.
func writeNext(outcomes []draft.Outcome, numbers map[string]string, conditions func(string) string) string {
	var lines []string
	for _, o := range outcomes {
		label := ""
		if name := procedure.OutcomeName(o.Name); name != "" {
			label = name + " → "
		}
		var together []string
		for _, e := range o.Edges {
			if e.When == "" && !e.Else {
				together = append(together, numberOf(numbers, e.To))
			}
		}
		if len(together) > 0 {
			lines = append(lines, label+"bước "+strings.Join(together, ", "))
		}
		for _, e := range o.Edges {
			switch {
			case e.When != "":
				lines = append(lines, label+"bước "+numberOf(numbers, e.To)+" nếu "+conditions(e.When))
			case e.Else:
				lines = append(lines, label+"bước "+numberOf(numbers, e.To)+" còn lại")
			}
		}
	}
	return strings.Join(lines, "\n")
}

func numberOf(numbers map[string]string, id string) string {
	if n, ok := numbers[id]; ok {
		return n
	}
	return id
}

var nextLine = regexp.MustCompile(`(?i)^(?:(.*?)\s*(?:→|->|=>|:)\s*)?(?:chuyển\s+)?(?:sang\s+|đến\s+|về\s+|quay lại\s+)?(?:bước\s*|b)?([0-9][0-9.]*[a-z]?(?:\s*(?:,|và|;)\s*(?:bước\s*|b)?[0-9][0-9.]*[a-z]?)*)(?:\s+(?:(còn lại)|nếu\s+(.+)))?\.?$`)

// readNext reads what writeNext writes, and what people write like it. steps are the ids by number; known, where the step
// was there before, are its outcomes, so that their names stay; conditions turns shown conditions back.
func (r *report) readNext(text string, at cell, steps map[string]string, known []draft.Outcome, conditions func(string) string) []draft.Outcome {
	var out []draft.Outcome
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == ';' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if f := draft.Fold(part); f == "ket thuc" || f == "het" {
			continue
		}
		m := nextLine.FindStringSubmatch(part)
		if m == nil {
			r.add(at, "bad-next", fmt.Sprintf("không đọc được %q", short(part)), "mỗi dòng một lối ra: đạt → bước 3; từ chối → bước 7; bước 4 nếu điều kiện")
			continue
		}
		name := outcomeOf(m[1], known)
		i := slices.IndexFunc(out, func(o draft.Outcome) bool { return o.Name == name })
		if i < 0 {
			out = append(out, draft.Outcome{Name: name})
			i = len(out) - 1
		}
		for _, n := range regexp.MustCompile(`[0-9][0-9.]*[a-z]?`).FindAllString(m[2], -1) {
			n = strings.TrimLeft(strings.TrimRight(n, "."), "0")
			to, ok := steps[n]
			if !ok {
				r.add(at, "bad-next", "không có bước "+n, procedure.DidYouMean(n, stepNumbers(steps)))
				continue
			}
			out[i].Edges = append(out[i].Edges, draft.Edge{To: to, When: conditions(m[4]), Else: m[3] != ""})
		}
	}
	return out
}

func stepNumbers(steps map[string]string) []string {
	var list []string
	for n := range steps {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return list
}

// outcomeOf is the name of an outcome by what is shown of it.
func outcomeOf(label string, known []draft.Outcome) string {
	label = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(label), "↺"))
	for _, k := range known {
		if strings.EqualFold(procedure.OutcomeName(k.Name), label) {
			return k.Name
		}
	}
	if label == "" {
		return "xong"
	}
	if id, ok := procedure.OutcomeID(label); ok {
		return id
	}
	return draft.Slug(label, 5)
}
