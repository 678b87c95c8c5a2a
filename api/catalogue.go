package api

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

func (a *api) catalogue(c *gin.Context) error {
	f, err := catalogueFilter(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Catalogue(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func cataloguePart(c *gin.Context) office.CataloguePart {
	return office.CataloguePart{
		Text: c.Query("text"), Field: c.Query("field"), Agency: c.Query("agency"), Ministry: c.Query("ministry"), Level: c.Query("level"),
		Levels: c.Query("levels"), Rule: c.Query("finding"),
	}
}

func catalogueFilter(c *gin.Context) (f office.CatalogueFilter, err error) {
	f.CataloguePart = cataloguePart(c)
	if f.Limit, f.Cursor, err = page(c); err != nil {
		return f, err
	}
	for _, q := range []struct {
		name string
		set  **bool
	}{{"published", &f.Published}, {"electronic", &f.Electronic}, {"outdated", &f.Outdated}, {"absent", &f.Absent}} {
		if *q.set, err = queryBool(c, q.name); err != nil {
			return f, err
		}
	}
	f.Internal = c.Query("internal")
	if f.Internal != "" && !slices.Contains([]string{"official", "inferred", "sample", "none"}, f.Internal) {
		return f, badQuery("internal", "official, inferred, sample hoặc none")
	}
	return f, nil
}

func (a *api) catalogueEntry(c *gin.Context) error {
	e, err := a.office.CatalogueEntry(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.Header("ETag", strconv.Quote(strconv.Itoa(e.Revision)))
	c.JSON(http.StatusOK, e)
	return nil
}

func (a *api) catalogueDraft(c *gin.Context) error {
	text, err := a.office.CatalogueDraft(c.Request.Context(), principal(c), c.Param("code"), c.Query("level"))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", text)
	return nil
}

// catalogueImport reads the file as it comes: it may be larger than any other body.
func (a *api) catalogueImport(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	if c.GetBool("too_large") {
		return &http.MaxBytesError{Limit: maxFile}
	}
	kind, _, err := mime.ParseMediaType(c.ContentType())
	if err != nil || !slices.Contains([]string{"application/jsonl", "application/x-ndjson"}, strings.ToLower(kind)) {
		return &office.Problem{Status: http.StatusUnsupportedMediaType, Code: "media_type", Title: "Sai kiểu nội dung",
			Detail: "Hãy gửi Content-Type: application/jsonl, mỗi dòng một thủ tục."}
	}
	full, err := queryBool(c, "full")
	if err != nil {
		return err
	}
	report, err := a.office.ImportCatalogue(c.Request.Context(), principal(c), office.CatalogueFile{
		Name: c.Query("file"), Body: c.Request.Body, Full: full != nil && *full,
	}, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/catalogue/imports/"+report.Import)
	c.JSON(http.StatusCreated, report)
	return nil
}

func (a *api) catalogueReport(c *gin.Context) error {
	report, err := a.office.CatalogueReport(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, report)
	return nil
}

func (a *api) catalogueRefused(c *gin.Context) error {
	lines, err := a.office.CatalogueRefused(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/jsonl; charset=utf-8", lines)
	return nil
}

func (a *api) coverage(c *gin.Context) error {
	report, err := a.office.CoverageLedger(c.Request.Context(), principal(c), c.Query("by"), cataloguePart(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, report)
	return nil
}
