package backtest

import "math"

// Numbers are drawn by name, not in turn: the same dossier, step and purpose always draw the same, whatever else happened, so that
// the two lives of a dossier differ by the change only. The generator is SplitMix64.

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// named goes on from a key with a name.
func named(key uint64, name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return mix(key ^ h)
}

// share is a number in (0, 1).
func share(key uint64) float64 { return (float64(mix(key)>>11) + 0.5) / (1 << 53) }

// percent says whether an event of that chance happens.
func percent(key uint64, chance int) bool { return share(key)*100 < float64(chance) }

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
		z := math.Sqrt(-2*math.Log(share(key))) * math.Cos(2*math.Pi*share(key^0x5851f42d4c957f2d))
		v *= math.Exp(z * math.Log(float64(s.Ratio)/100))
	}
	return max(1, int(math.Round(min(v, 20*s.Median))))
}
