package backtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dice"
	"motcua/dossier"
	"motcua/procedure"
)

// Year is a profile with the plans and the calendar that it is drawn on.
type Year struct {
	p     *Profile
	plans []*procedure.Plan // of each arrival
	cal   *calendar.Calendar
	// days are the working days of the period; until are the weights up to and with each.
	days  []calendar.Date
	until []float64
}

// NewYear checks a profile against the plans, by code.
func NewYear(p *Profile, plans map[string]*procedure.Plan, cal *calendar.Calendar) (*Year, error) {
	y := &Year{p: p, cal: cal}
	var found procedure.Diagnostics
	unknown := func(pos procedure.Pos, text string) {
		found = append(found, procedure.Diagnostic{File: p.File, Line: pos.Line, Col: pos.Col, Severity: procedure.SeverityError, Rule: ruleUnknown, Message: text})
	}
	for _, a := range p.Arrivals {
		x, ok := plans[a.Procedure.Value]
		if !ok {
			unknown(a.Procedure.Pos, fmt.Sprintf("không có thủ tục %q", a.Procedure.Value))
			continue
		}
		for _, h := range a.Holds {
			if !slices.Contains(x.Exec.Conditions, h.Condition.Value) {
				unknown(h.Condition.Pos, fmt.Sprintf("%s không có điều kiện %q; có: %s", x.Code, h.Condition.Value, strings.Join(x.Exec.Conditions, ", ")))
			}
		}
		y.plans = append(y.plans, x)
	}
	sum := 0.0
	for d := p.From; d <= p.Until; d++ {
		if !cal.IsWorkingDay(d.Time()) {
			continue
		}
		_, month, _ := d.Civil()
		if w := p.Months[month-1]; w > 0 {
			sum += float64(w)
			y.days, y.until = append(y.days, d), append(y.until, sum)
		}
	}
	if len(y.days) == 0 {
		found = append(found, procedure.Diagnostic{File: p.File, Line: 1, Col: 1, Severity: procedure.SeverityError, Rule: ruleBadPeriod, Message: "không có ngày làm việc nào trong khoảng thời gian"})
	}
	if len(found) > 0 {
		return nil, found
	}
	return y, nil
}

// Plans are those that dossiers come for, by code.
func (y *Year) Plans() map[string]*procedure.Executable {
	out := map[string]*procedure.Executable{}
	for _, x := range y.plans {
		out[x.Code] = &x.Exec
	}
	return out
}

// Stations are where people of an office may work, sorted.
func (y *Year) Stations() []string {
	set := map[string]bool{}
	for _, x := range y.plans {
		stations(set, &x.Exec, x.Agency)
	}
	return slices.Sorted(maps.Keys(set))
}

func stations(set map[string]bool, x *procedure.Executable, lead string) {
	for i := range x.Steps {
		if st := &x.Steps[i]; st.Kind == procedure.StepWork && st.Role != "" {
			set[Station(st, lead)] = true
		}
	}
}

// Parts are the offices.
func (y *Year) Parts() []Part {
	parts := make([]Part, y.p.Offices)
	for i := range parts {
		parts[i] = Part{Name: fmt.Sprintf("noi-%02d", i+1), Courses: func() []Course { return y.courses(i) }}
	}
	return parts
}

// courses draws the dossiers of an office, in order of receipt.
func (y *Year) courses(office int) []Course {
	var out []Course
	days := int(y.p.Until-y.p.From) + 1
	for k, a := range y.p.Arrivals {
		n := a.PerYear * days / 365
		from, until := office*n/y.p.Offices, (office+1)*n/y.p.Offices
		base := dice.Named(dice.Mix(y.p.Seed), a.Procedure.Value)
		for i := from; i < until; i++ {
			out = append(out, y.course(&a, y.plans[k], i, dice.Mix(base+uint64(i))))
		}
	}
	slices.SortStableFunc(out, func(a, b Course) int { return cmp.Compare(a.Received.Unix(), b.Received.Unix()) })
	return out
}

func (y *Year) course(a *Arrival, x *procedure.Plan, i int, key uint64) Course {
	c := Course{Code: fmt.Sprintf("THU-%s-%d", a.Procedure.Value, i+1), Plan: &x.Exec, Lead: x.Agency, Channel: dossier.ChannelCounter, Life: drawn{y.p, x.Code, key, asks(&x.Exec)}}
	switch at := dice.Share(dice.Named(key, "channel")) * 100; {
	case at < float64(a.Online):
		c.Channel = dossier.ChannelOnline
	case at < float64(a.Online+a.Post):
		c.Channel = dossier.ChannelPost
	}
	for _, h := range a.Holds {
		if percent(dice.Named(key, h.Condition.Value), h.Percent) {
			c.Conditions = append(c.Conditions, h.Condition.Value)
		}
	}
	slices.Sort(c.Conditions)
	c.Received = y.received(c.Channel, key)
	if c.Channel != dossier.ChannelCounter {
		c.Intake = max(1, y.p.Intake.draw(dice.Named(key, "intake")))
	}
	if percent(dice.Named(key, "withdrawn"), y.p.Withdrawn) {
		c.Withdrawn = time.Duration(1+int(dice.Share(dice.Named(key, "when"))*10*minutesPerDay)) * time.Minute
	}
	return c
}

