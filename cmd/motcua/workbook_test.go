package main

import (
	"encoding/csv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// workbook TABLE.csv FILE.xlsx [MERGE…] makes a workbook as a person would type it: fields separated by "|", merged ranges
// like C6:C8.
func workbook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: workbook TABLE.csv FILE.xlsx [MERGE…]")
	}
	r := csv.NewReader(strings.NewReader(ts.ReadFile(args[0])))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = '|', -1, true
	rows, err := r.ReadAll()
	ts.Check(err)
	f := excelize.NewFile()
	for i, row := range rows {
		for k, v := range row {
			name, err := excelize.CoordinatesToCellName(k+1, i+1)
			ts.Check(err)
			if v = strings.TrimSpace(v); v != "" {
				ts.Check(f.SetCellStr("Sheet1", name, v))
			}
		}
	}
	for _, m := range args[2:] {
		from, to, _ := strings.Cut(m, ":")
		ts.Check(f.MergeCell("Sheet1", from, to))
	}
	ts.Check(f.SaveAs(ts.MkAbs(args[1])))
}

// type FILE.xlsx SHEET CELL TEXT types a text into a cell and saves the workbook.
func typeCell(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: type FILE.xlsx SHEET CELL TEXT")
	}
	file := ts.MkAbs(args[0])
	f, err := excelize.OpenFile(file)
	ts.Check(err)
	ts.Check(f.SetCellStr(args[1], args[2], args[3]))
	ts.Check(f.Save())
}
