package simulate

import (
	"fmt"
	"strings"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/procedure"
)

// letter names the paper that an event owes somebody, with its form. Forms come in dated sets with the one-stop rules
// (clock.md §10): TT 01/2018 with NĐ 61, TT 03/2025 with NĐ 118.
func letter(s *dossier.State, e *dossier.Event) string {
	newer := calendar.DateOf(e.At) >= calendar.NewDate(2025, 7, 1)
	if s.Rules != "" {
		newer = s.Rules == dossier.RulesND118
	}
	form := func(name, old, now string) string {
		switch {
		case newer && now != "":
			return fmt.Sprintf("%s (mẫu %s, TT 03/2025/TT-VPCP)", name, now)
		case !newer && old != "":
			return fmt.Sprintf("%s (mẫu %s, TT 01/2018/TT-VPCP)", name, old)
		}
		return name
	}
	switch b := e.Body.(type) {
	case dossier.Accepted:
		return form("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "01", "01")
	case dossier.IntakeRefused:
		return form("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "03", "03")
	case dossier.SupplementRequested:
		return form("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "02", "02")
	case dossier.Reappointed:
		if newer {
			return form("Văn bản xin lỗi và đề nghị gia hạn", "", "04")
		}
		return form("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "04", "")
	case dossier.Stopped:
		return form("Thông báo dừng giải quyết hồ sơ", "", "05")
	case dossier.PaymentRequested:
		if b.Suspends {
			return "Thông báo thực hiện nghĩa vụ tài chính"
		}
	case dossier.Suspended:
		return "Thông báo tạm dừng giải quyết: " + b.Ground
	case dossier.Extended:
		return "Thông báo gia hạn: " + b.Ground
	case dossier.Finished:
		if b.Refusal {
			return "Văn bản từ chối giải quyết, nêu lý do"
		}
	}
	return ""
}

// message is what the applicant is told with the status: what is promised, asked, granted or refused, and what to do.
func message(s *dossier.State, e *dossier.Event) string {
	switch b := e.Body.(type) {
	case dossier.Submitted:
		if !b.IntakeDue.IsZero() {
			return fmt.Sprintf("Hồ sơ %s đã gửi; cơ quan trả lời trước %s.", s.Code, clock(b.IntakeDue))
		}
		return fmt.Sprintf("Hồ sơ %s đã gửi.", s.Code)
	case dossier.Accepted:
		return fmt.Sprintf("Hồ sơ được tiếp nhận, hẹn trả kết quả %s.", clock(b.Due))
	case dossier.IntakeRefused:
		return "Hồ sơ không được tiếp nhận; lý do ghi trong phiếu từ chối."
	case dossier.SupplementRequested:
		if !b.Expires.IsZero() {
			return fmt.Sprintf("Hãy bổ sung giấy tờ theo phiếu yêu cầu, chậm nhất %s.", clock(b.Expires))
		}
		return "Hãy bổ sung giấy tờ theo phiếu yêu cầu."
	case dossier.SupplementChecked:
		if b.Complete {
			return "Giấy tờ bổ sung đã đủ."
		}
		return "Giấy tờ bổ sung chưa đủ; hãy xem lại phiếu yêu cầu."
	case dossier.Suspended:
		return "Hồ sơ tạm dừng giải quyết; lý do ghi trong thông báo."
	case dossier.Resumed:
		return "Hồ sơ được tiếp tục giải quyết."
	case dossier.PaymentRequested:
		switch {
		case !b.Expires.IsZero():
			return fmt.Sprintf("Hãy nộp tiền theo thông báo, chậm nhất %s.", clock(b.Expires))
		case b.Suspends:
			return "Hãy nộp tiền theo thông báo; thời hạn giải quyết dừng đến khi nộp xong."
		}
		return "Hãy nộp phí, lệ phí theo thông báo."
	case dossier.PaymentConfirmed:
		return "Đã nhận được tiền nộp."
	case dossier.Reappointed:
		return fmt.Sprintf("Cơ quan xin lỗi và hẹn lại %s (trước là %s).", clock(b.NewDue), clock(b.OldDue))
	case dossier.Extended:
		return fmt.Sprintf("Thời hạn được gia hạn theo %s, hẹn trả %s.", b.Ground, clock(b.Due))
	case dossier.Withdrawn:
		return "Hồ sơ đã rút theo yêu cầu."
	case dossier.Stopped:
		return "Hồ sơ dừng giải quyết: " + b.Ground + "."
	case dossier.Finished:
		if b.Refusal {
			return "Hồ sơ bị từ chối giải quyết; văn bản nêu lý do đã có tại nơi nhận."
		}
		return "Kết quả đã có; mời đến nhận."
	case dossier.Reopened:
		return "Kết quả có sai sót, hồ sơ được giải quyết lại."
	case dossier.Returned:
		return "Đã trả kết quả."
	case dossier.RungFired:
		for _, to := range b.To {
			if to == procedure.ToApplicant {
				return remindedText(&b)
			}
		}
	}
	return ""
}

// remindedText is what a rung that reaches the applicant says.
func remindedText(b *dossier.RungFired) string {
	if strings.HasPrefix(b.Subject, dossier.SubjectWaiting("")) {
		return "Nhắc: sắp hết thời gian chờ quý vị; quá hạn hồ sơ sẽ được kết thúc."
	}
	return "Hồ sơ đã đến hẹn mà chưa có kết quả; cơ quan đang xử lý."
}

// actText says who did what.
func actText(a dossier.Act, kind string) string {
	text := verb(kind)
	if a.Task != "" {
		text += " " + a.Task
	}
	switch {
	case a.Outcome != "":
		text += " → " + a.Outcome
	case a.To != "":
		text += " → " + a.To
	}
	if a.By != "" && a.By != dossier.ByLink {
		text += " (" + a.By + ")"
	}
	return text
}

// verb is an act in Vietnamese.
func verb(kind string) string {
	words := map[string]string{
		dossier.ActSubmit: "nộp hồ sơ", dossier.ActAccept: "tiếp nhận", dossier.ActRefuseIntake: "từ chối tiếp nhận", dossier.ActAssign: "giao việc",
		dossier.ActComplete: "xong", dossier.ActSendBack: "chuyển trả", dossier.ActRequestSupplement: "yêu cầu bổ sung",
		dossier.ActProvideSupplement: "nộp bổ sung", dossier.ActCheckSupplement: "kiểm tra bổ sung", dossier.ActSuspend: "tạm dừng",
		dossier.ActResume: "tiếp tục giải quyết", dossier.ActRequestPayment: "yêu cầu nộp tiền", dossier.ActConfirmPayment: "xác nhận nộp tiền",
		dossier.ActReappoint: "xin lỗi và hẹn lại", dossier.ActDismissProposal: "không ký đề nghị hẹn lại", dossier.ActExtend: "gia hạn theo quy định", dossier.ActExclude: "loại trừ thời gian", dossier.ActCorrectReceipt: "đính chính thời điểm tiếp nhận",
		dossier.ActWithdraw: "rút hồ sơ", dossier.ActStop: "dừng giải quyết", dossier.ActFinish: "nhận kết quả về một cửa",
		dossier.ActReopen: "mở lại", dossier.ActReturn: "trả kết quả", dossier.ActEndChild: "hồ sơ con kết thúc, xong",
	}
	if w, ok := words[kind]; ok {
		return w
	}
	return kind
}
