package office_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/intake"
	"motcua/library"
	"motcua/models"
	"motcua/office"
	"motcua/procedure"
)

const linkedHead = `motcua: 1
name: Liên thông (mẫu)
field: mau
level: province
agency: vpdk-chi-nhanh
origin: sample
results: [{id: kq, name: Kết quả}]
`

const linkedEnd = `
  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
`

// publish compiles definitions and stores their plans.
func (d *desk) publish(texts ...string) {
	d.t.Helper()
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	for _, text := range texts {
		def, found := procedure.Parse("mau.yaml", []byte(linkedHead+text+linkedEnd))
		require.False(d.t, found.HasErrors(), found.Error())
		plan, found := procedure.Compile(def, shelf)
		require.NotNil(d.t, plan, found.Error())
		require.NoError(d.t, d.store.SavePlan(d.t.Context(), plan, nil))
	}
}

// parentText opens a dossier of the commune (childText) after a first step.
const parentText = `code: "9.100001"
documents: [{id: don, name: Đơn, originals: 1}, {id: rieng, name: Giấy riêng, originals: 1, required: false}]
facts: [{name: parcel.kind, type: string, values: [a, b], default: a}]
limit: 10wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 1wd, max-visits: 3, outcomes: {xong: xa}}
  - {id: xa, name: Xã xác nhận, procedure: "9.100002", agency: ubnd-xa, limit: 5wd, facts: {land.kind: parcel.kind}, outcomes: {finished: ky, refused: tu-choi, stopped: lam}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 1wd, outcomes: {dat: tra, khong: tu-choi}}`

const childText = `code: "9.100002"
documents: [{id: don, name: Đơn, originals: 1}, {id: them, name: Giấy thêm, originals: 1}]
facts: [{name: land.kind, type: string, values: [a, b]}]
limit: 3wd
limit-when: [{rule: lau, set: 4wd, when: 'land.kind == "b"', ground: mẫu}]
steps:
  - {id: xac-nhan, name: Xác nhận, role: chuyen-vien, limit: 3wd, outcomes: {dat: tra, khong: tu-choi}}`

func (d *desk) publishLinked() {
	d.t.Helper()
	d.publish(parentText)
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	def, found := procedure.Parse("xa.yaml", []byte(strings.Replace(linkedHead, "vpdk-chi-nhanh", "ubnd-xa", 1)+childText+linkedEnd))
	require.False(d.t, found.HasErrors(), found.Error())
	plan, found := procedure.Compile(def, shelf)
	require.NotNil(d.t, plan, found.Error())
	require.NoError(d.t, d.store.SavePlan(d.t.Context(), plan, nil))
}

// relay delivers what is in the outbox, until nothing is left; it returns how many messages failed and are left for later.
func (d *desk) relay() (failed int) {
	d.t.Helper()
	for {
		rows, err := d.store.ClaimOutbox(d.t.Context(), []string{"start", models.TopicLink}, 100, time.Minute)
		require.NoError(d.t, err)
		if len(rows) == 0 {
			return failed
		}
		for _, r := range rows {
			if r.Topic == "start" {
				err = d.StartDossier(d.t.Context(), r.Key)
				<-d.engine.tried
			} else {
				err = d.Link(d.t.Context(), r)
			}
			if err != nil {
				failed++
				require.NoError(d.t, d.store.FailOutbox(d.t.Context(), r.ID, err.Error(), d.now.Add(time.Minute)))
				continue
			}
			require.NoError(d.t, d.store.DoneOutbox(d.t.Context(), r.ID))
		}
	}
}

func (d *desk) show(who, code string) office.Detail {
	d.t.Helper()
	detail, err := d.Show(d.t.Context(), d.as(who), code, false)
	require.NoError(d.t, err)
	return detail
}

// opened brings a dossier to the step that opens another, and returns both codes.
func (d *desk) opened(facts map[string]any) (parent, child string) {
	d.t.Helper()
	d.publishLinked()
	s := hourly()
	s.Procedure, s.Facts = "9.100001", facts
	s.Papers = []office.Paper{{Document: "don", Originals: 1}, {Document: "rieng", Originals: 1}}
	parent = d.take(s, "k").Code
	d.relay()
	d.now = at(2, 10, 0)
	d.must("thamdinh", parent, "a1", office.ActBody{Kind: dossier.ActComplete})
	detail := d.show("thamdinh", parent)
	require.Len(d.t, detail.Linked, 1)
	child = detail.Linked[0].Code
	require.NotEmpty(d.t, child, "it is there as soon as the step is recorded")
	require.Zero(d.t, d.relay())
	return parent, child
}

