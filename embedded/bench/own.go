package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// sampler profiles the rounds of one kind, to tell which part of the CPU that they burn is spent in our own code.
type sampler struct {
	rounds []*profile.Profile
	buffer bytes.Buffer
}

func (s *sampler) start() error {
	s.buffer.Reset()
	return pprof.StartCPUProfile(&s.buffer)
}

func (s *sampler) stop() error {
	pprof.StopCPUProfile()
	p, err := profile.Parse(&s.buffer)
	if err != nil {
		return fmt.Errorf("CPU profile: %w", err)
	}
	s.rounds = append(s.rounds, p)
	return nil
}

// profiled writes the CPU profile of what is done to a file, if one is named.
func (s *sampler) profiled(path string, do func() error) error {
	if path == "" {
		return do()
	}
	if err := s.start(); err != nil {
		return err
	}
	return errors.Join(do(), s.stop(), s.write(path))
}

// write keeps the profile of all rounds in a file.
func (s *sampler) write(path string) (err error) {
	all, err := profile.Merge(s.rounds)
	if err != nil {
		return fmt.Errorf("CPU profile: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err = all.Write(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// own is the share of the samples taken below a function of ours or the HTTP server's: use cases, machine, Record with the
// database driver below it, codec. The collector's own goroutines and what Temporal does with our messages are not in it.
func (s *sampler) own() float64 {
	var mine, all time.Duration
	for _, p := range s.rounds {
		at := len(p.SampleType) - 1 // nanoseconds
		for _, sample := range p.Sample {
			d := time.Duration(sample.Value[at])
			all += d
			if isOurs(sample) {
				mine += d
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(mine) / float64(all)
}

func isOurs(sample *profile.Sample) bool {
	for _, l := range sample.Location {
		for _, line := range l.Line {
			name := line.Function.Name
			if strings.HasPrefix(name, "motcua/") && !strings.HasPrefix(name, "motcua/embedded/") || name == "net/http.(*conn).serve" {
				return true
			}
		}
	}
	return false
}
