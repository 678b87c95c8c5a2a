package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"motcua/docs/rules"
	"motcua/procedure"
)

// documented is a rule with its page.
type documented struct {
	procedure.Rule
	Page string `json:"page,omitempty"`
}

func rulesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "rules [ID]", Short: "Liệt kê các quy tắc kiểm tra; có ID thì in trang giải thích với ví dụ sai, đúng", Args: cobra.MaximumNArgs(1),
		Example: "  motcua procedure rules steps-over-limit",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi quy tắc một dòng")
	c.RunE = func(c *cobra.Command, args []string) error {
		list := procedure.Rules()
		if len(args) == 1 {
			i := slices.IndexFunc(list, func(r procedure.Rule) bool { return r.ID == args[0] })
			if i < 0 {
				hint := "xem: motcua procedure rules"
				if s := procedure.SuggestRule(args[0]); s != "" {
					hint = "có phải là " + s + "?"
				}
				return fmt.Errorf("không có quy tắc %q; %s", args[0], hint)
			}
			list = list[i : i+1]
		}
		enc := json.NewEncoder(c.OutOrStdout())
		for _, r := range list {
			page, _ := rules.Page(r.ID)
			var err error
			switch {
			case asJSON && len(args) == 1:
				err = enc.Encode(documented{r, page})
			case asJSON:
				err = enc.Encode(r)
			case len(args) == 1:
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s (%s)\n%s\n\n%s", r.ID, traits(r), r.Doc, page)
			default:
				_, err = fmt.Fprintf(c.OutOrStdout(), "%-26s %-18s %s\n", r.ID, traits(r), r.Doc)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// traits are the severity of a rule and whether it mends, in words.
func traits(r procedure.Rule) string {
	words := []string{"lỗi"}
	switch r.Severity {
	case procedure.SeverityWarning:
		words[0] = "cảnh báo"
	case procedure.SeverityNote:
		words[0] = "ghi chú"
	case procedure.SeverityError:
	}
	if r.Fixable {
		words = append(words, "tự sửa")
	}
	return strings.Join(words, ", ")
}
