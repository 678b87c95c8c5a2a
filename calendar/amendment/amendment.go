// Package amendment is what changes a calendar by decision: a yearly calendar, swapped days announced late, a local closure. It reads
// and checks the file, and applies it to a layer. It knows no I/O and no clock.
package amendment

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"motcua/calendar"
	"motcua/procedure"
)

// FileKind is what the file says it is.
const FileKind = "calendar-amendment"

// The types of amendments.
const (
	TypeYear    = "year"    // lịch nghỉ của một năm, thay phần tạm tính
	TypeSwap    = "swap"    // hoán đổi ngày làm việc
	TypeClosure = "closure" // đóng cửa tại một địa phương hoặc một cơ quan
)

// Rules of the findings.
const (
	RuleScope     = "amendment-scope"
	RuleEntries   = "amendment-entries"
	RuleDate      = "amendment-date"
	RuleGround    = "amendment-ground"
	RuleAnnounced = "amendment-announced"
	RuleDuplicate = "amendment-duplicate"
	RuleClash     = "amendment-contradiction"
	RuleSwap      = "amendment-swap"
	RulePast      = "amendment-past"
	RuleSessions  = "amendment-sessions"
)

// mostDays bounds a range of days.
const mostDays = 60

// Amendment is a checked file.
type Amendment struct {
	Type string `json:"type"`
	// Layer is the layer amended; or Agency the agency, with all below it, that a closure is for.
	Layer  string `json:"layer,omitempty"`
	Agency string `json:"agency,omitempty"`
	Title  string `json:"title"`
	// Year is the one that a yearly calendar decrees.
	Year int `json:"year,omitempty"`
	// Ground and Announced are those of entries without their own.
	Ground    string        `json:"ground"`
	Announced calendar.Date `json:"announced,omitzero"`

	Off      []calendar.Entry `json:"off,omitempty"`
	Work     []calendar.Entry `json:"work,omitempty"`
	Closures []calendar.Entry `json:"closures,omitempty"`
	places   map[calendar.Date]procedure.Pos
}

func entryTable(kinds ...string) *procedure.Table {
	return procedure.NewTable("ngày",
		procedure.Key{Name: "date", Kind: procedure.KindText, Required: true, Doc: "Ngày, hoặc các ngày liền nhau: 2027-02-05 hoặc 2027-02-05..2027-02-09."},
		procedure.Key{Name: "kind", Kind: procedure.KindText, Values: kinds, Doc: "Loại ngày."},
		procedure.Key{Name: "name", Kind: procedure.KindText, Required: true, Doc: "Tên ngày như in cho người đọc."},
		procedure.Key{Name: "ground", Kind: procedure.KindText, Doc: "Căn cứ, nếu khác căn cứ chung của tệp."},
		procedure.Key{Name: "announced", Kind: procedure.KindDate, Doc: "Ngày công bố, nếu khác ngày chung của tệp."},
		procedure.Key{Name: "swap", Kind: procedure.KindDate, Doc: "Ngày còn lại của cặp hoán đổi."},
		procedure.Key{Name: "sessions", Kind: procedure.KindTexts, Doc: "Các buổi làm việc của ngày làm bù; mặc định như thứ Hai."},
	)
}

