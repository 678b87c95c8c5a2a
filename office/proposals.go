package office

import (
	"context"
	"time"

	"motcua/models"
)

// ProposedApology is an apology with another date that the ladder proposed. A person signs it with the act "reappoint", or declines
// with "dismiss_proposal"; both name its number.
type ProposedApology struct {
	Dossier string    `json:"dossier"`
	N       int       `json:"n"`
	Rung    string    `json:"rung"`
	Lead    string    `json:"lead"`
	OldDue  time.Time `json:"old_due"`
	NewDue  time.Time `json:"new_due"`
	// Until is the first instant at which it is too late to sign.
	Until time.Time `json:"until"`
	// State is open, signed, dismissed, moot (the dossier ended first) or lapsed (nobody signed in time).
	State   string   `json:"state"`
	Signers []string `json:"signers"`
	// Told are their names.
	Told []string `json:"told"`
	// Decision is the standing decision that it could not be issued under, Refused the code of the reason.
	Decision   string    `json:"decision,omitempty"`
	Refused    string    `json:"refused,omitempty"`
	ProposedAt time.Time `json:"proposed_at"`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
}

// ProposalLapsed is the state of an open proposal that nobody signed in time; it is computed.
const ProposalLapsed = "lapsed"

// Proposals lists proposed apologies, the one that has to be signed first first; signable: only those that still can be.
func (o *Office) Proposals(ctx context.Context, p Principal, code string, signable bool, limit int, cursor string) ([]ProposedApology, string, error) {
	if err := allow(p, DoEscalations); err != nil {
		return nil, "", err
	}
	now := o.Legal()
	f := models.ProposalFilter{Scope: p.scope(), Dossier: code, Limit: limit, Cursor: cursor}
	if signable {
		f.SignableAt = now
	}
	rows, next, err := o.Store.Proposals(ctx, f)
	if err != nil {
		return nil, "", listError(err)
	}
	out := make([]ProposedApology, 0, len(rows))
	for _, r := range rows {
		x := ProposedApology{
			Dossier: r.Dossier, N: r.N, Rung: r.Rung, Lead: r.Lead, OldDue: r.OldDue, NewDue: r.NewDue, Until: r.Until, State: r.State,
			Signers: r.Signers, Told: []string{}, Decision: r.Decision, Refused: r.Refused, ProposedAt: r.ProposedAt, ClosedAt: r.ClosedAt,
		}
		if r.State == models.ProposalOpen && !now.Before(r.Until) {
			x.State = ProposalLapsed
		}
		for _, id := range r.Signers {
			name, err := o.officerName(ctx, id)
			if err != nil {
				return nil, "", err
			}
			x.Told = append(x.Told, name)
		}
		out = append(out, x)
	}
	return out, next, nil
}

// Rescheduled shows the re-appointed dossiers apart, with the policy by which reports count them.
type Rescheduled struct {
	// Open are in hand; Kept finished by the new date; Missed passed it, or the old one before it was moved, and are late for good.
	Open   int64 `json:"open"`
	Kept   int64 `json:"kept"`
	Missed int64 `json:"missed"`
	// CountsAs is how Kept ones are counted in reports on timeliness: "late" or "on_time" (ours, a policy).
	CountsAs string `json:"rescheduled_counts_as"`
}

// DossierTotals are the figures of a scope.
type DossierTotals struct {
	Total       int64       `json:"total"`
	Open        int64       `json:"open"`
	Late        int64       `json:"late"`
	Paused      int64       `json:"paused"`
	Rescheduled Rescheduled `json:"rescheduled"`
}

// DossierTotals counts the dossiers that a principal sees.
func (o *Office) DossierTotals(ctx context.Context, p Principal) (DossierTotals, error) {
	if err := allow(p, DoRead); err != nil {
		return DossierTotals{}, err
	}
	c, err := o.Store.Counts(ctx, p.scope(), o.Legal())
	if err != nil {
		return DossierTotals{}, err
	}
	r, err := o.Store.Rescheduled(ctx, p.scope())
	return DossierTotals{Total: c.Total, Open: c.Open, Late: c.Late, Paused: c.Paused,
		Rescheduled: Rescheduled{Open: r.Open, Kept: r.Kept, Missed: r.Missed, CountsAs: o.Policy.RescheduledCountsAs}}, err
}
