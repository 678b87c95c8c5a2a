package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// client speaks to the API: the dossier commands are nothing but an HTTP client.
type client struct{ server, keyFile string }

func dossierCommand() *cobra.Command {
	var cl client
	c := &cobra.Command{Use: "dossier", Short: "Nộp, xử lý, xem hồ sơ qua API"}
	c.PersistentFlags().StringVar(&cl.server, "server", "http://127.0.0.1:8080", "địa chỉ API")
	c.PersistentFlags().StringVar(&cl.keyFile, "key-file", "", "tệp chứa khóa API (hoặc đặt MOTCUA_API_KEY)")
	c.AddCommand(
		lettersCommand(&cl),
		&cobra.Command{Use: "submit FILE|-", Short: "Nộp hồ sơ từ một tệp JSON", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, a []string) error {
			return cl.post(c, "/v1/dossiers", a[0])
		}},
		&cobra.Command{Use: "act CODE FILE|-", Short: "Làm một thao tác từ một tệp JSON", Args: cobra.ExactArgs(2), RunE: func(c *cobra.Command, a []string) error {
			return cl.post(c, "/v1/dossiers/"+url.PathEscape(a[0])+"/acts", a[1])
		}},
		&cobra.Command{Use: "show CODE", Short: "Xem một hồ sơ", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, a []string) error {
			return cl.call(c, http.MethodGet, "/v1/dossiers/"+url.PathEscape(a[0])+"?live=true", nil)
		}},
		&cobra.Command{Use: "list [TEXT]", Short: "Danh sách hồ sơ", Args: cobra.MaximumNArgs(1), RunE: func(c *cobra.Command, a []string) error {
			return cl.call(c, http.MethodGet, "/v1/dossiers?text="+url.QueryEscape(strings.Join(a, " ")), nil)
		}},
		proofCommand(&cl),
	)
	return c
}

func (cl client) post(c *cobra.Command, path, file string) error {
	var body []byte
	var err error
	if file == "-" {
		body, err = io.ReadAll(c.InOrStdin())
	} else {
		body, err = os.ReadFile(file)
	}
	if err != nil {
		return err
	}
	return cl.call(c, http.MethodPost, path, body)
}

func (cl client) key() (string, error) {
	if cl.keyFile == "" {
		if k := os.Getenv("MOTCUA_API_KEY"); k != "" {
			return k, nil
		}
		return "", usageError{errors.New("cần --key-file hoặc MOTCUA_API_KEY")}
	}
	b, err := os.ReadFile(cl.keyFile)
	return strings.TrimSpace(string(b)), err
}

// call asks and prints the answer.
func (cl client) call(c *cobra.Command, method, path string, body []byte) error {
	if err := cl.ask(c, method, path, "", body, c.OutOrStdout()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.OutOrStdout())
	return err
}

// get reads an answer into out.
func (cl client) get(c *cobra.Command, path string, out any) error {
	data, err := cl.fetch(c, path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, out)
}

// fetch asks and returns the answer.
func (cl client) fetch(c *cobra.Command, path string) ([]byte, error) {
	var data bytes.Buffer
	err := cl.ask(c, http.MethodGet, path, "", nil, &data)
	return data.Bytes(), err
}

// ask writes the answer as it is; accept chooses its form, where there are several. A problem is printed on standard error.
func (cl client) ask(c *cobra.Command, method, path, accept string, body []byte, out io.Writer) error {
	key, err := cl.key()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(cl.server, "/")+path, bytes.NewReader(body))
	if err != nil {
		return usageError{err}
	}
	req.Header.Set("Authorization", "Bearer "+key)
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		out = c.ErrOrStderr()
	}
	if _, err := io.Copy(out, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		fmt.Fprintln(out)
		return errReported
	}
	return nil
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Phiên bản", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return errors.New("no build information")
			}
			sdk := ""
			for _, d := range info.Deps {
				if d.Path == "go.temporal.io/sdk" {
					sdk = d.Version
				}
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "motcua %s, %s, Temporal SDK %s\n", info.Main.Version, info.GoVersion, sdk)
			return err
		},
	}
}
