package office_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// A full check of many open dossiers, the engine in memory: what reading, rebuilding and judging costs. MiB-in-use is the heap at
// its end: it does not grow with the dossiers.
func BenchmarkClockCheck(b *testing.B) {
	const n = 5_000
	d := open(b)
	first := d.take(hourly(), "1").Code
	row, err := d.store.Dossier(b.Context(), first)
	require.NoError(b, err)
	events, err := d.store.Events(b.Context(), first, 0)
	require.NoError(b, err)
	submitted, ok := events[0].Body.(dossier.Submitted)
	require.True(b, ok)
	for i := range n - 1 {
		code := fmt.Sprintf("H99.02.01-260302-%05d", i+10)
		submitted.Intake.Code = code
		copied := append([]dossier.Event{}, events...)
		copied[0].Body = submitted
		v := row.View
		v.Code = code
		_, err := d.store.Record(b.Context(), models.Batch{Code: code, Events: copied, View: v})
		require.NoError(b, err)
		d.engine.running[code] = d.engine.running[first]
	}
	d.later()
	b.ReportAllocs()
	var held uint64
	for i := 0; b.Loop(); i++ {
		started := time.Now()
		var m runtime.MemStats
		r, err := d.Check(b.Context(), office.CheckOrder{ID: fmt.Sprint(i), Kind: office.CheckFull, By: "bench"})
		require.NoError(b, err)
		require.Equal(b, n, r.Dossiers)
		require.Equal(b, n, r.Asked, "all are due today")
		require.Empty(b, r.Found)
		runtime.ReadMemStats(&m)
		held = max(held, m.HeapInuse)
		b.ReportMetric(n/time.Since(started).Seconds(), "dossiers/s")
	}
	b.ReportMetric(float64(held)/(1<<20), "MiB-in-use")
}
