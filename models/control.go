package models

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/dossier"
)

// Findings for the control office that follow from an event, one of each, in the event's transaction (clock.md §1, §4, §6).
const (
	// FindingBackdated: an act was given an earlier effect.
	FindingBackdated = "backdated"
	// FindingLateSlip: papers were asked for after the time for it, by approval.
	FindingLateSlip = "late_slip"
	// FindingReceiptCorrected: a receipt was put right, which may lift lateness.
	FindingReceiptCorrected = "receipt_corrected"
)

// controlFindings are those of events. The subject names the event, so that each is looked at by itself.
func controlFindings(code string, events []dossier.Event) (out []Finding) {
	add := func(e dossier.Event, kind, format string, args ...any) {
		out = append(out, Finding{Kind: kind, Subject: fmt.Sprintf("%s %d", code, e.Seq), Detail: fmt.Sprintf(format, args...)})
	}
	const minute = "15:04 02/01/2006"
	for _, e := range events {
		switch b := e.Body.(type) {
		case dossier.Accepted:
			if b.Backdated != "" {
				add(e, FindingBackdated, "%s ghi tiếp nhận lùi về %s, ghi nhận lúc %s, văn bản %s", e.By, e.At.Format(minute), e.Recorded.Format(minute), b.Backdated)
			}
		case dossier.Backdated:
			add(e, FindingBackdated, "%s ghi lùi %s về %s, nhận lúc %s, văn bản %s", e.By, b.ActKind, e.At.Format(minute), b.Received.Format(minute), b.Document)
		case dossier.SupplementRequested:
			if b.Late {
				add(e, FindingLateSlip, "%s yêu cầu bổ sung lần %d sau thời hạn gửi phiếu, người duyệt %s", e.By, b.N, b.Override)
			}
		case dossier.ReceiptCorrected:
			add(e, FindingReceiptCorrected, "%s đính chính tiếp nhận từ %s thành %s, hạn từ %s thành %s, văn bản %s",
				e.By, b.Old.Format(minute), b.Received.Format(minute), b.OldDue.Format(minute), b.Due.Format(minute), b.Document)
		}
	}
	return out
}

// tellControl opens the findings of events that were not stored before.
func (s *Store) tellControl(tx *gorm.DB, code string, events []dossier.Event) error {
	for _, f := range controlFindings(code, events) {
		f.Count, f.OpenedAt, f.SeenAt = 1, s.now(), s.now()
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&f).Error; err != nil {
			return fmt.Errorf("finding %s on %s: %w", f.Kind, f.Subject, err)
		}
	}
	return nil
}
