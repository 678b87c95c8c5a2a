package backtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
)

// Every is the code of a change that is for every procedure.
const Every = "*"

// Change is what would be otherwise. Procedures are named by code, or Every.
type Change struct {
	// Limits replace legal limits, Cuts shorten the committed ones by percent as a reduction does.
	Limits map[string]calendar.Limit
	Cuts   map[string]int
	// Rules are reductions that procedures would name, in the scope that each has.
	Rules map[string]procedure.Reduction
	// Plans replace whole definitions.
	Plans map[string]*procedure.Executable
	// Staff is how many people a station of every office has.
	Staff map[string]int
}

// Empty says that nothing would be otherwise.
func (c Change) Empty() bool {
	return len(c.Limits) == 0 && len(c.Cuts) == 0 && len(c.Rules) == 0 && len(c.Plans) == 0 && len(c.Staff) == 0
}

// reductionRule names the reduction that a cut adds to a plan.
const reductionRule = "thu-nghiem"

// plan is an executable with the change, without its ladder.
func (c Change) plan(x *procedure.Executable) *procedure.Executable {
	if y, ok := c.Plans[x.Code]; ok {
		x = y
	}
	y := *x
	y.Ladder = nil
	if l, ok := of(c.Limits, x.Code); ok {
		y.Limit, y.SameDay, y.Variants = l, nil, slices.Clone(x.Variants)
		y.Variants = slices.DeleteFunc(y.Variants, func(v procedure.Variant) bool { return v.Add.IsZero() || v.Add.Unit != l.Unit })
	}
	if n, ok := of(c.Cuts, x.Code); ok {
		y.Reductions = append(slices.Clone(x.Reductions), procedure.Reduction{Rule: reductionRule, Decision: reductionRule, CutPercent: n})
	}
	if r, ok := of(c.Rules, x.Code); ok && r.Covers(x.Code, "", "") && !slices.Contains(x.RuleNames(), r.Rule) {
		r.OfLegal = len(y.Reductions) > 0 && !(r.Above.IsZero() && r.UpTo.IsZero())
		y.Reductions = append(slices.Clone(y.Reductions), r)
	}
	return &y
}

func of[V any](m map[string]V, code string) (V, bool) {
	v, ok := m[code]
	if !ok {
		v, ok = m[Every]
	}
	return v, ok
}

// Check says which parts of a change fit none of the plans, or cannot be made.
func (c Change) Check(plans map[string]*procedure.Executable, stations []string) error {
	var faults []string
	for _, codes := range [][]string{slices.Sorted(maps.Keys(c.Limits)), slices.Sorted(maps.Keys(c.Cuts)), slices.Sorted(maps.Keys(c.Rules)), slices.Sorted(maps.Keys(c.Plans))} {
		for _, code := range codes {
			if _, ok := plans[code]; !ok && code != Every {
				faults = append(faults, fmt.Sprintf("không có hồ sơ nào của thủ tục %q", code))
			}
		}
	}
	for code, l := range c.Limits {
		for _, x := range plans {
			if x.Merged != nil && (x.Code == code || code == Every) {
				faults = append(faults, fmt.Sprintf("%s là thủ tục ghép, thời hạn theo các phần: hãy đổi bằng cắt giảm", x.Code))
			}
		}
		if l.Hundredths <= 0 {
			faults = append(faults, fmt.Sprintf("thời hạn mới của %s phải lớn hơn 0", code))
		}
	}
	for code, n := range c.Cuts {
		if n < 1 || n > 99 {
			faults = append(faults, fmt.Sprintf("cắt giảm của %s phải từ 1 đến 99 phần trăm", code))
		}
	}
	for _, r := range c.Rules {
		if r.Expression != "" || len(r.Fields)+len(r.Levels)+len(r.Agencies) > 0 {
			faults = append(faults, fmt.Sprintf("quy tắc %s chọn theo dữ kiện, lĩnh vực, cấp hoặc cơ quan, mà lượt thử lại không biết: hãy thử bằng --plan với định nghĩa đã nêu quy tắc", r.Rule))
		}
	}
	for station, n := range c.Staff {
		if !slices.Contains(stations, station) {
			faults = append(faults, fmt.Sprintf("không có vị trí %q; có: %s", station, strings.Join(stations, ", ")))
		}
		if n < 1 {
			faults = append(faults, fmt.Sprintf("vị trí %s cần ít nhất một người", station))
		}
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return fmt.Errorf("%s", strings.Join(slices.Compact(faults), "\n"))
	}
	return nil
}

// Station is the name of the place where a step is worked on; lead is what the lead agency is called.
func Station(st *procedure.Step, lead string) string {
	if st.Agency == "" {
		return lead + "/" + st.Role
	}
	return st.Agency + "/" + st.Role
}
