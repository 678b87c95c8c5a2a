package office_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/models"
	"motcua/office"
	"motcua/procedure"
)

// definition is the shipped sample of eight working hours, with replacements.
func definition(t testing.TB, pairs ...string) string {
	t.Helper()
	f, err := library.Read("procedures/9.000001-mau-xac-nhan-thong-tin.yaml")
	require.NoError(t, err)
	text := string(f.Data)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	if !strings.Contains(text, "limit: 8wh") { // the ladder in hours is for a day at most
		text = strings.Replace(text, "escalation: hours", "escalation: standard", 1)
	}
	return text
}

func (d *desk) draft(key, file string) office.Version {
	d.t.Helper()
	v, err := d.DraftVersion(d.t.Context(), d.as("thamdinh"), office.VersionDraft{File: file}, key)
	require.NoError(d.t, err)
	return v
}

func (d *desk) step(who, id string, b office.VersionActBody) (office.Version, error) {
	d.t.Helper()
	return d.ActOnVersion(d.t.Context(), d.as(who), id, b, who+b.Kind+id, 0)
}

func (d *desk) stepped(who, id string, b office.VersionActBody) office.Version {
	d.t.Helper()
	v, err := d.step(who, id, b)
	require.NoError(d.t, err)
	return v
}

func (d *desk) decide(key string, x office.PublicationDecision) string {
	d.t.Helper()
	x.Number, x.On, x.Agency = key+"/QĐ-UBND", "2026-03-02", "UBND tỉnh mẫu"
	out, err := d.RecordDecision(d.t.Context(), d.as("kstt2"), x, key)
	require.NoError(d.t, err)
	return out.ID
}

