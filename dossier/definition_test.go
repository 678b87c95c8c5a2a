package dossier_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/procedure"
)

// The sentences of the language, from the definition as a designer writes it to the dates that a dossier gets, worked out by
// hand on a plain week of 07:30–11:30 and 13:00–17:00. 2 March 2026 is a Monday.

const definitionHead = `motcua: 1
code: "9.000100"
name: Thủ tục mẫu
field: mau
level: commune
agency: ubnd-xa
origin: sample
results: [{id: kq, name: Kết quả}]
`

const definitionEnd = `
  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
`

// defined compiles a definition: its head, what is given, and the two ways it ends (tra and tu-choi).
func defined(t testing.TB, body string) *procedure.Plan {
	t.Helper()
	d, found := procedure.Parse("mau.yaml", []byte(definitionHead+strings.TrimLeft(body, "\n")+definitionEnd))
	require.False(t, found.HasErrors(), found.Error())
	plan, found := procedure.Compile(d, nil)
	require.NotNil(t, plan, found.Error())
	return plan
}

// take submits at the counter and accepts; facts decide the conditions, outside the machine.
func (h *hand) take(when string, plan *procedure.Plan, facts map[string]any) {
	h.t.Helper()
	h.takeBy(when, plan, dossier.ChannelCounter, facts)
	h.do(when, dossier.Act{Kind: dossier.ActAccept, Register: 1})
}

func (h *hand) takeBy(when string, plan *procedure.Plan, channel string, facts map[string]any) {
	h.t.Helper()
	conditions, err := plan.Evaluate(facts)
	require.NoError(h.t, err)
	in := &dossier.IntakeFacts{Code: "H99.01-260302-0001", Channel: channel, Receiving: "H99.01", Lead: "H99.31",
		Calendars: []dossier.AgencyCalendar{{Agency: "H99.01", Hash: "x"}}}
	for _, ref := range plan.Exec.Agencies {
		in.Bindings = append(in.Bindings, dossier.Binding{Ref: ref, Agency: "H99." + ref})
	}
	h.do(when, dossier.Act{Kind: dossier.ActSubmit, Intake: in, Conditions: conditions})
}

func (h *hand) done(when, task, outcome string) {
	h.t.Helper()
	h.do(when, dossier.Act{Kind: dossier.ActComplete, Task: task, Outcome: outcome})
}

func (h *hand) tasks(when string) (open []string) {
	h.t.Helper()
	for _, x := range h.view(when).Tasks {
		open = append(open, x.Task)
	}
	return open
}