// Table is the keys of the file.
func Table() *procedure.Table {
	return procedure.NewTable("sửa đổi lịch",
		procedure.Key{Name: "motcua", Kind: procedure.KindInt, Required: true, Doc: "Phiên bản ngôn ngữ: 1."},
		procedure.Key{Name: "kind", Kind: procedure.KindText, Required: true, Values: []string{FileKind}, Doc: "Loại tệp."},
		procedure.Key{Name: "type", Kind: procedure.KindText, Required: true, Values: []string{TypeYear, TypeSwap, TypeClosure}, Doc: "Lịch năm, hoán đổi ngày, hay đóng cửa."},
		procedure.Key{Name: "amends", Kind: procedure.KindText, Doc: "Lớp lịch được sửa: nation hoặc tên lớp của tỉnh."},
		procedure.Key{Name: "agency", Kind: procedure.KindText, Doc: "Cơ quan đóng cửa, cùng các cơ quan trực thuộc."},
		procedure.Key{Name: "year", Kind: procedure.KindInt, Doc: "Năm của lịch năm."},
		procedure.Key{Name: "title", Kind: procedure.KindText, Required: true, Doc: "Trích yếu."},
		procedure.Key{Name: "ground", Kind: procedure.KindText, Doc: "Số văn bản làm căn cứ cho mọi ngày không ghi căn cứ riêng."},
		procedure.Key{Name: "announced", Kind: procedure.KindDate, Doc: "Ngày công bố văn bản."},
		procedure.Key{Name: "off", Kind: procedure.KindMaps, Of: entryTable(string(calendar.KindHoliday), string(calendar.KindMakeUp), string(calendar.KindSwappedOff)), Doc: "Các ngày nghỉ."},
		procedure.Key{Name: "work", Kind: procedure.KindMaps, Of: entryTable(string(calendar.KindSwappedWork)), Doc: "Các ngày làm bù."},
		procedure.Key{Name: "closures", Kind: procedure.KindMaps, Of: entryTable(string(calendar.KindClosure)), Doc: "Các ngày đóng cửa."},
	)
}

// JSONSchema is the schema of the file, for editors.
func JSONSchema() []byte { return procedure.Schema(Table(), "Sửa đổi lịch làm việc") }

// Parse reads and checks a file; today is the day on which it is drafted. Everything wrong is found at once, in place; an amendment
// with errors is nil.
func Parse(file string, data []byte, today calendar.Date) (*Amendment, procedure.Diagnostics) {
	sheet, ok := procedure.ReadSheet(file, data, Table())
	if !ok {
		return nil, sheet.Findings()
	}
	r := reader{sheet: sheet, today: today, seen: map[calendar.Date]string{}}
	a := r.read(sheet.Root())
	found := sheet.Findings()
	if found.HasErrors() {
		return nil, found
	}
	return a, found
}

// Entries are all entries, by date.
func (a *Amendment) Entries() []calendar.Entry {
	out := slices.Concat(a.Off, a.Work, a.Closures)
	slices.SortStableFunc(out, func(x, y calendar.Entry) int { return int(x.Date) - int(y.Date) })
	return out
}

// Place is where the entry of a date stands in the file.
func (a *Amendment) Place(d calendar.Date) procedure.Pos { return a.places[d] }

// Apply returns a layer as the amendment leaves it; the layer itself is untouched.
func (a *Amendment) Apply(src calendar.Source) calendar.Source {
	src.Years = maps.Clone(src.Years)
	if src.Years == nil {
		src.Years = map[int]calendar.Year{}
	}
	if a.Type == TypeYear {
		src.Years[a.Year] = calendar.Year{Notice: a.Ground, Closures: slices.Clone(src.Years[a.Year].Closures)}
	}
	add := func(list []calendar.Entry, to func(*calendar.Year) *[]calendar.Entry) {
		for _, e := range list {
			y := src.Years[e.Date.Year()]
			l := to(&y)
			*l = append(slices.Clone(*l), e)
			src.Years[e.Date.Year()] = y
		}
	}
	add(a.Off, func(y *calendar.Year) *[]calendar.Entry { return &y.Off })
	add(a.Work, func(y *calendar.Year) *[]calendar.Entry { return &y.Work })
	add(a.Closures, func(y *calendar.Year) *[]calendar.Entry { return &y.Closures })
	return src
}

