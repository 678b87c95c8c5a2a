package dossier

import "motcua/procedure"

// Status is one of the ten national codes of the public service portal (domain.md §3.1): a projection of the state.
type Status int

// The ten statuses.
const (
	StatusNew        Status = 1  // Mới đăng ký
	StatusAccepted   Status = 2  // Được tiếp nhận
	StatusRefused    Status = 3  // Không được tiếp nhận
	StatusProcessing Status = 4  // Đang xử lý
	StatusSupplement Status = 5  // Yêu cầu bổ sung giấy tờ
	StatusPayment    Status = 6  // Yêu cầu thực hiện nghĩa vụ tài chính
	StatusWithdrawn  Status = 7  // Công dân yêu cầu rút hồ sơ
	StatusHalted     Status = 8  // Dừng xử lý: suspended or stopped
	StatusDone       Status = 9  // Đã xử lý xong
	StatusReturned   Status = 10 // Đã trả kết quả
)

// Vietnamese is the national name of the status.
func (s Status) Vietnamese() string {
	switch s {
	case StatusNew:
		return "Mới đăng ký"
	case StatusAccepted:
		return "Được tiếp nhận"
	case StatusRefused:
		return "Không được tiếp nhận"
	case StatusProcessing:
		return "Đang xử lý"
	case StatusSupplement:
		return "Yêu cầu bổ sung giấy tờ"
	case StatusPayment:
		return "Yêu cầu thực hiện nghĩa vụ tài chính"
	case StatusWithdrawn:
		return "Công dân yêu cầu rút hồ sơ"
	case StatusHalted:
		return "Dừng xử lý"
	case StatusDone:
		return "Đã xử lý xong"
	case StatusReturned:
		return "Đã trả kết quả"
	}
	return ""
}

// Status projects the state; 0 before submission.
func (s *State) Status(plan *procedure.Executable) Status {
	switch s.Stage {
	case StageSubmitted:
		if s.pendingSupplement() != nil {
			return StatusSupplement
		}
		return StatusNew
	case StageRefused:
		return StatusRefused
	case StageWithdrawn:
		return StatusWithdrawn
	case StageStopped:
		return StatusHalted
	case StageFinished:
		return StatusDone
	case StageReturned:
		return StatusReturned
	case StageRunning:
		return s.runningStatus(plan)
	}
	return 0
}

func (s *State) runningStatus(plan *procedure.Executable) Status {
	switch {
	case s.pendingSupplement() != nil:
		return StatusSupplement
	case s.openPause(CauseSuspension) != nil:
		return StatusHalted
	case s.openPause(CausePayment) != nil || s.onlyPaying(plan):
		return StatusPayment
	case s.Moved:
		return StatusProcessing
	}
	return StatusAccepted
}

// onlyPaying says that every open task waits for a payment.
func (s *State) onlyPaying(plan *procedure.Executable) bool {
	any := false
	for i := range s.Visits {
		v := &s.Visits[i]
		if !v.Open() {
			continue
		}
		st, ok := plan.Step(v.Step)
		if !ok || st.Wait != procedure.WaitPayment {
			return false
		}
		any = true
	}
	return any
}

// AllowedMoves is the table of clock.md §9, from a status (and stage) to the next. Status 5 and 8 have two faces: before and
// after acceptance, suspended and stopped.
func AllowedMoves(from Status, stage Stage) []Status {
	switch from {
	case 0:
		return []Status{StatusNew}
	case StatusNew:
		return []Status{StatusAccepted, StatusRefused, StatusSupplement, StatusWithdrawn}
	case StatusAccepted:
		return []Status{StatusProcessing, StatusSupplement, StatusWithdrawn, StatusHalted}
	case StatusProcessing:
		return []Status{StatusSupplement, StatusPayment, StatusWithdrawn, StatusHalted, StatusDone}
	case StatusSupplement:
		if stage == StageSubmitted {
			return []Status{StatusNew, StatusAccepted, StatusRefused, StatusWithdrawn}
		}
		return []Status{StatusProcessing, StatusWithdrawn, StatusHalted}
	case StatusPayment:
		return []Status{StatusProcessing, StatusWithdrawn, StatusHalted, StatusDone}
	case StatusHalted:
		if stage == StageRunning {
			return []Status{StatusProcessing, StatusWithdrawn, StatusHalted}
		}
	case StatusDone:
		return []Status{StatusReturned, StatusProcessing}
	}
	return nil
}
