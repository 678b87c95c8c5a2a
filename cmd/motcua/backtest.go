package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/library"
	"motcua/procedure"
	"motcua/simulate/backtest"
)

// sampleYear is the profile that is drawn where none is named.
const sampleYear = "backtests/mau-mot-tinh.yaml"

// backtesting is what the flags of procedure backtest say.
type backtesting struct {
	past                 string
	limits, cuts, staff  []string
	plans, rules         []string
	seed, share, workers int
	asJSON               bool
}

func backtestCommand() *cobra.Command {
	var b backtesting
	c := &cobra.Command{
		Use: "backtest [PROFILE]", Short: "Thử lại một năm hồ sơ với thời hạn, cắt giảm hoặc nhân lực khác: tỷ lệ đúng hạn trước và sau",
		Long: "Thử lại một năm hồ sơ, vẽ theo phân bố của PROFILE (không nêu: số liệu mẫu kèm theo) hoặc là hồ sơ đã qua (--past), hai lần trên máy pháp lý:\n" +
			"như đang có, và như sẽ có với thay đổi. CODE là mã thủ tục; không nêu CODE là mọi thủ tục.",
		Args: cobra.MaximumNArgs(1),
		Example: "  motcua procedure backtest --share 5 --cut 20\n" +
			"  motcua procedure backtest so-lieu.yaml --limit 1.012784=8wd --staff vpdk-chi-nhanh/chuyen-vien=5\n" +
			"  motcua procedure past --from 2026-01-01 --until 2027-01-01 > nam-2026.jsonl\n" +
			"  motcua procedure backtest --past nam-2026.jsonl --limit 1.012784=8wd",
	}
	c.Flags().StringVar(&b.past, "past", "", "tệp hồ sơ đã qua (motcua procedure past), - là đầu vào chuẩn")
	c.Flags().StringArrayVar(&b.limits, "limit", nil, "[CODE=]LIMIT: thời hạn theo quy định khác")
	c.Flags().StringArrayVar(&b.cuts, "cut", nil, "[CODE=]PERCENT: cắt giảm thêm bấy nhiêu phần trăm")
	c.Flags().StringArrayVar(&b.rules, "rule", nil, "[CODE=]RULE: thêm một quy tắc cắt giảm trên giá")
	c.Flags().StringArrayVar(&b.plans, "plan", nil, "tệp định nghĩa thay cho định nghĩa cùng mã")
	c.Flags().StringArrayVar(&b.staff, "staff", nil, "AGENCY/ROLE=N: số người ở vị trí đó của mỗi nơi")
	c.Flags().IntVar(&b.seed, "seed", 0, "hạt giống khác với của PROFILE")
	c.Flags().IntVar(&b.share, "share", 100, "chỉ lấy bấy nhiêu phần trăm số nơi")
	c.Flags().IntVar(&b.workers, "workers", 0, "số nhân xử lý; 0: tất cả")
	c.Flags().BoolVar(&b.asJSON, "json", false, "in JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		change, err := b.change(c)
		if err != nil {
			return err
		}
		if b.share < 1 || b.share > 100 {
			return usageError{errors.New("--share từ 1 đến 100")}
		}
		// Little is kept and much is thrown away: collecting less often saves a third of the time.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
		t, about, err := b.test(c, args, change)
		if err != nil {
			return err
		}
		a := t.Run(parallel(c.ErrOrStderr(), b.workers))
		if b.asJSON {
			return writeJSON(c.OutOrStdout(), about, a)
		}
		return printBacktest(c.OutOrStdout(), about, !change.Empty(), a)
	}
	return c
}

// change reads the flags that say what would be otherwise.
func (b *backtesting) change(c *cobra.Command) (backtest.Change, error) {
	out := backtest.Change{Limits: map[string]calendar.Limit{}, Cuts: map[string]int{}, Rules: map[string]procedure.Reduction{}, Plans: map[string]*procedure.Executable{}, Staff: map[string]int{}}
	for _, s := range b.limits {
		code, value := named(s)
		l, err := calendar.ParseLimit(value)
		if err != nil {
			return out, usageError{fmt.Errorf("--limit %s: %w", s, err)}
		}
		out.Limits[code] = l
	}
	for _, s := range b.cuts {
		code, value := named(s)
		n, err := strconv.Atoi(value)
		if err != nil {
			return out, usageError{fmt.Errorf("--cut %s: phần trăm là số nguyên", s)}
		}
		out.Cuts[code] = n
	}
	for _, s := range b.rules {
		code, name := named(s)
		shelf, err := shippedShelf()
		if err != nil {
			return out, err
		}
		r, ok := shelf.Reductions[name]
		if !ok {
			return out, usageError{fmt.Errorf("--rule %s: không có quy tắc cắt giảm %q trên giá", s, name)}
		}
		out.Rules[code] = r
	}
	for _, s := range b.staff {
		station, value := named(s)
		n, err := strconv.Atoi(value)
		if err != nil || station == backtest.Every {
			return out, usageError{fmt.Errorf("--staff %s: viết AGENCY/ROLE=N", s)}
		}
		out.Staff[station] = n
	}
	for _, file := range b.plans {
		p, err := plan(c, file)
		if err != nil {
			return out, err
		}
		out.Plans[p.Code] = &p.Exec
	}
	return out, nil
}

