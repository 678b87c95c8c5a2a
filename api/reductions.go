package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// reductionRoutes are the routes of reductions: the rules, and what they do to promises.
func (a *api) reductionRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: "/v1/reductions", run: a.reductions},
		{Method: post, Path: "/v1/reductions", Effect: true, run: a.draftReduction},
		{Method: post, Path: "/v1/reductions/:rule/acts", Effect: true, run: a.actOnReduction},
		{Method: get, Path: "/v1/reductions/report", run: a.reductionReport},
		{Method: get, Path: "/v1/reductions/kept", run: a.keptPromises},
		{Method: get, Path: "/v1/procedures/:code/reductions", run: a.explainReductions},
	}
}

func (a *api) reductions(c *gin.Context) error {
	list, err := a.office.Reductions(c.Request.Context(), principal(c), c.Query("on"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, list)
	return nil
}

func (a *api) draftReduction(c *gin.Context) error {
	key, in, err := order[definition](c)
	if err != nil {
		return err
	}
	r, err := a.office.DraftReduction(c.Request.Context(), principal(c), in.File, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, r)
	return nil
}

func (a *api) actOnReduction(c *gin.Context) error {
	key, in, err := order[office.ReductionAct](c)
	if err != nil {
		return err
	}
	r, err := a.office.ActOnReduction(c.Request.Context(), principal(c), c.Param("rule"), in, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, r)
	return nil
}

func (a *api) reductionReport(c *gin.Context) error {
	r, err := a.office.ReductionReport(c.Request.Context(), principal(c), c.Query("on"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, r)
	return nil
}

func (a *api) keptPromises(c *gin.Context) error {
	r, err := a.office.KeptPromises(c.Request.Context(), principal(c), c.Query("from"), c.Query("until"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, r)
	return nil
}

func (a *api) explainReductions(c *gin.Context) error {
	list, err := a.office.ExplainReductions(c.Request.Context(), principal(c), c.Param("code"), c.Query("on"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}