// approved brings a file to its approval.
func (d *desk) approved(key, file string) office.Version {
	d.t.Helper()
	v := d.draft(key, file)
	d.stepped("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionSubmit})
	d.stepped("kstt", v.ID, office.VersionActBody{Kind: office.VersionCheck})
	return d.stepped("chutich", v.ID, office.VersionActBody{Kind: office.VersionApprove})
}

// publishes brings a file in force from today.
func (d *desk) publishes(key, file string) office.Version {
	d.t.Helper()
	v := d.approved(key, file)
	return d.stepped("kstt2", v.ID, office.VersionActBody{
		Kind: office.VersionPublish, Decision: d.decide(key, office.PublicationDecision{Amended: []string{v.Code}}), From: d.day(0),
	})
}

// day is a day from today on.
func (d *desk) day(n int) string { return d.now.AddDate(0, 0, n).Format(time.DateOnly) }

func TestLifeOfAVersion(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	faulty := strings.Replace(definition(t), "limit: 8wh", "limit: 7wh", 1) // steps of eight hours in seven
	v := d.draft("a", faulty)
	require.Equal(t, models.VersionDraft, v.State)
	require.Empty(t, v.Hash)
	require.True(t, v.Findings.HasErrors())
	require.Equal(t, "steps-over-limit", v.Findings[0].Rule)
	require.Positive(t, v.Findings[0].Line)
	again, err := d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: faulty}, "a")
	require.NoError(t, err)
	require.Equal(t, v.ID, again.ID, "a repeated request is one draft")
	_, err = d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: definition(t)}, "a")
	problem(t, err, 422, "idempotency_key_reused")

	// With an error it is not even submitted; every error has its position.
	_, err = d.step("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionSubmit})
	p := problem(t, err, 422, "definition_faulty")
	require.Equal(t, "steps-over-limit", p.Findings[0].Rule)
	require.NotEmpty(t, p.Errors)

	good := definition(t, "limit: 8wh", "limit: 9wh", "name: Xác nhận", "name: Xác minh")
	edit := func(who, key string, expect int64) (office.Version, error) {
		return d.EditVersion(ctx, d.as(who), v.ID, office.VersionDraft{File: good}, key, expect)
	}
	_, err = edit("thamdinh", "e0", 0)
	problem(t, err, 428, "if_match_missing")
	_, err = edit("thamdinh", "e1", 7)
	problem(t, err, 412, "stale")
	_, err = edit("nuimau", "e2", v.Revision)
	problem(t, err, 403, "wrong_place")
	v, err = edit("thamdinh", "e3", v.Revision)
	require.NoError(t, err)
	require.NotEmpty(t, v.Hash)
	require.False(t, v.Findings.HasErrors())
	_, err = d.EditVersion(ctx, d.as("thamdinh"), v.ID, office.VersionDraft{File: strings.Replace(good, "9.000001", "9.000009", 1)}, "e4", v.Revision)
	problem(t, err, 422, "invalid")

	// Each step in its turn, each by another person in the right place.
	_, err = d.step("kstt", v.ID, office.VersionActBody{Kind: office.VersionCheck})
	problem(t, err, 409, "version_state")
	d.stepped("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionSubmit})
	_, err = edit("thamdinh", "e5", 0+v.Revision+1)
	problem(t, err, 409, "version_state")
	_, err = d.step("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionCheck})
	problem(t, err, 403, "forbidden")
	_, err = d.step("kstt", v.ID, office.VersionActBody{Kind: office.VersionReturn})
	problem(t, err, 422, "invalid")
	v = d.stepped("kstt", v.ID, office.VersionActBody{Kind: office.VersionReturn, Reason: "Thiếu căn cứ"})
	require.Equal(t, models.VersionDraft, v.State)
	v, err = d.ActOnVersion(ctx, d.as("thamdinh"), v.ID, office.VersionActBody{Kind: office.VersionSubmit}, "again", 0)
	require.NoError(t, err)
	v = d.stepped("kstt", v.ID, office.VersionActBody{Kind: office.VersionCheck})
	require.Equal(t, "cb03", v.Checker)
	_, err = d.step("lanhdao", v.ID, office.VersionActBody{Kind: office.VersionApprove})
	problem(t, err, 403, "wrong_place")
	v = d.stepped("chutich", v.ID, office.VersionActBody{Kind: office.VersionApprove})
	same, err := d.ActOnVersion(ctx, d.as("chutich"), v.ID, office.VersionActBody{Kind: office.VersionApprove}, "chutichapprove"+v.ID, 0)
	require.NoError(t, err)
	require.Equal(t, v.Revision, same.Revision, "approved once")

	decision := d.decide("1", office.PublicationDecision{Amended: []string{"9.000001"}})
	publish := office.VersionActBody{Kind: office.VersionPublish, Decision: decision, From: d.day(7)}
	_, err = d.ActOnVersion(ctx, d.as("kstt"), v.ID, publish, "p0", 0)
	problem(t, err, 403, "same_person") // he has checked it
	for name, b := range map[string]office.VersionActBody{
		"no decision": {Kind: office.VersionPublish, From: d.day(7)}, "past": {Kind: office.VersionPublish, Decision: decision, From: d.day(-1)},
		"no day": {Kind: office.VersionPublish, Decision: decision}, "ends before": {Kind: office.VersionPublish, Decision: decision, From: d.day(7), Until: d.day(6)},
		"another procedure": {Kind: office.VersionPublish, Decision: d.decide("2", office.PublicationDecision{Published: []string{"1.000001"}}), From: d.day(7)},
	} {
		_, err = d.ActOnVersion(ctx, d.as("kstt2"), v.ID, b, name, 0)
		problem(t, err, 422, "invalid")
	}
	v = d.stepped("kstt2", v.ID, publish)
	require.Equal(t, office.StatusScheduled, v.Status)
	require.Equal(t, []string{"cb18", "cb03", "cb01", "cb04"}, []string{v.Author, v.Checker, v.Approver, v.Publisher})
	var kinds []string
	for _, h := range v.History {
		kinds = append(kinds, h.Kind)
	}
	require.Equal(t, []string{"draft", "edit", "submit", "return", "submit", "check", "approve", "publish"}, kinds)
	stored, err := d.store.Plan(ctx, v.Hash)
	require.NoError(t, err)
	require.Equal(t, v.Hash, stored.Hash, "immutable under its content's hash")

	// Until its day the sample is in force, from then on the new version; a dossier keeps its own.
	code := func() string {
		now, err := d.Procedure(ctx, d.as("motcua"), "9.000001")
		require.NoError(t, err)
		return now.Hash
	}
	require.NotEqual(t, v.Hash, code())
	old := d.take(hourly(), "1").Code
	d.now = d.now.AddDate(0, 0, 7)
	require.Equal(t, v.Hash, code())
	fresh := d.take(hourly(), "2").Code
	plan := func(code string) string {
		row, err := d.store.Dossier(ctx, code)
		require.NoError(t, err)
		return row.View.Plan
	}
	require.Equal(t, v.Hash, plan(fresh))
	require.NotEqual(t, v.Hash, plan(old))
	d.must("motcua", old, "a", office.ActBody{Kind: dossier.ActComplete, Task: "tiep-nhan#1"})
	list, _, err := d.List(ctx, d.as("motcua"), office.ListFilter{Outdated: true})
	require.NoError(t, err)
	require.Len(t, list, 1, "the ledger knows what is on a version that is not in force")
	require.Equal(t, old, list[0].Code)
	versions, _, err := d.Versions(ctx, d.as("congdvc"), office.VersionFilter{Code: "9.000001"})
	require.NoError(t, err)
	require.Len(t, versions, 2)
	require.Equal(t, []string{office.StatusInForce, office.StatusEnded}, []string{versions[0].Status, versions[1].Status})
	require.True(t, versions[1].Sample)
	require.Equal(t, models.EndReplaced, versions[1].Ended)

	diff, err := d.VersionDiff(ctx, d.as("congdvc"), versions[1].ID, v.ID)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(diff.String(), "Thủ tục: tên từ “Xác nhận thông tin thửa đất (mẫu)” thành “Xác minh thông tin thửa đất (mẫu)”.\n"+
		"Thủ tục: thang nhắc từ hours thành standard.\nThời hạn giải quyết từ 8 giờ làm việc thành 9 giờ làm việc.\n"), diff.String())
}

// Two versions are never in force at once, for one agency and for everybody apart.
func TestValidityNeverOverlaps(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	first := d.publishes("a", definition(t, "limit: 8wh", "limit: 9wh"))
	second := d.approved("b", definition(t, "limit: 8wh", "limit: 10wh"))
	published := d.decide("x", office.PublicationDecision{Published: []string{"9.000001"}})
	_, err := d.step("kstt2", second.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: published, From: d.day(10)})
	p := problem(t, err, 409, "version_overlap")
	require.Contains(t, p.Detail, first.ID)
	still, err := d.Version(ctx, d.as("kstt"), second.ID)
	require.NoError(t, err)
	require.Equal(t, models.VersionApproved, still.State, "nothing half published")
	amended := d.decide("y", office.PublicationDecision{Amended: []string{"9.000001"}})
	_, err = d.step("kstt2", second.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: amended, From: first.ValidFrom.Format(time.DateOnly)})
	p = problem(t, err, 409, "version_overlap")
	require.Contains(t, p.Detail, "từ một ngày sau đó", "an amending decision does not replace a version on its first day: another day is what helps")
	second, err = d.ActOnVersion(ctx, d.as("kstt2"), second.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: amended, From: d.day(10), Until: d.day(20)}, "y", 0)
	require.NoError(t, err)
	first, err = d.Version(ctx, d.as("kstt"), first.ID)
	require.NoError(t, err)
	require.Equal(t, second.ValidFrom, first.ValidUntil)
	require.Equal(t, d.day(21), second.ValidUntil.Format(time.DateOnly), "the last day is a whole day")

	// A version for one agency stands beside the general one, and is the one that this agency's dossiers take.
	own, err := d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: definition(t, "limit: 8wh", "limit: 12wh"), Lead: "H99.14.01.01"}, "own")
	require.NoError(t, err)
	d.stepped("thamdinh", own.ID, office.VersionActBody{Kind: office.VersionSubmit})
	d.stepped("kstt", own.ID, office.VersionActBody{Kind: office.VersionCheck})
	d.stepped("chutich", own.ID, office.VersionActBody{Kind: office.VersionApprove})
	own = d.stepped("kstt2", own.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: published, From: d.day(0)})
	row, err := d.store.Dossier(ctx, d.take(hourly(), "1").Code)
	require.NoError(t, err)
	require.Equal(t, own.Hash, row.View.Plan)
	_, err = d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: definition(t), Lead: "H77"}, "unknown")
	problem(t, err, 422, "invalid")
}

