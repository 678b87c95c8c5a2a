package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"motcua/calendar"
	"motcua/office"
)

const (
	// findingsShown and firingsShown bound the page; the API has them all.
	findingsShown = 200
	firingsShown  = 100
)

// findingsPage is what is open, by kind, with what to do, and what goes off on the next working day.
type findingsPage struct {
	Demo    bool
	Now     string
	Error   string
	Count   int64
	Check   string
	Groups  []findingGroup
	Day     string
	Firings []firingLine
	More    bool
}

type findingGroup struct {
	office.FindingKind
	Count int
	Lines []findingLine
}

type findingLine struct {
	Subject, Detail, Since, Seen string
	Count                        int
}

type firingLine struct {
	Clock, Code, Text, Who string
	Nobody                 bool
}

// mountFindings adds the page of findings. A demonstration shows it to everybody, as it does its first page; elsewhere it asks
// for a key that may read findings.
func mountFindings(e *gin.Engine, o *office.Office, about About) {
	page := template.Must(template.ParseFS(pages, "pages/findings.html"))
	e.GET("/findings", func(c *gin.Context) {
		who := office.Principal{ID: "home", Roles: []string{office.RoleControl}, All: true}
		if !about.Demo {
			key, _ := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
			var err error
			if who, err = o.Authenticate(c.Request.Context(), key); err != nil {
				c.Header("WWW-Authenticate", "Bearer")
				c.String(http.StatusUnauthorized, "Trang này cần khóa API của kiểm soát thủ tục, thanh tra hoặc quản trị: gửi tiêu đề Authorization: Bearer <khóa>.")
				return
			}
		}
		f := findingsPage{Demo: about.Demo, Now: shownAt(o.Legal())}
		if err := f.fill(c.Request.Context(), o, who); err != nil {
			p := office.ProblemOf(err)
			if p.Status == http.StatusForbidden {
				c.String(http.StatusForbidden, p.Detail)
				return
			}
			f.Error = "Chưa đọc được đủ số liệu; hãy tải lại sau ít giây."
		}
		var b bytes.Buffer
		if err := page.Execute(&b, f); err != nil {
			c.String(http.StatusInternalServerError, "Trang này tạm lỗi, hãy tải lại.")
			return
		}
		c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
	})
}

func (f *findingsPage) fill(ctx context.Context, o *office.Office, who office.Principal) error {
	open := true
	list, _, err := o.Findings(ctx, who, office.FindingFilter{Open: &open, Limit: findingsShown})
	if err != nil {
		return err
	}
	totals, err := o.Totals(ctx)
	if err != nil {
		return err
	}
	f.Count = totals.Findings
	f.group(list, totals.ByKind)
	if err := f.last(ctx, o, who); err != nil {
		return err
	}
	day, err := o.Firings(ctx, who, office.FiringFilter{Limit: firingsShown})
	if err != nil && office.ProblemOf(err).Status == http.StatusForbidden { // an administrator sees no dossiers
		f.Day = "Ngày làm việc tới"
		return nil
	}
	if err != nil {
		return err
	}
	f.Day, f.More = day.Day.Vietnamese(), day.Next != ""
	for _, x := range day.Items {
		f.Firings = append(f.Firings, firingLine{x.At.In(calendar.Zone()).Format("15:04"), x.Code, x.Text, office.ReachesText(x), x.Nobody})
	}
	return nil
}

// group puts the findings under their kinds, in the order in which the kinds are known, the unknown last.
func (f *findingsPage) group(list []office.Finding, counts map[string]int64) {
	kinds := office.FindingKinds()
	for _, x := range list {
		if !slices.ContainsFunc(kinds, func(k office.FindingKind) bool { return k.Kind == x.Kind }) {
			kinds = append(kinds, office.FindingKindOf(x.Kind))
		}
	}
	for _, k := range kinds {
		g := findingGroup{FindingKind: k, Count: int(counts[k.Kind])}
		for _, x := range list {
			if x.Kind == k.Kind {
				g.Lines = append(g.Lines, findingLine{x.Subject, x.Detail, shownAt(x.OpenedAt), shownAt(x.SeenAt), x.Count})
			}
		}
		if len(g.Lines) > 0 {
			f.Groups = append(f.Groups, g)
		}
	}
}

// last says when the latest check that is over ended, and what it saw.
func (f *findingsPage) last(ctx context.Context, o *office.Office, who office.Principal) error {
	r, ok, err := o.LastCheck(ctx, who, office.CheckFull)
	if ok {
		f.Check = fmt.Sprintf("%s, %d hồ sơ, %d mô hình nhiệm vụ, dựng lại %d dòng và %d luồng, nhắc %d luồng.",
			shownAt(r.FinishedAt), r.Dossiers, r.Missions, r.Projected, r.Started, r.Poked)
	}
	return err
}

func shownAt(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }
