// Package duecsv reckons the due instants of a CSV of receipts, as a stream: memory does not grow with the file.
//
// Columns are found by the header: "received" (RFC 3339 with offset) and "limit" ("5wd", or in Vietnamese "5 ngày làm
// việc"). Every other column is kept; "due" is added at the end, or replaced where it exists. A line that cannot be reckoned
// is kept with an empty due and reported with its number; no line is lost.
package duecsv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
)

const (
	columnReceived = "received"
	columnLimit    = "limit"
	columnDue      = "due"

	bufferSize    = 1 << 16
	byteOrderMark = "\ufeff"
)

// Stream reads a CSV from r and writes it to w with the due instant of each line, on the given calendar. It returns the number
// of records read after the header. Faulty lines are written with an empty due and returned together as *[Faults]; another
// error (no header, a missing column, a line above 1 MiB, a failing reader or writer) ends the stream after what was
// already reckoned has been written.
func Stream(r io.Reader, w io.Writer, cal *calendar.Calendar) (lines int, err error) {
	in := newRecords(r)
	buffered := bufio.NewWriterSize(w, bufferSize)
	out := csv.NewWriter(buffered)
	s := stream{cal: cal}
	if !in.next() {
		if in.err() != nil {
			return 0, fmt.Errorf("due dates: read: %w", in.err())
		}
		return 0, errors.New("due dates: the input is empty; want a header with the columns received,limit")
	}
	if in.fault != nil {
		return 0, fmt.Errorf("due dates: header: %w", in.fault)
	}
	row, err := s.header(slices.Clone(in.fields))
	if err != nil {
		return 0, fmt.Errorf("due dates: %w", err)
	}
	if err := out.Write(row); err != nil {
		return 0, fmt.Errorf("due dates: write: %w", err)
	}
	for in.next() {
		lines++
		if err := out.Write(s.line(in)); err != nil {
			return lines, fmt.Errorf("due dates: write: %w", err)
		}
	}
	if err := in.err(); err != nil {
		return lines, errors.Join(fmt.Errorf("due dates: read after line %d: %w", in.number, err), flush(out, buffered))
	}
	if err := flush(out, buffered); err != nil {
		return lines, err
	}
	if s.faults.Count > 0 {
		return lines, &s.faults
	}
	return lines, nil
}

func flush(out *csv.Writer, buffered *bufio.Writer) error {
	out.Flush()
	if err := errors.Join(out.Error(), buffered.Flush()); err != nil {
		return fmt.Errorf("due dates: write: %w", err)
	}
	return nil
}

type stream struct {
	cal                  *calendar.Calendar
	width                int // columns of the input
	received, limit, due int
	row                  []string
	faults               Faults
	lastText             string // limits repeat from line to line
	lastLimit            calendar.Limit
}

// header finds the columns and returns the header to write.
func (s *stream) header(head []string) ([]string, error) {
	s.width, s.received, s.limit, s.due = len(head), -1, -1, -1
	for i, name := range head {
		var at *int
		switch strings.ToLower(strings.TrimSpace(name)) {
		case columnReceived:
			at = &s.received
		case columnLimit:
			at = &s.limit
		case columnDue:
			at = &s.due
		default:
			continue
		}
		if *at >= 0 {
			return nil, fmt.Errorf("header: column %q is given twice", strings.TrimSpace(name))
		}
		*at = i
	}
	if s.received < 0 || s.limit < 0 {
		return nil, fmt.Errorf("header %q: want the columns %s and %s", clip(strings.Join(head, ",")), columnReceived, columnLimit)
	}
	if s.due < 0 {
		s.due = len(head)
		head = append(head, columnDue)
	}
	return head, nil
}

// line returns the row to write for the current record. The row is reused.
func (s *stream) line(in *records) []string {
	s.row = append(s.row[:0], in.fields...)
	for len(s.row) <= s.due || len(s.row) < s.width {
		s.row = append(s.row, "")
	}
	fault := in.fault
	if fault == nil && len(in.fields) != s.width {
		fault = fmt.Errorf("%d columns, where the header has %d", len(in.fields), s.width)
	}
	if fault != nil {
		if len(in.fields) > s.width {
			s.row = append(s.row, "") // the surplus stays; nothing is overwritten
		} else {
			s.row[s.due] = ""
		}
		s.faults.add(in.start, fault)
		return s.row
	}
	due, err := s.reckon(in.fields[s.received], in.fields[s.limit])
	if err != nil {
		s.row[s.due] = ""
		s.faults.add(in.start, err)
		return s.row
	}
	s.row[s.due] = due.Format(time.RFC3339)
	return s.row
}

func (s *stream) reckon(received, limit string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(received))
	if err != nil {
		return time.Time{}, fmt.Errorf("received %q: want a time with its offset, as in 2026-11-20T09:00:00+07:00", clip(received))
	}
	if limit != s.lastText || s.lastLimit.IsZero() {
		l, err := parseLimit(strings.TrimSpace(limit))
		if err != nil {
			return time.Time{}, err
		}
		s.lastText, s.lastLimit = strings.Clone(limit), l
	}
	return s.cal.Add(at, s.lastLimit)
}

func parseLimit(text string) (calendar.Limit, error) {
	l, err := calendar.ParseLimit(text)
	if err == nil {
		return l, nil
	}
	if l, vietnamese := calendar.ParseVietnamese(text); vietnamese == nil {
		return l, nil
	}
	return calendar.Limit{}, err
}

func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