// Repeal and emergency withdrawal refuse new dossiers with a way on, and leave the open ones alone.
func TestRepealAndWithdrawal(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{office.VersionRepeal, office.VersionWithdraw} {
		d := open(t)
		ctx := t.Context()
		v := d.publishes("a", definition(t, "limit: 8wh", "limit: 9wh"))
		before := d.take(hourly(), "1").Code
		body := office.VersionActBody{Kind: kind, From: d.day(3), Decision: d.decide("r", office.PublicationDecision{Repealed: []string{"9.000001"}})}
		if kind == office.VersionWithdraw {
			_, err := d.step("kstt", v.ID, office.VersionActBody{Kind: kind})
			require.Len(t, problem(t, err, 422, "invalid").Errors, 2)
			body = office.VersionActBody{Kind: kind, Reason: "Sai mức thu", Document: "99/CĐ-UBND"}
		}
		_, err := d.ActOnVersion(ctx, d.as("thamdinh"), v.ID, body, "no", 0)
		problem(t, err, 403, "forbidden")
		v, err = d.ActOnVersion(ctx, d.as("kstt"), v.ID, body, "end", 0)
		require.NoError(t, err)
		if kind == office.VersionRepeal {
			require.Equal(t, office.StatusInForce, v.Status)
			d.take(hourly(), "2")
			d.now = d.now.AddDate(0, 0, 3)
		}
		_, err = d.Submit(ctx, d.as("motcua"), hourly(), "3")
		p := problem(t, err, 409, map[string]string{office.VersionRepeal: "procedure_repealed", office.VersionWithdraw: "procedure_withdrawn"}[kind])
		require.Contains(t, p.Detail, "Hồ sơ đã nộp vẫn được giải quyết")
		require.Equal(t, map[string]string{office.VersionRepeal: "r/QĐ-UBND", office.VersionWithdraw: "99/CĐ-UBND"}[kind], p.Article)
		d.walk(before)
		_, err = d.ActOnVersion(ctx, d.as("kstt"), v.ID, body, "twice", 0)
		require.Error(t, err)
		rows, _, err := d.Procedures(ctx, d.as("motcua"), "9.000001", 10, "")
		require.NoError(t, err)
		require.Empty(t, rows)
	}
}

