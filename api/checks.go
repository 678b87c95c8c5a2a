package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/calendar"
	"motcua/office"
)

// checkRoutes are the routes of the clock check: its findings, its runs, and what goes off on a day.
func (a *api) checkRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: "/v1/findings", run: a.findings},
		{Method: get, Path: "/v1/firings", run: a.firings},
		{Method: post, Path: "/v1/checks", Effect: true, run: a.orderCheck},
		{Method: get, Path: "/v1/checks", run: a.checks},
		{Method: get, Path: "/v1/checks/:id", run: a.check},
	}
}

func (a *api) findings(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	open, err := queryBool(c, "open")
	if err != nil {
		return err
	}
	if c.Query("open") == "" {
		yes := true
		open = &yes
	}
	list, next, err := a.office.Findings(c.Request.Context(), principal(c), office.FindingFilter{Kind: c.Query("kind"), Open: open, Limit: limit, Cursor: cursor})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) firings(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	f := office.FiringFilter{Limit: limit, Cursor: cursor}
	if s := c.Query("day"); s != "" {
		if f.Day, err = calendar.ParseDate(s); err != nil {
			return badQuery("day", "một ngày, ví dụ 2026-11-26")
		}
	}
	day, err := a.office.Firings(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, day)
	return nil
}

func (a *api) orderCheck(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	run, err := a.office.OrderCheck(c.Request.Context(), principal(c), key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/checks/"+run.ID)
	c.JSON(http.StatusAccepted, run)
	return nil
}

func (a *api) checks(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Checks(c.Request.Context(), principal(c), limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) check(c *gin.Context) error {
	run, err := a.office.CheckState(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, run)
	return nil
}
