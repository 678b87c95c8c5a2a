package swimlane

import (
	"strings"
	"unicode"
)

// Width estimates how wide a text is at a font size. It errs on the wide side, so that text stays inside its box
// whichever of the drawing's fonts the reader has.
func Width(s string, size float64) float64 {
	var em float64
	for _, r := range s {
		switch {
		case strings.ContainsRune("iíìịỉĩljtfrI.,:;'!|()/- ", r):
			em += 0.36
		case strings.ContainsRune("mwMW%", r):
			em += 0.96
		case unicode.IsUpper(r):
			em += 0.72
		default:
			em += 0.6
		}
	}
	return em * size
}

// Wrap breaks a text into at most most lines of the given width; what does not fit ends in an ellipsis. A word longer
// than a line is cut into pieces, so that nothing runs out of its box.
func Wrap(s string, size, width float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for _, piece := range pieces(word, size, width) {
			next := piece
			if line != "" {
				next = line + " " + piece
			}
			if line != "" && Width(next, size) > width {
				lines = append(lines, line)
				next = piece
			}
			line = next
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > most {
		lines = lines[:most]
		last := []rune(lines[most-1])
		for len(last) > 1 && Width(string(last)+" …", size) > width {
			last = last[:len(last)-1]
		}
		lines[most-1] = strings.TrimRight(string(last), " ") + " …"
	}
	return lines
}

// pieces cuts a word that is wider than a line.
func pieces(word string, size, width float64) []string {
	if Width(word, size) <= width {
		return []string{word}
	}
	var out []string
	piece := ""
	for _, r := range word {
		if piece != "" && Width(piece+string(r), size) > width {
			out = append(out, piece)
			piece = ""
		}
		piece += string(r)
	}
	return append(out, piece)
}
