package procedure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/procedure"
)

const constructHead = `motcua: 1
code: "1.000001"
name: Thủ tục mẫu
field: mau
level: commune
agency: ubnd-xa
results: [{id: kq, name: Kết quả}]
escalation: standard
`

const constructEnd = `  - {id: tra, name: Trả kết quả, role: mot-cua, agency: receiving, return: true, results: [kq]}
  - {id: tu-choi, name: Trả phiếu từ chối, role: mot-cua, agency: receiving, return: true, refusal: true}
`

// constructs are what the language lets happen by itself, one in each body, by what the words beside the drawing say of it.
func constructs() map[string]string {
	return map[string]string{
		"Người nộp bổ sung hồ sơ trong 15 ngày, quá thì từ chối tiếp nhận, hoặc dừng giải quyết nếu đã tiếp nhận, nhắc trước 5 ngày và 1 ngày; căn cứ: NĐ mẫu Đ7.\n": `limit: 2wd
supplement: {answer: 15d, closing: {ground: "NĐ mẫu Đ7", remind: [5d, 1d]}}
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 2wd, may: [supplement], outcomes: {dat: tra, khong: tu-choi}}
`,
		"; người nộp trong 20 ngày, quá thì dừng giải quyết; căn cứ: Luật mẫu Đ3.": `limit: 2wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 2wd, outcomes: {dat: cho, khong: tu-choi}}
  - {id: cho, name: Chờ hợp đồng, wait: act, leg: applicant, clock: excluded, ground: "Luật mẫu Đ1", expires: 20d, closing: {ground: "Luật mẫu Đ3"}}
`,
		"; quá 3 ngày làm việc không trả lời thì coi là đồng ý; căn cứ: Luật mẫu Đ5.": `limit: 5wd
steps:
  - {id: gui, name: Gửi, role: chuyen-vien, limit: 1wd, outcomes: {gui: [xa, so]}}
  - {id: xa, name: Xã, role: chuyen-vien, limit: 3wd, outcomes: {xong: gop}}
  - {id: so, name: Sở cho ý kiến, role: can-bo, agency: so, limit: 3wd, silence: dong-y, ground: "Luật mẫu Đ5", outcomes: {dong-y: gop, phan-doi: gop}}
  - {id: gop, name: Gộp, role: chuyen-vien, after: [xa, so], limit: 1wd, outcomes: {dat: tra, khong: tu-choi}}
`,
		"Đăng ký thường trú [Hồ sơ con 1.004222, 6 ngày làm việc]; mở hồ sơ của thủ tục 1.004222 do công an xã giải quyết và chờ kết quả.": `limit: 8wd
steps:
  - {id: lam, name: Làm, role: chuyen-vien, limit: 2wd, outcomes: {dat: cu-tru, khong: tu-choi}}
  - {id: cu-tru, name: Đăng ký thường trú, procedure: "1.004222", agency: cong-an-xa, limit: 6wd, outcomes: {finished: tra, refused: tu-choi, stopped: tu-choi}}
`,
	}
}

// The words beside the drawing say what each construct of the language does to a dossier.
func TestDescribeSaysWhatHappensByItself(t *testing.T) {
	t.Parallel()
	for says, body := range constructs() {
		p := compileSample(t, constructHead+body+constructEnd)
		require.Contains(t, procedure.Describe(p), says)
		require.Contains(t, string(procedure.Draw(p)), says[:20], "the drawing carries the words")
	}
}
