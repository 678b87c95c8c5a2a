package office

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// Firing is an alarm that will go off by itself on a day, and whom it will reach, as things stand now.
type Firing struct {
	// Code is the dossier's or the mission's.
	Code    string    `json:"code"`
	Mission bool      `json:"mission,omitempty"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	// Text names it for people.
	Text string `json:"text"`
	// Of a rung: its subject, its id and what it does.
	Subject string   `json:"subject,omitempty"`
	Rung    string   `json:"rung,omitempty"`
	Do      []string `json:"do,omitempty"`
	// Reaches are the recipients as the ladder names them; Nobody says that a rung reaches none of them.
	Reaches []Reaching `json:"reaches,omitempty"`
	Nobody  bool       `json:"nobody,omitempty"`
}

// Reaching is one kind of recipient of a rung. Vacant: nobody holds the post there, nor above it.
type Reaching struct {
	As       string   `json:"as"`
	Officers []Person `json:"officers,omitempty"`
	Vacant   bool     `json:"vacant,omitempty"`
}

// Person is an officer by id and name.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// FiringFilter asks for a day; the zero day is the next working one. Limit counts the dossiers and missions of a page.
type FiringFilter struct {
	Day    calendar.Date
	Limit  int
	Cursor string
}

// FiringDay is a page of what goes off on a day.
type FiringDay struct {
	Day   calendar.Date `json:"day"`
	Items []Firing      `json:"items"`
	Next  string        `json:"next,omitempty"`
}

// Firings is what goes off by itself on a day, and who gets it: every alarm that is armed for it, of dossiers and then of missions
// in the principal's scope, those with the earliest alarm first.
func (o *Office) Firings(ctx context.Context, p Principal, f FiringFilter) (FiringDay, error) {
	if err := allow(p, DoEscalations); err != nil {
		return FiringDay{}, err
	}
	return o.firings(ctx, p.scope(), f)
}

// AllFirings is Firings of the whole installation, for its operator.
func (o *Office) AllFirings(ctx context.Context, f FiringFilter) (FiringDay, error) {
	return o.firings(ctx, models.Scope{All: true}, f)
}

// missionsFrom marks the cursor of a page of missions.
const missionsFrom = "m."

func (o *Office) firings(ctx context.Context, scope models.Scope, f FiringFilter) (FiringDay, error) {
	var err error
	if f.Day == 0 {
		if f.Day, err = o.nextWorkingDay(ctx); err != nil {
			return FiringDay{}, err
		}
	}
	out := FiringDay{Day: f.Day, Items: []Firing{}}
	cursor, missions := strings.CutPrefix(f.Cursor, missionsFrom)
	realms := o.realms()
	x := realms[0]
	if missions {
		x = realms[len(realms)-1]
	}
	rows, next, err := o.Store.AlarmsBefore(ctx, scope, x.mission, f.Day.Time().AddDate(0, 0, 1), f.Limit, cursor)
	if err != nil {
		return out, listError(err)
	}
	if out.Items, err = o.firingsOf(ctx, x, rows, f.Day); err != nil {
		return out, err
	}
	switch {
	case next != "" && missions:
		out.Next = missionsFrom + next
	case next != "":
		out.Next = next
	case !missions && len(realms) > 1: // the last page of dossiers has the first missions
		f.Cursor = missionsFrom
		more, err := o.firings(ctx, scope, f)
		if err != nil {
			return out, err
		}
		out.Items, out.Next = append(out.Items, more.Items...), more.Next
	}
	slices.SortStableFunc(out.Items, func(a, b Firing) int { return a.At.Compare(b.At) })
	return out, nil
}

// firingsOf are the alarms of a day of some dossiers, or missions, by their events.
func (o *Office) firingsOf(ctx context.Context, x realm, rows []models.AlarmRow, day calendar.Date) ([]Firing, error) {
	out := []Firing{}
	if len(rows) == 0 {
		return out, nil
	}
	codes := make([]string, len(rows))
	for i, r := range rows {
		codes[i] = r.Code
	}
	page, err := x.page(ctx, models.ClockedFilter{Codes: codes, Limit: len(codes)})
	if err != nil {
		return nil, err
	}
	book := &reachBook{o: o, names: map[string]string{}, known: map[string]Reaching{}}
	for i := range page {
		c := &page[i]
		for _, a := range c.alarms {
			if calendar.DateOf(a.At) != day {
				continue
			}
			firing, err := book.firing(ctx, c, a)
			if err != nil {
				return nil, err
			}
			firing.Mission = x.mission
			out = append(out, firing)
		}
	}
	return out, nil
}

// nextWorkingDay is the next one after today, on the calendar of the nation.
func (o *Office) nextWorkingDay(ctx context.Context) (calendar.Date, error) {
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return 0, err
	}
	opening, err := cal.NextOpening(o.Legal())
	if err != nil {
		return 0, err
	}
	return calendar.DateOf(opening), nil
}

// reachBook remembers whom one page of rungs reaches.
type reachBook struct {
	o     *Office
	names map[string]string
	known map[string]Reaching
}

func (b *reachBook) firing(ctx context.Context, c *clocked, a dossier.Alarm) (Firing, error) {
	out := Firing{Code: c.code, At: a.At, Kind: a.Kind, Text: alarmText(a)}
	if a.Kind != dossier.AlarmRung {
		return out, nil
	}
	out.Subject, out.Rung, out.Do, out.Nobody = a.Key.Subject, a.Key.Rung, a.Rung.Do, len(a.Rung.To) > 0
	for _, to := range a.Rung.To {
		req := c.ask(a)
		req.Rungs[0].To = []string{to}
		reached, err := b.reached(ctx, to, req, a.At)
		if err != nil {
			return out, err
		}
		out.Reaches = append(out.Reaches, reached)
		out.Nobody = out.Nobody && reached.Vacant
	}
	return out, nil
}

func (b *reachBook) reached(ctx context.Context, as string, req workflows.LookupRequest, at time.Time) (Reaching, error) {
	q := req.Rungs[0]
	shape := fmt.Sprint(as, q.Key.Subject, req.Receiving, " ", req.Lead, " ", calendar.DateOf(at))
	for _, t := range q.Tasks {
		shape += " " + t.Agency + "/" + t.Role + "/" + t.Assignee
	}
	if known, ok := b.known[shape]; ok {
		return known, nil
	}
	out := Reaching{As: as}
	if b.o.Reach == nil {
		return out, nil
	}
	found, err := b.o.Reach(ctx, req, at)
	if err != nil {
		return out, err
	}
	for _, id := range found[0].To {
		name, known := b.names[id]
		if !known {
			if name, err = b.o.officerName(ctx, id); err != nil {
				return out, err
			}
			b.names[id] = name
		}
		out.Officers = append(out.Officers, Person{ID: id, Name: name})
	}
	out.Vacant = len(out.Officers) == 0
	b.known[shape] = out
	return out, nil
}

// ReachesText says for people whom a firing reaches.
func ReachesText(f Firing) string {
	if f.Kind != dossier.AlarmRung {
		return "hệ thống tự xử lý"
	}
	var parts []string
	for _, r := range f.Reaches {
		names := make([]string, len(r.Officers))
		for i, p := range r.Officers {
			names[i] = p.Name
			if p.ID == models.RecipientApplicant {
				names[i] = "người nộp"
			}
		}
		switch {
		case r.Vacant:
			parts = append(parts, recipientText(r.As)+": CÒN TRỐNG")
		default:
			parts = append(parts, recipientText(r.As)+": "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// recipientText names a kind of recipient for people.
func recipientText(as string) string {
	switch as {
	case procedure.ToAssignee:
		return "người xử lý"
	case procedure.ToHeadOfUnit:
		return "lãnh đạo phòng"
	case procedure.ToHeadOfAgency:
		return "lãnh đạo cơ quan"
	case procedure.ToHeadOfLead:
		return "lãnh đạo cơ quan chủ trì"
	case procedure.ToOneStop:
		return "bộ phận một cửa"
	case procedure.ToControl:
		return "kiểm soát thủ tục"
	case procedure.ToChair:
		return "chủ tịch"
	case procedure.ToApplicant:
		return "người nộp"
	}
	return as
}
