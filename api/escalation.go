package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"motcua/courtesy"
	"motcua/office"
)

// escalationRoutes are the routes of what the ladder leads to: letters, proposals, standing decisions, inspections, messages.
func (a *api) escalationRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: "/v1/dossiers/:code/letters", run: a.letters},
		{Method: get, Path: "/v1/dossiers/:code/letters/:n", run: a.letter},
		{Method: get, Path: "/v1/totals", run: a.totals},
		{Method: get, Path: "/v1/proposals", run: a.proposals},
		{Method: get, Path: "/v1/standing-decisions", run: a.standings},
		{Method: post, Path: "/v1/standing-decisions", Effect: true, run: a.createStanding},
		{Method: post, Path: "/v1/standing-decisions/:id/acts", Effect: true, run: a.actOnStanding},
		{Method: get, Path: "/v1/inspections", run: a.inspections},
		{Method: post, Path: "/v1/dossiers/:code/inspections/:n/acts", Effect: true, run: a.actOnInspection},
		{Method: get, Path: "/v1/notices", run: a.notices},
		{Method: post, Path: "/v1/notices/read", Effect: true, run: a.readNotice},
		{Method: get, Path: "/v1/digests", run: a.digests},
		{Method: get, Path: "/v1/message-policy", run: a.messagePolicy},
		{Method: post, Path: "/v1/message-policy", Effect: true, run: a.setMessagePolicy},
	}
}

func (a *api) letters(c *gin.Context) error {
	list, err := a.office.Letters(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

// letter answers as data, as text or as a page to print.
func (a *api) letter(c *gin.Context) error {
	n, err := number(c, "n")
	if err != nil {
		return err
	}
	l, err := a.office.Letter(c.Request.Context(), principal(c), c.Param("code"), n)
	if err != nil {
		return err
	}
	switch c.DefaultQuery("format", "json") {
	case "json":
		c.JSON(http.StatusOK, l)
	case "text":
		c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(l.Text()))
	case "html":
		page, err := l.HTML()
		if err != nil {
			return err
		}
		c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(page))
	default:
		return badQuery("format", "json, text hoặc html")
	}
	return nil
}

// number reads a positive number of the path.
func number(c *gin.Context, name string) (int, error) {
	n, err := strconv.Atoi(c.Param(name))
	if err != nil || n < 1 {
		return 0, badQuery(name, "số thứ tự từ 1")
	}
	return n, nil
}

func (a *api) totals(c *gin.Context) error {
	t, err := a.office.DossierTotals(c.Request.Context(), principal(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, t)
	return nil
}

func (a *api) proposals(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	signable, err := queryTrue(c, "signable")
	if err != nil {
		return err
	}
	list, next, err := a.office.Proposals(c.Request.Context(), principal(c), c.Query("dossier"), signable, limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) standings(c *gin.Context) error {
	limit, _, err := page(c)
	if err != nil {
		return err
	}
	list, err := a.office.Standings(c.Request.Context(), principal(c), limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) createStanding(c *gin.Context) error {
	key, in, err := order[office.StandingDecision](c)
	if err != nil {
		return err
	}
	out, err := a.office.CreateStanding(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}

func (a *api) actOnStanding(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	var in office.StandingAct
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.ActOnStanding(c.Request.Context(), principal(c), c.Param("id"), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) inspections(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	f := office.InspectionFilter{Dossier: c.Query("dossier"), State: c.Query("state"), Limit: limit, Cursor: cursor}
	if f.Mine, err = queryTrue(c, "mine"); err != nil {
		return err
	}
	if f.Pending, err = queryTrue(c, "pending"); err != nil {
		return err
	}
	list, next, err := a.office.Inspections(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) actOnInspection(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	n, err := number(c, "n")
	if err != nil {
		return err
	}
	var in office.InspectionAct
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.ActOnInspection(c.Request.Context(), principal(c), c.Param("code"), n, in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) notices(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	unread, err := queryTrue(c, "unread")
	if err != nil {
		return err
	}
	list, next, err := a.office.Notices(c.Request.Context(), principal(c), unread, c.Query("digest"), limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) readNotice(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	var in struct {
		ID string `json:"id"`
	}
	if err := body(c, &in); err != nil {
		return err
	}
	if err := a.office.ReadNotice(c.Request.Context(), principal(c), in.ID); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (a *api) digests(c *gin.Context) error {
	limit, _, err := page(c)
	if err != nil {
		return err
	}
	list, err := a.office.Digests(c.Request.Context(), principal(c), limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) messagePolicy(c *gin.Context) error {
	p, err := a.office.MessagePolicy(c.Request.Context(), principal(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}

func (a *api) setMessagePolicy(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	var in courtesy.Policy
	if err := body(c, &in); err != nil {
		return err
	}
	p, err := a.office.SetMessagePolicy(c.Request.Context(), principal(c), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}
