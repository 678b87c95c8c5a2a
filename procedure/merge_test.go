package procedure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/procedure"
)

// single is a small published procedure: intake, appraisal, signature, hand-over, return or refusal.
func single(code, limit, appraisal, extra string) procedure.MergeSource {
	return procedure.MergeSource{File: code + ".yaml", Data: []byte(fmt.Sprintf(`motcua: 1
code: "%s"
name: Thủ tục %s
field: dat-dai
level: province
agency: vpdk
documents:
  - {id: don, name: Đơn, form: "%s", originals: 1}
  - {id: gcn, name: Giấy chứng nhận, originals: 1}
  - {id: hop-dong, name: Hợp đồng, originals: 1, of: transaction}
fees:
  - {id: phi, name: Phí thẩm định, amount: 100000}
results:
  - {id: gcn-moi, name: Giấy chứng nhận mới}
%slimit: %s
steps:
  - {id: nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 4wh}
  - {id: tham-dinh, name: Thẩm định, role: chuyen-vien, limit: %s, outcomes: {dat: ky, khong-dat: tu-choi}}
  - {id: ky, name: Ký, role: lanh-dao, limit: 1wd}
  - {id: chuyen, name: Chuyển kết quả, role: van-thu, limit: 4wh, outcomes: {xong: tra}}
  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [gcn-moi]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation:
  - {id: het-han, on: dossier, at-due: true, to: [head_of_agency], do: [notify]}
  - {id: truoc, on: dossier, before: 1wd, to: [assignee], do: [notify]}
`, code, code, code, extra, limit, appraisal))}
}

func mergeOf(t *testing.T, o procedure.MergeOptions, sources ...procedure.MergeSource) *procedure.Plan {
	t.Helper()
	text, found := procedure.Merge(sources, nil, o)
	require.Empty(t, found)
	again, err := procedure.Format(text)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again), "written in the canonical form")
	d, found := procedure.Parse("merged.yaml", text)
	require.False(t, found.HasErrors(), "%s\n%s", found, text)
	plan, found := procedure.Compile(d, nil)
	require.NotNil(t, plan, "%s\n%s", found, text)
	return plan
}

func TestMergeUnitesPapersFeesAndResults(t *testing.T) {
	t.Parallel()
	p := mergeOf(t, procedure.MergeOptions{}, single("1.000001", "5wd", "3wd", ""), single("1.000002", "8wd", "6wd", ""))
	var papers, fees, results, steps []string
	for _, d := range p.Documents {
		papers = append(papers, d.ID)
	}
	for _, f := range p.Fees {
		fees = append(fees, f.ID+" of "+f.Part)
	}
	for _, r := range p.Results {
		results = append(results, r.ID+" of "+r.Part)
	}
	for _, s := range p.Exec.Steps {
		steps = append(steps, s.ID)
	}
	require.Equal(t, []string{"don", "gcn", "hop-dong", "b-don", "b-hop-dong"}, papers, "forms and contracts stay, the certificate comes from the first part")
	require.Equal(t, []string{"a-phi of a", "b-phi of b"}, fees)
	require.Equal(t, []string{"a-gcn-moi of a", "b-gcn-moi of b"}, results)
	require.Equal(t, []string{"nhan", "a-tham-dinh", "a-ky", "a-tu-choi", "b-tham-dinh", "b-ky", "b-chuyen", "tra", "b-tu-choi"}, steps)
	require.Equal(t, "12wd", p.Exec.Limit.String(), "5 + 8 less half a day each for intake and return")
	refusal, ok := p.Exec.Step("b-tu-choi")
	require.True(t, ok)
	require.Equal(t, []string{"a-gcn-moi"}, refusal.Results, "what is signed is given back")
}

