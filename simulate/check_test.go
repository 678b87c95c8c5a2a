package simulate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
	"motcua/simulate"
)

const definition = `motcua: 1
code: "9.000009"
name: Thủ tục mẫu
field: mau
level: commune
agency: ubnd-xa
facts: [{name: parcel.hard, type: bool, default: false}]
limit: 10wd
limit-when: [{rule: kho-khan, add: 10wd, when: parcel.hard, ground: mẫu}]
supplement: {effect: restart, within: 3wd, answer: 15d}
steps:
  - {id: a, name: A, role: mot-cua, limit: 4wd, may: [supplement], outcomes: {dat: nop, tu-choi: r}}
  - {id: nop, name: Nộp, wait: payment, leg: payment, clock: excluded, ground: mẫu}
  - {id: b, name: B, role: lanh-dao, limit: 6wd, outcomes: {duyet: t, lam-lai: a}, max-visits: 2}
  - {id: t, name: T, role: mot-cua, return: true}
  - {id: r, name: R, role: mot-cua, return: true, refusal: true}
escalation: [{id: het-han, on: dossier, at-due: true, to: [head_of_agency], do: [notify]}]
`

func played(t *testing.T, scenarios string) simulate.Report {
	t.Helper()
	d, found := procedure.Parse("mau.yaml", []byte(definition))
	require.Empty(t, found)
	plan, found := procedure.Compile(d, &procedure.Shelf{})
	require.False(t, found.HasErrors(), found.Error())
	f, found := procedure.ParseScenarios("k.yaml", []byte("motcua: 1\ndefinition: mau.yaml\nscenarios:\n"+scenarios))
	require.Empty(t, found)
	require.Empty(t, f.Check(plan))
	rep, err := simulate.Test(plan, scenario(t).Calendar, f)
	require.NoError(t, err)
	return rep
}

// The calendar of these tests has no holidays: 2026-03-02 is a Monday, ten working days later is 2026-03-16.
func TestScenariosThatHold(t *testing.T) {
	t.Parallel()
	rep := played(t, `
  - id: nop-tien
    name: Tiền nộp sau hai ngày thì hẹn lùi hai ngày
    received: 2026-03-02 07:30
    pace: full
    acts: [{at: 2026-03-09 17:00, do: confirm-payment, step: nop, by: nguoi-nop}]
    expect:
      - {at: 2026-03-02 07:30, status: 2, due: 2026-03-16 17:00, open: [a]}
      - {at: 2026-03-06 08:00, status: 6, paused: true, leg: payment, open: [nop], rungs: {}}
      - {status: 10, due: 2026-03-17 17:00, finished: 2026-03-17 17:00, verdict: on-time, counted: 10wd, excluded: 2wd}
  - id: bo-sung
    name: Nhịp đứng yên khi chờ bổ sung, rồi tính lại từ đầu
    received: 2026-03-02 07:30
    pace: half
    acts:
      - {at: 2026-03-03 07:30, do: request-supplement, step: a, by: mot-cua, reason: Thiếu}
      - {at: 2026-03-10 07:30, do: provide-supplement, by: nguoi-nop, complete: true}
      - {at: 2026-03-20 08:00, do: withdraw, by: nguoi-nop, refused: closed}
    expect:
      - {at: 2026-03-09 17:00, status: 5, paused: true}
      - {at: 2026-03-10 07:30, status: 4, due: 2026-03-24 17:00}
      - {at: 2026-03-11 16:59, open: [a]}
      - {status: 10, finished: 2026-03-16 17:00, verdict: early, refusal: false, rescheduled: false}
  - id: kho-khan
    name: Dữ kiện đổi khi đang làm; lối ra chọn theo nhịp
    received: 2026-03-02 07:30
    facts: {parcel.hard: true}
    choose: {a: tu-choi}
    pace: full
    expect: [{at: 2026-03-02 07:30, due: 2026-03-30 17:00}, {status: 10, refusal: true, verdict: early}]
  - id: bo-mac
    name: Không ai làm gì
    received: 2026-03-02 07:30
    until: 2026-03-18 08:00
    expect: [{at: 2026-03-16 17:00, rungs: {}}, {status: 2, verdict: late, rungs: {het-han: 2026-03-17 07:30}}]
  - id: lam-lai
    name: Lãnh đạo trả lại một lần
    received: 2026-03-02 07:30
    pace: half
    acts: [{at: 2026-03-04 08:00, do: complete, step: b#1, by: lanh-dao, outcome: lam-lai}]
    expect: [{status: 10, finished: 2026-03-11 08:00, verdict: early}]
`)
	require.Empty(t, rep.Failures)
	require.Equal(t, 5, rep.Scenarios)
	require.Equal(t, "bước 5/5, lối ra 5/5", rep.Coverage.String())
}