// One dossier opens another, which lives its own life, and goes on from its end: applicant, papers and facts are taken over.
func TestADossierGoesOnFromTheEndOfAnother(t *testing.T) {
	t.Parallel()
	d := open(t)
	parent, child := d.opened(map[string]any{"parcel.kind": "b"})
	detail := d.show("xa", child)
	require.Equal(t, &dossier.Parent{Code: parent, Task: "xa#1", Procedures: []string{"9.100001"}}, detail.Parent)
	require.Equal(t, "H99.31", detail.Lead, "what the branch is bound to")
	require.Equal(t, "H99.02.01", detail.Receiving, "the result comes back to the desk that received")
	require.Equal(t, dossier.ChannelLinked, detail.Channel)
	require.Equal(t, dossier.StatusAccepted, detail.Status)
	require.True(t, at(6, 17, 0).Equal(detail.DueAt), "four working days, for the fact handed over: %s", detail.DueAt)
	require.Equal(t, "Nguyễn Văn Mẫu", detail.Applicant.Name)
	require.Len(t, detail.Papers, 1, "the papers that it asks for too")
	require.Equal(t, "don", detail.Papers[0].Document)
	notices, _, err := d.store.Notifications(t.Context(), models.NotificationFilter{Dossier: child, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, notices, "the receipt is that of the dossier above")
	_, err = d.do("xa", parent, "x", office.ActBody{Kind: dossier.ActComplete, Task: "xa#1", Outcome: "finished"})
	problem(t, err, 409, "use_child")
	_, err = d.do("thamdinh", parent, "x2", office.ActBody{Kind: dossier.ActEndChild, Task: "xa#1", Outcome: "finished"})
	problem(t, err, 403, "forbidden")

	d.now = at(4, 9, 0)
	d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	require.Equal(t, dossier.StageReturned, d.show("xa", child).Stage)
	d.now = at(4, 9, 5)
	require.Zero(t, d.relay())
	detail = d.show("thamdinh", parent)
	require.Equal(t, "ky#1", detail.Tasks[0].Task)
	require.True(t, at(4, 9, 0).Equal(detail.Tasks[0].OpenedAt), "from the end itself, not from the message")
	require.Equal(t, dossier.Status(10).Vietnamese(), detail.Linked[0].StatusName)
	d.must("lanhdao", parent, "a2", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	require.Equal(t, dossier.StageFinished, d.show("motcua", parent).Stage)
	for _, code := range []string{parent, child} {
		require.NoError(t, d.Audit(t.Context(), code))
	}
}

// However often the message is delivered, and whatever crashed in between, the step is completed once.
func TestTheEndIsToldOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	parent, child := d.opened(nil)
	d.now = at(3, 9, 0)
	d.must("xa", child, "c1", office.ActBody{Kind: dossier.ActComplete, Outcome: "khong"})
	rows, err := d.store.ClaimOutbox(t.Context(), []string{models.TopicLink}, 10, time.Minute)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	d.engine.set(func(e *engine) { e.down = true })
	require.Error(t, d.Link(t.Context(), rows[0]), "the engine is down: delivered again")
	d.engine.set(func(e *engine) { e.down, e.slow = false, true })
	require.Error(t, d.Link(t.Context(), rows[0]), "done, but the answer was lost: its fate is unknown")
	d.engine.set(func(e *engine) { e.slow = false })
	before := d.engine.acts
	require.NoError(t, d.Link(t.Context(), rows[0]))
	require.NoError(t, d.Link(t.Context(), rows[0]), "and once more, by a relay that crashed before it could say so")
	require.Equal(t, before, d.engine.acts)
	detail := d.show("motcua", parent)
	require.Equal(t, dossier.StageFinished, detail.Stage)
	require.True(t, detail.Refusal, "refused after appraisal")
	// The workflow of the parent lost everything: it comes back from the events, and the message finds it done.
	d.engine.set(func(e *engine) { delete(e.running, parent) })
	require.NoError(t, d.Link(t.Context(), rows[0]))
	<-d.engine.tried
	require.Equal(t, before, d.engine.acts)
}

// The applicant withdraws: what was opened for the dossier is withdrawn likewise; a stop stops it, and its answer to the stop
// finds nobody who waits.
func TestWhatWasOpenedEndsWithIt(t *testing.T) {
	t.Parallel()
	for kind, stage := range map[string]dossier.Stage{dossier.ActWithdraw: dossier.StageWithdrawn, dossier.ActStop: dossier.StageStopped} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			parent, child := d.opened(nil)
			d.now = at(3, 9, 0)
			who := map[string]string{dossier.ActWithdraw: "motcua", dossier.ActStop: "lanhdao"}[kind]
			d.must(who, parent, "w", office.ActBody{Kind: kind, Ground: "Luật mẫu Đ9", Reason: "mẫu"})
			require.Zero(t, d.relay())
			detail := d.show("xa", child)
			require.Equal(t, stage, detail.Stage)
			if b, ok := detail.Timeline[len(detail.Timeline)-1].Body.(dossier.Stopped); ok {
				require.Equal(t, "Luật mẫu Đ9", b.Ground)
			}
			require.Equal(t, dossier.ByLink, detail.Timeline[len(detail.Timeline)-1].By)
			require.Equal(t, stage, d.show("motcua", parent).Stage)
		})
	}
}

