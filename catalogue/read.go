package catalogue

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Line is one line of a file as it was understood: an entry with its findings, or a refusal.
type Line struct {
	// Number counts from 1, blank lines included.
	Number int
	// Raw is the line as it came, without its end.
	Raw      []byte
	Entry    *Entry
	Findings []Finding
	Refusal  *Refusal
}

// Lines is a whole file.
type Lines struct {
	Lines []Line
	// Total counts all lines, Blank those with nothing on them.
	Total, Blank int
}

// Read reads a file of published procedures, one JSON object a line. Lines end with \n or \r\n, the last need not end; a byte
// order mark at the start is no part of the first. The error is that of the reader alone: a line that is wrong is a Line.
func Read(in io.Reader) (Lines, error) {
	var out Lines
	b := bufio.NewReaderSize(in, 1<<16)
	for {
		raw, err := b.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return out, fmt.Errorf("read line %d: %w", out.Total+1, err)
		}
		if len(raw) > 0 {
			out.take(raw)
		}
		if err != nil { // the end
			return out, nil //nolint:nilerr // any other error is returned above
		}
	}
}

func (l *Lines) take(raw []byte) {
	raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
	if l.Total == 0 {
		raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	}
	l.Total++
	if len(bytes.TrimSpace(raw)) == 0 {
		l.Blank++
		return
	}
	line := Line{Number: l.Total, Raw: raw}
	line.Entry, line.Findings, line.Refusal = Parse(raw)
	l.Lines = append(l.Lines, line)
}
