package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/activities"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models"
	"motcua/procedure"
	"motcua/workflows"
)

// lend stores the procedure of a split parcel with another ladder for the branch of Sông Mẫu.
func (d *desk) lend(ladder string) {
	d.t.Helper()
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	files, err := library.Definitions()
	require.NoError(d.t, err)
	i := slices.IndexFunc(files, func(f library.File) bool { return strings.Contains(f.Name, "1.012784") })
	require.GreaterOrEqual(d.t, i, 0)
	text := bytes.Replace(files[i].Data, []byte("escalation: standard"), []byte("escalation: "+ladder), 1)
	def, found := procedure.Parse("mau.yaml", text)
	require.False(d.t, found.HasErrors(), found)
	plan, found := procedure.Compile(def, shelf)
	require.False(d.t, found.HasErrors(), found)
	require.NoError(d.t, d.engine.store.SavePlanFor(d.t.Context(), plan, text, "H99.14.01.01"))
}

// until lets the clock of a dossier run up to an instant: each alarm at its own time, with the look-up that the worker does.
func (d *desk) until(code, when string) {
	d.t.Helper()
	end := local(when)
	for {
		r, err := d.engine.load(d.t.Context(), code)
		require.NoError(d.t, err)
		next, ok, err := dossier.NextAlarm(r.Deps, r.State, d.now)
		require.NoError(d.t, err)
		if !ok || next.At.After(end) {
			d.now = end
			return
		}
		if next.At.After(d.now) {
			d.now = next.At
		}
		d.ring(code)
	}
}

// ring does what is due now.
func (d *desk) ring(code string) {
	d.t.Helper()
	ctx := d.t.Context()
	r, err := d.engine.load(ctx, code)
	require.NoError(d.t, err)
	wall, err := d.engine.store.DBNow(ctx)
	require.NoError(d.t, err)
	clock, err := calendar.NewClock(wall, d.now, 1)
	require.NoError(d.t, err)
	a := &activities.Activities{Store: d.engine.store, Now: time.Now, Clock: clock, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	due, err := dossier.DueAlarms(r.Deps, r.State, d.now)
	require.NoError(d.t, err)
	view, err := dossier.Look(r.Deps, r.State, d.now)
	require.NoError(d.t, err)
	req := workflows.LookupRequest{Code: code, Procedure: r.State.Procedure, Receiving: r.State.Receiving, Lead: r.State.Lead, Until: d.now}
	for _, x := range due {
		if x.Kind != dossier.AlarmRung {
			continue
		}
		asks := r.State.Asks(x.Rung)
		q := workflows.RungQuery{Key: x.Key, To: x.Rung.To, HandUp: asks.HandUp, Reassign: asks.Reassign, Sign: asks.Sign, Issue: asks.Issue, Inspect: asks.Inspect}
		for _, t := range view.Tasks {
			if x.Key.Subject == procedure.OnDossier || x.Key.Subject == dossier.SubjectStep(t.Task) {
				q.Tasks = append(q.Tasks, t)
			}
		}
		req.Rungs = append(req.Rungs, q)
	}
	found, err := a.LookUp(ctx, req)
	require.NoError(d.t, err)
	events, err := dossier.Do(r.Deps, r.State, dossier.Act{Kind: dossier.ActAlarm, Recipients: found.Recipients, Until: found.Until}, d.now)
	require.NoError(d.t, err)
	v, err := dossier.Look(r.Deps, r.State, d.now)
	require.NoError(d.t, err)
	_, err = d.engine.store.Record(ctx, models.Batch{Code: code, Events: events, View: v})
	require.NoError(d.t, err)
}

func local(s string) time.Time {
	x, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return x
}

// mail does what relay and postman do, and returns the messages that go out.
func (d *desk) mail() (out []models.MessagePayload) {
	d.t.Helper()
	ctx := d.t.Context()
	for {
		rows, err := d.engine.store.ClaimOutbox(ctx, []string{models.TopicNotice}, 50, time.Minute)
		require.NoError(d.t, err)
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			require.Equal(d.t, []error{nil}, d.office.ScheduleNotices(ctx, []string{r.Dedup}))
			require.NoError(d.t, d.engine.store.DoneOutbox(ctx, r.ID))
		}
	}
	_, err := d.office.DeliverMessages(ctx)
	require.NoError(d.t, err)
	for {
		rows, err := d.engine.store.ClaimOutbox(ctx, []string{models.TopicMessage}, 50, time.Minute)
		require.NoError(d.t, err)
		if len(rows) == 0 {
			return out
		}
		for _, r := range rows {
			var m models.MessagePayload
			require.NoError(d.t, json.Unmarshal(r.Payload, &m))
			out = append(out, m)
			require.NoError(d.t, d.engine.store.DoneOutbox(ctx, r.ID))
		}
	}
}

