package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"motcua/calendar"
)

// limits takes the shortest published limit as the procedure's, and gives the channels with another a rule of their own.
func (d *draft) limits() {
	var said []string
	sure := true
	byChannel := map[string][]calendar.Limit{}
	for _, c := range d.e.Channels {
		l := legal(c.Limit)
		if l.IsZero() {
			continue
		}
		sure = sure && !c.Inferred
		said = append(said, channelName(c.Channel)+" "+c.Limit.Vietnamese())
		if !slices.Contains(byChannel[c.Channel], l) {
			byChannel[c.Channel] = append(byChannel[c.Channel], l)
		}
		if d.limit.IsZero() || workingMinutes(l) < workingMinutes(d.limit) {
			d.limit = l
		}
	}
	if d.limit.IsZero() {
		d.remark("Chưa có thời hạn (limit): công bố không ghi, hoặc ghi không hiểu được.")
		return
	}
	d.source("limit", strings.Join(said, "; "), sure && !d.doubted("/channels", "limit-against-words", "limit-cases", "hours-kind", "case-rows", "limits-differ"))
	for _, channel := range []string{Online, Post, Counter} {
		of := byChannel[channel]
		switch {
		case len(of) > 1:
			d.remark("Kênh %s có %d thời hạn theo trường hợp (%s): cần dữ kiện (facts) và limit-when.", channelName(channel), len(of), texts(of))
		case len(of) == 1 && of[0] != d.limit:
			d.variants = append(d.variants, variant{channel, of[0]})
		}
	}
	if len(d.variants) > 0 {
		d.remark("Các kênh ghi thời hạn khác nhau: thường là hai địa bàn (thường, khó khăn), không phải hai kênh; hãy đối chiếu quyết định.")
	}
	if d.limit.Unit == calendar.Hour {
		d.remark("Thời hạn %s đọc là giờ đồng hồ; nếu là giờ làm việc thì viết wh.", d.limit)
	}
}

// legal writes a limit as definitions take it: whole units, half a working day as four working hours. What cannot be is none.
func legal(l calendar.Limit) calendar.Limit {
	if !l.Whole() && l.Unit == calendar.WorkingDay {
		l = calendar.Limit{Hundredths: l.Hundredths * 8, Unit: calendar.WorkingHour}
	}
	if !l.Whole() {
		return calendar.Limit{}
	}
	return l
}

func texts(limits []calendar.Limit) string {
	out := make([]string, len(limits))
	for i, l := range limits {
		out[i] = l.String()
	}
	return strings.Join(out, ", ")
}

func channelName(channel string) string {
	switch channel {
	case Online:
		return "trực tuyến"
	case Post:
		return "bưu chính"
	case Counter:
		return "trực tiếp"
	}
	return channel
}

// workingMinutes is how much working time a limit surely holds on a week of five days of eight hours: what steps may share.
func workingMinutes(l calendar.Limit) int {
	n := l.Hundredths / 100
	switch l.Unit {
	case calendar.WorkingHour, calendar.Hour:
		return n * 60
	case calendar.Day:
		return workingDays(n) * calendar.MinutesPerWorkingDay
	case calendar.Month:
		return workingDays(28*n) * calendar.MinutesPerWorkingDay
	}
	return n * calendar.MinutesPerWorkingDay
}

// workingDays is the least number of working days among n days that end on one.
func workingDays(n int) int {
	return n/7*5 + [7]int{0, 1, 1, 1, 2, 3, 4}[n%7]
}

func (d *draft) writeLimit() {
	if d.limit.IsZero() {
		return
	}
	d.line("limit: %s", d.limit)
	if len(d.variants) == 0 {
		return
	}
	d.line("limit-when:")
	for _, v := range d.variants {
		d.line("  - {rule: kenh-%s, set: %s, channels: [%s], ground: %s}", v.channel, v.limit, v.channel,
			quote(fmt.Sprintf("Công bố %s ghi riêng cho kênh %s; chưa đối chiếu văn bản", d.e.Code, channelName(v.channel))))
	}
}

// share is how an ordinary process divides the time of a procedure, in minutes: the four parts add up to all of it.
type share struct{ intake, handle, sign, send int }

func shareOf(minutes int) share {
	quantum := 15
	switch {
	case minutes >= 5*calendar.MinutesPerWorkingDay:
		quantum = 240
	case minutes >= 2*calendar.MinutesPerWorkingDay:
		quantum = 60
	}
	part := func(of, most int) int {
		return min(max(minutes/of/quantum*quantum, quantum), most)
	}
	s := share{intake: part(8, 240), sign: part(6, 960), send: part(16, 240)}
	s.handle = minutes - s.intake - s.sign - s.send
	return s
}

// budget writes minutes as a limit of a step.
func budget(minutes int) calendar.Limit {
	if minutes >= 240 && minutes*100%calendar.MinutesPerWorkingDay == 0 {
		return calendar.Limit{Hundredths: minutes * 100 / calendar.MinutesPerWorkingDay, Unit: calendar.WorkingDay}
	}
	return calendar.Limit{Hundredths: minutes * 100 / 60, Unit: calendar.WorkingHour}
}

// writeSteps writes the frame that most one-stop processes have: receive, appraise, sign, send, return, with a way to refuse.
func (d *draft) writeSteps() {
	limit := func(int) string { return "" }
	var s share
	if !d.limit.IsZero() {
		s = shareOf(workingMinutes(d.limit))
		limit = func(minutes int) string { return ", limit: " + budget(minutes).String() }
	}
	results := func(ids []string) string {
		if len(ids) == 0 {
			return ""
		}
		quoted := make([]string, len(ids))
		for i, id := range ids {
			quoted[i] = quote(id)
		}
		return ", results: [" + strings.Join(quoted, ", ") + "]"
	}
	d.line("steps:")
	d.line(`  - {id: tiep-nhan, name: "Tiếp nhận, số hóa, chuyển hồ sơ", role: mot-cua, agency: receiving%s, confidence: sample}`, limit(s.intake))
	d.line(`  - {id: tham-dinh, name: "Thẩm định, dự thảo kết quả", role: chuyen-vien%s, may: [supplement, suspend], reentry: resume, max-visits: 3, outcomes: {dat: ky, tu-choi: ky-tu-choi}, confidence: sample}`, limit(s.handle))
	d.line(`  - {id: ky, name: "Kiểm tra, ký kết quả", role: lanh-dao%s, reentry: resume, max-visits: 3, outcomes: {duyet: gui-kq, lam-lai: tham-dinh}, confidence: sample}`, limit(s.sign))
	d.line(`  - {id: gui-kq, name: "Vào sổ, chuyển kết quả", role: van-thu%s, outcomes: {xong: tra-kq}, confidence: sample}`, limit(s.send))
	d.line(`  - {id: ky-tu-choi, name: "Ký văn bản từ chối có lý do", role: lanh-dao%s, outcomes: {xong: tu-choi}, confidence: sample}`, limit(s.sign))
	d.line(`  - {id: tra-kq, name: "Trả kết quả", role: mot-cua, agency: receiving, return: true%s, confidence: sample}`, results(d.good))
	d.line(`  - {id: tu-choi, name: "Trả văn bản từ chối và hồ sơ", role: mot-cua, agency: receiving, return: true, refusal: true%s, confidence: sample}`, results(d.bad))
	ladder := "standard"
	if u := d.limit.Unit; u == calendar.Hour || u == calendar.WorkingHour {
		ladder = "hours"
	}
	d.line("escalation: %s", ladder)
}
