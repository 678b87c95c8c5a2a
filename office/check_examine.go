package office

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

const (
	// lateAfter is how long after its wall instant and the window an alarm may be before it counts as late to fire (engine.md §6).
	lateAfter = 60 * time.Second
	// askWithin is how far ahead, in legal time, an alarm must lie for its workflow to be asked; beyond it one in sampled is.
	askWithin = 24 * time.Hour
	sampled   = 100
	// startGrace is how long a new row may be without a workflow: its start is under way.
	startGrace = time.Minute
	// answerWithin bounds each question to a workflow; after maxSilent without an answer in a row nobody is there to answer.
	answerWithin = 10 * time.Second
	maxSilent    = 20
	// heldFor is how long an alarm that decides something waits for an act that was received before it.
	heldFor = time.Hour
)

// examine holds one dossier to its events, its workflow and its alarm; listed says that visibility knows a running workflow.
func (r *checkRun) examine(ctx context.Context, x realm, c *clocked, listed bool) error {
	drifted := len(c.drift) > 0
	if c.fault == nil && drifted {
		if err := r.mend(ctx, x, c); err != nil {
			return err
		}
	}
	if c.fault != nil {
		return r.find(ctx, FindingUnreadable, c.code, "không dựng lại được từ các sự kiện: "+c.fault.Error())
	}
	full := r.row.Kind == CheckFull
	if full {
		if err := r.vacancies(ctx, c); err != nil {
			return err
		}
	}
	if r.frozen[c.code] {
		return nil
	}
	if full && r.Inspector != nil && !listed {
		gone, err := r.missing(ctx, x, c)
		if err != nil || gone {
			return err
		}
	}
	if r.figures.Skewed != 0 { // by which clock would it be late?
		return nil
	}
	late, err := r.late(ctx, c)
	if err != nil {
		return err
	}
	if late != "" {
		return r.rearm(ctx, x, c, FindingAlarmLate, late)
	}
	if r.Inspector == nil || !full || !drifted && !r.worthAsking(c) {
		return nil
	}
	kind, _, err := r.armed(ctx, x, c)
	if err != nil || kind == "" {
		return err
	}
	if kind == FindingWorkflowMissing {
		_, err := r.missing(ctx, x, c)
		return err
	}
	// It may have moved on between its journal and the question.
	if err := r.again(ctx, x, c); err != nil || c.fault != nil {
		return err
	}
	kind, detail, err := r.armed(ctx, x, c)
	if err != nil || kind == "" {
		return err
	}
	return r.rearm(ctx, x, c, kind, detail)
}

// again reads one anew; one that is not open any more has nothing armed.
func (r *checkRun) again(ctx context.Context, x realm, c *clocked) error {
	page, err := x.page(ctx, models.ClockedFilter{Codes: []string{c.code}, Limit: 1})
	if err != nil {
		return err
	}
	if len(page) == 0 {
		c.alarms, c.drift = nil, nil
		return nil
	}
	*c = page[0]
	return nil
}

// mend makes a row anew that is not what the events say.
func (r *checkRun) mend(ctx context.Context, x realm, c *clocked) error {
	if err := r.again(ctx, x, c); err != nil || c.fault != nil || len(c.drift) == 0 {
		return err
	}
	return r.project(ctx, x, c.code, FindingRowStale, "bảng tra cứu khác với sự kiện ở các cột: "+strings.Join(c.drift, ", "))
}

// project makes a row anew from its events; the finding stays in the record, closed where that was the end of it.
func (r *checkRun) project(ctx context.Context, x realm, code, kind, detail string) error {
	err := x.project(ctx, code)
	if models.IsUnavailable(err) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		return r.find(ctx, kind, code, detail+"; chưa dựng lại được: "+err.Error())
	}
	r.figures.Projected++
	if err := r.find(ctx, kind, code, detail+"; đã dựng lại từ các sự kiện"); err != nil {
		return err
	}
	r.figures.Closed++
	return r.Store.CloseFinding(ctx, kind, code)
}

// find writes a finding.
func (r *checkRun) find(ctx context.Context, kind, subject, detail string) error {
	r.figures.found(kind)
	return r.Store.AddFinding(ctx, models.Finding{Kind: kind, Subject: subject, Detail: detail})
}

// missing re-creates a workflow that does not run; gone is false where it does after all. A run that ended by itself is not
// started again: then the records are older than the engine.
func (r *checkRun) missing(ctx context.Context, x realm, c *clocked) (gone bool, err error) {
	if r.Now().Sub(c.updated).Abs() < startGrace {
		return true, nil
	}
	run, err := r.Inspector.RunOf(ctx, c.workflow)
	if err != nil || run == workflows.RunOpen {
		return false, err
	}
	kind, detail := FindingWorkflowMissing, "không có luồng nào; đã dựng lại từ các sự kiện"
	switch run {
	case workflows.RunNone:
		err = x.start(ctx, c.code)
	case workflows.RunBroke:
		detail, err = "luồng đã bị chấm dứt hoặc lỗi; đã dựng lại từ các sự kiện", x.revive(ctx, c.code)
	default:
		return true, r.find(ctx, FindingWorkflowMismatched, c.code, "luồng đã tự kết thúc nhưng theo sự kiện hồ sơ còn mở: cơ sở dữ liệu cũ hơn Temporal")
	}
	if err != nil {
		return true, err
	}
	r.figures.Started++
	return true, r.find(ctx, kind, c.code, detail)
}

