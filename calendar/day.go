package calendar

// Describe tells what a day is by itself, and its sessions: worked by the week (KindCounted), worked beyond it, a day of rest or a
// day off. It is false for a day outside the calendar's years.
func (c *Calendar) Describe(d Date) (WalkDay, Sessions, bool) {
	i := int64(d) - c.first
	if i < 0 || i >= int64(len(c.kind)) {
		return WalkDay{}, nil, false
	}
	p := &c.patterns[c.kind[i]]
	var worked Sessions
	for _, s := range p.sessions[:p.count] {
		worked = append(worked, Session{From: int(s.from), To: int(s.to)})
	}
	return c.line(int(i)), worked, true
}