// What did not come true is named with its place, what was wanted and what came.
func TestScenariosThatFail(t *testing.T) {
	t.Parallel()
	rep := played(t, `
  - id: sai
    name: Mọi thứ đều sai
    received: 2026-03-02 07:30
    pace: full
    acts:
      - {at: 2026-03-02 08:00, do: resume}
      - {at: 2026-03-02 08:00, do: return, refused: closed}
      - {at: 2026-03-02 08:00, do: assign, to: ai-do, refused: assignee_missing}
    until: 2026-03-03 08:00
    expect:
      - {status: 4, due: 2026-03-17 17:00, finished: 2026-03-03 08:00, verdict: late, rescheduled: true, refusal: true, paused: true, leg: tax, open: [b], results: [], counted: 3wh, excluded: 1wd, rungs: {het-han: 2026-03-17 07:30}}
`)
	var got []string
	for _, f := range rep.Failures {
		got = append(got, f.String())
	}
	require.Equal(t, []string{
		"k.yaml:10:9: sai: việc resume lúc 02/03/2026 08:00\n    - làm được\n    + bị từ chối: not_suspended: Hồ sơ không ở trạng thái tạm dừng.",
		"k.yaml:11:53: sai: việc return lúc 02/03/2026 08:00\n    - bị từ chối: closed\n    + bị từ chối: wrong_state: Hồ sơ chưa xử lý xong (đang “Được tiếp nhận”); chưa thể trả kết quả.",
		"k.yaml:12:64: sai: việc assign lúc 02/03/2026 08:00\n    - bị từ chối: assignee_missing\n    + làm được",
		"k.yaml:15:18: sai: trạng thái khi kết thúc\n    - 4 Đang xử lý\n    + 2 Được tiếp nhận",
		"k.yaml:15:26: sai: hẹn trả khi kết thúc\n    - 17/03/2026 17:00\n    + 16/03/2026 17:00",
		"k.yaml:15:54: sai: lúc có kết quả khi kết thúc\n    - 03/03/2026 08:00\n    + không có",
		"k.yaml:15:81: sai: đánh giá khi kết thúc\n    - late\n    + none",
		"k.yaml:15:100: sai: đã hẹn lại khi kết thúc\n    - có\n    + không",
		"k.yaml:15:115: sai: kết quả là từ chối khi kết thúc\n    - có\n    + không",
		"k.yaml:15:129: sai: đồng hồ dừng khi kết thúc\n    - có\n    + không",
		"k.yaml:15:140: sai: thời gian của khi kết thúc\n    - tax\n    + agency",
		"k.yaml:15:151: sai: bước đang mở khi kết thúc\n    - b\n    + a",
		"k.yaml:15:178: sai: thời gian tính vào thời hạn khi kết thúc\n    - 0 ngày 3 giờ 0 phút làm việc\n    + 1 ngày 0 giờ 30 phút làm việc",
		"k.yaml:15:193: sai: thời gian không tính khi kết thúc\n    - 1 ngày 0 giờ 0 phút làm việc\n    + 0 ngày 0 giờ 0 phút làm việc",
		"k.yaml:15:206: sai: nấc het-han khi kết thúc\n    - 17/03/2026 07:30\n    + chưa nổ",
	}, got)
	require.Equal(t, "bước 1/5, lối ra 0/5; chưa qua: nop, b, t, r, a:dat, a:tu-choi", rep.Coverage.String())

	rep = played(t, `
  - id: nac
    name: Nấc nổ mà không ai mong
    received: 2026-03-02 07:30
    until: 2026-03-18 08:00
    expect: [{rungs: {}}]
  - id: vong
    name: Vòng không bao giờ hết
    received: 2026-03-02 07:30
    pace: full
    choose: {b: lam-lai}
    expect: [{status: 10}]
  - id: muon
    name: Nhìn sau khi đã dừng vẫn thấy hồ sơ như lúc dừng
    received: 2026-03-02 07:30
    pace: full
    choose: {a: tu-choi}
    expect: [{at: 2026-05-04 08:00, status: 9}]
`)
	require.Len(t, rep.Failures, 3)
	require.Equal(t, []string{"nấc het-han khi kết thúc", "không nổ", "17/03/2026 07:30"}, []string{rep.Failures[0].What, rep.Failures[0].Want, rep.Failures[0].Got})
	require.Contains(t, rep.Failures[1].Got, "loop_bound")
	require.Equal(t, "trạng thái lúc 04/05/2026 08:00", rep.Failures[2].What)
}

// Every act that a person can do is one that a scenario can write, and the other way round.
func TestScenarioActsAreTheMachines(t *testing.T) {
	t.Parallel()
	acts := map[string]bool{}
	for _, name := range procedure.ScenarioActs() {
		acts[name] = true
	}
	machine := []string{
		dossier.ActAccept, dossier.ActRefuseIntake, dossier.ActAssign, dossier.ActComplete, dossier.ActSendBack,
		dossier.ActRequestSupplement, dossier.ActProvideSupplement, dossier.ActCheckSupplement, dossier.ActSuspend, dossier.ActResume,
		dossier.ActRequestPayment, dossier.ActConfirmPayment, dossier.ActReappoint, dossier.ActExtend, dossier.ActExclude, dossier.ActCorrectReceipt,
		dossier.ActWithdraw, dossier.ActStop, dossier.ActFinish, dossier.ActReopen, dossier.ActReturn, dossier.ActEndChild,
	}
	require.Len(t, acts, len(machine))
	for _, kind := range machine {
		f, found := procedure.ParseScenarios("k.yaml", []byte("motcua: 1\ndefinition: a\nscenarios:\n  - {id: a, name: A, received: 2026-03-02 08:00, acts: [{at: 2026-03-02 08:00, do: "+
			written(kind)+"}], expect: [{status: 1}]}\n"))
		require.Empty(t, found, kind)
		d, found := procedure.Parse("mau.yaml", []byte(definition))
		require.Empty(t, found)
		plan, _ := procedure.Compile(d, &procedure.Shelf{})
		sc, err := simulate.FromFile(plan, scenario(t).Calendar, &f.Scenarios[0])
		require.NoError(t, err)
		require.Equal(t, kind, sc.Acts[0].Kind)
		require.Equal(t, time.Date(2026, 3, 2, 8, 0, 0, 0, calendar.Zone()), sc.Acts[0].At)
	}
}

func written(kind string) string {
	out := []byte(kind)
	for i := range out {
		if out[i] == '_' {
			out[i] = '-'
		}
	}
	return string(out)
}
