package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/procedure/node"
)

// A change touches what it names: the other keys, their order and the comments stay.
func TestChangesStayWhereTheyAreMade(t *testing.T) {
	t.Parallel()
	var doc yaml.Node
	require.NoError(t, yaml.Load([]byte("# đầu\na: 1 # một\nb: [x]\nc: {d: e}\n"), &doc))
	root := doc.Content[0]
	node.Set(root, "a", node.Text("hai"))
	node.Set(root, "b", node.List())
	node.Set(root, "f", node.List(node.Int(1), node.Bool(true), node.Quoted("1.10")))
	node.Set(root, "g", nil)
	node.Remove(root, "z")
	out, err := node.Bytes(&doc)
	require.NoError(t, err)
	require.Equal(t, "# đầu\na: hai # một\nc: {d: e}\nf:\n- 1\n- true\n- \"1.10\"\n", string(out))
	require.Nil(t, node.Find(root, "b"))
	require.Nil(t, node.Find(node.Text("a"), "a"), "only mappings have keys")
}

// A copy shares nothing with what it was made of, and says nothing of where that stood.
func TestCloneIsACopy(t *testing.T) {
	t.Parallel()
	var doc yaml.Node
	require.NoError(t, yaml.Load([]byte("a: {b: c} # ở đây\n"), &doc))
	root := doc.Content[0]
	c := node.Clone(root)
	node.Set(node.Find(c, "a"), "b", node.Text("d"))
	require.Equal(t, "c", node.Find(node.Find(root, "a"), "b").Value)
	out, err := node.Bytes(c)
	require.NoError(t, err)
	require.Equal(t, "a: {b: d}\n", string(out))
}
