package procedure

import (
	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// pairsOf is a mapping of alternating keys and nodes.
func pairsOf(list ...any) *yaml.Node {
	m := node.Map()
	for i := 0; i+1 < len(list); i += 2 {
		node.Set(m, list[i].(string), list[i+1].(*yaml.Node))
	}
	return m
}