// Clashes are contradictions with what is in force on a calendar: a day that is off already, or worked already. A yearly calendar
// replaces what its own layer says of that year.
func (a *Amendment) Clashes(file string, b *calendar.Book) procedure.Diagnostics {
	var out procedure.Diagnostics
	find := func(d calendar.Date, rule, message, hint string) {
		p := a.Place(d)
		out = append(out, procedure.Diagnostic{File: file, Line: max(p.Line, 1), Col: max(p.Col, 1), Severity: procedure.SeverityError, Rule: rule, Message: message, Hint: hint})
	}
	for _, e := range a.Entries() {
		now, ok := b.Entry(e.Date)
		if !ok || a.Type == TypeYear && now.Layer == a.Layer && e.Date.Year() == a.Year {
			continue
		}
		where := fmt.Sprintf("%s (%s, lớp %q)", now.Name, now.Ground, now.Layer)
		switch worked := now.Kind == calendar.KindSwappedWork; {
		case e.Kind == calendar.KindSwappedWork && worked:
			find(e.Date, RuleDuplicate, fmt.Sprintf("ngày %s đã là ngày làm bù: %s", e.Date.Vietnamese(), where), "bỏ ngày này")
		case e.Kind == calendar.KindSwappedWork:
			find(e.Date, RuleClash, fmt.Sprintf("không thể làm bù ngày %s, đang là ngày nghỉ: %s", e.Date.Vietnamese(), where), "chọn ngày khác, hoặc hoàn tác văn bản cho nghỉ")
		case worked && e.Kind != calendar.KindClosure:
			find(e.Date, RuleClash, fmt.Sprintf("không thể nghỉ ngày %s, đang là ngày làm bù: %s", e.Date.Vietnamese(), where), "hoàn tác văn bản làm bù trước")
		case !worked:
			find(e.Date, RuleDuplicate, fmt.Sprintf("ngày %s đã là ngày nghỉ: %s", e.Date.Vietnamese(), where), "bỏ ngày này")
		}
	}
	return out
}

// On are the closures of the amendment that a calendar does not have as days off yet: what an agency closed by an agency above gets.
func (a *Amendment) On(b *calendar.Book) []calendar.Entry {
	var out []calendar.Entry
	for _, e := range a.Closures {
		if now, ok := b.Entry(e.Date); !ok || now.Kind == calendar.KindSwappedWork {
			out = append(out, e)
		}
	}
	return out
}

type reader struct {
	sheet *procedure.Sheet
	today calendar.Date
	seen  map[calendar.Date]string
	place map[calendar.Date]procedure.Pos
	a     *Amendment
}

func (r *reader) fail(p procedure.Pos, rule, message, hint string) {
	r.sheet.Find(procedure.SeverityError, p, rule, message, hint)
}

func (r *reader) read(b procedure.Block) *Amendment {
	r.place = map[calendar.Date]procedure.Pos{}
	a := &Amendment{
		Type: b.Text("type").Value, Layer: b.Text("amends").Value, Agency: b.Text("agency").Value, Title: b.Text("title").Value,
		Year: b.Int("year").Value, Ground: strings.TrimSpace(b.Text("ground").Value), places: r.place,
	}
	r.a = a
	if on := b.Text("announced"); on.Set() {
		a.Announced = r.announced(on.Value, b.Place("announced"))
	}
	r.scope(b)
	a.Off = r.entries(b, "off", calendar.KindHoliday)
	a.Work = r.entries(b, "work", calendar.KindSwappedWork)
	a.Closures = r.entries(b, "closures", calendar.KindClosure)
	r.whole(b)
	r.swaps()
	return a
}

func (r *reader) scope(b procedure.Block) {
	a := r.a
	switch {
	case a.Layer == "" && a.Agency == "":
		r.fail(b.Pos(), RuleScope, "chưa nêu sửa lịch nào", "viết amends: nation (hoặc tên lớp của tỉnh), hoặc agency: mã cơ quan")
	case a.Layer != "" && a.Agency != "":
		r.fail(b.Place("agency"), RuleScope, "chỉ nêu một trong hai: amends hoặc agency", "bỏ một dòng")
	case a.Agency != "" && a.Type != TypeClosure && a.Type != "":
		r.fail(b.Place("agency"), RuleScope, "lịch năm và hoán đổi ngày là của cả nước hoặc của tỉnh", "viết amends thay cho agency")
	}
}

