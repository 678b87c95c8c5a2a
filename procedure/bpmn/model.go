package bpmn

import (
	"slices"
	"strings"

	"motcua/procedure"
	"motcua/procedure/draft"
)

// model is what a process shows: its steps in the order of the file, each with the ways out of it.
type model struct {
	process *node
	name    string
	steps   []*read
	// start is the id of the step that is entered first.
	start string
}

// read is one step as the diagram shows it.
type read struct {
	id   string
	node *node
	// ours are the attributes of our extension, nil in files of other tools.
	ours *node

	name, agency, role string
	wait               string
	automatic          bool
	// procedure is the code of a sub-procedure.
	procedure        string
	returns, refusal bool
	limit            string
	limitAt          *node
	outcomes         []draft.Outcome
	after            []string
}

// reader turns elements into a model.
type reader struct {
	*report
	process *node
	nodes   map[string]*node // flow nodes by id
	flows   map[string]*node
	out     map[string][]*node // flows that leave a node, in the order of the file
	in      map[string][]*node
	lanes   map[string]lane  // by flow node
	timers  map[string]*node // by the task that they are attached to
	borders map[string]bool  // the ids of all boundary events
	steps   map[string]*read // by flow node
	order   []*read
	taken   map[string]bool
	// followed counts the flows that were followed: gateways behind gateways multiply their ways.
	followed int
}

type lane struct{ agency, role string }

// read makes the model of the process of a file.
func (r *report) read(root *node) *model {
	process := r.chooseProcess(root)
	if process == nil {
		return nil
	}
	x := &reader{report: r, process: process, nodes: map[string]*node{}, flows: map[string]*node{}, out: map[string][]*node{}, in: map[string][]*node{},
		lanes: map[string]lane{}, timers: map[string]*node{}, borders: map[string]bool{}, steps: map[string]*read{}, taken: map[string]bool{}}
	x.collect()
	for _, set := range process.all("laneSet") {
		x.readLanes(set, lane{})
	}
	x.makeSteps()
	if len(x.order) > maxSteps {
		r.add(process.pos, "bpmn-too-large", "quy trình có quá nhiều bước", "")
		return nil
	}
	m := &model{process: process, name: x.nameOf(root)}
	x.connect(m)
	m.steps = x.order
	return m
}

// chooseProcess takes the process with flow elements; others are told.
func (r *report) chooseProcess(root *node) *node {
	var found *node
	for _, p := range root.all("process") {
		busy := slices.ContainsFunc(p.children, func(c *node) bool { return c.space == nsModel && (isTask(c.name) || c.name == kindCall) })
		switch {
		case !busy:
		case found == nil:
			found = p
		default:
			r.of(p, "bpmn-ignored", "tệp có hơn một quy trình; chỉ đọc %s", found.id())
		}
	}
	if found == nil {
		r.add(root.pos, "bpmn-unreadable", "tệp không có quy trình nào có bước", "")
	}
	for _, c := range root.all("collaboration") {
		for _, m := range c.all("messageFlow") {
			r.of(m, "bpmn-ignored", "luồng thông điệp không đổi cách chạy, được bỏ qua")
		}
	}
	return found
}

func (x *reader) nameOf(root *node) string {
	if name := words(x.process.attr("name")); name != "" {
		return name
	}
	for _, c := range root.all("collaboration") {
		for _, p := range c.all("participant") {
			if p.attr("processRef") == x.process.id() {
				return words(p.attr("name"))
			}
		}
	}
	return ""
}

