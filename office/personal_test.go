package office_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/office"
)

// marks are what names the applicant, as it was given and as a search folds it.
func marks() []string {
	return []string{"Nguyễn Văn Mẫu", "nguyen-van-mau", "026100000089", "0900000000", "mau@example.vn", "Thôn Mẫu"}
}

// told is everything that the office tells a principal about a dossier, and what it finds by a text.
func (d *desk) told(p office.Principal, code string) string {
	d.t.Helper()
	ctx := d.t.Context()
	var out []any
	add := func(v any, err error) {
		d.t.Helper()
		if err != nil {
			v = office.ProblemOf(err)
		}
		out = append(out, v)
	}
	for _, live := range []bool{false, true} {
		v, err := d.Show(ctx, p, code, live)
		add(v, err)
	}
	list, _, err := d.List(ctx, p, office.ListFilter{Limit: 50})
	add(list, err)
	tasks, _, err := d.Tasks(ctx, p, office.TaskFilter{Limit: 50})
	add(tasks, err)
	rungs, _, err := d.Escalations(ctx, p, code, 50, "")
	add(rungs, err)
	comments, err := d.Comments(ctx, p, code)
	add(comments, err)
	files, err := d.Attachments(ctx, p, code)
	add(files, err)
	b, err := json.Marshal(out)
	require.NoError(d.t, err)
	return string(b)
}

// personal submits a dossier in which the applicant is named wherever somebody can write, and lets it run late.
func (d *desk) personal() string {
	d.t.Helper()
	ctx := d.t.Context()
	s := hourly()
	s.Applicant.Email, s.Applicant.Address = "mau@example.vn", "Thôn Mẫu"
	s.Papers = append(s.Papers, office.Paper{Document: "gcn", Name: "Bản sao của Nguyễn Văn Mẫu"}, office.Paper{Document: "Đơn Nguyễn Văn Mẫu"})
	code := d.take(s, "personal").Code
	d.must("motcua", code, "p1", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	d.must("thamdinh", code, "p2", office.ActBody{Kind: dossier.ActRequestSupplement, Papers: []string{"gcn"}, Reason: "Ông Nguyễn Văn Mẫu còn thiếu giấy"})
	_, err := d.Comment(ctx, d.as("motcua"), code, "Đã gọi Nguyễn Văn Mẫu, 0900000000.", "c")
	require.NoError(d.t, err)
	_, err = d.Attach(ctx, d.as("motcua"), code, office.Attachment{
		Document: "gcn", Name: "nguyen-van-mau.pdf", MediaType: "application/pdf", Size: 10, SHA256: strings.Repeat("0a", 32),
	}, "f")
	require.NoError(d.t, err)
	return code
}

// Nothing that names the applicant leaves for principals that may not read personal data: not as data and not as an answer to
// a search, which would confirm a guess.
func TestPersonsStayWithThoseWhoMayReadThem(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.personal()
	integrator := d.as("congdvc")
	integrator.Roles = []string{office.RoleIntegrator}
	for who, p := range map[string]office.Principal{
		"portal": d.as("congdvc"), "integrator": integrator, "control": d.as("kstt"),
		"one_stop": d.as("motcua"), "handler": d.as("thamdinh"), "leader": d.as("lanhdao"), "auditor": d.as("thanhtra"),
	} {
		reads := who == "one_stop" || who == "handler" || who == "leader" || who == "auditor"
		text := d.told(p, code)
		require.Contains(t, text, code, who)
		for _, mark := range marks() {
			require.Equal(t, reads, strings.Contains(text, mark), "%s and %s", who, mark)
		}
		require.Equal(t, reads, strings.Contains(text, strings.Repeat("0a", 32)), "%s and the address of a file's content", who)
		for query, finds := range map[string]bool{
			"Nguyễn Văn Mẫu": reads, "nguyen van": reads, "026100000089": reads, "0900000000": reads,
			code: true, strings.ToLower(code[3:]): true, "9.000001": !reads, "xac nhan thong tin": !reads, "khong co": false,
		} {
			list, _, err := d.List(t.Context(), p, office.ListFilter{Text: query, Limit: 50})
			require.NoError(t, err)
			require.Equal(t, finds, len(list) == 1, "%s looks for %q", who, query)
		}
	}
}

// What is withheld says so, and one's own words stay one's own.
func TestWithheld(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.personal()
	control, portal := d.as("kstt"), d.as("congdvc")
	own, err := d.Comment(t.Context(), control, code, "Đề nghị giải trình.", "k")
	require.NoError(t, err)
	require.Equal(t, "Đề nghị giải trình.", own.Text)
	list, err := d.Comments(t.Context(), control, code)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, office.Comment{ID: list[0].ID, By: "cb09", At: list[0].At, Withheld: true}, list[0])
	require.Equal(t, own, list[1])

	mine := office.Attachment{Name: "don.pdf", MediaType: "application/pdf", Size: 10, SHA256: strings.Repeat("0b", 32)}
	for range 2 {
		_, err = d.Attach(t.Context(), portal, code, mine, "a")
		require.NoError(t, err)
	}
	files, err := d.Attachments(t.Context(), portal, code)
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, f := range files {
		require.Equal(t, f.SHA256 == "", f.Withheld)
		require.Equal(t, f.SHA256 == mine.SHA256, f.Name == "don.pdf")
	}
	v, err := d.Show(t.Context(), control, code, false)
	require.NoError(t, err)
	require.Equal(t, []models.Paper{
		{Dossier: code, N: 1, Document: "don", Name: "Đơn đề nghị xác nhận (mẫu)", Originals: 1},
		{Dossier: code, N: 2, Document: "gcn", Name: "Giấy chứng nhận đã cấp"}, {Dossier: code, N: 3},
	}, v.Papers)
}

