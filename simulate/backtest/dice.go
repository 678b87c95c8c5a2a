package backtest

import (
	"math"

	"motcua/dice"
)

// Numbers are drawn by name (package dice), so that the two lives of a dossier differ by the change only.

// percent says whether an event of that chance happens.
func percent(key uint64, chance int) bool { return dice.Share(key)*100 < float64(chance) }

// Spread is a log-normal distribution: half of the values lie below Median, 84 % below Median × Ratio ÷ 100.
type Spread struct {
	// Median in minutes.
	Median float64
	Ratio  int
}

// draw is a value in whole minutes, at least 1, and never more than twenty times the median.
func (s Spread) draw(key uint64) int {
	if s.Median <= 0 {
		return 0
	}
	v := s.Median
	if s.Ratio > 100 {
		z := math.Sqrt(-2*math.Log(dice.Share(key))) * math.Cos(2*math.Pi*dice.Share(key^0x5851f42d4c957f2d))
		v *= math.Exp(z * math.Log(float64(s.Ratio)/100))
	}
	return max(1, int(math.Round(min(v, 20*s.Median))))
}
