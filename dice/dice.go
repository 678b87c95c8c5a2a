// Package dice draws numbers by name, not in turn: the same names always draw the same, whatever else was drawn, so that what is
// drawn depends neither on the order of the work nor on how much of it there is. The generator is SplitMix64.
package dice

// Mix scrambles a key.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// Named goes on from a key with a name.
func Named(key uint64, name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return Mix(key ^ h)
}

// Share is a number in (0, 1).
func Share(key uint64) float64 { return (float64(Mix(key)>>11) + 0.5) / (1 << 53) }
