package excel

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// errTooLarge says that a bound was passed.
var errTooLarge = errors.New("quá lớn")

// unpack reads the parts of a workbook that hold values, every one bounded by what is really there and not by what its
// header says. Pictures, macros and everything else that no table needs is left out.
func unpack(data []byte) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("không phải tệp .xlsx: %w", err)
	}
	if len(z.File) > maxParts {
		return nil, errTooLarge
	}
	parts := map[string][]byte{}
	left := int64(maxUnpacked)
	for _, f := range z.File {
		name := strings.TrimPrefix(path.Clean(strings.ReplaceAll(f.Name, "\\", "/")), "/")
		if !wanted(strings.ToLower(name)) {
			continue
		}
		part, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		content, err := io.ReadAll(io.LimitReader(part, left+1))
		_ = part.Close() // a reader over memory
		if left -= int64(len(content)); left < 0 {
			return nil, errTooLarge
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		parts[name] = content
	}
	return parts, nil
}

func wanted(name string) bool {
	switch name {
	case "[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml", "xl/styles.xml", "xl/theme/theme1.xml":
		return true
	}
	return strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") && strings.Count(name, "/") == 2
}

// pack puts parts into a workbook again.
func pack(parts map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// area is a merged range, its corners included.
type area struct{ top, left, bottom, right int }

// trimmed is a worksheet reduced to its cells with content.
type trimmed struct {
	xml    []byte
	merges []area
	// uncalculated are the cells with a formula and no value.
	uncalculated map[[2]int]bool
}

// trimSheet keeps the cells that hold something. A sheet may be formatted down to row 1,048,576, by a spreadsheet program
// or to exhaust its reader: what is empty never reaches the spreadsheet library. The cell returned with an error is the
// first one beyond the bounds.
func trimSheet(data []byte) (t trimmed, far [2]int, err error) {
	t.uncalculated = map[[2]int]bool{}
	d := xml.NewDecoder(bytes.NewReader(data))
	var out bytes.Buffer
	var root xml.StartElement
	row, col, cells := 0, 0, 0
	var line bytes.Buffer // the cells of the present row
	for {
		begin := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, far, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch {
			case root.Name.Local == "":
				root = x.Copy()
				out.Write(data[begin:d.InputOffset()])
				out.WriteString("<" + prefixed(root, "sheetData") + ">")
			case x.Name.Local == "row":
				row++
				if n, ok := number(attribute(x, "r")); ok {
					row = n
				}
				col = 0
				line.Reset()
			case x.Name.Local == "c":
				col++
				if c, r, err := excelize.CellNameToCoordinates(attribute(x, "r")); err == nil {
					col, row = c, r
				}
				inner := d.InputOffset()
				content, err := cellContent(d)
				if err != nil {
					return t, far, err
				}
				if content.formula && !content.value {
					t.uncalculated[[2]int{row, col}] = true
				}
				if !content.value && !content.formula {
					continue
				}
				if cells++; row > maxRow || col > maxColumn || row < 1 || cells > maxCells {
					return t, [2]int{row, col}, errTooLarge
				}
				name, err := excelize.CoordinatesToCellName(col, row)
				if err != nil {
					return t, far, err
				}
				line.WriteString("<" + prefixed(root, "c") + ` r="` + name + `"`)
				for _, a := range x.Attr {
					if a.Name.Local == "s" || a.Name.Local == "t" {
						line.WriteString(" " + a.Name.Local + `="`)
						if err := xml.EscapeText(&line, []byte(a.Value)); err != nil {
							return t, far, err
						}
						line.WriteString(`"`)
					}
				}
				line.WriteString(">")
				line.Write(data[inner:d.InputOffset()])
			case x.Name.Local == "mergeCell":
				if a, ok := mergedArea(attribute(x, "ref")); ok && len(t.merges) < maxMerges {
					t.merges = append(t.merges, a)
				}
			}
		case xml.EndElement:
			if x.Name.Local == "row" && line.Len() > 0 {
				fmt.Fprintf(&out, `<%s r="%d">%s</%s>`, prefixed(root, "row"), row, line.Bytes(), prefixed(root, "row"))
				line.Reset()
			}
		}
	}
	if root.Name.Local != "worksheet" {
		return t, far, errors.New("trang tính không có nội dung")
	}
	out.WriteString("</" + prefixed(root, "sheetData") + "></" + prefixed(root, "worksheet") + ">")
	t.xml = out.Bytes()
	return t, far, nil
}

type content struct{ value, formula bool }

// cellContent reads up to the end of a cell.
func cellContent(d *xml.Decoder) (content, error) {
	var c content
	for depth := 1; depth > 0; {
		token, err := d.RawToken()
		if err != nil {
			return c, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			depth++
			c.value = c.value || x.Name.Local == "v" || x.Name.Local == "is"
			c.formula = c.formula || x.Name.Local == "f"
		case xml.EndElement:
			depth--
		}
	}
	return c, nil
}

func prefixed(root xml.StartElement, name string) string {
	if root.Name.Space == "" {
		return name
	}
	return root.Name.Space + ":" + name
}

func attribute(x xml.StartElement, name string) string {
	for _, a := range x.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func number(s string) (int, bool) {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 10_000_000 {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, s != ""
}

func mergedArea(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil || !ok {
		return area{}, false
	}
	right, bottom, err := excelize.CellNameToCoordinates(to)
	if err != nil || right < left || bottom < top {
		return area{}, false
	}
	return area{top, left, bottom, right}, true
}
