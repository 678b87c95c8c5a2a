package intake

import (
	"time"

	"motcua/dossier"
	"motcua/models"
)

// Taking is one dossier being taken in, inside its transaction.
type Taking struct {
	// Code was drawn for it; Act is the id of the submission, Fingerprint its body's; By is who brings it.
	Code, Act, Fingerprint, By string
	// Legal is when it was received, Recorded when that is written down (zero: at once).
	Legal, Recorded time.Time
	// Accept takes it in at once, with a number of the register; Effective is a documented earlier receipt, MayBackdate the right to it.
	Accept      bool
	Register    func() (int64, error)
	Effective   time.Time
	MayBackdate bool
	Document    string
}

// Build runs the pure machine: the events of submission and acceptance, with the view after them.
func (in *Ready) Build(t Taking) (models.Batch, error) {
	facts := in.Facts
	facts.Code = t.Code
	state, now := &dossier.State{}, t.Recorded
	if now.IsZero() {
		now = t.Legal
	}
	events, err := dossier.Do(in.deps, state, dossier.Act{
		ID: t.Act, Kind: dossier.ActSubmit, At: t.Legal, By: t.By, Fingerprint: t.Fingerprint, Intake: &facts, Conditions: in.Conditions,
	}, now)
	if err != nil {
		return models.Batch{}, err
	}
	if t.Accept {
		number, err := t.Register()
		if err != nil {
			return models.Batch{}, err
		}
		more, err := dossier.Do(in.deps, state, dossier.Act{
			ID: t.Act + "/accept", Kind: dossier.ActAccept, At: t.Legal, By: t.By, Register: number, Effective: t.Effective, MayBackdate: t.MayBackdate, Document: t.Document, Ended: in.Ended,
		}, now)
		if err != nil {
			return models.Batch{}, err
		}
		events = append(events, more...)
	}
	digest, err := dossier.Digest(events)
	if err != nil {
		return models.Batch{}, err
	}
	v, err := dossier.Look(in.deps, state, now)
	if err != nil {
		return models.Batch{}, err
	}
	return models.Batch{Code: t.Code, Events: events, Digest: digest, View: v, Acts: state.Done}, nil
}