// "Parallel groups with one lead agency and consulted agencies": the group opens at once, the join waits for those that were
// opened, and the dossier's minutes are those of the branch that ends last.
func TestSentenceParallelGroup(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
facts: [{name: plan.near_river, type: bool, default: false}]
limit: 7wd
steps:
  - {id: gui, name: Gửi lấy ý kiến, role: chuyen-vien, limit: 0.5wd, outcomes: {gui: [xa, thue, {to: thuy-loi, when: plan.near_river}]}}
  - {id: xa, name: Xã thẩm định, role: chuyen-vien, limit: 3wd, outcomes: {xong: gop}}
  - {id: thue, name: Thuế cho ý kiến, role: can-bo, agency: thue, limit: 3wd, outcomes: {xong: gop}}
  - {id: thuy-loi, name: Thủy lợi cho ý kiến, role: can-bo, agency: thuy-loi, limit: 3wd, outcomes: {xong: gop}}
  - {id: gop, name: Gộp ý kiến, role: chuyen-vien, after: [xa, thue, thuy-loi], limit: 3wd, outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	require.Equal(t, "2026-03-11 17:00", h.due("2026-03-02 09:00"), "Tuesday the 3rd is the first of 7 working days")
	h.done("2026-03-02 10:00", "", "gui")
	require.Equal(t, []string{"xa#1", "thue#1"}, h.tasks("2026-03-02 10:00"), "the irrigation office is not asked: the parcel lies elsewhere")
	h.done("2026-03-03 10:00", "xa#1", "")
	require.Equal(t, []string{"thue#1"}, h.tasks("2026-03-03 10:00"))
	h.done("2026-03-05 10:00", "thue#1", "")
	require.Equal(t, []string{"gop#1"}, h.tasks("2026-03-05 10:00"))
	ledger, err := dossier.Ledger(h.d, h.s, at("2026-03-05 11:00"))
	require.NoError(t, err)
	byTask := map[string]int{}
	for _, g := range ledger {
		byTask[g.Task] += g.Minutes
	}
	// Monday 09:00 to 10:00; Monday 10:00 to Thursday 10:00 is three days of eight hours; Thursday 10:00 to 11:00.
	require.Equal(t, map[string]int{"gui#1": 60, "thue#1": 3 * 480, "gop#1": 60}, byTask)

	wet := newHand(t, &plan.Exec)
	wet.take("2026-03-02 09:00", plan, map[string]any{"plan.near_river": true})
	wet.done("2026-03-02 10:00", "", "gui")
	wet.done("2026-03-03 10:00", "xa#1", "")
	wet.done("2026-03-03 11:00", "thue#1", "")
	require.Equal(t, []string{"thuy-loi#1"}, wet.tasks("2026-03-03 11:00"), "the join waits for the third branch")
}

// "Loops with bounds": twice and no more, and what is left of the budget goes on where the definition resumes it.
func TestSentenceBoundedLoop(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 5wd
steps:
  - {id: soan, name: Soạn, role: chuyen-vien, limit: 2wd, reentry: resume, max-visits: 2, outcomes: {xong: ky}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 1wd, outcomes: {duyet: tra, lam-lai: soan, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.done("2026-03-02 14:00", "", "xong") // 08:00–11:30 and 13:00–14:00: 4.5 of 16 hours used
	h.done("2026-03-03 08:00", "", "lam-lai")
	require.Equal(t, "2026-03-04 11:30", h.view("2026-03-03 08:00").Tasks[0].DueAt.Format("2006-01-02 15:04"),
		"11.5 hours left: 7.5 on Tuesday from 08:00, 4 on Wednesday morning")
	h.done("2026-03-03 09:00", "", "xong")
	r := h.refused("2026-03-03 10:00", "loop_bound", complete("lam-lai"))
	require.Contains(t, r.Detail, "2 lần")
}

// "Area extensions (+10 in difficult areas)", as the facts decide; a fact that changes moves the promise of nobody by itself.
func TestSentenceDifficultArea(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
facts: [{name: parcel.region, type: string, values: [plain, mountain, island], default: plain}]
limit: 12wd
limit-when: [{rule: kho-khan, add: 10wd, when: 'parcel.region in ["mountain", "island"]', ground: "NĐ mẫu"}]
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 12wd, outcomes: {dat: tra, khong: tu-choi}}`)
	for region, due := range map[string]string{"plain": "2026-03-18 17:00", "island": "2026-04-01 17:00"} {
		h := newHand(t, &plan.Exec)
		h.take("2026-03-02 09:00", plan, map[string]any{"parcel.region": region})
		require.Equal(t, due, h.due("2026-03-02 09:00"), region)
	}
	walk := plan.Exec.Commit([]string{"kho-khan"}, dossier.ChannelCounter, at("2026-03-02 09:00"))
	require.Equal(t, "NĐ mẫu", walk.Lines[0].Ground, "the walk names the law")
}

// "Units d wd wh mo mixed": a limit in days with steps in working days and hours, a public posting in days that the law takes
// out of it, and a month.
func TestSentenceMixedUnits(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 30d
steps:
  - {id: xem, name: Xem, role: chuyen-vien, limit: 4wh, outcomes: {xong: niem-yet}}
  - {id: niem-yet, name: Niêm yết, wait: time, leg: posting, clock: excluded, ground: "NĐ mẫu Đ1", limit: 15d}
  - {id: ky, name: Ký, role: lanh-dao, limit: 2wd, outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	require.Equal(t, "2026-04-01 17:00", h.due("2026-03-02 09:00"), "the 30th day after 2 March is a Wednesday")
	h.done("2026-03-03 10:00", "", "xong")
	h.tick("2026-03-18 16:59")
	require.Equal(t, []string{"niem-yet#1"}, h.tasks("2026-03-18 16:59"))
	h.tick("2026-03-18 17:00")
	require.Equal(t, []string{"ky#1"}, h.tasks("2026-03-18 17:00"), "posted from the 3rd: 15 days end on the 18th, by themselves")
	// Out: Tuesday 10:00–17:00 without lunch 5.5 h, and 4 to 18 March, 11 working days. 1 April 09:00 plus 11 days is 16 April
	// 09:00; 5.5 h later it is 16:00: the end of that day.
	require.Equal(t, "2026-04-16 17:00", h.due("2026-03-18 17:00"))

	plan = defined(t, `
limit: 1mo
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 10wd, outcomes: {dat: tra, khong: tu-choi}}`)
	month := newHand(t, &plan.Exec)
	month.take("2026-01-30 09:00", plan, nil)
	require.Equal(t, "2026-03-02 17:00", month.due("2026-01-30 09:00"), "28 February is a Saturday: the month ends on Monday")
}

// "Same-day procedures with cut-off": exactly the cut-off is still before it.
func TestSentenceSameDay(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: same-day
same-day: {cut-off: "15:00", ground: "NĐ mẫu"}
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 1wh, outcomes: {dat: tra, khong: tu-choi}}`)
	for received, due := range map[string]string{
		"2026-03-06 07:00": "2026-03-06 17:00", // before opening
		"2026-03-06 15:00": "2026-03-06 17:00",
		"2026-03-06 15:01": "2026-03-09 17:00", // Friday afternoon: Monday
		"2026-03-06 17:00": "2026-03-09 17:00", // after closing it is received on Monday morning
		"2026-03-07 10:00": "2026-03-09 17:00", // a Saturday
	} {
		h := newHand(t, &plan.Exec)
		h.take(received, plan, nil)
		require.Equal(t, due, h.due(received), received)
	}
	h := newHand(t, &plan.Exec)
	h.take("2026-03-06 15:01", plan, nil)
	h.done("2026-03-09 16:00", "", "dat")
	require.Equal(t, dossier.ClassOnTime, h.class("2026-03-09 16:00"))
}

