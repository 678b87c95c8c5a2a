// Package bpmn writes procedures as BPMN 2.0, with the diagram that the drawing shows, and reads BPMN files: ours without
// loss, those of other tools for the part that the definition language covers, with a list of everything that it does not.
//
// The file is a process with lanes per agency and role. Work is a user task with a boundary timer for its limit, a wait is a
// catch event, a sub-procedure a call activity, outcomes and conditions are gateways, a return is a task before an end event. What BPMN has no word for
// (legs, grounds, effects, papers, the whole definition) stands in extension elements of our own namespace.
//
// Bytes in, bytes out: the package knows no files and no clock.
package bpmn

import (
	"motcua/procedure"
)

// Namespaces of a file.
const (
	nsModel = "http://www.omg.org/spec/BPMN/20100524/MODEL"
	nsDI    = "http://www.omg.org/spec/BPMN/20100524/DI"
	nsDC    = "http://www.omg.org/spec/DD/20100524/DC"
	nsDDI   = "http://www.omg.org/spec/DD/20100524/DI"
	nsXSI   = "http://www.w3.org/2001/XMLSchema-instance"
	nsOurs  = "urn:motcua:bpmn:1"

	// languageCEL marks conditions, languageLimit the durations of our timers: working time is no ISO 8601 duration.
	languageCEL   = "https://cel.dev"
	languageLimit = "urn:motcua:limit:1"
)

// Options of an import.
type Options struct {
	// Shelf holds the named rules that lint looks up.
	Shelf *procedure.Shelf
	// Values stand in for what a diagram does not say: code, name, field, level, agency, limit.
	Values map[string]string
}

// Result of an import.
type Result struct {
	// Definition is the canonical YAML; nil where the file could not be taken.
	Definition []byte
	// Findings are all faults and notes, each with the line of its element.
	Findings procedure.Diagnostics
}

// Rules are the rules that an import checks beside those of the language.
func Rules() []procedure.Rule {
	e, w, n := procedure.SeverityError, procedure.SeverityWarning, procedure.SeverityNote
	return []procedure.Rule{
		{ID: "bpmn-unreadable", Severity: e, Doc: "Tệp phải là XML BPMN 2.0 (definitions) có một quy trình."},
		{ID: "bpmn-too-large", Severity: e, Doc: "Tệp tối đa 24 MB, 300.000 phần tử, lồng 60 tầng, 2.000 bước."},
		{ID: "bpmn-unsupported", Severity: e, Doc: "Phần tử đổi cách chạy mà ngôn ngữ không có: tiến trình con, cổng theo sự kiện, lặp nhiều bản, bù trừ."},
		{ID: "bpmn-flow", Severity: e, Doc: "Luồng không nối đúng: đứt, rẽ nhánh không ai chọn, gộp không gặp."},
		{ID: "bpmn-ignored", Severity: w, Doc: "Phần tử không đổi cách chạy nên được bỏ qua: ghi chú, dữ liệu, luồng thông điệp."},
		{ID: "bad-duration", Severity: e, Doc: "Thời gian của đồng hồ phải là khoảng ISO 8601 (P2D, PT4H) hoặc thời hạn của ngôn ngữ (2wd)."},
		{ID: "drafted", Severity: n, Doc: "Điều sơ đồ không nói, soạn theo cách thường gặp để người thiết kế xem lại."},
		{ID: "diagram-wins", Severity: n, Doc: "Sơ đồ khác định nghĩa kèm theo: lấy theo sơ đồ."},
	}
}

func severityOf(rule string) procedure.Severity {
	for _, r := range Rules() {
		if r.ID == rule {
			return r.Severity
		}
	}
	return procedure.SeverityError
}
