package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"motcua/catalogue"
	"motcua/office"
)

func printReport(w io.Writer, r catalogue.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Lượt nhập %s, %d dòng: mới %d, thay đổi %d, không đổi %d, đọc lại %d, lặp %d, trống %d, bị từ chối %d\n",
		r.Import, r.Lines, r.New, r.Changed, r.Unchanged, r.Reread, r.Repeated, r.Blank, r.Refused)
	if r.New+r.Changed+r.Reread == 0 {
		b.WriteString("Danh mục không đổi.\n")
	}
	for _, x := range r.Refusals {
		fmt.Fprintf(&b, "dòng %d, %v\n", x.Line, &x.Refusal)
	}
	for _, x := range r.Repeats {
		fmt.Fprintf(&b, "dòng %d: %s giống hệt dòng %d\n", x.Line, x.Code, x.First)
	}
	for _, x := range r.Changes {
		fmt.Fprintf(&b, "dòng %d: %s lần %d\n", x.Line, x.Code, x.Revision)
		for _, ch := range x.Changes {
			fmt.Fprintf(&b, "  %s: %s → %s\n", ch.Path, short(ch.From), short(ch.To))
		}
	}
	if r.Full {
		fmt.Fprintf(&b, "Vắng trong tệp, vẫn giữ trong danh mục: %d", len(r.Absent))
		for _, code := range r.Absent {
			b.WriteString(" " + code)
		}
		b.WriteString("\n")
	}
	titles := map[catalogue.Class]string{
		catalogue.Unread: "Chưa hiểu, giữ nguyên văn", catalogue.Doubtful: "Hiểu nhưng cần xem lại", catalogue.Missing: "Công bố không nói",
		catalogue.Corrected: "Đã sửa dạng viết, nghĩa chắc chắn",
	}
	last := catalogue.Class("")
	for _, x := range r.Rules {
		if x.Class != last {
			fmt.Fprintf(&b, "%s:\n", titles[x.Class])
			last = x.Class
		}
		fmt.Fprintf(&b, "  %-22s %5d  %s (dòng %s)\n", x.ID, x.Count, x.Doc, numbers(x.Lines))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// numbers writes the first few of a list; --json has all.
func numbers(list []int) string {
	const most = 8
	var out []string
	for _, n := range list[:min(len(list), most)] {
		out = append(out, fmt.Sprint(n))
	}
	if len(list) > most {
		out = append(out, fmt.Sprintf("… %d nữa", len(list)-most))
	}
	return strings.Join(out, ", ")
}

func short(s string) string {
	const most = 80
	runes := []rune(s)
	switch {
	case s == "":
		return "∅"
	case len(runes) > most:
		return string(runes[:most]) + "…"
	}
	return s
}

func covered(l office.CatalogueLine) string {
	switch {
	case l.Published:
		return "đang có hiệu lực ở đây"
	case l.Electronic:
		return "đã có quy trình, chưa hiệu lực"
	}
	return "chưa có quy trình"
}

func printCoverage(out io.Writer, r office.CoverageReport) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "thủ tục\thiệu lực\tđiện tử\tnội bộ: chính thức\tsuy ra\tmẫu\tchưa có\thồ sơ theo bản cũ\tvắng\t  "+r.By)
	line := func(l office.CoverageLine, name string) {
		outdated := int64(0)
		if l.Outdated != nil {
			outdated = l.Outdated.Count
		}
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t  %s\n", l.Entries.Count, l.Published.Count, l.Electronic.Count, l.InternalOfficial.Count,
			l.InternalInferred.Count, l.InternalSample.Count, l.InternalNone.Count, outdated, l.Absent.Count, name)
	}
	for _, l := range r.Items {
		name := l.Name
		if name == "" {
			name = "(không công bố)"
		}
		line(l, name)
	}
	line(r.Total, "TỔNG")
	return w.Flush()
}