// "Closing when the applicant does not come back (10, 15, 20, 30 days, as the procedure says)": before acceptance the dossier
// is refused, after it stopped; the last day ends at midnight, the reminders and the ground are the procedure's own.
func TestSentenceClosing(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]struct{ remind, last, closed string }{
		// Asked on Monday the 2nd; days are counted from the 3rd; a last day off moves on.
		"10d": {"03-09 17:00", "03-12 17:00", "03-13 07:30"},
		"15d": {"03-12 17:00", "03-17 17:00", "03-18 07:30"},
		"20d": {"03-18 17:00", "03-23 17:00", "03-24 07:30"}, // the 22nd is a Sunday
		"30d": {"03-27 17:00", "04-01 17:00", "04-02 07:30"},
	} {
		plan := defined(t, `
limit: 12wd
supplement: {answer: `+period+`, closing: {ground: "NĐ mẫu Đ7", remind: [3d]}}
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 12wd, may: [supplement], outcomes: {dat: tra, khong: tu-choi}}`)
		for _, accepted := range []bool{false, true} {
			h := newHand(t, &plan.Exec)
			h.takeBy("2026-03-02 08:00", plan, dossier.ChannelOnline, nil)
			if accepted {
				h.do("2026-03-02 08:30", dossier.Act{Kind: dossier.ActAccept})
			}
			h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
			require.Equal(t, want.last, h.s.Supplements[0].Expires.Format("01-02 15:04"), "%s: what the slip says", period)
			stage, status := dossier.StageRefused, dossier.StatusRefused
			if accepted {
				stage, status = dossier.StageStopped, dossier.StatusHalted
			}
			h.tick("2026-06-01 09:00") // whenever the clock comes back, at their own instants
			require.Equal(t, stage, h.s.Stage, period)
			require.Equal(t, status, h.s.Status(h.d.Plan))
			n := len(h.events)
			reminder := h.events[n-2].Body.(dossier.RungFired)
			require.Equal(t, "waiting:supplement:1 remind:3d", reminder.Subject+" "+reminder.Rung)
			require.Equal(t, want.closed, h.events[n-1].At.Format("01-02 15:04"), period)
			require.Equal(t, dossier.ByClock, h.events[n-1].By)
			switch b := h.events[n-1].Body.(type) {
			case dossier.Stopped:
				require.Equal(t, dossier.Stopped{Ground: "NĐ mẫu Đ7", Automatic: true}, b)
			case dossier.IntakeRefused:
				require.Equal(t, dossier.IntakeRefused{Ground: "NĐ mẫu Đ7", Automatic: true}, b)
			}
		}
	}
}