// named splits NAME=VALUE; a bare value is for every procedure.
func named(s string) (name, value string) {
	if i := strings.LastIndexByte(s, '='); i >= 0 {
		return s[:i], s[i+1:]
	}
	return backtest.Every, s
}

// test is the question, and what it is about, in words.
func (b *backtesting) test(c *cobra.Command, args []string, change backtest.Change) (*backtest.Test, string, error) {
	profile, err := b.profile(args)
	if err != nil {
		return nil, "", err
	}
	if b.past != "" {
		return b.ofPast(c, args, profile, change)
	}
	all, err := library.Plans()
	if err != nil {
		return nil, "", err
	}
	plans := map[string]*procedure.Plan{}
	for _, p := range all {
		plans[p.Code] = p
	}
	cal, err := shippedCalendar(profile.Calendar)
	if err != nil {
		return nil, "", err
	}
	y, err := backtest.NewYear(profile, plans, cal)
	if err != nil {
		return nil, "", err
	}
	if err := change.Check(y.Plans(), y.Stations()); err != nil {
		return nil, "", usageError{err}
	}
	counted, until := profile.Period()
	t := &backtest.Test{
		Parts: y.Parts(), Calendar: cal, Policy: dossier.DefaultPolicy(), Staff: profile.Staff, Change: change,
		Counted: counted, Until: until, End: until.AddDate(1, 0, 0),
	}
	t.Parts = t.Parts[:max(1, len(t.Parts)*b.share/100)]
	about := fmt.Sprintf("%s; %s đến %s, %d/%d nơi, hạt giống %d", profile.Name, profile.From.Vietnamese(), profile.Until.Vietnamese(), len(t.Parts), profile.Offices, profile.Seed)
	return t, about, nil
}

func (b *backtesting) profile(args []string) (*backtest.Profile, error) {
	name, read := sampleYear, func(name string) ([]byte, error) {
		f, err := library.Read(name)
		return f.Data, err
	}
	if len(args) > 0 {
		name, read = args[0], os.ReadFile
	}
	data, err := read(name)
	if err != nil {
		return nil, err
	}
	p, found := backtest.ParseProfile(name, data)
	if p == nil {
		return nil, found
	}
	if b.seed != 0 {
		p.Seed = uint64(b.seed)
	}
	return p, nil
}

// ofPast is the question about past dossiers.
func (b *backtesting) ofPast(c *cobra.Command, args []string, profile *backtest.Profile, change backtest.Change) (*backtest.Test, string, error) {
	queues := len(change.Staff) > 0
	if queues && len(args) == 0 {
		return nil, "", usageError{errors.New("hồ sơ đã qua không tách thời gian làm và thời gian chờ: đổi nhân lực cần PROFILE cho biết mỗi bước làm bao lâu và đang có mấy người")}
	}
	if !queues {
		profile = nil
	}
	in := c.InOrStdin()
	if b.past != "-" {
		f, err := os.Open(b.past)
		if err != nil {
			return nil, "", err
		}
		defer f.Close()
		in = f
	}
	h := backtest.NewHistory(dossier.DefaultPolicy(), profile)
	if err := h.Read(in); err != nil {
		return nil, "", fmt.Errorf("%s: %w", b.past, err)
	}
	if h.Dossiers == h.Unread {
		return nil, "", errors.Join(fmt.Errorf("%s: không có hồ sơ nào đọc được", b.past), h.Reason)
	}
	if h.Unread > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%d hồ sơ không đọc được, ví dụ: %v\n", h.Unread, h.Reason)
	}
	if err := change.Check(h.Plans(), h.Stations()); err != nil {
		return nil, "", usageError{err}
	}
	from, until := h.Period()
	t := &backtest.Test{
		Parts: h.Parts(queues), Calendars: h.Calendars, Policy: dossier.DefaultPolicy(), Change: change, Counted: from, Until: until, End: until,
	}
	if profile != nil {
		t.Staff = profile.Staff
	}
	about := fmt.Sprintf("%d hồ sơ đã qua, %s đến %s", h.Dossiers-h.Unread, calendar.DateOf(from).Vietnamese(), calendar.DateOf(until).Vietnamese())
	return t, about, nil
}

func writeJSON(w io.Writer, about string, a backtest.Answer) error {
	return encodeJSON(w, struct {
		About string `json:"about"`
		backtest.Answer
	}{about, a})
}