// A dossier that is stopped on its own goes back to the one that waits, which may open another.
func TestAnotherIsOpenedAfterAStop(t *testing.T) {
	t.Parallel()
	d := open(t)
	parent, child := d.opened(nil)
	d.now = at(3, 9, 0)
	d.must("xa", child, "s", office.ActBody{Kind: dossier.ActStop, Ground: "Luật mẫu Đ9", Reason: "mẫu"})
	require.Zero(t, d.relay())
	require.Equal(t, "lam#2", d.show("motcua", parent).Tasks[0].Task)
	d.must("thamdinh", parent, "a3", office.ActBody{Kind: dossier.ActComplete, Facts: map[string]any{"parcel.kind": "b"}})
	require.Zero(t, d.relay())
	linked := d.show("motcua", parent).Linked
	require.Len(t, linked, 2)
	require.Equal(t, "xa#2", linked[1].Task)
	require.NotEqual(t, child, linked[1].Code)
	require.True(t, at(9, 17, 0).Equal(linked[1].DueAt), "four days: the fact that the very act stated, %s", linked[1].DueAt)
}

// What cannot be opened is a finding and holds nothing up; it is opened when the organisation is mended.
func TestOpenedWhenItCanBe(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.publish(parentText)
	s := hourly()
	s.Procedure, s.Papers = "9.100001", []office.Paper{{Document: "don", Originals: 1}}
	parent := d.take(s, "k").Code
	d.relay()
	d.must("thamdinh", parent, "a1", office.ActBody{Kind: dossier.ActComplete})
	require.Equal(t, "xa#1", d.show("motcua", parent).Tasks[0].Task)
	require.Empty(t, d.show("motcua", parent).Linked[0].Code)
	require.Equal(t, 1, d.relay(), "no such procedure yet")
	found, err := d.store.Findings(t.Context(), intake.FindingNotOpened, false, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, parent+" xa#1", found[0].Subject)
	d.publishLinked()
	d.now = d.now.Add(2 * time.Minute)
	require.Zero(t, d.relay())
	child := d.show("motcua", parent).Linked[0].Code
	require.NotEmpty(t, child)
	below := d.show("xa", child)
	require.Equal(t, dossier.StatusAccepted, below.Status)
	require.True(t, d.now.Equal(below.AcceptedAt), "received when it is taken in: %s", below.AcceptedAt)
	found, err = d.store.Findings(t.Context(), intake.FindingNotOpened, false, 10)
	require.NoError(t, err)
	require.Empty(t, found)
}

// A dossier that opens others as it is accepted has them with its receipt, down to the third below; what would lead in a
// circle is not accepted.
func TestOpenedAtAcceptance(t *testing.T) {
	t.Parallel()
	d := open(t)
	chain := func(code, below string) string {
		return `code: "` + code + `"
limit: 10wd
steps:
  - {id: con, name: Con, procedure: "` + below + `", agency: vpdk-chi-nhanh, limit: 9wd, outcomes: {finished: tra, refused: tu-choi, stopped: tu-choi}}`
	}
	last := `code: "9.100014"
limit: 2wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 2wd, outcomes: {dat: tra, khong: tu-choi}}`
	d.publish(chain("9.100011", "9.100012"), chain("9.100012", "9.100013"), chain("9.100013", "9.100014"), last, chain("9.100015", "9.100016"), chain("9.100016", "9.100015"))
	s := hourly()
	s.Procedure, s.Papers = "9.100011", nil
	r := d.take(s, "k")
	code := r.Code
	var all []string
	for range 3 {
		linked := d.show("motcua", code).Linked
		require.Len(t, linked, 1)
		code = linked[0].Code
		all = append(all, code)
	}
	require.Equal(t, []string{"9.100011", "9.100012", "9.100013"}, d.show("motcua", code).Parent.Procedures)
	d.relay()
	d.now = at(3, 9, 0)
	d.must("thamdinh", code, "c", office.ActBody{Kind: dossier.ActComplete, Outcome: "dat"})
	d.now = at(3, 9, 10)
	require.Zero(t, d.relay(), "each end is the next one's")
	require.Equal(t, dossier.StageFinished, d.show("motcua", r.Code).Stage)
	for _, c := range all {
		require.Equal(t, dossier.StageReturned, d.show("motcua", c).Stage)
	}

	s.Procedure = "9.100015"
	circle := d.take(s, "k2")
	require.Empty(t, d.show("motcua", circle.Code).Linked[0].Code, "the second would open the first: it is not opened at all")
	var refusal *dossier.Refusal
	rows, err := d.store.ClaimOutbox(t.Context(), []string{models.TopicLink}, 10, time.Minute)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.True(t, errors.As(d.Link(t.Context(), rows[0]), &refusal))
	require.Equal(t, "sub_circle", refusal.Code)
}
