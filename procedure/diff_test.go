package procedure_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/procedure"
)

// changedPlan compiles a shipped definition with replacements.
func changedPlan(t *testing.T, file string, pairs ...string) *procedure.Plan {
	t.Helper()
	data, err := os.ReadFile("../library/procedures/" + file)
	require.NoError(t, err)
	text := string(data)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	shelf, err := library.Shelf()
	require.NoError(t, err)
	d, _ := procedure.Parse(file, []byte(text))
	p, found := procedure.Compile(d, shelf)
	require.NotNil(t, p, found)
	return p
}

func TestDiffInWords(t *testing.T) {
	t.Parallel()
	const file = "9.000001-mau-xac-nhan-thong-tin.yaml"
	a := changedPlan(t, file)
	require.Equal(t, "Hai phiên bản có cùng nội dung.\n", procedure.Diff(a, a).String())
	b := changedPlan(t, file, "limit: 8wh", "limit: 7wh", "role: chuyen-vien, limit: 4wh", "role: chuyen-vien, limit: 3wh", "- {id: don,", "- {id: cccd, name: Căn cước, originals: 1}\n  - {id: don,")
	d := procedure.Diff(a, b)
	require.False(t, d.Same)
	require.Equal(t, "Thời hạn giải quyết từ 8 giờ làm việc thành 7 giờ làm việc.\n"+
		"Thêm giấy tờ “Căn cước” (cccd): bản chính 1; bắt buộc.\n"+
		"Bước “Tra cứu hồ sơ, soạn văn bản” (tra-cuu): thời hạn từ 4 giờ làm việc thành 3 giờ làm việc.\n", d.String())
	back := procedure.Diff(b, a)
	require.Equal(t, "Thời hạn giải quyết từ 7 giờ làm việc thành 8 giờ làm việc.\nBỏ giấy tờ “Căn cước” (cccd).\n"+
		"Bước “Tra cứu hồ sơ, soạn văn bản” (tra-cuu): thời hạn từ 3 giờ làm việc thành 4 giờ làm việc.\n", back.String())
	require.Equal(t, procedure.Change{Part: "limit", What: procedure.ChangeChanged, Field: "limit", Old: "8 giờ làm việc", New: "7 giờ làm việc",
		Text: "Thời hạn giải quyết từ 8 giờ làm việc thành 7 giờ làm việc."}, d.Changes[0])
}

// How a procedure is merged is told in words, and of the parts only what they are when they stay.
func TestDiffOfMergedInWords(t *testing.T) {
	t.Parallel()
	const file = "../merged/G01-tach-thua-chuyen-quyen.yaml"
	a := changedPlan(t, file)
	b := changedPlan(t, file, "limit: sum", "limit: own")
	require.Equal(t, "Quy định chung: ghép từ các phần nối tiếp nhau, thời hạn là tổng các phần, từ chối một phần thì vẫn trả kết quả đã có thành "+
		"các phần nối tiếp nhau, thời hạn đặt riêng, từ chối một phần thì vẫn trả kết quả đã có.\n", procedure.Diff(a, b).String())
}

// A change of any leaf of a plan is told. What repeats or follows from something else that is told is named here.
func TestDiffLeavesNothingOut(t *testing.T) {
	t.Parallel()
	silent := []string{".Hash", ".Exec.Plan", ".Exec.Code", ".Line", ".Col", ".Exec.Conditions", ".Exec.Agencies", ".Steps[].Role", ".Steps[].Agency"}
	plans, err := library.Plans()
	require.NoError(t, err)
	leaves := map[string]bool{}
	for _, p := range plans {
		data, err := p.Encode()
		require.NoError(t, err)
		fresh := func() *procedure.Plan {
			c := new(procedure.Plan)
			require.NoError(t, json.Unmarshal(data, c))
			c.Hash = "other"
			return c
		}
		var paths []string
		visit(reflect.ValueOf(fresh()).Elem(), "", func(at string, _ reflect.Value) { paths = append(paths, at) })
		for i, path := range paths {
			kind := index.ReplaceAllString(path, "[]")
			if leaves[kind] || isSilent(silent, kind) {
				continue
			}
			leaves[kind] = true
			c, k := fresh(), 0
			visit(reflect.ValueOf(c).Elem(), "", func(_ string, v reflect.Value) {
				if k == i {
					change(v)
				}
				k++
			})
			require.NotEmpty(t, procedure.Diff(p, c).Changes, "%s %s", p.Code, path)
		}
	}
	require.Greater(t, len(leaves), 70, "many keys of the language were changed")
}

var index = regexp.MustCompile(`\[\d+\]`)

func isSilent(list []string, path string) bool {
	for _, s := range list {
		if path == s || strings.HasSuffix(path, s) && (s == ".Line" || s == ".Col") || strings.HasPrefix(path, s+"[") {
			return true
		}
	}
	return false
}

func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 100)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		panic(fmt.Sprint("a leaf of kind ", v.Kind()))
	}
}

// visit walks the leaves that are set.
func visit(v reflect.Value, path string, leaf func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			visit(v.Elem(), path, leaf)
		}
	case reflect.Slice:
		for i := range v.Len() {
			visit(v.Index(i), fmt.Sprintf("%s[%d]", path, i), leaf)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !v.Field(i).IsZero() && f.Name != "Unit" {
				visit(v.Field(i), path+"."+f.Name, leaf)
			}
		}
	default:
		leaf(path, v)
	}
}
