package office_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/office"
	"motcua/procedure"
)

// A merged procedure is held to the versions of its parts that are in force: as a draft by lint, in force by a finding.
func TestMergedIsHeldToItsParts(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	read := func(name string) string {
		f, err := library.Read(name)
		require.NoError(t, err)
		return string(f.Data)
	}
	merged, part := read("merged/G01-tach-thua-chuyen-quyen.yaml"), read("procedures/1.013831-bien-dong-chuyen-quyen.yaml")
	outdated := func() (found procedure.Diagnostics) {
		c, err := d.CheckDefinition(ctx, d.as("congdvc"), merged, "")
		require.NoError(t, err)
		require.Zero(t, c.Errors)
		for _, f := range c.Findings {
			if f.Rule == "merged-outdated" {
				found = append(found, f)
			}
		}
		return found
	}
	subjects := func() (out []string) {
		list, err := d.Store.Findings(ctx, office.FindingMergedOutdated, false, 100)
		require.NoError(t, err)
		for _, f := range list {
			if f.Subject == "G01" {
				out = append(out, f.Detail)
			}
		}
		return out
	}
	require.NoError(t, d.InspectVersions(ctx))
	require.Empty(t, outdated(), "the shipped parts are in force")
	require.Empty(t, subjects())

	i := strings.Index(part, "\nname: ")
	require.Positive(t, i)
	changed := part[:i] + strings.Replace(part[i:], "\nname: ", "\nname: Bản mới ", 1)
	v := d.publishes("part", changed)
	found := outdated()
	require.Len(t, found, 1)
	require.Equal(t, procedure.SeverityWarning, found[0].Severity)
	require.Contains(t, strings.Split(merged, "\n")[found[0].Line-1], `{id: b, code: "1.013831"`)
	require.Contains(t, found[0].Message, v.Hash[:12])
	require.Len(t, subjects(), 1, "at its publication")
	require.Contains(t, subjects()[0], "phần b (1.013831) đã đổi")
	require.Contains(t, subjects()[0], v.Hash[:12])

	// A warning stops no publication, but whoever publishes is told; held to the new part it is as it should be.
	stale := d.publishes("stale", strings.Replace(merged, "\nname: ", "\nname: Vẫn cũ, ", 1))
	require.Equal(t, office.StatusInForce, stale.Status)
	require.Contains(t, stale.Findings.Error(), "merged-outdated")
	require.Len(t, subjects(), 1)
	d.now = d.now.AddDate(0, 0, 1)
	d.publishes("mended", strings.Replace(merged, `plan: "bb26a9922dc48592f3956eacf50e04ac"`, `plan: "`+v.Hash+`"`, 1))
	require.Empty(t, subjects())

	// A part that was repealed is no part any more.
	_, err := d.ActOnVersion(ctx, d.as("kstt"), v.ID, office.VersionActBody{
		Kind: office.VersionRepeal, From: d.day(1), Decision: d.decide("r", office.PublicationDecision{Repealed: []string{"1.013831"}}),
	}, "r", 0)
	require.NoError(t, err)
	d.now = d.now.AddDate(0, 0, 1)
	require.NoError(t, d.InspectVersions(ctx))
	require.Len(t, subjects(), 1)
	require.Contains(t, subjects()[0], "phần b (1.013831) không còn hiệu lực")
}
