package procedure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"motcua/procedure"
)

// The schema that editors use and the parser agree: what the parser takes the schema takes, and unknown or missing keys
// and wrong values are refused by both.
func TestSchemaAndParserAgree(t *testing.T) {
	t.Parallel()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(procedure.JSONSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("motcua.json", doc))
	schema, err := c.Compile("motcua.json")
	require.NoError(t, err)

	validate := func(data []byte) error {
		var v any
		require.NoError(t, yaml.Unmarshal(data, &v))
		return schema.Validate(asJSON(v))
	}
	require.NoError(t, validate([]byte(sample)))
	files, err := filepath.Glob("../library/procedures/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, validate(data), file)
	}
	files, err = filepath.Glob("testdata/templates/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		if filepath.Base(file) == "khong-phai-mau.yaml" {
			continue // no definition at all, for a file of testdata/err to use
		}
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, validate(data), file)
	}
	for _, body := range constructs() {
		text := constructHead + body + constructEnd
		_, found := procedure.Parse("mau.yaml", []byte(text))
		require.Empty(t, found)
		require.NoError(t, validate([]byte(text)), body)
		out, err := procedure.Format([]byte(text))
		require.NoError(t, err)
		_, found = procedure.Parse("mau.yaml", out)
		require.Empty(t, found)
		require.NoError(t, validate(out), body)
	}
	for _, name := range []string{"unknown-key", "missing-key", "bad-value", "bad-code", "bad-date", "bad-limit", "bad-closing"} {
		data, err := os.ReadFile("testdata/err/" + name + ".yaml")
		require.NoError(t, err)
		_, found := procedure.Parse(name, data)
		require.True(t, found.HasErrors(), name)
		require.Error(t, validate(data), name)
	}
}

// asJSON turns what YAML read into what JSON would have read: dates stay text.
func asJSON(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = asJSON(x[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k, e := range x {
			if s, ok := k.(string); ok {
				out[s] = asJSON(e)
			}
		}
		return out
	case []any:
		for i := range x {
			x[i] = asJSON(x[i])
		}
	case interface{ Format(string) string }:
		return x.Format("2006-01-02")
	}
	return v
}
