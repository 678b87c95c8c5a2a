package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"motcua/office"
	"motcua/procedure"
)

// maxDefinition bounds a request with a definition: the largest that the language takes, as a JSON string.
const maxDefinition = 4 << 20

// versionRoutes are the routes of versions of procedures and of the decisions that publish them.
func (a *api) versionRoutes() []Route {
	get, post, put := http.MethodGet, http.MethodPost, http.MethodPut
	return []Route{
		{Method: get, Path: "/v1/versions", run: a.versions},
		{Method: post, Path: "/v1/versions", Effect: true, Body: maxDefinition, run: a.draftVersion},
		{Method: get, Path: "/v1/versions/:id", run: a.version},
		{Method: put, Path: "/v1/versions/:id", Effect: true, Body: maxDefinition, run: a.editVersion},
		{Method: post, Path: "/v1/versions/:id/acts", Effect: true, run: a.actOnVersion},
		{Method: get, Path: "/v1/versions/:id/diff", run: a.versionDiff},
		{Method: post, Path: "/v1/publication-decisions", Effect: true, run: a.recordDecision},
		{Method: get, Path: "/v1/publication-decisions", run: a.decisions},
		{Method: get, Path: "/v1/publication-decisions/:id", run: a.decision},
	}
}

func (a *api) versions(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	f := office.VersionFilter{Code: c.Query("code"), State: c.Query("state"), Agency: c.Query("agency"), Limit: limit, Cursor: cursor}
	if f.State != "" && !slices.Contains(office.VersionStates(), f.State) {
		return badQuery("state", strings.Join(office.VersionStates(), ", "))
	}
	if lead, ok := c.GetQuery("lead"); ok {
		f.Lead = &lead
	}
	if f.InForce, err = queryTrue(c, "in_force"); err != nil {
		return err
	}
	list, next, err := a.office.Versions(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) version(c *gin.Context) error {
	v, err := a.office.Version(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	versioned(c, http.StatusOK, v)
	return nil
}

func versioned(c *gin.Context, status int, v office.Version) {
	c.Header("Location", "/v1/versions/"+v.ID)
	c.Header("ETag", etag(v.Revision))
	c.JSON(status, v)
}

func (a *api) draftVersion(c *gin.Context) error {
	key, in, err := order[office.VersionDraft](c)
	if err != nil {
		return err
	}
	v, err := a.office.DraftVersion(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	versioned(c, http.StatusCreated, v)
	return nil
}

func (a *api) editVersion(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	expect, err := expected(c)
	if err != nil {
		return err
	}
	var in office.VersionDraft
	if err := body(c, &in); err != nil {
		return err
	}
	v, err := a.office.EditVersion(c.Request.Context(), principal(c), c.Param("id"), in, key, expect)
	if err != nil {
		return err
	}
	versioned(c, http.StatusOK, v)
	return nil
}

func (a *api) actOnVersion(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	expect, err := expected(c)
	if err != nil {
		return err
	}
	var in office.VersionActBody
	if err := body(c, &in); err != nil {
		return err
	}
	v, err := a.office.ActOnVersion(c.Request.Context(), principal(c), c.Param("id"), in, key, expect)
	if err != nil {
		return err
	}
	versioned(c, http.StatusOK, v)
	return nil
}

func (a *api) versionDiff(c *gin.Context) error {
	with := c.Query("with")
	if with == "" {
		return badQuery("with", "mã phiên bản để so sánh")
	}
	return difference(c, func() (procedure.Difference, error) {
		return a.office.VersionDiff(c.Request.Context(), principal(c), c.Param("id"), with)
	})
}

// difference answers with data, or in words where text is asked for.
func difference(c *gin.Context, diff func() (procedure.Difference, error)) error {
	words, err := queryTrue(c, "text")
	if err != nil {
		return err
	}
	d, err := diff()
	if err != nil {
		return err
	}
	if words {
		c.String(http.StatusOK, "%s", d)
		return nil
	}
	c.JSON(http.StatusOK, d)
	return nil
}

func (a *api) recordDecision(c *gin.Context) error {
	key, in, err := order[office.PublicationDecision](c)
	if err != nil {
		return err
	}
	d, err := a.office.RecordDecision(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/publication-decisions/"+d.ID)
	c.JSON(http.StatusCreated, d)
	return nil
}

func (a *api) decisions(c *gin.Context) error {
	limit, cursor, err := page(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.Decisions(c.Request.Context(), principal(c), c.Query("code"), limit, cursor)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func (a *api) decision(c *gin.Context) error {
	d, err := a.office.Decision(c.Request.Context(), principal(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, d)
	return nil
}
