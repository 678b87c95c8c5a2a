package office_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

// sheets are the three forms of a dossier's proof sheet.
func (d *desk) sheets(code string, q office.ProofQuery) []string {
	d.t.Helper()
	s, err := d.Proof(d.t.Context(), d.as("motcua"), code, q)
	require.NoError(d.t, err)
	data, err := s.JSON()
	require.NoError(d.t, err)
	return []string{string(data), s.Text(), string(s.Page())}
}

// A sheet is made of the log alone: it comes out the same after a restart, on both databases, and whatever has become of the
// organisation and of the calendars in force since.
func TestProofIsTheSameLater(t *testing.T) {
	t.Parallel()
	printed := map[string][]string{}
	for dialect, store := range map[string]func(t testing.TB, options ...modelstest.Option) *models.Store{
		models.DialectSQLite: modelstest.Open, models.DialectPostgres: modelstest.OpenPostgres,
	} {
		d := openOn(t, store)
		code := d.take(parcel(), "1").Code
		d.must("motcua", code, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
		d.now = at(5, 9, 0)
		d.must("kstt", code, "b", office.ActBody{Kind: dossier.ActExclude, From: at(3, 8, 0), Until: at(3, 16, 0), Ground: "NĐ 99/2022 Đ16.3a", Document: "12/QĐ-UBND"})
		d.now = at(5, 10, 0)
		open := office.ProofQuery{At: d.now}
		printed[dialect] = d.sheets(code, open)
		require.Contains(t, printed[dialect][1], "08:00 03/03/2026  16:00 03/03/2026  loại trừ theo quyết định")

		hash, err := d.store.AgencyCalendar(t.Context(), "H99.02.01")
		require.NoError(t, err)
		closedAll, err := d.store.CalendarSpec(t.Context(), hash)
		require.NoError(t, err)
		closedAll.Off = append(closedAll.Off, calendar.NewDate(2026, 3, 10))
		require.NoError(t, d.store.SaveCalendar(t.Context(), closedAll))
		for _, agency := range []string{"", "H99.02.01", "H99.14.01.01"} {
			require.NoError(t, d.store.SetAgencyCalendar(t.Context(), agency, closedAll.Hash()))
		}
		renamed := models.Agency{ID: "H99.02.01", Name: "Tên khác", Type: "mot-cua", Code: "H99.02.01", Receives: true, Parent: "H99.02"}
		require.NoError(t, d.store.SaveOrganisation(t.Context(), models.Organisation{Agencies: []models.Agency{renamed}}))
		d.now = at(6, 9, 0)
		d.must("kstt", code, "c", office.ActBody{Kind: dossier.ActExclude, From: at(5, 8, 0), Until: at(5, 9, 0), Ground: "NĐ 99/2022 Đ16.3a", Document: "13/QĐ-UBND"})
		d.Office = d.again()
		require.Equal(t, printed[dialect], d.sheets(code, open), dialect)
		require.NotEqual(t, printed[dialect], d.sheets(code, office.ProofQuery{}))
	}
	require.Equal(t, printed[models.DialectSQLite], printed[models.DialectPostgres])
}

// The sheet is for who reads the dossier, and tells nobody of the applicant.
func TestProofIsForReadersAndNamesNobody(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(parcel(), "1").Code
	for _, form := range d.sheets(code, office.ProofQuery{}) {
		for _, private := range []string{"Nguyễn Văn Mẫu", "026100000089", "0900000000"} {
			require.NotContains(t, form, private)
		}
	}
	_, err := d.Proof(t.Context(), office.Principal{ID: "x", Roles: []string{office.RoleHandler}, Agency: "H99.77", Scope: []string{"H99.77"}}, code, office.ProofQuery{})
	problem(t, err, http.StatusNotFound, "dossier_unknown")
	_, err = d.Proof(t.Context(), office.Principal{ID: "x", Roles: []string{office.RoleAdmin}, All: true}, code, office.ProofQuery{})
	problem(t, err, http.StatusForbidden, "forbidden")
	_, err = d.Proof(t.Context(), d.as("motcua"), code, office.ProofQuery{At: d.now.Add(-time.Hour)})
	problem(t, err, http.StatusNotFound, "proof_too_early")
}

// An earlier effect is for who has the right to it, and a finding for the control office, in the transaction of the act.
func TestEarlierEffect(t *testing.T) {
	t.Parallel()
	d := open(t)
	code := d.take(hourly(), "1").Code
	d.now = at(2, 14, 0)
	body := office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1", Effective: at(2, 10, 0), Document: "1/BB-CNTT"}
	_, err := d.do("thamdinh", code, "a", body)
	problem(t, err, http.StatusForbidden, "backdate_right")
	var p *office.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "NĐ 118/2025, điều khoản chưa đối chiếu", p.Article)
	bare := body
	bare.Document = ""
	_, err = d.do("motcua", code, "b", bare)
	problem(t, err, http.StatusUnprocessableEntity, "document_missing")
	d.must("motcua", code, "c", body)
	require.NoError(t, d.Audit(t.Context(), code))
	findings, _, err := d.Findings(t.Context(), d.as("kstt"), office.FindingFilter{})
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, models.FindingBackdated, findings[0].Kind)
	require.Contains(t, findings[0].Detail, "10:00 02/03/2026")
	require.Contains(t, findings[0].Detail, "1/BB-CNTT")
	v, err := d.Show(t.Context(), d.as("motcua"), code, false)
	require.NoError(t, err)
	require.Equal(t, at(2, 10, 0), v.Tasks[0].OpenedAt)

	s := hourly()
	s.ReceivedAt, s.Document = at(2, 9, 0), "2/BB"
	_, err = d.Submit(t.Context(), office.Principal{ID: "x", Officer: "cb", Roles: []string{office.RoleIntegrator}, All: true}, s, "z")
	problem(t, err, http.StatusForbidden, "forbidden")
}
