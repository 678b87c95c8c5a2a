package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// journey is a whole ordinary life as one applicant and the officers send it: the submission, then act by act.
type journey struct {
	key string
	// code is the dossier's, as soon as its submission was acknowledged.
	code string
	acts []*sent
}

// sent is one act: who sends it, under which key, and what was answered before the blow fell, if anything was.
type sent struct {
	who, key string
	body     map[string]any
	answered answer
}

func journeys(name string, n int) (out []*journey) {
	for i := range n {
		key := fmt.Sprint(name, " ", i)
		j := &journey{key: key}
		for k, s := range []sent{
			{who: "motcua", body: complete("")},
			{who: "thamdinh", body: map[string]any{"kind": "assign", "to": "cb18"}},
			{who: "thamdinh", body: complete("dat")},
			{who: "lanhdao", body: complete("duyet")},
			{who: "thamdinh", body: complete("")},
		} {
			s.key = fmt.Sprint(key, " act ", k)
			j.acts = append(j.acts, &s)
		}
		out = append(out, j)
	}
	return out
}

// SIGKILL while eight dossiers are being submitted and acted upon, in every way that the kind of installation knows. Everything
// is then sent again with its key, as callers do: what was acknowledged is there, with the same answer; nothing is there
// twice; what hung finds its end. The second round finds the first one's dossiers as they were. A legal minute passes in a
// second, so that what is decided again after a kill is decided at another time.
func TestKilledAtWork(t *testing.T) {
	onBoth(t, 60, func(t *testing.T, in installation) {
		d := &desk{t, in}
		var all []*journey
		for round := range 2 {
			blows := in.blows()
			b := blows[round%len(blows)]
			js := journeys(fmt.Sprint(b.name, " ", round), 8)
			d.travelUntil(js, b, int64(12+8*round))
			in.start()
			all = append(all, js...)
			for _, j := range all {
				d.arrives(j)
			}
		}
	})
}

// travelUntil sends all journeys at the same time, each in order, and strikes when so many answers have come. A journey ends
// when its answer does not come, or comes without the act's fate.
func (d *desk) travelUntil(js []*journey, b blow, enough int64) {
	d.t.Helper()
	var (
		wait     sync.WaitGroup
		answered atomic.Int64
	)
	count := func() {
		if answered.Add(1) == enough {
			b.strike()
		}
	}
	for _, j := range js {
		wait.Go(func() {
			a, err := d.try(http.MethodPost, "/v1/dossiers", "motcua", j.key, submission("1.012784", true))
			if err != nil || a.status != http.StatusCreated {
				return
			}
			j.code = a.body["code"].(string)
			count()
			for _, s := range j.acts {
				a, err := d.try(http.MethodPost, "/v1/dossiers/"+j.code+"/acts", s.who, s.key, s.body)
				if err != nil || a.status != http.StatusOK && a.status != http.StatusAccepted {
					return
				}
				s.answered = a
				count()
				if a.status != http.StatusOK {
					return
				}
			}
		})
	}
	wait.Wait()
	require.GreaterOrEqual(d.t, answered.Load(), enough, "%s was killed in the middle", b.name)
}

// arrives sends a whole journey again, and sees that it happened once.
func (d *desk) arrives(j *journey) {
	t := d.t
	t.Helper()
	code := d.submit("1.012784", j.key)
	if j.code != "" {
		require.Equal(t, j.code, code, "an acknowledged dossier is there, once")
	}
	j.code = code
	var want []string
	for _, s := range j.acts {
		want = append(want, d.again(code, s))
	}
	shown := d.agreed(code)
	require.EqualValues(t, 9, shown["status"])
	require.Equal(t, want, deeds(t, shown)[len(deeds(t, shown))-len(want):], "%s: each act once, in order", code)
	require.EqualValues(t, 2+len(j.acts), shown["revision"], "submitted, accepted and each act, once")
}

// again sends an act again with its key until its fate is known, and returns the act's id. A retry of an act that was done
// must never be refused, for instance because its step is over.
func (d *desk) again(code string, s *sent) string {
	t := d.t
	t.Helper()
	var a answer
	d.wait(func() bool {
		a = d.hand(code, s.who, s.key, s.body)
		return a.status != http.StatusServiceUnavailable // nothing was written: the engine is still waking
	}, "an answer to %s", s.key)
	require.Equal(t, http.StatusOK, a.status, "%s: %v", s.key, a.body)
	if s.answered.status == 0 {
		return a.body["act"].(string)
	}
	require.Equal(t, s.answered.body["act"], a.body["act"])
	if s.answered.status == http.StatusOK {
		require.Equal(t, s.answered.body, a.body, "%s: the first answer", s.key)
	}
	s.answered = a
	return a.body["act"].(string)
}
