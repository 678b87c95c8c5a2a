package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"gorm.io/gorm"

	"motcua/calendar"
)

// startGrace is how long the relay leaves a fresh dossier to the process that took it in (engine.md §2).
const startGrace = 5 * time.Second

const sequenceCode = "code"

// Submission is what Intake stores.
type Submission struct {
	// Act is the act of the submission; its Dossier is filled in.
	Act ActRow
	// Agency is the receiving point that the code and the register number are drawn for.
	Agency string
	// Legal is the legal time: its day goes into the code, its year is that of the register.
	Legal time.Time
	// Build runs the pure machine and returns the batch and the answer to store with the act. It runs inside the transaction
	// and must not use the store. Its error rolls everything back and is returned as it is.
	Build     func(code string, register func() (int64, error)) (Batch, json.RawMessage, error)
	Applicant Applicant
	Papers    []Paper
	// linked: another dossier opened it; nobody starts its workflow at once but the relay.
	linked bool
}

// Intake takes a dossier in, in one transaction: the act's row, the code, the events that Build made, the read model, the
// applicant, the papers and the outbox message that starts the workflow. Codes are "<agency>-YYMMDD-NNNN", without gaps per
// agency and legal day. An act that is stored already is a *DuplicateAct; nothing is written then.
func (s *Store) Intake(ctx context.Context, sub Submission) (code string, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		created, err := s.insertAct(tx, sub.Act)
		if err != nil {
			return err
		}
		if !created {
			return &DuplicateAct{ID: sub.Act.ID}
		}
		code, err = s.take(tx, sub)
		return err
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

func (s *Store) take(tx *gorm.DB, sub Submission) (string, error) {
	day := sub.Legal.In(calendar.Zone())
	n, err := draw(tx, sequenceCode, sub.Agency, day.Format("060102"))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%s-%s-%04d", sub.Agency, day.Format("060102"), n)
	batch, answer, err := sub.Build(code, func() (int64, error) { return register(tx, sub.Agency, day.Year(), sub.Act.ID) })
	if err != nil {
		return "", err
	}
	if batch.Code != code {
		return "", fmt.Errorf("intake of %s: batch of %q", code, batch.Code)
	}
	grace := startGrace
	if sub.linked {
		grace = 0
	}
	if err := s.open(tx, s.journal(batch), sub.Act.ID, answer, TopicStart, StartPayload{Code: code}, grace); err != nil {
		return "", fmt.Errorf("intake of %s: %w", code, err)
	}
	if err := s.attach(tx, code, sub); err != nil {
		return "", fmt.Errorf("intake of %s: %w", code, err)
	}
	return code, nil
}

// open records the first batch of something new, whose code was drawn in this transaction: nothing of it can be stored yet. It
// answers the act that began it, and asks for its workflow after a grace.
func (s *Store) open(tx *gorm.DB, j journal, act string, answer json.RawMessage, topic string, payload any, grace time.Duration) error {
	digest, err := j.check()
	if err != nil {
		return err
	}
	start, err := message(topic, j.code, j.code, payload, s.now())
	if err != nil {
		return err
	}
	start.NextAt = start.NextAt.Add(grace)
	x := extra{submission: ActRow{ID: act, HTTPStatus: http.StatusCreated, Answer: answer}, outbox: []OutboxRow{start}}
	return s.append(tx, j, digest, x)
}

// attach writes what comes with the dossier.
func (s *Store) attach(tx *gorm.DB, code string, sub Submission) error {
	a := sub.Applicant
	a.Dossier = code
	a.Search = searchText(a)
	if _, err := insert(tx, []Applicant{a}, plainly); err != nil {
		return fmt.Errorf("applicant: %w", err)
	}
	papers := make([]Paper, len(sub.Papers))
	for i, p := range sub.Papers {
		p.Dossier, p.N = code, i+1
		papers[i] = p
	}
	if _, err := insert(tx, papers, plainly); err != nil {
		return fmt.Errorf("papers: %w", err)
	}
	return nil
}

// draw returns the next number of a sequence. Its row stays locked until the transaction ends, and a transaction that is
// rolled back gives the number back: so there are no gaps.
func draw(tx *gorm.DB, kind, agency, period string) (int64, error) {
	var n int64
	err := oneRow(tx.Raw(`INSERT INTO sequences (kind, agency, period, value) VALUES (?, ?, ?, 1)
		ON CONFLICT (kind, agency, period) DO UPDATE SET value = sequences.value + 1 RETURNING value`, kind, agency, period), &n)
	if err != nil {
		return 0, fmt.Errorf("draw %s of %s in %s: %w", kind, agency, period, err)
	}
	return n, nil
}

type registerRow struct {
	Agency string  `gorm:"column:agency;primaryKey"`
	Year   int     `gorm:"column:year;primaryKey;autoIncrement:false"`
	Number int64   `gorm:"column:number;primaryKey;autoIncrement:false"`
	Act    *string `gorm:"column:act"`
}

func (registerRow) TableName() string { return "registers" }

// NextRegister draws the number of an acceptance in the yearly register of an agency. The same act gets the same number
// again; the number of an act that was refused goes to a later one, so that the register has no gaps.
func (s *Store) NextRegister(ctx context.Context, agency string, legal time.Time, act string) (n int64, err error) {
	number := func() error {
		return s.transact(ctx, func(tx *gorm.DB) error {
			var drawn registerRow
			if err := one(tx.Where("act = ?", act), &drawn); !errors.Is(err, ErrNotFound) {
				n = drawn.Number
				return err
			}
			n, err = register(tx, agency, legal.In(calendar.Zone()).Year(), act)
			return err
		})
	}
	if err = number(); isDuplicate(err) { // the same act drew at the same moment: its number is there now
		err = number()
	}
	if err != nil {
		return 0, fmt.Errorf("register of %s: %w", agency, err)
	}
	return n, nil
}

// register draws for an act that has no number yet: the lowest that a refused act gave back, else the next. Of two drawers at
// once only one gets a number given back; the other draws a new one.
func register(tx *gorm.DB, agency string, year int, act string) (int64, error) {
	var back []int64
	err := tx.Raw(`UPDATE registers SET act = ? WHERE agency = ? AND year = ? AND act IS NULL AND number =
		(SELECT MIN(number) FROM registers WHERE agency = ? AND year = ? AND act IS NULL) RETURNING number`,
		act, agency, year, agency, year).Scan(&back).Error
	if err != nil {
		return 0, fmt.Errorf("number given back: %w", err)
	}
	if len(back) > 0 {
		return back[0], nil
	}
	n, err := draw(tx, "register", agency, fmt.Sprintf("%04d", year))
	if err != nil {
		return 0, err
	}
	return n, tx.Create(&registerRow{Agency: agency, Year: year, Number: n, Act: &act}).Error
}
