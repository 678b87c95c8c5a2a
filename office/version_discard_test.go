package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/models"
	"motcua/office"
)

// A version that nobody published is given up at any step before, by its author or the agency that drafts it, and stays readable.
func TestDiscardAVersion(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	discard := office.VersionActBody{Kind: office.VersionDiscard, Reason: "Luật mới thay thế"}
	v := d.draft("a", definition(t, "limit: 8wh", "limit: 7wh")) // faulty: never submitted
	_, err := d.step("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionDiscard})
	p := problem(t, err, 422, "invalid")
	require.Equal(t, "/reason", p.Errors[0].Pointer)
	_, err = d.step("kstt", v.ID, discard)
	problem(t, err, 403, "forbidden") // the control office returns it instead
	_, err = d.step("nuimau", v.ID, discard)
	problem(t, err, 403, "wrong_place")
	v = d.stepped("thamdinh", v.ID, discard)
	require.Equal(t, models.VersionDiscarded, v.State)
	require.Equal(t, models.VersionDiscarded, v.Status)
	again := d.stepped("thamdinh", v.ID, discard)
	require.Equal(t, v.Revision, again.Revision, "discarded once")
	require.Equal(t, "Luật mới thay thế", v.History[len(v.History)-1].Reason)
	require.NotEmpty(t, v.Source)
	_, err = d.EditVersion(ctx, d.as("thamdinh"), v.ID, office.VersionDraft{File: definition(t)}, "e", v.Revision)
	problem(t, err, 409, "version_state")
	_, err = d.step("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionSubmit})
	problem(t, err, 409, "version_state")

	// At any step; another of the drafting agency may.
	w := d.approved("b", definition(t, "limit: 8wh", "limit: 9wh"))
	w, err = d.ActOnVersion(ctx, d.as("lanhdao"), w.ID, discard, "b", 0)
	require.NoError(t, err)
	var kinds []string
	for _, h := range w.History {
		kinds = append(kinds, h.Kind)
	}
	require.Equal(t, []string{"draft", "submit", "check", "approve", "discard"}, kinds)
	_, err = d.step("kstt2", w.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: d.decide("1", office.PublicationDecision{Amended: []string{w.Code}}), From: d.day(0)})
	problem(t, err, 409, "version_state")

	// Not among what is at work, but where it is asked for; the diff still reads it.
	list, _, err := d.Versions(ctx, d.as("kstt"), office.VersionFilter{Code: "9.000001"})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.True(t, list[0].Sample)
	list, _, err = d.Versions(ctx, d.as("kstt"), office.VersionFilter{State: models.VersionDiscarded})
	require.NoError(t, err)
	require.Len(t, list, 2)
	diff, err := d.VersionDiff(ctx, d.as("kstt"), d.sampleID(), w.ID)
	require.NoError(t, err)
	require.Contains(t, diff.String(), "Thời hạn giải quyết từ 8 giờ làm việc thành 9 giờ làm việc.")
	_, err = d.Version(ctx, d.as("congdvc"), w.ID)
	problem(t, err, 404, "version_unknown")

	// What is published is not discarded, not even before its first day: it is repealed or withdrawn, by a document.
	x := d.approved("c", definition(t, "limit: 8wh", "limit: 10wh"))
	x = d.stepped("kstt2", x.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: d.decide("2", office.PublicationDecision{Amended: []string{x.Code}}), From: d.day(7)})
	_, err = d.step("thamdinh", x.ID, discard)
	p = problem(t, err, 409, "version_state")
	require.Contains(t, p.Detail, "withdraw")
}
