package models

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"motcua/dossier"
)

// proposalsOf are the apologies that events propose.
func proposalsOf(code, lead string, events []dossier.Event) (out []ProposalRow) {
	for _, e := range events {
		if b, ok := e.Body.(dossier.ApologyProposed); ok {
			out = append(out, ProposalRow{
				Dossier: code, N: b.N, Seq: e.Seq, Rung: b.Rung.Rung, Lead: lead, OldDue: b.OldDue, NewDue: b.NewDue, Until: b.Until,
				Signers: b.Signers, Decision: b.Decision, Refused: b.Refused, State: ProposalOpen, ProposedAt: e.At,
			})
		}
	}
	return out
}

// inspectionsOf are the inspections that events open.
func inspectionsOf(code string, events []dossier.Event) (out []InspectionRow) {
	for _, e := range events {
		if b, ok := e.Body.(dossier.InspectionOpened); ok {
			out = append(out, InspectionRow{
				Dossier: code, N: b.N, Seq: e.Seq, Rung: b.Rung.Rung, Office: b.Office, Inspector: b.Inspector, OpenedAt: e.At, DueAt: b.Due,
				State: InspectionOpen, Revision: 1,
			})
		}
	}
	return out
}

// followRungs writes what events of rungs lead to: proposals and their ends, inspections, letters under standing decisions.
func (s *Store) followRungs(tx *gorm.DB, code, lead string, events []dossier.Event) error {
	if _, err := insert(tx, proposalsOf(code, lead, events), unlessThere); err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	if _, err := insert(tx, inspectionsOf(code, events), unlessThere); err != nil {
		return fmt.Errorf("inspections: %w", err)
	}
	for _, e := range events {
		if err := s.followRung(tx, code, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) followRung(tx *gorm.DB, code string, e dossier.Event) error {
	var state string
	switch b := e.Body.(type) {
	case dossier.Reappointed:
		state = ProposalSigned
		if b.DecisionID != "" {
			use := standingUse{Decision: b.DecisionID, Dossier: code, Issued: true, At: s.now()}
			if err := replace(tx, "letter under a standing decision", []standingUse{use}, "decision", "dossier"); err != nil {
				return err
			}
		}
		// Whatever else was reserved for this dossier is free again.
		if err := tx.Exec("DELETE FROM standing_uses WHERE dossier = ? AND issued = ?", code, false).Error; err != nil {
			return fmt.Errorf("reserved letters: %w", err)
		}
	case dossier.ApologyProposed:
		if b.Decision != "" { // the law refused it: the letter counts for another dossier
			if err := tx.Exec("DELETE FROM standing_uses WHERE dossier = ? AND issued = ?", code, false).Error; err != nil {
				return fmt.Errorf("reserved letters: %w", err)
			}
		}
		return nil
	case dossier.ProposalDismissed:
		state = ProposalDismissed
	case dossier.Finished, dossier.Withdrawn, dossier.Stopped:
		state = ProposalMoot
	default:
		return nil
	}
	return closeProposals(tx, code, state, e.Seq, e.At)
}

// closeProposals ends the open proposals of a dossier that are older than an event.
func closeProposals(tx *gorm.DB, code, state string, before int64, at time.Time) error {
	err := tx.Exec("UPDATE proposals SET state = ?, closed_at = ? WHERE dossier = ? AND seq < ? AND state = ?", state, instant(at), code, before, ProposalOpen).Error
	if err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	return nil
}