// A procedure in force without an internal process is a finding until it has one.
func TestWithoutAnInternalProcess(t *testing.T) {
	t.Parallel()
	d := open(t)
	found := func() (subjects []string) {
		still := true
		list, _, err := d.Findings(t.Context(), d.as("kstt"), office.FindingFilter{Open: &still})
		require.NoError(t, err)
		for _, f := range list {
			if f.Kind == office.FindingNoInternalProcess {
				subjects = append(subjects, f.Subject)
			}
		}
		return subjects
	}
	require.NoError(t, d.InspectVersions(t.Context()))
	require.Empty(t, found(), "every shipped procedure names its process")
	d.publishes("a", definition(t, "internal-process: {source: Mẫu do chúng tôi đặt ra, confidence: sample}\n", ""))
	require.Equal(t, []string{"9.000001"}, found())
	d.now = d.now.AddDate(0, 0, 1)
	d.publishes("b", definition(t, "limit: 8wh", "limit: 9wh"))
	require.Empty(t, found())
}

func TestCheckDefinition(t *testing.T) {
	t.Parallel()
	d := open(t)
	c, err := d.CheckDefinition(t.Context(), d.as("congdvc"), definition(t, "role: chuyen-vien", "rol: chuyen-vien", "escalation: hours", "escalation: hour"), "")
	require.NoError(t, err)
	require.Equal(t, "9.000001", c.Code)
	require.Empty(t, c.Hash)
	require.GreaterOrEqual(t, c.Errors, 2)
	rules := func(f procedure.Diagnostic) string { return f.Rule }
	var got []string
	for _, f := range c.Findings {
		got = append(got, rules(f))
		require.Positive(t, f.Line)
		require.Positive(t, f.Col)
	}
	require.Contains(t, got, "unknown-key")
	require.Contains(t, got, "ladder-unknown")
	c, err = d.CheckDefinition(t.Context(), d.as("congdvc"), definition(t), "")
	require.NoError(t, err)
	require.Zero(t, c.Errors)
	require.Len(t, c.Hash, 32)
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	d := open(t)
	x := office.PublicationDecision{Number: "2304/QĐ-UBND", On: "2026-02-27", Agency: "UBND tỉnh mẫu", Published: []string{"1.000001"}, Amended: []string{"1.000002"}, Repealed: []string{"1.000003"}}
	_, err := d.RecordDecision(t.Context(), d.as("lanhdao"), x, "a")
	problem(t, err, 403, "forbidden")
	got, err := d.RecordDecision(t.Context(), d.as("kstt"), x, "a")
	require.NoError(t, err)
	require.Equal(t, x.Published, got.Published)
	require.Equal(t, "2026-02-27", got.On)
	again, err := d.RecordDecision(t.Context(), d.as("kstt"), x, "a")
	require.NoError(t, err)
	require.Equal(t, got, again)
	_, err = d.RecordDecision(t.Context(), d.as("kstt"), x, "b")
	problem(t, err, 409, "decision_known")
	_, err = d.RecordDecision(t.Context(), d.as("kstt"), office.PublicationDecision{On: "27/2", Amended: []string{"1", "1", ""}}, "c")
	require.Len(t, problem(t, err, 422, "invalid").Errors, 5)
	list, _, err := d.Decisions(t.Context(), d.as("congdvc"), "1.000003", 10, "")
	require.NoError(t, err)
	require.Equal(t, []office.PublicationDecision{got}, list)
	list, _, err = d.Decisions(t.Context(), d.as("congdvc"), "1.000009", 10, "")
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = d.Decision(t.Context(), d.as("congdvc"), "none")
	problem(t, err, http.StatusNotFound, "decision_unknown")
}

// Drafts are for those who have to do with them.
func TestDraftsAreNotForEverybody(t *testing.T) {
	t.Parallel()
	d := open(t)
	v := d.draft("a", definition(t, "limit: 8wh", "limit: 9wh"))
	_, err := d.Version(t.Context(), d.as("congdvc"), v.ID)
	problem(t, err, 404, "version_unknown")
	seen := func(who string) bool {
		list, _, err := d.Versions(t.Context(), d.as(who), office.VersionFilter{Code: "9.000001"})
		require.NoError(t, err)
		return slices.ContainsFunc(list, func(x office.Version) bool { return x.ID == v.ID })
	}
	require.True(t, seen("kstt"))
	require.False(t, seen("congdvc"))
	_, _, err = d.Versions(t.Context(), d.as("congdvc"), office.VersionFilter{State: models.VersionDraft})
	problem(t, err, 403, "forbidden")
	require.Equal(t, calendar.DateOf(d.now), calendar.DateOf(v.CreatedAt))
}
