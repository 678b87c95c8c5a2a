package procedure_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/procedure"
)

// used reads a file that uses the templates of testdata/templates.
func used(t *testing.T, file, text string) (*procedure.Definition, procedure.Diagnostics) {
	t.Helper()
	return procedure.ParseWith(file, []byte(text), procedure.ParseOptions{Templates: testTemplates(t)})
}

func compiledUse(t *testing.T, text string) *procedure.Plan {
	t.Helper()
	d, found := used(t, "xa.yaml", text)
	require.False(t, found.HasErrors(), found.Error())
	plan, found := procedure.Compile(d, testShelf())
	require.NotNil(t, plan, found.Error())
	return plan
}

// "One definition for 100 communes with local parameters": the same values are the same plan, whoever it is for.
func TestSameValuesAreTheSamePlan(t *testing.T) {
	t.Parallel()
	a := compiledUse(t, "motcua: 1\ntemplate: \"9.000200\"\nfor: [H99.31]\nset: {han: 3wd, phi: 8000}\n")
	b := compiledUse(t, "set: {phi: 8000, han: 3wd}\nfor: [H99.32, H99.33]\ntemplate: \"9.000200\"\nmotcua: 1\n")
	other := compiledUse(t, "motcua: 1\ntemplate: \"9.000200\"\nset: {han: 4wd, phi: 8000}\n")
	require.Equal(t, a.Hash, b.Hash)
	require.NotEqual(t, a.Hash, other.Hash)
	require.Equal(t, "9.000200", a.Code)
	require.Equal(t, 8000, a.Fees[0].Amount)
	require.Equal(t, "$Kết quả", a.Results[0].Name, "$$ is a dollar sign")
	require.True(t, a.Documents[0].Required)
	free := compiledUse(t, "motcua: 1\ntemplate: \"9.000200\"\nset: {han: 3wd, phi: 8000, mien-don: false}\n")
	require.False(t, free.Documents[0].Required)
	// In two steps it is the same too.
	two := compiledUse(t, "motcua: 1\ntemplate: 9.000200-mien-nui\nset: {phi: 1000}\n")
	one := compiledUse(t, "motcua: 1\ntemplate: \"9.000200\"\nset: {han: 5wd, ten: Xác nhận ở xã miền núi, phi: 1000}\n")
	require.Equal(t, one.Hash, two.Hash)
}

// A plan of a template is the plan of the definition with the values written in it, to the byte.
func TestAsIfTheValuesWereWritten(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/templates/mau.yaml")
	require.NoError(t, err)
	templates := testTemplates(t)
	rapid.Check(t, func(rt *rapid.T) {
		values := map[string]string{
			"han":            fmt.Sprintf("%dwd", rapid.IntRange(2, 10).Draw(rt, "han")),
			"han-lam":        rapid.SampledFrom([]string{"0.5wd", "1wd", "3wh"}).Draw(rt, "han-lam"),
			"phi":            fmt.Sprint(rapid.IntRange(0, 100000).Draw(rt, "phi")),
			"muc-truc-tuyen": rapid.SampledFrom([]string{"partial", "full"}).Draw(rt, "muc"),
			"ten":            rapid.SampledFrom([]string{"Xác nhận", "123", "true", "a: b", "#x"}).Draw(rt, "ten"),
			"thang":          "standard",
			"mien-don":       rapid.SampledFrom([]string{"true", "false"}).Draw(rt, "mien-don"),
		}
		var written []string
		inParameters := false
		for _, line := range strings.Split(string(data), "\n") {
			if inParameters = line == "parameters:" || inParameters && strings.HasPrefix(line, "  -"); inParameters {
				continue
			}
			line = strings.ReplaceAll(line, "$$", "\x00")
			for _, name := range []string{"han-lam", "han", "phi", "muc-truc-tuyen", "thang", "mien-don"} {
				line = strings.ReplaceAll(line, "$"+name, values[name])
			}
			line = strings.ReplaceAll(line, "$ten", fmt.Sprintf("%q", values["ten"]))
			written = append(written, strings.ReplaceAll(line, "\x00", "$"))
		}
		want, found := procedure.Parse("tay.yaml", []byte(strings.Join(written, "\n")))
		require.Empty(rt, found)
		plan, found := procedure.Compile(want, testShelf())
		require.NotNil(rt, plan, found.Error())

		var b strings.Builder
		b.WriteString("motcua: 1\ntemplate: \"9.000200\"\nset:\n")
		for name, v := range values {
			fmt.Fprintf(&b, "  %s: %q\n", name, v)
		}
		d, found := procedure.ParseWith("xa.yaml", []byte(b.String()), procedure.ParseOptions{Templates: templates})
		require.False(rt, found.HasErrors(), found.Error())
		got, found := procedure.Compile(d, testShelf())
		require.NotNil(rt, got, found.Error())
		require.Equal(rt, plan.Hash, got.Hash)

		expanded, found := procedure.Expand("xa.yaml", []byte(b.String()), procedure.ParseOptions{Templates: templates})
		require.Empty(rt, found)
		alone, found := procedure.Parse("mot.yaml", expanded)
		require.Empty(rt, found, string(expanded))
		require.Empty(rt, alone.Parameters())
		single, found := procedure.Compile(alone, testShelf())
		require.NotNil(rt, single, found.Error())
		require.Equal(rt, plan.Hash, single.Hash, "expanded it stands alone")

		set, found := procedure.ParseWith("mau.yaml", data, procedure.ParseOptions{Set: values})
		require.False(rt, found.HasErrors(), found.Error())
		direct, _ := procedure.Compile(set, testShelf())
		require.Equal(rt, plan.Hash, direct.Hash, "--set is the same")
	})
}