// What the applicant brings late on the last day is brought in time.
func TestSentenceLastDayEndsAtMidnight(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 12wd
supplement: {answer: 15d}
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 12wd, may: [supplement], outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 08:00", plan, nil)
	h.do("2026-03-02 10:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	h.tick("2026-03-17 23:58")
	h.do("2026-03-17 23:59", dossier.Act{Kind: dossier.ActProvideSupplement, Complete: true})
	require.Equal(t, dossier.StageRunning, h.s.Stage)
	require.Equal(t, "2026-04-03 17:00", h.due("2026-03-18 09:00"), "the restart counts from the next opening: 12 working days after the 18th")
}

// Money and what a wait of the applicant's waits for have periods of their own; a result that nobody collects has none.
func TestSentenceClosingOfWaits(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 5wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 4wd, outcomes: {tien: nop, hop-dong: ky-hd, dat: tra, khong: tu-choi}}
  - {id: nop, name: Nộp tiền, wait: payment, leg: payment, clock: excluded, ground: "Luật mẫu Đ1", expires: 30d, closing: {ground: "Luật mẫu Đ2", remind: [10d, 1d]}, outcomes: {xong: ky}}
  - {id: ky-hd, name: Chờ hợp đồng, wait: act, leg: applicant, clock: excluded, ground: "Luật mẫu Đ1", expires: 20d, closing: {ground: "Luật mẫu Đ3", remind: [5d]}, outcomes: {xong: ky}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 1wd, outcomes: {xong: tra}}`)
	start := func(outcome string) *hand {
		h := newHand(t, &plan.Exec)
		h.take("2026-03-02 08:00", plan, nil)
		h.done("2026-03-02 10:00", "", outcome)
		return h
	}
	h := start("tien")
	require.Equal(t, dossier.StatusPayment, h.s.Status(h.d.Plan))
	require.Equal(t, "2026-04-01 17:00", h.view("2026-03-02 10:00").Tasks[0].Expires.Format("2006-01-02 15:04"))
	require.Equal(t, []string{"remind:10d 03-20 16:59", "remind:1d 03-31 16:59"}, h.tick("2026-04-02 07:30"),
		"ten days before 1 April is Sunday the 22nd: the last working minute before it")
	require.Equal(t, dossier.Stopped{Ground: "Luật mẫu Đ2", Automatic: true}, h.events[len(h.events)-1].Body)
	require.Equal(t, dossier.StatusHalted, h.s.Status(h.d.Plan))

	h = start("hop-dong")
	require.Equal(t, "2026-03-23 17:00", h.view("2026-03-02 10:00").Tasks[0].Expires.Format("2006-01-02 15:04"), "the 22nd is a Sunday")
	h.tick("2026-03-23 23:00")
	require.Equal(t, dossier.StageRunning, h.s.Stage)
	h.tick("2026-03-24 07:30")
	require.Equal(t, dossier.Stopped{Ground: "Luật mẫu Đ3", Automatic: true}, h.events[len(h.events)-1].Body)

	h = start("hop-dong")
	h.done("2026-03-20 10:00", "ky-hd#1", "")
	h.tick("2026-04-20 10:00")
	require.Equal(t, dossier.StageRunning, h.s.Stage, "who came back is not closed")

	h = start("dat")
	h.tick("2030-01-02 09:00")
	require.Equal(t, dossier.StageFinished, h.s.Stage, "a result that nobody collects waits for years")
}

// "A clock that starts at another agency's receipt": handed over by 15:00 it starts that day, later at the next opening, and
// the printed date has its ladder although the agency has nothing yet.
func TestSentenceAnotherAgencysReceipt(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 5wd
starts-at: so
steps:
  - {id: chuyen, name: Chuyển hồ sơ, role: mot-cua, agency: receiving, limit: 4wh}
  - {id: lam, name: Làm, role: chuyen-vien, agency: so, limit: 5wd, outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 15:00", plan, nil)
	require.Equal(t, "2026-03-09 17:00", h.due("2026-03-02 15:00"), "handed over the same day")
	require.Empty(t, h.s.Counts, "nothing legal runs before the receipt")
	h = newHand(t, &plan.Exec)
	h.take("2026-03-02 15:01", plan, nil)
	require.Equal(t, "2026-03-10 17:00", h.due("2026-03-02 15:01"))
	h.done("2026-03-03 08:00", "", "")
	require.Equal(t, "2026-03-10 17:00", h.due("2026-03-03 08:00"), "received on the 3rd, as promised")
	h.done("2026-03-10 16:00", "", "dat")
	require.Equal(t, dossier.ClassOnTime, h.class("2026-03-10 16:00"))
}

func TestSentenceHandOverForgotten(t *testing.T) {
	t.Parallel()
	plan := defined(t, `
limit: 5wd
starts-at: so
escalation:
  - {id: truoc, on: dossier, before: 1wd, to: [one_stop], do: [notify]}
  - {id: het, on: dossier, at-due: true, to: [head_of_agency], do: [notify]}
steps:
  - {id: chuyen, name: Chuyển hồ sơ, role: mot-cua, agency: receiving}
  - {id: lam, name: Làm, role: chuyen-vien, agency: so, limit: 5wd, outcomes: {dat: tra, khong: tu-choi}}`)
	h := newHand(t, &plan.Exec)
	h.take("2026-03-02 09:00", plan, nil)
	require.Equal(t, "2026-03-09 17:00", h.due("2026-03-02 09:00"))
	require.Equal(t, []string{"truoc 03-06 16:59", "het 03-10 07:30"}, h.tick("2026-03-10 08:00"), "the printed date does not pass unnoticed")
	h.done("2026-03-10 09:00", "chuyen#1", "")
	require.Equal(t, "2026-03-17 17:00", h.due("2026-03-10 09:00"), "the law counts from the receipt")
	require.Equal(t, []string{"truoc 03-16 16:59"}, h.tick("2026-03-17 08:00"), "the ladder of the running clock is its own")
}
