package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"motcua/office"
)

// body reads exactly one JSON value; unknown members and trailing text are refused with the place.
func body(c *gin.Context, out any) error {
	if c.GetBool("too_large") {
		return &http.MaxBytesError{Limit: maxBody}
	}
	kind, _, err := mime.ParseMediaType(c.ContentType())
	if err != nil || kind != "application/json" {
		return &office.Problem{Status: http.StatusUnsupportedMediaType, Code: "media_type", Title: "Sai kiểu nội dung", Detail: "Hãy gửi Content-Type: application/json."}
	}
	dec := json.NewDecoder(c.Request.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(out); err != nil {
		return badJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badJSON(errors.New("trailing text"))
	}
	return nil
}

func badJSON(err error) error {
	var (
		large *http.MaxBytesError
		kind  *json.UnmarshalTypeError
	)
	if errors.As(err, &large) {
		return err
	}
	f := office.FieldError{Pointer: "", Detail: "Nội dung không phải JSON hợp lệ."}
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case errors.As(err, &kind):
		f = office.FieldError{Pointer: "/" + strings.ReplaceAll(kind.Field, ".", "/"), Detail: fmt.Sprintf("Sai kiểu dữ liệu: nhận %s.", kind.Value)}
	case unknown:
		f = office.FieldError{Pointer: "/" + strings.Trim(name, `"`), Detail: "Không có mục này; xem /docs."}
	}
	return &office.Problem{Status: http.StatusBadRequest, Code: "bad_json", Title: "Nội dung không đọc được", Detail: f.Detail, Errors: []office.FieldError{f}}
}

// order reads what a caller asks to have done, and the key that a repeated call has too. Of two faults the missing key is told.
func order[In any](c *gin.Context) (key string, in In, err error) {
	if key, err = idempotencyKey(c); err == nil {
		err = body(c, &in)
	}
	return key, in, err
}

// idempotencyKey demands the key of a request with an effect.
func idempotencyKey(c *gin.Context) (string, error) {
	key := strings.Trim(c.GetHeader("Idempotency-Key"), `"`)
	if key == "" || len(key) > 200 {
		return "", &office.Problem{Status: http.StatusBadRequest, Code: "idempotency_key_missing", Title: "Thiếu Idempotency-Key",
			Detail: "Mỗi yêu cầu có tác dụng phải kèm tiêu đề Idempotency-Key (tối đa 200 ký tự), giữ nguyên khi gửi lại."}
	}
	return key, nil
}

// expected reads If-Match: the revision that the caller saw; 0 where there is none.
func expected(c *gin.Context) (int64, error) {
	tag := c.GetHeader("If-Match")
	if tag == "" || tag == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || n < 1 {
		return 0, &office.Problem{Status: http.StatusBadRequest, Code: "if_match", Title: "If-Match không hợp lệ", Detail: "If-Match là ETag đã nhận khi đọc hồ sơ, ví dụ \"3\"."}
	}
	return n, nil
}

func etag(revision int64) string { return strconv.Quote(strconv.FormatInt(revision, 10)) }

// page reads limit and cursor.
func page(c *gin.Context) (limit int, cursor string, err error) {
	limit = 50
	if s := c.Query("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > 200 {
			return 0, "", badQuery("limit", "từ 1 đến 200")
		}
	}
	return limit, c.Query("cursor"), nil
}

func queryTime(c *gin.Context, name string) (time.Time, error) {
	s := c.Query(name)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, badQuery(name, "thời điểm RFC 3339 có múi giờ, ví dụ 2026-11-24T09:00:00+07:00")
	}
	return t, nil
}

// queryTrue reads a flag that is true or not there.
func queryTrue(c *gin.Context, name string) (bool, error) {
	s := c.Query(name)
	if s != "" && s != "true" {
		return false, badQuery(name, "true")
	}
	return s == "true", nil
}

// queryBool reads true or false; nil where there is neither.
func queryBool(c *gin.Context, name string) (*bool, error) {
	s := c.Query(name)
	if s == "" {
		return nil, nil //nolint:nilnil // not asked
	}
	if s != "true" && s != "false" {
		return nil, badQuery(name, "true hoặc false")
	}
	b := s == "true"
	return &b, nil
}

func badQuery(name, want string) error {
	return &office.Problem{Status: http.StatusBadRequest, Code: "bad_query", Title: "Tham số không hợp lệ",
		Detail: fmt.Sprintf("Tham số %s phải là %s.", name, want), Errors: []office.FieldError{{Pointer: "?" + name, Detail: want}}}
}
