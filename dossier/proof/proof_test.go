package proof_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/dossier/proof"
)

// lived is a life with everything that moves a deadline. The figures of the tests below are worked out by hand on the calendar of
// 2026: Tết from 16 to 20 February, 27 and 30 April and 1 May off.
func lived(t testing.TB) *life {
	t.Helper()
	l := begin(t)
	l.submit("2026-02-13 17:30", dossier.ChannelOnline, map[string]any{"area.difficult": true})
	l.do("2026-02-23 12:00", dossier.Act{Kind: dossier.ActAccept, Register: 7})
	l.do("2026-02-23 14:00", dossier.Act{Kind: dossier.ActComplete})
	l.do("2026-02-25 09:00", dossier.Act{Kind: dossier.ActRequestSupplement, Reasoned: true})
	l.do("2026-03-03 17:30", dossier.Act{Kind: dossier.ActProvideSupplement})
	l.do("2026-03-04 10:00", dossier.Act{Kind: dossier.ActCheckSupplement, Complete: true})
	l.do("2026-03-09 09:00", dossier.Act{Kind: dossier.ActSuspend, Ground: "Luật mẫu Đ5", Document: "5/TB"})
	l.do("2026-03-11 09:00", dossier.Act{Kind: dossier.ActResume})
	l.do("2026-03-12 08:00", dossier.Act{Kind: dossier.ActExclude, From: at("2026-03-05 08:00"), Until: at("2026-03-05 11:30"), Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ"})
	l.do("2026-03-20 09:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "dat"})
	l.do("2026-04-08 09:00", dossier.Act{Kind: dossier.ActExtend, Extension: "ly-do", Reasoned: true})
	l.do("2026-04-10 09:00", dossier.Act{Kind: dossier.ActReappoint, Reasoned: true, Approval: "ld-1", Until: at("2026-05-20 09:00"), Document: "9/XL"})
	l.do("2026-05-25 10:00", dossier.Act{Kind: dossier.ActComplete, Outcome: "duyet"})
	return l
}

func TestSheetOfAWholeLife(t *testing.T) {
	t.Parallel()
	s := lived(t).sheet("2026-05-26 09:00")
	minute := func(x time.Time) string { return x.Format("2006-01-02 15:04") }

	// Sent on Friday evening before Tết: the intake clock begins on Monday the 23rd. Taken in at noon: the afternoon.
	require.Equal(t, []string{"2026-02-13 17:30", "2026-02-23 07:30", "2026-02-23 12:00", "2026-02-23 13:00"},
		[]string{minute(s.Receipt.SubmittedAt), minute(s.Receipt.IntakeStart), minute(s.Receipt.Received), minute(s.Receipt.Normalized)})
	require.Equal(t, "next-session", s.Receipt.Normalization.ID)
	require.Contains(t, s.Receipt.Normalization.From, "không phải quy định của Bộ luật Dân sự")

	// 15 and 10 for the area are 25 by law; four fifths of it are 20.
	require.Equal(t, calendar.MustLimit("25wd"), s.Limit.Legal)
	require.Equal(t, calendar.MustLimit("20wd"), s.Limit.Committed)
	require.Len(t, s.Limit.Lines, 2)
	require.Equal(t, "QĐ 1/QĐ-UBND", s.Limit.Lines[1].Ground)
	require.Equal(t, "2026-03-23 17:00", minute(s.Receipt.Printed), "the twentieth working day after 23 February")

	// The papers came after closing time, so the limit runs again from the next morning.
	require.Len(t, s.Counts, 2)
	c := s.Counts[1]
	require.Equal(t, "2026-03-04 07:30", minute(c.Start))
	require.Equal(t, calendar.MustLimit("23wd"), c.Limit, "20 and 3 by law")
	require.Equal(t, "2026-04-06 17:00", minute(c.Plain))
	// 3.5 h by decision, two days suspended, and the posting from 20 March to its bound: 15 days end on Saturday 4 April, so on Monday.
	require.Equal(t, []int{210, 960, 390 + 11*480}, []int{c.Taken[0].Minutes, c.Taken[1].Minutes, c.Taken[2].Minutes})
	require.Equal(t, 6840, c.TakenMinutes)
	require.Equal(t, "2026-04-24 09:30", minute(c.Moved), "14 days and 2 hours after 07:30 on 6 April")
	require.Equal(t, "2026-04-24 17:00", minute(c.ByLimit))
	require.Equal(t, "2026-05-20 17:00", minute(c.Due))
	require.Equal(t, []string{"2026-04-24 17:00", "2026-05-20 17:00"}, []string{minute(s.Reappointment.OldDue), minute(s.Reappointment.NewDue)})

	require.Equal(t, proof.Elapsed{From: at("2026-02-23 12:00"), Until: at("2026-05-25 10:00"), Minutes: 240 + 61*480 + 150, Counted: 20520, Excluded: 2310 + 6840}, *s.Elapsed)
	legs := map[string]int{}
	for _, l := range s.Legs {
		legs[l.Leg] += l.Excluded
		require.True(t, l.Excluded == 0 || len(l.Grounds) > 0, "%s: excluded time has its ground", l.Leg)
	}
	require.Equal(t, map[string]int{"agency": 960, "applicant": 2310, "outage": 210, "posting": 5670}, legs)

	// Late by 21 and 22 May and two hours and a half of the 25th; the excess of the two steps is 2760 and 14070 minutes.
	require.Equal(t, dossier.ClassLate, s.Verdict.Class)
	require.Equal(t, 2*480+150, s.Verdict.LateMinutes)
	require.Equal(t, []dossier.Charge{{Agency: "H99.31", Task: "tham-dinh#1", Minutes: 182}, {Agency: "H99.31", Task: "ky#1", Minutes: 928}}, s.Verdict.Charges)
	last := s.Rungs[len(s.Rungs)-1]
	require.Equal(t, []string{"het-han", "2026-05-21 07:30"}, []string{last.Rung, minute(last.Instant)})

	days := map[string]proof.Day{}
	for _, d := range s.Days {
		days[d.Date.String()] = d
	}
	require.Equal(t, 20, days["2026-04-01"].Number)
	require.Equal(t, calendar.KindMakeUp, days["2026-04-27"].Kind)
	require.NotEmpty(t, days["2026-04-27"].Ground)
	require.Equal(t, []int{270, 210}, []int{days["2026-03-05"].Counted, days["2026-03-05"].Excluded})
	require.True(t, days["2026-05-20"].Due)
	require.True(t, days["2026-05-19"].Postponed)
	intact, err := s.Intact()
	require.NoError(t, err)
	require.True(t, intact)
	s.Verdict.LateMinutes = 0
	intact, err = s.Intact()
	require.NoError(t, err)
	require.False(t, intact)
}

// forms are the three forms of a sheet.
func forms(t *testing.T, s *proof.Sheet) []string {
	t.Helper()
	data, err := s.JSON()
	require.NoError(t, err)
	return []string{string(data), s.Text(), string(s.Page())}
}

// A sheet that was printed while the dossier was open comes out of the longer log of later, byte by byte, and of the log as it is
// stored.
func TestTheSameSheetLater(t *testing.T) {
	t.Parallel()
	l := lived(t)
	data, err := json.Marshal(l.events)
	require.NoError(t, err)
	for n, e := range l.events {
		if n+1 < len(l.events) && l.events[n+1].Recorded.Equal(e.Recorded) {
			continue // printed between two events of one minute: by number only, below
		}
		then := e.Recorded.Add(time.Minute)
		src := l.source()
		src.Events, src.At = l.events[:n+1], then
		printed, err := proof.Build(src)
		require.NoError(t, err)
		again := l.source()
		again.Events = nil
		require.NoError(t, json.Unmarshal(data, &again.Events))
		if n+1 == len(l.events) || l.events[n+1].Recorded.After(then) {
			again.At = then
			later, err := proof.Build(again)
			require.NoError(t, err)
			require.Equal(t, forms(t, printed), forms(t, later))
		}
		again.Seq, again.At = printed.AsOf.Seq, printed.AsOf.At
		later, err := proof.Build(again)
		require.NoError(t, err)
		require.Equal(t, forms(t, printed), forms(t, later))
	}
	// What has ended has one sheet, whenever it is asked for.
	l.do("2026-05-27 09:00", dossier.Act{Kind: dossier.ActReturn})
	require.Equal(t, forms(t, l.sheet("2026-05-27 09:00")), forms(t, l.sheet("2030-01-01 09:00")))
	src := l.source()
	src.At = at("2026-02-13 17:29")
	_, err = proof.Build(src)
	require.ErrorIs(t, err, proof.ErrEmpty)
}

// Before acceptance there is an intake clock and nothing legal; a refusal then ends the story.
func TestSheetBeforeAcceptance(t *testing.T) {
	t.Parallel()
	l := begin(t)
	l.submit("2026-03-02 09:00", dossier.ChannelOnline, nil)
	s := l.sheet("2026-03-02 10:00")
	require.Nil(t, s.Limit)
	require.Empty(t, s.Days)
	require.Equal(t, "2026-03-03 09:00", s.Receipt.IntakeDue.Format("2006-01-02 15:04"), "8 working hours")
	require.Contains(t, s.Text(), "Hạn xem xét tiếp nhận: 09:00 03/03/2026")
	l.do("2026-03-02 11:00", dossier.Act{Kind: dossier.ActRefuseIntake, Reasoned: true})
	require.Contains(t, l.sheet("").Text(), "Không được tiếp nhận lúc: 11:00 02/03/2026")
}

// An earlier effect and a corrected receipt stand on the sheet with their documents.
func TestSheetOfWhatWasRecordedLater(t *testing.T) {
	t.Parallel()
	l := begin(t)
	l.submit("2026-03-03 08:00", dossier.ChannelCounter, nil)
	l.do("2026-03-03 08:00", dossier.Act{Kind: dossier.ActAccept, Register: 1, Effective: at("2026-03-02 10:00"), MayBackdate: true, Document: "1/BB"})
	l.do("2026-03-04 08:00", dossier.Act{Kind: dossier.ActComplete, Effective: at("2026-03-03 16:00"), MayBackdate: true, Document: "2/BB"})
	l.do("2026-03-05 08:00", dossier.Act{Kind: dossier.ActCorrectReceipt, Effective: at("2026-03-03 07:45"), Document: "3/BB", Ground: "Luật mẫu Đ6", Reasoned: true})
	s := l.sheet("2026-03-05 09:00")
	require.Equal(t, "1/BB", s.Receipt.Document)
	require.Equal(t, "2026-03-18 17:00", s.Receipt.Printed.Format("2006-01-02 15:04"), "12 working days after 2 March")
	require.Equal(t, "2026-03-19 17:00", s.Due.Format("2006-01-02 15:04"), "after 3 March")
	require.Equal(t, at("2026-03-03 16:00"), s.Backdated[0].Effect)
	require.Equal(t, at("2026-03-03 07:45"), s.Elapsed.From)
	for _, text := range []string{"2/BB", "Luật mẫu Đ6, 3/BB", "đính chính tiếp nhận: 10:00 02/03/2026 thành 07:45 03/03/2026"} {
		require.Contains(t, s.Text(), text)
	}
}

// An amendment of calendars stands on the sheet with its decision and the promise before and after; taken back, it leaves the later date
// that was given, and the earlier one for the office to aim at.
func TestSheetOfAnAmendedCalendar(t *testing.T) {
	t.Parallel()
	l := begin(t)
	first := l.book.Calendar()
	spec := first.Spec()
	spec.Off = append(slices.Clone(spec.Off), calendar.NewDate(2026, 3, 16))
	amended, err := calendar.New(spec)
	require.NoError(t, err)
	l.d.Calendars = func(hash string) (*calendar.Calendar, error) {
		switch hash {
		case first.Hash():
			return first, nil
		case amended.Hash():
			return amended, nil
		}
		return nil, fmt.Errorf("no calendar %q", hash)
	}
	amend := func(c *calendar.Calendar, a dossier.Act) dossier.Act {
		a.Kind, a.Amendment = dossier.ActAmendCalendar, "am-1"
		a.Calendars = []dossier.AgencyCalendar{{Agency: "H99.01", Hash: c.Hash()}, {Agency: "H99.31", Hash: c.Hash()}}
		return a
	}
	l.submit("2026-03-02 09:00", dossier.ChannelCounter, nil)
	l.do("2026-03-02 09:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	l.do("2026-03-10 09:00", amend(amended, dossier.Act{Document: "21/TB-UBND", Ground: "Bộ luật Dân sự 2015 Đ148"}))
	s := l.sheet("2026-03-10 10:00")
	require.Equal(t, []proof.Amendment{{
		Seq: s.Amendments[0].Seq, At: at("2026-03-10 09:00"), Document: "21/TB-UBND", Ground: "Bộ luật Dân sự 2015 Đ148",
		Calendars: []proof.Revision{{Agency: "H99.01", Hash: amended.Hash()}, {Agency: "H99.31", Hash: amended.Hash()}},
		OldDue:    at("2026-03-18 17:00"), Due: at("2026-03-19 17:00"), // 12 working days after 2 March, without and with the 16th off
	}}, s.Amendments)
	require.Equal(t, at("2026-03-18 17:00"), s.Receipt.Printed)
	require.Equal(t, at("2026-03-19 17:00"), s.Due)
	for _, d := range s.Days {
		require.Equal(t, d.Date == calendar.NewDate(2026, 3, 19), d.Due, d.Date)
		require.False(t, d.Date == calendar.NewDate(2026, 3, 16) && d.Number > 0, "a day off is not counted")
	}
	for _, form := range []string{s.Text(), string(s.Page())} {
		for _, told := range []string{"nhận lịch mới của H99.01, H99.31", "21/TB-UBND", "Bộ luật Dân sự 2015 Đ148", "17:00 18/03/2026", "17:00 19/03/2026"} {
			require.Contains(t, form, told)
		}
	}

	l.do("2026-03-11 09:00", amend(first, dossier.Act{Undo: true, Document: "22/TB-UBND"}))
	s = l.sheet("2026-03-11 10:00")
	require.Len(t, s.Amendments, 2)
	require.Equal(t, []time.Time{at("2026-03-19 17:00"), at("2026-03-19 17:00"), at("2026-03-18 17:00")}, []time.Time{s.Amendments[1].OldDue, s.Amendments[1].Due, s.Amendments[1].Target})
	require.Equal(t, at("2026-03-18 17:00"), s.Counts[0].ByLimit)
	require.Equal(t, at("2026-03-19 17:00"), s.Due)
	for _, told := range []string{"trở lại lịch trước của H99.01, H99.31, mục tiêu nội bộ 17:00 18/03/2026", "22/TB-UBND"} {
		require.Contains(t, s.Text(), told)
	}
	intact, err := s.Intact()
	require.NoError(t, err)
	require.True(t, intact)
}

// The page runs and loads nothing, and every table has a caption and headers with a scope.
func TestPageIsPlainAndAccessible(t *testing.T) {
	t.Parallel()
	s := lived(t).sheet("")
	s.ProcedureName = "<script>alert(1)</script>"
	page := s.Page()
	d := xml.NewDecoder(strings.NewReader(string(page)))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	count, depth, headers := map[string]int{}, 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch x := token.(type) {
		case xml.StartElement:
			count[x.Name.Local]++
			require.NotContains(t, []string{"script", "img", "link", "iframe", "object", "form"}, x.Name.Local)
			attrs := map[string]string{}
			for _, a := range x.Attr {
				attrs[a.Name.Local] = a.Value
				require.NotRegexp(t, "^(on|src|href)", a.Name.Local)
			}
			switch x.Name.Local {
			case "html":
				require.Equal(t, "vi", attrs["lang"])
			case "table":
				depth++
			case "th":
				headers++
				require.Contains(t, []string{"col", "row"}, attrs["scope"])
			}
		case xml.EndElement:
			if x.Name.Local == "table" {
				require.Positive(t, headers)
				headers, depth = 0, depth-1
			}
		}
	}
	require.Zero(t, depth)
	require.Equal(t, 1, count["h1"])
	require.Equal(t, count["section"], count["h2"])
	require.Greater(t, count["table"], 6)
	require.Equal(t, count["table"], count["caption"])
	require.Contains(t, string(page), "size: A4")
}

// The ordinary dossier has 27 events and three months of days; the long one 300 stops in a year and a half.
func BenchmarkSheet(b *testing.B) {
	for name, l := range map[string]*life{"ordinary": lived(b), "long": stopped(b)} {
		src := l.source()
		for _, form := range []string{"json", "text", "html"} {
			b.Run(name+"/"+form, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s, err := proof.Build(src)
					require.NoError(b, err)
					switch form {
					case "json":
						_, err = s.JSON()
					case "html":
						require.NotEmpty(b, s.Page())
					case "text":
						require.NotEmpty(b, s.Text())
					}
					require.NoError(b, err)
				}
			})
		}
	}
}

func stopped(b *testing.B) *life {
	b.Helper()
	l := begin(b)
	l.submit("2024-01-03 08:00", dossier.ChannelCounter, map[string]any{"area.difficult": true})
	l.do("2024-01-03 08:00", dossier.Act{Kind: dossier.ActAccept, Register: 1})
	l.do("2024-01-03 09:00", dossier.Act{Kind: dossier.ActComplete})
	day := at("2024-01-04 09:00")
	for range 150 {
		l.do(day.Format("2006-01-02 15:04"), dossier.Act{Kind: dossier.ActSuspend, Ground: "Luật mẫu Đ5"})
		day = day.AddDate(0, 0, 2)
		l.do(day.Format("2006-01-02 15:04"), dossier.Act{Kind: dossier.ActResume})
		day = day.AddDate(0, 0, 2)
	}
	return l
}
