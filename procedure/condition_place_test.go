package procedure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

// "CEL conditions checked at compile time with the position in the YAML": whatever way a condition is written, the finding
// stands on the name that is wrong, and a wrong one blocks the plan.
func TestConditionsAreCheckedWhereTheyStand(t *testing.T) {
	t.Parallel()
	for form, condition := range map[string]string{
		"plain":        `when: parcel.remesure && parcel.remeasure`,
		"single quote": `when: 'parcel.remeasure || parcel.remesure'`,
		"double quote": `when: "!parcel.remesure"`,
	} {
		text := strings.Replace(sample, `when: 'parcel.region in ["mountain", "island"]'`, condition, 1)
		text = strings.Replace(text, "to: tra-kq, when: parcel.floors < 3", "to: tra-kq, when: parcel.floor < 3", 1)
		d, found := procedure.Parse("mau.yaml", []byte(text))
		require.Empty(t, found, form)
		plan, found := procedure.Compile(d, testShelf())
		require.Nil(t, plan, form)
		for name, meant := range map[string]string{"parcel.remesure": "parcel.remeasure", "parcel.floor <": "parcel.floors"} {
			before, _, ok := strings.Cut(text, name)
			require.True(t, ok)
			line := strings.Count(before, "\n") + 1
			col := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
			require.Contains(t, found.Error(), fmt.Sprintf("mau.yaml:%d:%d: %q chưa được khai báo trong facts [bad-condition]", line, col, strings.TrimSuffix(name, " <")), form)
			require.Contains(t, found.Error(), "có phải là "+meant+"?")
		}
	}
}
