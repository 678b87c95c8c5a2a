package models_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/dossier"
	"motcua/models"
	"motcua/models/modelstest"
)

// province is a small demonstration tree: a province with a department (and its unit) and two communes.
func province() models.Organisation {
	return models.Organisation{
		Agencies: []models.Agency{
			{ID: "tinh", Name: "Tỉnh A (dữ liệu minh họa)", Type: "ubnd-tinh", Level: "province"},
			{ID: "so-xd", Parent: "tinh", Name: "Sở Xây dựng", Type: "so-xay-dung", Level: "province"},
			{ID: "so-xd.1", Parent: "so-xd", Name: "Phòng Quản lý xây dựng", Type: "phong"},
			{ID: "xa-a", Parent: "tinh", Name: "Xã A", Type: "ubnd-xa", Level: "commune", Receives: true},
			{ID: "xa-b", Parent: "tinh", Name: "Xã B", Type: "ubnd-xa", Level: "commune", Receives: true},
		},
		Officers: []models.Officer{{ID: "an", Name: "An"}, {ID: "binh", Name: "Bình"}, {ID: "chi", Name: "Chi"}, {ID: "dung", Name: "Dũng"}},
		Postings: []models.Posting{
			{Officer: "an", Agency: "xa-a", Role: "leader"},
			{Officer: "binh", Agency: "xa-a", Role: "handler", Until: at(10, 0, 0)},
			{Officer: "dung", Agency: "xa-a", Role: "handler", From: at(10, 0, 0)},
		},
		Substitutions: []models.Substitution{
			{ID: "u1", Officer: "an", Substitute: "binh", From: at(5, 0, 0), Until: at(7, 0, 0), Document: "12/UQ-UBND"},
			{ID: "u2", Officer: "binh", Substitute: "chi", Agency: "xa-a", From: at(6, 0, 0), Until: at(7, 0, 0)},
			{ID: "u3", Officer: "chi", Substitute: "an", From: at(6, 0, 0), Until: at(7, 0, 0)},
			{ID: "u4", Officer: "dung", Substitute: "chi", Role: "leader", From: at(10, 0, 0), Until: at(12, 0, 0)},
			{ID: "u5", Officer: "dung", Substitute: "binh", Role: "handler", From: at(11, 0, 0), Until: at(12, 0, 0)},
		},
		Bindings: []models.BindingRow{{Lead: "xa-a", Ref: "tax", Agency: "thue-1"}, {Lead: "xa-a", Ref: "land", Agency: "vpdk-1"}},
		Leads:    []models.LeadRow{{AgencyType: "so-xay-dung", Receiving: "xa-b", Lead: "so-xd", Rank: 2}, {AgencyType: "so-xay-dung", Receiving: "xa-b", Lead: "bql-kkt", Rank: 1}},
	}
}

func TestSubstitutionIsDated(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SaveOrganisation(ctx, province()))
		cases := []struct {
			name, role string
			at         time.Time
			want, in   string
		}{
			{"himself before", "leader", at(4, 23, 59), "an", ""},
			{"substitute from the first instant", "leader", at(5, 0, 0), "binh", "an"},
			{"a circle of three ends before it repeats", "leader", at(6, 8, 0), "chi", "an"},
			{"himself from the end on", "leader", at(7, 0, 0), "an", ""},
			{"substitution in one agency", "handler", at(6, 8, 0), "an", "binh"},
			{"posting until", "handler", at(9, 23, 59), "binh", ""},
			{"posting from; a substitution in another role", "handler", at(10, 0, 0), "dung", ""},
			{"substitution in one role", "handler", at(11, 0, 0), "binh", "dung"},
		}
		for _, c := range cases {
			officers, err := s.Officers(ctx, "xa-a", c.role, c.at)
			require.NoError(t, err, c.name)
			require.Len(t, officers, 1, c.name)
			require.Equal(t, c.want, officers[0].ID, c.name)
			require.Equal(t, c.in, officers[0].For, c.name)
		}
		none, err := s.Officers(ctx, "xa-b", "leader", at(6, 8, 0))
		require.NoError(t, err)
		require.Empty(t, none)
		who, err := s.Substitute(ctx, "an", "xa-a", "leader", at(5, 8, 0))
		require.NoError(t, err)
		require.Equal(t, "binh", who)
		held, err := s.Positions(ctx, "binh", at(5, 8, 0))
		require.NoError(t, err)
		require.Len(t, held, 1)
		require.True(t, held[0].From.IsZero())
		require.True(t, held[0].Until.Equal(at(10, 0, 0)))
	})
}

