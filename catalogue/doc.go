// Package catalogue reads published administrative procedures: one JSON object a line, as the national portal publishes them
// and as people copied them. What it understands becomes structure; what it does not is kept verbatim and named by a rule, so
// that it can be counted, found and asked about. From an entry it drafts a definition for a designer to finish.
//
// It guesses nothing silently: a value that was repaired, inferred or given up carries a finding with its place. It refuses a
// line only when no entry can be made of it, and says at which column. It knows no files, no clock and no database.
package catalogue
