package office

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"motcua/catalogue"
	"motcua/models"
)

// Figure is a number that can be opened: Query lists exactly the entries that it counts, below /v1/catalogue.
type Figure struct {
	Count int64  `json:"count"`
	Query string `json:"query"`
}

// CoverageLine is a group of the coverage ledger. Published and Unpublished add up to Entries, so do Electronic and Paper, and
// the four confidences of the internal process.
type CoverageLine struct {
	// Key is the value of the filter that is the group, empty for the total.
	Key  string `json:"key"`
	Name string `json:"name"`

	Entries     Figure `json:"entries"`
	Published   Figure `json:"published"`
	Unpublished Figure `json:"unpublished"`
	Electronic  Figure `json:"electronic"`
	Paper       Figure `json:"paper"`

	InternalOfficial Figure `json:"internal_official"`
	InternalInferred Figure `json:"internal_inferred"`
	InternalSample   Figure `json:"internal_sample"`
	InternalNone     Figure `json:"internal_none"`
	// Outdated are the entries with open dossiers, in scope, on a plan that no longer holds; nil for those who may not read
	// dossiers.
	Outdated *Figure `json:"outdated,omitempty"`
	Absent   Figure  `json:"absent"`
}

// CoverageReport is the coverage ledger, divided; the items add up to the total.
type CoverageReport struct {
	By string `json:"by"`
	// At is the legal instant of the figures.
	At    time.Time      `json:"at"`
	Total CoverageLine   `json:"total"`
	Items []CoverageLine `json:"items"`
}

// divisions name, for each division of the ledger, the filter of its groups.
func divisions() map[string]string {
	return map[string]string{models.ByLevel: "levels", models.ByField: "field", models.ByAgency: "agency", models.ByMinistry: "ministry"}
}

// Divisions lists what the ledger may be divided by.
func Divisions() []string {
	return []string{models.ByLevel, models.ByField, models.ByAgency, models.ByMinistry}
}

// CoverageLedger counts, for the published procedures of a part, what this installation has of them.
func (o *Office) CoverageLedger(ctx context.Context, p Principal, by string, part CataloguePart) (CoverageReport, error) {
	if err := allow(p, DoProcedures); err != nil {
		return CoverageReport{}, err
	}
	if !slices.Contains(Divisions(), by) {
		return CoverageReport{}, invalid(FieldError{"?by", "Chia theo level, field, agency hoặc ministry."})
	}
	filter, err := o.catalogueRows(p, CatalogueFilter{CataloguePart: part})
	if err != nil {
		return CoverageReport{}, err
	}
	rows, err := o.Store.Coverage(ctx, by, filter)
	if err != nil {
		return CoverageReport{}, err
	}
	total, err := o.Store.CoverageTotal(ctx, filter)
	if err != nil {
		return CoverageReport{}, err
	}
	reads := allow(p, DoRead) == nil
	out := CoverageReport{By: by, At: filter.At, Total: coverageLine(total, part.values(), reads), Items: make([]CoverageLine, 0, len(rows))}
	for _, r := range rows {
		group := part.values()
		key := r.Key
		if key == "" {
			key = models.None
		}
		group.Set(divisions()[by], key)
		line := coverageLine(r, group, reads)
		line.Key = key
		if by == models.ByLevel {
			line.Name = LevelNames(levelsOf(r.Key))
		}
		out.Items = append(out.Items, line)
	}
	return out, nil
}

// LevelNames writes levels for people.
func LevelNames(levels []string) string {
	names := make([]string, len(levels))
	for i, l := range levels {
		names[i] = catalogue.LevelName(l)
	}
	return strings.Join(names, ", ")
}

func levelsOf(group string) []string {
	return strings.FieldsFunc(group, func(c rune) bool { return c == ',' })
}

func coverageLine(r models.CoverageRow, base url.Values, reads bool) CoverageLine {
	figure := func(n int64, name, value string) Figure {
		v := maps.Clone(base)
		v.Set(name, value)
		return Figure{n, v.Encode()}
	}
	l := CoverageLine{
		Name: r.Name, Entries: Figure{r.Entries, base.Encode()},
		Published: figure(r.Published, "published", "true"), Unpublished: figure(r.Entries-r.Published, "published", "false"),
		Electronic: figure(r.Electronic, "electronic", "true"), Paper: figure(r.Entries-r.Electronic, "electronic", "false"),
		InternalOfficial: figure(r.Official, "internal", "official"), InternalInferred: figure(r.Inferred, "internal", "inferred"),
		InternalSample: figure(r.Sample, "internal", "sample"), InternalNone: figure(r.None, "internal", models.None),
		Absent: figure(r.Absent, "absent", "true"),
	}
	if reads {
		f := figure(r.Outdated, "outdated", "true")
		l.Outdated = &f
	}
	return l
}

// values writes a part as the query of its list.
func (c CataloguePart) values() url.Values {
	v := url.Values{}
	for _, pair := range [][2]string{
		{"text", c.Text}, {"field", c.Field}, {"agency", c.Agency}, {"ministry", c.Ministry}, {"level", c.Level}, {"levels", c.Levels},
		{"finding", c.Rule},
	} {
		if pair[1] != "" {
			v.Set(pair[0], pair[1])
		}
	}
	return v
}
