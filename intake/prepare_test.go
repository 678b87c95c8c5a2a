package intake_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/app"
	"motcua/calendar"
	"motcua/dossier"
	"motcua/intake"
	"motcua/models"
	"motcua/models/modelstest"
)

func open(t *testing.T) *intake.Desk {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone()) }
	s := modelstest.Open(t, modelstest.Now(now))
	require.NoError(t, app.SeedDemo(t.Context(), s))
	return &intake.Desk{Store: s, Clock: calendar.RealClock(), Now: now, Policy: dossier.DefaultPolicy()}
}

// What is wrong with a request is said field by field; what no field can mend is said to be the organisation's.
func TestFaults(t *testing.T) {
	t.Parallel()
	d := open(t)
	good := intake.Request{Procedure: "1.012784", Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01"}
	for name, c := range map[string]struct {
		change  func(r *intake.Request)
		pointer string
	}{
		"unknown procedure": {func(r *intake.Request) { r.Procedure = "7.7" }, "/procedure"},
		"no desk":           {func(r *intake.Request) { r.Receiving = "H99.14" }, "/receiving"},
		"two may lead":      {func(r *intake.Request) { r.Lead = "" }, "/lead"},
		"another leads":     {func(r *intake.Request) { r.Lead = "H99.20" }, "/lead"},
		"fact of no such":   {func(r *intake.Request) { r.Facts = map[string]any{"parcel.region": "moon"} }, "/facts/parcel.region"},
	} {
		r := good
		c.change(&r)
		_, err := d.Prepare(t.Context(), r)
		var fault *intake.Fault
		require.ErrorAs(t, err, &fault, name)
		want := intake.CodeInvalid
		if name == "unknown procedure" {
			want = intake.CodeEnded
		}
		require.Equal(t, want, fault.Code, name)
		require.Equal(t, c.pointer, fault.Fields[0].Pointer, name)
		require.Contains(t, fault.Error(), fault.Fields[0].Detail)
	}
	require.NoError(t, d.Store.SaveOrganisation(t.Context(), models.Organisation{
		Agencies: []models.Agency{{ID: "H99.14.01.03", Parent: "H99.14.01", Name: "Chi nhánh mới (mẫu)", Type: "vpdk-chi-nhanh"}},
		Leads:    []models.LeadRow{{AgencyType: "vpdk-chi-nhanh", Receiving: "H99.02.01", Lead: "H99.14.01.03"}},
	}))
	unbound := good
	unbound.Procedure, unbound.Lead = "9.000002", "H99.14.01.03"
	_, err := d.Prepare(t.Context(), unbound)
	var fault *intake.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, intake.CodeUnbound, fault.Code)
}

func TestBuild(t *testing.T) {
	t.Parallel()
	d := open(t)
	in, err := d.Prepare(t.Context(), intake.Request{Procedure: "1.012784", Channel: dossier.ChannelCounter, Receiving: "H99.02.01", Lead: "H99.14.01.01"})
	require.NoError(t, err)
	taking := intake.Taking{Code: "X-1", Act: "a", By: "cb09", Legal: d.Legal(), Accept: true, Register: func() (int64, error) { return 7, nil }}
	b, err := in.Build(taking)
	require.NoError(t, err)
	require.Equal(t, int64(7), b.View.Register)
	require.Equal(t, dossier.StageRunning, b.View.Stage)
	digest, err := dossier.Digest(b.Events)
	require.NoError(t, err)
	require.Equal(t, digest, b.Digest)
	require.Len(t, b.Acts, 2)
	taking.Recorded = d.Legal().Add(3 * time.Hour)
	later, err := in.Build(taking)
	require.NoError(t, err)
	require.True(t, b.View.DueAt.Equal(later.View.DueAt), "the law counts from the receipt, whenever it is written down")
	require.True(t, taking.Recorded.Equal(later.Events[0].Recorded))
	taking.Accept = false
	waiting, err := in.Build(taking)
	require.NoError(t, err)
	require.Equal(t, dossier.StageSubmitted, waiting.View.Stage)
}