func TestMergeOfThreeAndByOtherRules(t *testing.T) {
	t.Parallel()
	one, two, three := single("1.000001", "5wd", "3wd", ""), single("1.000002", "8wd", "6wd", ""), single("1.000003", "4wd", "2wd", "")
	p := mergeOf(t, procedure.MergeOptions{}, one, two, three)
	require.Equal(t, "15wd", p.Exec.Limit.String(), "17 less two days for two joints")
	require.Len(t, p.Exec.Merged.Parts, 3)

	p = mergeOf(t, procedure.MergeOptions{Rule: procedure.MergeParallel}, one, two)
	require.Equal(t, "8wd", p.Exec.Limit.String(), "the longest")
	intake, _ := p.Exec.Step("nhan")
	require.Len(t, intake.Outcomes[0].Edges, 2, "one intake opens both")
	back, _ := p.Exec.Step("tra-kq")
	require.ElementsMatch(t, []string{"a-chuyen", "b-chuyen"}, back.Join)
	require.Equal(t, []string{"a-gcn-moi", "b-gcn-moi"}, back.Results)

	p = mergeOf(t, procedure.MergeOptions{Limit: procedure.MergeOwn, Own: calendar.MustLimit("12wd")}, one, two)
	require.Equal(t, "12wd", p.Exec.Limit.String())
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	text := func(s procedure.MergeSource, from, to string) procedure.MergeSource {
		s.Data = []byte(strings.Replace(string(s.Data), from, to, 1))
		return s
	}
	good := single("1.000001", "5wd", "3wd", "")
	asks := func(kind string) procedure.MergeSource {
		return single("1.000002", "8wd", "6wd", "facts:\n  - {name: parcel.kind, type: "+kind+"}\n")
	}
	merged, _ := procedure.Merge([]procedure.MergeSource{good, single("1.000002", "8wd", "6wd", "")}, nil, procedure.MergeOptions{})
	for name, c := range map[string]struct {
		sources []procedure.MergeSource
		message string
	}{
		"one alone":             {[]procedure.MergeSource{good}, "ít nhất hai thủ tục"},
		"a broken part":         {[]procedure.MergeSource{good, text(good, "limit: 5wd", "limit: nhanh")}, "nhanh"},
		"days of the calendar":  {[]procedure.MergeSource{good, text(good, "limit: 5wd", "limit: 15d")}, "15d"},
		"facts of two kinds":    {[]procedure.MergeSource{asks("bool"), asks("int")}, "parcel.kind"},
		"a merged one in a new": {[]procedure.MergeSource{good, {File: "m.yaml", Data: merged}}, "đã là thủ tục ghép"},
	} {
		out, found := procedure.Merge(c.sources, nil, procedure.MergeOptions{})
		require.Nil(t, out, name)
		require.True(t, found.HasErrors(), name)
		require.Contains(t, found.Error(), c.message, name)
	}
}

// A part that has a newer version flags the merged procedure; the written limit is held to the rule.
func TestMergedProcedureIsHeldToItsParts(t *testing.T) {
	t.Parallel()
	text, found := procedure.Merge([]procedure.MergeSource{single("1.000001", "5wd", "3wd", ""), single("1.000002", "8wd", "6wd", "")}, nil, procedure.MergeOptions{})
	require.Empty(t, found)
	rules := func(text string, s *procedure.Shelf) (out []string) {
		d, found := procedure.Parse("m.yaml", []byte(text))
		require.Empty(t, found)
		for _, f := range procedure.Lint(d, s) {
			out = append(out, f.Rule)
		}
		return out
	}
	require.NotContains(t, rules(string(text), nil), "merged-outdated")
	require.Contains(t, rules(string(text), &procedure.Shelf{Plans: map[string]string{"1.000001": "another"}}), "merged-outdated")
	require.Contains(t, rules(strings.Replace(string(text), "limit: 12wd", "limit: 13wd", 1), nil), "bad-merge")
	require.Contains(t, rules(strings.Replace(string(text), "part: b", "part: c", 1), nil), "bad-merge")
}

// Papers whose form changed keep their forms; two that changed otherwise are two papers.
func TestMergeKeepsFormsByDate(t *testing.T) {
	t.Parallel()
	dated := func(code, forms string) procedure.MergeSource {
		s := single(code, "5wd", "3wd", "")
		s.Data = []byte(strings.Replace(string(s.Data), `form: "`+code+`"`, forms, 1))
		return s
	}
	old, other := "forms: [{form: 09/ĐK, until: 2025-06-30}, {form: 11/ĐK, from: 2025-07-01}]", "forms: [{form: 09/ĐK, until: 2025-08-31}, {form: 12/ĐK, from: 2025-09-01}]"
	p := mergeOf(t, procedure.MergeOptions{}, dated("1.000001", old), dated("1.000002", old))
	require.Equal(t, "don", p.Documents[0].ID)
	require.Len(t, p.Documents[0].Forms, 2)
	require.Equal(t, -1, slices.IndexFunc(p.Documents, func(d procedure.Document) bool { return d.ID == "b-don" }), "the same forms are the same paper")
	p = mergeOf(t, procedure.MergeOptions{}, dated("1.000001", "required: true"), dated("1.000002", old))
	require.Len(t, p.Documents[0].Forms, 2, "what names its forms says more")
	p = mergeOf(t, procedure.MergeOptions{}, dated("1.000001", old), dated("1.000002", other))
	i := slices.IndexFunc(p.Documents, func(d procedure.Document) bool { return d.ID == "b-don" })
	require.Equal(t, "12/ĐK", p.Documents[i].FormOn("2025-09-01"))
}

