package procedure

import (
	"fmt"
	"slices"
	"strings"
)

func sourceUnknownRule() rule {
	return rule{Rule{ID: "source-unknown", Severity: SeverityWarning,
		Doc: "Mục của sources phải nêu nguồn của một chỗ có thật trong tệp (limit, steps.ky, limit-when.dia-ban…) và mức tin cậy của nguồn (confidence): nguồn treo lơ lửng không chứng minh gì."},
		func(l *linter) {
			if len(l.d.Sources) == 0 {
				return
			}
			named := l.named()
			for _, s := range l.d.Sources {
				if l.full() {
					return
				}
				top, rest, deep := strings.Cut(s.Value.Path, ".")
				switch {
				case !slices.Contains(l.d.keys, top):
					l.find(s.Pos, fmt.Sprintf("sources: tệp không có %q", clip(top)), l.didYouMean(top, l.d.keys))
				case deep && !resolves(named, top, rest):
					l.find(s.Pos, fmt.Sprintf("sources: không có %q trong %s", clip(rest), top), l.didYouMean(rest, named[top]))
				case s.Value.Confidence == "":
					l.find(s.Pos, fmt.Sprintf("nguồn của %s không nêu mức tin cậy", clip(s.Value.Path)), "thêm confidence: official, inferred hoặc sample")
				}
			}
		}}
}

// named are the entries of each list of the file by their ids, and the keys of each mapping.
func (l *linter) named() map[string][]string {
	d := l.d
	names := map[string][]string{"steps": l.stepIDs()}
	for _, v := range d.Documents {
		names["documents"] = append(names["documents"], v.Value.ID)
	}
	for _, v := range d.Fees {
		names["fees"] = append(names["fees"], v.Value.ID)
	}
	for _, v := range d.Results {
		names["results"] = append(names["results"], v.Value.ID)
	}
	for _, v := range d.Facts {
		names["facts"] = append(names["facts"], v.Value.Name)
	}
	for _, v := range d.Variants {
		names["limit-when"] = append(names["limit-when"], v.Value.Rule)
	}
	for _, v := range d.Extensions {
		names["extensions"] = append(names["extensions"], v.Value.ID)
	}
	for _, v := range d.Parts { // what stands behind the part is a path in the part's own file
		names["parts"] = append(names["parts"], v.ID.Value)
	}
	for _, v := range d.Rungs {
		names["escalation"] = append(names["escalation"], v.Value.ID)
	}
	for _, v := range d.Reductions {
		name := v.Name.Value
		if v.Inline != nil {
			name = v.Inline.Value.Rule
		}
		names["reductions"] = append(names["reductions"], name)
	}
	if d.binding != nil {
		for _, v := range d.binding.params {
			names["parameters"] = append(names["parameters"], v.Value.Name)
		}
	}
	for _, k := range languageTable().keys {
		if k.kind == kMap {
			names[k.name] = k.of.names()
		}
	}
	return names
}

// resolves says whether a path below a key of the file leads somewhere: to an entry, or to a key inside one.
func resolves(named map[string][]string, top, rest string) bool {
	return slices.ContainsFunc(named[top], func(name string) bool {
		tail, ok := strings.CutPrefix(rest, name)
		return ok && (tail == "" || tail[0] == '.')
	})
}
