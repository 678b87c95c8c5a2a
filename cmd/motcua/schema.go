package main

import "github.com/spf13/cobra"

// otherSchema is a schema that a flag chooses instead.
type otherSchema struct {
	flag, usage string
	schema      func() []byte
}

// schemaCommand prints the JSON Schema of a kind of file, or of one of the others.
func schemaCommand(short string, schema func() []byte, others ...otherSchema) *cobra.Command {
	c := &cobra.Command{Use: "schema", Short: short, Args: cobra.NoArgs}
	chosen, flags := make([]bool, len(others)), make([]string, len(others))
	for i, o := range others {
		flags[i] = o.flag
		c.Flags().BoolVar(&chosen[i], o.flag, false, o.usage)
	}
	if len(flags) > 1 {
		c.MarkFlagsMutuallyExclusive(flags...)
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		for i, o := range others {
			if chosen[i] {
				schema = o.schema
			}
		}
		_, err := c.OutOrStdout().Write(schema())
		return err
	}
	return c
}
