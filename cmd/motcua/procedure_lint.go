package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"motcua/library"
	"motcua/procedure"
)

const lintHelp = `Kiểm tra định nghĩa, báo mọi lỗi cùng lúc: tệp:dòng:cột: điều sai [quy tắc]. Thư mục là mọi tệp .yaml bên trong; "-" là đầu vào chuẩn.

Mã thoát: 0 không có lỗi (có thể có cảnh báo), 1 có lỗi hoặc có tệp không đọc được, 2 dùng lệnh sai.`

// gcPercent lets the heap of a run of lint grow to some 130 MB.
const gcPercent = 800

// linting is one run of lint over many files.
type linting struct {
	shelf                  *procedure.Shelf
	options                procedure.LintOptions
	json, fix, diff, paths bool
	// parts is the shelf for merged procedures, made when the first one is met.
	parts func() (*procedure.Shelf, error)
}

// linted is what a run says of one file.
type linted struct {
	file   string
	err    error
	found  procedure.Diagnostics
	mended int
	patch  []byte
	paths  []procedure.Path
}

func lintCommand() *cobra.Command {
	var l linting
	var on string
	c := &cobra.Command{
		Use: "lint FILE…", Short: "Kiểm tra định nghĩa, báo mọi lỗi cùng lúc; --fix sửa những chỗ chắc chắn", Long: lintHelp, Args: cobra.MinimumNArgs(1),
		Example: "  motcua procedure lint library/procedures\n  motcua procedure lint --fix --diff thu-tuc.yaml",
	}
	c.Flags().BoolVar(&l.json, "json", false, "in JSON, mỗi phát hiện một dòng")
	c.Flags().BoolVar(&l.fix, "fix", false, "sửa những chỗ chắc chắn ngay trong tệp, giữ chú thích và cách trình bày; rồi báo những gì còn lại")
	c.Flags().BoolVar(&l.diff, "diff", false, "với --fix: chỉ in bản vá, không ghi tệp")
	c.Flags().BoolVar(&l.paths, "paths", false, "in thêm đường dài nhất của từng trường hợp và thời gian người nộp có thể chờ")
	c.Flags().StringVar(&on, "on", "", "ngày xét hiệu lực của phí, căn cứ, quy tắc cắt giảm, năm-tháng-ngày; mặc định hôm nay")
	c.RunE = func(c *cobra.Command, names []string) error {
		if l.diff && !l.fix {
			return usageError{errors.New("--diff đi cùng --fix")}
		}
		if l.fix && !l.diff && slices.Contains(names, "-") {
			return usageError{errors.New("--fix không ghi được vào đầu vào chuẩn; thêm --diff")}
		}
		l.options.On = time.Now()
		if on != "" {
			at, err := time.Parse(time.DateOnly, on)
			if err != nil {
				return usageError{errors.New("--on là ngày năm-tháng-ngày, ví dụ 2026-01-01")}
			}
			l.options.On = at
		}
		files, err := definitionFiles(names)
		if err != nil {
			return err
		}
		if l.shelf, err = library.Shelf(); err != nil {
			return err
		}
		if l.options.Templates, err = templates(files); err != nil {
			return err
		}
		l.options.Conditions = new(procedure.Conditions)
		shelf := *l.shelf
		shelf.Others = l.options.Templates
		l.shelf = &shelf
		l.parts = sync.OnceValues(func() (*procedure.Shelf, error) { return partsShelf(l.shelf, files) })
		return l.all(c, files)
	}
	return c
}

// all works on as many files at once as there are processors and says what it found in the order of the files.
func (l *linting) all(c *cobra.Command, files []string) error {
	// Nearly all that is allocated is garbage as soon as a file is done: collecting it less often is a fifth of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	done := make([]chan linted, len(files))
	for i := range done {
		done[i] = make(chan linted, 1)
	}
	ctx := c.Context()
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	go func() {
		for i, file := range files {
			workers.Go(func() error {
				if err := ctx.Err(); err != nil {
					done[i] <- linted{file: file, err: err}
					return nil //nolint:nilerr // told with its file
				}
				done[i] <- l.one(c, file)
				return nil
			})
		}
	}()
	bad, told := false, time.Now()
	for i := range done {
		r := <-done[i]
		bad = bad || r.err != nil || r.found.HasErrors()
		if err := l.print(c, r); err != nil {
			return err
		}
		if time.Since(told) > time.Second && i+1 < len(files) {
			told = time.Now()
			fmt.Fprintf(c.ErrOrStderr(), "đã kiểm tra %d/%d tệp\n", i+1, len(files))
		}
	}
	if bad {
		return errReported
	}
	return nil
}

func (l *linting) one(c *cobra.Command, file string) (r linted) {
	r.file = file
	data, err := readDefinition(file, c.InOrStdin())
	if err != nil {
		r.err = err
		return r
	}
	if l.fix {
		fixed, mended := procedure.Fix(file, data, l.shelf, l.options)
		r.mended = len(mended)
		switch {
		case bytes.Equal(fixed, data):
		case l.diff:
			r.patch = diff.Diff(file, data, file, fixed)
		default:
			if r.err = rewrite(file, fixed); r.err != nil {
				return r
			}
		}
		data = fixed
	}
	d, found := procedure.ParseWith(file, data, procedure.ParseOptions{Templates: l.options.Templates})
	r.found = found
	if d == nil {
		return r
	}
	shelf := l.shelf
	if len(d.Parts) > 0 {
		if shelf, r.err = l.parts(); r.err != nil {
			return r
		}
	}
	r.found = append(r.found, procedure.LintWith(d, shelf, l.options)...).Sorted()
	if l.paths {
		r.paths = d.LongestPaths(shelf, l.options)
	}
	return r
}

// print writes what was found to standard output; where that is taken by the patch, to standard error.
func (l *linting) print(c *cobra.Command, r linted) error {
	if r.err != nil {
		fmt.Fprintf(c.ErrOrStderr(), "motcua: %v\n", r.err)
		return nil //nolint:nilerr // told here; the run ends with an error of its own
	}
	out := c.OutOrStdout()
	if _, err := out.Write(r.patch); err != nil {
		return err
	}
	if l.diff {
		out = c.ErrOrStderr()
	} else if r.mended > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%s: đã sửa %d chỗ\n", r.file, r.mended)
	}
	if err := printFindings(out, r.found, l.json); err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	for i := range r.paths {
		var err error
		if l.json {
			err = enc.Encode(struct {
				File string          `json:"file"`
				Path *procedure.Path `json:"path"`
			}{r.file, &r.paths[i]})
		} else {
			_, err = fmt.Fprintf(out, "%s: %s\n", r.file, r.paths[i].Sentence())
		}
		if err != nil {
			return err
		}
	}
	return nil
}
