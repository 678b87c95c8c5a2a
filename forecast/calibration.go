package forecast

import (
	"errors"
	"fmt"
	"time"
)

// Calibration is how the forecasts of the past compare with what became of the dossiers: no figure of it was known to the model that
// it judges.
type Calibration struct {
	// From and Until are the first and the last instant at which dossiers were looked at.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Probes are the looks that were compared, Late those of them whose dossiers went late; Open are looks whose dossiers are still
	// open and in time, Thin those without a history.
	Probes int `json:"probes"`
	Late   int `json:"late"`
	Open   int `json:"open"`
	Thin   int `json:"thin"`
	// Base is the share that went late: what one knows without a forecast.
	Base float64 `json:"base_rate"`
	// Threshold is the probability from which a dossier is flagged; of the Flagged Hits went late. Precision = Hits ÷ Flagged,
	// Recall = Hits ÷ Late.
	Threshold float64 `json:"threshold"`
	Flagged   int     `json:"flagged"`
	Hits      int     `json:"hits"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	// Brier is the mean squared error of the probabilities, BrierBase that of always saying Base. Smaller is better.
	Brier     float64 `json:"brier"`
	BrierBase float64 `json:"brier_base"`
	Bins      []Bin   `json:"bins"`
	// Enough: there was enough to judge by. Says tells it in Vietnamese.
	Enough bool   `json:"enough"`
	Says   string `json:"says"`
}

// Bin are the looks whose probability lay from From up to Until.
type Bin struct {
	From  float64 `json:"from"`
	Until float64 `json:"until"`
	N     int     `json:"n"`
	// Said is the mean probability, Came the share that went late.
	Said float64 `json:"said"`
	Came float64 `json:"came"`
}

// bins is how many the reliability table has.
const bins = 10

type trial struct {
	c       Calibration
	said    [bins]float64
	came    [bins]int
	squares float64
}

func newTrial(p Policy) *trial {
	return &trial{c: Calibration{Threshold: float64(p.Threshold) / 100, Bins: make([]Bin, bins)}}
}

// add compares one forecast.
func (t *trial) add(f *Forecaster, p *probe, at time.Time) {
	x, err := f.Of(p.state, at)
	switch {
	case errors.Is(err, ErrNotForecast): // late already
		return
	case err != nil || len(x.Thin) > 0:
		t.c.Thin++
		return
	}
	if t.c.From.IsZero() {
		t.c.From = at
	}
	t.c.Until = at
	k := min(int(x.Probability*bins), bins-1)
	t.c.Probes++
	t.c.Bins[k].N++
	t.said[k] += x.Probability
	came := 0.0
	if p.late {
		came = 1
		t.c.Late++
		t.came[k]++
	}
	t.squares += (x.Probability - came) * (x.Probability - came)
	if x.Probability >= t.c.Threshold {
		t.c.Flagged++
		if p.late {
			t.c.Hits++
		}
	}
}

func (t *trial) result(h *History) Calibration {
	c := t.c
	c.Open = h.open
	if n := float64(c.Probes); n > 0 {
		c.Base = float64(c.Late) / n
		c.Brier, c.BrierBase = t.squares/n, c.Base*(1-c.Base)
	}
	if c.Flagged > 0 {
		c.Precision = float64(c.Hits) / float64(c.Flagged)
	}
	if c.Late > 0 {
		c.Recall = float64(c.Hits) / float64(c.Late)
	}
	for i := range c.Bins {
		b := &c.Bins[i]
		b.From, b.Until = float64(i)/bins, float64(i+1)/bins
		if b.N > 0 {
			b.Said, b.Came = t.said[i]/float64(b.N), float64(t.came[i])/float64(b.N)
		}
	}
	c.Enough = c.Probes >= h.policy.EnoughProbes && c.Late >= h.policy.EnoughLate
	c.Says = c.words(h.policy)
	return c
}

func (c *Calibration) words(p Policy) string {
	if !c.Enough {
		return fmt.Sprintf("Lịch sử chưa đủ để biết dự báo đúng đến đâu: so được %d lượt nhìn lại, %d lượt trễ (cần ít nhất %d và %d).", c.Probes, c.Late, p.EnoughProbes, p.EnoughLate)
	}
	return fmt.Sprintf("Nhìn lại %d lượt hồ sơ đang giải quyết: %.0f %% sau đó trễ. Ở ngưỡng %.0f %%, %d hồ sơ được báo, %.0f %% trong đó trễ thật; báo trước được %.0f %% số trễ. Điểm Brier %.3f, chỉ biết tỷ lệ chung thì %.3f.",
		c.Probes, 100*c.Base, 100*c.Threshold, c.Flagged, 100*c.Precision, 100*c.Recall, c.Brier, c.BrierBase)
}
