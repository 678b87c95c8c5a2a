package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/catalogue"
	"motcua/procedure"
)

// Lines of which no entry can be made, and where.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]struct {
		reason string
		column int
	}{
		`{"code":"1.000001"`:                  {"bad-json", 19},
		`{"code":"1.000001",}`:                {"bad-json", 20},
		`{"tên":"a", x}`:                      {"bad-json", 13},
		`{"code":"1.000001"} {}`:              {"bad-json", 21},
		`[1]`:                                 {"not-an-object", 1},
		`null`:                                {"not-an-object", 1},
		`{}`:                                  {"no-code", 1},
		`{"code":null}`:                       {"no-code", 1},
		`{"name":"a","code":" "}`:             {"no-code", 13},
		`{"code":1.00169}`:                    {"bad-code", 2},
		`{"code":"a b"}`:                      {"bad-code", 2},
		`{"code":"1.000001","tên":1,"tên":2}`: {"repeated-key", 28},
		`{"code":"1.000001","x":[{"a":1,"a":1}]}`:    {"repeated-key", 32},
		"{\"code\":\"1.000001\",\"n\":\"\xff\"}":     {"bad-utf8", 25},
		`{"code":"1"` + strings.Repeat(`,"x":[`, 1):  {"bad-json", 18},
		`{"x":` + strings.Repeat(`[`, 40) + `]`:      {"bad-json", 47},
		`{"x":` + nested(40) + `,"code":"1.000001"}`: {"bad-json", 37},
		`{"code":"` + strings.Repeat("1", 65) + `"}`: {"bad-code", 2},
		`{"x":"` + strings.Repeat("x", 1<<20) + `"}`: {"too-long", 1<<20 + 1},
		"\u0000": {"bad-json", 1},
		`{"code":"1.000001","name":"a` + "\t" + `b"}   `: {"bad-json", 29},
	} {
		e, findings, refusal := catalogue.Parse([]byte(line))
		require.NotNil(t, refusal, line)
		require.Nil(t, e)
		require.Empty(t, findings)
		require.Equal(t, want.reason, refusal.Reason, line)
		require.Equal(t, want.column, refusal.Column, line)
		require.NotEmpty(t, refusal.Detail)
		require.Contains(t, refusal.Error(), refusal.Reason)
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// What is no key of ours, or of another type, is kept by its JSON pointer, as it stands.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	e, findings, refusal := catalogue.Parse([]byte(`{"code":"1.000001","a/b~c":{"x" : 1},"name":7,"Field":"khác","channels":[{"channel":"online","phí":1e400}],` +
		`"documents":{"a":1},"levels":[3],"results":[{"name":"R","more":[1, 2]},"x"],"legal_basis":["31/2024/QH15",null]}`))
	require.Nil(t, refusal)
	require.Equal(t, map[string]string{
		"/a~1b~0c": `{"x" : 1}`, "/name": "7", "/Field": `"khác"`, "/channels/0/phí": "1e400", "/documents": `{"a":1}`, "/levels/0": "3",
		"/results/0/more": "[1, 2]", "/results/1": `"x"`,
	}, e.Extra)
	require.Equal(t, []string{"31/2024/QH15"}, e.LegalBasis)
	byRule := map[string]int{}
	for _, f := range findings {
		byRule[f.Rule]++
	}
	require.Equal(t, 4, byRule["unknown-key"])
	require.Equal(t, 4, byRule["wrong-type"])
	require.Equal(t, 1, byRule["no-name"])
}

func TestRead(t *testing.T) {
	t.Parallel()
	lines, err := catalogue.Read(strings.NewReader("\ufeff{\"code\":\"1.000001\"}\r\n\n  \n{\n{\"code\":\"1.000002\"}"))
	require.NoError(t, err)
	require.Equal(t, 5, lines.Total)
	require.Equal(t, 2, lines.Blank)
	require.Len(t, lines.Lines, 3)
	require.Equal(t, []byte(`{"code":"1.000001"}`), lines.Lines[0].Raw, "verbatim") //nolint:testifylint // to the byte
	require.Equal(t, 4, lines.Lines[1].Number)
	require.Equal(t, "bad-json", lines.Lines[1].Refusal.Reason)
	require.Equal(t, "1.000002", lines.Lines[2].Entry.Code)
	lines, err = catalogue.Read(strings.NewReader(""))
	require.NoError(t, err)
	require.Zero(t, lines.Total)
	_, err = catalogue.Read(failing{})
	require.ErrorIs(t, err, os.ErrClosed)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, os.ErrClosed }

