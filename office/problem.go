package office

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// Problem is an error for people: a stable code, a Vietnamese detail that says what to do, and nothing that leaks.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Article is the legal ground of a refusal.
	Article string `json:"article,omitempty"`
	// Errors point at the fields of the request, as JSON pointers.
	Errors []FieldError `json:"errors,omitempty"`
	// Findings are the faults of a definition, with positions.
	Findings procedure.Diagnostics `json:"findings,omitempty"`
	// RetryAfter asks to come back, where that helps.
	RetryAfter time.Duration `json:"-"`
	cause      error
}

// FieldError is one thing wrong with a request.
type FieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

func (p *Problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %s: %v", p.Code, p.Detail, p.cause)
	}
	return p.Code + ": " + p.Detail
}

func (p *Problem) Unwrap() error { return p.cause }

func forbidden(action string) *Problem {
	return &Problem{Status: http.StatusForbidden, Code: "forbidden", Title: "Không có quyền",
		Detail: fmt.Sprintf("Vai trò của bạn không được làm thao tác %q; hãy liên hệ quản trị nếu cần quyền này.", action)}
}

func notHere(why string) *Problem {
	return &Problem{Status: http.StatusForbidden, Code: "wrong_place", Title: "Không đúng nơi", Detail: "Bạn không làm được ở đây: " + why + "."}
}

// unknownDossier is the same whether the dossier does not exist or belongs to others: nothing leaks.
func unknownDossier(code string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "dossier_unknown", Title: "Không tìm thấy hồ sơ",
		Detail: fmt.Sprintf("Không có hồ sơ %q trong phạm vi của bạn; hãy kiểm tra lại mã.", code)}
}

// unknownMission is the same whether the mission does not exist or belongs to others.
func unknownMission(code string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "mission_unknown", Title: "Không tìm thấy mô hình",
		Detail: fmt.Sprintf("Không có mô hình đang thực hiện %q trong phạm vi của bạn; hãy kiểm tra lại mã.", code)}
}

func invalid(errs ...FieldError) *Problem {
	return &Problem{Status: http.StatusUnprocessableEntity, Code: "invalid", Title: "Dữ liệu chưa hợp lệ",
		Detail: "Hãy sửa các mục được chỉ ra rồi gửi lại.", Errors: errs}
}

func keyReused() *Problem {
	return &Problem{Status: http.StatusUnprocessableEntity, Code: "idempotency_key_reused", Title: "Khóa đã dùng",
		Detail: "Idempotency-Key này đã dùng cho một nội dung khác; hãy dùng khóa mới."}
}

func engineDown(cause error) *Problem {
	return &Problem{Status: http.StatusServiceUnavailable, Code: "engine_down", Title: "Chưa xử lý được",
		Detail: "Hệ thống xử lý đang tạm gián đoạn, chưa có gì thay đổi; hãy gửi lại sau ít giây với cùng Idempotency-Key.", RetryAfter: 5 * time.Second, cause: cause}
}

func databaseDown(cause error) *Problem {
	return &Problem{Status: http.StatusServiceUnavailable, Code: "database_down", Title: "Chưa xử lý được",
		Detail: "Cơ sở dữ liệu đang tạm gián đoạn, chưa có gì thay đổi; hãy gửi lại sau ít giây với cùng Idempotency-Key.", RetryAfter: 5 * time.Second, cause: cause}
}

// closed says that a dossier has ended.
func closed(v dossier.View) *Problem {
	return &Problem{Status: http.StatusConflict, Code: "closed", Title: "Hồ sơ đã kết thúc",
		Detail: fmt.Sprintf("Hồ sơ đã kết thúc (%s); không thể thao tác thêm.", v.Status.Vietnamese())}
}

// stale says that the dossier moved on since the caller looked.
func stale() error {
	return &dossier.Refusal{Code: "stale", Detail: "Hồ sơ đã thay đổi từ khi bạn mở; hãy tải lại rồi thao tác."}
}

// refused turns the machine's refusal into a problem: 412 for a stale form, 409 for a wrong state, 422 for the rest.
func refused(r *dossier.Refusal) *Problem {
	p := &Problem{Status: http.StatusConflict, Code: r.Code, Title: "Thao tác bị từ chối", Detail: r.Detail, Article: r.Article}
	switch {
	case r.Code == "stale":
		p.Status = http.StatusPreconditionFailed
	case r.Code == "key_reused":
		return keyReused()
	case r.Field != "":
		p.Status = http.StatusUnprocessableEntity
		p.Errors = []FieldError{{Pointer: r.Field, Detail: r.Detail}}
	}
	return p
}

// ProblemOf turns any error into a problem; what nobody foresaw becomes a 500 without a word of its cause.
func ProblemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var r *dossier.Refusal
	if errors.As(err, &r) {
		return refused(r)
	}
	if models.IsUnavailable(err) {
		return databaseDown(err)
	}
	return &Problem{Status: http.StatusInternalServerError, Code: "internal", Title: "Lỗi hệ thống",
		Detail: "Đã có lỗi ngoài dự kiến và được ghi lại; hãy thử lại, nếu còn lỗi hãy báo quản trị kèm mã yêu cầu.", cause: err}
}
