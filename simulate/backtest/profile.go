package backtest

import (
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/procedure"
)

// Profile is a year of work as distributions. It is a file of kind backtest; what a number is drawn from is said there, and whether
// somebody measured it.
type Profile struct {
	File, Name string
	Seed       uint64
	// Calendar is a name on the shelf of calendars.
	Calendar    string
	From, Until calendar.Date
	// WarmUp: the first days are lived and not counted.
	WarmUp   int
	Offices  int
	Months   [12]int
	Arrivals []Arrival
	Work     []WorkRule
	Payment  Spread
	Act      Spread
	Answer   Spread
	Intake   Spread
	Outcomes []OutcomeRule
	// Supplement is the percentage of dossiers that are asked for papers, at the first step that may ask, after a share of its work.
	Supplement, SupplementAfter int
	Withdrawn                   int
	Staff                       map[string]int
}

// Arrival is how many dossiers of a procedure come in a year, to all offices together.
type Arrival struct {
	Procedure    procedure.At[string]
	PerYear      int
	Online, Post int
	Holds        []Hold
}

// Hold is how often a condition holds, in percent.
type Hold struct {
	Condition procedure.At[string]
	Percent   int
}

// WorkRule says how long the steps that it fits take: the first rule that fits counts. Share is the median in percent of the step's
// own limit, where no amount of time is given.
type WorkRule struct {
	Procedure, Step, Role string
	Share                 int
	Spread                Spread
}

// OutcomeRule is how often a step leaves by an outcome, in percent; otherwise it takes its first.
type OutcomeRule struct {
	Procedure, Step, Outcome string
	Percent                  int
}

func profileTable() *procedure.Table {
	spread := procedure.NewTable("phân bố",
		procedure.Key{Name: "median", Kind: procedure.KindText, Required: true, Doc: "Một nửa dưới mức này, ví dụ 3d hoặc 2wh"},
		procedure.Key{Name: "spread", Kind: procedure.KindInt, Doc: "84 % dưới trung vị × spread ÷ 100; 100: luôn bằng trung vị"},
	)
	hold := procedure.NewTable("điều kiện",
		procedure.Key{Name: "condition", Kind: procedure.KindText, Required: true}, procedure.Key{Name: "percent", Kind: procedure.KindInt, Required: true},
	)
	arrival := procedure.NewTable("lượng hồ sơ",
		procedure.Key{Name: "procedure", Kind: procedure.KindCode, Required: true, Doc: "Mã thủ tục"},
		procedure.Key{Name: "per-year", Kind: procedure.KindInt, Required: true, Doc: "Số hồ sơ một năm, cả tỉnh"},
		procedure.Key{Name: "online", Kind: procedure.KindInt, Doc: "Phần trăm nộp trực tuyến"}, procedure.Key{Name: "post", Kind: procedure.KindInt, Doc: "Phần trăm nộp qua bưu chính"},
		procedure.Key{Name: "holds", Kind: procedure.KindMaps, Of: hold, Doc: "Điều kiện và phần trăm hồ sơ mà nó đúng"},
	)
	work := procedure.NewTable("thời gian làm",
		procedure.Key{Name: "procedure", Kind: procedure.KindCode}, procedure.Key{Name: "step", Kind: procedure.KindID}, procedure.Key{Name: "role", Kind: procedure.KindID},
		procedure.Key{Name: "median", Kind: procedure.KindText, Doc: "Thời gian làm việc, ví dụ 0.5wh"},
		procedure.Key{Name: "share", Kind: procedure.KindInt, Doc: "Trung vị theo phần trăm thời hạn của chính bước đó"},
		procedure.Key{Name: "spread", Kind: procedure.KindInt},
	)
	outcome := procedure.NewTable("lối ra",
		procedure.Key{Name: "procedure", Kind: procedure.KindCode}, procedure.Key{Name: "step", Kind: procedure.KindID},
		procedure.Key{Name: "outcome", Kind: procedure.KindID, Required: true}, procedure.Key{Name: "percent", Kind: procedure.KindInt, Required: true},
	)
	staff := procedure.NewTable("nhân lực",
		procedure.Key{Name: "role", Kind: procedure.KindID, Required: true}, procedure.Key{Name: "agency", Kind: procedure.KindID, Doc: "Bỏ trống: cơ quan giải quyết"},
		procedure.Key{Name: "people", Kind: procedure.KindInt, Required: true, Doc: "Số người ở mỗi nơi"},
	)
	month := procedure.NewTable("tháng",
		procedure.Key{Name: "month", Kind: procedure.KindInt, Required: true}, procedure.Key{Name: "weight", Kind: procedure.KindInt, Required: true},
	)
	return procedure.NewTable("số liệu thử lại",
		procedure.Key{Name: "motcua", Kind: procedure.KindInt, Required: true}, procedure.Key{Name: "kind", Kind: procedure.KindText, Required: true, Values: []string{"backtest"}},
		procedure.Key{Name: "name", Kind: procedure.KindText, Required: true, Doc: "Số liệu của đâu, ai đo, hay là số mẫu"},
		procedure.Key{Name: "seed", Kind: procedure.KindInt}, procedure.Key{Name: "calendar", Kind: procedure.KindText},
		procedure.Key{Name: "from", Kind: procedure.KindDate, Required: true}, procedure.Key{Name: "until", Kind: procedure.KindDate, Required: true},
		procedure.Key{Name: "warm-up", Kind: procedure.KindInt, Doc: "Số ngày đầu chạy mà không tính, để bàn không trống"},
		procedure.Key{Name: "offices", Kind: procedure.KindInt, Required: true, Doc: "Số nơi chia đều hồ sơ, mỗi nơi có người của mình"},
		procedure.Key{Name: "months", Kind: procedure.KindMaps, Of: month, Doc: "Trọng số của ngày trong tháng; tháng không nêu: 100"},
		procedure.Key{Name: "arrivals", Kind: procedure.KindMaps, Of: arrival, Required: true},
		procedure.Key{Name: "intake", Kind: procedure.KindMap, Of: spread, Doc: "Thời gian xem hồ sơ không nộp tại quầy"},
		procedure.Key{Name: "work", Kind: procedure.KindMaps, Of: work, Required: true},
		procedure.Key{Name: "payment", Kind: procedure.KindMap, Of: spread, Doc: "Người nộp trả tiền sau bao lâu"},
		procedure.Key{Name: "act", Kind: procedure.KindMap, Of: spread, Doc: "Bước chờ được trả lời sau bao lâu"},
		procedure.Key{Name: "outcomes", Kind: procedure.KindMaps, Of: outcome},
		procedure.Key{Name: "supplement", Kind: procedure.KindInt, Doc: "Phần trăm hồ sơ bị yêu cầu bổ sung"},
		procedure.Key{Name: "supplement-after", Kind: procedure.KindInt, Doc: "Sau bao nhiêu phần trăm công việc của bước"},
		procedure.Key{Name: "answer", Kind: procedure.KindMap, Of: spread, Doc: "Người nộp bổ sung sau bao lâu"},
		procedure.Key{Name: "withdrawn", Kind: procedure.KindInt, Doc: "Phần trăm hồ sơ bị rút"},
		procedure.Key{Name: "staff", Kind: procedure.KindMaps, Of: staff, Doc: "Bỏ trống: không ai phải xếp hàng"},
	)
}