// One code twice: the same words are a repeat, other words are refused, for nobody can know which hold.
func TestOnce(t *testing.T) {
	t.Parallel()
	lines, err := catalogue.Read(strings.NewReader(`{"code":"1.000001","name":"A"}
{"name":"A","code":"1.000001"}
{"code":"1.000001","name":"B","field":"Đất đai"}
{"code":"1.000002"}
x`))
	require.NoError(t, err)
	first, repeats, refused, err := lines.Once()
	require.NoError(t, err)
	require.Len(t, first, 2)
	require.Equal(t, []catalogue.Repeat{{Code: "1.000001", Line: 2, First: 1}}, repeats)
	require.Len(t, refused, 2)
	require.Equal(t, "repeated-code", refused[0].Refusal.Reason)
	require.Equal(t, "mã 1.000001 đã ở dòng 1 với nội dung khác (name, field)", refused[0].Refusal.Detail)
	require.Equal(t, 5, refused[1].Number)
}

func TestDiff(t *testing.T) {
	t.Parallel()
	before, _, _ := catalogue.Parse([]byte(`{"code":"1.000001","name":"A","channels":[{"channel":"online","limit":{"value":5,"unit":"wd"}}],
"documents":[{"name":"Đơn","originals":1},{"name":"Ảnh","copies":2}],"legal_basis":["31/2024/QH15"]}`))
	after, _, _ := catalogue.Parse([]byte(`{"code":"1.000001","name":"A","channels":[{"channel":"online","limit":{"value":3,"unit":"wd"}}],
"documents":[{"name":"Ảnh","copies":2},{"name":"Đơn","originals":1},{"name":"Tờ khai","originals":1}],"legal_basis":[]}`))
	require.Equal(t, []catalogue.Change{
		{Path: "channels.online.limit", From: "5wd", To: "3wd"}, {Path: "legal_basis", From: "31/2024/QH15"},
		{Path: "papers", To: "Tờ khai (1 bản chính, 0 bản sao)"},
	}, catalogue.Diff(before, after))
	require.Empty(t, catalogue.Diff(before, before))
	turned, _, _ := catalogue.Parse([]byte(`{"code":"1.000001","name":"A","channels":[{"channel":"online","limit":{"value":5,"unit":"wd"}}],
"documents":[{"name":"Ảnh","copies":2},{"name":"Đơn","originals":1}],"legal_basis":["31/2024/QH15"]}`))
	require.Equal(t, []catalogue.Change{{Path: "order"}}, catalogue.Diff(before, turned))
}

// Two entries differ exactly when their digests do, and what is gone one way comes the other way.
func TestDiffAndDigest(t *testing.T) {
	t.Parallel()
	lines := read(t, "published.jsonl").Lines
	rapid.Check(t, func(t *rapid.T) {
		a := *lines[rapid.IntRange(0, len(lines)-1).Draw(t, "a")].Entry
		b := a
		if rapid.Bool().Draw(t, "other papers") {
			n := rapid.IntRange(0, len(b.Papers)).Draw(t, "papers")
			b.Papers = b.Papers[:n:n]
		}
		if rapid.Bool().Draw(t, "other name") {
			b.Name = rapid.SampledFrom([]string{a.Name, "Khác", ""}).Draw(t, "name")
		}
		x, err := a.Digest()
		require.NoError(t, err)
		y, err := b.Digest()
		require.NoError(t, err)
		there, back := catalogue.Diff(&a, &b), catalogue.Diff(&b, &a)
		require.Equal(t, x == y, len(there) == 0)
		require.Len(t, back, len(there))
	})
}

func TestDraftForALevel(t *testing.T) {
	t.Parallel()
	l := entry(t, "3.000368") // ministry and province
	for level, agency := range map[string]string{"": "cong-an-tinh", "province": "cong-an-tinh", "ministry": "cuc-quan-ly-xuat-nhap-canh"} {
		text, err := catalogue.Draft(l.Entry, l.Findings, catalogue.DraftOptions{Level: level})
		require.NoError(t, err)
		d, _ := procedure.Parse("d.yaml", text)
		require.Equal(t, agency, d.Agency.Value, level)
		if level != "" {
			require.Equal(t, level, d.Level.Value)
		}
	}
	_, err := catalogue.Draft(l.Entry, l.Findings, catalogue.DraftOptions{Level: "commune"})
	require.ErrorIs(t, err, catalogue.ErrLevel)
}

