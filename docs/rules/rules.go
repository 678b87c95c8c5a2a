// Package rules holds the documentation pages of the rules of lint, one Markdown file per rule id, so that the tools can show
// them where there is no documentation folder.
package rules

import "embed"

//go:embed *.md
var pages embed.FS

// Page is the page of a rule, in Vietnamese Markdown.
func Page(id string) (string, bool) {
	data, err := pages.ReadFile(id + ".md")
	return string(data), err == nil
}
