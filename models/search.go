package models

import (
	"strings"

	"motcua/vietnamese"
)

// Fold is vietnamese.Fold of several texts, as the search columns hold them.
func Fold(parts ...string) string { return vietnamese.Fold(strings.Join(parts, " ")) }

// contains is the pattern of LIKE ... ESCAPE '!' that finds the folded text anywhere.
func contains(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(Fold(text)) + "%"
}
