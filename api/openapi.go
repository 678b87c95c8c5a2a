package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed openapi.json
var openAPI []byte

// document serves the OpenAPI 3.1 document. It is written by hand, because partners review it; a test holds it to the table
// of routes.
func (a *api) document(c *gin.Context) error {
	c.Data(http.StatusOK, "application/json; charset=utf-8", openAPI)
	return nil
}

type operation struct {
	Method, Path, Summary, Description string
	Effect                             bool
}

// docs is the document as a page that people read, without scripts.
func (a *api) docs(c *gin.Context) error {
	var doc struct {
		Info struct {
			Title, Version, Description string
		}
		Paths map[string]map[string]struct {
			Summary, Description string
		}
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		return fmt.Errorf("openapi.json: %w", err)
	}
	var list []operation
	for _, r := range a.routes() {
		op := doc.Paths[templated(r.Path)][strings.ToLower(r.Method)]
		list = append(list, operation{r.Method, templated(r.Path), op.Summary, op.Description, r.Effect})
	}
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	return docsPage.Execute(c.Writer, map[string]any{"Doc": doc.Info, "Routes": list})
}

// templated writes a gin path as OpenAPI does.
func templated(path string) string {
	return regexp.MustCompile(`:(\w+)`).ReplaceAllString(path, "{$1}")
}

// problem explains a problem code: the page that every problem's type points at.
func (a *api) problem(c *gin.Context) error {
	code := c.Param("code")
	text, ok := problemTexts()[code]
	if !ok {
		text = "Mã lỗi nghiệp vụ. Nội dung cụ thể nằm ở trường detail của câu trả lời; căn cứ pháp lý, nếu có, ở trường article."
	}
	c.Header("Content-Type", "text/html; charset=utf-8")
	return problemPage.Execute(c.Writer, map[string]string{"Code": code, "Text": text})
}

