package excel

import (
	"encoding/xml"
	"path"
	"strings"
)

// sheetParts finds the part of every sheet by its name, as the workbook and its relations say, in lower case.
func sheetParts(parts map[string][]byte) map[string]string {
	var book struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	found := map[string]string{}
	if xml.Unmarshal(parts["xl/workbook.xml"], &book) != nil || xml.Unmarshal(parts["xl/_rels/workbook.xml.rels"], &relations) != nil {
		return found // the spreadsheet library reads them its own way; only merged cells are not known then
	}
	targets := map[string]string{}
	for _, r := range relations.Relationship {
		target := r.Target
		if !strings.HasPrefix(target, "/") {
			target = "xl/" + target
		}
		targets[r.ID] = strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
	}
	for _, s := range book.Sheets {
		for _, a := range s.Attrs {
			if a.Name.Local == "id" && a.Name.Space != "" {
				found[s.Name] = targets[a.Value]
			}
		}
	}
	return found
}
