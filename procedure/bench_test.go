package procedure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// many are n definitions made of the shipped ones: each with a code, a name, steps and a limit of its own.
func many(tb testing.TB, n int) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	var shipped []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(tb, err)
		shipped = append(shipped, string(data))
	}
	list := make([][]byte, n)
	for i := range list {
		text := shipped[i%len(shipped)]
		text = strings.Replace(text, "code: \"", fmt.Sprintf("code: \"%d.", i), 1)
		text = strings.NewReplacer("\nname: \"", fmt.Sprintf("\nname: \"Số %d, ", i), "\nname: ", fmt.Sprintf("\nname: Số %d, ", i)).Replace(text)
		text = strings.Replace(text, "limit: 0.5wd", fmt.Sprintf("limit: %dwh", 1+i%4), 1)
		text = strings.ReplaceAll(text, "tham-dinh", fmt.Sprintf("tham-dinh-%d", i))
		list[i] = []byte(text)
	}
	return list
}

// BenchmarkLint3000 reads and lints 3,000 definitions, one after the other.
func BenchmarkLint3000(b *testing.B) {
	shelf := libraryShelf(b)
	files := many(b, 3000)
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range files {
			d, found := procedure.Parse("f.yaml", data)
			if found.HasErrors() {
				b.Fatal(found)
			}
			if found := procedure.Lint(d, shelf); found.HasErrors() {
				b.Fatal(found)
			}
		}
	}
}

// thirty is a definition of thirty steps: papers, facts, variants, three parallel branches, a tax leg, loops, refusals.
func thirty() []byte {
	var b strings.Builder
	b.WriteString(`motcua: 1
code: "9.000030"
name: Thủ tục ba mươi bước
field: dat-dai
level: commune
agency: vpdk-chi-nhanh
documents:
`)
	for i := range 12 {
		fmt.Fprintf(&b, "  - {id: giay-%d, name: Giấy tờ thứ %d, originals: 1}\n", i, i)
	}
	b.WriteString(`results: [{id: kq, name: Kết quả}]
facts:
  - {name: parcel.region, type: string, values: [plain, mountain, island], default: plain}
  - {name: parcel.remeasure, type: bool, default: false}
  - {name: obligation.tax, type: bool, default: true}
limit: 30wd
limit-when:
  - {rule: dia-ban, add: 10wd, when: 'parcel.region == "mountain" || parcel.region == "island"', ground: mẫu}
reductions: [cut-20]
supplement: {answer: 15d}
steps:
  - {id: tiep-nhan, name: Tiếp nhận hồ sơ, role: mot-cua, agency: receiving, limit: 0.5wd}
  - {id: phan-cong, name: Phân công, role: lanh-dao, limit: 0.5wd, outcomes: {gui: [xa, thue, {to: do-dac, when: parcel.remeasure}]}}
`)
	for _, s := range []string{"xa", "thue", "do-dac"} {
		fmt.Fprintf(&b, "  - {id: %s, name: Lấy ý kiến %s, role: chuyen-vien, agency: co-quan-%s, limit: 3wd, outcomes: {xong: gop}}\n", s, s, s)
	}
	b.WriteString("  - {id: gop, name: Gộp ý kiến, role: chuyen-vien, after: [xa, thue, do-dac], limit: 1wd, may: [supplement], outcomes: {dat: [{to: buoc-0, when: obligation.tax}, {to: buoc-10, else: true}], tu-choi: tu-choi}}\n")
	for i := range 21 {
		outcomes := fmt.Sprintf("{xong: buoc-%d, tu-choi: tu-choi}", i+1)
		if i%5 == 4 {
			outcomes = fmt.Sprintf("{xong: buoc-%d, lam-lai: buoc-%d}, max-visits: 3", i+1, i-2)
		}
		fmt.Fprintf(&b, "  - {id: buoc-%d, name: Xử lý phần việc thứ %d, role: chuyen-vien, limit: 0.5wd, output: Phiếu %d, outcomes: %s}\n", i, i, i, outcomes)
	}
	b.WriteString(`  - {id: buoc-21, name: Ký, role: lanh-dao, limit: 1wd, outcomes: {duyet: tra-kq}}
  - {id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`)
	return []byte(b.String())
}

// BenchmarkPreview30 is what an editor does on every pause: read, lint and draw a procedure of thirty steps.
func BenchmarkPreview30(b *testing.B) {
	shelf := libraryShelf(b)
	data := thirty()
	d, found := procedure.Parse("f.yaml", data)
	require.Empty(b, found)
	require.Len(b, d.Steps, 30)
	b.ReportAllocs()
	for b.Loop() {
		d, _ := procedure.Parse("f.yaml", data)
		p, found := procedure.Compile(d, shelf)
		if p == nil {
			b.Fatal(found)
		}
		if len(procedure.Draw(p)) == 0 {
			b.Fatal("no picture")
		}
	}
}
