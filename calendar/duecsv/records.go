package duecsv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

const (
	longestLine   = 1 << 20
	longestRecord = 100 // lines that one quoted record may span
)

// records reads a CSV line by line, so that a stray quote spoils its own line and no other: encoding/csv alone would
// read on to the next quote, however far.
type records struct {
	scan   *bufio.Scanner
	queue  []string // lines read ahead in search of a closing quote
	number int      // of the last line taken
	start  int      // first line of the current record
	fields []string // of the current record; of a faulty one, its text as one field
	fault  error    // of the current record
	first  bool
}

func newRecords(r io.Reader) *records {
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, bufferSize), longestLine)
	return &records{scan: scan, first: true}
}

func (r *records) err() error { return r.scan.Err() }

// take returns the next line, from the queue first.
func (r *records) take() (string, bool) {
	if len(r.queue) > 0 {
		line := r.queue[0]
		r.queue = r.queue[1:]
		r.number++
		return line, true
	}
	if !r.scan.Scan() {
		return "", false
	}
	r.number++
	return r.scan.Text(), true
}

// peek returns the i-th line ahead without taking it.
func (r *records) peek(i int) (string, bool) {
	for len(r.queue) <= i {
		if !r.scan.Scan() {
			return "", false
		}
		r.queue = append(r.queue, r.scan.Text())
	}
	return r.queue[i], true
}

// next moves to the next record that is not blank.
func (r *records) next() bool {
	for {
		line, ok := r.take()
		if !ok {
			return false
		}
		if r.first {
			line, r.first = strings.TrimPrefix(line, byteOrderMark), false
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		r.start, r.fault = r.number, nil
		if strings.IndexByte(line, '"') < 0 {
			r.split(line)
			return true
		}
		r.quoted(line)
		return true
	}
}

func (r *records) split(line string) {
	r.fields = r.fields[:0]
	for {
		field, rest, more := strings.Cut(line, ",")
		r.fields = append(r.fields, field)
		if !more {
			return
		}
		line = rest
	}
}

// quoted parses a record with quotes, over as many lines as its quotes need.
func (r *records) quoted(line string) {
	var text strings.Builder
	text.WriteString(line)
	quotes, lines := strings.Count(line, `"`), 0
	for quotes%2 != 0 && lines < longestRecord && text.Len() < longestLine {
		more, ok := r.peek(lines)
		if !ok {
			break
		}
		text.WriteString("\n" + more)
		quotes += strings.Count(more, `"`)
		lines++
	}
	reader := csv.NewReader(strings.NewReader(text.String()))
	reader.FieldsPerRecord = -1
	fields, err := reader.Read()
	if err == nil {
		if _, rest := reader.Read(); errors.Is(rest, io.EOF) {
			for range lines {
				r.take()
			}
			r.fields = append(r.fields[:0], fields...)
			return
		}
		err = errors.New("quotes do not close")
	}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		err = parse.Err
	}
	r.fields, r.fault = append(r.fields[:0], line), err
}
