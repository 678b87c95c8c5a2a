package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// Types of parameters, by what may stand in their place.
const (
	ParamLimit  = "limit"  // a limit of any unit
	ParamInt    = "int"    // an amount, a number, a percentage
	ParamText   = "text"   // a name, a number of a decision, one of the words of the language
	ParamBool   = "bool"   // true or false
	ParamLadder = "ladder" // the name of a ladder of the shelf
)

func paramTypes() []string {
	return []string{ParamLimit, ParamInt, ParamText, ParamBool, ParamLadder}
}

// Parameter is what a template leaves open to those who use it. Values are in their written form; Default nil: it must be
// given. Min and Max bound limits and ints, Values lists the only ones allowed; empty: no bound.
type Parameter struct {
	Name     string
	Type     string
	Label    string
	Default  *string
	Min, Max string
	Values   []string
}

// maxParameterText bounds the value of a text parameter, in bytes.
const maxParameterText = 500

// check says what is wrong with a value of the parameter; empty: nothing.
func (p *Parameter) check(v string) string {
	if wrong := checkType(p.Type, v); wrong != "" {
		return wrong
	}
	if len(p.Values) > 0 && !slices.Contains(p.Values, v) {
		return fmt.Sprintf("%q không thuộc các giá trị %s", clip(v), strings.Join(p.Values, ", "))
	}
	for _, bound := range []struct {
		value string
		sign  int
		word  string
	}{{p.Min, -1, "nhỏ hơn"}, {p.Max, 1, "lớn hơn"}} {
		if bound.value == "" {
			continue
		}
		order, ok := compareValues(p.Type, v, bound.value)
		switch {
		case !ok:
			return fmt.Sprintf("%s khác đơn vị với %s", clip(v), bound.value)
		case order == bound.sign:
			return fmt.Sprintf("%s %s %s", clip(v), bound.word, bound.value)
		}
	}
	return ""
}

func checkType(kind, v string) string {
	switch kind {
	case ParamLimit:
		if l, err := calendar.ParseLimit(v); err != nil || l.IsZero() {
			return fmt.Sprintf("%q không phải thời hạn", clip(v))
		}
	case ParamInt:
		if n, err := strconv.Atoi(v); err != nil || n < 0 || strconv.Itoa(n) != v {
			return fmt.Sprintf("%q không phải số nguyên không âm", clip(v))
		}
	case ParamBool:
		if v != "true" && v != "false" {
			return fmt.Sprintf("%q không phải true hoặc false", clip(v))
		}
	case ParamLadder:
		if !isID(v) {
			return fmt.Sprintf("%q không phải tên thang", clip(v))
		}
	case ParamText:
		if strings.TrimSpace(v) == "" || strings.ContainsAny(v, "\n\r") || len(v) > maxParameterText {
			return fmt.Sprintf("chữ phải có nội dung, trên một dòng, tối đa %d byte", maxParameterText)
		}
	}
	return ""
}

// compareValues orders two values of a type that has an order; not ok for limits of different units.
func compareValues(kind, a, b string) (int, bool) {
	switch kind {
	case ParamInt:
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return sign(x - y), true
	case ParamLimit:
		x, errX := calendar.ParseLimit(a)
		y, errY := calendar.ParseLimit(b)
		return sign(x.Hundredths - y.Hundredths), errX == nil && errY == nil && x.Unit == y.Unit
	}
	return 0, true
}

func sign(n int) int { return max(-1, min(n, 1)) }

// standIn is a value for an open parameter, so that a template can be checked as far as it goes: the least that is allowed.
func (p *Parameter) standIn() string {
	switch {
	case len(p.Values) > 0:
		return p.Values[0]
	case p.Min != "":
		return p.Min
	case p.Max != "":
		return p.Max
	}
	switch p.Type {
	case ParamLimit:
		return "1wd"
	case ParamInt:
		return "0"
	case ParamBool:
		return "false"
	case ParamLadder:
		return "standard"
	}
	return "…"
}

