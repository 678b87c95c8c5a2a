package office_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/models/modelstest"
	"motcua/office"
)

// national is how many procedures a full catalogue has.
const national = 2642

// varied makes a file of 2,642 procedures by giving the real ones other codes: those of the whole file where MOTCUA_CATALOGUE
// names it, else those of the excerpt.
func varied(b *testing.B) []byte {
	b.Helper()
	text := excerpt(b)
	if name := os.Getenv("MOTCUA_CATALOGUE"); name != "" {
		data, err := os.ReadFile(name)
		require.NoError(b, err)
		text = string(data)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	code := regexp.MustCompile(`"code":"([0-9]\.[0-9]{6})"`)
	var out bytes.Buffer
	for i := range national {
		line := lines[i%len(lines)]
		at := code.FindStringIndex(line)
		out.WriteString(line[:at[0]] + fmt.Sprintf(`"code":"%d.%06d"`, 1+i%3, 100_000+i) + line[at[1]:] + "\n")
	}
	return out.Bytes()
}

// BenchmarkCatalogue measures the import of a national catalogue into an empty database, the same file again, a search and the
// ledger. The goals are 5 s for the import and 50 ms for a search.
func BenchmarkCatalogue(b *testing.B) {
	text := varied(b)
	now := opening
	for _, dialect := range []string{models.DialectPostgres, models.DialectSQLite} {
		fresh := func(b *testing.B) *office.Office {
			b.Helper()
			s := modelstest.Unmigrated(b, dialect)
			require.NoError(b, s.Migrate(b.Context()))
			return office.New(office.Config{Store: s, Clock: calendar.RealClock(), Now: now})
		}
		load := func(b *testing.B, o *office.Office, key string) {
			b.Helper()
			r, err := o.ImportCatalogue(b.Context(), principalOf(office.RoleControl), office.CatalogueFile{Body: bytes.NewReader(text), Full: true}, key)
			require.NoError(b, err)
			require.Equal(b, national, r.New+r.Unchanged)
		}
		b.Run(dialect+"/import", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				b.StopTimer()
				o := fresh(b)
				b.StartTimer()
				load(b, o, "a")
			}
		})
		o := fresh(b)
		load(b, o, "a")
		n := 0
		b.Run(dialect+"/import again", func(b *testing.B) {
			for b.Loop() {
				n++
				load(b, o, strconv.Itoa(n))
			}
		})
		for _, words := range []string{"dat", "dang ky", "tach thua hop thua", "1.1000", "khong co gi ca"} {
			b.Run(dialect+"/search "+words, func(b *testing.B) {
				for b.Loop() {
					_, _, err := o.Catalogue(b.Context(), principalOf(office.RoleControl), office.CatalogueFilter{CataloguePart: office.CataloguePart{Text: words}, Limit: 50})
					require.NoError(b, err)
				}
			})
		}
		b.Run(dialect+"/ledger", func(b *testing.B) {
			for b.Loop() {
				_, err := o.CoverageLedger(b.Context(), principalOf(office.RoleControl), models.ByAgency, office.CataloguePart{})
				require.NoError(b, err)
			}
		})
	}
}
