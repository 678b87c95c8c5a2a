package proof_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/dossier/proof"
	"motcua/library"
	"motcua/procedure"
)

func nation(t testing.TB) *calendar.Book {
	t.Helper()
	shelf, err := library.Calendars()
	require.NoError(t, err)
	b, err := shelf.Book("nation")
	require.NoError(t, err)
	return b
}

const definition = `motcua: 1
code: "9.000200"
name: Thủ tục mẫu của phiếu chứng minh
field: mau
level: commune
agency: ubnd-xa
origin: sample
results: [{id: kq, name: Kết quả}]
facts: [{name: area.difficult, type: bool, default: false, label: Vùng khó khăn}]
limit: 15wd
limit-when: [{rule: mien-nui, when: area.difficult, add: 10wd, ground: NĐ 101/2024}]
reductions: [{rule: cat-20, decision: QĐ 1/QĐ-UBND, from: 2026-01-01, above: 10wd, cut-percent: 20}]
supplement: {effect: restart, within: 3wd, answer: 30d, check: 8wh, ground: Luật mẫu Đ4}
extensions: [{id: ly-do, add: 3wd, ground: NĐ 99/2022 Đ16.1, times: 1}]
escalation: [{id: nua, on: dossier, share: 50, to: [assignee], do: [notify]}, {id: het-han, on: dossier, at-due: true, to: [head_of_agency], do: [notify]}]
steps:
  - {id: tiep-nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 0.5wd, outcomes: {done: tham-dinh}}
  - {id: tham-dinh, name: Thẩm định, role: chuyen-vien, limit: 4wd, may: [supplement, suspend, payment], outcomes: {dat: niem-yet, tu-choi: tu-choi}}
  - {id: niem-yet, name: Niêm yết, wait: time, limit: 15d, leg: posting, clock: excluded, bound: 15d, ground: Luật Đất đai 2024, outcomes: {done: ky}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 2wd, may: [suspend], outcomes: {duyet: tra}}
  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
`

// life drives one dossier and makes its sheets.
type life struct {
	t      testing.TB
	book   *calendar.Book
	plan   *procedure.Plan
	d      dossier.Deps
	s      *dossier.State
	events []dossier.Event
	n      int
}

func begin(t testing.TB) *life {
	t.Helper()
	def, found := procedure.Parse("mau.yaml", []byte(definition))
	require.False(t, found.HasErrors(), found.Error())
	plan, found := procedure.Compile(def, nil)
	require.NotNil(t, plan, found.Error())
	l := &life{t: t, book: nation(t), plan: plan, s: &dossier.State{}}
	cal := l.book.Calendar()
	l.d = dossier.Deps{Plan: &plan.Exec, Policy: dossier.DefaultPolicy(), Skew: 2 * time.Minute,
		Calendars: func(hash string) (*calendar.Calendar, error) {
			if hash != cal.Hash() {
				return nil, fmt.Errorf("no calendar %q", hash)
			}
			return cal, nil
		}}
	return l
}

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// do lets the clock do what was due before, each thing at its own instant, and then the act.
func (l *life) do(when string, a dossier.Act) {
	l.t.Helper()
	for a.Kind != dossier.ActSubmit {
		alarm, ok, err := dossier.NextAlarm(l.d, l.s, at(when))
		require.NoError(l.t, err)
		if !ok || alarm.At.After(at(when)) {
			break
		}
		l.apply(alarm.At.Format("2006-01-02 15:04"), dossier.Act{Kind: dossier.ActAlarm, By: dossier.ByClock})
	}
	l.apply(when, a)
}

func (l *life) apply(when string, a dossier.Act) {
	l.t.Helper()
	l.n++
	a.ID, a.At = fmt.Sprint("act-", l.n), at(when)
	if a.By == "" {
		a.By = "cb-1"
	}
	events, err := dossier.Do(l.d, l.s, a, at(when))
	require.NoError(l.t, err)
	l.events = append(l.events, events...)
}

func (l *life) submit(when, channel string, facts map[string]any) {
	l.t.Helper()
	conditions, err := l.plan.Evaluate(facts)
	require.NoError(l.t, err)
	hash := l.book.Calendar().Hash()
	l.do(when, dossier.Act{Kind: dossier.ActSubmit, Conditions: conditions, Intake: &dossier.IntakeFacts{
		Code: "H99.31-260213-0001", Channel: channel, Receiving: "H99.01", Lead: "H99.31",
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: hash}, {Agency: "H99.31", Hash: hash}},
	}})
}

func (l *life) source() proof.Source {
	notes := map[calendar.Date]calendar.Entry{}
	for y := 2023; y <= 2027; y++ {
		for _, e := range l.book.Entries(y) {
			notes[e.Date] = e
		}
	}
	return proof.Source{
		Events:   l.events,
		Plan:     func(string) (*procedure.Plan, error) { return l.plan, nil },
		Calendar: l.d.Calendars,
		Notes:    func(string) (map[calendar.Date]calendar.Entry, error) { return notes, nil },
	}
}

func (l *life) sheet(when string) *proof.Sheet {
	l.t.Helper()
	src := l.source()
	if when != "" {
		src.At = at(when)
	}
	s, err := proof.Build(src)
	require.NoError(l.t, err)
	return s
}
