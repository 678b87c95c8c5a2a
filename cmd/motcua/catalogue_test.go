package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/app"
	"motcua/catalogue"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

const published = "../../catalogue/testdata/published.jsonl"

// The commands of the catalogue on a database: import, the same again, search, draft, coverage, and the lines refused.
func TestCatalogueCommands(t *testing.T) {
	dsn := modelstest.PostgresDSN(t)
	t.Setenv("MOTCUA_POSTGRES_DSN", dsn)
	motcua := func(code int, args ...string) (out, errs string) {
		t.Helper()
		var o, e bytes.Buffer
		require.Equal(t, code, run(append([]string{"catalogue"}, args...), strings.NewReader(""), &o, &e), e.String())
		return o.String(), e.String()
	}
	_, errs := motcua(1, "import", published)
	require.Contains(t, errs, "motcua migrate", "an empty database is not migrated on the way")
	s, err := models.Open(t.Context(), models.Config{Dialector: models.Postgres(dsn)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, app.SeedLibrary(t.Context(), s))

	out, _ := motcua(0, "import", published)
	require.Contains(t, out, "22 dòng: mới 22, thay đổi 0, không đổi 0")
	require.Contains(t, out, "fee-contradicts-note")
	out, _ = motcua(0, "import", published, "--full")
	require.Contains(t, out, "mới 0, thay đổi 0, không đổi 22")
	require.Contains(t, out, "Danh mục không đổi.")

	// One line changed, one broken: the file is taken, the broken line is kept, and the exit code tells.
	data, err := os.ReadFile(published)
	require.NoError(t, err)
	next := filepath.Join(t.TempDir(), "next.jsonl")
	require.NoError(t, os.WriteFile(next, append(bytes.Replace(data, []byte(`"decision":"2304/QĐ-BNNMT"`), []byte(`"decision":"1/QĐ-BNNMT"`), 1), []byte("{\"code\":\"1.0000\"\n")...), 0o600))
	out, _ = motcua(1, "import", next)
	require.Contains(t, out, "thay đổi 1")
	require.Contains(t, out, "decision: 2304/QĐ-BNNMT → 1/QĐ-BNNMT")
	require.Contains(t, out, "dòng 23, cột 17:")
	out, _ = motcua(1, "import", next, "--json")
	var report catalogue.Report
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, 1, report.Refused)
	require.Equal(t, 22, report.Unchanged)
	out, _ = motcua(0, "refused", report.Import)
	require.Equal(t, "{\"code\":\"1.0000\"\n", out) //nolint:testifylint // verbatim, and no JSON
	_, errs = motcua(1, "refused", "none")
	require.Contains(t, errs, "none")

	out, _ = motcua(0, "search", "hop", "thua", "tach")
	require.True(t, strings.HasPrefix(out, "1.012784  Tách thửa hoặc hợp thửa đất."), out)
	require.Contains(t, out, "đang có hiệu lực ở đây")
	out, errs = motcua(0, "search", "--json", "--limit", "1", "dang ky")
	var line office.CatalogueLine
	require.NoError(t, json.Unmarshal([]byte(out), &line))
	require.NotEmpty(t, line.Code)
	require.Contains(t, errs, "còn nữa")
	out, _ = motcua(0, "search", "xyz")
	require.Empty(t, out)

	out, _ = motcua(0, "draft", "1.012784")
	require.Contains(t, out, "published: {decision: 1/QĐ-BNNMT}")
	_, errs = motcua(1, "draft", "9.999999")
	require.Contains(t, errs, "9.999999")

	out, _ = motcua(0, "coverage", "--by", "field")
	require.Regexp(t, `(?m)^ +2 +2 +2 .* Đất đai$`, out)
	require.Regexp(t, `(?m)^ +22 +2 +2 .* TỔNG$`, out)
	out, _ = motcua(0, "coverage", "--by", "agency", "--json")
	var ledger office.CoverageReport
	require.NoError(t, json.Unmarshal([]byte(out), &ledger))
	require.EqualValues(t, 22, ledger.Total.Entries.Count)
	_, errs = motcua(2, "coverage", "--by", "colour")
	require.NotEmpty(t, errs)
	_, errs = motcua(1, "import", filepath.Join(t.TempDir(), "none.jsonl"))
	require.Contains(t, errs, "none.jsonl")
}
