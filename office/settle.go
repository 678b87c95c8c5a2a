package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"motcua/dossier"
	"motcua/models"
	"motcua/workflows"
)

// An act whose engine answers with neither a reply, a refusal nor an outage has failed: an update that ended in an error, a
// dossier that is frozen, a workflow that is gone. It is asked again for a while, since an operator may mend it, and then ends:
// its row says failed, its sender hears so, and the operator has a finding. It must not have been done then. What counts is the
// record, since a lost workflow is re-created from it; so the record is read first, then the workflow is asked whether it
// holds more than is recorded.

// giveUpAfter is how long a failing act is asked again; twice that where the workflow holds something unrecorded.
const giveUpAfter = 10 * time.Minute

// FindingActFailed is the kind of finding on an act that was given up; its subject is the act.
const FindingActFailed = "act_failed"

func actFailed() *Problem {
	return &Problem{Status: http.StatusInternalServerError, Code: "act_failed", Title: "Không thực hiện được",
		Detail: "Hệ thống không thực hiện được thao tác này sau nhiều lần thử; thao tác chưa được ghi nhận và quản trị đã được báo. Hãy xem lại hồ sơ rồi làm lại với Idempotency-Key mới."}
}

func frozen() *Problem {
	return refused(&dossier.Refusal{Code: "frozen",
		Detail: "Hồ sơ tạm khóa vì dữ liệu lưu trữ không khớp; thao tác này chưa được ghi nhận và quản trị đã được báo. Khi hồ sơ mở lại, hãy làm lại với Idempotency-Key mới."})
}

// failed answers an act that failed: with its cause while it is asked again, and with its end when it is not. begun is when its
// row was written; a says what it was about.
func (o *Office) failed(ctx context.Context, a Answer, begun time.Time, cause error) (Answer, error) {
	code, about, recorded := a.Dossier, "hồ sơ", o.recorded
	if a.Mission != "" {
		code, about, recorded = a.Mission, "nhiệm vụ", o.missionRecorded
	}
	locked, err := o.Store.HasFinding(ctx, models.FindingFrozen, code)
	if err != nil {
		return Answer{}, errors.Join(cause, err)
	}
	age := o.Now().Sub(begun)
	if !locked && age < giveUpAfter {
		return Answer{}, cause
	}
	known, err := recorded(ctx, code)
	if err != nil {
		return Answer{}, errors.Join(cause, err)
	}
	if !known && !locked && age < 2*giveUpAfter {
		return Answer{}, cause
	}
	p := actFailed()
	if locked || !known {
		p = frozen()
	}
	answer, err := json.Marshal(p)
	if err != nil {
		return Answer{}, err
	}
	ended, err := o.Store.FailAct(ctx, a.Act, p.Status, answer, known)
	if err != nil {
		return Answer{}, errors.Join(cause, err)
	}
	if !ended { // it was answered meanwhile
		row, err := o.Store.Act(ctx, a.Act)
		if err != nil {
			return Answer{}, err
		}
		return answerOf(row)
	}
	finding := models.Finding{Kind: FindingActFailed, Subject: a.Act, Detail: fmt.Sprintf("thao tác trên %s %s không thực hiện được và không thử nữa: %v", about, code, cause)}
	if err := o.Store.AddFinding(ctx, finding); err != nil {
		return Answer{}, err
	}
	return Answer{}, p
}

// recorded says whether the workflow of a dossier holds nothing that is not recorded: then what is not recorded was not done.
// That the workflow cannot be asked is an error.
func (o *Office) recorded(ctx context.Context, code string) (bool, error) {
	wait, cancel := context.WithTimeout(ctx, liveWait)
	defer cancel()
	v, err := o.Engine.View(wait, code)
	if errors.Is(err, workflows.ErrNotRunning) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	row, err := o.Store.Dossier(ctx, code) // after the view: what it holds may have been recorded meanwhile, never the reverse
	if err != nil {
		return false, err
	}
	return v.Seq <= row.Seq && v.Revision <= row.Revision, nil
}

// missionRecorded is recorded of a mission.
func (o *Office) missionRecorded(ctx context.Context, code string) (bool, error) {
	wait, cancel := context.WithTimeout(ctx, liveWait)
	defer cancel()
	v, err := o.Missions.ViewMission(wait, code)
	if errors.Is(err, workflows.ErrNotRunning) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	row, err := o.Store.Mission(ctx, code)
	if err != nil {
		return false, err
	}
	return v.Seq <= row.Seq && v.Revision <= row.Revision, nil
}
