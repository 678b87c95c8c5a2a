package office_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
	"motcua/models"
	"motcua/office"
)

const useOfTemplate = `motcua: 1
template: "9.000003"
for: [H99.14.01.02, H99.14.01.01]
set: {thoi-han: 4wd, tra-cuu: 3wd}
`

// template is the shipped one, with replacements.
func template(t testing.TB, pairs ...string) string {
	t.Helper()
	f, err := library.Read("templates/9.000003-mau-sao-luc.yaml")
	require.NoError(t, err)
	text := string(f.Data)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// A file of use goes the way of every draft, and is published for each of the agencies that it names, all or none.
func TestVersionOfATemplate(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	v := d.approved("use", useOfTemplate)
	require.Equal(t, "9.000003", v.Code, "the template's")
	require.Equal(t, []string{"H99.14.01.02", "H99.14.01.01"}, v.Leads)
	require.Equal(t, useOfTemplate, v.Source)
	require.NotEmpty(t, v.Hash)
	publishes := d.decide("1", office.PublicationDecision{Published: []string{"9.000003"}})
	v = d.stepped("kstt2", v.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: publishes, From: d.day(0)})
	require.Equal(t, "H99.14.01.02", v.Lead)

	list, _, err := d.Versions(ctx, d.as("kstt"), office.VersionFilter{Code: "9.000003", InForce: true})
	require.NoError(t, err)
	inForce := map[string]office.Version{}
	for _, x := range list {
		inForce[x.Lead] = x
	}
	require.Len(t, list, 3)
	require.True(t, inForce[""].Sample)
	for _, lead := range v.Leads {
		require.Equal(t, v.Hash, inForce[lead].Hash, lead)
	}
	other, err := d.Version(ctx, d.as("kstt"), inForce["H99.14.01.01"].ID)
	require.NoError(t, err)
	require.Equal(t, []string{"cb18", "cb03", "cb01", "cb04"}, []string{other.Author, other.Checker, other.Approver, other.Publisher})
	var kinds []string
	for _, h := range other.History {
		kinds = append(kinds, h.Kind)
	}
	require.Equal(t, []string{"draft", "submit", "check", "approve", "publish"}, kinds)

	s := hourly()
	s.Procedure = "9.000003"
	for i, lead := range []string{"H99.14.01.01", "H99.14.01.02"} {
		s.Lead = lead
		// Monday the second, four working days: Friday the sixth at closing.
		require.True(t, at(6, 17, 0).Equal(d.take(s, lead).Due), "%d", i)
	}
	// Each ends by itself.
	_, err = d.step("kstt", other.ID, office.VersionActBody{Kind: office.VersionWithdraw, Reason: "Sai", Document: "1/CV"})
	require.NoError(t, err)
	still, err := d.Version(ctx, d.as("kstt"), v.ID)
	require.NoError(t, err)
	require.Equal(t, office.StatusInForce, still.Status)
	require.Len(t, still.History, 5)

	// Where one of the agencies has a version already, none gets a new one.
	w := d.approved("use2", strings.Replace(useOfTemplate, "3wd}", "2wd, phi: 0}", 1))
	_, err = d.step("kstt2", w.ID, office.VersionActBody{Kind: office.VersionPublish, Decision: publishes, From: d.day(0)})
	problem(t, err, 409, "version_overlap")
	w, err = d.Version(ctx, d.as("kstt"), w.ID)
	require.NoError(t, err)
	require.Equal(t, models.VersionApproved, w.State)
	require.Equal(t, "H99.14.01.02", w.Lead)
	list, _, err = d.Versions(ctx, d.as("kstt"), office.VersionFilter{Code: "9.000003", InForce: true})
	require.NoError(t, err)
	require.Len(t, list, 2, "the general sample, and the one of the agency that was not withdrawn")
}

// What is published here goes before what is shipped, and pins the content: another template is another plan.
func TestVersionOfATemplatePublishedHere(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	old := d.approved("use", useOfTemplate)
	published := d.publishes("template", template(t, "Sao lục hồ sơ địa chính (mẫu)", "Sao lục hồ sơ địa chính, bản hai (mẫu)"))
	require.Empty(t, published.Lead)
	c, err := d.CheckDefinition(ctx, d.as("congdvc"), useOfTemplate, "")
	require.NoError(t, err)
	require.Equal(t, "Sao lục hồ sơ địa chính, bản hai (mẫu)", c.Name)
	require.NotEqual(t, old.Hash, c.Hash)
	_, err = d.step("kstt2", old.ID, office.VersionActBody{Kind: office.VersionPublish, From: d.day(0),
		Decision: d.decide("1", office.PublicationDecision{Published: []string{"9.000003"}})})
	p := problem(t, err, 409, "version_differs")
	require.Contains(t, p.Detail, "mẫu")
}

// Parameters without a value, values that a template does not take, and agencies that are not there are told with their places.
func TestOpenParametersAreRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	bare := template(t, "default: 3wd, min", "min", `"Phí khai thác, đồng", default: 20000, max`, `"Phí khai thác, đồng", max`)
	v := d.draft("open", bare)
	require.Empty(t, v.Hash)
	_, err := d.step("thamdinh", v.ID, office.VersionActBody{Kind: office.VersionSubmit})
	p := problem(t, err, 422, "definition_faulty")
	var open []string
	for _, f := range p.Findings {
		if f.Rule == "open-parameter" {
			open = append(open, f.Message)
			require.Equal(t, strings.Count(bare[:strings.Index(bare, map[int]string{1: "name: thoi-han", 2: "name: phi"}[len(open)])], "\n")+1, f.Line)
		}
	}
	require.Equal(t, []string{"tham số thoi-han chưa có giá trị", "tham số phi chưa có giá trị"}, open)

	c, err := d.CheckDefinition(ctx, d.as("congdvc"), strings.Replace(useOfTemplate, "3wd}", "3wd, phi: 300000, phu: 1}", 1), "")
	require.NoError(t, err)
	require.Empty(t, c.Hash)
	require.Equal(t, 2, c.Errors)
	for _, f := range c.Findings {
		require.Equal(t, "bad-parameter", f.Rule)
		require.Equal(t, 4, f.Line)
	}
	c, err = d.CheckDefinition(ctx, d.as("congdvc"), strings.Replace(useOfTemplate, "9.000003", "9.000007", 1), "")
	require.NoError(t, err)
	require.Equal(t, "bad-template", c.Findings[0].Rule)
	require.Equal(t, []int{2, 11}, []int{c.Findings[0].Line, c.Findings[0].Col})

	_, err = d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: strings.Replace(useOfTemplate, "H99.14.01.01", "H77", 1)}, "unknown")
	p = problem(t, err, 422, "invalid")
	require.Equal(t, `Dòng 3, cột 21: Không có cơ quan "H77".`, p.Errors[0].Detail)
	_, err = d.DraftVersion(ctx, d.as("thamdinh"), office.VersionDraft{File: useOfTemplate, Lead: "H99.14.01.01"}, "two")
	problem(t, err, 422, "invalid")
}
