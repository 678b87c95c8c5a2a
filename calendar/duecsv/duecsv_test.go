package duecsv_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/calendar"
	"motcua/calendar/duecsv"
)

// nation compiles the days off and swapped days of the worked examples.
func nation(t testing.TB) *calendar.Calendar {
	t.Helper()
	data, err := os.ReadFile("../testdata/calendar-vn.yaml")
	require.NoError(t, err)
	var list struct {
		Years map[int]struct {
			Off  []string `yaml:"off"`
			Work []string `yaml:"work"`
		} `yaml:"years"`
	}
	require.NoError(t, yaml.Unmarshal(data, &list))
	spec := calendar.Spec{FromYear: 2023, ToYear: 2027, Provisional: []int{2027}}
	for day := time.Monday; day <= time.Friday; day++ {
		spec.Week[day] = calendar.Sessions{{From: 7*60 + 30, To: 11*60 + 30}, {From: 13 * 60, To: 17 * 60}}
	}
	for year, y := range list.Years {
		date := func(s string) calendar.Date {
			d, err := calendar.ParseDate(fmt.Sprintf("%d-%s", year, s))
			require.NoError(t, err)
			return d
		}
		for _, s := range y.Off {
			spec.Off = append(spec.Off, date(s))
		}
		for _, s := range y.Work {
			spec.Work = append(spec.Work, calendar.WorkDay{Date: date(s)})
		}
	}
	c, err := calendar.New(spec)
	require.NoError(t, err)
	return c
}

// TestWorkedExamples strips the due column of the worked examples and expects it back, byte for byte.
func TestWorkedExamples(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../testdata/due-dates.csv")
	require.NoError(t, err)
	var in strings.Builder
	for line := range strings.Lines(string(want)) {
		in.WriteString(line[:strings.LastIndexByte(line, ',')] + "\r\n")
	}
	var out bytes.Buffer
	n, err := duecsv.Stream(strings.NewReader("\ufeff"+in.String()), &out, nation(t))
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), strings.TrimSpace(out.String()))
	require.Equal(t, bytes.Count(bytes.TrimSpace(want), []byte("\n")), n)
	// Given the due column, it is reckoned afresh in its place.
	out.Reset()
	_, err = duecsv.Stream(bytes.NewReader(want), &out, nation(t))
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), strings.TrimSpace(out.String()))
}

func TestOtherColumnsAreKept(t *testing.T) {
	t.Parallel()
	in := "code,Limit,received,note\n" +
		"1,5 ngày làm việc,2023-01-18T09:00:00+07:00,\"a, \"\"b\"\"\nhai dòng\"\n" +
		"\n" +
		"2,1wd,2026-11-23T02:00:00Z,\n"
	var out bytes.Buffer
	n, err := duecsv.Stream(strings.NewReader(in), &out, nation(t))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, "code,Limit,received,note,due\n"+
		"1,5 ngày làm việc,2023-01-18T09:00:00+07:00,\"a, \"\"b\"\"\nhai dòng\",2023-02-01T17:00:00+07:00\n"+
		"2,1wd,2026-11-23T02:00:00Z,,2026-11-25T17:00:00+07:00\n", out.String())
}

