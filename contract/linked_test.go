package contract_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/models"
)

// birth is a dossier of the linked group of a birth, received at a desk of the province for the commune.
func birth() map[string]any {
	return map[string]any{
		"procedure": "2.002621", "channel": "counter", "receiving": "H99.02.01", "lead": "H99.31", "accept": true,
		"applicant": map[string]any{"name": "Nguyễn Văn Mẫu", "id_no": "026100000089"}, "papers": []any{map[string]any{"document": "to-khai", "originals": 1}},
	}
}

// link delivers what dossiers ask of each other, as the relay does.
func (d *desk) link() (delivered int) {
	d.t.Helper()
	rows, err := d.engine.store.ClaimOutbox(d.t.Context(), []string{models.TopicLink}, 10, time.Minute)
	require.NoError(d.t, err)
	for _, row := range rows {
		require.NoError(d.t, d.office.Link(d.t.Context(), row))
		require.NoError(d.t, d.engine.store.DoneOutbox(d.t.Context(), row.ID))
	}
	return len(rows)
}

func (d *desk) show(who, code string) map[string]any {
	d.t.Helper()
	a := d.call(http.MethodGet, "/v1/dossiers/"+code, who, "", nil)
	require.Equal(d.t, http.StatusOK, a.status, string(a.raw))
	return a.body
}

func tasksOf(dossier map[string]any) (out []string) {
	list, _ := dossier["tasks"].([]any)
	for _, x := range list {
		out = append(out, x.(map[string]any)["task"].(string))
	}
	return out
}

// The group of a birth over HTTP: one submission, the birth registered as a dossier of its own that is seen from the one above and
// from below, and the two other agencies at work as soon as it has its result.
func TestLinkedDossiersOverHTTP(t *testing.T) {
	t.Parallel()
	d := open(t)
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", "s", birth())
	require.Equal(t, http.StatusCreated, a.status, string(a.raw))
	require.Equal(t, "01", a.body["form"].(map[string]any)["number"], "the form of the receipt")
	group := a.body["code"].(string)
	require.Equal(t, http.StatusOK, d.act(group, "motcua", "a1", map[string]any{"kind": "complete", "task": "tiep-nhan#1"}).status)

	above := d.show("motcua", group)
	linked := above["linked"].([]any)
	require.Len(t, linked, 1)
	one := linked[0].(map[string]any)
	require.Equal(t, "khai-sinh#1", one["task"])
	require.Equal(t, "1.001193", one["procedure"])
	child := one["code"].(string)
	below := d.show("xa", child)
	require.Equal(t, "linked", below["channel"])
	require.Equal(t, "H99.31", below["lead"])
	require.Equal(t, map[string]any{"code": group, "task": "khai-sinh#1", "procedures": []any{"2.002621"}}, below["parent"])
	require.Equal(t, "Nguyễn Văn Mẫu", below["applicant"].(map[string]any)["name"])

	d.problem(d.act(group, "xa", "x1", map[string]any{"kind": "complete", "task": "khai-sinh#1", "outcome": "finished"}), http.StatusConflict, "use_child")
	d.problem(d.act(group, "xa", "x2", map[string]any{"kind": "end_child", "task": "khai-sinh#1", "outcome": "finished"}), http.StatusForbidden, "forbidden")
	d.problem(d.call(http.MethodPost, "/v1/dossiers", "motcua", "s2", func() map[string]any {
		s := birth()
		s["channel"] = "linked"
		return s
	}()), http.StatusUnprocessableEntity, "invalid")

	revision := d.show("motcua", group)["revision"]
	for i, step := range []map[string]any{
		{"who": "motcua", "task": "tiep-nhan#1"}, {"who": "xa", "task": "tham-tra#1", "outcome": "hop-le"}, {"who": "xa", "task": "ghi-so#1"},
		{"who": "xa", "task": "ky#1", "outcome": "duyet"}, {"who": "xa", "task": "gui-kq#1"},
	} {
		who := step["who"].(string)
		delete(step, "who")
		step["kind"] = "complete"
		a := d.act(child, who, "c"+string(rune('0'+i)), step)
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
	}
	require.Equal(t, "returned", d.show("xa", child)["stage"], "its result is the group's")
	require.Equal(t, []string{"khai-sinh#1"}, tasksOf(d.show("motcua", group)), "the message is not there yet")
	require.Equal(t, 1, d.link())
	require.Zero(t, d.link())
	above = d.show("motcua", group)
	require.ElementsMatch(t, []string{"thuong-tru#1", "bhyt#1"}, tasksOf(above))
	require.Equal(t, revision, above["revision"], "nobody's form is stale")
	require.Equal(t, "Đã trả kết quả", above["linked"].([]any)[0].(map[string]any)["status_name"])

	for i, step := range [][3]string{{"congan", "thuong-tru#1", ""}, {"baohiem", "bhyt#1", "du-dieu-kien"}, {"congan", "duyet-thuong-tru#1", "duyet"}} {
		a := d.act(group, step[0], "g"+string(rune('0'+i)), map[string]any{"kind": "complete", "task": step[1], "outcome": step[2]})
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
	}
	above = d.show("motcua", group)
	require.Equal(t, "finished", above["stage"])
	require.Equal(t, []any{"giay-khai-sinh", "thong-bao-cu-tru", "the-bhyt"}, above["results"])
}

// The applicant withdraws: the dossier below is withdrawn too, and the end of that one asks nobody any more.
func TestWithdrawnWithWhatItOpened(t *testing.T) {
	t.Parallel()
	d := open(t)
	a := d.call(http.MethodPost, "/v1/dossiers", "motcua", "s", birth())
	group := a.body["code"].(string)
	require.Equal(t, http.StatusOK, d.act(group, "motcua", "a1", map[string]any{"kind": "complete", "task": "tiep-nhan#1"}).status)
	child := d.show("motcua", group)["linked"].([]any)[0].(map[string]any)["code"].(string)
	require.Equal(t, http.StatusOK, d.act(group, "motcua", "w", map[string]any{"kind": "withdraw"}).status)
	require.Equal(t, 1, d.link())
	require.Equal(t, "withdrawn", d.show("xa", child)["stage"])
	require.Equal(t, 1, d.link(), "its end, which finds the group closed")
	require.Equal(t, "withdrawn", d.show("motcua", group)["stage"])
	require.Zero(t, d.link())
}
