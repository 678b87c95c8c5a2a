package procedure

import (
	"slices"
	"strings"
	"unicode"
)

// longestWord is the longest word that suggestions are looked for, in bytes.
const longestWord = 64

// suggest returns the known word nearest to what was written, or "" when none is near. Once the budget of work is used up
// it says nothing.
func (w *work) suggest(written string, known []string) string {
	best, bestAt := "", len([]rune(written))/2+1
	w.near(written, known, func(k string, d int) int {
		if d < bestAt {
			best, bestAt = k, d
		}
		return bestAt
	})
	return best
}

// DidYouMean is the hint of a finding about an unknown word: the nearest known one, or all of them where they are few.
func DidYouMean(written string, known []string) string {
	return (&report{most: maxFindings}).didYouMean(written, known)
}

// didYouMean is suggest as a hint; without a near word it lists what is known, if that is short. A report that keeps no more
// findings looks for none.
func (r *report) didYouMean(written string, known []string) string {
	if r.full() {
		return ""
	}
	if s := r.suggest(written, known); s != "" {
		return "có phải là " + s + "?"
	}
	if len(known) == 0 || len(known) > 30 {
		return ""
	}
	return "được dùng: " + strings.Join(known, ", ")
}

// clearly is the one known word that was meant beyond doubt: one slip of the pen away (two in a long word), no other word as
// near, and no figure changed, for figures tell ids apart.
func (w *work) clearly(written string, known []string) (word string, ok bool) {
	most := 1
	if len(written) >= 6 {
		most = 2
	}
	bestAt, twice := most+1, false
	w.near(written, known, func(k string, d int) int {
		switch {
		case d < bestAt:
			word, bestAt, twice = k, d, false
		case d == bestAt && k != word:
			twice = true
		}
		return bestAt + 1
	})
	return word, word != "" && !twice && bestAt > 0 && len(written) >= 3 && slices.Equal(figures(written), figures(word))
}

func figures(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s))
}

// near gives every known word with its distance to take, which returns the distance that still interests it.
func (w *work) near(written string, known []string, take func(word string, distance int) (below int)) {
	if written == "" || len(written) > longestWord {
		return
	}
	a := []rune(strings.ToLower(written))
	below := len(a) + longestWord
	var e editing
	for _, k := range known {
		if len(k) > longestWord || !w.spend(1) {
			continue
		}
		b := []rune(strings.ToLower(k))
		if diff := len(a) - len(b); diff >= below || -diff >= below {
			continue
		}
		if !w.spend(len(a) * len(b)) {
			return
		}
		below = take(k, e.distance(a, b))
	}
}

// editing keeps the rows of editDistance from word to word.
type editing struct{ rows [3][]int }

// distance is the number of single-rune edits, with a swap of neighbours counted as one.
func (e *editing) distance(a, b []rune) int {
	for i := range e.rows {
		e.rows[i] = slices.Grow(e.rows[i][:0], len(b)+1)[:len(b)+1]
	}
	before, above, row := e.rows[0], e.rows[1], e.rows[2]
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
