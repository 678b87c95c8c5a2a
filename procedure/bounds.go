package procedure

import "fmt"

// MaxFile is the longest definition that is read, in bytes. Whoever reads a file for Parse may stop one byte behind it: the
// file is refused all the same, and a device or a download without end is not read for ever.
const MaxFile = 1 << 20

// Bounds of a file. They are far above any real procedure (the longest published text has 713 bytes, the longest internal
// process some thirty steps) and keep a hostile file cheap: time and memory are bounded by what is counted here, not by
// what is written.
const (
	// maxMarks bounds the signs that can make a node of YAML, before any node is made: a node takes 200 times its text.
	maxMarks = 100_000
	maxDepth = 24
	// maxText bounds one text, maxExpression one condition, maxExpressions all of them together, in bytes.
	maxText        = 8_000
	maxExpression  = 2_000
	maxExpressions = 16_000
	maxConditions  = 256
	maxSteps       = 2_000
	maxEdges       = 6_000
	// maxRules and maxReductions bound the lists that lint multiplies with each other.
	maxRules      = 50
	maxReductions = 10
	// maxLeads bounds the groups of lead agencies that reductions tell apart.
	maxLeads = 16
	// maxCases bounds the combinations of facts, or of conditions, that lint tries; maxCaseSteps their product with the steps
	// and edges of the procedure.
	maxCases     = 1_024
	maxCaseSteps = 2_000_000
	// maxWork bounds what rules do on graphs and words whose size they do not control, in small steps of a few nanoseconds.
	maxWork = 20_000_000
	// maxFit bounds the limits in days, months and clock hours that one file has tried on every date of the calendar: in days
	// and months as many, in hours an eighth of it.
	maxFit = 400
	// maxFindings bounds a report: a file with more findings than this is not read to the end by anybody.
	maxFindings = 200
	// maxMended bounds the findings that Fix mends in one round.
	maxMended = 10_000
	// maxShown bounds the names that one message lists.
	maxShown = 40
)

// work counts small steps of the same order of cost, so that a bound on them is a bound on time.
type work struct{ spent int }

// spend takes n steps off the budget; false when it is used up, and whoever asked leaves off.
func (w *work) spend(n int) bool {
	if w.spent <= maxWork {
		w.spent += n
	}
	return w.spent <= maxWork
}

// marks counts the signs that begin or separate nodes, comments and lines.
func marks(data []byte) int {
	n := 0
	for _, b := range data {
		switch b {
		case ',', ':', '-', '[', '{', '?', '#', '\n', '\r':
			n++
		}
	}
	return n
}

// tooLong says what makes a file too large to be parsed at all; empty: nothing.
func tooLong(data []byte) string {
	if len(data) > MaxFile {
		return fmt.Sprintf("tệp dài hơn %d byte", MaxFile)
	}
	if n := marks(data); n > maxMarks {
		return fmt.Sprintf("tệp có %d dấu ngắt (dòng, dấu phẩy, dấu hai chấm…), tối đa %d", n, maxMarks)
	}
	return ""
}

// shorten leaves out the middle of a list that is too long for a message.
func shorten(list []string) []string {
	if len(list) <= maxShown {
		return list
	}
	head := list[: maxShown*3/4 : maxShown*3/4]
	tail := list[len(list)-maxShown/4:]
	return append(append(head, fmt.Sprintf("… (%d nữa) …", len(list)-len(head)-len(tail))), tail...)
}
