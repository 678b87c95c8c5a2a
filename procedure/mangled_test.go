package procedure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"motcua/procedure"
)

// word is what stands between the signs of YAML.
var word = regexp.MustCompile(`[^\s,:{}\[\]"]+`)

// TestMangledDefinitions makes of real definitions what hasty hands make of them: lines lost, doubled and moved, words
// replaced by others, misspelt, quoted, with signs that nobody sees. Whatever comes out is read, linted, mended and formatted
// soundly.
func TestMangledDefinitions(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, glob := range []string{"testdata/err/*.yaml", "../library/procedures/*.yaml"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			texts = append(texts, string(data))
		}
	}
	require.NotEmpty(t, texts)
	var words []string
	for _, text := range texts {
		words = append(words, word.FindAllString(text, -1)...)
	}
	slices.Sort(words)
	words = append(slices.Compact(words), "7 ngày làm việc", "010wd", "1.50", "true", "~", "&a", "*a", "!!str", "|", ">", "'", "\"", "#", "a: b", "- a", "e\u0301", "a\u200b", " ", "\u00a0", "")

	rapid.Check(t, func(t *rapid.T) {
		lines := strings.Split(rapid.SampledFrom(texts).Draw(t, "text"), "\n")
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			switch rapid.IntRange(0, 5).Draw(t, "change") {
			case 0:
				if len(lines) > 1 {
					lines = slices.Delete(lines, i, i+1)
				}
			case 1:
				lines = slices.Insert(lines, i, lines[i])
			case 2:
				j := rapid.IntRange(0, len(lines)-1).Draw(t, "other")
				lines[i], lines[j] = lines[j], lines[i]
			case 3, 4:
				at := word.FindAllStringIndex(lines[i], -1)
				if len(at) > 0 {
					w := rapid.SampledFrom(at).Draw(t, "word")
					lines[i] = lines[i][:w[0]] + rapid.SampledFrom(words).Draw(t, "by") + lines[i][w[1]:]
				}
			case 5:
				if r := []rune(lines[i]); len(r) > 0 {
					k := rapid.IntRange(0, len(r)-1).Draw(t, "letter")
					lines[i] = string(slices.Delete(r, k, k+1))
				}
			}
		}
		data := []byte(strings.Join(lines, "\n"))
		requireSound(t, data, procedure.Check("f.yaml", data, testShelf(), procedure.LintOptions{On: noon("2026-11-24")}))
		requireSafe(t, data)
		requireStable(t, data)
	})
}