// A template is merged with its values written in it, and held to the plan that everybody has; what single agencies use is not
// merged, nor one that leaves a value open.
func TestMergeOfTemplates(t *testing.T) {
	t.Parallel()
	mau := single("1.000001", "$han", "3wd", "parameters:\n  - {name: han, type: limit, default: 5wd}\n")
	written, two := single("1.000001", "5wd", "3wd", ""), single("1.000002", "8wd", "6wd", "")
	want, got := mergeOf(t, procedure.MergeOptions{}, written, two), mergeOf(t, procedure.MergeOptions{}, mau, two)
	require.Equal(t, want.Hash, got.Hash)
	open := mau
	open.Data = []byte(strings.Replace(string(mau.Data), ", default: 5wd", "", 1))
	_, found := procedure.Merge([]procedure.MergeSource{open, two}, nil, procedure.MergeOptions{})
	require.Contains(t, found.Error(), "tham số han chưa có giá trị [open-parameter]")
	use := procedure.MergeSource{File: "xa.yaml", Data: []byte("motcua: 1\ntemplate: \"1.000001\"\nfor: [H99.31]\nset: {han: 4wd}\n")}
	shelf := &procedure.Shelf{Others: procedure.NewTemplates(procedure.Source{File: mau.File, Data: mau.Data})}
	_, found = procedure.Merge([]procedure.MergeSource{use, two}, shelf, procedure.MergeOptions{})
	require.Contains(t, found.Error(), "xa.yaml:2:11: tệp dùng mẫu 1.000001 là quy trình riêng của một số cơ quan [bad-merge]")
}

// A step that opens another dossier keeps its procedure, its agency and what it hands down.
func TestMergeKeepsSubProcedures(t *testing.T) {
	t.Parallel()
	one := single("1.000001", "5wd", "3wd", "facts:\n  - {name: parcel.kind, type: string, values: [a], default: a}\n")
	one.Data = []byte(strings.Replace(string(one.Data), "name: Thẩm định, role: chuyen-vien, limit: 3wd, outcomes: {dat: ky, khong-dat: tu-choi}",
		`name: Thẩm định, procedure: "1.000009", agency: ubnd-xa, limit: 3wd, facts: {land.kind: parcel.kind}, outcomes: {finished: ky, refused: tu-choi, stopped: tu-choi}`, 1))
	p := mergeOf(t, procedure.MergeOptions{}, single("1.000002", "8wd", "6wd", ""), one)
	st, ok := p.Exec.Step("b-tham-dinh")
	require.True(t, ok)
	require.Equal(t, []any{procedure.StepSub, "1.000009", "ubnd-xa"}, []any{st.Kind, st.Procedure, st.Agency})
	require.Equal(t, []procedure.FactLink{{Child: "land.kind", Parent: "parcel.kind"}}, st.Facts)
	require.Contains(t, p.Exec.Agencies, "ubnd-xa")
}

// Whoever files the one dossier must be allowed to file for every part, on a channel that every part takes; conditions of all
// parts hold for it.
func TestMergeKeepsWhoMayFileAndHow(t *testing.T) {
	t.Parallel()
	first := "online: full\nmanner: [online, post, counter]\nsubjects: [Công dân Việt Nam, Doanh nghiệp]\nrequirements: [Đất không có tranh chấp]\n"
	p := mergeOf(t, procedure.MergeOptions{}, single("1.000001", "5wd", "3wd", first),
		single("1.000002", "8wd", "6wd", "online: none\nmanner: [counter, post]\nsubjects: [Hợp tác xã, Công dân Việt Nam]\nrequirements: [Còn thời hạn sử dụng đất, Đất không có tranh chấp]\n"))
	require.Equal(t, []string{"post", "counter"}, p.Manner)
	require.Equal(t, []string{"Công dân Việt Nam"}, p.Subjects)
	require.Equal(t, []string{"Đất không có tranh chấp", "Còn thời hạn sử dụng đất"}, p.Requirements)
	require.Equal(t, "none", p.Online)

	p = mergeOf(t, procedure.MergeOptions{}, single("1.000001", "5wd", "3wd", first), single("1.000002", "8wd", "6wd", ""))
	require.Empty(t, p.Manner, "the second part does not say which channels it takes")
	require.Empty(t, p.Subjects)
	require.Empty(t, p.Online)
}

// What a step uses follows its papers into the merged file: under their new ids, without those that an earlier part produces,
// and not at all where a part keeps silent, for its papers would look unused.
func TestMergeFollowsTheUsesOfPapers(t *testing.T) {
	t.Parallel()
	uses := func(s procedure.MergeSource) procedure.MergeSource {
		s.Data = []byte(strings.Replace(string(s.Data), "id: ky,", "id: ky, uses: [don, gcn, hop-dong],", 1))
		return s
	}
	first, second := single("1.000001", "5wd", "3wd", ""), single("1.000002", "8wd", "6wd", "")
	p := mergeOf(t, procedure.MergeOptions{}, uses(first), uses(second))
	of := map[string][]string{}
	for _, s := range p.Steps {
		of[s.ID] = s.Uses
	}
	require.Equal(t, []string{"don", "gcn", "hop-dong"}, of["a-ky"])
	require.Equal(t, []string{"b-don", "b-hop-dong"}, of["b-ky"], "the certificate is what the first part makes")
	for _, s := range mergeOf(t, procedure.MergeOptions{}, uses(first), second).Steps {
		require.Empty(t, s.Uses, s.ID)
	}
}