// Who may act in a position: its holders, and whom the documents in force name for them. Whoever is addressed may act.
func TestHolders(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SaveOrganisation(ctx, province()))
		for _, c := range []struct {
			name   string
			agency string
			roles  []string
			at     time.Time
			want   []string
		}{
			{"before the substitution", "xa-a", []string{"leader"}, at(4, 23, 59), []string{"leader an"}},
			{"the substituted keeps his power", "xa-a", []string{"leader"}, at(5, 0, 0), []string{"leader an", "leader binh for an"}},
			{"a chain that is a circle", "xa-a", []string{"leader"}, at(6, 8, 0), []string{"leader an", "leader binh for an", "leader chi for binh"}},
			{"after its end", "xa-a", []string{"leader"}, at(7, 0, 0), []string{"leader an"}},
			{"in one role only", "xa-a", []string{"handler", "leader"}, at(11, 0, 0), []string{"handler binh for dung", "handler dung", "leader an"}},
			{"a posting that ended", "xa-a", []string{"handler"}, at(10, 0, 0), []string{"handler dung"}},
			{"another agency", "xa-b", []string{"leader", "handler"}, at(6, 8, 0), nil},
			{"no such role", "xa-a", []string{"none"}, at(6, 8, 0), nil},
		} {
			rows, err := s.Holders(ctx, c.agency, c.roles, c.at)
			require.NoError(t, err, c.name)
			var got []string
			for _, h := range rows {
				require.NotEmpty(t, h.Name, c.name)
				line := h.Role + " " + h.Officer
				if h.For != "" {
					line += " for " + h.For
				}
				got = append(got, line)
			}
			require.Equal(t, c.want, got, c.name)
			for _, o := range province().Officers {
				holds, err := s.Holds(ctx, o.ID, c.agency, c.roles, c.at)
				require.NoError(t, err)
				require.Equal(t, slices.ContainsFunc(rows, func(h models.Holder) bool { return h.Officer == o.ID }), holds, "%s: %s", c.name, o.ID)
			}
			for _, role := range c.roles {
				addressed, err := s.Officers(ctx, c.agency, role, c.at)
				require.NoError(t, err)
				for _, o := range addressed {
					require.True(t, slices.ContainsFunc(rows, func(h models.Holder) bool { return h.Role == role && h.Officer == o.ID }), "%s: %s is addressed", c.name, o.ID)
				}
			}
		}
	})
}

func TestTreeLeadsAndBindings(t *testing.T) {
	t.Parallel()
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		require.NoError(t, s.SaveOrganisation(ctx, province()))
		require.NoError(t, s.SaveOrganisation(ctx, province()), "idempotent")
		agencies, err := s.Agencies(ctx)
		require.NoError(t, err)
		require.Len(t, agencies, 5)
		for id, want := range map[string][]string{
			"tinh": {"so-xd", "so-xd.1", "tinh", "xa-a", "xa-b"}, "so-xd": {"so-xd", "so-xd.1"}, "xa-a": {"xa-a"}, "none": nil,
		} {
			ids, err := s.Subtree(ctx, id)
			require.NoError(t, err)
			require.Equal(t, want, ids, id)
		}
		for _, c := range []struct {
			kind, receiving string
			want            []string
		}{
			{"ubnd-xa", "xa-a", []string{"xa-a"}},                 // the point itself
			{"so-xay-dung", "xa-a", []string{"so-xd"}},            // next in the tree
			{"so-xay-dung", "xa-b", []string{"bql-kkt", "so-xd"}}, // declared, by rank
			{"cuc-thue", "xa-a", nil},
		} {
			leads, err := s.Leads(ctx, c.kind, c.receiving)
			require.NoError(t, err)
			require.Equal(t, c.want, leads, c)
		}
		bindings, err := s.Bindings(ctx, "xa-a")
		require.NoError(t, err)
		require.Equal(t, []dossier.Binding{{Ref: "land", Agency: "vpdk-1"}, {Ref: "tax", Agency: "thue-1"}}, bindings)
		_, err = s.Agency(ctx, "none")
		require.ErrorIs(t, err, models.ErrNotFound)
		require.NoError(t, s.SaveKey(ctx, models.APIKey{Prefix: "mc_1", Hash: "h", Officer: "an", Agency: "xa-a", Roles: []string{"handler"}}))
		key, err := s.KeyByPrefix(ctx, "mc_1")
		require.NoError(t, err)
		require.Equal(t, []string{"handler"}, key.Roles)
		require.True(t, key.ExpiresAt.IsZero())
	})
}
