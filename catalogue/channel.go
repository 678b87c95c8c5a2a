package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"motcua/vietnamese"
)

// channelOf returns the way of handing in of a published name.
func channelOf(name string) (channel string, known bool) {
	switch strings.Join(vietnamese.Words(name), " ") {
	case "online", "truc tuyen":
		return Online, true
	case "post", "postal", "buu chinh", "dich vu buu chinh":
		return Post, true
	case "counter", "truc tiep":
		return Counter, true
	}
	return vietnamese.Slug(name, longestID), false
}

func (r *reader) channels(list []value) {
	for i := range list {
		at := fmt.Sprintf("/channels/%d", i)
		if list[i].kind != kObject {
			r.wrong(at, &list[i])
			continue
		}
		r.channel(at, list[i].members)
	}
	r.acrossChannels()
}

// channel reads one row: the limit first, because what the cell of the fee begins with depends on it.
func (r *reader) channel(at string, members []member) {
	var c Channel
	text, cut := "", false
	for i := range members {
		m := &members[i]
		path := at + "/" + pointer(m.key)
		switch m.key {
		case "channel":
			name := r.text(path, &m.value)
			known := false
			if c.Channel, known = channelOf(name); !known && name != "" {
				r.find("channel-unknown", path, name)
			}
		case "limit", "limit_text":
			r.limit(path, &m.value, &c)
		case "fee_text":
			cut = len([]rune(m.text)) == cutCell
			text = r.text(path, &m.value)
		default:
			r.unknown(path, &m.value)
		}
	}
	path := at + "/fee_text"
	if cut {
		r.find("text-cut", path, text)
	}
	cell := readCell(text, !c.Limit.IsZero())
	c.Fee, c.Words = cell.fee, cell.words
	for _, rule := range cell.rules {
		r.find(rule, path, text)
	}
	if c.Fee.Kind == "" {
		r.find("no-fee", path, "")
	}
	r.limitBeside(at, &c, cell.left)
	r.e.Channels = append(r.e.Channels, c)
}

// limit reads {"value": 12, "unit": "wd"}, "15 Ngày làm việc" or "15wd".
func (r *reader) limit(path string, v *value, c *Channel) {
	number, unit, text := "", "", v.raw
	switch v.kind {
	case kNull:
		return
	case kString:
		text = r.text(path, v)
		if text == "" {
			return
		}
		l, doubtful, ok := limitText(text)
		r.limitRead(path, text, c, ok)
		if ok {
			c.Limit = l
		}
		if doubtful {
			r.find("hours-kind", path, text)
		}
		return
	case kObject:
		for i := range v.members {
			m := &v.members[i]
			switch m.key {
			case "value":
				number, _ = clean(m.text)
			case "unit":
				unit, _ = clean(m.text)
			default:
				r.unknown(path+"/"+pointer(m.key), &m.value)
			}
		}
	case kNumber:
		number = v.text
	default:
		r.wrong(path, v)
		return
	}
	if unit == "" && number != "" {
		c.LimitText = number
		return // limitBeside says that the unit is lost
	}
	l, doubtful, ok := limitOf(number, unit)
	r.limitRead(path, text, c, ok)
	if ok {
		c.Limit = l
		if doubtful {
			r.find("hours-kind", path, text)
		}
	}
}

func (r *reader) limitRead(path, text string, c *Channel, ok bool) {
	if !ok {
		c.LimitText = clip(text)
		r.find("limit-unread", path, text)
	}
}

// limitBeside compares the limit with the words about the channel, and looks for one there where there is none.
func (r *reader) limitBeside(at string, c *Channel, left string) {
	if c.LimitText == "" && left != silent {
		c.LimitText = left
	}
	named := limitsIn(c.Words)
	path := at + "/limit"
	if !c.Limit.IsZero() {
		switch {
		case len(named) > 0 && !agrees(c.Words, named, c.Limit):
			r.find("limit-against-words", path, c.Limit.String()+" | "+c.Words)
		case len(named) > 1:
			r.find("limit-cases", path, c.Words)
		}
		return
	}
	switch {
	case len(named) == 1:
		c.Limit, c.Inferred = named[0], true
		r.find("limit-from-words", path, c.Words)
	case len(named) > 1:
		r.find("limit-cases", path, c.Words)
		r.find("no-limit", path, c.LimitText)
	case c.LimitText != "" && strings.Trim(c.LimitText, "0123456789") == "":
		r.find("limit-unit-lost", path, c.LimitText)
	case c.LimitText == "" || c.LimitText == "Không" || c.LimitText == "Không quy định":
		r.find("no-limit", path, c.LimitText)
	case !slices.ContainsFunc(r.findings, func(f Finding) bool { return f.Rule == "limit-unread" && strings.HasPrefix(f.Path, at) }):
		r.find("limit-unread", path, c.LimitText)
	}
}

// acrossChannels says what only the rows together show.
func (r *reader) acrossChannels() {
	seen := map[string]bool{}
	several, differ := false, false
	var first *Channel
	for i := range r.e.Channels {
		c := &r.e.Channels[i]
		several = several || seen[c.Channel]
		seen[c.Channel] = true
		if c.Limit.IsZero() {
			continue
		}
		if first == nil {
			first = c
		}
		differ = differ || c.Limit != first.Limit
	}
	if several {
		r.find("case-rows", "/channels", "")
	}
	if differ && !several {
		r.find("limits-differ", "/channels", "")
	}
}