// collect sorts the elements of the process and reports those that cannot be taken, all at once.
func (x *reader) collect() {
	for _, n := range x.process.children {
		if n.space != nsModel {
			continue
		}
		switch n.name {
		case "sequenceFlow":
			x.flows[n.attr("id")] = n
		case "laneSet", "extensionElements", "documentation", "ioSpecification", "property", "auditing", "monitoring", "supports", "resourceRole", "performer", "humanPerformer", "potentialOwner":
		case "task", kindUser, "manualTask", "serviceTask", "scriptTask", kindRule, "sendTask", "receiveTask":
			x.nodes[n.attr("id")] = n
			for _, c := range n.children {
				if c.name == "multiInstanceLoopCharacteristics" || c.name == "standardLoopCharacteristics" {
					x.of(n, "bpmn-unsupported", "bước lặp (%s) chưa có trong ngôn ngữ; vẽ vòng quay lại thay cho nó", c.name)
				}
			}
		case kindExclusive, kindInclusive, kindParallel, kindStart, kindEnd:
			x.nodes[n.attr("id")] = n
		case kindCall:
			x.nodes[n.attr("id")] = n
			if called(n) == "" {
				x.of(n, "bpmn-unsupported", "callActivity không gọi thủ tục nào: calledElement phải là mã thủ tục, ví dụ %s", processID("1.004222"))
			}
		case kindCatch, "intermediateThrowEvent":
			x.nodes[n.attr("id")] = n
			if n.first("linkEventDefinition") != nil || n.first("compensateEventDefinition") != nil {
				x.of(n, "bpmn-unsupported", "sự kiện nối trang hoặc bù trừ chưa có trong ngôn ngữ")
			}
		case kindBoundary:
			x.boundary(n)
		case "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "dataInputAssociation":
			x.of(n, "bpmn-ignored", "%s chỉ để người đọc, được bỏ qua", n.name)
		default:
			x.of(n, "bpmn-unsupported", "%s chưa có trong ngôn ngữ", n.name)
			x.nodes[n.attr("id")] = n // so that its flows are not reported too
		}
	}
	for _, n := range x.process.children {
		if n.space != nsModel || n.name != "sequenceFlow" {
			continue
		}
		from, to := n.attr("sourceRef"), n.attr("targetRef")
		if x.borders[from] {
			continue // the overrun of a limit
		}
		if x.nodes[from] == nil || x.nodes[to] == nil {
			x.of(n, "bpmn-flow", "luồng không nối hai phần tử đọc được (%s → %s)", from, to)
			continue
		}
		x.out[from] = append(x.out[from], n)
		x.in[to] = append(x.in[to], n)
	}
}

// boundary takes a timer that does not interrupt as the limit of its task.
func (x *reader) boundary(n *node) {
	x.borders[n.attr("id")] = true
	timer := n.first("timerEventDefinition")
	switch {
	case timer == nil:
		x.of(n, "bpmn-unsupported", "sự kiện gắn biên không phải đồng hồ chưa có trong ngôn ngữ")
	case n.attr("cancelActivity") != "false":
		x.of(n, "bpmn-unsupported", "đồng hồ ngắt bước (cancelActivity) chưa có trong ngôn ngữ; thời gian của bước là đồng hồ không ngắt")
	case x.timers[n.attr("attachedToRef")] != nil:
		x.of(n, "bpmn-unsupported", "bước đã có đồng hồ %s; mỗi bước một thời gian", x.timers[n.attr("attachedToRef")].id())
	default:
		x.timers[n.attr("attachedToRef")] = n
	}
}

// readLanes says whose lane every flow node is in: the agency of the outer lane, the role of the inner one.
func (x *reader) readLanes(set *node, outer lane) {
	for _, n := range set.all("lane") {
		l := outer
		name := words(n.attr("name"))
		if ours := n.ours("lane"); ours != nil && x.sameLane(ours, name) {
			l = lane{ours.attr("agency"), ours.attr("role")}
		} else {
			if agency := draft.AgencyOf(name); agency != "" && (l.agency == "" || draft.IsOneStop(name)) {
				l.agency = agency
			}
			if role, ok := draft.RoleOf(name); ok {
				l.role = role
			} else if outer.agency != "" && name != "" && draft.AgencyOf(name) != outer.agency {
				l.role = draft.Slug(name, 4)
			}
		}
		for _, ref := range n.all("flowNodeRef") {
			x.lanes[strings.TrimSpace(ref.text)] = l
		}
		for _, inner := range n.all("childLaneSet") {
			x.readLanes(inner, l)
		}
	}
}

// sameLane says whether a lane is still called what we called it: its name is what people see.
func (x *reader) sameLane(ours *node, name string) bool {
	if role := ours.attr("role"); role != "" {
		return procedure.RoleName(role) == name
	}
	return procedure.AgencyName(ours.attr("agency")) == name || name == noRole
}

// noRole is the name of a lane whose steps name no role.
const noRole = "(không nêu vai)"
