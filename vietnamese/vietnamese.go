// Package vietnamese folds Vietnamese text: the form in which it is searched, its words, and the ids made from names. It
// keeps no rules of any office; it only knows how the language is written.
package vietnamese

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which text is searched: lower case, without diacritics, words joined by single spaces. The letter đ
// is a letter of its own in Unicode, not a d with a mark, so it is replaced by name.
func Fold(s string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
	return strings.Join(strings.Fields(bare), " ")
}

// Words returns the folded words of a text; whatever is neither a letter nor a digit separates them, so that "1.012784" is
// two words and "(GCN)" is one.
func Words(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Slug makes an id of a name: folded ASCII words joined by hyphens. What is longer than most bytes ends with a fingerprint of
// the whole instead, so that two long names with one beginning stay two ids. The slug of a text without a word is "".
func Slug(s string, most int) string {
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return ' '
		}
		return r
	}, strings.Join(Words(s), " "))
	slug := strings.Join(strings.Fields(ascii), "-")
	if len(slug) <= most {
		return slug
	}
	h := fnv.New32a()
	h.Write([]byte(slug)) // a hash never fails to write
	mark := "-" + strconv.FormatUint(uint64(h.Sum32()), 36)
	head := slug[:max(most-len(mark), 0)]
	if i := strings.LastIndexByte(head, '-'); i > 0 {
		head = head[:i]
	}
	return head + mark
}
