package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"motcua/office"
)

// remote gives a command the flags of the API's client.
func remote(c *cobra.Command, cl *client) *cobra.Command {
	c.Flags().StringVar(&cl.server, "server", "http://127.0.0.1:8080", "địa chỉ API")
	c.Flags().StringVar(&cl.keyFile, "key-file", "", "tệp chứa khóa API (hoặc đặt MOTCUA_API_KEY)")
	return c
}

// send posts a value.
func (cl client) send(c *cobra.Command, path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return cl.call(c, http.MethodPost, path, data)
}

// versionCommands are the life of a version over the API: each step with the key of another person.
func versionCommands() []*cobra.Command {
	return []*cobra.Command{versionsCommand(), draftCommand(), stepCommand(), publishCommand(), decisionCommand(), moveCommand()}
}

func versionsCommand() *cobra.Command {
	var cl client
	c := &cobra.Command{Use: "versions [CODE]", Short: "Các phiên bản thủ tục qua API", Args: cobra.MaximumNArgs(1)}
	c.RunE = func(c *cobra.Command, args []string) error {
		return cl.call(c, http.MethodGet, "/v1/versions?code="+url.QueryEscape(strings.Join(args, "")), nil)
	}
	return remote(c, &cl)
}

func draftCommand() *cobra.Command {
	var cl client
	var d office.VersionDraft
	c := &cobra.Command{Use: "draft FILE", Short: "Gửi một định nghĩa thành bản dự thảo", Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&d.Lead, "lead", "", "chỉ cho một cơ quan giải quyết")
	c.RunE = func(c *cobra.Command, args []string) error {
		data, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		d.File = string(data)
		return cl.send(c, "/v1/versions", d)
	}
	return remote(c, &cl)
}

func stepCommand() *cobra.Command {
	var cl client
	var b office.VersionActBody
	c := &cobra.Command{
		Use: "step VERSION submit|return|check|approve|repeal|withdraw|discard", Short: "Một bước trong vòng đời phiên bản", Args: cobra.ExactArgs(2),
		Example: "  motcua procedure step 5b0e… return --reason \"Thiếu căn cứ\"",
	}
	c.Flags().StringVar(&b.Reason, "reason", "", "lý do (return, withdraw, discard)")
	c.Flags().StringVar(&b.Document, "document", "", "văn bản (withdraw)")
	c.Flags().StringVar(&b.Decision, "decision", "", "mã quyết định bãi bỏ (repeal)")
	c.Flags().StringVar(&b.From, "from", "", "ngày đầu không còn hiệu lực (repeal); ngày đầu dự kiến, để xét căn cứ và mức thu (submit)")
	c.RunE = func(c *cobra.Command, args []string) error {
		b.Kind = args[1]
		return cl.send(c, "/v1/versions/"+url.PathEscape(args[0])+"/acts", b)
	}
	return remote(c, &cl)
}

func publishCommand() *cobra.Command {
	var cl client
	b := office.VersionActBody{Kind: office.VersionPublish}
	c := &cobra.Command{Use: "publish VERSION", Short: "Công bố một phiên bản đã được phê duyệt", Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&b.Decision, "decision", "", "mã quyết định công bố")
	c.Flags().StringVar(&b.From, "from", "", "ngày bắt đầu hiệu lực, năm-tháng-ngày")
	c.Flags().StringVar(&b.Until, "until", "", "ngày cuối có hiệu lực, nếu đã biết")
	c.RunE = func(c *cobra.Command, args []string) error {
		if b.Decision == "" || b.From == "" {
			return usageError{errors.New("cần --decision và --from")}
		}
		return cl.send(c, "/v1/versions/"+url.PathEscape(args[0])+"/acts", b)
	}
	return remote(c, &cl)
}

func decisionCommand() *cobra.Command {
	var cl client
	var d office.PublicationDecision
	c := &cobra.Command{
		Use: "decision", Short: "Ghi một quyết định công bố", Args: cobra.NoArgs,
		Example: "  motcua procedure decision --number 2304/QĐ-UBND --on 2026-03-02 --agency \"UBND tỉnh\" --amend 1.012784",
	}
	c.Flags().StringVar(&d.Number, "number", "", "số quyết định")
	c.Flags().StringVar(&d.On, "on", "", "ngày, năm-tháng-ngày")
	c.Flags().StringVar(&d.Agency, "agency", "", "cơ quan ban hành")
	c.Flags().StringVar(&d.Subject, "subject", "", "trích yếu")
	c.Flags().StringSliceVar(&d.Published, "publish", nil, "mã các thủ tục được công bố")
	c.Flags().StringSliceVar(&d.Amended, "amend", nil, "mã các thủ tục được sửa đổi")
	c.Flags().StringSliceVar(&d.Repealed, "repeal", nil, "mã các thủ tục bị bãi bỏ")
	c.RunE = func(c *cobra.Command, _ []string) error { return cl.send(c, "/v1/publication-decisions", d) }
	return remote(c, &cl)
}

// moveCommand previews a move of open dossiers; with --run it starts it, with an id it asks for or acts on one.
func moveCommand() *cobra.Command {
	var cl client
	var m office.MoveOrder
	var run bool
	c := &cobra.Command{
		Use: "move [MOVE [stop|resume|undo]]", Short: "Chuyển hồ sơ đang giải quyết sang phiên bản khác; mặc định chỉ xem trước", Args: cobra.MaximumNArgs(2),
		Example: "  motcua procedure move --from CŨ --to MỚI --map tra-cuu=tham-tra --reason \"Quy trình mới\" --document 9/QĐ-UBND\n" +
			"  motcua procedure move --from CŨ --to MỚI --map tra-cuu=tham-tra --reason \"Quy trình mới\" --document 9/QĐ-UBND --run\n" +
			"  motcua procedure move 0f3c… undo",
	}
	c.Flags().StringVar(&m.From, "from", "", "phiên bản cũ")
	c.Flags().StringVar(&m.To, "to", "", "phiên bản mới")
	c.Flags().StringToStringVar(&m.Steps, "map", nil, "bước cũ=bước mới, cho các bước không trùng mã")
	c.Flags().StringSliceVar(&m.Dossiers, "dossier", nil, "chỉ các hồ sơ này")
	c.Flags().StringSliceVar(&m.Later, "later", nil, "các hồ sơ được văn bản cho ngày hẹn muộn hơn")
	c.Flags().StringVar(&m.Reason, "reason", "", "lý do")
	c.Flags().StringVar(&m.Document, "document", "", "số văn bản quyết định")
	c.Flags().StringVar(&m.Ground, "ground", "", "căn cứ để thay ngày đã hẹn (--later)")
	c.Flags().BoolVar(&run, "run", false, "chuyển thật")
	c.RunE = func(c *cobra.Command, args []string) error {
		path := "/v1/moves"
		switch {
		case len(args) == 1:
			return cl.call(c, http.MethodGet, path+"/"+url.PathEscape(args[0])+"?limit=200", nil)
		case len(args) == 2:
			return cl.send(c, path+"/"+url.PathEscape(args[0])+"/acts", map[string]string{"kind": args[1]})
		case m.From == "" || m.To == "":
			return usageError{errors.New("cần --from và --to, hoặc mã một lượt chuyển")}
		case !run:
			path += "/preview?limit=200&totals=true"
		}
		return cl.send(c, path, m)
	}
	return remote(c, &cl)
}
