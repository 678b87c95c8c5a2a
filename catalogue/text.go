package catalogue

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// markup is a tag of the ones that editors leave behind; "< 50 tỷ đồng" is no tag.
var markup = regexp.MustCompile(`(?i)</?(a|b|br|div|em|font|h[1-6]|i|img|li|o:p|ol|p|pre|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(\s[^<>]*)?/?>|<!--.*?-->`)

// entity is what html.UnescapeString would replace.
var entity = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});`)

// clean returns a text composed (NFC), without markup, invisible characters and runs of space. repaired: more than spaces at
// the ends or beside each other was put right.
func clean(s string) (text string, repaired bool) {
	t := s
	if strings.Contains(t, "&") && entity.MatchString(t) {
		t = html.UnescapeString(t)
	}
	if strings.Contains(t, "<") {
		t = markup.ReplaceAllString(t, " ")
	}
	if !norm.NFC.IsNormalString(t) {
		t = norm.NFC.String(t)
	}
	repaired = t != s
	if tidy(t) {
		return t, repaired
	}
	shown := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case plain(r):
			return r
		case unicode.IsSpace(r): // no-break and other spaces
			return noBreak
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co): // marks of direction, zero widths, private uses
			return -1
		}
		return r
	}, t)
	repaired = repaired || utf8.RuneCountInString(shown) != utf8.RuneCountInString(t) || strings.ContainsRune(shown, noBreak)
	// Once more: an invisible sign may have stood between a letter and its mark.
	return norm.NFC.String(strings.Join(strings.Fields(shown), " ")), repaired
}

// plain says that a letter or sign is one of those that Vietnamese is written with.
func plain(r rune) bool {
	return r >= ' ' && r < 0x7f || r >= 'À' && r <= 'ɏ' || r >= 'Ḁ' && r <= 'ỿ' || r == '–' || r == '“' || r == '”'
}

// tidy says that a text has plain letters only and single spaces inside: most have.
func tidy(s string) bool {
	last := ' '
	for _, r := range s {
		if !plain(r) || r == ' ' && last == ' ' {
			return false
		}
		last = r
	}
	return last != ' ' || s == ""
}

// noBreak stands for every space that is not plain until the spaces are joined.
const noBreak = '\u00a0'

// lost says that characters were lost before the text came here.
func lost(s string) bool { return strings.ContainsRune(s, unicode.ReplacementChar) }

// bullet is what stands before an item of a list: "a) ", "+ ", "(2) ", "* ", "1. ".
var bullet = regexp.MustCompile(`^(?:[-–+*•;.,]+\s*|\(?(?:[0-9]{1,2}|[a-zđ]{1,2})\)\s*|[0-9]{1,2}(?:\.[0-9]{1,2})*\.\s+)+`)

// unlisted is a name without the bullet before it and the punctuation behind it.
func unlisted(s string) string {
	return strings.TrimRight(strings.TrimSpace(bullet.ReplaceAllString(s, "")), " ;.,:")
}

// worded says that a text has a letter or a digit.
func worded(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
