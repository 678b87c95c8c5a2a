package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/office"
)

func (a *api) live(c *gin.Context) error {
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
	return nil
}

// ready tells the truth about each part; the engine being down is "degraded", not 503, or intake would be cut off with it.
func (a *api) ready(c *gin.Context) error {
	parts, ok := a.Ready(c.Request.Context())
	status, code := "ok", http.StatusOK
	for _, p := range parts {
		if p != "ok" {
			status = "degraded"
		}
	}
	if !ok {
		status, code = "unavailable", http.StatusServiceUnavailable
		c.Header("Retry-After", "5")
	}
	c.JSON(code, gin.H{"status": status, "parts": parts})
	return nil
}

func (a *api) me(c *gin.Context) error {
	p := principal(c)
	c.JSON(http.StatusOK, gin.H{"id": p.ID, "officer": p.Officer, "agency": p.Agency, "roles": p.Roles, "scope": p.Scope, "all": p.All})
	return nil
}

func (a *api) procedures(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Procedures(c.Request.Context(), principal(c), c.Query("text"), limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) procedure(c *gin.Context) error {
	p, err := a.office.Procedure(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.Header("ETag", `"`+p.Hash+`"`)
	c.JSON(http.StatusOK, p)
	return nil
}

func (a *api) drawing(c *gin.Context) error {
	svg, err := a.office.Drawing(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	picture(c, svg)
	return nil
}

// picture answers with a drawing that can run nothing.
func picture(c *gin.Context, svg []byte) {
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	c.Data(http.StatusOK, "image/svg+xml; charset=utf-8", svg)
}

func (a *api) simulation(c *gin.Context) error {
	var in office.Simulation
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.Simulate(c.Request.Context(), principal(c), c.Param("code"), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// due answers what a limit received at an instant leads to, and why.
func (a *api) due(c *gin.Context) error {
	received, err := queryTime(c, "received")
	if err != nil {
		return err
	}
	if received.IsZero() {
		return badQuery("received", "thời điểm nhận, ví dụ 2026-11-24T09:00:00+07:00")
	}
	limit, err := calendar.ParseLimit(c.Query("limit"))
	if err != nil {
		return badQuery("limit", "thời hạn, ví dụ 12wd, 4wh, 30d, 1mo")
	}
	w, err := a.office.Due(c.Request.Context(), principal(c), c.Query("agency"), received, limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, w)
	return nil
}

func (a *api) submit(c *gin.Context) error {
	key, in, err := order[office.Submission](c)
	if err != nil {
		return err
	}
	r, err := a.office.Submit(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/dossiers/"+r.Code)
	c.Header("ETag", etag(r.Revision))
	c.JSON(http.StatusCreated, r)
	return nil
}

func (a *api) dossiers(c *gin.Context) error {
	f, err := filter(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.List(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func filter(c *gin.Context) (f office.ListFilter, err error) {
	if f.Limit, f.Cursor, err = page(c); err != nil {
		return f, err
	}
	f.Text, f.Agency, f.Procedure = c.Query("text"), c.Query("agency"), c.Query("procedure")
	for _, s := range strings.FieldsFunc(c.Query("status"), func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 10 {
			return f, badQuery("status", "các mã trạng thái từ 1 đến 10, cách nhau dấu phẩy")
		}
		f.Status = append(f.Status, dossier.Status(n))
	}
	if f.DueBefore, err = queryTime(c, "due_before"); err != nil {
		return f, err
	}
	if f.DueAfter, err = queryTime(c, "due_after"); err != nil {
		return f, err
	}
	if f.Open, err = queryTrue(c, "open"); err != nil {
		return f, err
	}
	if f.Rescheduled, err = queryBool(c, "rescheduled"); err != nil {
		return f, err
	}
	f.Outdated, err = queryTrue(c, "outdated")
	return f, err
}

func (a *api) dossier(c *gin.Context) error {
	d, err := a.office.Show(c.Request.Context(), principal(c), c.Param("code"), c.Query("live") == "true")
	if err != nil {
		return err
	}
	c.Header("ETag", etag(d.Revision))
	c.JSON(http.StatusOK, d)
	return nil
}

func (a *api) act(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	expect, err := expected(c)
	if err != nil {
		return err
	}
	var in office.ActBody
	if err := body(c, &in); err != nil {
		return err
	}
	answer, err := a.office.Act(c.Request.Context(), principal(c), c.Param("code"), in, key, expect)
	if err != nil {
		return err
	}
	answered(c, answer)
	return nil
}

// answered writes the answer of an act; one whose fate is not known yet has an address to ask at.
func answered(c *gin.Context, answer office.Answer) {
	c.Header("Location", "/v1/acts/"+answer.Act)
	if answer.State == office.ActPending {
		c.JSON(http.StatusAccepted, answer)
		return
	}
	c.Header("ETag", etag(answer.Revision))
	c.JSON(http.StatusOK, answer)
}

func (a *api) actState(c *gin.Context) error {
	answer, err := a.office.ActState(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, answer)
	return nil
}

func (a *api) tasks(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Tasks(c.Request.Context(), principal(c), office.TaskFilter{
		Agency: c.Query("agency"), Role: c.Query("role"), Assignee: c.Query("assignee"), Limit: limit, Cursor: cursor,
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) escalations(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Escalations(c.Request.Context(), principal(c), c.Query("dossier"), limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) comments(c *gin.Context) error {
	list, err := a.office.Comments(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) comment(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.Comment(c.Request.Context(), principal(c), c.Param("code"), in.Text, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}

func (a *api) attachments(c *gin.Context) error {
	list, err := a.office.Attachments(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) attach(c *gin.Context) error {
	key, in, err := order[office.Attachment](c)
	if err != nil {
		return err
	}
	out, err := a.office.Attach(c.Request.Context(), principal(c), c.Param("code"), in, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}
