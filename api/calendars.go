package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// calendarRoutes are the routes of calendars, of what amends them, and of outages.
func (a *api) calendarRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	out := []Route{
		{Method: get, Path: "/v1/calendars", run: a.calendars},
		{Method: get, Path: "/v1/calendars/:agency", run: a.calendarYear},
		{Method: post, Path: "/v1/calendar-amendments/check", run: a.checkAmendment},
		{Method: post, Path: "/v1/calendar-amendments", Effect: true, run: a.draftAmendment},
		{Method: post, Path: "/v1/outages", Effect: true, run: a.draftOutage},
	}
	for path, kind := range map[string]string{"/v1/calendar-amendments": office.KindCalendar, "/v1/outages": office.KindOutage} {
		out = append(out,
			Route{Method: get, Path: path, run: a.amendments(kind)},
			Route{Method: get, Path: path + "/:id", run: a.amendment(kind)},
			Route{Method: get, Path: path + "/:id/dossiers", run: a.amendmentDossiers(kind)},
			Route{Method: post, Path: path + "/:id/acts", Effect: true, run: a.actOnAmendment(kind)},
		)
	}
	return out
}

func (a *api) calendars(c *gin.Context) error {
	list, err := a.office.Calendars(c.Request.Context(), principal(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) calendarYear(c *gin.Context) error {
	year := 0
	if s := c.Query("year"); s != "" {
		var err error
		if year, err = strconv.Atoi(s); err != nil {
			return badQuery("year", "một năm, ví dụ 2027")
		}
	}
	out, err := a.office.CalendarYearOf(c.Request.Context(), principal(c), c.Param("agency"), year)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) checkAmendment(c *gin.Context) error {
	var in office.AmendmentDraft
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.CheckAmendment(c.Request.Context(), principal(c), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) draftAmendment(c *gin.Context) error {
	key, in, err := order[office.AmendmentDraft](c)
	if err != nil {
		return err
	}
	out, err := a.office.DraftAmendment(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/calendar-amendments/"+out.ID)
	c.JSON(http.StatusCreated, out)
	return nil
}

func (a *api) draftOutage(c *gin.Context) error {
	key, in, err := order[office.OutageOrder](c)
	if err != nil {
		return err
	}
	out, err := a.office.DraftOutage(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/outages/"+out.ID)
	c.JSON(http.StatusCreated, out)
	return nil
}

func (a *api) amendments(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		list, err := a.office.Amendments(c.Request.Context(), principal(c), kind)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, gin.H{"items": list})
		return nil
	}
}

func (a *api) amendment(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		out, err := a.office.AmendmentState(c.Request.Context(), principal(c), kind, c.Param("id"))
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, out)
		return nil
	}
}

func (a *api) amendmentDossiers(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		limit, cursor, err := page(c)
		if err != nil {
			return err
		}
		behind, err := queryTrue(c, "behind")
		if err != nil {
			return err
		}
		f := office.AmendmentFilter{State: c.Query("state"), Effect: c.Query("effect"), Agency: c.Query("agency"), Behind: behind}
		list, next, err := a.office.AmendmentDossiers(c.Request.Context(), principal(c), kind, c.Param("id"), f, cursor, limit)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
		return nil
	}
}

func (a *api) actOnAmendment(kind string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if _, err := idempotencyKey(c); err != nil {
			return err
		}
		var in office.AmendmentActBody
		if err := body(c, &in); err != nil {
			return err
		}
		out, err := a.office.ActOnAmendment(c.Request.Context(), principal(c), kind, c.Param("id"), in)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, out)
		return nil
	}
}
