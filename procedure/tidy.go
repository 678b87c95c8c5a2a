package procedure

import (
	"fmt"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// invisible says whether nobody sees a character that makes two equal looking texts differ: zero-width signs, soft hyphens,
// marks of direction, controls.
func invisible(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.Is(unicode.Cf, r) || unicode.IsControl(r))
}

// suspicious is a quick look that passes by nearly every text: it says whether one is worth the thorough one.
func suspicious(s string) bool {
	space, other := false, false
	for _, r := range s {
		other = other || r > 0x1eff
		switch {
		case r == ' ':
			if space {
				return true
			}
			space = true
			continue
		case r < ' ' || r > '~' && r < 0xc0 || r > 0x24f && r < 0x1e00 || r > 0x1eff && (invisible(r) || unicode.IsSpace(r)):
			return true // not the printed Latin letters that Vietnamese is written in
		}
		space = false
	}
	return other && norm.NFC.QuickSpanString(s) != len(s) // the printed Latin letters by themselves are in NFC
}

// composed is a text in NFC without invisible characters.
func composed(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, s))
}

// tidied is composed with single plain spaces between words and none around.
func tidied(s string) string { return strings.Join(strings.Fields(composed(s)), " ") }

// tidy finds texts that look right and are not: decomposed letters, invisible characters, stray spaces. Search, comparison
// and the content hash tell them from the right ones.
func (r *report) tidy(v *yaml.Node, k *key) {
	if strings.TrimSpace(v.Value) == v.Value && !suspicious(v.Value) {
		return
	}
	block := v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	want := tidied(v.Value)
	if k.kind == kCondition || block {
		want = composed(v.Value) // spaces are the author's there
	}
	if want == v.Value || v.ShortTag() != "!!str" {
		return
	}
	var what []string
	if i := strings.IndexFunc(v.Value, invisible); i >= 0 {
		what = append(what, fmt.Sprintf("ký tự ẩn %U", []rune(v.Value[i:])[0]))
	}
	if !norm.NFC.IsNormalString(v.Value) {
		what = append(what, "dấu tiếng Việt rời (chưa phải NFC)")
	}
	if len(what) == 0 || want != composed(v.Value) {
		what = append(what, "khoảng trắng thừa")
	}
	var fix []Edit
	hint := "gõ lại đoạn này bằng bảng mã Unicode dựng sẵn"
	if !block && want != "" {
		fix = r.src.replace(at(v), v.Value, want)
	}
	if fix != nil {
		hint = "motcua procedure lint --fix sửa được"
	}
	r.addAs(SeverityWarning, at(v), "untidy-text", fmt.Sprintf("%s %q có %s", k.name, clip(v.Value), strings.Join(what, ", ")), hint).with(fix)
}
