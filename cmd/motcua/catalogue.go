package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"motcua/app"
	"motcua/catalogue"
	"motcua/models"
	"motcua/office"
)

func catalogueCommand() *cobra.Command {
	c := &cobra.Command{Use: "catalogue", Short: "Danh mục thủ tục đã công bố: nhập, tìm, nháp định nghĩa, sổ phủ"}
	c.AddCommand(catalogueImportCommand(), catalogueRefusedCommand(), catalogueSearchCommand(), catalogueDraftCommand(), catalogueCoverageCommand())
	return c
}

// operator is who works at the command line, beside the database: the control office.
func operator() office.Principal {
	return office.Principal{ID: "motcua", Officer: "motcua", Roles: []string{office.RoleControl}, All: true}
}

// withOffice runs f with an office over the production database; the catalogue needs no engine.
func withOffice(c *cobra.Command, f func(*office.Office) error) (err error) {
	s, err := load()
	if err != nil {
		return err
	}
	log := jsonLog(c)
	store, err := s.open(c.Context(), log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.CheckSchema(c.Context()); err != nil {
		return err
	}
	clock, err := app.OpenClock(c.Context(), store, s.Scale, time.Now())
	if err != nil {
		return err
	}
	return f(office.New(office.Config{Store: store, Clock: clock, Now: time.Now, Logger: log}))
}

// input opens a file, or standard input for "-".
func input(c *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.InOrStdin()), nil
	}
	return os.Open(name)
}

func catalogueImportCommand() *cobra.Command {
	var asJSON, full bool
	c := &cobra.Command{
		Use: "import FILE.jsonl|-", Short: "Nhập thủ tục đã công bố, mỗi dòng một đối tượng JSON", Args: cobra.ExactArgs(1),
		Long: "Nhập vào cơ sở dữ liệu của MOTCUA_POSTGRES_DSN. Không xóa gì; nhập lại cùng tệp không đổi gì.\n" +
			"Mã thoát: 0 mọi dòng đã vào danh mục, 1 có dòng bị từ chối (giữ nguyên văn, xem motcua catalogue refused).",
	}
	c.Flags().BoolVar(&asJSON, "json", false, "in báo cáo dạng JSON")
	c.Flags().BoolVar(&full, "full", false, "tệp là toàn bộ danh mục: báo những mục không còn trong tệp")
	c.RunE = func(c *cobra.Command, args []string) error {
		file, err := input(c, args[0])
		if err != nil {
			return err
		}
		defer file.Close()
		return withOffice(c, func(o *office.Office) error {
			stop := progress(c, "đang nhập danh mục")
			r, err := o.ImportCatalogue(c.Context(), operator(), office.CatalogueFile{Name: filepath.Base(args[0]), Body: file, Full: full}, uuid.NewString())
			stop()
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(r)
			} else {
				err = printReport(c.OutOrStdout(), r)
			}
			if err == nil && r.Refused > 0 {
				return errReported
			}
			return err
		})
	}
	return c
}

// progress says every second that the work goes on, until it is stopped; work of less than a second says nothing.
func progress(c *cobra.Command, what string) (stop func()) {
	ctx, cancel := context.WithCancel(c.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for n := 1; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				fmt.Fprintf(c.ErrOrStderr(), "%s: %d giây\n", what, n)
			}
		}
	}()
	return func() { cancel(); <-ended }
}

func catalogueRefusedCommand() *cobra.Command {
	return &cobra.Command{
		Use: "refused IMPORT", Short: "In nguyên văn các dòng bị từ chối của một lượt nhập, để sửa rồi nhập lại", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withOffice(c, func(o *office.Office) error {
				lines, err := o.CatalogueRefused(c.Context(), operator(), args[0])
				if err != nil {
					return err
				}
				_, err = c.OutOrStdout().Write(lines)
				return err
			})
		},
	}
}

