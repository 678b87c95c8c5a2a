package backtest

// What lies ahead is a binary heap in order of time; what falls on one minute happens in the order in which it was put in.

func (o *office) push(at int64, k kind, c *living, task, gen int) {
	o.n++
	o.ahead = append(o.ahead, coming{at: at, n: o.n, kind: k, c: c, task: task, gen: gen})
	for i := len(o.ahead) - 1; i > 0; {
		up := (i - 1) / 2
		if !o.before(i, up) {
			break
		}
		o.ahead[i], o.ahead[up] = o.ahead[up], o.ahead[i]
		i = up
	}
}

func (o *office) pop() coming {
	top := o.ahead[0]
	n := len(o.ahead) - 1
	o.ahead[0] = o.ahead[n]
	o.ahead[n] = coming{}
	o.ahead = o.ahead[:n]
	for i := 0; ; {
		low := 2*i + 1
		if low >= n {
			break
		}
		if low+1 < n && o.before(low+1, low) {
			low++
		}
		if !o.before(low, i) {
			break
		}
		o.ahead[i], o.ahead[low] = o.ahead[low], o.ahead[i]
		i = low
	}
	return top
}

func (o *office) before(i, k int) bool {
	a, b := &o.ahead[i], &o.ahead[k]
	if a.at != b.at {
		return a.at < b.at
	}
	return a.n < b.n
}