// Rules of profiles.
const (
	ruleBadTime    = "bad-limit"
	ruleBadPeriod  = "bad-period"
	ruleBadShare   = "bad-percent"
	ruleNoTime     = "no-time"
	ruleUnknown    = "unknown-target"
	mostOffices    = 10_000
	mostDossiers   = 5_000_000
	mostPeople     = 10_000
	defaultSpread  = 100
	minutesPerDay  = 24 * 60
	defaultWeight  = 100
	defaultOutcome = 50
)

// ParseProfile reads a profile; the findings name every fault in its place.
func ParseProfile(file string, data []byte) (*Profile, procedure.Diagnostics) {
	s, ok := procedure.ReadSheet(file, data, profileTable())
	if !ok {
		return nil, s.Findings()
	}
	b := s.Root()
	r := &reader{s: s}
	p := &Profile{
		File: file, Name: b.Text("name").Value, Seed: uint64(b.Int("seed").Value), Calendar: b.Text("calendar").Value, Offices: r.within(b, "offices", 1, mostOffices),
		From: r.date(b, "from"), Until: r.date(b, "until"), WarmUp: b.Int("warm-up").Value, Payment: r.spread(b.Block("payment")), Act: r.spread(b.Block("act")),
		Answer: r.spread(b.Block("answer")), Intake: r.spread(b.Block("intake")), Supplement: r.within(b, "supplement", 0, 100), Withdrawn: r.within(b, "withdrawn", 0, 100),
		SupplementAfter: defaultOutcome, Staff: map[string]int{},
	}
	if p.Calendar == "" {
		p.Calendar = "nation"
	}
	if b.Has("supplement-after") {
		p.SupplementAfter = r.within(b, "supplement-after", 0, 100)
	}
	if p.Until < p.From || int(p.From)+p.WarmUp > int(p.Until) || int(p.Until-p.From) > 3*366 {
		s.Find(procedure.SeverityError, b.Place("until"), ruleBadPeriod, "khoảng thời gian trống hoặc dài hơn ba năm", "from trước until, warm-up ngắn hơn khoảng đó")
	}
	r.months(b, p)
	r.arrivals(b, p)
	r.rules(b, p)
	if found := s.Findings(); found.HasErrors() {
		return nil, found
	}
	return p, s.Findings()
}

// reader reads the parts of a profile and finds what is wrong with them.
type reader struct{ s *procedure.Sheet }

func (r *reader) fault(p procedure.Pos, rule, text, hint string) {
	r.s.Find(procedure.SeverityError, p, rule, text, hint)
}

