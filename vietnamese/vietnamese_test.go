package vietnamese_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"motcua/vietnamese"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Nguyễn Văn  Đức": "nguyen van duc", "ĐẶNG THỊ ƯỚC": "dang thi uoc", "Nguye\u0302\u0303n": "nguyen", "": "", " a\tb\u00a0c ": "a b c",
		"Hoà giải, HÒA GIẢI": "hoa giai, hoa giai", "1.012784": "1.012784",
	} {
		require.Equal(t, want, vietnamese.Fold(text))
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"1", "012784"}, vietnamese.Words("1.012784"))
	require.Equal(t, []string{"cap", "doi", "gcn"}, vietnamese.Words("Cấp đổi (GCN);"))
	require.Empty(t, vietnamese.Words(" .,;"))
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Đất đai": "dat-dai", "Cấp, quản lý căn cước": "cap-quan-ly-can-cuoc", "…": "", "Ủy ban (xã)": "uy-ban-xa", "日本 x": "x",
	} {
		require.Equal(t, want, vietnamese.Slug(text, 64))
	}
	long := strings.Repeat("Chuyển đổi công ty ", 9)
	a, b := vietnamese.Slug(long+"một", 64), vietnamese.Slug(long+"hai", 64)
	require.NotEqual(t, a, b)
	require.LessOrEqual(t, len(a), 64)
	require.True(t, strings.HasPrefix(a, "chuyen-doi-cong-ty-"))
}

// Composed or not, upper case or not, a text is folded to one form, and folding twice changes nothing.
func TestFoldIsOneForm(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aăâeêioôơuưyđAĂÂĐƠƯ ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữự.,-(1/\u0301\u0323\u00a0"))).Draw(t, "text")
		f := vietnamese.Fold(s)
		require.Equal(t, f, vietnamese.Fold(f))
		require.Equal(t, f, vietnamese.Fold(norm.NFD.String(s)))
		require.Equal(t, f, vietnamese.Fold(norm.NFC.String(s)))
		slug := vietnamese.Slug(s, 20)
		require.Regexp(t, id, slug)
		require.LessOrEqual(t, len(slug), 20)
	})
}