// What travels with an act and stands in the timeline is references; words about persons belong into the reason.
func TestReferences(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	d.must("motcua", code, "1", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	for name, c := range map[string]struct {
		body    office.ActBody
		pointer string
	}{
		"name":          {office.ActBody{Kind: dossier.ActSuspend, Ground: "theo đơn của (nguyễn văn  MẪU)"}, "/ground"},
		"number":        {office.ActBody{Kind: dossier.ActSuspend, Ground: "x", Document: "CCCD 026100000089"}, "/document"},
		"phone":         {office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "x", Approval: "0900000000"}, "/approval"},
		"long":          {office.ActBody{Kind: dossier.ActSuspend, Ground: strings.Repeat("ạ", 301)}, "/ground"},
		"unknown paper": {office.ActBody{Kind: dossier.ActRequestSupplement, Reason: "x", Papers: []string{"gcn", "CCCD của ông Mẫu"}}, "/papers/1"},
		"no result":     {office.ActBody{Kind: dossier.ActComplete, Outcome: "dat", Results: []string{"Quyết định cho ông Mẫu"}}, "/results/0"},
	} {
		_, err := d.do("thamdinh", code, name, c.body)
		p := problem(t, err, http.StatusUnprocessableEntity, "invalid")
		require.Equal(t, c.pointer, p.Errors[0].Pointer, name)
		require.NotContains(t, p.Errors[0].Detail, "Mẫu")
	}
	pending, err := d.store.PendingActs(t.Context(), d.now.AddDate(1, 0, 0), 10)
	require.NoError(t, err)
	require.Empty(t, pending)
	d.must("thamdinh", code, "s", office.ActBody{Kind: dossier.ActSuspend, Ground: "Điều 19 NĐ 61/2018", Document: "12/TB-CN", Reason: "Ông Nguyễn Văn Mẫu vắng mặt"})
	v, err := d.Show(t.Context(), d.as("thamdinh"), code, false)
	require.NoError(t, err)
	line, err := json.Marshal(v.Timeline)
	require.NoError(t, err)
	require.Contains(t, string(line), "12/TB-CN")
	require.NotContains(t, string(line), "Nguyễn Văn Mẫu")

	s := hourly()
	s.ReceivedAt, s.Document = d.now.Add(-60), "Giấy của Nguyễn Văn Mẫu"
	_, err = d.Submit(t.Context(), d.as("motcua"), s, "back")
	require.Equal(t, "/document", problem(t, err, http.StatusUnprocessableEntity, "invalid").Errors[0].Pointer)
}

// Whoever may not read the applicant learns nothing from a guess either.
func TestReferencesConfirmNoGuess(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "k").Code
	answers := map[string]bool{}
	for i, ground := range []string{"Nguyễn Văn Mẫu", "Trần Thị Khác"} {
		_, err := d.do("kstt", code, string(rune('a'+i)), office.ActBody{Kind: dossier.ActExclude, Ground: ground})
		answers[office.ProblemOf(err).Detail] = true
	}
	require.Len(t, answers, 1)
}