func TestFaultyLinesAreKeptAndNamed(t *testing.T) {
	t.Parallel()
	in := "received,limit,note\n" + // 1
		"2026-11-23T09:00:00+07:00,1wd,tốt\n" +
		"2026-11-23 09:00,1wd,không múi giờ\n" + // 3
		"2026-11-23T09:00:00+07:00,010wd,số 0 đứng đầu\n" + // 4
		"2026-11-23T09:00:00+07:00,1wd\n" + // 5: too few
		"2026-11-23T09:00:00+07:00,1wd,thừa,cột,nữa\n" + // 6: too many
		"2026-11-23T09:00:00+07:00,1wd,\"ngoặc hở\n" + // 7: spoils no other line
		"1999-01-04T09:00:00+07:00,1wd,trước lịch\n" + // 8
		",,\n" + // 9
		"2026-11-20T16:00:00+07:00,4wh,tốt\n"
	var out bytes.Buffer
	n, err := duecsv.Stream(strings.NewReader(in), &out, nation(t))
	var faults *duecsv.Faults
	require.ErrorAs(t, err, &faults)
	require.Equal(t, 9, n)
	var lines []int
	for _, f := range faults.Lines {
		lines = append(lines, f.Line)
	}
	require.Equal(t, []int{3, 4, 5, 6, 7, 8, 9}, lines)
	require.Equal(t, 7, faults.Count)
	require.ErrorIs(t, err, calendar.ErrOutOfRange)
	require.ErrorContains(t, err, "line 4:")
	r := csv.NewReader(&out)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	require.NoError(t, err, "what is written is a CSV")
	require.Len(t, rows, 10, "no line is lost")
	require.Equal(t, "2026-11-25T17:00:00+07:00", rows[1][3])
	for i := 2; i <= 8; i++ {
		require.Empty(t, rows[i][len(rows[i])-1], "%q", rows[i])
	}
	require.Equal(t, []string{"2026-11-23T09:00:00+07:00", "1wd", "thừa", "cột", "nữa", ""}, rows[5])
	require.Contains(t, rows[6][0], "ngoặc hở")
	require.Equal(t, "2026-11-23T10:30:00+07:00", rows[9][3])
}

func TestHopelessInputsEndTheStream(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                          "empty",
		"\n\n":                      "empty",
		"a,b\n":                     "received",
		"received,limit,received\n": "twice",
		"received,\"limit\n":        "header",
		"received,limit\n" + strings.Repeat("x", 2<<20): "too long",
	} {
		_, err := duecsv.Stream(strings.NewReader(in), io.Discard, nation(t))
		require.ErrorContains(t, err, want, "%.40q", in)
	}
	broken := errors.New("wire cut")
	var out bytes.Buffer
	_, err := duecsv.Stream(io.MultiReader(strings.NewReader("received,limit\n2026-11-23T09:00:00+07:00,1wd\n"), iotest.ErrReader(broken)), &out, nation(t))
	require.ErrorIs(t, err, broken)
	require.Contains(t, out.String(), "2026-11-25T17:00:00+07:00", "what was reckoned is written")
}

func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	in := "received,limit\n" + strings.Repeat("x,y\n", 25_000)
	n, err := duecsv.Stream(strings.NewReader(in), io.Discard, nation(t))
	var faults *duecsv.Faults
	require.ErrorAs(t, err, &faults)
	require.Equal(t, 25_000, n)
	require.Equal(t, 25_000, faults.Count)
	require.Len(t, faults.Lines, 10_000)
	require.ErrorContains(t, err, "and 24980 more")
}

func BenchmarkStream(b *testing.B) {
	const lines = 10_000
	var in bytes.Buffer
	in.WriteString("code,received,limit\n")
	for i := range lines {
		fmt.Fprintf(&in, "H%d,2026-%02d-%02dT09:%02d:00+07:00,%dwd\n", i, i%11+1, i%28+1, i%60, i%30+1)
	}
	cal := nation(b)
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := duecsv.Stream(bytes.NewReader(in.Bytes()), io.Discard, cal); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

func FuzzStream(f *testing.F) {
	f.Add("received,limit\n2026-11-23T09:00:00+07:00,1wd\n")
	f.Add("received,limit,x\n\"a\n,b\"\"\n\"\n")
	cal := nation(f)
	f.Fuzz(func(t *testing.T, s string) {
		var out bytes.Buffer
		n, err := duecsv.Stream(strings.NewReader(s), &out, cal)
		var faults *duecsv.Faults
		if err != nil && !errors.As(err, &faults) {
			return
		}
		r := csv.NewReader(&out)
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, n+1)
	})
}
