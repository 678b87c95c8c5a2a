package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// signalRoutes are the routes of what was seen and of what is likely.
func (a *api) signalRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: "/v1/signals", run: a.signals},
		{Method: get, Path: "/v1/signals/:id", run: a.signal},
		{Method: post, Path: "/v1/signals/:id/acts", Effect: true, run: a.actOnSignal},
		{Method: get, Path: "/v1/forecast", run: a.forecast},
	}
}

func (a *api) signals(c *gin.Context) error {
	f := office.SignalFilter{Rule: c.Query("rule"), State: c.Query("state"), Agency: c.Query("agency"), Dossier: c.Query("dossier")}
	switch f.State {
	case "", "open", "dismissed", "lapsed":
	default:
		return badQuery("state", "open, dismissed hoặc lapsed")
	}
	var err error
	if f.Limit, f.Cursor, err = page(c); err != nil {
		return err
	}
	if f.From, err = queryTime(c, "from"); err != nil {
		return err
	}
	if f.Until, err = queryTime(c, "until"); err != nil {
		return err
	}
	out, err := a.office.Signals(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) signal(c *gin.Context) error {
	out, err := a.office.Signal(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Header("ETag", etag(out.Revision))
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) actOnSignal(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	revision, err := expected(c)
	if err != nil {
		return err
	}
	var in office.SignalAct
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.ActOnSignal(c.Request.Context(), principal(c), c.Param("id"), in, key, revision)
	if err != nil {
		return err
	}
	c.Header("ETag", etag(out.Revision))
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) forecast(c *gin.Context) error {
	f := office.ForecastFilter{Agency: c.Query("agency"), Procedure: c.Query("procedure")}
	var err error
	if f.Limit, f.Cursor, err = page(c); err != nil {
		return err
	}
	if f.Thin, err = queryTrue(c, "thin"); err != nil {
		return err
	}
	if s := c.Query("percent"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 100 {
			return badQuery("percent", "từ 0 đến 100")
		}
		f.Percent = &n
	}
	out, err := a.office.Forecast(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}