// The whole published catalogue, where it is at hand.
func TestWholeCatalogue(t *testing.T) {
	t.Parallel()
	name := os.Getenv("MOTCUA_CATALOGUE")
	if name == "" {
		t.Skip("MOTCUA_CATALOGUE names no file")
	}
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	lines, err := catalogue.Read(f)
	require.NoError(t, err)
	first, repeats, refused, err := lines.Once()
	require.NoError(t, err)
	require.Equal(t, lines.Total, lines.Blank+len(first)+len(repeats)+len(refused), "every line is somewhere")
	clean := 0
	for _, l := range first {
		if honest(t, l) {
			clean++
		}
	}
	t.Logf("%d lines, %d entries, %d repeated, %d refused, %d drafts without a word of lint", lines.Total, len(first), len(repeats), len(refused), clean)
	for _, c := range catalogue.CountRules(lines.Lines) {
		t.Logf("%-10s %-22s %5d on %3d lines", c.Class, c.ID, c.Count, len(c.Lines))
	}
}

// Whatever the bytes: an entry or a refusal, known rules, a place inside the line, JSON that comes back, and a draft that the
// language reads.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"published.jsonl", "odd.jsonl"} {
		data, err := os.ReadFile("testdata/" + name)
		require.NoError(f, err)
		for line := range bytes.Lines(data) {
			if len(line) < 2500 { // long ones only make fuzzing slow
				f.Add(line)
			}
		}
	}
	f.Add([]byte(`{"code":"1.000001","name":"#: {a} [b] \"c\" \u2028 - x","documents":[{"name":"? |"}]}`))
	f.Fuzz(func(t *testing.T, line []byte) { sound(t, line) })
}

func sound(t require.TestingT, line []byte) {
	e, findings, refusal := catalogue.Parse(line)
	if refusal != nil {
		require.Nil(t, e)
		require.LessOrEqual(t, refusal.Column, len(line)+1)
		require.Positive(t, refusal.Column)
		return
	}
	for _, x := range findings {
		_, known := catalogue.RuleByID(x.Rule)
		require.True(t, known, x.Rule)
	}
	data, err := json.Marshal(e)
	require.NoError(t, err)
	var back catalogue.Entry
	require.NoError(t, json.Unmarshal(data, &back))
	require.NotContains(t, fmt.Sprint(back, findings), "\x00", "PostgreSQL keeps no NUL in a text")
	require.Empty(t, catalogue.Diff(e, &back))
	text, err := catalogue.Draft(e, findings, catalogue.DraftOptions{})
	require.NoError(t, err)
	d, found := procedure.Parse("draft.yaml", text)
	require.NotNil(t, d, "%s\n%s", found, text)
	require.Equal(t, e.Code, d.Code.Value)
	for _, x := range found {
		require.Equal(t, "missing-key", x.Rule, "%v\n%s", x, text)
	}
}

// Whatever stands in the texts of a publication, its draft is read as it was meant.
func TestAnyTextsAreDrafted(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"# x", "- a: {b} [c], *d &e !f |", "\u2028\u0085\ufeff", "'\"", "true", "1.50", "null", "~", "\u0000", "Đơn (", "a\nb", "%", "@", "`",
	}))
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{
			"code": "1.000001", "name": text.Draw(t, "name"), "field": text.Draw(t, "field"), "decision": text.Draw(t, "decision"),
			"levels": []any{rapid.SampledFrom([]string{"Cấp xã", "Cấp tỉnh", "x"}).Draw(t, "level")}, "implementing": []any{text.Draw(t, "agency"), text.Draw(t, "agency")},
			"legal_basis": []any{text.Draw(t, "basis")}, "results": []any{map[string]any{"name": text.Draw(t, "result"), "code": text.Draw(t, "code")}},
			"documents": []any{
				map[string]any{"name": text.Draw(t, "paper"), "originals": rapid.IntRange(0, 300).Draw(t, "n")}, map[string]any{"name": text.Draw(t, "paper")},
			},
			"channels": []any{map[string]any{
				"channel":  rapid.SampledFrom([]string{"online", "counter", "postal", "fax"}).Draw(t, "channel"),
				"limit":    map[string]any{"value": rapid.IntRange(-1, 200_000).Draw(t, "limit"), "unit": rapid.SampledFrom([]string{"wd", "d", "h", "mo", "wh", "x"}).Draw(t, "unit")},
				"fee_text": rapid.SampledFrom([]string{"Miễn phí", "50,000 VNĐ", "Không có thông tin", ""}).Draw(t, "fee") + text.Draw(t, "cell"),
			}},
			text.Draw(t, "key") + "?": text.Draw(t, "extra"),
		}
		line, err := json.Marshal(object)
		require.NoError(t, err)
		sound(t, line)
	})
}
