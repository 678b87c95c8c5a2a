package catalogue

import (
	"fmt"
	"strings"

	"motcua/calendar"
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
	text, cut, unread := "", false, false
	for i := range members {
		m := &members[i]
		path := at + "/" + pointer(m.key)
		switch m.key {
		case "channel":
			name := r.text(path, &m.value)
			var known bool
			if c.Channel, known = channelOf(name); !known && name != "" {
				r.find("channel-unknown", path, name)
			}
		case "limit", "limit_text":
			unread = r.limit(path, &m.value, &c) || unread
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
	r.limitBeside(at, &c, cell.left, unread)
	r.e.Channels = append(r.e.Channels, c)
}

// limit reads {"value": 12, "unit": "wd"}, "15 Ngày làm việc" or "15wd". unread: something stands there that is no limit.
func (r *reader) limit(path string, v *value, c *Channel) (unread bool) {
	var l calendar.Limit
	var doubtful, ok bool
	text := v.raw
	switch v.kind {
	case kNull:
		return false
	case kString:
		if text = r.text(path, v); text == "" {
			return false
		}
		l, doubtful, ok = limitText(text)
	case kNumber, kObject:
		number, unit := v.text, ""
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
		if unit == "" && number != "" {
			c.LimitText = number // limitBeside says that the unit is lost
			return false
		}
		l, doubtful, ok = limitOf(number, unit)
	default:
		r.wrong(path, v)
		return false
	}
	if !ok {
		c.LimitText = clip(text)
		r.find("limit-unread", path, text)
		return true
	}
	c.Limit = l
	if doubtful {
		r.find("hours-kind", path, text)
	}
	return false
}

// limitBeside compares the limit with the words about the channel, and looks for one there where there is none. unread was
// said already.
func (r *reader) limitBeside(at string, c *Channel, left string, unread bool) {
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
	case !unread:
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
