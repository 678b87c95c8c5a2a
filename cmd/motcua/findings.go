package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"motcua/procedure"
)

// report prints the findings of every file, and ends with an error where one blocks.
func report(c *cobra.Command, files []string, asJSON bool, check func(file string) (procedure.Diagnostics, error)) error {
	bad := false
	for _, file := range files {
		found, err := check(file)
		if err != nil {
			return err
		}
		bad = bad || found.HasErrors()
		if err := printFindings(c.OutOrStdout(), found, asJSON); err != nil {
			return err
		}
	}
	if bad {
		return errReported
	}
	return nil
}

// printFindings prints findings for people, or as JSON, one a line.
func printFindings(out io.Writer, found procedure.Diagnostics, asJSON bool) error {
	enc := json.NewEncoder(out)
	for _, f := range found {
		var err error
		if asJSON {
			err = enc.Encode(f)
		} else {
			_, err = fmt.Fprintln(out, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// indented prints JSON for people.
func indented(c *cobra.Command, data []byte) error {
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.OutOrStdout(), out.String())
	return err
}
