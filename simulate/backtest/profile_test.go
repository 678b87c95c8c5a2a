package backtest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/simulate/backtest"
)

const faulty = `motcua: 1
kind: backtest
name: Sai
from: 2026-12-31
until: 2026-01-01
offices: 0
months: [{month: 13, weight: 2000}]
arrivals: [{procedure: "1.1", per-year: 10, online: 80, post: 30}]
work: [{role: a}, {median: 3x}]
answer: {median: 1mo, spread: 50}
supplement: 101
staff: [{role: a, people: 0}]
`

// Everything that is wrong with a profile is said at once and in place.
func TestProfileFaults(t *testing.T) {
	t.Parallel()
	p, found := backtest.ParseProfile("sai.yaml", []byte(faulty))
	require.Nil(t, p)
	var got []string
	for _, f := range found {
		place, _, _ := strings.Cut(f.String(), ": ")
		got = append(got, place+" "+f.Rule)
	}
	require.Equal(t, []string{
		"sai.yaml:5:8 bad-period", "sai.yaml:6:10 bad-percent", "sai.yaml:7:18 bad-percent", "sai.yaml:7:30 bad-percent", "sai.yaml:8:53 bad-percent",
		"sai.yaml:9:8 no-time", "sai.yaml:9:28 bad-limit", "sai.yaml:10:18 bad-limit", "sai.yaml:10:31 bad-percent", "sai.yaml:11:13 bad-percent",
		"sai.yaml:12:27 bad-percent",
	}, got)

	good := `motcua: 1
kind: backtest
name: Nhỏ
from: 2026-01-01
until: 2026-12-31
offices: 1
arrivals: [{procedure: "0.1", per-year: 10}, {procedure: "1.012784", per-year: 10, holds: [{condition: khong-co, percent: 5}]}]
work: [{share: 50}]
`
	p, found = backtest.ParseProfile("nho.yaml", []byte(good))
	require.Empty(t, found)
	_, err := backtest.NewYear(p, plans(t), nation(t))
	require.ErrorContains(t, err, `nho.yaml:7:24: không có thủ tục "0.1" [unknown-target]`)
	require.ErrorContains(t, err, `không có điều kiện "khong-co"`)
}

// The same seed draws the same year, however the parts are run; another seed another one. Every dossier that came is counted once.
func TestDrawnYears(t *testing.T) {
	t.Parallel()
	p := sample(t)
	p.Offices = 600
	run := func(each func(n int, do func(i int))) backtest.Answer {
		x := test(t, p)
		x.Parts = x.Parts[:2]
		x.Change = backtest.Change{Limits: map[string]calendar.Limit{backtest.Every: calendar.MustLimit("2wh")}}
		return x.Run(each)
	}
	inTurn := func(n int, do func(i int)) {
		for i := n - 1; i >= 0; i-- {
			do(i)
		}
	}
	a := run(atOnce)
	require.Equal(t, a, run(inTurn))
	n := a.Before.All
	require.InDelta(t, 2000, n.Received, 50, "two of six hundred offices")
	require.Equal(t, n.Received, n.Early+n.OnTime+n.Late+n.InProcess+n.Ended+n.Unplayed)
	require.Zero(t, n.Unplayed)
	require.Less(t, a.After.All.Rate(), n.Rate(), "two hours are kept less often")
	require.Equal(t, n.Minutes, a.After.All.Minutes, "the work is the same: only the promise is another")
	p.Seed++
	require.NotEqual(t, a, run(atOnce))
}
