package office_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// generated fills a store with open dossiers like one that was taken in and worked on; received is spread over twenty days.
func (d *desk) generated(n int) {
	d.t.Helper()
	ctx := d.t.Context()
	first := d.take(parcel(), "first").Code
	d.must("motcua", first, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	r, err := d.Rebuild(ctx, first)
	require.NoError(d.t, err)
	v, err := dossier.Look(r.Deps, r.State, d.now)
	require.NoError(d.t, err)
	var wait errgroup.Group
	wait.SetLimit(16) // they share commits
	for i := range n {
		wait.Go(func() error {
			events := make([]dossier.Event, len(r.Events))
			code := fmt.Sprintf("H99.14.01.01-260302-9%06d", i)
			for k, e := range r.Events {
				if s, ok := e.Body.(dossier.Submitted); ok {
					s.Intake.Code = code
					e.Body = s
				}
				e.Act = code
				events[k] = e
			}
			v := v
			v.Code, v.SubmittedAt = code, v.SubmittedAt.Add(time.Duration(i%20)*24*time.Hour)
			digest, err := dossier.Digest(events)
			if err != nil {
				return err
			}
			_, err = d.store.Record(ctx, models.Batch{
				Code: code, Events: events, Digest: digest, View: v, Acts: []dossier.DoneAct{{ID: code, Seq: v.Seq, Revision: v.Revision}},
			})
			return err
		})
	}
	require.NoError(d.t, wait.Wait())
}

// benchDossiers is how many open dossiers a benchmark generates: MOTCUA_BENCH_DOSSIERS, or else its own number.
func benchDossiers(b *testing.B, n int) int {
	b.Helper()
	if s := os.Getenv("MOTCUA_BENCH_DOSSIERS"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(b, err)
	}
	return n
}

// unwatched lets starts of workflows go unwaited for.
func (d *desk) unwatched() {
	go func() {
		for range d.engine.tried { //nolint:revive // drained
		}
	}()
}

// BenchmarkPreview measures the preview of a day off over open dossiers, with the most heap in use; the goal is 100,000 in 60 s.
func BenchmarkPreview(b *testing.B) {
	d := open(b)
	n := benchDossiers(b, 10_000)
	d.generated(n)
	a := d.amends("a", holiday)
	for b.Loop() {
		d.takes("kstt", a.ID, office.AmendPreview)
		var most atomic.Uint64
		stop := make(chan struct{})
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most.Store(max(most.Load(), m.HeapInuse))
				}
			}
		}()
		begun, used := time.Now(), cpu(b)
		d.advanced()
		b.ReportMetric(time.Since(begun).Seconds(), "preview-s")
		b.ReportMetric((cpu(b) - used).Seconds(), "preview-cpu-s")
		close(stop)
		b.ReportMetric(float64(most.Load())/1e6, "heap-MB")
		require.EqualValues(b, n+1, d.amendment(a.ID).Totals.Affected)
	}
}

// cpu is the time that the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRedate measures how fast open dossiers are re-dated, with a machine in memory for the engine.
func BenchmarkRedate(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		d := open(b)
		n := benchDossiers(b, 1000)
		d.generated(n)
		d.unwatched()
		a := d.published("a", holiday)
		b.StartTimer()
		begun, used := time.Now(), cpu(b)
		d.advanced()
		b.ReportMetric(float64(n)/time.Since(begun).Seconds(), "redated/s")
		b.ReportMetric(float64((cpu(b)-used).Microseconds())/float64(n)/1000, "cpu-ms/dossier")
		require.Equal(b, models.AmendmentDone, d.amendment(a.ID).State)
	}
}