// whole checks that the file holds what its type is about.
func (r *reader) whole(b procedure.Block) {
	a := r.a
	switch a.Type {
	case TypeYear:
		if a.Year < 1900 || a.Year > 2199 {
			r.fail(b.Place("year"), RuleEntries, "lịch năm phải nêu năm", "viết year: 2027")
			return
		}
		if len(a.Off) == 0 && !b.Has("off") {
			r.fail(b.Pos(), RuleEntries, "lịch năm không có ngày nghỉ nào", "viết các ngày nghỉ trong off")
		}
		for _, e := range a.Entries() {
			if e.Date.Year() != a.Year {
				r.fail(r.place[e.Date], RuleDate, fmt.Sprintf("ngày %s không thuộc năm %d", e.Date.Vietnamese(), a.Year), "chuyển sang tệp của năm ấy")
			}
		}
	case TypeSwap:
		if len(a.Closures) > 0 {
			r.fail(b.Place("closures"), RuleEntries, "hoán đổi ngày không có ngày đóng cửa", "viết một tệp type: closure")
		}
		if !b.Has("off") || !b.Has("work") {
			r.fail(b.Pos(), RuleSwap, "hoán đổi phải có cả ngày nghỉ và ngày làm bù", "viết off và work, mỗi ngày có swap chỉ ngày kia")
		}
	case TypeClosure:
		if b.Has("off") || b.Has("work") {
			r.fail(b.Pos(), RuleEntries, "đóng cửa chỉ có closures", "viết một tệp type: swap cho ngày hoán đổi")
		}
		if !b.Has("closures") {
			r.fail(b.Pos(), RuleEntries, "chưa có ngày đóng cửa nào", "viết các ngày trong closures")
		}
	}
}

func (r *reader) entries(b procedure.Block, list string, kind calendar.Kind) (out []calendar.Entry) {
	for _, e := range b.Blocks(list) {
		out = append(out, r.entry(e, list, kind)...)
	}
	return out
}

func (r *reader) entry(b procedure.Block, list string, kind calendar.Kind) (out []calendar.Entry) {
	at := b.Place("date")
	if k := b.Text("kind").Value; k != "" {
		kind = calendar.Kind(k)
	}
	e := calendar.Entry{Kind: kind, Name: b.Text("name").Value, Ground: strings.TrimSpace(b.Text("ground").Value), Announced: r.a.Announced}
	if e.Ground == "" {
		e.Ground = r.a.Ground
	}
	if e.Ground == "" {
		r.fail(b.Pos(), RuleGround, "ngày này không có căn cứ", "viết ground: số văn bản, ở ngày hoặc ở đầu tệp")
	}
	if on := b.Text("announced"); on.Set() {
		e.Announced = r.announced(on.Value, b.Place("announced"))
	}
	if e.Announced == 0 {
		r.fail(b.Pos(), RuleAnnounced, "không có ngày công bố", "viết announced: năm-tháng-ngày, ở ngày hoặc ở đầu tệp")
	}
	if s := b.Text("swap"); s.Set() {
		if d, err := calendar.ParseDate(s.Value); err == nil {
			e.Swap = d
			if !b.Has("kind") && list == "off" {
				e.Kind = calendar.KindSwappedOff
			}
		}
	}
	for _, w := range b.Texts("sessions") {
		s, err := calendar.ParseSession(w.Value)
		if err != nil {
			r.fail(b.Place("sessions"), RuleSessions, fmt.Sprintf("không đọc được buổi %q", procedure.Clip(w.Value)), "viết như 07:30-11:30")
			continue
		}
		e.Sessions = append(e.Sessions, s)
	}
	from, to, ok := r.dates(b.Text("date").Value, at)
	if !ok {
		return nil
	}
	for d := from; d <= to; d++ {
		if r.taken(d, list, at) {
			continue
		}
		if list == "work" && d < r.today {
			r.fail(at, RulePast, fmt.Sprintf("ngày làm bù %s đã qua", d.Vietnamese()), "không ai có thể làm bù một ngày đã qua; chọn ngày khác")
		}
		e.Date = d
		out = append(out, e)
	}
	return out
}

