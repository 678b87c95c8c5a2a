package procedure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

func cut20() procedure.Reduction {
	return procedure.Reduction{Rule: "cut-20", Decision: "mẫu", From: "2023-01-30", To: "2025-12-31", Above: calendar.MustLimit("10wd"), CutPercent: 20}
}

func noon(date string) time.Time {
	t, err := time.Parse(time.RFC3339, date+"T12:00:00+07:00")
	if err != nil {
		panic(err)
	}
	return t
}

// The table of domain.md §8.1: more than 10 working days are cut to floor(0.8 × statutory); exactly 10 is not cut.
func TestCommitCutsTwentyPercent(t *testing.T) {
	t.Parallel()
	for legal, want := range map[string]string{
		"3wd": "3wd", "10wd": "10wd", "11wd": "8wd", "12wd": "9wd", "13wd": "10wd", "14wd": "11wd", "15wd": "12wd", "16wd": "12wd", "17wd": "13wd",
		"18wd": "14wd", "20wd": "16wd", "22wd": "17wd", "23wd": "18wd", "25wd": "20wd", "30wd": "24wd", "33wd": "26wd", "35wd": "28wd", "45wd": "36wd",
		"50wd": "40wd", "60wd": "48wd", "80wd": "64wd", "30d": "30d", "2mo": "2mo", "16wh": "16wh",
	} {
		x := &procedure.Executable{Limit: calendar.MustLimit(legal), Reductions: []procedure.Reduction{cut20()}}
		c := x.Commit(nil, "online", noon("2025-07-01"))
		require.Equal(t, legal, c.Legal.String())
		require.Equal(t, want, c.Committed.String(), legal)
	}
}

func TestCommitFollowsAcceptanceDateInVietnam(t *testing.T) {
	t.Parallel()
	x := &procedure.Executable{Limit: calendar.MustLimit("12wd"), Reductions: []procedure.Reduction{cut20()}}
	for at, want := range map[string]string{
		"2023-01-29T23:59:00+07:00": "12wd",
		"2023-01-29T17:00:00Z":      "9wd", // 2023-01-30 00:00 in Vietnam
		"2025-12-31T23:59:00+07:00": "9wd",
		"2025-12-31T17:00:00Z":      "12wd", // 2026-01-01 00:00 in Vietnam
	} {
		instant, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		require.Equal(t, want, x.Commit(nil, "online", instant).Committed.String(), at)
	}
}

func TestCommitWalk(t *testing.T) {
	t.Parallel()
	x := &procedure.Executable{Limit: calendar.MustLimit("8wd"),
		Variants: []procedure.Variant{
			{Rule: "truc-tiep", Set: calendar.MustLimit("2wd"), Channels: []string{"counter"}, Ground: "a"},
			{Rule: "dia-ban", Add: calendar.MustLimit("10wd"), When: "dia-ban", Ground: "b"},
		},
		Reductions: []procedure.Reduction{cut20(),
			{Rule: "bot-1", From: "2023-01-01", Cut: calendar.MustLimit("1wd"), Decision: "c"},
			{Rule: "tran-20", From: "2023-01-01", Set: calendar.MustLimit("20wd"), Decision: "d"}},
	}
	c := x.Commit([]string{"dia-ban"}, "online", noon("2025-07-01"))
	require.Equal(t, "18wd", c.Legal.String())
	require.Equal(t, "13wd", c.Committed.String(), "18 → floor(14.4) = 14 → 13; a reduction never lengthens")
	require.Equal(t, []procedure.CommitLine{
		{Rule: "dia-ban", Kind: procedure.LineVariant, From: calendar.MustLimit("8wd"), To: calendar.MustLimit("18wd"), Ground: "b"},
		{Rule: "cut-20", Kind: procedure.LineReduction, From: calendar.MustLimit("18wd"), To: calendar.MustLimit("14wd"), Ground: "mẫu"},
		{Rule: "bot-1", Kind: procedure.LineReduction, From: calendar.MustLimit("14wd"), To: calendar.MustLimit("13wd"), Ground: "c"},
	}, c.Lines)
	require.Equal(t, "1wd", x.Commit(nil, "counter", noon("2025-07-01")).Committed.String())
	require.Equal(t, "11wd", x.Commit([]string{"dia-ban"}, "counter", noon("2026-07-01")).Committed.String())
}

func TestCommitSameDay(t *testing.T) {
	t.Parallel()
	x := &procedure.Executable{SameDay: &procedure.SameDay{CutOff: 900},
		Variants:   []procedure.Variant{{Rule: "xac-minh", Add: calendar.MustLimit("3wd"), When: "xac-minh"}},
		Reductions: []procedure.Reduction{cut20()}}
	c := x.Commit(nil, "online", noon("2025-07-01"))
	require.NotNil(t, c.SameDay)
	require.True(t, c.Committed.IsZero())
	c = x.Commit([]string{"xac-minh"}, "online", noon("2025-07-01"))
	require.Nil(t, c.SameDay)
	require.Equal(t, "3wd", c.Committed.String())
}
