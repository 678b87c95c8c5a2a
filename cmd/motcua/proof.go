package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

// proofForms are the forms of a proof sheet, by what the API calls them.
func proofForms() map[string]string {
	return map[string]string{"text": "text/plain", "json": "application/json", "html": "text/html"}
}

// proofCommand prints the deadline proof sheet of a dossier, or writes it as a page to print.
func proofCommand(cl *client) *cobra.Command {
	var format, at string
	var seq int64
	c := &cobra.Command{Use: "proof CODE", Short: "Phiếu chứng minh thời hạn của một hồ sơ", Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&format, "format", "text", "dạng: text, json hoặc html (trang in A4)")
	c.Flags().StringVar(&at, "at", "", "nhìn từ thời điểm này, ví dụ 2026-03-10T09:00:00+07:00 (mặc định bây giờ)")
	c.Flags().Int64Var(&seq, "seq", 0, "chỉ đọc nhật ký đến sự kiện này")
	c.RunE = func(c *cobra.Command, args []string) error {
		accept, ok := proofForms()[format]
		if !ok {
			return usageError{fmt.Errorf("--format phải là text, json hoặc html, không phải %q", format)}
		}
		q := url.Values{}
		if at != "" {
			q.Set("at", at)
		}
		if seq != 0 {
			q.Set("seq", strconv.FormatInt(seq, 10))
		}
		path := "/v1/dossiers/" + url.PathEscape(args[0]) + "/proof"
		if len(q) > 0 {
			path += "?" + q.Encode()
		}
		return cl.ask(c, http.MethodGet, path, accept, nil, c.OutOrStdout())
	}
	return c
}
