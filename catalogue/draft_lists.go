package catalogue

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"motcua/vietnamese"
)

const shortID = 32

// unique makes an id of the first words of a name, that no other has.
func unique(name, otherwise string, taken map[string]bool) string {
	id := cmp.Or(vietnamese.Slug(name, 1<<10), otherwise)
	if len(id) > shortID {
		id = id[:shortID]
		if i := strings.LastIndexByte(id, '-'); i > 0 {
			id = id[:i]
		}
	}
	base := id
	for n := 2; taken[id]; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	taken[id] = true
	return id
}

// papers writes the papers that have numbers; those without are instructions mostly, and become remarks. Where none has
// numbers, all are papers.
func (d *draft) papers() {
	counted := slices.ContainsFunc(d.e.Papers, func(p Paper) bool { return p.Originals+p.Copies > 0 })
	taken := map[string]bool{}
	for _, p := range d.e.Papers {
		name := unlisted(p.Name)
		if !worded(name) {
			continue
		}
		if counted && p.Originals+p.Copies == 0 {
			d.remark("Trong thành phần hồ sơ, không ghi số bản: %s", name)
			continue
		}
		item := fmt.Sprintf("id: %s, name: %s", quote(unique(name, "giay-to", taken)), quote(name))
		if f := formOf(name); f != "" {
			item += ", form: " + quote(f)
		}
		item += fmt.Sprintf(", originals: %d, copies: %d", p.Originals, p.Copies)
		if strings.Contains(vietnamese.Fold(name), "neu co") {
			item += ", required: false"
		}
		d.lists.documents = append(d.lists.documents, item)
	}
	if len(d.lists.documents) > 0 {
		d.source("documents", "thành phần hồ sơ", !d.doubted("/documents", "paper-uncounted", "count-glued", "count-implausible", "paper-joined", "text-cut"))
	}
}

func (d *draft) results() {
	taken := map[string]bool{}
	for _, r := range d.e.Results {
		name := unlisted(r.Name)
		if !worded(name) {
			name = r.Code
		}
		if !worded(name) {
			continue
		}
		id := unique(name, "ket-qua", taken)
		item := fmt.Sprintf("id: %s, name: %s", quote(id), quote(name))
		if resultCode.MatchString(r.Code) {
			item += ", code: " + quote(r.Code)
		}
		d.lists.results = append(d.lists.results, item)
		if f := vietnamese.Fold(name); strings.Contains(f, "tu choi") && !strings.Contains(f, " hoac ") {
			d.bad = append(d.bad, id)
		} else {
			d.good = append(d.good, id)
		}
	}
	if len(d.lists.results) > 0 {
		d.source("results", "kết quả thực hiện", !d.doubted("/results", "result-code-form", "text-lost"))
	}
}

// named is the number of a legal document in a sentence.
var named = regexp.MustCompile(`[0-9]+/[0-9]{4}/[\p{Lu}]{2,5}-[\p{Lu}]{2,8}`)

// fees writes one fee where every channel costs one known amount in đồng; all else becomes remarks.
func (d *draft) fees() {
	if len(d.e.Channels) == 0 {
		return
	}
	byChannel := map[string][]Fee{}
	var order []string
	every := func(is func(Fee) bool) bool {
		return !slices.ContainsFunc(d.e.Channels, func(c Channel) bool { return !is(c.Fee) })
	}
	for _, c := range d.e.Channels {
		if len(byChannel[c.Channel]) == 0 {
			order = append(order, c.Channel)
		}
		if !slices.ContainsFunc(byChannel[c.Channel], func(f Fee) bool { return f.String() == c.Fee.String() }) {
			byChannel[c.Channel] = append(byChannel[c.Channel], c.Fee)
		}
	}
	switch {
	case every(func(f Fee) bool { return f.Kind == "" }):
		d.remark("Công bố không ghi mức thu.")
		return
	case every(func(f Fee) bool { return f.Kind == FeeFree }):
		d.remark("Công bố ghi miễn phí ở mọi kênh.")
		return
	}
	paid, online, ok := d.oneAmount(byChannel)
	if !ok {
		d.rates(order, byChannel)
		return
	}
	name := "Phí, lệ phí"
	if paid.Per != "" {
		name += " (mỗi " + paid.Per + ")"
	}
	item := fmt.Sprintf("id: phi, name: %s, amount: %d", quote(name), paid.Amount)
	if online != nil && online.Amount != paid.Amount {
		item += fmt.Sprintf(", online: %d", online.Amount)
	}
	// The ground of a reduction is not the fee's.
	if ground := named.FindString(reduction.ReplaceAllString(paid.Note, "")); ground != "" {
		item += ", ground: " + quote(ground)
	}
	sure := !d.doubted("/channels", "fee-fused", "fee-in-thousands", "fee-note-differs", "no-fee")
	confidence := "official"
	if !sure {
		confidence = "inferred"
	}
	d.lists.fees = append(d.lists.fees, item+", confidence: "+confidence)
	d.source("fees", "phí, lệ phí "+paid.String(), sure)
	if r := paid.Reduced; r != nil {
		d.remark("Mức thu %s đồng từ %s đến hết %s (%s): thêm khi còn hiệu lực.", grouped(r.Amount, "."), r.From, r.Until, r.Ground)
	}
}

// rates tells what each channel costs, those that cost the same together.
func (d *draft) rates(order []string, byChannel map[string][]Fee) {
	var said []string
	by := map[string][]string{}
	for _, channel := range order {
		for _, f := range byChannel[channel] {
			s := f.String()
			if s == "" {
				continue
			}
			if len(by[s]) == 0 {
				said = append(said, s)
			}
			by[s] = append(by[s], channelName(channel))
		}
	}
	for _, s := range said {
		d.remark("Mức thu (%s): %s", strings.Join(by[s], ", "), s)
	}
}

// oneAmount is what the counter (or the post) costs, and what online does where that is another amount. Channels of which
// nothing is published cost the same.
func (d *draft) oneAmount(byChannel map[string][]Fee) (paid Fee, online *Fee, ok bool) {
	for channel, fees := range byChannel {
		if len(fees) != 1 || fees[0].Kind != "" && fees[0].Kind != FeeFree && (fees[0].Kind != FeeAmount || fees[0].Currency != "VND") {
			return paid, nil, false
		}
		if channel == Online {
			online = &fees[0]
		}
	}
	for _, channel := range []string{Counter, Post} {
		f, there := byChannel[channel]
		switch {
		case !there || f[0].Kind == "":
		case paid.Kind == "":
			paid = f[0]
		case paid.Amount != f[0].Amount:
			return paid, nil, false
		}
	}
	if online != nil && online.Kind == "" {
		online = nil
	}
	if paid.Kind == "" && online != nil { // online only
		return *online, nil, true
	}
	return paid, online, paid.Kind != ""
}