// parameterName is how a parameter is named; reference how it is used: the whole value of a key.
func isParameterName(s string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9_-]*$`).MatchString(s) && len(s) <= 64
}

// reference returns the name that a value refers to; a value that begins with $$ is one that begins with $.
func reference(v *yaml.Node) (name string, literal, ok bool) {
	if v.Kind != yaml.ScalarNode || !strings.HasPrefix(v.Value, "$") {
		return "", false, false
	}
	if strings.HasPrefix(v.Value, "$$") {
		return "", true, true
	}
	if name = v.Value[1:]; isParameterName(name) {
		return name, false, true
	}
	return "", false, false
}

// parameters reads the declarations of a template; what is wrong with their form the check of the whole file says.
func (r *report) parameters(n *yaml.Node) (list []At[Parameter]) {
	for _, item := range items(n) {
		if item.Kind != yaml.MappingNode {
			continue
		}
		p := Parameter{Name: text(item, "name").Value, Type: text(item, "type").Value, Label: text(item, "label").Value,
			Min: text(item, "min").Value, Max: text(item, "max").Value}
		for _, v := range texts(get(item, "values")) {
			p.Values = append(p.Values, v.Value)
		}
		place := placed(item, "name")
		bad := func(p Pos, message, hint string) { r.add(p, "bad-parameter", message, hint) }
		if p.Name != "" && !isParameterName(p.Name) {
			bad(place, fmt.Sprintf("tên tham số %q phải là chữ thường không dấu, số và dấu nối", clip(p.Name)), "ví dụ han-tra, dùng bằng $han-tra")
			continue
		}
		if i := slices.IndexFunc(list, func(q At[Parameter]) bool { return q.Value.Name == p.Name }); i >= 0 {
			bad(place, fmt.Sprintf("tham số %s đã có ở dòng %d", p.Name, list[i].Pos.Line), "đổi tên")
			continue
		}
		if !slices.Contains(paramTypes(), p.Type) {
			continue
		}
		r.parameterForm(item, &p)
		if p.Name != "" {
			list = append(list, At[Parameter]{p, place})
		}
	}
	return list
}

// parameterForm checks what is declared of one parameter; what is wrong is left out of it.
func (r *report) parameterForm(n *yaml.Node, p *Parameter) {
	bad := func(key, message, hint string) { r.add(placed(n, key), "bad-parameter", message, hint) }
	ordered := p.Type == ParamLimit || p.Type == ParamInt
	for key, v := range map[string]*string{"min": &p.Min, "max": &p.Max} {
		switch {
		case *v == "":
		case !ordered:
			bad(key, fmt.Sprintf("tham số %s kiểu %s không có %s", p.Name, p.Type, key), "dùng values")
			*v = ""
		case checkType(p.Type, *v) != "":
			bad(key, fmt.Sprintf("%s của tham số %s: %s", key, p.Name, checkType(p.Type, *v)), "")
			*v = ""
		}
	}
	if p.Min != "" && p.Max != "" {
		if order, ok := compareValues(p.Type, p.Min, p.Max); !ok || order > 0 {
			bad("max", fmt.Sprintf("tham số %s: max %s phải cùng đơn vị và không nhỏ hơn min %s", p.Name, p.Max, p.Min), "")
			p.Max = ""
		}
	}
	kept := p.Values
	p.Values = nil
	var fine []string
	for _, v := range kept {
		if wrong := p.check(v); wrong != "" {
			bad("values", fmt.Sprintf("values của tham số %s: %s", p.Name, wrong), "")
			continue
		}
		fine = append(fine, v)
	}
	p.Values = fine
	if d := text(n, "default"); d.Set() {
		if wrong := p.check(d.Value); wrong != "" {
			bad("default", fmt.Sprintf("default của tham số %s: %s", p.Name, wrong), "")
			return
		}
		p.Default = &d.Value
	}
}
