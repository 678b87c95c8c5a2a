package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/library"
	"motcua/procedure"
)

// mergeCommand makes one definition out of published ones.
func mergeCommand() *cobra.Command {
	var o procedure.MergeOptions
	var own, out string
	c := &cobra.Command{
		Use: "merge FILE FILE…", Short: "Ghép các thủ tục thành một: một hồ sơ, một lần đi, một kết quả cuối", Args: cobra.MinimumNArgs(2),
	}
	c.Flags().StringVar(&o.Code, "code", "", "mã thủ tục ghép; mặc định nối mã các phần")
	c.Flags().StringVar(&o.Name, "name", "", "tên thủ tục ghép")
	c.Flags().StringVar(&o.Rule, "rule", procedure.MergeSequence, "sequence (nối tiếp) hoặc parallel (song song)")
	c.Flags().StringVar(&o.Limit, "limit", "", "sum, longest hoặc own; mặc định sum khi nối tiếp, longest khi song song")
	c.Flags().StringVar(&own, "own", "", "thời hạn đặt riêng, ví dụ 15wd (với --limit own)")
	c.Flags().StringVar(&o.Refusal, "refusal", "", "give-back hoặc refuse-all; mặc định give-back khi nối tiếp")
	c.Flags().StringVar(&o.Decision, "decision", "", "quyết định ghép; không có thì tệp ghi là mẫu")
	c.Flags().StringVarP(&out, "out", "o", "", "ghi vào tệp này thay vì đầu ra chuẩn")
	c.RunE = func(c *cobra.Command, args []string) error {
		if (own != "") != (o.Limit == procedure.MergeOwn) {
			return usageError{errors.New("--own đi với --limit own")}
		}
		if own != "" {
			l, err := calendar.ParseLimit(own)
			if err != nil {
				return usageError{err}
			}
			o.Own = l
		}
		shelf, err := library.Shelf()
		if err != nil {
			return err
		}
		var parts []procedure.MergeSource
		for _, name := range args {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			parts = append(parts, procedure.MergeSource{File: name, Data: data})
		}
		text, found := procedure.Merge(parts, shelf, o)
		for _, f := range found {
			fmt.Fprintln(c.ErrOrStderr(), f)
		}
		if text == nil {
			return errReported
		}
		if out != "" {
			return os.WriteFile(out, text, 0o644)
		}
		_, err = c.OutOrStdout().Write(text)
		return err
	}
	return c
}