func catalogueSearchCommand() *cobra.Command {
	var f office.CatalogueFilter
	var asJSON bool
	c := &cobra.Command{
		Use: "search TEXT…", Short: "Tìm trong danh mục; không cần dấu, chỉ cần phần đầu của từ", Args: cobra.MinimumNArgs(1),
		Example: "  motcua catalogue search tach thua\n  motcua catalogue search khai sinh --level commune",
	}
	c.Flags().StringVar(&f.Field, "field", "", "khóa lĩnh vực, ví dụ dat-dai")
	c.Flags().StringVar(&f.Level, "level", "", "cấp: ministry, province, district, commune, other")
	c.Flags().StringVar(&f.Agency, "agency", "", "khóa loại cơ quan chính, ví dụ ubnd-xa")
	c.Flags().StringVar(&f.Ministry, "ministry", "", "khóa bộ công bố, ví dụ bo-tu-phap")
	c.Flags().StringVar(&f.Rule, "finding", "", "chỉ mục có phát hiện này khi đọc, ví dụ fee-ambiguous")
	c.Flags().IntVar(&f.Limit, "limit", 20, "số dòng")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi mục một dòng")
	c.RunE = func(c *cobra.Command, args []string) error {
		f.Text = strings.Join(args, " ")
		return withOffice(c, func(o *office.Office) error {
			list, next, err := o.Catalogue(c.Context(), operator(), f)
			if err != nil {
				return err
			}
			enc := json.NewEncoder(c.OutOrStdout())
			for _, l := range list {
				if asJSON {
					err = enc.Encode(l)
				} else {
					_, err = fmt.Fprintf(c.OutOrStdout(), "%s  %s\n    %s · %s · %s · %s\n", l.Code, l.Name, l.Field, office.LevelNames(l.Levels), cmp.Or(l.Agency, "không công bố cơ quan"), covered(l))
				}
				if err != nil {
					return err
				}
			}
			if next != "" {
				fmt.Fprintln(c.ErrOrStderr(), "còn nữa: thêm từ, lọc, hoặc tăng --limit")
			}
			return nil
		})
	}
	return c
}

func catalogueDraftCommand() *cobra.Command {
	var from, level string
	c := &cobra.Command{
		Use: "draft CODE", Short: "Nháp định nghĩa từ công bố, để người thiết kế hoàn thiện", Args: cobra.ExactArgs(1),
		Example: "  motcua catalogue draft 1.012784 > tach-thua.yaml\n  motcua catalogue draft --from cong-bo.jsonl 1.012784",
	}
	c.Flags().StringVar(&from, "from", "", "đọc thẳng từ tệp công bố, không cần cơ sở dữ liệu")
	c.Flags().StringVar(&level, "level", "", "cấp cần viết, khi công bố cho nhiều cấp")
	c.RunE = func(c *cobra.Command, args []string) error {
		write := func(text []byte, err error) error {
			if err == nil {
				_, err = c.OutOrStdout().Write(text)
			}
			return err
		}
		if from != "" {
			return write(draftFrom(c, from, args[0], level))
		}
		return withOffice(c, func(o *office.Office) error {
			return write(o.CatalogueDraft(c.Context(), operator(), args[0], level))
		})
	}
	return c
}

// draftFrom drafts straight from a file of published procedures.
func draftFrom(c *cobra.Command, name, code, level string) ([]byte, error) {
	file, err := input(c, name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines, err := catalogue.Read(file)
	if err != nil {
		return nil, err
	}
	for _, l := range lines.Lines {
		if l.Entry != nil && l.Entry.Code == code {
			return catalogue.Draft(l.Entry, l.Findings, catalogue.DraftOptions{Level: level})
		}
	}
	return nil, fmt.Errorf("%s: không có mã %q", name, code)
}

func catalogueCoverageCommand() *cobra.Command {
	var by string
	var part office.CataloguePart
	var asJSON bool
	c := &cobra.Command{
		Use: "coverage", Short: "Sổ phủ: danh mục đã công bố so với quy trình đang có", Args: cobra.NoArgs,
		Example: "  motcua catalogue coverage --by field\n  motcua catalogue coverage --by agency --field dat-dai",
	}
	c.Flags().StringVar(&by, "by", models.ByLevel, "chia theo: "+strings.Join(office.Divisions(), ", "))
	c.Flags().StringVar(&part.Field, "field", "", "chỉ lĩnh vực này")
	c.Flags().StringVar(&part.Level, "level", "", "chỉ thủ tục có cấp này")
	c.Flags().StringVar(&part.Agency, "agency", "", "chỉ loại cơ quan này")
	c.Flags().StringVar(&part.Ministry, "ministry", "", "chỉ bộ này")
	c.Flags().BoolVar(&asJSON, "json", false, "in JSON, mỗi số kèm truy vấn mở ra đúng các mục của nó")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !slices.Contains(office.Divisions(), by) {
			return usageError{fmt.Errorf("--by là một trong: %s", strings.Join(office.Divisions(), ", "))}
		}
		return withOffice(c, func(o *office.Office) error {
			r, err := o.CoverageLedger(c.Context(), operator(), by, part)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(r)
			}
			return printCoverage(c.OutOrStdout(), r)
		})
	}
	return c
}