func (r *reader) within(b procedure.Block, name string, low, high int) int {
	n := b.Int(name)
	if n.Set() && (n.Value < low || n.Value > high) {
		r.fault(n.Pos, ruleBadShare, fmt.Sprintf("%s phải từ %d đến %d", name, low, high), "")
		return low
	}
	return n.Value
}

func (r *reader) date(b procedure.Block, name string) calendar.Date {
	d, err := calendar.ParseDate(b.Text(name).Value)
	if err != nil {
		return 0 // the table has reported it
	}
	return d
}

func (r *reader) spread(b procedure.Block) Spread {
	if !b.Set() {
		return Spread{}
	}
	s := Spread{Median: r.minutes(b, "median"), Ratio: defaultSpread}
	if b.Has("spread") {
		s.Ratio = r.within(b, "spread", 100, 1000)
	}
	return s
}

// minutes reads an amount of time: working minutes of wd and wh, minutes of d and h.
func (r *reader) minutes(b procedure.Block, name string) float64 {
	t := b.Text(name)
	if !t.Set() {
		return 0
	}
	l, err := calendar.ParseLimit(t.Value)
	if err == nil {
		switch l.Unit {
		case calendar.Day:
			return float64(l.Hundredths) * minutesPerDay / 100
		case calendar.Hour:
			return float64(l.Hundredths) * 60 / 100
		case calendar.WorkingDay, calendar.WorkingHour:
			n, err := l.BudgetMinutes()
			if err == nil {
				return float64(n)
			}
		}
	}
	r.fault(t.Pos, ruleBadTime, fmt.Sprintf("%q không phải khoảng thời gian", procedure.Clip(t.Value)), "viết 0.5wh, 2wd, 3d hoặc 12h")
	return 0
}

func (r *reader) months(b procedure.Block, p *Profile) {
	for i := range p.Months {
		p.Months[i] = defaultWeight
	}
	for _, x := range b.Blocks("months") {
		if n := r.within(x, "month", 1, len(p.Months)); n > 0 {
			p.Months[n-1] = r.within(x, "weight", 0, 1000)
		}
	}
}

func (r *reader) arrivals(b procedure.Block, p *Profile) {
	total := 0
	for _, x := range b.Blocks("arrivals") {
		a := Arrival{Procedure: x.Text("procedure"), PerYear: r.within(x, "per-year", 0, mostDossiers), Online: r.within(x, "online", 0, 100), Post: r.within(x, "post", 0, 100)}
		if a.Online+a.Post > 100 {
			r.fault(x.Place("online"), ruleBadShare, "online và post cộng lại quá 100 phần trăm", "")
		}
		for _, h := range x.Blocks("holds") {
			a.Holds = append(a.Holds, Hold{Condition: h.Text("condition"), Percent: r.within(h, "percent", 0, 100)})
		}
		if total += a.PerYear; total > mostDossiers {
			r.fault(x.Pos(), ruleBadShare, fmt.Sprintf("nhiều hơn %d hồ sơ", mostDossiers), "")
		}
		p.Arrivals = append(p.Arrivals, a)
	}
}

func (r *reader) rules(b procedure.Block, p *Profile) {
	for _, x := range b.Blocks("work") {
		w := WorkRule{Procedure: x.Text("procedure").Value, Step: x.Text("step").Value, Role: x.Text("role").Value, Share: r.within(x, "share", 0, 1000)}
		w.Spread = Spread{Median: r.minutes(x, "median"), Ratio: defaultSpread}
		if x.Has("spread") {
			w.Spread.Ratio = r.within(x, "spread", 100, 1000)
		}
		if x.Has("median") == x.Has("share") {
			r.fault(x.Pos(), ruleNoTime, "thời gian làm phải có đúng một trong median, share", "median: 0.5wh hoặc share: 40")
		}
		p.Work = append(p.Work, w)
	}
	for _, x := range b.Blocks("outcomes") {
		p.Outcomes = append(p.Outcomes, OutcomeRule{x.Text("procedure").Value, x.Text("step").Value, x.Text("outcome").Value, r.within(x, "percent", 0, 100)})
	}
	for _, x := range b.Blocks("staff") {
		p.Staff[x.Text("agency").Value+"/"+x.Text("role").Value] = r.within(x, "people", 1, mostPeople)
	}
}

// Period is the time that is counted.
func (p *Profile) Period() (counted, until time.Time) {
	return p.From.Time().AddDate(0, 0, p.WarmUp), (p.Until + 1).Time()
}

// Schema is the JSON Schema of profiles.
func Schema() []byte {
	return procedure.Schema(profileTable(), "Số liệu thử lại của thủ tục hành chính")
}

// Dossiers is how many come in the period.
func (p *Profile) Dossiers() (n int) {
	days := int(p.Until-p.From) + 1
	for _, a := range p.Arrivals {
		n += a.PerYear * days / 365
	}
	return n
}
