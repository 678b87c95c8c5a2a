package simulate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/simulate"
)

func told(t *testing.T, sc simulate.Scenario) (lines []string) {
	t.Helper()
	o, err := simulate.Run(sc)
	require.NoError(t, err)
	entries, err := simulate.Timeline(sc, o)
	require.NoError(t, err)
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s %s", e.At.In(calendar.Zone()).Format("01-02 15:04"), e.Kind, e.Text))
	}
	// Told from the events alone it reads the same.
	again, err := simulate.Recount(sc, o.Events(), o.Played, o.At)
	require.NoError(t, err)
	same, err := simulate.Timeline(sc, again)
	require.NoError(t, err)
	require.Equal(t, entries, same)
	return lines
}

// 2026-03-02 07:30 is a Monday: thirty working days later is 2026-04-13 on this calendar without holidays. Thirty-one days of work
// lie before 17:00 of that day, so half of them have run on 2026-03-23 at 11:30; the next opening is 2026-04-14 07:30.
func TestTimelineOfADossierLeftAlone(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"03-02 07:30 act nộp hồ sơ",
		"03-02 07:30 applicant 1 Mới đăng ký: Hồ sơ MAU-000101-0001 đã gửi.",
		"03-02 07:30 act tiếp nhận",
		"03-02 07:30 letter Giấy tiếp nhận hồ sơ và hẹn trả kết quả (mẫu 01, TT 03/2025/TT-VPCP)",
		"03-02 07:30 deadline hẹn trả 13/04/2026 17:00",
		"03-02 07:30 deadline mở a#1 tại cơ quan giải quyết, hạn 27/03/2026 17:00",
		"03-02 07:30 applicant 2 Được tiếp nhận: Hồ sơ được tiếp nhận, hẹn trả kết quả 13/04/2026 17:00.",
		"03-23 11:30 rung nua (hồ sơ) → assignee: nhắc",
		"04-14 07:30 rung qua-han (hồ sơ) → head_of_agency: nhắc",
	}, told(t, scenario(t)))
}

// Forms follow the set in force at acceptance: TT 01/2018 until 30/6/2025.
func TestTimelineOfASupplement(t *testing.T) {
	t.Parallel()
	sc := scenario(t)
	day := calendar.Sessions{{From: 450, To: 690}, {From: 780, To: 1020}}
	var err error
	sc.Calendar, err = calendar.New(calendar.Spec{FromYear: 2024, ToYear: 2026, Week: [7]calendar.Sessions{{}, day, day, day, day, day, {}}})
	require.NoError(t, err)
	sc.Plan.Steps[0].May = []string{"supplement"}
	sc.Plan.Supplement.Effect, sc.Plan.Supplement.Answer = "restart", calendar.MustLimit("15d")
	sc.Received = time.Date(2025, 6, 2, 7, 30, 0, 0, calendar.Zone())
	sc.Until = sc.Received.AddDate(0, 0, 10)
	sc.Acts = []dossier.Act{
		{Kind: dossier.ActRequestSupplement, At: sc.Received.Add(time.Hour), By: "chuyen-vien", Reasoned: true},
		{Kind: dossier.ActReturn, At: sc.Received.Add(2 * time.Hour)},
		{Kind: dossier.ActProvideSupplement, At: sc.Received.Add(48 * time.Hour), By: "nguoi-nop", Complete: true},
	}
	require.Equal(t, []string{
		"06-02 08:30 act yêu cầu bổ sung (chuyen-vien)",
		"06-02 08:30 letter Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu 02, TT 01/2018/TT-VPCP)",
		"06-02 08:30 deadline đồng hồ dừng (applicant)",
		"06-02 08:30 applicant 5 Yêu cầu bổ sung giấy tờ: Hãy bổ sung giấy tờ theo phiếu yêu cầu, chậm nhất 17/06/2025 17:00.",
		"06-02 09:30 refusal trả kết quả: wrong_state: Hồ sơ chưa xử lý xong (đang “Yêu cầu bổ sung giấy tờ”); chưa thể trả kết quả.",
		"06-04 07:30 act nộp bổ sung (nguoi-nop)",
		"06-04 07:30 deadline hẹn trả 16/07/2025 17:00, trước là 14/07/2025 17:00",
		"06-04 07:30 deadline đồng hồ chạy lại",
		"06-04 07:30 applicant 4 Đang xử lý: Giấy tờ bổ sung đã đủ.",
	}, told(t, sc)[7:])
}
