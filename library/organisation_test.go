package library

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func demo(t *testing.T) *Org {
	t.Helper()
	org, err := Organisation()
	require.NoError(t, err)
	return org
}

func on(t *testing.T, date string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, date+"T09:00:00+07:00")
	require.NoError(t, err)
	return at
}

func TestOrganisationIsMarkedAsDemo(t *testing.T) {
	t.Parallel()
	org := demo(t)
	require.True(t, org.Demo)
	for _, f := range org.Officers {
		require.Contains(t, f.Name, "(mẫu)")
	}
	for _, a := range org.Agencies {
		require.Regexp(t, `^H99(\.\d\d)*$`, a.ID)
		require.Regexp(t, "(?i)mẫu", a.Name)
	}
}

func TestOrganisationLivesByCalendarsOnTheShelf(t *testing.T) {
	t.Parallel()
	calendars, err := Calendars()
	require.NoError(t, err)
	for _, a := range demo(t).Agencies {
		_, err := calendars.Book(a.Calendar)
		require.NoError(t, err, a.ID)
	}
}

func (o *Org) agencyAt(t *testing.T, id string) *Agency {
	t.Helper()
	for i := range o.Agencies {
		if o.Agencies[i].ID == id {
			return &o.Agencies[i]
		}
	}
	require.Fail(t, "no agency "+id)
	return nil
}

func TestOrganisationRefusesWhatIsNoTree(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(o *Org){
		"circle":           func(o *Org) { o.agencyAt(t, "H99.14").Parent = "H99.14.01.01" },
		"no such parent":   func(o *Org) { o.Agencies[2].Parent = "H98" },
		"two roots":        func(o *Org) { o.Agencies[1].Parent = "" },
		"twice":            func(o *Org) { o.Agencies[3].ID = o.Agencies[2].ID },
		"nobody":           func(o *Org) { o.Positions[0].Officers = nil },
		"unknown officer":  func(o *Org) { o.Positions[0].Officers = []string{"cb99"} },
		"unknown position": func(o *Org) { o.Positions[0].Agency = "H98" },
		"dates turned":     func(o *Org) { o.Substitutions[0].Until = "2026-12-01" },
		"no such date":     func(o *Org) { o.Substitutions[0].From = "2026-02-30" },
		"no document":      func(o *Org) { o.Substitutions[0].Document = "" },
		"not held":         func(o *Org) { o.Substitutions[0].Role = "van-thu" },
		"unbound":          func(o *Org) { o.Bindings[0].Agencies["ubnd-xa"] = "H98" },
		"no desk":          func(o *Org) { o.Bindings[0].Receiving = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			org := demo(t)
			require.NoError(t, org.check())
			spoil(org)
			require.Error(t, org.check())
		})
	}
}

func TestSubstitutionHasItsDays(t *testing.T) {
	t.Parallel()
	org := demo(t)
	for date, want := range map[string]string{"2026-12-06": "cb16", "2026-12-07": "cb17", "2026-12-11": "cb17", "2026-12-12": "cb16"} {
		holders := org.Holders("H99.14.01.01", "lanh-dao", on(t, date))
		require.Len(t, holders, 1)
		require.Equal(t, want, holders[0].ID, date)
	}
}

func TestBindFindsTheAgencyOfAReference(t *testing.T) {
	t.Parallel()
	org := demo(t)
	for _, c := range []struct{ lead, receiving, reference, want string }{
		{"H99.14.01.01", "H99.02.01", "", "H99.14.01.01"},
		{"H99.14.01.01", "H99.02.01", "vpdk-chi-nhanh", "H99.14.01.01"},
		{"H99.14.01.01", "H99.02.01", "receiving", "H99.02.01"},
		{"H99.14.01.01", "H99.02.01", "ubnd-xa", "H99.31"},
		{"H99.14.01.02", "H99.02", "ubnd-xa", "H99.32"},
		{"H99.14.01.02", "H99.02", "co-quan-thue", "H99.20"},
		{"H99.14", "H99.02", "so-xay-dung", "H99.16"},
		{"H99", "H99.02", "van-phong-ubnd", "H99.01"},
		{"H99.32", "H99.32.01", "vpdk-chi-nhanh", "H99.14.01.02"},
		{"H99.40.01", "H99.31.01", "receiving", "H99.31.01"},
	} {
		got, err := org.Bind(c.lead, c.receiving, c.reference)
		require.NoError(t, err)
		require.Equal(t, c.want, got.ID)
	}
	_, err := org.Bind("H99.14.01.01", "H99.02", "so-xay-dung")
	require.ErrorIs(t, err, ErrNotBound)
	_, err = org.Bind("H99.20", "H99.02", "ubnd-xa")
	require.ErrorIs(t, err, ErrNotBound)
}

// Every recipient of a rung is a person, from every agency that can lead or take part and from every desk.
func TestEscalationsReachSomebody(t *testing.T) {
	t.Parallel()
	org := demo(t)
	reaches := func(agency string, roles ...string) {
		for _, role := range roles {
			_, people := org.Superior(agency, role, on(t, "2026-11-24"))
			require.NotEmpty(t, people, "%s of %s", role, agency)
		}
	}
	require.Len(t, org.Bindings, 9)
	for _, b := range org.Bindings {
		reaches(b.Lead, "head_of_unit", "head_of_agency", "control_office", "chair")
		for _, part := range b.Agencies {
			reaches(part, "head_of_unit", "head_of_agency", "control_office", "chair")
		}
		for _, desk := range b.Receiving {
			reaches(desk, "one_stop", "head_of_agency", "head_of_unit")
		}
	}
	_, nobody := org.Superior("H98", "chair", on(t, "2026-11-24"))
	require.Empty(t, nobody)
}
