package duecsv

import (
	"fmt"
	"strings"
)

const (
	keptFaults = 10_000 // of a hopeless file; the rest are counted
	shownLines = 20     // in the text of the error
)

// LineError is the fault of one line. The header is line 1.
type LineError struct {
	Line int
	Err  error
}

// Error names the line.
func (e LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e LineError) Unwrap() error { return e.Err }

// Faults are the faulty lines of a stream whose other lines were reckoned.
type Faults struct {
	Lines []LineError // in order, at most 10,000
	Count int         // of all faulty lines
}

// Error lists the first faulty lines.
func (f *Faults) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d faulty lines", f.Count)
	for i, e := range f.Lines {
		if i == shownLines {
			break
		}
		b.WriteString("\n" + e.Error())
	}
	if rest := f.Count - min(len(f.Lines), shownLines); rest > 0 {
		fmt.Fprintf(&b, "\nand %d more", rest)
	}
	return b.String()
}

// Unwrap returns the lines as errors.
func (f *Faults) Unwrap() []error {
	out := make([]error, len(f.Lines))
	for i, e := range f.Lines {
		out[i] = e
	}
	return out
}

func (f *Faults) add(line int, err error) {
	f.Count++
	if len(f.Lines) < keptFaults {
		f.Lines = append(f.Lines, LineError{Line: line, Err: err})
	}
}
