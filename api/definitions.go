package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/office"
	"motcua/procedure"
)

// definitionRoutes are what an editor asks about definitions that are only texts; nothing is stored.
func (a *api) definitionRoutes() []Route {
	post := http.MethodPost
	return []Route{
		{Method: post, Path: "/v1/definitions/check", Body: maxDefinition, run: a.checkDefinition},
		{Method: post, Path: "/v1/definitions/compile", Body: maxDefinition, run: a.compileDefinition},
		{Method: post, Path: "/v1/definitions/drawing", Body: maxDefinition, run: a.drawDefinition},
		{Method: post, Path: "/v1/definitions/simulation", Body: maxDefinition, run: a.simulateDefinition},
		{Method: post, Path: "/v1/definitions/diff", Body: 2 * maxDefinition, run: a.diffDefinitions},
		{Method: post, Path: "/v1/definitions/merge", Body: 2 * maxDefinition, run: a.mergeDefinitions},
	}
}

// definition is a request about one text.
type definition struct {
	File string `json:"file"`
}

func (a *api) checkDefinition(c *gin.Context) error {
	var in struct {
		definition
		On string `json:"on"`
	}
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.CheckDefinition(c.Request.Context(), principal(c), in.File, in.On)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) compileDefinition(c *gin.Context) error {
	var in definition
	if err := body(c, &in); err != nil {
		return err
	}
	plan, err := a.office.CompileDefinition(c.Request.Context(), principal(c), in.File)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, plan)
	return nil
}

func (a *api) drawDefinition(c *gin.Context) error {
	var in definition
	if err := body(c, &in); err != nil {
		return err
	}
	words, err := queryTrue(c, "text")
	if err != nil {
		return err
	}
	out, err := a.office.DrawDefinition(c.Request.Context(), principal(c), in.File, words)
	if err != nil {
		return err
	}
	if words {
		c.String(http.StatusOK, "%s", out)
		return nil
	}
	picture(c, out)
	return nil
}

func (a *api) simulateDefinition(c *gin.Context) error {
	var in struct {
		definition
		office.Simulation
	}
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.SimulateDefinition(c.Request.Context(), principal(c), in.File, in.Simulation)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) diffDefinitions(c *gin.Context) error {
	var in struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	if err := body(c, &in); err != nil {
		return err
	}
	return difference(c, func() (procedure.Difference, error) {
		return a.office.DiffDefinitions(c.Request.Context(), principal(c), in.From, in.To)
	})
}

func (a *api) mergeDefinitions(c *gin.Context) error {
	var in office.Merging
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.MergeDefinitions(c.Request.Context(), principal(c), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}