// received is a minute of a working day: within its sessions at the counter and by post, from 6 to 22 o'clock online.
func (y *Year) received(channel string, key uint64) time.Time {
	at := dice.Share(dice.Named(key, "day")) * y.until[len(y.until)-1]
	i, _ := slices.BinarySearch(y.until, at)
	day := y.days[min(i, len(y.days)-1)].Time()
	part := dice.Share(dice.Named(key, "minute"))
	if channel == dossier.ChannelOnline {
		return day.Add(time.Duration(6*60+int(part*16*60)) * time.Minute)
	}
	whole, err := y.cal.Between(day, day.AddDate(0, 0, 1))
	if err != nil || whole == 0 {
		return day
	}
	opening, err := y.cal.Normalize(day)
	if err != nil {
		return day
	}
	t, err := y.cal.Advance(opening, int(part*float64(whole)))
	if err != nil {
		return opening
	}
	return t
}

// drawn is a life by the distributions of a profile.
type drawn struct {
	p    *Profile
	code string
	key  uint64
	// asks is the step that may ask for papers.
	asks string
}

// asks is the first step that may ask for papers.
func asks(x *procedure.Executable) string {
	for i := range x.Steps {
		if slices.Contains(x.Steps[i].May, procedure.MaySupplement) {
			return x.Steps[i].ID
		}
	}
	return ""
}

// Draw is the life of a dossier whose times are drawn; number tells dossiers apart.
func (p *Profile) Draw(code string, number uint64) Life {
	return drawn{p: p, code: code, key: dice.Mix(dice.Mix(p.Seed) + number)}
}

// Visit draws one visit of a step.
func (d drawn) Visit(st *procedure.Step, n int) (Visit, bool) {
	key := dice.Named(d.key, st.ID) + uint64(n)
	var v Visit
	switch {
	case st.Kind == procedure.StepReturn:
		return v, true
	case st.Kind == procedure.StepWait && st.Wait == procedure.WaitPayment:
		v.Lag = time.Duration(d.p.Payment.draw(key)) * time.Minute
		return v, true
	case st.Kind == procedure.StepWait:
		v.Lag = time.Duration(d.p.Act.draw(key)) * time.Minute
	default:
		v.Work = d.work(st, key)
	}
	v.Outcome = d.outcome(st, n, key)
	if n == 1 && st.ID == d.asks && percent(dice.Named(d.key, "supplement"), d.p.Supplement) {
		v.Breaks = []Break{{
			After:  v.Work * d.p.SupplementAfter / 100,
			Ask:    dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true, Approval: "lanh-dao"},
			Answer: dossier.Act{Kind: dossier.ActProvideSupplement, By: "applicant", Complete: true},
			Takes:  time.Duration(d.p.Answer.draw(dice.Named(d.key, "answer"))) * time.Minute,
		}}
	}
	return v, true
}

func (d drawn) work(st *procedure.Step, key uint64) int {
	for i := range d.p.Work {
		w := &d.p.Work[i]
		if w.Procedure != "" && w.Procedure != d.code || w.Step != "" && w.Step != st.ID || w.Role != "" && w.Role != st.Role {
			continue
		}
		s := w.Spread
		if w.Share > 0 {
			b, err := st.Limit.BudgetMinutes()
			if err != nil {
				return 0
			}
			s.Median = float64(b*w.Share) / 100
		}
		return s.draw(key)
	}
	return 0
}

// outcome: the first one, unless a rule draws another. Work that is done again is done right.
func (d drawn) outcome(st *procedure.Step, n int, key uint64) string {
	if len(st.Outcomes) == 0 {
		return ""
	}
	at := dice.Share(key^0x2545f4914f6cdd1d) * 100
	for i := range d.p.Outcomes {
		o := &d.p.Outcomes[i]
		if n > 1 || o.Procedure != "" && o.Procedure != d.code || o.Step != "" && o.Step != st.ID {
			continue
		}
		if _, ok := st.Outcome(o.Outcome); !ok {
			continue
		}
		if at < float64(o.Percent) {
			return o.Outcome
		}
		at -= float64(o.Percent)
	}
	return st.Outcomes[0].Name
}
