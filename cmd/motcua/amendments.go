package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/calendar/amendment"
	"motcua/office"
)

const (
	amendmentPath = "/v1/calendar-amendments"
	outagePath    = "/v1/outages"
)

// amendmentCommands are the life of an amendment of calendars over the API: published with the key of another person than it was drafted.
func amendmentCommands() []*cobra.Command {
	return append([]*cobra.Command{calendarLintCommand(), calendarShowCommand(), amendmentDraftCommand()}, lifeCommands(amendmentPath, "văn bản sửa lịch")...)
}

// calendarLintCommand checks files without a server: everything but what is in force there.
func calendarLintCommand() *cobra.Command {
	var on string
	var schema bool
	c := &cobra.Command{Use: "lint FILE…", Short: "Kiểm tra tệp sửa lịch, báo mọi lỗi cùng lúc", Example: "  motcua calendar lint bao-so-9.yaml"}
	c.Flags().StringVar(&on, "on", "", "ngày soạn, năm-tháng-ngày; mặc định hôm nay")
	c.Flags().BoolVar(&schema, "schema", false, "in JSON Schema của tệp, cho trình soạn thảo")
	c.RunE = func(c *cobra.Command, files []string) error {
		if schema {
			_, err := c.OutOrStdout().Write(amendment.JSONSchema())
			return err
		}
		if len(files) == 0 {
			return usageError{errors.New("cần ít nhất một tệp")}
		}
		today := calendar.DateOf(time.Now())
		if on != "" {
			var err error
			if today, err = calendar.ParseDate(on); err != nil {
				return usageError{err}
			}
		}
		faulty := false
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			_, found := amendment.Parse(file, data, today)
			for _, f := range found {
				fmt.Fprintln(c.OutOrStdout(), f)
			}
			faulty = faulty || found.HasErrors()
		}
		if faulty {
			return errReported
		}
		return nil
	}
	return c
}

func calendarShowCommand() *cobra.Command {
	var cl client
	year := 0
	c := &cobra.Command{
		Use: "show [AGENCY]", Short: "Các lịch đang có hiệu lực, hoặc một năm của lịch một cơ quan (nation: cả nước)", Args: cobra.MaximumNArgs(1),
		Example: "  motcua calendar show\n  motcua calendar show H99.02.01 --year 2027",
	}
	c.Flags().IntVar(&year, "year", 0, "năm; mặc định năm nay")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cl.call(c, http.MethodGet, "/v1/calendars", nil)
		}
		path := "/v1/calendars/" + url.PathEscape(args[0])
		if year != 0 {
			path += fmt.Sprintf("?year=%d", year)
		}
		return cl.call(c, http.MethodGet, path, nil)
	}
	return remote(c, &cl)
}

func amendmentDraftCommand() *cobra.Command {
	var cl client
	check := false
	c := &cobra.Command{
		Use: "draft FILE|-", Short: "Gửi một tệp sửa lịch thành dự thảo", Args: cobra.ExactArgs(1),
		Example: "  motcua calendar draft lich-2027.yaml --check\n  motcua calendar draft lich-2027.yaml",
	}
	c.Flags().BoolVar(&check, "check", false, "chỉ kiểm tra với lịch đang có hiệu lực, không lưu")
	c.RunE = func(c *cobra.Command, args []string) error {
		var data []byte
		var err error
		if args[0] == "-" {
			data, err = io.ReadAll(c.InOrStdin())
		} else {
			data, err = os.ReadFile(args[0])
		}
		if err != nil {
			return err
		}
		path := amendmentPath
		if check {
			path += "/check"
		}
		return cl.send(c, path, office.AmendmentDraft{File: string(data)})
	}
	return remote(c, &cl)
}

// outageCommand is the life of an outage over the API.
func outageCommand() *cobra.Command {
	c := &cobra.Command{Use: "outage", Short: "Loại trừ một khoảng gián đoạn cho mọi hồ sơ của một cơ quan, theo quyết định"}
	c.AddCommand(append([]*cobra.Command{outageDraftCommand()}, lifeCommands(outagePath, "quyết định loại trừ")...)...)
	return c
}

func outageDraftCommand() *cobra.Command {
	var cl client
	var order office.OutageOrder
	var from, until string
	c := &cobra.Command{
		Use: "draft", Short: "Dự thảo một quyết định loại trừ", Args: cobra.NoArgs,
		Example: "  motcua outage draft --agency H99.02 --below --from 2026-11-24T08:00:00+07:00 --until 2026-11-24T11:00:00+07:00 --document 15/QĐ-UBND --ground \"Mất điện diện rộng\"",
	}
	c.Flags().StringVar(&order.Agency, "agency", "", "cơ quan")
	c.Flags().BoolVar(&order.Below, "below", false, "cả các cơ quan trực thuộc")
	c.Flags().StringVar(&from, "from", "", "lúc bắt đầu, RFC 3339")
	c.Flags().StringVar(&until, "until", "", "lúc kết thúc, RFC 3339")
	c.Flags().StringVar(&order.Document, "document", "", "số quyết định")
	c.Flags().StringVar(&order.Ground, "ground", "", "căn cứ: vì sao không làm việc được")
	c.RunE = func(c *cobra.Command, _ []string) error {
		var err1, err2 error
		order.From, err1 = time.Parse(time.RFC3339, from)
		order.Until, err2 = time.Parse(time.RFC3339, until)
		if err1 != nil || err2 != nil {
			return usageError{errors.New("--from và --until là thời điểm RFC 3339, ví dụ 2026-11-24T08:00:00+07:00")}
		}
		return cl.send(c, outagePath, order)
	}
	return remote(c, &cl)
}

