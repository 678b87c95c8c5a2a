package catalogue

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"motcua/calendar"
	"motcua/vietnamese"
)

// A published cell of a channel holds three things without a separator: what was left of the limit where it could not be
// taken out, the fee with a note in brackets, and the words about the channel:
//
//	"1Miễn phí(Không quy định)"  "120 VNĐ(20.000 vnđ /tờ khai)"  "Không có thông tin50,000 Việt Nam Đồng(/giao dịch)Cá nhân, …"
type cell struct {
	// left is what is left of the limit.
	left  string
	fee   Fee
	words string
	// rules are the findings on the fee.
	rules []string
}

const (
	free   = "Miễn phí"
	silent = "Không có thông tin"
)

// amount is a number with its currency; thousands are grouped by point or comma.
var amount = regexp.MustCompile(`^([0-9]+(?:[.,][0-9]{3})*)\s*(?i:(vnđ|vnd|việt nam đồng|đồng|usd|đ))`)

// head finds where a fee begins.
var head = regexp.MustCompile(`Miễn phí|Không có thông tin|[0-9]+(?:[.,][0-9]{3})*\s*(?:VNĐ|VND|Việt Nam Đồng|USD)`)

// readCell reads the cell of a channel. hasLimit: the limit was taken out of it before.
func readCell(s string, hasLimit bool) cell {
	var c cell
	rest := s
	if !hasLimit {
		rest = c.leftover(s)
	}
	fused := !hasLimit && c.left == ""
	switch m := amount.FindStringSubmatch(rest); {
	case strings.HasPrefix(rest, free):
		c.fee.Kind = FeeFree
		c.note(rest[len(free):])
		c.freeOfCharge()
	case strings.HasPrefix(rest, silent):
		c.words = strings.TrimSpace(rest[len(silent):])
	case m != nil:
		c.fee.Kind, c.fee.Currency = FeeAmount, "VND"
		if strings.EqualFold(m[2], "usd") {
			c.fee.Currency = "USD"
		}
		c.note(rest[len(m[0]):])
		c.charge(m[1], strings.TrimSpace(m[0]), fused)
	case rest != "":
		c.unread("fee-unread", rest)
	}
	return c
}

// leftover takes what is left of the limit off the front: all that stands before the fee.
func (c *cell) leftover(s string) string {
	for _, mark := range []string{silent, "Không quy định"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			if at := head.FindStringIndex(rest); at != nil && at[0] == 0 {
				c.left = mark
				return rest
			}
		}
	}
	at := head.FindStringIndex(s)
	if at == nil || at[0] == 0 {
		return s
	}
	c.left = strings.TrimSpace(s[:at[0]])
	return s[at[0]:]
}

// note takes the note in brackets; the words about the channel are what follows it.
func (c *cell) note(s string) {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "(") {
		c.words = s
		return
	}
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			c.fee.Note, c.words = s[1:i], strings.TrimSpace(strings.TrimLeft(s[i+1:], ")"))
			break
		}
	}
	if depth != 0 { // cut at the source, or a bracket too many
		c.fee.Note = s[1:]
	}
	for strings.HasPrefix(c.fee.Note, "(") && strings.HasSuffix(c.fee.Note, ")") && strings.Count(c.fee.Note, "(") == 1 {
		c.fee.Note = c.fee.Note[1 : len(c.fee.Note)-1]
	}
	c.fee.Note = strings.TrimSpace(c.fee.Note)
}

// freeOfCharge looks whether the note takes back what the cell says: most fees of the council are published as free.
func (c *cell) freeOfCharge() {
	note := " " + strings.Join(vietnamese.Words(c.fee.Note), " ") + " "
	for _, sign := range []string{" hoi dong nhan dan ", " thong tu ", " luat phi ", " nghi dinh ", " bo truong bo tai chinh ", " muc phi ", " muc thu ", " bieu phi ", " bieu muc ", " bieu khung "} {
		if strings.Contains(note, sign) {
			c.fee.Kind = FeeRuled
			c.rules = append(c.rules, "free-but-noted")
			return
		}
	}
}

func (c *cell) unread(rule, text string) {
	c.rules = append(c.rules, rule)
	c.fee = Fee{Kind: FeeUnknown, Text: strings.TrimSpace(text), Note: c.fee.Note}
}

const leastAmount = 1000

