package office_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/library"
	"motcua/office"
	"motcua/procedure"
)

// dated is the hourly sample with a form that changed with the one-stop decree.
func (d *desk) dated() {
	d.t.Helper()
	files, err := library.Procedures()
	require.NoError(d.t, err)
	shelf, err := library.Shelf()
	require.NoError(d.t, err)
	for _, f := range files {
		def, _ := procedure.Parse(f.Name, f.Data)
		if def.Code.Value != "9.000001" {
			continue
		}
		def.Published = &procedure.Publication{Decision: "1/QĐ", On: "2018-07-01"} // the version in force
		def.Documents[0].Value.Form = ""
		def.Documents[0].Value.Forms = []procedure.DatedForm{{Form: "09/ĐK", Until: "2025-06-30"}, {Form: "11/ĐK", From: "2025-07-01"}}
		plan, found := procedure.Compile(def, shelf)
		require.NotNil(d.t, plan, found.Error())
		require.NoError(d.t, d.store.SavePlan(d.t.Context(), plan, nil))
	}
}

// Receipts and letters name the forms of the day of acceptance, the one-stop's own by the set of rules that was pinned, and an
// article that nobody has read says so.
func TestFormsByDate(t *testing.T) {
	t.Parallel()
	for when, c := range map[time.Time]struct{ rules, paper, receipt, refusal string }{
		time.Date(2025, 6, 30, 9, 0, 0, 0, opening().Location()): {dossier.RulesND61, "09/ĐK", "Mẫu số 01, TT 01/2018/TT-VPCP (NĐ 61/2018/NĐ-CP, Đ17.1)", ""},
		opening(): {dossier.RulesND118, "11/ĐK", "Mẫu số 01, TT 03/2025/TT-VPCP, Phụ lục I (NĐ 118/2025/NĐ-CP, điều khoản chưa đối chiếu)", "05"},
	} {
		t.Run(c.rules, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.now = when
			d.dated()
			without := hourly()
			without.Papers = nil
			_, err := d.Submit(t.Context(), d.as("motcua"), without, "none")
			p := problem(t, err, http.StatusUnprocessableEntity, "invalid")
			require.Contains(t, p.Errors[0].Detail, "(mẫu "+c.paper+")")

			r := d.take(hourly(), "k")
			require.Equal(t, c.paper, r.Papers[0].Form)
			require.NotEmpty(t, r.Papers[0].Name)
			require.Equal(t, "01", r.Form.Number)
			require.Equal(t, c.receipt, r.Form.Cite)
			again, err := d.Submit(t.Context(), d.as("motcua"), hourly(), "k")
			require.NoError(t, err)
			require.Equal(t, r.Form, again.Form, "the receipt printed again is the receipt")

			d.must("motcua", r.Code, "a1", office.ActBody{Kind: dossier.ActComplete})
			d.must("lanhdao", r.Code, "a2", office.ActBody{Kind: dossier.ActStop, Ground: "Luật mẫu", Reason: "mẫu"})
			detail, err := d.Show(t.Context(), d.as("motcua"), r.Code, false)
			require.NoError(t, err)
			require.Equal(t, c.rules, detail.Rules)
			require.Len(t, detail.Letters, 2)
			require.Equal(t, []string{"accepted", "stopped"}, []string{detail.Letters[0].Event, detail.Letters[1].Event})
			require.Equal(t, c.receipt, detail.Letters[0].Form.Cite)
			require.Equal(t, c.refusal, detail.Letters[1].Form.Number, "the older set has no form for a stop")
			if c.refusal == "" {
				require.Equal(t, "TT 01/2018/TT-VPCP không có mẫu cho việc này", detail.Letters[1].Form.Cite)
			}
		})
	}
}