// lifeCommands are the steps that amendments and outages share.
func lifeCommands(path, what string) []*cobra.Command {
	return []*cobra.Command{
		amendmentListCommand(path, what), amendmentProgressCommand(path, what), amendmentDossiersCommand(path, what),
		amendmentActCommand(path, office.AmendPreview, "Xem trước: bao nhiêu hồ sơ đổi ngày, theo cơ quan; chờ đến khi xong", true),
		amendmentActCommand(path, office.AmendPublish, "Công bố (người khác với người soạn); các hồ sơ đang mở theo sau", false),
		amendmentActCommand(path, office.AmendStop, "Dừng lượt đang chạy", false),
		amendmentActCommand(path, office.AmendResume, "Chạy tiếp; đã xong thì thử lại các hồ sơ lỗi", false),
		amendmentActCommand(path, office.AmendUndo, "Hoàn tác, theo một văn bản", false),
		amendmentActCommand(path, office.AmendDiscard, "Bỏ bản chưa công bố", false),
	}
}

func amendmentListCommand(path, what string) *cobra.Command {
	var cl client
	c := &cobra.Command{Use: "list", Short: "Các " + what, Args: cobra.NoArgs}
	c.RunE = func(c *cobra.Command, _ []string) error { return cl.call(c, http.MethodGet, path, nil) }
	return remote(c, &cl)
}

func amendmentDossiersCommand(path, what string) *cobra.Command {
	var cl client
	var state, effect, agency, cursor string
	c := &cobra.Command{Use: "dossiers ID", Short: "Từng hồ sơ của một " + what, Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&state, "state", "", "waiting, done, skipped, refused, failed, undone, stays")
	c.Flags().StringVar(&effect, "effect", "", "same, earlier, later, stuck")
	c.Flags().StringVar(&agency, "agency", "", "cơ quan giải quyết")
	c.Flags().StringVar(&cursor, "cursor", "", "con trỏ từ trang trước")
	c.RunE = func(c *cobra.Command, args []string) error {
		q := url.Values{"limit": {"200"}}
		for name, value := range map[string]string{"state": state, "effect": effect, "agency": agency, "cursor": cursor} {
			if value != "" {
				q.Set(name, value)
			}
		}
		return cl.call(c, http.MethodGet, path+"/"+url.PathEscape(args[0])+"/dossiers?"+q.Encode(), nil)
	}
	return remote(c, &cl)
}

func amendmentProgressCommand(path, what string) *cobra.Command {
	var cl client
	watch := false
	c := &cobra.Command{Use: "progress ID", Short: "Tiến độ của một " + what, Args: cobra.ExactArgs(1)}
	c.Flags().BoolVar(&watch, "watch", false, "theo dõi đến khi xong, mỗi dòng một lần")
	c.RunE = func(c *cobra.Command, args []string) error {
		if watch {
			return cl.watch(c, path+"/"+url.PathEscape(args[0]))
		}
		return cl.call(c, http.MethodGet, path+"/"+url.PathEscape(args[0]), nil)
	}
	return remote(c, &cl)
}

func amendmentActCommand(path, kind, short string, waits bool) *cobra.Command {
	var cl client
	b := office.AmendmentActBody{Kind: kind}
	c := &cobra.Command{Use: kind + " ID", Short: short, Args: cobra.ExactArgs(1)}
	if kind == office.AmendUndo {
		c.Flags().StringVar(&b.Document, "document", "", "số văn bản hoàn tác")
		c.Flags().StringVar(&b.Reason, "reason", "", "lý do")
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		at := path + "/" + url.PathEscape(args[0])
		if err := cl.send(c, at+"/acts", b); err != nil || !waits {
			return err
		}
		return cl.watch(c, at)
	}
	return remote(c, &cl)
}

// watch tells how far an amendment has come until nothing goes on, then what it is.
func (cl client) watch(c *cobra.Command, path string) error {
	for {
		data, err := cl.fetch(c, path)
		if err != nil {
			return err
		}
		var a office.Amendment
		if err := json.Unmarshal(data, &a); err != nil {
			return err
		}
		looked := int64(0)
		if a.Totals != nil {
			looked = a.Totals.Looked
		}
		switch a.State {
		case "previewing":
			fmt.Fprintf(c.ErrOrStderr(), "đang xem trước: %d/%d hồ sơ\n", looked, a.Total)
		case "running", "undoing":
			fmt.Fprintf(c.ErrOrStderr(), "đang áp dụng: %v\n", a.Counts)
		default:
			return indented(c, data)
		}
		select {
		case <-time.After(time.Second):
		case <-c.Context().Done():
			return c.Context().Err()
		}
	}
}
