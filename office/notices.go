package office

import (
	"context"
	"fmt"
	"slices"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// Notice is a notification as its recipient reads it.
type Notice struct {
	ID      string `json:"id"`
	Dossier string `json:"dossier"`
	Seq     int64  `json:"seq"`
	Kind    string `json:"kind"`
	// To is the officer, or the desk ("one_stop:<agency>").
	To   string `json:"to"`
	Text string `json:"text"`
	// RaisedAt is when it happened, DeliverAt when it may be delivered, DeliveredAt when it was.
	RaisedAt    time.Time `json:"raised_at"`
	DeliverAt   time.Time `json:"deliver_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	// Digest is the daily message that brought it.
	Digest string    `json:"digest,omitempty"`
	ReadAt time.Time `json:"read_at,omitzero"`
}

// mailboxes are the recipients that a principal reads for.
func mailboxes(p Principal) (out []string) {
	if p.Officer != "" {
		out = append(out, p.Officer)
	}
	if p.Is(RoleOneStop) {
		for _, a := range p.Scope {
			out = append(out, models.RecipientDesk(a))
		}
	}
	return out
}

// Notices lists the notifications of a principal and of its desk, the latest first; of one digest where it is named.
func (o *Office) Notices(ctx context.Context, p Principal, unread bool, digest string, limit int, cursor string) ([]Notice, string, error) {
	if err := allow(p, DoReadNotices); err != nil {
		return nil, "", err
	}
	boxes := mailboxes(p)
	if len(boxes) == 0 {
		return []Notice{}, "", nil
	}
	rows, next, err := o.Store.Notifications(ctx, models.NotificationFilter{Recipients: boxes, Unread: unread, Digest: digest, Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]Notice, 0, len(rows))
	for _, r := range rows {
		out = append(out, Notice{
			ID: r.ID, Dossier: r.Dossier, Seq: r.Seq, Kind: r.Kind, To: r.Recipient, Text: noticeText(r), RaisedAt: r.At, DeliverAt: r.DeliverAt,
			DeliveredAt: r.DeliveredAt, Digest: r.Digest, ReadAt: r.ReadAt,
		})
	}
	return out, next, nil
}

// ReadNotice marks a notification as read; of others' it changes nothing.
func (o *Office) ReadNotice(ctx context.Context, p Principal, id string) error {
	if err := allow(p, DoReadNotices); err != nil {
		return err
	}
	for _, box := range mailboxes(p) {
		if err := o.Store.MarkRead(ctx, id, box, o.Legal()); err != nil {
			return err
		}
	}
	return nil
}

// Digest is the one message of a day.
type Digest struct {
	ID    string    `json:"id"`
	To    string    `json:"to"`
	Day   string    `json:"day"`
	At    time.Time `json:"at"`
	Lines int       `json:"lines"`
}

// Digests lists the digests of a principal and of its desk, the latest first.
func (o *Office) Digests(ctx context.Context, p Principal, limit int) ([]Digest, error) {
	if err := allow(p, DoReadNotices); err != nil {
		return nil, err
	}
	rows, err := o.Store.Digests(ctx, append(mailboxes(p), ""), limit)
	if err != nil {
		return nil, err
	}
	out := make([]Digest, 0, len(rows))
	for _, r := range rows {
		out = append(out, Digest{r.ID, r.Recipient, r.Day, r.At, r.Lines})
	}
	return out, nil
}

// noticeText says in one sentence what happened. It names no article: what is in force is printed on the letters.
func noticeText(n models.NotificationRow) string {
	at := func(t time.Time) string { return t.In(calendar.Zone()).Format("15:04 02/01/2006") }
	body, err := dossier.DecodeBody(n.Kind, n.Data)
	if err != nil { // of a mission
		return fmt.Sprintf("%s: %s.", n.Dossier, n.Kind)
	}
	switch b := body.(type) {
	case dossier.RungFired:
		return fmt.Sprintf("Hồ sơ %s: %s (nấc %s).", n.Dossier, rungText(b), b.Rung)
	case dossier.TaskAssigned:
		return fmt.Sprintf("Hồ sơ %s: việc %s được giao lại cho bạn.", n.Dossier, b.Task)
	case dossier.ApologyProposed:
		return fmt.Sprintf("Hồ sơ %s: đề nghị ký xin lỗi, hẹn lại %s (đã hẹn %s); ký trước %s.", n.Dossier, at(b.NewDue), at(b.OldDue), at(b.Until))
	case dossier.InspectionOpened:
		return fmt.Sprintf("Hồ sơ %s: mở kiểm tra %d, kết luận trước %s.", n.Dossier, b.N, at(b.Due))
	case dossier.Reappointed:
		return fmt.Sprintf("Hồ sơ %s: xin lỗi và hẹn lại %s, trước đã hẹn %s.", n.Dossier, at(b.NewDue), at(b.OldDue))
	case dossier.Extended:
		return fmt.Sprintf("Hồ sơ %s: gia hạn theo %s, hẹn trả %s.", n.Dossier, b.Ground, at(b.Due))
	case dossier.Accepted:
		return fmt.Sprintf("Hồ sơ %s được tiếp nhận, hẹn trả %s.", n.Dossier, at(b.Due))
	case dossier.SupplementRequested:
		return fmt.Sprintf("Hồ sơ %s: hãy bổ sung giấy tờ theo phiếu yêu cầu.", n.Dossier)
	case dossier.PaymentRequested:
		return fmt.Sprintf("Hồ sơ %s: hãy nộp tiền theo thông báo.", n.Dossier)
	case dossier.IntakeRefused:
		return fmt.Sprintf("Hồ sơ %s không được tiếp nhận; lý do ghi trong phiếu từ chối.", n.Dossier)
	case dossier.Stopped:
		return fmt.Sprintf("Hồ sơ %s dừng giải quyết: %s.", n.Dossier, b.Ground)
	case dossier.Withdrawn:
		return fmt.Sprintf("Hồ sơ %s đã rút theo yêu cầu.", n.Dossier)
	case dossier.Finished:
		return fmt.Sprintf("Hồ sơ %s đã có kết quả tại nơi nhận.", n.Dossier)
	case dossier.VersionMoved:
		return fmt.Sprintf("Hồ sơ %s: ngày hẹn trả thay đổi theo quy định mới.", n.Dossier)
	}
	return fmt.Sprintf("Hồ sơ %s: %s.", n.Dossier, n.Kind)
}

func rungText(b dossier.RungFired) string {
	does := func(what string) bool { return slices.Contains(b.Do, what) }
	switch {
	case does(procedure.DoHandUp):
		return "hết hạn, việc chuyển lên cấp trên"
	case does(procedure.DoInspect):
		return "quá hạn dài ngày, chuyển kiểm tra"
	case does(procedure.DoPropose), does(procedure.DoIssue):
		return "sắp hết hạn, cần xin lỗi và hẹn lại nếu không kịp"
	case does(procedure.DoReassign):
		return "thời gian còn ít, việc được giao lại trong đơn vị"
	}
	return "nhắc về thời hạn"
}
