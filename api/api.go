// Package api is the HTTP face of the office under /v1: it translates requests into use cases and their answers into JSON,
// and refuses in problem+json. It decides nothing.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// Config wires the API.
type Config struct {
	Office *office.Office
	// Authenticate finds the principal of an API key.
	Authenticate func(ctx context.Context, key string) (office.Principal, error)
	// Ready answers /readyz: the state of each part, and whether requests may be served.
	Ready   func(ctx context.Context) (parts map[string]string, ok bool)
	Metrics http.Handler
	Logger  *slog.Logger
	// Rate is how many requests a second one principal may make, with bursts of ten times that; 0 means no limit.
	Rate float64
}

// maxBody bounds request bodies; a route may take more.
const maxBody = 1 << 20

// maxFile bounds a file of published procedures: the whole national catalogue, several times over.
const maxFile = 64 << 20

type api struct {
	Config
	office *office.Office
	limits limiter
}

// New returns the handler of every route of the API. Pages beside it may be mounted on the same engine.
func New(c Config) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	a := &api{Config: c, office: c.Office, limits: newLimiter(c.Rate)}
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(nil); err != nil {
		panic(err) // nil is always accepted
	}
	e.Use(a.trace, a.recover, secure, limitBody(a.routes()))
	e.NoRoute(a.handle(func(*gin.Context) error { return notFound() }))
	e.NoMethod(a.handle(func(*gin.Context) error { return methodNotAllowed() }))
	for _, r := range a.routes() {
		handlers := []gin.HandlerFunc{}
		if !r.Public {
			handlers = append(handlers, a.handle(a.authenticate), a.handle(a.throttle))
		}
		e.Handle(r.Method, r.Path, append(handlers, a.handle(r.run))...)
	}
	if c.Metrics != nil {
		e.GET("/metrics", gin.WrapH(c.Metrics))
	}
	return e
}

// Route is one line of the API's table: what the OpenAPI document and the tests are checked against.
type Route struct {
	Method, Path string
	// Public routes need no key.
	Public bool
	// Effect routes need an Idempotency-Key.
	Effect bool
	// Body is the largest body in bytes; 0 means maxBody.
	Body int64
	run  func(*gin.Context) error
}

func (a *api) routes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return append([]Route{
		{Method: get, Path: "/livez", Public: true, run: a.live},
		{Method: get, Path: "/readyz", Public: true, run: a.ready},
		{Method: get, Path: "/openapi.json", Public: true, run: a.document},
		{Method: get, Path: "/docs", Public: true, run: a.docs},
		{Method: get, Path: "/problems/:code", Public: true, run: a.problem},

		{Method: get, Path: "/v1/me", run: a.me},
		{Method: get, Path: "/v1/procedures", run: a.procedures},
		{Method: get, Path: "/v1/procedures/:code", run: a.procedure},
		{Method: get, Path: "/v1/procedures/:code/drawing", run: a.drawing},
		{Method: post, Path: "/v1/procedures/:code/simulation", run: a.simulation},
		{Method: post, Path: "/v1/backtest", run: a.backtest},
		{Method: get, Path: "/v1/catalogue", run: a.catalogue},
		{Method: get, Path: "/v1/catalogue/:code", run: a.catalogueEntry},
		{Method: get, Path: "/v1/catalogue/:code/draft", run: a.catalogueDraft},
		{Method: post, Path: "/v1/catalogue/imports", Effect: true, Body: maxFile, run: a.catalogueImport},
		{Method: get, Path: "/v1/catalogue/imports/:id", run: a.catalogueReport},
		{Method: get, Path: "/v1/catalogue/imports/:id/refused", run: a.catalogueRefused},
		{Method: get, Path: "/v1/coverage", run: a.coverage},
		{Method: get, Path: "/v1/calendar/due", run: a.due},

		{Method: post, Path: "/v1/dossiers", Effect: true, run: a.submit},
		{Method: get, Path: "/v1/dossiers", run: a.dossiers},
		{Method: get, Path: "/v1/dossiers/:code", run: a.dossier},
		{Method: get, Path: "/v1/dossiers/:code/proof", run: a.proof},
		{Method: post, Path: "/v1/dossiers/:code/acts", Effect: true, run: a.act},
		{Method: get, Path: "/v1/acts/:id", run: a.actState},
		{Method: get, Path: "/v1/dossiers/:code/comments", run: a.comments},
		{Method: post, Path: "/v1/dossiers/:code/comments", Effect: true, run: a.comment},
		{Method: get, Path: "/v1/dossiers/:code/attachments", run: a.attachments},
		{Method: post, Path: "/v1/dossiers/:code/attachments", Effect: true, run: a.attach},

		{Method: get, Path: "/v1/tasks", run: a.tasks},
		{Method: get, Path: "/v1/escalations", run: a.escalations},
	}, slices.Concat(a.missionRoutes(), a.definitionRoutes(), a.versionRoutes(), a.moveRoutes(), a.checkRoutes(), a.signalRoutes(), a.reductionRoutes(), a.escalationRoutes(), a.calendarRoutes())...)
}

// Routes lists the routes for documents and tests.
func Routes() []Route { return (&api{}).routes() }

// handle turns an error into a problem.
func (a *api) handle(run func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := run(c); err != nil {
			a.fail(c, err)
		}
	}
}
