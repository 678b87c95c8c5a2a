package catalogue

import (
	"regexp"
	"slices"
	"strings"
)

// decision is the usual form of the number of a decision.
var decision = regexp.MustCompile(`^[0-9]+[a-z]?/QĐ-[\p{Lu}0-9]+(-[\p{Lu}0-9]+)*$`)

// decisionOf brings the number of a decision to its usual form; known says that it has it.
func decisionOf(s string) (number string, changed, known bool) {
	n := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "SỐ"), "Số"), "số"))
	n = strings.Replace(n, "/QD-", "/QĐ-", 1)
	if decision.MatchString(n) {
		return n, n != s, true
	}
	return s, false, false
}

// document is the number of a legal document: number, year and who issued what.
var document = regexp.MustCompile(`^([0-9]+[a-z]?)/([0-9]{4})/([\p{L}0-9-]+)$`)

// issuers are those that sign documents; a document names them behind its kind (TT-BTC, NĐ-CP).
func issuers() []string {
	return []string{
		"CP", "TTg", "CTN", "VPCP", "BCA", "BCT", "BGDĐT", "BGTVT", "BKHCN", "BKHĐT", "BLĐTBXH", "BNG", "BNNMT", "BNNPTNT", "BNV", "BQP",
		"BTC", "BTNMT", "BTP", "BTTTT", "BVHTTDL", "BXD", "BYT", "BDTTG", "UBDT", "NHNN", "TTCP", "TANDTC", "VKSNDTC", "KTNN", "UBND", "HĐND",
		"TLĐ", "BTĐKT", "BHXH",
	}
}

// kinds of documents that stand before the issuer.
func kinds() []string {
	return []string{"NĐ", "NQ", "QĐ", "TT", "TTLT", "CT", "VBHN", "PL", "L"}
}

// basisOf reads the number of a legal document. glued: letters of the word behind it were cut off. known: the issuer is.
func basisOf(s string) (number string, glued, known bool) {
	m := document.FindStringSubmatch(s)
	if m == nil {
		return s, false, false
	}
	head := m[1] + "/" + m[2] + "/"
	if organ, ok := assembly(m[3]); ok {
		return head + organ, organ != m[3], true
	}
	parts := strings.Split(m[3], "-")
	if len(parts) < 2 || !slices.Contains(kinds(), parts[0]) {
		return s, false, false
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		if !slices.Contains(issuers(), p) {
			return s, false, false
		}
	}
	best := ""
	for _, issuer := range issuers() {
		if rest, ok := strings.CutPrefix(parts[last], issuer); ok && len(issuer) > len(best) && strings.ToUpper(rest) == rest {
			best = issuer
		}
	}
	if best == "" {
		return s, false, false
	}
	glued = best != parts[last]
	parts[last] = best
	return head + strings.Join(parts, "-"), glued, true
}

// assembly reads the National Assembly's and its Standing Committee's documents: QH15, UBTVQH14. Terms have two digits.
func assembly(s string) (string, bool) {
	for _, organ := range []string{"UBTVQH", "QH"} {
		if rest, ok := strings.CutPrefix(s, organ); ok && len(rest) >= 2 {
			term := rest[:2]
			return organ + term, term >= "08" && term <= "20"
		}
	}
	return "", false
}

// resultCode is the form of the national codes of results.
var resultCode = regexp.MustCompile(`^KQ\.[A-Z][0-9]{2}\.[0-9]{5,7}$`)

// code is the form of the national codes of procedures, with a province's suffix perhaps.
var code = regexp.MustCompile(`^[0-9]\.[0-9]{6}(\.[0-9A-Z]{1,6}){0,6}$`)

// usable says that a text can be a code at all.
func usable(s string) bool {
	return s != "" && len(s) <= longestID && !strings.ContainsAny(s, " \t\n\"'\\/?#%") && worded(s)
}
