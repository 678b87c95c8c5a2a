// Package web is what people see in a browser. Its first page says what runs where and lists the dossiers with the time
// left; the console grows from here. Pages work without scripts.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"motcua/calendar"
	"motcua/office"
)

//go:embed pages/*.html pages/*.css
var pages embed.FS

// About is what an installation says of itself on its first page.
type About struct {
	// Demo installations show their keys and list every dossier on the first page; others never do.
	Demo bool
	// Parts are what runs where, in order.
	Parts []Part
	// Keys are the demo keys.
	Keys []Key
	// Scale is the time scale, 1 in production.
	Scale int64
	// First is a first dossier as a command line.
	First string
}

// Part is one thing that runs.
type Part struct{ Name, Where, Note string }

// Key is a demo key.
type Key struct{ Who, Role, Key string }

type home struct {
	About
	Now   string
	Lines []line
	Sums  office.Totals
	Error string
}

type line struct {
	office.Line
	Due, Left string
	Class     string
}

// Mount adds the pages to the engine.
func Mount(e *gin.Engine, o *office.Office, about About) {
	page := template.Must(template.ParseFS(pages, "pages/home.html"))
	e.GET("/", func(c *gin.Context) {
		h := home{About: about, Now: o.Legal().Format("15:04 02/01/2006")}
		if about.Demo {
			h.fill(c, o)
		}
		var b bytes.Buffer
		if err := page.Execute(&b, h); err != nil {
			c.String(http.StatusInternalServerError, "Trang này tạm lỗi, hãy tải lại.")
			return
		}
		c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
	})
	mountFindings(e, o, about)
	css, err := pages.ReadFile("pages/motcua.css")
	if err != nil {
		panic(err) // embedded at build
	}
	e.GET("/motcua.css", func(c *gin.Context) { c.Data(http.StatusOK, "text/css; charset=utf-8", css) })
}

// fill lists the dossiers of a demonstration, where everything is invented and nothing is personal.
func (h *home) fill(c *gin.Context, o *office.Office) {
	everyone := office.Principal{ID: "home", Roles: []string{office.RoleControl}, All: true}
	list, _, err := o.List(c.Request.Context(), everyone, office.ListFilter{Limit: 100})
	if err != nil {
		h.Error = "Chưa đọc được danh sách hồ sơ; hãy tải lại sau ít giây."
		return
	}
	for _, l := range list {
		h.Lines = append(h.Lines, show(l))
	}
	if h.Sums, err = o.Totals(c.Request.Context()); err != nil {
		h.Error = "Chưa tính được số tổng."
	}
}

func show(l office.Line) line {
	out := line{Line: l, Class: "ok"}
	if !l.DueAt.IsZero() {
		out.Due = l.DueAt.In(calendar.Zone()).Format("15:04 02/01/2006")
		if l.Provisional {
			out.Due += " (tạm tính)"
		}
	}
	switch {
	case !l.FinishedAt.IsZero():
		out.Left, out.Class = "đã xong "+l.FinishedAt.In(calendar.Zone()).Format("02/01/2006"), "done"
		if l.Late {
			out.Left, out.Class = out.Left+", quá hạn", "late"
		}
	case l.Paused:
		out.Left, out.Class = "đồng hồ dừng: "+legName(l.Leg), "paused"
	case l.Remaining == nil:
		out.Left = "chưa tính hạn"
	case l.Late || *l.Remaining < 0:
		out.Left, out.Class = "quá hạn "+worked(-*l.Remaining), "late"
	default:
		out.Left = "còn " + worked(*l.Remaining)
		if *l.Remaining < calendar.MinutesPerWorkingDay {
			out.Class = "soon"
		}
	}
	return out
}

// worked writes working minutes as working days, hours and minutes.
func worked(m int) string {
	d := time.Duration(m) * time.Minute
	days, hours, minutes := m/calendar.MinutesPerWorkingDay, int(d.Hours())%8, m%60
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%d ngày %d giờ làm việc", days, hours)
	case days > 0:
		return fmt.Sprintf("%d ngày làm việc", days)
	}
	return fmt.Sprintf("%d giờ %02d phút làm việc", hours, minutes)
}

func legName(leg string) string {
	switch leg {
	case "applicant":
		return "chờ người nộp"
	case "tax":
		return "cơ quan thuế"
	case "payment":
		return "chờ nghĩa vụ tài chính"
	case "posting":
		return "niêm yết"
	case "agency":
		return "tạm dừng có căn cứ"
	}
	return leg
}
