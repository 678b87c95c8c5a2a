package procedure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// many are n definitions made of the shipped ones: each with a code, a name, steps and a limit of its own.
func many(tb testing.TB, n int) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	var shipped []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(tb, err)
		shipped = append(shipped, string(data))
	}
	list := make([][]byte, n)
	for i := range list {
		text := shipped[i%len(shipped)]
		text = strings.Replace(text, "code: \"", fmt.Sprintf("code: \"%d.", i), 1)
		text = strings.Replace(text, "name: ", fmt.Sprintf("name: Số %d, ", i), 1)
		text = strings.Replace(text, "limit: 0.5wd", fmt.Sprintf("limit: %dwh", 1+i%4), 1)
		text = strings.ReplaceAll(text, "tham-dinh", fmt.Sprintf("tham-dinh-%d", i))
		list[i] = []byte(text)
	}
	return list
}

// BenchmarkLint3000 reads and lints 3,000 definitions, one after the other.
func BenchmarkLint3000(b *testing.B) {
	shelf := libraryShelf(b)
	files := many(b, 3000)
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range files {
			d, found := procedure.Parse("f.yaml", data)
			if found.HasErrors() {
				b.Fatal(found)
			}
			if found := procedure.Lint(d, shelf); found.HasErrors() {
				b.Fatal(found)
			}
		}
	}
}
