package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// moveRoutes are the routes of moves of open dossiers to another version.
func (a *api) moveRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: post, Path: "/v1/moves/preview", run: a.previewMove},
		{Method: post, Path: "/v1/moves", Effect: true, run: a.startMove},
		{Method: get, Path: "/v1/moves", run: a.moves},
		{Method: get, Path: "/v1/moves/:id", run: a.move},
		{Method: post, Path: "/v1/moves/:id/acts", Effect: true, run: a.actOnMove},
	}
}

func (a *api) previewMove(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	totals, err := queryTrue(c, "totals")
	if err != nil {
		return err
	}
	var in office.MoveOrder
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.PreviewMove(c.Request.Context(), principal(c), in, limit, cursor, totals)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) startMove(c *gin.Context) error {
	key, in, err := order[office.MoveOrder](c)
	if err != nil {
		return err
	}
	out, err := a.office.StartMove(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/moves/"+out.ID)
	c.JSON(http.StatusAccepted, out)
	return nil
}

func (a *api) moves(c *gin.Context) error {
	list, err := a.office.Moves(c.Request.Context(), principal(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list})
	return nil
}

func (a *api) move(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	out, err := a.office.MoveState(c.Request.Context(), principal(c), c.Param("id"), c.Query("state"), cursor, limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) actOnMove(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	var in struct {
		Kind string `json:"kind"`
	}
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.ActOnMove(c.Request.Context(), principal(c), c.Param("id"), in.Kind)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}
