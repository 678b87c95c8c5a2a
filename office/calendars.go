package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"motcua/calendar"
	"motcua/models"
	"motcua/procedure"
)

// provisionalNote is what is said wherever a date crosses a year whose holidays nobody has decreed yet.
const provisionalNote = "Ngày hẹn tạm tính: có năm chưa có thông báo lịch nghỉ chính thức; khi có thông báo, ngày hẹn chỉ có thể lùi lại và người nộp được báo."

func noteOf(provisional bool) string {
	if provisional {
		return provisionalNote
	}
	return ""
}

// CalendarLine is the calendar of an agency that has one of its own; the empty agency is the whole nation.
type CalendarLine struct {
	Agency string `json:"agency"`
	Hash   string `json:"hash"`
	Layer  string `json:"layer,omitempty"`
	Title  string `json:"title,omitempty"`
	// Amendment, Document and Ground decided its last change.
	Amendment string `json:"amendment,omitempty"`
	Document  string `json:"document,omitempty"`
	Ground    string `json:"ground,omitempty"`
	// Provisional are the years that nobody has decreed yet.
	FromYear    int   `json:"from_year"`
	ToYear      int   `json:"to_year"`
	Provisional []int `json:"provisional_years,omitempty"`
}

// CalendarDay is a day that differs from the week.
type CalendarDay struct {
	Date      calendar.Date     `json:"date"`
	Kind      calendar.Kind     `json:"kind"`
	Name      string            `json:"name"`
	Ground    string            `json:"ground"`
	Announced calendar.Date     `json:"announced,omitzero"`
	Swap      calendar.Date     `json:"swap,omitzero"`
	Sessions  calendar.Sessions `json:"sessions,omitempty"`
	Layer     string            `json:"layer"`
}

// CalendarYear is a year of an agency's calendar.
type CalendarYear struct {
	CalendarLine
	Year int `json:"year"`
	// Week are the sessions by weekday, Sunday first.
	Week [7]calendar.Sessions `json:"week"`
	// Undecreed: the year is computed.
	Undecreed bool          `json:"undecreed,omitempty"`
	Notice    string        `json:"notice,omitempty"`
	Days      []CalendarDay `json:"days"`
}

// Calendars lists the calendars of agencies that have one of their own.
func (o *Office) Calendars(ctx context.Context, p Principal) ([]CalendarLine, error) {
	if err := allow(p, DoProcedures); err != nil {
		return nil, err
	}
	set, err := o.calendarSet(ctx, nil, "")
	if err != nil {
		return nil, err
	}
	out := []CalendarLine{}
	for _, r := range set.rows {
		l, err := o.calendarLine(ctx, set, r)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func (o *Office) calendarLine(ctx context.Context, set *calendarSet, r models.AgencyCalendarRow) (CalendarLine, error) {
	l := CalendarLine{Agency: r.Agency, Hash: r.Hash, Layer: r.Layer, Title: set.layers[r.Layer].Title, Amendment: r.Amendment, Document: r.Document, Ground: r.Ground}
	spec, err := o.Store.CalendarSpec(ctx, r.Hash)
	l.FromYear, l.ToYear, l.Provisional = spec.FromYear, spec.ToYear, spec.Provisional
	return l, err
}

// CalendarYearOf is a year of the calendar that an agency has, with what stands behind each day; "nation" is the whole nation.
func (o *Office) CalendarYearOf(ctx context.Context, p Principal, agency string, year int) (out CalendarYear, err error) {
	if err := allow(p, DoProcedures); err != nil {
		return out, err
	}
	unknown := &Problem{Status: http.StatusNotFound, Code: "calendar_unknown", Title: "Không tìm thấy lịch",
		Detail: fmt.Sprintf("Không có lịch của cơ quan %q; các cơ quan có lịch riêng ở GET /v1/calendars.", procedure.Clip(agency))}
	if agency == "nation" {
		agency = ""
	} else if _, err := o.Store.Agency(ctx, agency); errors.Is(err, models.ErrNotFound) {
		return out, unknown
	} else if err != nil {
		return out, err
	}
	set, err := o.calendarSet(ctx, nil, "")
	if err != nil {
		return out, err
	}
	row, ok := set.row(agency)
	if !ok {
		return out, unknown
	}
	if out.CalendarLine, err = o.calendarLine(ctx, set, row); err != nil {
		return out, err
	}
	if year == 0 {
		year = o.Legal().Year()
	}
	if out.Year = year; year < out.FromYear || year > out.ToYear {
		return out, invalid(FieldError{"?year", fmt.Sprintf("Lịch có các năm %d đến %d.", out.FromYear, out.ToYear)})
	}
	spec, err := o.Store.CalendarSpec(ctx, row.Hash)
	if err != nil {
		return out, err
	}
	out.Week, out.Days = spec.Week, []CalendarDay{}
	for _, y := range spec.Provisional {
		out.Undecreed = out.Undecreed || y == year
	}
	if _, err := set.resolve(); err != nil {
		return out, err
	}
	book := set.books[row.Agency]
	if book == nil { // of no layer: only the bare days are known
		for _, d := range spec.Off {
			if d.Year() == year {
				out.Days = append(out.Days, CalendarDay{Date: d, Kind: calendar.KindClosure})
			}
		}
		return out, nil
	}
	out.Notice = book.Notice(year)
	for _, e := range book.Entries(year) {
		out.Days = append(out.Days, CalendarDay{e.Date, e.Kind, e.Name, e.Ground, e.Announced, e.Swap, e.Sessions, e.Layer})
	}
	return out, nil
}

// AmendmentCheck is what a file would be: with findings and nothing else where it is faulty.
type AmendmentCheck struct {
	Findings procedure.Diagnostics `json:"findings"`
	Valid    bool                  `json:"valid"`
}

// CheckAmendment reads a file as a draft would, and stores nothing.
func (o *Office) CheckAmendment(ctx context.Context, p Principal, d AmendmentDraft) (AmendmentCheck, error) {
	if err := allow(p, DoReadAmendments); err != nil {
		return AmendmentCheck{}, err
	}
	a, found, err := o.checkAmendment(ctx, []byte(d.File))
	if found == nil {
		found = procedure.Diagnostics{}
	}
	return AmendmentCheck{Findings: found, Valid: a != nil && !found.HasErrors()}, err
}
