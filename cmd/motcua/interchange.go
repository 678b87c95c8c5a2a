package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"motcua/library"
	"motcua/procedure"
	"motcua/procedure/bpmn"
	"motcua/procedure/excel"
)

// importCommand reads a step table or a diagram of another program into a definition.
func importCommand() *cobra.Command {
	var out, sheet string
	var asJSON bool
	values := map[string]*string{}
	c := &cobra.Command{
		Use: "import FILE.xlsx|FILE.bpmn", Short: "Nhập bảng bước Excel hoặc sơ đồ BPMN, báo mọi lỗi theo ô, theo dòng", Args: cobra.ExactArgs(1),
		Long: "Nhập bảng bước Excel (.xlsx) hoặc sơ đồ BPMN 2.0 (.bpmn) thành định nghĩa YAML.\n\n" +
			"Lỗi, cảnh báo và ghi chú ra luồng lỗi; định nghĩa ra luồng chuẩn hoặc tệp -o. Mã thoát 1 khi có lỗi. Bảng không đọc được thì không viết gì;\n" +
			"bảng đọc được mà định nghĩa còn lỗi thì vẫn viết, để sửa tiếp trong YAML.",
		Example: "  motcua procedure import bang-buoc.xlsx -o thu-tuc.yaml\n  motcua procedure import so-do.bpmn --code 1.012784 --limit 12wd",
	}
	c.Flags().StringVarP(&out, "output", "o", "", "viết vào tệp này thay cho luồng chuẩn")
	c.Flags().BoolVar(&asJSON, "json", false, "in lỗi và ghi chú bằng JSON, mỗi phát hiện một dòng")
	c.Flags().StringVar(&sheet, "sheet", "", "tên trang tính; mặc định trang đầu tiên có bảng bước")
	for _, v := range [][2]string{
		{"code", "mã thủ tục, khi tệp không ghi"}, {"name", "tên thủ tục, khi tệp không ghi"}, {"field", "lĩnh vực, khi tệp không ghi"},
		{"level", "cấp thực hiện (province, commune, ministry), khi tệp không ghi"}, {"agency", "loại cơ quan chủ trì, khi tệp không ghi"}, {"limit", "thời hạn theo quy định (12wd, 30d), khi tệp không ghi"},
	} {
		values[v[0]] = c.Flags().String(v[0], "", v[1])
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		file := args[0]
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		shelf, err := library.Shelf()
		if err != nil {
			return err
		}
		given := map[string]string{}
		for key, v := range values {
			given[key] = *v
		}
		var definition []byte
		var found procedure.Diagnostics
		switch strings.ToLower(filepath.Ext(file)) {
		case ".xlsx", ".xlsm", ".xls":
			r := excel.Import(file, data, excel.Options{Sheet: sheet, Shelf: shelf, Values: given})
			definition, found = r.Definition, r.Findings
		case ".bpmn", ".xml":
			if sheet != "" {
				return usageError{errors.New("--sheet chỉ dùng với tệp Excel")}
			}
			r := bpmn.Import(file, data, bpmn.Options{Shelf: shelf, Values: given})
			definition, found = r.Definition, r.Findings
		default:
			return usageError{fmt.Errorf("không nhập được tệp %q; chỉ .xlsx và .bpmn", file)}
		}
		enc := json.NewEncoder(c.ErrOrStderr())
		for _, f := range found {
			if !asJSON {
				fmt.Fprintln(c.ErrOrStderr(), f)
			} else if err := enc.Encode(f); err != nil {
				return err
			}
		}
		if definition != nil {
			if err := write(c, out, definition); err != nil {
				return err
			}
		}
		if definition == nil || found.HasErrors() {
			return errReported
		}
		return nil
	}
	return c
}

// exportCommand writes a definition for other programs.
func exportCommand() *cobra.Command {
	var to, out string
	c := &cobra.Command{
		Use: "export FILE", Short: "Xuất phụ lục Excel hoặc sơ đồ BPMN; nhập lại không mất gì", Args: cobra.ExactArgs(1),
		Example: "  motcua procedure export --to xlsx thu-tuc.yaml -o phu-luc.xlsx\n  motcua procedure export --to bpmn thu-tuc.yaml -o so-do.bpmn",
	}
	c.Flags().StringVar(&to, "to", "", "xlsx hoặc bpmn; mặc định theo đuôi của -o")
	c.Flags().StringVarP(&out, "output", "o", "", "viết vào tệp này thay cho luồng chuẩn")
	c.RunE = func(c *cobra.Command, args []string) error {
		var export func([]byte, *procedure.Plan) ([]byte, error)
		switch cmp.Or(to, strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")) {
		case "xlsx":
			export = excel.Export
		case "bpmn":
			export = bpmn.Export
		default:
			return usageError{errors.New("--to là xlsx hoặc bpmn")}
		}
		p, err := plan(c, args[0])
		if err != nil {
			return err
		}
		source, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		shipped, err := templates(nil)
		if err != nil {
			return err
		}
		if source, _ = procedure.Expand(args[0], source, procedure.ParseOptions{Templates: shipped}); source == nil {
			return errReported // the plan's findings said why
		}
		data, err := export(source, p)
		if err != nil {
			return err
		}
		return write(c, out, data)
	}
	return c
}

// write writes data to a file, or to standard output where none is named.
func write(c *cobra.Command, file string, data []byte) error {
	if file == "" {
		_, err := c.OutOrStdout().Write(data)
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