// taken finds a day that stands twice.
func (r *reader) taken(d calendar.Date, list string, at procedure.Pos) bool {
	other, twice := r.seen[d]
	switch {
	case !twice:
		r.seen[d], r.place[d] = list, at
	case other == list:
		r.fail(at, RuleDuplicate, fmt.Sprintf("ngày %s được nêu hai lần", d.Vietnamese()), "bỏ một lần")
	default:
		r.fail(at, RuleClash, fmt.Sprintf("ngày %s vừa ở %s vừa ở %s", d.Vietnamese(), other, list), "một ngày chỉ có thể là một loại")
	}
	return twice
}

func (r *reader) dates(text string, at procedure.Pos) (from, to calendar.Date, ok bool) {
	if text == "" {
		return 0, 0, false
	}
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	from, err1 := calendar.ParseDate(first)
	to, err2 := calendar.ParseDate(last)
	switch {
	case err1 != nil || err2 != nil:
		r.fail(at, RuleDate, fmt.Sprintf("không có ngày %q", procedure.Clip(text)), "viết năm-tháng-ngày, như 2027-02-05 hoặc 2027-02-05..2027-02-09")
	case to < from:
		r.fail(at, RuleDate, fmt.Sprintf("%q đi ngược thời gian", procedure.Clip(text)), "viết ngày đầu trước ngày cuối")
	case to-from >= mostDays:
		r.fail(at, RuleDate, fmt.Sprintf("%q dài hơn %d ngày", procedure.Clip(text), mostDays), "tách thành nhiều đoạn")
	default:
		return from, to, true
	}
	return 0, 0, false
}

func (r *reader) announced(text string, at procedure.Pos) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return 0 // found by the sheet
	}
	if d > r.today {
		r.fail(at, RuleAnnounced, fmt.Sprintf("ngày công bố %s còn ở phía trước", d.Vietnamese()), "chỉ nhập văn bản đã công bố")
	}
	return d
}

// swaps checks that the two days of a swap name each other.
func (r *reader) swaps() {
	pair := func(mine, theirs []calendar.Entry, must bool) {
		for _, e := range mine {
			if e.Swap == 0 {
				if must || e.Kind == calendar.KindSwappedOff {
					r.fail(r.place[e.Date], RuleSwap, fmt.Sprintf("ngày %s không nêu ngày hoán đổi với nó", e.Date.Vietnamese()), "viết swap: ngày kia")
				}
				continue
			}
			i := slices.IndexFunc(theirs, func(o calendar.Entry) bool { return o.Date == e.Swap })
			switch {
			case i < 0:
				r.fail(r.place[e.Date], RuleSwap, fmt.Sprintf("ngày %s hoán đổi với %s, nhưng tệp không có ngày ấy", e.Date.Vietnamese(), e.Swap.Vietnamese()), "viết đủ cả hai ngày của cặp")
			case theirs[i].Swap != e.Date:
				r.fail(r.place[e.Date], RuleSwap, fmt.Sprintf("hai ngày %s và %s không chỉ về nhau", e.Date.Vietnamese(), e.Swap.Vietnamese()), "sửa swap của một trong hai")
			}
		}
	}
	pair(r.a.Off, r.a.Work, r.a.Type == TypeSwap)
	pair(r.a.Work, r.a.Off, true)
}
