package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"motcua/calendar"
	"motcua/simulate/backtest"
)

func encodeJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

// progressEvery is how often a long run says how far it is.
const progressEvery = 2 * time.Second

// parallel runs parts on several processors, and says how far it is where it takes longer than a moment.
func parallel(w io.Writer, workers int) func(n int, do func(i int)) {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	return func(n int, do func(i int)) {
		next := make(chan int, n)
		for i := range n {
			next <- i
		}
		close(next)
		done := make(chan struct{}, n)
		var running sync.WaitGroup
		for range workers {
			running.Go(func() {
				for i := range next {
					do(i)
					done <- struct{}{}
				}
			})
		}
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for ended := 0; ended < n; {
			select {
			case <-done:
				ended++
			case <-tick.C:
				fmt.Fprintf(w, "đã xong %d/%d phần\n", ended, n)
			}
		}
		running.Wait()
	}
}

// longestList is how many agencies are printed; of more, those with the lowest rate after the change.
const longestList = 12

// printBacktest prints the rates as things are and as they would be.
func printBacktest(w io.Writer, about string, changed bool, a backtest.Answer) error {
	p := &table{w: w, changed: changed}
	p.line("%s", about)
	if n := a.Before.All.Recorded; n > 0 {
		p.line("Trên hồ sơ: %d hồ sơ có đánh giá, đúng hạn %.1f %%; máy lặp lại đúng %d", n, 100*float64(a.Before.All.RecordedOnTime)/float64(n), a.Before.All.Same)
	}
	p.line("")
	p.head("")
	p.row("TỔNG", a.Before.All, a.After.All)
	p.line("")
	p.head("thủ tục")
	for _, code := range slices.Sorted(maps.Keys(a.Before.ByProcedure)) {
		p.row(code, a.Before.ByProcedure[code], a.After.ByProcedure[code])
	}
	p.line("")
	agencies := slices.Sorted(maps.Keys(a.Before.ByAgency))
	if n := len(agencies); n > longestList {
		slices.SortStableFunc(agencies, func(x, y string) int {
			switch rx, ry := a.After.ByAgency[x].Rate(), a.After.ByAgency[y].Rate(); {
			case rx < ry:
				return -1
			case rx > ry:
				return 1
			}
			return 0
		})
		agencies = agencies[:longestList]
		p.head(fmt.Sprintf("%d nơi thấp nhất trong %d", longestList, n))
	} else {
		p.head("nơi giải quyết")
	}
	for _, name := range agencies {
		p.row(name, a.Before.ByAgency[name], a.After.ByAgency[name])
	}
	p.stations(a)
	return p.err
}

// table prints columns; the first error ends it.
type table struct {
	w       io.Writer
	changed bool
	err     error
}

func (p *table) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
}

func (p *table) head(what string) {
	after := ""
	if p.changed {
		after = "  đúng hạn sau   quá hạn sau"
	}
	p.line("%10s%10s%10s%10s%14s%s  %s", "nhận", "đến hạn", "quá hạn", "rút, dừng", "đúng hạn", after, what)
}

func (p *table) row(name string, before, after backtest.Tally) {
	if before.Unplayed+after.Unplayed > 0 {
		name += fmt.Sprintf(" (không chạy được: %d, sau %d)", before.Unplayed, after.Unplayed)
	}
	second := ""
	if p.changed {
		second = fmt.Sprintf("%12.1f %%%14d", after.Rate(), after.Late+after.PastLimit)
	}
	p.line("%10d%10d%10d%10d%12.1f %%%s  %s", before.Received, before.Due(), before.Late+before.PastLimit, before.Ended, before.Rate(), second, name)
}

// stations prints how busy people are.
func (p *table) stations(a backtest.Answer) {
	if len(a.After.Stations) == 0 && len(a.Before.Stations) == 0 {
		return
	}
	p.line("")
	p.line("%10s%10s%14s%10s%10s%14s  %s", "người", "bận", "chờ mỗi việc", "sau", "bận", "chờ mỗi việc", "vị trí")
	names := maps.Clone(a.Before.Stations)
	maps.Copy(names, a.After.Stations)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		b, c := a.Before.Stations[name], a.After.Stations[name]
		p.line("%10d%8.0f %%%14s%10d%8.0f %%%14s  %s", b.People, busy(b), waited(b), c.People, busy(c), waited(c), name)
	}
}

func busy(l backtest.Load) float64 {
	if l.Room == 0 {
		return 0
	}
	return 100 * float64(l.Busy) / float64(l.Room)
}

func waited(l backtest.Load) string {
	if l.Jobs == 0 {
		return "-"
	}
	m := float64(l.Waited) / float64(l.Jobs)
	if m >= calendar.MinutesPerWorkingDay {
		return fmt.Sprintf("%.1f ngày", m/calendar.MinutesPerWorkingDay)
	}
	return fmt.Sprintf("%.0f phút", m)
}