func (d *desk) get(path, who string) map[string]any {
	d.t.Helper()
	a := d.call(http.MethodGet, path, who, "", nil)
	require.Equal(d.t, http.StatusOK, a.status, string(a.raw))
	return a.body
}

func (d *desk) items(path, who string) (out []map[string]any) {
	d.t.Helper()
	for _, x := range d.get(path, who)["items"].([]any) {
		out = append(out, x.(map[string]any))
	}
	return out
}

func (d *desk) standing(key string, limit int) string {
	d.t.Helper()
	a := d.call(http.MethodPost, "/v1/standing-decisions", "kstt", key, map[string]any{
		"number": "15/QĐ-CNSM", "agency": "H99.14.01.01", "signer": "Giám đốc Chi nhánh Sông Mẫu", "reason": "Số hồ sơ tăng đột biến", "add": "3wd",
		"cap": limit, "from": "2026-03-01", "until": "2026-06-30",
	})
	require.Equal(d.t, http.StatusCreated, a.status, string(a.raw))
	require.Equal(d.t, "draft", a.body["state"])
	return a.body["id"].(string)
}

// A dossier goes late: everyone is told in order, the citizen gets an apology and a new date under a standing decision, and the
// control office sees why.
func TestADossierGoesLate(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.lend("standing")
	id := d.standing("st", 1)
	d.problem(d.call(http.MethodPost, "/v1/standing-decisions/"+id+"/acts", "thamdinh", "x", map[string]any{"kind": "approve"}), http.StatusForbidden, "forbidden")
	a := d.call(http.MethodPost, "/v1/standing-decisions/"+id+"/acts", "lanhdao", "ok", map[string]any{"kind": "approve"})
	require.Equal(t, http.StatusOK, a.status, string(a.raw))
	require.Equal(t, true, a.body["in_force"])

	// Received on Monday 2 March 09:00, twelve working days: due on Wednesday 18 March.
	code := d.submit("s", true)
	require.Equal(t, http.StatusOK, d.act(code, "motcua", "a1", map[string]any{"kind": "complete"}).status)
	d.until(code, "2026-03-17 20:00")

	// Two working days before, a person is asked; on the last day, as nobody signed, it is issued.
	list := d.items("/v1/proposals?dossier="+code, "lanhdao")
	require.Len(t, list, 1)
	require.Equal(t, "signed", list[0]["state"])
	require.Equal(t, "2026-03-18T17:00:00+07:00", list[0]["old_due"])
	require.Equal(t, []any{"cb16"}, list[0]["signers"])

	show := d.show("motcua", code)
	require.Equal(t, "2026-03-23T17:00:00+07:00", show["due_at"], "three working days after the 18th")
	require.Equal(t, "2026-03-18T17:00:00+07:00", show["original_due"])
	require.Equal(t, true, show["rescheduled"])
	require.Equal(t, "cb18", show["tasks"].([]any)[0].(map[string]any)["assignee"], "at four fifths nobody had the task: of two idle appraisers the first has it")

	letters := d.items("/v1/dossiers/"+code+"/letters", "motcua")
	require.Len(t, letters, 2)
	apology := letters[1]
	require.Equal(t, "apology", apology["kind"])
	require.Equal(t, "nd-118", apology["rules"])
	require.Equal(t, "15/QĐ-CNSM", apology["decision"])
	text := string(d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/2?format=text", "motcua", "", nil).raw)
	for _, want := range []string{"quyết định chung số 15/QĐ-CNSM", "Người ký: Giám đốc Chi nhánh Sông Mẫu", "Lý do: Số hồ sơ tăng đột biến",
		"Đã hẹn trả kết quả: 17:00 ngày 18/03/2026", "Nay hẹn lại: 17:00 ngày 23/03/2026", "Kính gửi: Nguyễn Văn Mẫu"} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "61/2018")
	page := d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/2?format=html", "motcua", "", nil)
	require.Contains(t, page.header.Get("Content-Type"), "text/html")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	d.problem(d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/9", "motcua", "", nil), http.StatusNotFound, "letter_unknown")
	d.problem(d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/2", "xanuimau", "", nil), http.StatusNotFound, "dossier_unknown")
	require.NotContains(t, string(d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/2?format=text", "kstt", "", nil).raw), "Nguyễn Văn Mẫu")

	// Counted once, and the decision is used up.
	st := d.items("/v1/standing-decisions", "kstt")[0]
	require.EqualValues(t, 1, st["issued"])
	require.NotEqual(t, true, st["in_force"])

	// A second letter is refused to anybody.
	again := d.act(code, "lanhdao", "r2", map[string]any{"kind": "reappoint", "reason": "x", "approval": "Giám đốc", "until": "2026-04-30T17:00:00+07:00"})
	d.problem(again, http.StatusConflict, "already_reappointed")
	require.Equal(t, "NĐ 118/2025, điều khoản chưa đối chiếu", again.body["article"])

	// The applicant and the one-stop desk are told.
	var told []string
	for _, n := range []string{models.RecipientApplicant, models.RecipientDesk("H99.02.01")} {
		rows, _, err := d.engine.store.Notifications(t.Context(), models.NotificationFilter{Recipient: n, Dossier: code, Limit: 50})
		require.NoError(t, err)
		for _, r := range rows {
			if r.Kind == "reappointed" {
				told = append(told, r.Recipient)
			}
		}
	}
	require.Equal(t, []string{"applicant", "one_stop:H99.02.01"}, told)
	require.Contains(t, d.items("/v1/notices?limit=200", "motcua")[0]["text"], "xin lỗi và hẹn lại 17:00 23/03/2026, trước đã hẹn 17:00 18/03/2026")

	// Then the new date passes as well: the ladder is climbed in order, up to the inspection ten working days later.
	d.until(code, "2026-04-10 17:00")
	var fired []string
	rungs := d.items("/v1/escalations?limit=200&dossier="+code, "kstt")
	slices.Reverse(rungs)
	for i, r := range rungs {
		if i > 0 {
			require.LessOrEqual(t, rungs[i-1]["instant"].(string), r["instant"].(string), "in order")
		}
		if r["subject"] == "dossier" {
			fired = append(fired, fmt.Sprintf("%s/%v %s", r["rung"], r["generation"], r["instant"].(string)[5:16]))
		}
	}
	require.Equal(t, []string{
		"nua-thoi-han/1 03-10T13:45", "tam-muoi-phan-tram/1 03-16T11:00", "truoc-hai-ngay/1 03-16T16:59", "truoc-mot-ngay/1 03-17T16:59",
		"den-han/1 03-24T07:30", "bao-nguoi-nop/1 03-24T07:30", "don-doc/1 03-25T07:30", "don-doc/2/1 03-26T07:30", "don-doc/3/1 03-27T07:30",
		"don-doc/4/1 03-30T07:30", "don-doc/5/1 03-31T07:30", "qua-han-nam-ngay/1 03-31T07:30", "qua-han-muoi-ngay/1 04-07T07:30",
	}, fired)

	inspections := d.items("/v1/inspections?pending=true", "kstt")
	require.Len(t, inspections, 1)
	i := inspections[0]
	require.Equal(t, "cb03", i["inspector"])
	verdict := i["verdict"].(map[string]any)
	require.Equal(t, "late", verdict["class"])
	require.Equal(t, "2026-03-23T17:00:00+07:00", verdict["since"], "the promise that was passed")
	require.NotEmpty(t, verdict["charges"], "whose the minutes are")

	path := "/v1/dossiers/" + code + "/inspections/1/acts"
	conclude := map[string]any{"kind": "conclude", "cause": "officer", "conclusion": "Viên chức để hồ sơ quá hạn."}
	d.problem(d.call(http.MethodPost, path, "lanhdao", "i0", conclude), http.StatusForbidden, "forbidden")
	d.problem(d.call(http.MethodPost, path, "kstt", "i1", conclude), http.StatusConflict, "inspection_state")
	require.Equal(t, "taken", d.call(http.MethodPost, path, "kstt", "i2", map[string]any{"kind": "take"}).body["state"])
	d.problem(d.call(http.MethodPost, path, "kstt2", "i3", conclude), http.StatusConflict, "inspection_state")
	d.problem(d.call(http.MethodPost, path, "kstt", "i4", map[string]any{"kind": "conclude", "cause": "troi"}), http.StatusUnprocessableEntity, "invalid")
	before := d.show("motcua", code)
	for range 2 {
		require.Equal(t, "concluded", d.call(http.MethodPost, path, "kstt", "i5", conclude).body["state"])
	}
	after := d.show("motcua", code)
	require.Equal(t, before["due_at"], after["due_at"], "an inspection never moves the dossier")
	require.Equal(t, before["seq"], after["seq"])
	found, err := d.engine.store.Findings(t.Context(), "inspection_concluded", false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Empty(t, d.items("/v1/inspections?pending=true", "kstt"))

	totals := d.get("/v1/totals", "kstt")["rescheduled"].(map[string]any)
	require.EqualValues(t, 1, totals["open"])
	require.Equal(t, "late", totals["rescheduled_counts_as"])
	require.Len(t, d.items("/v1/dossiers?rescheduled=true", "motcua"), 1)
	require.Empty(t, d.items("/v1/dossiers?rescheduled=false", "motcua"))
}

// A person signs what the ladder proposed, or declines; nothing happens by itself without a decision in force.
func TestAProposalIsAnswered(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.submit("s", true)
	require.Equal(t, http.StatusOK, d.act(code, "motcua", "a1", map[string]any{"kind": "complete"}).status)
	d.until(code, "2026-03-17 16:59")
	list := d.items("/v1/proposals?signable=true", "lanhdao")
	require.Len(t, list, 1)
	require.Equal(t, "open", list[0]["state"])
	require.Equal(t, []any{"Phạm Thị Lâm (mẫu)"}, list[0]["told"])
	d.problem(d.act(code, "thamdinh", "x1", map[string]any{"kind": "reappoint", "proposal": 1, "reason": "x"}), http.StatusForbidden, "forbidden")
	d.problem(d.act(code, "lanhdao", "x2", map[string]any{"kind": "dismiss_proposal", "proposal": 1}), http.StatusUnprocessableEntity, "reason_missing")
	a := d.act(code, "lanhdao", "x3", map[string]any{"kind": "reappoint", "proposal": 1, "reason": "Chờ trích đo"})
	require.Equal(t, http.StatusOK, a.status, string(a.raw))
	require.Equal(t, "2026-03-23T17:00:00+07:00", a.body["due"])
	text := string(d.call(http.MethodGet, "/v1/dossiers/"+code+"/letters/2?format=text", "motcua", "", nil).raw)
	require.Contains(t, text, "Lý do: Chờ trích đo")
	require.Contains(t, text, "Người ký: Phạm Thị Lâm (mẫu)", "who answers signs with his name")
	require.NotContains(t, text, "quyết định chung")
	require.Equal(t, "signed", d.items("/v1/proposals?dossier="+code, "lanhdao")[0]["state"])

	// Another dossier: nobody answers, and the last day passes.
	other := d.submit("s2", true)
	d.until(other, "2026-04-02 12:00")
	var states []any
	for _, p := range d.items("/v1/proposals?dossier="+other, "kstt") {
		states = append(states, p["state"])
	}
	require.Equal(t, []any{"lapsed"}, states)
	require.Empty(t, d.items("/v1/proposals?signable=true", "lanhdao"))
}

// Quiet hours, one digest a day, and what goes out at once all the same.
func TestQuietHoursAndDigests(t *testing.T) {
	t.Parallel()
	d := open(t)
	policy := map[string]any{"quiet": map[string]any{"from": "18:00", "until": "07:00"}, "days_off": true, "digest": "08:00", "urgent": []any{"hand_up"}}
	d.problem(d.call(http.MethodPost, "/v1/message-policy", "lanhdao", "p0", policy), http.StatusForbidden, "forbidden")
	d.problem(d.call(http.MethodPost, "/v1/message-policy", "quantri", "p1", map[string]any{"digest": "8 giờ"}), http.StatusUnprocessableEntity, "invalid")
	require.Equal(t, http.StatusOK, d.call(http.MethodPost, "/v1/message-policy", "quantri", "p2", policy).status)

	var codes []string
	for i := range 3 {
		code := d.submit(fmt.Sprintf("s%d", i), true)
		require.Equal(t, http.StatusOK, d.act(code, "motcua", fmt.Sprintf("a%d", i), map[string]any{"kind": "complete"}).status)
		codes = append(codes, code)
	}
	receipts := d.mail()
	require.Len(t, receipts, 3, "the three applicants, by day at once, each on his own")
	for _, m := range receipts {
		require.Equal(t, models.RecipientApplicant, m.Recipient)
		require.False(t, m.Digest)
	}
	for _, c := range codes { // half of the limit, on Tuesday 10 March 13:45: the two appraisers are told of each
		d.now = local("2026-03-10 13:44")
		d.until(c, "2026-03-10 13:45")
	}
	require.Empty(t, d.mail(), "they wait for the morning")
	d.now = local("2026-03-11 07:59")
	require.Empty(t, d.mail())
	d.now = local("2026-03-11 08:00")
	digests := d.mail()
	require.Len(t, digests, 2, "one for each person instead of three")
	for _, m := range digests {
		require.True(t, m.Digest)
		var of []string
		for _, l := range m.Lines {
			of = append(of, l.Code)
		}
		require.Equal(t, codes, of, "all lines, in the order in which they were raised")
	}
	require.Empty(t, d.mail(), "again nothing: one person, one day, one message")

	// What is scheduled late for a day that had its digest waits for the next one, and a relay that comes back at night wakes nobody.
	d.now = local("2026-03-16 08:00")
	for _, c := range codes {
		d.until(c, "2026-03-16 23:30")
		d.now = local("2026-03-16 08:00")
	}
	d.now = local("2026-03-16 23:30")
	require.Empty(t, d.mail())
	d.now = local("2026-03-17 08:00")
	require.NotEmpty(t, d.mail())

	// A hand-up is urgent; the applicant hears of it in the morning.
	d.until(codes[0], "2026-03-19 07:30")
	var urgent, applicants int
	for _, m := range d.mail() {
		if m.Recipient == models.RecipientApplicant {
			applicants++
		} else if !m.Digest {
			urgent++
		}
	}
	require.Equal(t, 1, urgent, "the head to whom the task was handed")
	require.Equal(t, 1, applicants)

	notices := d.items("/v1/notices?limit=200", "thamdinh")
	require.NotEmpty(t, notices)
	for _, n := range notices {
		require.NotContains(t, n["text"], "61/2018", "no message of 2026 cites the repealed decree")
		if n["kind"] == "rung_fired" && n["raised_at"] == "2026-03-10T13:45:00+07:00" {
			require.Equal(t, "2026-03-11T08:00:00+07:00", n["deliver_at"])
			require.Equal(t, "cb18/2026-03-11", n["digest"])
		}
	}
	require.Equal(t, http.StatusNoContent, d.call(http.MethodPost, "/v1/notices/read", "thamdinh", "rd", map[string]any{"id": notices[0]["id"]}).status)
	require.Len(t, d.items("/v1/notices?limit=200&unread=true", "thamdinh"), len(notices)-1)
	require.NotEmpty(t, d.items("/v1/digests", "thamdinh"))
	require.EqualValues(t, 3, d.items("/v1/digests", "thamdinh")[len(d.items("/v1/digests", "thamdinh"))-1]["lines"])
}