// A template can be checked with parameters open, as far as it goes, but makes no plan.
func TestOpenTemplate(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/templates/mau.yaml")
	require.NoError(t, err)
	d, found := procedure.Parse("mau.yaml", data)
	require.Empty(t, found)
	require.Equal(t, []string{"han"}, d.Open())
	require.Len(t, d.Parameters(), 7)
	require.Empty(t, procedure.Lint(d, testShelf()), "at its least, 2wd, it lints clean")
	plan, found := procedure.Compile(d, testShelf())
	require.Nil(t, plan)
	require.Equal(t, "mau.yaml:10:12: tham số han chưa có giá trị [open-parameter]\n    hint: Thời hạn", found.Error())

	d, found = used(t, "nui-2.yaml", "motcua: 1\ntemplate: \"9.000200\"\nas: nua-chung\nset: {phi: 5}\n")
	require.Empty(t, found, "a template again")
	plan, found = procedure.Compile(d, testShelf())
	require.Nil(t, plan)
	require.Contains(t, found.Error(), "mau.yaml:10:12: tham số han chưa có giá trị [open-parameter]")
	require.Contains(t, found.Error(), "tại nui-2.yaml:2:11: dùng mẫu 9.000200")

	_, found = procedure.ParseWith("mau.yaml", data, procedure.ParseOptions{Set: map[string]string{"han": "1wd", "la": "1"}})
	require.Contains(t, found.Error(), "--set:1:1: tham số han: 1wd nhỏ hơn 2wd [bad-parameter]")
	require.Contains(t, found.Error(), "--set:1:1: mẫu mau.yaml không có tham số \"la\" [bad-parameter]")
	_, found = procedure.ParseWith("mau.yaml", []byte(sample), procedure.ParseOptions{Set: map[string]string{"a": "1"}})
	require.Contains(t, found.Error(), "không có tham số \"a\"", "a definition without parameters takes no values")
}

// What a file of use stands for can be written out; a file by itself is left as it is, and what is wrong or open is said.
func TestExpand(t *testing.T) {
	t.Parallel()
	o := procedure.ParseOptions{Templates: testTemplates(t)}
	out, found := procedure.Expand("mot.yaml", []byte(sample), o)
	require.Empty(t, found)
	require.Equal(t, sample, string(out))
	mau, err := os.ReadFile("testdata/templates/mau.yaml")
	require.NoError(t, err)
	out, found = procedure.Expand("mau.yaml", mau, o)
	require.Empty(t, found)
	require.Equal(t, string(mau), string(out), "a template is a file by itself")
	out, found = procedure.Expand("xa.yaml", []byte("motcua: 1\ntemplate: \"9.000200\"\nas: nua\nset: {phi: 5}\n"), o)
	require.Nil(t, out)
	require.Contains(t, found.Error(), "tham số han chưa có giá trị [open-parameter]")
	out, found = procedure.Expand("xa.yaml", []byte("motcua: 1\ntemplate: \"9.000200\"\nset: {han: 1wd}\n"), o)
	require.Nil(t, out)
	require.Contains(t, found.Error(), "nhỏ hơn 2wd")
}

