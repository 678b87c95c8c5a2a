package api

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"motcua/office"
	"motcua/procedure"
)

const (
	keyRequestID = "request_id"
	keyPrincipal = "principal"
	keyBodyLimit = "body_limit"
)

// trace gives every request an id that appears in the answer, in problems and in the log.
func (a *api) trace(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if len(id) == 0 || len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return r < '!' || r > '~' }) {
		var b [8]byte
		_, _ = rand.Read(b[:]) // crypto/rand never fails on supported systems
		id = hex.EncodeToString(b[:])
	}
	c.Set(keyRequestID, id)
	c.Header("X-Request-Id", id)
	start := time.Now()
	c.Next()
	if a.Logger != nil {
		a.Logger.Debug("http", "method", c.Request.Method, "route", c.FullPath(), "status", c.Writer.Status(), "ms", time.Since(start).Milliseconds(), "request", id)
	}
}

// recover answers a panic like any unforeseen error: with a problem, and without a word of its cause.
func (a *api) recover(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			a.fail(c, fmt.Errorf("panic: %v", r))
		}
	}()
	c.Next()
}

func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	c.Next()
}

// limitBody bounds each route's body.
func limitBody(routes []Route) gin.HandlerFunc {
	most := map[string]int64{}
	for _, r := range routes {
		most[r.Method+" "+r.Path] = r.Body
	}
	return func(c *gin.Context) {
		limit := cmp.Or(most[c.Request.Method+" "+c.FullPath()], maxBody)
		c.Set(keyBodyLimit, limit)
		if c.Request.ContentLength > limit {
			c.Request.Body = http.NoBody
			c.Set("too_large", true)
		} else {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		}
		c.Next()
	}
}

// authenticate demands an API key, as "Authorization: Bearer …" or "X-API-Key".
func (a *api) authenticate(c *gin.Context) error {
	key := c.GetHeader("X-API-Key")
	if token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer "); ok {
		key = token
	}
	if key == "" {
		return unauthorized()
	}
	p, err := a.Authenticate(c.Request.Context(), key)
	if err != nil {
		return err
	}
	c.Set(keyPrincipal, p)
	return nil
}

func principal(c *gin.Context) office.Principal {
	p, _ := c.MustGet(keyPrincipal).(office.Principal)
	return p
}

// limiter limits each principal on its own.
type limiter struct {
	rate  float64
	mu    *sync.Mutex
	byKey map[string]*rate.Limiter
}

func newLimiter(perSecond float64) limiter {
	return limiter{rate: perSecond, mu: &sync.Mutex{}, byKey: map[string]*rate.Limiter{}}
}

func (a *api) throttle(c *gin.Context) error {
	if a.limits.rate <= 0 {
		return nil
	}
	id := principal(c).ID
	a.limits.mu.Lock()
	l, ok := a.limits.byKey[id]
	if !ok {
		l = rate.NewLimiter(rate.Limit(a.limits.rate), int(a.limits.rate*10))
		a.limits.byKey[id] = l
	}
	a.limits.mu.Unlock()
	r := l.Reserve()
	if wait := r.Delay(); wait > 0 {
		r.Cancel()
		return &office.Problem{Status: http.StatusTooManyRequests, Code: "rate_limited", Title: "Quá nhiều yêu cầu",
			Detail: "Bạn gửi quá nhanh; hãy chờ theo Retry-After rồi gửi lại.", RetryAfter: max(wait, time.Second)}
	}
	return nil
}

func unauthorized() *office.Problem {
	return &office.Problem{Status: http.StatusUnauthorized, Code: "unauthorized", Title: "Chưa xác thực",
		Detail: "Hãy gửi khóa API trong tiêu đề Authorization: Bearer <khóa>."}
}

func notFound() *office.Problem {
	return &office.Problem{Status: http.StatusNotFound, Code: "route_unknown", Title: "Không có địa chỉ này", Detail: "Xem danh sách địa chỉ ở /docs."}
}

func methodNotAllowed() *office.Problem {
	return &office.Problem{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", Title: "Phương thức không dùng được", Detail: "Xem phương thức của địa chỉ này ở /docs."}
}

// problemBody is RFC 9457.
type problemBody struct {
	Type     string                `json:"type"`
	Title    string                `json:"title"`
	Status   int                   `json:"status"`
	Detail   string                `json:"detail"`
	Instance string                `json:"instance,omitempty"`
	Code     string                `json:"code"`
	Article  string                `json:"article,omitempty"`
	TraceID  string                `json:"traceId"`
	Errors   []office.FieldError   `json:"errors,omitempty"`
	Findings procedure.Diagnostics `json:"findings,omitempty"`
}

func (a *api) fail(c *gin.Context, err error) {
	var large *http.MaxBytesError
	p := office.ProblemOf(err)
	if c.GetBool("too_large") || errors.As(err, &large) {
		p = &office.Problem{Status: http.StatusRequestEntityTooLarge, Code: "body_too_large", Title: "Nội dung quá lớn",
			Detail: fmt.Sprintf("Nội dung gửi lên tối đa %d KiB.", c.GetInt64(keyBodyLimit)>>10)}
	}
	if p.Status >= 500 && a.Logger != nil {
		a.Logger.Error("request failed", "request", c.GetString(keyRequestID), "route", c.FullPath(), "error", err)
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	if p.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", `Bearer realm="motcua"`)
	}
	c.Header("Content-Type", "application/problem+json; charset=utf-8")
	c.AbortWithStatusJSON(p.Status, problemBody{
		Type: "/problems/" + p.Code, Title: p.Title, Status: p.Status, Detail: p.Detail, Instance: c.Request.URL.Path,
		Code: p.Code, Article: p.Article, TraceID: c.GetString(keyRequestID), Errors: p.Errors, Findings: p.Findings,
	})
}
