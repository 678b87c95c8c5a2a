package bpmn

import (
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// makeSteps makes a step of every task and catch event, in the order of the file.
func (x *reader) makeSteps() {
	for _, n := range x.process.children {
		if n.space != nsModel || x.nodes[n.attr("id")] != n {
			continue
		}
		switch {
		case isTask(n.name), n.name == kindCatch, n.name == kindCall && called(n) != "":
			x.step(n)
		}
	}
}

func isTask(element string) bool { return element == "task" || strings.HasSuffix(element, "Task") }

// called is the code of the procedure that a call activity opens a dossier under: what its element names, whoever drew it.
func called(n *node) string {
	local := n.attr("calledElement")
	if _, name, qualified := strings.Cut(local, ":"); qualified {
		local = name
	}
	if ours := n.ours("step"); ours != nil && local == processID(ours.attr("procedure")) {
		return ours.attr("procedure")
	}
	return codePattern.FindString(strings.TrimPrefix(local, processID("")))
}

func (x *reader) step(n *node) {
	s := &read{node: n, ours: n.ours("step"), name: words(n.attr("name"))}
	if s.ours != nil && !x.taken[s.ours.attr("id")] {
		s.id = s.ours.attr("id")
		x.taken[s.id] = true
	} else {
		s.ours = nil // a copied element carries the extension of its original
		s.id = draft.Unique(draft.StepID(cmpName(s.name, n.id())), x.taken)
	}
	if s.name == "" {
		s.name = n.id()
		x.of(n, "drafted", "bước không có tên: lấy mã của phần tử")
	}
	l := x.lanes[n.attr("id")]
	s.agency, s.role = l.agency, l.role
	folded := draft.Fold(s.name)
	switch {
	case n.name == kindCatch:
		x.wait(n, s, folded)
	case n.name == kindRule, n.name == "scriptTask":
		s.automatic = true
	case n.name == kindCall:
		s.procedure = called(n)
	case n.name == "serviceTask", n.name == "sendTask", n.name == "receiveTask":
		x.of(n, "drafted", "%s được đọc là bước có người làm", n.name)
	}
	if timer := x.timers[n.attr("id")]; timer != nil {
		s.limit, s.limitAt = x.duration(timer, false), timer
	}
	x.steps[n.attr("id")] = s
	x.order = append(x.order, s)
}

func cmpName(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

// wait reads what a catch event waits for.
func (x *reader) wait(n *node, s *read, folded string) {
	payment := strings.Contains(folded, "nop ") || strings.Contains(folded, "thanh toan") || strings.Contains(folded, "nghia vu tai chinh")
	switch {
	case s.ours != nil && s.ours.attr("wait") != "":
		s.wait = s.ours.attr("wait")
		if n.first("timerEventDefinition") != nil {
			s.limit, s.limitAt = x.duration(n, true), n
		} else {
			s.limit = s.ours.attr("limit")
		}
	case n.first("timerEventDefinition") != nil:
		s.wait, s.limit, s.limitAt = procedure.WaitTime, x.duration(n, true), n
	case payment:
		s.wait = procedure.WaitPayment
		x.of(n, "drafted", "hiểu là chờ nộp tiền, vì tên của sự kiện")
	default:
		s.wait = procedure.WaitAct
	}
}

// duration reads the timer of an event.
func (x *reader) duration(event *node, wait bool) string {
	timer := event.first("timerEventDefinition")
	text := ""
	if d := timer.first("timeDuration"); d != nil {
		text = strings.TrimSpace(d.text)
	}
	limit, assumed, err := readDuration(text, wait)
	if err != nil {
		x.of(event, "bad-duration", "%v", err)
		return ""
	}
	if assumed {
		x.of(event, "drafted", "%s được hiểu là %s", text, limit.Vietnamese())
	}
	return limit.String()
}
