package main

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"motcua/office"
)

// signalsCommand lists what was seen; with an id it shows one, with a reason it lays that one aside.
func signalsCommand() *cobra.Command {
	var cl client
	var from, until, rule, state, agency, dossier, cursor, dismiss string
	c := &cobra.Command{
		Use: "signals [SIGNAL]", Short: "Dấu hiệu cần phòng kiểm soát xem, theo quy tắc công khai", Args: cobra.MaximumNArgs(1),
		Example: "  motcua signals --from 2026-03-01 --until 2026-04-01 --state open\n" +
			"  motcua signals 5f0c…\n" +
			"  motcua signals 5f0c… --dismiss \"Mất điện theo thông báo 12/TB\"",
	}
	c.Flags().StringVar(&from, "from", "", "kỳ kết thúc sau ngày này")
	c.Flags().StringVar(&until, "until", "", "kỳ bắt đầu trước ngày này")
	c.Flags().StringVar(&rule, "rule", "", "một quy tắc")
	c.Flags().StringVar(&state, "state", "", "open, dismissed hoặc lapsed")
	c.Flags().StringVar(&agency, "agency", "", "nơi ghi nhận")
	c.Flags().StringVar(&dossier, "dossier", "", "có hồ sơ này làm bằng chứng")
	c.Flags().StringVar(&cursor, "cursor", "", "trang sau")
	c.Flags().StringVar(&dismiss, "dismiss", "", "bỏ qua dấu hiệu này, với lý do")
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 1 && dismiss != "":
			return cl.send(c, "/v1/signals/"+url.PathEscape(args[0])+"/acts", office.SignalAct{Kind: office.SignalDismiss, Reason: dismiss})
		case len(args) == 1:
			return cl.call(c, http.MethodGet, "/v1/signals/"+url.PathEscape(args[0]), nil)
		case dismiss != "":
			return usageError{errors.New("--dismiss cần mã một dấu hiệu")}
		}
		q := url.Values{}
		for name, text := range map[string]string{"from": from, "until": until} {
			t, err := day(text)
			if err != nil {
				return usageError{errors.New("--from, --until là ngày năm-tháng-ngày")}
			}
			if !t.IsZero() {
				q.Set(name, t.Format(time.RFC3339))
			}
		}
		for name, v := range map[string]string{"rule": rule, "state": state, "agency": agency, "dossier": dossier, "cursor": cursor} {
			if v != "" {
				q.Set(name, v)
			}
		}
		q.Set("limit", "200")
		return cl.call(c, http.MethodGet, "/v1/signals?"+q.Encode(), nil)
	}
	return remote(c, &cl)
}

// forecastCommand lists the open dossiers that are likely to be late, with how good the forecast is.
func forecastCommand() *cobra.Command {
	var cl client
	var agency, code, cursor string
	var percent int
	var thin bool
	c := &cobra.Command{
		Use: "forecast", Short: "Hồ sơ đang giải quyết có khả năng trễ, kèm dự báo từng đúng đến đâu", Args: cobra.NoArgs,
		Example: "  motcua forecast --agency H99.14.01.01\n  motcua forecast --percent 20 --procedure 1.012784",
	}
	c.Flags().StringVar(&agency, "agency", "", "nơi nhận, nơi giải quyết hoặc nơi có bước nặng nhất")
	c.Flags().StringVar(&code, "procedure", "", "mã thủ tục")
	c.Flags().IntVar(&percent, "percent", -1, "xác suất tối thiểu, phần trăm (mặc định: ngưỡng của chính sách)")
	c.Flags().BoolVar(&thin, "thin", false, "chỉ những hồ sơ chưa đủ lịch sử để dự báo")
	c.Flags().StringVar(&cursor, "cursor", "", "trang sau")
	c.RunE = func(c *cobra.Command, _ []string) error {
		q := url.Values{"limit": {"200"}}
		for name, v := range map[string]string{"agency": agency, "procedure": code, "cursor": cursor} {
			if v != "" {
				q.Set(name, v)
			}
		}
		if percent >= 0 {
			q.Set("percent", strconv.Itoa(percent))
		}
		if thin {
			q.Set("thin", "true")
		}
		return cl.call(c, http.MethodGet, "/v1/forecast?"+q.Encode(), nil)
	}
	return remote(c, &cl)
}
