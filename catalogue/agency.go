package catalogue

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"motcua/vietnamese"
)

const (
	// longestAgency is the longest text that can be the name of an agency; more is a paragraph in the wrong place.
	longestAgency = 120
	// longestID is what definitions allow for an id.
	longestID = 64
)

// rejoin puts names together that were split at their commas: what begins with a small letter continues the name before it.
func rejoin(parts []string) (names []string, joined bool) {
	for _, p := range parts {
		if first, _ := utf8.DecodeRuneInString(p); unicode.IsLower(first) && len(names) > 0 {
			names[len(names)-1] += ", " + p
			joined = true
			continue
		}
		names = append(names, p)
	}
	seen := map[string]bool{"": true}
	var out []string
	for _, n := range names {
		if n = strings.TrimRight(n, " .;,"); !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out, joined
}

// respelling brings the ways of writing one kind of agency to one key.
type respelling struct {
	pattern *regexp.Regexp
	with    string
}

var respellings = []respelling{
	{regexp.MustCompile(`\buy-ban-nhan-dan\b`), "ubnd"},
	{regexp.MustCompile(`\bhoi-dong-nhan-dan\b`), "hdnd"},
	{regexp.MustCompile(`\bcap-(xa|huyen|tinh|bo)\b`), "$1"},
	{regexp.MustCompile(`\bxa-phuong-thi-tran\b|\bxa-phuong-dac-khu\b`), "xa"},
	{regexp.MustCompile(`-cac-tinh(-thanh-pho)?$`), ""},
	{regexp.MustCompile(`\btinh-thanh-pho(-truc-thuoc-trung-uong)?\b`), "tinh"},
	{regexp.MustCompile(`\bvan-phong-dang-ky-dat-dai\b`), "vpdk"},
	{regexp.MustCompile(`^chi-nhanh-vpdk$`), "vpdk-chi-nhanh"},
}

// AgencyKey is the id of a kind of agency: one for "Ủy ban nhân dân cấp xã" and "Uỷ ban Nhân dân xã, phường, thị trấn".
func AgencyKey(name string) string {
	key := vietnamese.Slug(name, 1<<10)
	for _, r := range respellings {
		key = r.pattern.ReplaceAllString(key, r.with)
	}
	return vietnamese.Slug(strings.ReplaceAll(key, "-", " "), longestID)
}

// FieldKey is the id of a field, as definitions name fields.
func FieldKey(name string) string { return vietnamese.Slug(name, longestID) }

// levelOf returns the level of a published name.
func levelOf(name string) (level string, known bool) {
	words := strings.TrimPrefix(strings.Join(vietnamese.Words(name), " "), "cap ")
	switch words {
	case "bo", "trung uong", "ministry":
		return "ministry", true
	case "tinh", "province":
		return "province", true
	case "huyen", "district":
		return "district", true
	case "xa", "commune":
		return "commune", true
	case "co quan khac", "other":
		return "other", true
	}
	return vietnamese.Slug(name, longestID), false
}
