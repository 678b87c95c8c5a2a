package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

func (a *api) backtest(c *gin.Context) error {
	var in office.Backtest
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.Backtest(c.Request.Context(), principal(c), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}