func problemTexts() map[string]string {
	return map[string]string{
		"unauthorized":            "Yêu cầu không kèm khóa API hợp lệ. Gửi Authorization: Bearer <khóa>.",
		"forbidden":               "Vai trò của khóa không được làm thao tác này. Bảng quyền ở docs/permissions.",
		"wrong_place":             "Thao tác phải do đúng cơ quan đang giữ việc, nơi nhận hoặc cơ quan giải quyết thực hiện.",
		"wrong_position":          "Việc phải do người giữ chức danh mà bước quy trình nêu, người được giao việc hoặc lãnh đạo của họ làm; detail nói ai đang giữ chức danh đó.",
		"dossier_unknown":         "Không có hồ sơ trong phạm vi của bạn. Hồ sơ của cơ quan khác cũng được trả lời như vậy.",
		"mission_unknown":         "Không có mô hình đang thực hiện trong phạm vi của bạn. Mô hình của cơ quan khác cũng được trả lời như vậy.",
		"same_person":             "Người soạn không tự duyệt, người báo hoàn thành không tự nghiệm thu: cần một người khác.",
		"invalid":                 "Dữ liệu chưa hợp lệ; trường errors chỉ ra từng mục bằng JSON Pointer.",
		"idempotency_key_missing": "Yêu cầu có tác dụng phải kèm Idempotency-Key; gửi lại thì giữ nguyên khóa.",
		"idempotency_key_reused":  "Khóa đã dùng cho nội dung khác; hãy dùng khóa mới cho nội dung mới.",
		"stale":                   "Hồ sơ đã thay đổi so với ETag gửi trong If-Match; hãy đọc lại rồi thao tác.",
		"engine_down":             "Bộ máy xử lý tạm gián đoạn; chưa có gì thay đổi. Gửi lại sau Retry-After với cùng khóa.",
		"database_down":           "Cơ sở dữ liệu tạm gián đoạn; chưa có gì thay đổi. Gửi lại sau Retry-After với cùng khóa.",
		"act_failed":              "Hệ thống không thực hiện được thao tác sau nhiều lần thử; thao tác chưa được ghi nhận, quản trị đã được báo.",
		"frozen":                  "Hồ sơ tạm khóa vì dữ liệu lưu trữ không khớp; chưa nhận thao tác nào cho đến khi quản trị xử lý xong.",
		"rate_limited":            "Quá nhiều yêu cầu; chờ theo Retry-After.",
		"body_too_large":          "Nội dung vượt giới hạn.",
		"bad_json":                "Nội dung không phải JSON đúng mẫu; xem /docs.",
		"entry_unknown":           "Không có thủ tục này trong danh mục đã công bố; tìm ở /v1/catalogue.",
		"import_unknown":          "Không có lượt nhập danh mục này.",
		"definition_faulty":       "Định nghĩa còn lỗi; findings nêu từng lỗi với dòng, cột, quy tắc và gợi ý.",
		"version_unknown":         "Không có phiên bản này, hoặc chưa công bố và bạn không có quyền đọc bản dự thảo.",
		"version_state":           "Phiên bản đang ở bước khác; detail nói bước nào.",
		"version_overlap":         "Hai phiên bản của một thủ tục không được có hiệu lực cùng lúc; detail nêu phiên bản trùng.",
		"if_match_missing":        "Sửa bản dự thảo phải kèm If-Match là ETag đã nhận khi đọc.",
		"procedure_withdrawn":     "Thủ tục tạm dừng tiếp nhận theo văn bản nêu ở article; hồ sơ đã nộp vẫn được giải quyết.",
		"procedure_repealed":      "Thủ tục đã bị bãi bỏ theo quyết định nêu ở article; hồ sơ đã nộp vẫn được giải quyết.",
		"procedure_not_yet":       "Thủ tục chưa đến ngày có hiệu lực.",
		"move_unknown":            "Không có lượt chuyển phiên bản này.",
		"check_unknown":           "Không có lượt kiểm tra đồng hồ này; danh sách ở /v1/checks.",
		"move_state":              "Lượt chuyển đang ở trạng thái khác; detail nói trạng thái nào.",
		"signal_unknown":          "Không có dấu hiệu này trong phạm vi của bạn.",
		"signal_state":            "Dấu hiệu không còn mở nên không bỏ qua được.",
		"backdate_right":          "Ghi lùi thời điểm là việc của cán bộ một cửa hoặc lãnh đạo, có văn bản và trong mức cho phép; mỗi lần là một phát hiện của kiểm soát thủ tục.",
		"proof_too_early":         "Đến thời điểm được hỏi chưa có sự kiện nào được ghi nhận.",
		"not_acceptable":          "Không có dạng nội dung được yêu cầu trong Accept.",
		"letter_unknown":          "Hồ sơ không có văn bản số này; danh sách ở /v1/dossiers/{code}/letters.",
		"standing_unknown":        "Không có quyết định chung này.",
		"standing_state":          "Quyết định chung đang ở bước khác; detail nói bước nào.",
		"inspection_unknown":      "Hồ sơ không có cuộc kiểm tra số này.",
		"inspection_state":        "Cuộc kiểm tra đang ở bước khác, hoặc do người khác giữ; detail nói rõ.",
		"proposal_unknown":        "Không có đề nghị xin lỗi, hẹn lại đang chờ ký với số này.",
		"amendment_unknown":       "Không có văn bản sửa lịch hay quyết định loại trừ này.",
		"amendment_faulty":        "Văn bản sửa lịch còn lỗi; findings nêu từng lỗi với dòng, cột và gợi ý.",
		"amendment_state":         "Văn bản đang ở bước khác; detail nói bước nào.",
		"amendment_needed":        "Văn bản khác dựa vào văn bản này; hoàn tác các văn bản ấy trước.",
		"preview_stale":           "Lịch đã thay đổi từ khi xem trước; xem trước lại rồi công bố.",
		"calendar_unknown":        "Không có lịch của cơ quan này.",
		"calendar_without_layer":  "Lịch của cơ quan nêu trong detail không thuộc lớp nào nên văn bản không đến được.",
		"outage_final":            "Thời gian đã loại trừ không rút lại được: ngày đã hẹn không được sớm lại.",
		"wrong_state":             "Trạng thái hiện tại của hồ sơ không cho phép thao tác này.",
		"internal":                "Lỗi ngoài dự kiến, đã được ghi lại theo mã yêu cầu (traceId).",
	}
}

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Doc.Title}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}
code{white-space:nowrap}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}td,th{border-color:#444}a{color:#8bf}}</style></head>
<body><h1>{{.Doc.Title}} {{.Doc.Version}}</h1><p>{{.Doc.Description}}</p><p>Tài liệu máy đọc: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<table><thead><tr><th>Phương thức</th><th>Địa chỉ</th><th>Việc</th></tr></thead><tbody>
{{range .Routes}}<tr><td>{{.Method}}</td><td><code>{{.Path}}</code></td><td><strong>{{.Summary}}</strong>{{if .Effect}} (cần Idempotency-Key){{end}}<br>{{.Description}}</td></tr>
{{end}}</tbody></table></body></html>`))

var problemPage = template.Must(template.New("problem").Parse(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{{.Code}}</title></head><body><h1><code>{{.Code}}</code></h1><p>{{.Text}}</p></body></html>`))
