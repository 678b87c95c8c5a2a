package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"motcua/models"
)

// Acts on an amendment.
const (
	AmendPreview = "preview"
	AmendPublish = "publish"
	AmendStop    = "stop"
	AmendResume  = "resume"
	AmendUndo    = "undo"
	AmendDiscard = "discard"
)

// AmendmentActBody is an act on an amendment. To take one back needs a document and a reason.
type AmendmentActBody struct {
	Kind     string `json:"kind"`
	Document string `json:"document,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func amendmentState(state string) *Problem {
	return &Problem{Status: http.StatusConflict, Code: "amendment_state", Title: "Không đúng lúc",
		Detail: fmt.Sprintf("Văn bản đang ở trạng thái %q: bản dự thảo thì xem trước, đã xem trước thì công bố, đang chạy thì dừng, đã dừng thì chạy tiếp hoặc hoàn tác, đã xong thì hoàn tác.", state)}
}

// ActOnAmendment goes one step in the life of an amendment: previewed by whoever drafts, published by another person. To ask for the
// state that it has changes nothing.
func (o *Office) ActOnAmendment(ctx context.Context, p Principal, kind, id string, b AmendmentActBody) (Amendment, error) {
	action := DoPublishAmendments
	if b.Kind == AmendPreview || b.Kind == AmendDiscard {
		action = DoDraftAmendments
	}
	if err := allow(p, action); err != nil {
		return Amendment{}, err
	}
	if p.Officer == "" {
		return Amendment{}, notHere("khóa này không gắn với một cán bộ")
	}
	row, err := o.amendmentRow(ctx, kind, id)
	if err != nil {
		return Amendment{}, err
	}
	switch b.Kind {
	case AmendPreview:
		err = o.startPreview(ctx, row)
	case AmendPublish:
		err = o.publishAmendment(ctx, p, row)
	case AmendStop:
		err = o.stopAmendment(ctx, row)
	case AmendResume:
		err = o.resumeAmendment(ctx, row)
	case AmendUndo:
		err = o.undoAmendment(ctx, p, row, b)
	case AmendDiscard:
		err = o.stepAmendment(ctx, row, models.AmendmentDiscarded, []string{models.AmendmentDraft, models.AmendmentPreviewing, models.AmendmentPreviewed}, nil)
	default:
		err = invalid(FieldError{"/kind", "Thao tác là preview, publish, stop, resume, undo hoặc discard."})
	}
	if err != nil {
		return Amendment{}, err
	}
	if row, err = o.amendmentRow(ctx, kind, id); err != nil {
		return Amendment{}, err
	}
	return o.amendment(ctx, row)
}

// stepAmendment goes from one of some states to another; from there it changes nothing.
func (o *Office) stepAmendment(ctx context.Context, row models.AmendmentRow, to string, from []string, more map[string]any) error {
	if row.State == to {
		return nil
	}
	ok, err := o.Store.SetAmendmentState(ctx, row.ID, to, from, more)
	if err == nil && !ok {
		err = amendmentState(row.State)
	}
	return err
}

func (o *Office) startPreview(ctx context.Context, row models.AmendmentRow) error {
	if row.State == models.AmendmentPreviewing {
		return nil
	}
	from := []string{models.AmendmentDraft, models.AmendmentPreviewed}
	if !slices.Contains(from, row.State) {
		return amendmentState(row.State)
	}
	w, err := o.work(ctx, row)
	if err != nil {
		return err
	}
	total, err := o.Store.CountReached(ctx, w.reach)
	if err != nil {
		return err
	}
	ok, err := o.Store.StartPreview(ctx, row.ID, w.base, total, from)
	if err == nil && !ok {
		err = amendmentState(row.State)
	}
	return err
}

// publishAmendment puts it in force: by another person than the one who drafted it, and only on the calendars that it was previewed
// against. From that moment on dossiers are taken in on the new calendars; the open ones follow.
func (o *Office) publishAmendment(ctx context.Context, p Principal, row models.AmendmentRow) error {
	if slices.Contains([]string{models.AmendmentRunning, models.AmendmentDone}, row.State) {
		return nil
	}
	if p.Officer == row.DraftedBy || p.ID == row.Principal {
		return &Problem{Status: http.StatusForbidden, Code: "same_person", Title: "Cần người thứ hai",
			Detail: "Người soạn không tự công bố văn bản của mình; hãy để một người khác của bộ phận kiểm soát công bố."}
	}
	from, set := []string{models.AmendmentPreviewed}, map[string]any{"published_by": p.Officer, "published_at": o.Legal()}
	if row.State != models.AmendmentPreviewed {
		return amendmentState(row.State)
	}
	if row.Kind == models.AmendmentOutage {
		return o.stepAmendment(ctx, row, models.AmendmentRunning, from, set)
	}
	w, err := o.work(ctx, row)
	if err != nil {
		return err
	}
	if len(w.bare) > 0 {
		return &Problem{Status: http.StatusConflict, Code: "calendar_without_layer", Title: "Lịch không thuộc lớp nào", Detail: bareDetail(w.bare)}
	}
	pub, err := w.set.changed(row.ID, row.Document, row.Title)
	if err == nil {
		err = o.sparingGrounds(ctx, &pub)
	}
	if err != nil {
		return err
	}
	pub.ID, pub.Base, pub.From, pub.To, pub.Set = row.ID, row.Base, from, models.AmendmentRunning, set
	return o.putInForce(ctx, row, pub)
}

func (o *Office) putInForce(ctx context.Context, row models.AmendmentRow, pub models.Publication) error {
	ok, err := o.Store.PublishCalendars(ctx, pub)
	if errors.Is(err, models.ErrConflict) {
		return &Problem{Status: http.StatusConflict, Code: "preview_stale", Title: "Bản xem trước đã cũ",
			Detail: "Lịch đang có hiệu lực đã thay đổi từ khi xem trước; hãy xem trước lại rồi công bố."}
	}
	if err == nil && !ok {
		err = amendmentState(row.State)
	}
	return err
}

func (o *Office) stopAmendment(ctx context.Context, row models.AmendmentRow) error {
	running := []string{models.AmendmentRunning, models.AmendmentUndoing}
	if row.State != models.AmendmentStopped && !slices.Contains(running, row.State) {
		return amendmentState(row.State)
	}
	return o.stepAmendment(ctx, row, models.AmendmentStopped, []string{row.State}, map[string]any{"stopped_from": row.State})
}

// resumeAmendment goes on where it was stopped; one that is done tries again what failed.
func (o *Office) resumeAmendment(ctx context.Context, row models.AmendmentRow) error {
	switch row.State {
	case models.AmendmentRunning, models.AmendmentUndoing:
		return nil
	case models.AmendmentStopped:
		return o.stepAmendment(ctx, row, row.StoppedFrom, []string{models.AmendmentStopped}, nil)
	case models.AmendmentDone, models.AmendmentUndone:
		n, err := o.Store.RetryAmendment(ctx, row.ID, map[string]string{models.AmendmentDone: models.AmendItemWaiting, models.AmendmentUndone: models.AmendItemDone}[row.State])
		if err != nil || n == 0 {
			return err
		}
		to := map[string]string{models.AmendmentDone: models.AmendmentRunning, models.AmendmentUndone: models.AmendmentUndoing}[row.State]
		return o.stepAmendment(ctx, row, to, []string{row.State}, nil)
	}
	return amendmentState(row.State)
}

// undoAmendment takes an amendment back: the calendars are what they would be without it, and every dossier follows. A later date that
// was given stands (clock.md §10).
func (o *Office) undoAmendment(ctx context.Context, p Principal, row models.AmendmentRow, b AmendmentActBody) error {
	if slices.Contains([]string{models.AmendmentUndoing, models.AmendmentUndone}, row.State) {
		return nil
	}
	if row.Kind == models.AmendmentOutage {
		return &Problem{Status: http.StatusConflict, Code: "outage_final", Title: "Không rút lại được",
			Detail: "Thời gian đã loại trừ thì ngày hẹn đã lùi và người nộp đã được báo; ngày đã hẹn không được sớm lại, nên không có quyết định ngược cho những hồ sơ đã áp dụng. Có thể dừng lượt đang chạy để các hồ sơ còn lại không bị loại trừ."}
	}
	var errs []FieldError
	if strings.TrimSpace(b.Document) == "" {
		errs = append(errs, FieldError{"/document", "Hoàn tác phải có số văn bản quyết định."})
	}
	if strings.TrimSpace(b.Reason) == "" {
		errs = append(errs, FieldError{"/reason", "Hoàn tác phải nêu lý do."})
	}
	errs = append(errs, reference("/document", b.Document, models.Applicant{})...)
	if len(errs) > 0 {
		return invalid(errs...)
	}
	from := []string{models.AmendmentStopped, models.AmendmentDone}
	if !slices.Contains(from, row.State) || row.StoppedFrom == models.AmendmentUndoing {
		return amendmentState(row.State)
	}
	set, err := o.calendarSet(ctx, nil, row.ID)
	if err != nil {
		return err
	}
	if _, err := set.resolve(); err != nil {
		return &Problem{Status: http.StatusConflict, Code: "amendment_needed", Title: "Văn bản khác dựa vào văn bản này",
			Detail: "Không có văn bản này thì lịch không còn hợp lệ; hãy hoàn tác các văn bản dựa vào nó trước: " + err.Error()}
	}
	pub, err := set.changed(row.ID, b.Document, "Hoàn tác: "+row.Title)
	if err == nil {
		err = o.sparingGrounds(ctx, &pub)
	}
	if err != nil {
		return err
	}
	pub.ID, pub.From, pub.To = row.ID, from, models.AmendmentUndoing
	pub.Set = map[string]any{"undone_by": p.Officer, "undo_document": b.Document, "undo_reason": b.Reason, "undone_at": o.Legal(), "stopped_from": ""}
	return o.putInForce(ctx, row, pub)
}
