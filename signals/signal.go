package signals

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"motcua/dossier"
)

// Period is half-open: what was recorded from From on and before Until.
type Period struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Holds says whether an instant lies in the period.
func (p Period) Holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.Until) }

// Evidence is an event that shows a signal.
type Evidence struct {
	Dossier string `json:"dossier"`
	Seq     int64  `json:"seq"`
	Kind    string `json:"kind"`
	// At is when it took effect, Recorded when it was written down.
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	By       string    `json:"by,omitempty"`
	// OldDue and NewDue are the promise before and after, where it moved; LateSince is the promise that had passed.
	OldDue    time.Time `json:"old_due,omitzero"`
	NewDue    time.Time `json:"new_due,omitzero"`
	LateSince time.Time `json:"late_since,omitzero"`
	Document  string    `json:"document,omitempty"`
}

// Signal is something that was seen. It is the same one as long as rule, subject and beginning of the period are.
type Signal struct {
	Rule string `json:"rule"`
	// Subject is a dossier, an officer's day, an agency's procedure, or an agency's calendar, in codes.
	Subject string `json:"subject"`
	// Agency is where it was seen, Procedure what it is about (empty: several).
	Agency    string `json:"agency"`
	Procedure string `json:"procedure,omitempty"`
	Officer   string `json:"officer,omitempty"`
	Severity  string `json:"severity"`
	Period    Period `json:"period"`
	// Count is how many times it was seen; Of, where it is not 0, out of how many.
	Count int `json:"count"`
	Of    int `json:"of,omitempty"`
	// Detail says in Vietnamese what was seen.
	Detail   string     `json:"detail"`
	Evidence []Evidence `json:"evidence"`
}

// maxEvidence bounds the events kept with a signal; Count has them all.
const maxEvidence = 1000

// ID names a signal: rule, subject and the beginning of its period.
func (s *Signal) ID() string {
	h := sha256.Sum256([]byte(s.Rule + "\n" + s.Subject + "\n" + s.Period.From.UTC().Format(time.RFC3339)))
	return hex.EncodeToString(h[:10])
}

// Dossiers are the codes behind a signal, in order.
func (s *Signal) Dossiers() (codes []string) {
	for _, e := range s.Evidence {
		codes = append(codes, e.Dossier)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Adds says whether a signal shows an event that an earlier look at it did not have: that is new evidence.
func (s *Signal) Adds(known []Evidence) bool {
	type key struct {
		dossier string
		seq     int64
	}
	seen := make(map[key]bool, len(known))
	for _, e := range known {
		seen[key{e.Dossier, e.Seq}] = true
	}
	return slices.ContainsFunc(s.Evidence, func(e Evidence) bool { return !seen[key{e.Dossier, e.Seq}] })
}

// tidy puts evidence in order, and bounds it.
func (s *Signal) tidy() {
	slices.SortFunc(s.Evidence, func(a, b Evidence) int {
		return cmp.Or(a.Recorded.Compare(b.Recorded), strings.Compare(a.Dossier, b.Dossier), cmp.Compare(a.Seq, b.Seq))
	})
	if len(s.Evidence) > maxEvidence {
		s.Evidence = s.Evidence[:maxEvidence]
	}
}

func evidence(code string, e *dossier.Event) Evidence {
	return Evidence{Dossier: code, Seq: e.Seq, Kind: e.Body.Kind(), At: e.At, Recorded: e.Recorded, By: e.By}
}
