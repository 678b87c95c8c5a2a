package main

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"motcua/office"
)

// lettersCommand prints the letters of a dossier, or one of them.
func lettersCommand(cl *client) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "letters CODE [N]", Short: "Văn bản đã gửi người nộp: giấy hẹn, xin lỗi và hẹn lại, gia hạn, …", Args: cobra.RangeArgs(1, 2),
		Example: "  motcua dossier letters H99.02.01-260302-0001\n  motcua dossier letters H99.02.01-260302-0001 2 --format text",
	}
	c.Flags().StringVar(&format, "format", "json", "json, text hoặc html (khi nêu N)")
	c.RunE = func(c *cobra.Command, args []string) error {
		path := "/v1/dossiers/" + url.PathEscape(args[0]) + "/letters"
		if len(args) == 2 {
			path += "/" + url.PathEscape(args[1]) + "?format=" + url.QueryEscape(format)
		}
		return cl.call(c, http.MethodGet, path, nil)
	}
	return c
}

// escalationCommand is what the ladder leads to, over the API.
func escalationCommand() *cobra.Command {
	var cl client
	c := &cobra.Command{Use: "escalation", Short: "Leo thang: đề nghị hẹn lại, quyết định chung, kiểm tra, giờ gửi tin"}
	c.PersistentFlags().StringVar(&cl.server, "server", "http://127.0.0.1:8080", "địa chỉ API")
	c.PersistentFlags().StringVar(&cl.keyFile, "key-file", "", "tệp chứa khóa API (hoặc đặt MOTCUA_API_KEY)")
	get := func(use, short, path string) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			return cl.call(c, http.MethodGet, path, nil)
		}}
	}
	c.AddCommand(
		&cobra.Command{Use: "fired [CODE]", Short: "Các nấc đã bắn", Args: cobra.MaximumNArgs(1), RunE: func(c *cobra.Command, a []string) error {
			return cl.call(c, http.MethodGet, "/v1/escalations?dossier="+url.QueryEscape(strings.Join(a, "")), nil)
		}},
		get("proposals", "Đề nghị xin lỗi, hẹn lại còn ký được", "/v1/proposals?signable=true"),
		get("totals", "Số hồ sơ, hồ sơ hẹn lại tách riêng", "/v1/totals"),
		get("notices", "Tin của tôi và của quầy", "/v1/notices"),
		get("digests", "Bản tin gộp theo ngày", "/v1/digests"),
		standingCommand(&cl), inspectionCommand(&cl), messagePolicyCommand(&cl),
	)
	return c
}

func standingCommand(cl *client) *cobra.Command {
	c := &cobra.Command{Use: "standing", Short: "Quyết định chung cho phép tự xin lỗi, hẹn lại"}
	var d office.StandingDecision
	var add string
	create := &cobra.Command{
		Use: "create", Short: "Soạn một quyết định chung; người khác phê duyệt thì mới có hiệu lực", Args: cobra.NoArgs,
		Example: "  motcua escalation standing create --number 15/QĐ-CNVPĐK --agency H99.14.01.01 --signer \"Giám đốc Trần Văn Mẫu\" --reason \"Số hồ sơ tăng đột biến\" --add 3wd --cap 200 --from 2026-03-01 --until 2026-06-30",
	}
	f := create.Flags()
	f.StringVar(&d.Number, "number", "", "số quyết định, in trên văn bản")
	f.StringVar(&d.Agency, "agency", "", "cơ quan quyết định")
	f.StringVar(&d.Signer, "signer", "", "người ký, in trên văn bản")
	f.StringVar(&d.Reason, "reason", "", "lý do, in trên văn bản")
	f.StringVar(&add, "add", "3wd", "ngày hẹn mới cách ngày cũ")
	f.StringSliceVar(&d.Procedures, "procedure", nil, "chỉ cho các thủ tục này")
	f.Int64Var(&d.Cap, "cap", 0, "số văn bản tối đa")
	f.StringVar(&d.From, "from", "", "ngày đầu, năm-tháng-ngày")
	f.StringVar(&d.Until, "until", "", "ngày cuối, năm-tháng-ngày")
	create.RunE = func(c *cobra.Command, _ []string) error {
		if err := d.Add.UnmarshalText([]byte(add)); err != nil {
			return usageError{err}
		}
		return cl.send(c, "/v1/standing-decisions", d)
	}
	var reason string
	act := func(kind, short string) *cobra.Command {
		a := &cobra.Command{Use: kind + " ID", Short: short, Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
			return cl.send(c, "/v1/standing-decisions/"+url.PathEscape(args[0])+"/acts", office.StandingAct{Kind: kind, Reason: reason})
		}}
		a.Flags().StringVar(&reason, "reason", "", "lý do (revoke)")
		return a
	}
	list := &cobra.Command{Use: "list", Short: "Các quyết định chung", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return cl.call(c, http.MethodGet, "/v1/standing-decisions", nil)
	}}
	c.AddCommand(create, act(office.StandingApprove, "Phê duyệt (không phải người soạn)"), act(office.StandingRevoke, "Thu hồi"), list)
	return c
}

func inspectionCommand(cl *client) *cobra.Command {
	var a office.InspectionAct
	c := &cobra.Command{
		Use: "inspection [CODE N take|conclude]", Short: "Các cuộc kiểm tra; nhận việc, kết luận", Args: cobra.RangeArgs(0, 3),
		Example: "  motcua escalation inspection\n  motcua escalation inspection H99.02.01-260302-0001 1 conclude --cause officer --conclusion \"Cán bộ để quá hạn\"",
	}
	c.Flags().StringVar(&a.Cause, "cause", "", "none, officer, agency, procedure, system, applicant")
	c.Flags().StringVar(&a.Conclusion, "conclusion", "", "nội dung kết luận")
	c.RunE = func(c *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return cl.call(c, http.MethodGet, "/v1/inspections?pending=true", nil)
		case 3:
			a.Kind = args[2]
			return cl.send(c, "/v1/dossiers/"+url.PathEscape(args[0])+"/inspections/"+url.PathEscape(args[1])+"/acts", a)
		}
		return usageError{errors.New("cần CODE, N và take hoặc conclude")}
	}
	return c
}

func messagePolicyCommand(cl *client) *cobra.Command {
	return &cobra.Command{
		Use: "message-policy [FILE|-]", Short: "Giờ yên tĩnh, bản tin gộp: xem, hoặc thay từ một tệp JSON", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cl.call(c, http.MethodGet, "/v1/message-policy", nil)
			}
			if args[0] != "-" {
				if _, err := os.Stat(args[0]); err != nil {
					return err
				}
			}
			return cl.post(c, "/v1/message-policy", args[0])
		},
	}
}