// charge decides what an amount means beside its note. fused: a number of the limit may stand before it.
func (c *cell) charge(digits, written string, fused bool) {
	n, well := number(digits)
	stated := amounts(c.fee.Note)
	c.fee.Reduced = reduced(c.fee.Note)
	c.fee.Per = per(c.fee.Note)
	one := len(stated) == 1
	switch {
	case c.fee.Currency != "VND":
		c.fee.Amount = n
		if fused {
			c.unread("fee-ambiguous", written)
		}
	case fused && one && endsWith(digits, stated[0]):
		c.left = digits[:len(digits)-len(tail(digits, stated[0]))]
		c.fee.Amount = stated[0]
		c.rules = append(c.rules, "fee-fused")
	case fused || !well:
		c.unread("fee-ambiguous", written)
	case n < leastAmount && one && stated[0] == n*1000:
		c.fee.Amount = stated[0]
		c.rules = append(c.rules, "fee-in-thousands")
	case n < leastAmount && len(stated) > 0:
		c.unread("fee-contradicts-note", written)
	case n < leastAmount:
		c.unread("fee-implausible", written)
	default:
		c.fee.Amount = n
		if len(stated) > 0 && !slices.Contains(stated, n) && c.fee.Reduced == nil {
			c.rules = append(c.rules, "fee-note-differs")
		}
	}
}

// number reads grouped digits; well is false where the groups are not groups of a number, as in "1100,000".
func number(digits string) (n int64, well bool) {
	groups := strings.FieldsFunc(digits, func(r rune) bool { return r == '.' || r == ',' })
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	return n, err == nil && (len(groups) == 1 || len(groups[0]) <= 3)
}

// tail is the form in which an amount stands at the end of fused digits, "" where it does not: in full, grouped or in
// thousands.
func tail(digits string, n int64) string {
	full := strconv.FormatInt(n, 10)
	forms := []string{grouped(n, ","), grouped(n, "."), full}
	if n%1000 == 0 {
		forms = append(forms, strconv.FormatInt(n/1000, 10))
	}
	for _, form := range forms {
		if len(form) < len(digits) && strings.HasSuffix(digits, form) {
			return form
		}
	}
	return ""
}

func endsWith(digits string, n int64) bool { return tail(digits, n) != "" }

// grouped writes an amount with its thousands apart.
func grouped(n int64, separator string) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + separator + s[i:]
	}
	return s
}

// sum is an amount in a sentence, in đồng.
var sum = regexp.MustCompile(`(?i)([0-9]+(?:[.,][0-9]{3})*)\s*(?:đồng|vnđ|đ)(?:[^\p{L}]|$)`)

// amounts lists the different amounts that a note states, those of a reduction left out.
func amounts(note string) (out []int64) {
	for _, m := range sum.FindAllStringSubmatch(reduction.ReplaceAllString(note, ""), -1) {
		if n, well := number(m[1]); well && n > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// reduction is how notes tell of a lower amount for a time.
var reduction = regexp.MustCompile(`(?i)áp dụng mức phí:?\s*([0-9]+(?:[.,][0-9]{3})*)\s*đồng[^;]{0,60}?(?:kể )?từ ngày\s*([0-9/]{8,10})\s*đến hết ngày\s*([0-9/]{8,10})(?:\s*theo\s*(Thông tư số\s*)?([0-9]+/[0-9]{4}/[\p{Lu}0-9-]+))?`)

func reduced(note string) *Reduced {
	m := reduction.FindStringSubmatch(note)
	if m == nil {
		return nil
	}
	n, well := number(m[1])
	from, ok := day(m[2])
	until, also := day(m[3])
	if !well || !ok || !also || until < from {
		return nil
	}
	return &Reduced{Amount: n, From: from, Until: until, Ground: m[5]}
}

// day reads 01/7/2025.
func day(s string) (string, bool) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return "", false
	}
	for i := range parts[:2] {
		if len(parts[i]) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	d, err := calendar.ParseDate(parts[2] + "-" + parts[1] + "-" + parts[0])
	return d.String(), err == nil
}

// unit is a note that is nothing but what is charged for.
var unit = regexp.MustCompile(`(?i)^(?:[0-9.,]+\s*(?:đồng|vnđ|đ)?\s*)?/\s*([\p{L} -]{2,30}?)\.?$`)

func per(note string) string {
	if m := unit.FindStringSubmatch(note); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}
