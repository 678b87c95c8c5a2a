package models

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which text is searched: lower case, without diacritics, words joined by single spaces. The letter đ
// is a letter of its own in Unicode, not a d with a mark, so it is replaced by name.
func Fold(parts ...string) string {
	decomposed := norm.NFD.String(strings.ToLower(strings.Join(parts, " ")))
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, decomposed)
	return strings.Join(strings.Fields(bare), " ")
}

// contains is the pattern of LIKE ... ESCAPE '!' that finds the folded text anywhere.
func contains(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(Fold(text)) + "%"
}
