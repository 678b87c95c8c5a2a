package procedure_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"motcua/procedure"
)

// Files that share what their conditions compile to are told what each is told alone, whichever comes first. Half of them declare a
// fact of the same name with another type, and are wrong.
func TestSharedConditionsChangeNoFinding(t *testing.T) {
	t.Parallel()
	shelf := libraryShelf(t)
	file := func(kind, when string) []byte {
		return []byte(`motcua: 1
code: "9.000001"
name: Thủ tục thử
field: dat-dai
level: province
agency: vpdk-chi-nhanh
results: [{id: kq, name: Kết quả}]
facts: [{name: a.b, type: ` + kind + `}]
limit: 5wd
limit-when: [{rule: them, add: 1wd, when: '` + when + `', ground: mẫu}]
steps:
  - {id: tiep-nhan, name: Tiếp nhận, role: mot-cua, agency: receiving, limit: 1wd, outcomes: {dat: tra-kq, tu-choi: tu-choi}}
  - {id: tra-kq, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
escalation: standard
`)
	}
	shared := procedure.LintOptions{Conditions: new(procedure.Conditions)}
	var all errgroup.Group
	wrong := 0
	for i := range 40 {
		data := file("bool", "a.b")
		if i%2 == 1 {
			data = file("string", "a.b")
		}
		alone := procedure.Check("f.yaml", data, shelf, procedure.LintOptions{})
		if alone.HasErrors() {
			wrong++
		}
		all.Go(func() error {
			together := procedure.Check("f.yaml", data, shelf, shared)
			require.Equal(t, alone, together, strconv.Itoa(i))
			return nil
		})
	}
	require.NoError(t, all.Wait())
	require.Equal(t, 20, wrong, "a text where a condition is asked for is wrong")
}
