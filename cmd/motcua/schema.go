package main

import "github.com/spf13/cobra"

// otherSchema is a schema that a flag chooses instead.
type otherSchema struct {
	flag, usage string
	schema      func() []byte
}

// schemaCommand prints the JSON Schema of a kind of file.
func schemaCommand(short string, schema func() []byte, other otherSchema) *cobra.Command {
	var chosen bool
	c := &cobra.Command{Use: "schema", Short: short, Args: cobra.NoArgs}
	c.Flags().BoolVar(&chosen, other.flag, false, other.usage)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if chosen {
			schema = other.schema
		}
		_, err := c.OutOrStdout().Write(schema())
		return err
	}
	return c
}