// late says how an alarm has passed without firing, in words; empty where it has not.
func (o *Office) late(ctx context.Context, c *clocked) (string, error) {
	a, ok := c.next()
	if !ok {
		return "", nil
	}
	over := o.Now().Sub(o.Clock.WallAt(a.At)) - o.Window
	if over <= lateAfter {
		return "", nil
	}
	if a.Final() {
		held, err := o.Store.Awaited(ctx, c.code, a.At, o.Now().Add(-heldFor))
		if err != nil || held {
			return "", err
		}
	}
	return fmt.Sprintf("%s phải bật lúc %s nhưng đã trễ %s chưa thấy", alarmText(a), shown(a.At), over.Round(time.Second)), nil
}

// worthAsking: it is due soon, or it is the day's turn of the sample. The sample is drawn by hash, so that a run that goes on draws
// the same, and every dossier has its day.
func (r *checkRun) worthAsking(c *clocked) bool {
	legal := r.Legal()
	if a, ok := c.next(); ok && !a.At.After(legal.Add(askWithin)) {
		return true
	}
	return InSample(c.code, calendar.DateOf(legal))
}

// InSample says whether a code is among the hundredth that is asked on a day.
func InSample(code string, day calendar.Date) bool {
	h := fnv.New64a()
	h.Write([]byte(day.String() + " " + code))
	return h.Sum64()%sampled == 0
}

// armed asks the workflow what it waits for, and says what is wrong with that; an empty kind is all well.
func (r *checkRun) armed(ctx context.Context, x realm, c *clocked) (kind, detail string, err error) {
	r.figures.Asked++
	wait, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	n, err := x.next(wait, c.code)
	switch {
	case err == nil:
		r.silent = 0
		kind, detail = r.judge(c, n)
		return kind, detail, nil
	case errors.Is(err, workflows.ErrNotRunning):
		return FindingWorkflowMissing, "", nil
	case errors.Is(err, workflows.ErrDown), ctx.Err() != nil:
		return "", "", err
	}
	if r.silent++; r.silent > maxSilent {
		return "", "", fmt.Errorf("no workflow answers: %w", err)
	}
	return FindingWorkflowSilent, "luồng không trả lời câu hỏi về đồng hồ: " + err.Error(), nil
}

// judge compares what a workflow waits for with what its events say. A timer that is early costs a task and nothing else; it is
// kept on purpose.
func (o *Office) judge(c *clocked, n workflows.NextReply) (kind, detail string) {
	want, ok := c.next()
	now := o.Now()
	switch due := o.Clock.WallAt(want.At); {
	case !ok && n.Alarm.At.IsZero():
		return "", ""
	case !ok:
		return FindingAlarmWrong, fmt.Sprintf("luồng chờ %s lúc %s nhưng theo sự kiện không còn gì phải chờ", alarmText(n.Alarm), shown(n.Alarm.At))
	case n.Alarm.At.IsZero():
		return FindingAlarmUnarmed, fmt.Sprintf("luồng không chờ gì, trong khi %s phải bật lúc %s", alarmText(want), shown(want.At))
	case !n.Alarm.At.Equal(want.At):
		return FindingAlarmWrong, fmt.Sprintf("luồng chờ lúc %s, trong khi %s phải bật lúc %s", shown(n.Alarm.At), alarmText(want), shown(want.At))
	case !n.Armed && due.After(now):
		return FindingAlarmUnarmed, fmt.Sprintf("luồng biết %s lúc %s nhưng không đặt hẹn giờ", alarmText(want), shown(want.At))
	case n.Armed && n.WallAt.After(due.Add(o.Window+lateAfter)) && n.WallAt.After(now.Add(2*lateAfter)):
		// Held back for a minute while clocks disagree or an act is awaited is neither.
		return FindingAlarmWrong, fmt.Sprintf("hẹn giờ đặt vào %s giờ máy, trong khi %s phải bật lúc %s", n.WallAt.In(calendar.Zone()).Format("15:04:05 02/01/2006"), alarmText(want), shown(want.At))
	}
	return "", ""
}

// rearm makes a workflow look at its clock again, and keeps the finding until that is seen to have helped.
func (r *checkRun) rearm(ctx context.Context, x realm, c *clocked, kind, detail string) error {
	switch err := r.poked(ctx, x, c.code, c.seq); {
	case errors.Is(err, workflows.ErrNotRunning) && r.Inspector != nil:
		_, err := r.missing(ctx, x, c)
		return err
	case errors.Is(err, workflows.ErrDown), ctx.Err() != nil:
		return err
	case err != nil:
		return r.find(ctx, kind, c.code, detail+"; chưa nhắc được luồng: "+err.Error())
	}
	return r.find(ctx, kind, c.code, detail+"; đã nhắc luồng xem lại đồng hồ")
}

func (r *checkRun) poked(ctx context.Context, x realm, code string, seq int64) error {
	wait, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	r.figures.Poked++
	return x.poke(wait, code, seq)
}

// alarmText names an alarm for people.
func alarmText(a dossier.Alarm) string {
	switch a.Kind {
	case dossier.AlarmRung:
		return fmt.Sprintf("nấc %s (%s)", a.Key.Rung, a.Key.Subject)
	case dossier.AlarmSupplement:
		return "hết hạn bổ sung"
	case dossier.AlarmPayment:
		return "hết hạn nộp tiền"
	case dossier.AlarmWait:
		return "hết thời gian chờ " + a.Task
	case dossier.AlarmAbsence:
		return "hết hạn chờ " + a.Task
	case dossier.AlarmSilence:
		return "im lặng coi như trả lời " + a.Task
	}
	return a.Kind
}

// shown is a legal instant for people.
func shown(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }
