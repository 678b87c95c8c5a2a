package procedure

import "strings"

// suggest returns the known word nearest to what was written, or "" when none is near.
func suggest(written string, known []string) string {
	if len(written) > 64 {
		return ""
	}
	best, bestAt := "", len([]rune(written))/2+1
	for _, k := range known {
		if d := editDistance([]rune(strings.ToLower(written)), []rune(k)); d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

// didYouMean is suggest as a hint; without a near word it lists what is known, if that is short.
func didYouMean(written string, known []string) string {
	if s := suggest(written, known); s != "" {
		return "có phải là " + s + "?"
	}
	if len(known) == 0 || len(known) > 30 {
		return ""
	}
	return "được dùng: " + strings.Join(known, ", ")
}

// editDistance is the number of single-rune edits, with a swap of neighbours counted as one.
func editDistance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