func TestFormatOfTemplatesAndUses(t *testing.T) {
	t.Parallel()
	out, err := procedure.Format([]byte("set: {han: 3wd,\n  phi: 10}\n# cho hai xã\nfor:\n  - H99.31\n  - H99.32\ntemplate: '9.000200'\nmotcua: 1\n"))
	require.NoError(t, err)
	require.Equal(t, "motcua: 1\ntemplate: \"9.000200\"\n# cho hai xã\nfor: [H99.31, H99.32]\nset: {han: 3wd, phi: 10}\n", string(out))
	data, err := os.ReadFile("testdata/templates/mau.yaml")
	require.NoError(t, err)
	once, err := procedure.Format(data)
	require.NoError(t, err)
	twice, err := procedure.Format(once)
	require.NoError(t, err)
	require.Equal(t, string(once), string(twice))
	values := procedure.ParseOptions{Set: map[string]string{"han": "3wd"}}
	before, _ := procedure.ParseWith("mau.yaml", data, values)
	after, found := procedure.ParseWith("mau.yaml", once, values)
	require.Empty(t, found)
	a, _ := procedure.Compile(before, testShelf())
	b, _ := procedure.Compile(after, testShelf())
	require.Equal(t, a.Hash, b.Hash)
}

func FuzzUse(f *testing.F) {
	f.Add([]byte("motcua: 1\ntemplate: \"9.000200\"\nset: {han: 3wd}\n"), []byte(sample))
	f.Add([]byte("template: a\nas: a\n"), []byte("template: a\nas: b"))
	mau, err := os.ReadFile("testdata/templates/mau.yaml")
	require.NoError(f, err)
	f.Add([]byte("motcua: 1\ntemplate: \"9.000200\"\nset: {han: [], ten: {}, phi: ~, 1: $x}\nfor: 3\n"), mau)
	f.Fuzz(func(t *testing.T, use, template []byte) {
		templates := procedure.NewTemplates(procedure.Source{File: "t.yaml", Data: template}, procedure.Source{File: "u.yaml", Data: use})
		for _, data := range [][]byte{use, template} {
			d, found := procedure.ParseWith("f.yaml", data, procedure.ParseOptions{Templates: templates, Set: map[string]string{"han": "3wd"}})
			_ = found.Error()
			_ = procedure.Lint(d, testShelf()).Error()
			if plan, found := procedure.Compile(d, testShelf()); plan == nil {
				require.True(t, found.HasErrors())
			}
		}
	})
}

// Whatever way the keys are written, a file is found by its name.
func TestFilesAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"9.1": "motcua: 1\ncode: \"9.1\" # mã\nname: \"Có: hai chấm\"\n",
		"9.2": "{motcua: 1, code: \"9.2\"}\n",
		"9.3": "motcua: 1\ncode:\n  \"9.3\"\n",
		"9.4": "motcua: 1\nname: |\n  x\n  code: \"9.9\"\ncode: '9.4'\n",
		"nui": "motcua: 1\ntemplate: \"9.1\"\nas: nui\n",
	} {
		s, ok := procedure.NewTemplates(procedure.Source{File: "f.yaml", Data: []byte(text)}).Template(name)
		require.True(t, ok, text)
		require.Equal(t, text, string(s.Data))
	}
	_, ok := procedure.NewTemplates(procedure.Source{File: "f.yaml", Data: []byte("motcua: 1\ntemplate: \"9.1\"\nfor: [H99]\n")}).Template("9.1")
	require.False(t, ok, "a use without a name is nobody's template")
}
