package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// proof answers with the deadline proof sheet of a dossier: JSON, plain text or a page to print, as the caller accepts. What had been
// recorded by an earlier instant, or up to an event, is asked for with at and seq.
func (a *api) proof(c *gin.Context) error {
	var q office.ProofQuery
	var err error
	if q.At, err = queryTime(c, "at"); err != nil {
		return err
	}
	if seq := c.Query("seq"); seq != "" {
		if q.Seq, err = strconv.ParseInt(seq, 10, 64); err != nil || q.Seq < 1 {
			return badQuery("seq", "số của một sự kiện, từ 1")
		}
	}
	format := c.NegotiateFormat("application/json", "text/plain", "text/html")
	if format == "" {
		return &office.Problem{Status: http.StatusNotAcceptable, Code: "not_acceptable", Title: "Không có dạng được yêu cầu",
			Detail: "Phiếu có các dạng application/json, text/plain, text/html; hãy chọn một trong Accept."}
	}
	sheet, err := a.office.Proof(c.Request.Context(), principal(c), c.Param("code"), q)
	if err != nil {
		return err
	}
	c.Header("ETag", `"`+sheet.Hash+`"`)
	c.Header("Vary", "Accept")
	switch format {
	case "text/plain":
		c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(sheet.Text()))
		return nil
	case "text/html":
		c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
		c.Data(http.StatusOK, "text/html; charset=utf-8", sheet.Page())
		return nil
	}
	data, err := sheet.JSON()
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", data)
	return nil
}
