package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"motcua/procedure"
)

// diffCommand tells what one definition says differently from another.
func diffCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "diff OLD NEW", Short: "Nói bằng lời bản sau khác bản trước ở đâu: thời hạn, bước, giấy tờ, mức thu, thang nhắc", Args: cobra.ExactArgs(2),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		a, err := plan(c, args[0])
		if err != nil {
			return err
		}
		b, err := plan(c, args[1])
		if err != nil {
			return err
		}
		d := procedure.Diff(a, b)
		if asJSON {
			return json.NewEncoder(c.OutOrStdout()).Encode(d)
		}
		_, err = fmt.Fprint(c.OutOrStdout(), d)
		return err
	}
	return c
}
