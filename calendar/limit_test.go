package calendar_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"motcua/calendar"
)

func TestParseLimit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"12wd", "0.5wd", "0.25wd", "4wh", "30d", "1mo", "24h", "100000d"} {
		l, err := calendar.ParseLimit(s)
		require.NoError(t, err)
		require.Equal(t, s, l.String())
	}
	for _, s := range []string{"", "wd", "12", "010wd", "-1wd", "1 wd", "1.234wd", "1.wd", ".5wd", "100001d", "999999999999wd", "1WD", "1wdx", "0wd"} {
		_, err := calendar.ParseLimit(s)
		require.Error(t, err, s)
	}
}

func TestParseVietnamese(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"7 ngày làm việc": "7wd", "4 giờ làm việc": "4wh", "30 ngày": "30d", "01 tháng": "1mo", "24 giờ": "24h",
		"  12,5  Ngày làm  việc ": "12.5wd", norm.NFD.String("7 ngày làm việc"): "7wd",
	} {
		l, err := calendar.ParseVietnamese(in)
		require.NoError(t, err, in)
		require.Equal(t, want, l.String())
	}
	for _, s := range []string{"ngày", "7", "bảy ngày"} {
		_, err := calendar.ParseVietnamese(s)
		require.Error(t, err, s)
	}
	require.Equal(t, "0,5 ngày làm việc", calendar.MustLimit("0.5wd").Vietnamese())
}

func TestBudget(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"1wd": 480, "0.5wd": 240, "0.25wd": 120, "4wh": 240, "0.5wh": 30} {
		n, err := calendar.MustLimit(s).BudgetMinutes()
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	_, err := calendar.MustLimit("3d").BudgetMinutes()
	require.Error(t, err)
}

func TestLimitJSON(t *testing.T) {
	t.Parallel()
	type box struct {
		L calendar.Limit `json:"l,omitzero"`
	}
	b, err := json.Marshal(box{calendar.MustLimit("12wd")})
	require.NoError(t, err)
	require.JSONEq(t, `{"l":"12wd"}`, string(b))
	var back box
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, "12wd", back.L.String())
	require.NoError(t, json.Unmarshal([]byte(`{"l":""}`), &back))
	require.True(t, back.L.IsZero())
	require.Error(t, json.Unmarshal([]byte(`{"l":"x"}`), &back))
}

func FuzzParseLimit(f *testing.F) {
	for _, s := range []string{"12wd", "0.25wd", "010wd", "1mo", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := calendar.ParseLimit(s)
		if err != nil {
			return
		}
		back, err := calendar.ParseLimit(l.String())
		require.NoError(t, err)
		require.Equal(t, l, back)
	})
}
