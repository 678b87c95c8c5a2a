package letters_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/letters"
	"motcua/library"
	"motcua/procedure"
)

func at(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// life is a dossier that gets every letter there is, accepted on a day.
func life(accepted string, rules string) []dossier.Event {
	from := at(accepted)
	bodies := []dossier.Body{
		dossier.Submitted{Intake: dossier.IntakeFacts{Code: "H99.02.01-260302-0001", Receiving: "H99.02.01", Lead: "H99.14"}, Procedure: "1.012784"},
		dossier.Accepted{Received: from, Rules: rules, Due: from.AddDate(0, 0, 14)},
		dossier.StepOpened{Step: "x"},
		dossier.SupplementRequested{N: 1, Papers: []string{"don"}, Expires: from.AddDate(0, 0, 20)},
		dossier.Extended{ID: "x", Add: calendar.MustLimit("3wd"), Ground: "NĐ 99/2022 Đ16.1", Due: from.AddDate(0, 0, 17)},
		dossier.Reappointed{OldDue: from.AddDate(0, 0, 17), NewDue: from.AddDate(0, 0, 24), Signer: "Giám đốc", Document: "9/VPĐK"},
		dossier.Stopped{Ground: "người nộp không bổ sung"},
	}
	var out []dossier.Event
	for i, b := range bodies {
		out = append(out, dossier.Event{Seq: int64(i + 1), At: from.AddDate(0, 0, i), Recorded: from.AddDate(0, 0, i), Act: "act-" + b.Kind(), Body: b})
	}
	return out
}

func forms(t *testing.T) procedure.FormSets {
	t.Helper()
	shelf, err := library.Shelf()
	require.NoError(t, err)
	return shelf.Forms
}

func TestEveryLetterByItsRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		accepted, rules string
		numbers         []string
		apology, cite   string
	}{
		{"2025-06-30 09:00", dossier.RulesND61, []string{"01", "02", "", "04", ""}, "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Mẫu số 04, TT 01/2018/TT-VPCP (NĐ 61/2018/NĐ-CP, Đ19.9)"},
		{"2025-07-01 09:00", dossier.RulesND118, []string{"01", "02", "", "04", "05"}, "Văn bản xin lỗi và đề nghị gia hạn", "Mẫu số 04, TT 03/2025/TT-VPCP, Phụ lục I (NĐ 118/2025/NĐ-CP, điều khoản chưa đối chiếu)"},
	} {
		list := letters.Of(life(c.accepted, c.rules), forms(t), letters.Words{Reasons: map[string]string{"act-reappointed": "Chờ ý kiến"}})
		require.Len(t, list, 5, "receipt, supplement, extension, apology, stop")
		for i, l := range list {
			require.Equal(t, i+1, l.N)
			require.Equal(t, c.numbers[i], l.Number, l.Kind)
			require.Equal(t, "H99.02.01-260302-0001", l.Dossier)
			if c.rules == dossier.RulesND118 {
				page, err := l.HTML()
				require.NoError(t, err)
				require.NotContains(t, l.Text()+page, "61/2018", "no letter of a dossier accepted from 2025-07-01 cites the repealed decree")
				require.NotContains(t, l.Text()+page, "TT 01/2018")
			}
		}
		a := list[3]
		require.Equal(t, letters.KindApology, a.Kind)
		require.Equal(t, c.apology, a.Name)
		require.Equal(t, c.cite, a.Cite)
		require.Equal(t, "Chờ ý kiến", a.Reason)
		require.False(t, a.OldDue.IsZero(), "both dates are kept")
		require.True(t, a.NewDue.After(a.OldDue))
		require.Equal(t, "NĐ 99/2022 Đ16.1", list[2].Cite, "an extension cites the law that grants it")
	}
}

func TestTheApologyAsItIsPrinted(t *testing.T) {
	t.Parallel()
	w := letters.Words{Procedure: "Tách thửa <đất>", Lead: "Chi nhánh Sông Mẫu", Applicant: "Nguyễn Văn Mẫu", Reasons: map[string]string{"act-reappointed": "Chờ ý kiến"}}
	events := life("2026-03-02 09:00", dossier.RulesND118)
	l := letters.Of(events, forms(t), w)[3]
	text := l.Text()
	for _, want := range []string{
		"VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN", "Kính gửi: Nguyễn Văn Mẫu", "Đã hẹn trả kết quả: 09:00 ngày 19/03/2026", "Nay hẹn lại: 09:00 ngày 26/03/2026",
		"Lý do: Chờ ý kiến", "Người ký: Giám đốc", "Văn bản số 9/VPĐK", "Chi nhánh Sông Mẫu (H99.14)",
	} {
		require.Contains(t, text, want)
	}
	page, err := l.HTML()
	require.NoError(t, err)
	require.Contains(t, page, "Tách thửa &lt;đất&gt;", "what people wrote is text, not markup")
	require.NotContains(t, page, "<script")
	again := letters.Of(events, forms(t), w)[3]
	require.Equal(t, text, again.Text(), "the same events make the same letter")
	pageAgain, err := again.HTML()
	require.NoError(t, err)
	require.Equal(t, page, pageAgain)
}

func TestAStandingDecisionIsPrinted(t *testing.T) {
	t.Parallel()
	events := life("2026-03-02 09:00", dossier.RulesND118)
	events[5].Body = dossier.Reappointed{OldDue: at("2026-03-18 17:00"), NewDue: at("2026-03-20 17:00"), Signer: "Giám đốc Trần Văn Mẫu", Document: "15/QĐ-VPĐK",
		Decision: "15/QĐ-VPĐK", Reason: "Hồ sơ tăng đột biến"}
	l := letters.Of(events, forms(t), letters.Words{Withheld: true})[3]
	require.Contains(t, l.Text(), "Phát hành theo quyết định chung số 15/QĐ-VPĐK")
	require.Contains(t, l.Text(), "Người ký: Giám đốc Trần Văn Mẫu")
	require.Contains(t, l.Text(), "Lý do: Hồ sơ tăng đột biến", "the decision's own words are nobody's personal data")
}

func TestWithheld(t *testing.T) {
	t.Parallel()
	l := letters.Of(life("2026-03-02 09:00", dossier.RulesND118), forms(t), letters.Words{Withheld: true})[3]
	require.True(t, l.Withheld)
	require.Empty(t, l.Reason)
	require.Contains(t, l.Text(), "Kính gửi: người nộp hồ sơ H99.02.01-260302-0001")
}
