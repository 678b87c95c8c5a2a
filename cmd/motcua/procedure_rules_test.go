package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/docs/rules"
	"motcua/procedure"
)

// Every rule is listed, and its id prints its paragraph and its page; there is no other way to name a rule.
func TestEveryRuleIsExplained(t *testing.T) {
	t.Parallel()
	command := func(args ...string) string {
		var out, errs bytes.Buffer
		require.Zero(t, run(append([]string{"procedure", "rules"}, args...), strings.NewReader(""), &out, &errs), errs.String())
		require.Empty(t, errs.String())
		return out.String()
	}
	list, lines := command(), strings.Split(strings.TrimSpace(command("--json")), "\n")
	all := procedure.Rules()
	require.Len(t, lines, len(all))
	require.Equal(t, len(all), strings.Count(list, "\n"))
	for i, r := range all {
		var told procedure.Rule
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &told))
		require.Equal(t, r, told)
		page, ok := rules.Page(r.ID)
		require.True(t, ok, r.ID)
		text := command(r.ID)
		require.True(t, strings.HasPrefix(text, r.ID+" ("), r.ID)
		require.Contains(t, text, r.Doc)
		require.True(t, strings.HasSuffix(text, page), r.ID)
		require.Contains(t, list, r.ID+" ")
	}
}
