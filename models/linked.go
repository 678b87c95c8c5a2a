package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/dossier"
)

// TopicLink carries what one dossier does to another that it opened, or was opened by. Its key is the dossier it is for.
const TopicLink = "link"

// What a link message asks for.
const (
	LinkOpen     = "open"     // take in the dossier that a task of Dossier asked for, which could not be done at once
	LinkEnd      = "end"      // tell Dossier how the one that its task opened has ended
	LinkWithdraw = "withdraw" // the applicant withdrew the dossier that opened Dossier
	LinkStop     = "stop"     // the dossier that opened Dossier ended, or no longer waits for it
)

// LinkPayload is the payload of topic "link". It holds no personal data.
type LinkPayload struct {
	Kind    string `json:"kind"`
	Dossier string `json:"dossier"`
	// Task is the task that opened the other one; Seq of LinkOpen the event that asked for it.
	Task string `json:"task"`
	Seq  int64  `json:"seq,omitempty"`
	// Child and Outcome of LinkEnd; Ground of LinkStop.
	Child   string `json:"child,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	Ground  string `json:"ground,omitempty"`
	// At is when it took effect (legal time).
	At time.Time `json:"at"`
}

// Child is a dossier that an event of a batch asks for. Take makes its submission, given the code of the dossier that opens
// it; nil where it could not be prepared: the outbox asks for it again.
type Child struct {
	Task string
	Take func(parent string) Submission
}

// LinkedRow is a task that opened a dossier; Child is empty until that one could be taken in.
type LinkedRow struct {
	Parent    string `gorm:"column:parent;primaryKey"`
	Task      string `gorm:"column:task;primaryKey"`
	Seq       int64  `gorm:"column:seq"`
	Procedure string `gorm:"column:procedure"`
	Child     string `gorm:"column:child"`
}

func (LinkedRow) TableName() string { return "linked" }

// Linked are the dossiers that a dossier opened, in the order in which it asked for them.
func (s *Store) Linked(ctx context.Context, parent string) (rows []LinkedRow, err error) {
	if err := s.read(ctx).Where("parent = ?", parent).Order("seq").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("dossiers opened by %s: %w", parent, err)
	}
	return rows, nil
}

// openChildren takes in the dossiers that the events of a batch ask for, in the batch's own transaction: either both are there
// or neither. A task opens one dossier, however often its batch is recorded.
func (s *Store) openChildren(tx *gorm.DB, b Batch) error {
	for _, e := range b.Events {
		asked, ok := e.Body.(dossier.ChildRequested)
		if !ok {
			continue
		}
		row := LinkedRow{Parent: b.Code, Task: asked.Task, Seq: e.Seq, Procedure: asked.Procedure}
		written, err := insert(tx, []LinkedRow{row}, unlessThere)
		if err != nil {
			return fmt.Errorf("link %s of %s: %w", asked.Task, b.Code, err)
		}
		if written == 0 {
			continue
		}
		var take func(string) Submission
		for _, c := range b.Children {
			if c.Task == asked.Task {
				take = c.Take
			}
		}
		if take == nil {
			p := LinkPayload{Kind: LinkOpen, Dossier: b.Code, Task: asked.Task, Seq: e.Seq, At: e.At}
			if err := s.tellLinked(tx, b.Code, "open/"+b.Code+"/"+asked.Task, p); err != nil {
				return err
			}
			continue
		}
		if _, err := s.adopt(tx, row, take(b.Code)); err != nil {
			return err
		}
	}
	return nil
}

// relink writes again what the events of a dossier say of those that it opened, and of the one that opened it.
func relink(tx *gorm.DB, code string, events []dossier.Event) error {
	key := []clause.Column{{Name: "parent"}, {Name: "task"}}
	for _, e := range events {
		var row LinkedRow
		knows := []string{"child"}
		switch b := e.Body.(type) {
		case dossier.ChildRequested:
			row, knows = LinkedRow{Parent: code, Task: b.Task, Seq: e.Seq, Procedure: b.Procedure}, []string{"seq", "procedure"}
		case dossier.Submitted:
			if b.Intake.Parent == nil {
				continue
			}
			row = LinkedRow{Parent: b.Intake.Parent.Code, Task: b.Intake.Parent.Task, Procedure: b.Procedure, Child: code}
		default:
			continue
		}
		if err := tx.Clauses(clause.OnConflict{Columns: key, DoUpdates: clause.AssignmentColumns(knows)}).Create(&row).Error; err != nil {
			return fmt.Errorf("link %s of %s: %w", row.Task, row.Parent, err)
		}
	}
	return nil
}

// adopt takes in the dossier that a task asked for.
func (s *Store) adopt(tx *gorm.DB, row LinkedRow, sub Submission) (string, error) {
	created, err := s.insertAct(tx, sub.Act)
	if err != nil {
		return "", err
	}
	if !created {
		return "", &DuplicateAct{ID: sub.Act.ID}
	}
	sub.linked = true
	code, err := s.take(tx, sub)
	if err != nil {
		return "", fmt.Errorf("dossier for %s of %s: %w", row.Task, row.Parent, err)
	}
	err = tx.Table("linked").Where("parent = ? AND task = ?", row.Parent, row.Task).Update("child", code).Error
	if err != nil {
		return "", fmt.Errorf("link %s of %s: %w", row.Task, row.Parent, err)
	}
	return code, nil
}

// OpenChild takes in a dossier that could not be taken in when it was asked for. It returns the one that is there already, and
// ErrNotFound where the task no longer waits.
func (s *Store) OpenChild(ctx context.Context, parent string, c Child) (code string, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		// The dossier's row, as for its batches: a task that is cancelled meanwhile either finds the new dossier or is not waiting here.
		if _, err := s.lockDossier(tx, parent); err != nil {
			return err
		}
		var row LinkedRow
		if err := one(s.lockRow(tx.Where("parent = ? AND task = ?", parent, c.Task)), &row); err != nil {
			return err
		}
		if code = row.Child; code != "" {
			return nil
		}
		var waiting int64
		if err := tx.Model(&TaskRow{}).Where("dossier = ? AND task = ?", parent, c.Task).Count(&waiting).Error; err != nil {
			return err
		}
		if waiting == 0 {
			return ErrNotFound
		}
		code, err = s.adopt(tx, row, c.Take(parent))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("open dossier for %s of %s: %w", c.Task, parent, err)
	}
	return code, nil
}

// tellEnds tells the dossier above how this one ended, and those below that nobody waits for them any more.
func (s *Store) tellEnds(tx *gorm.DB, b Batch) error {
	for _, e := range b.Events {
		if p := b.View.Parent; p != nil {
			if outcome := dossier.EndOutcome(e.Body); outcome != "" {
				end := LinkPayload{Kind: LinkEnd, Dossier: p.Code, Task: p.Task, Child: b.Code, Outcome: outcome, At: e.At}
				if err := s.tellLinked(tx, p.Code, "end/"+b.Code, end); err != nil {
					return err
				}
			}
		}
		kind, ground, task := LinkStop, groundAlone, ""
		switch x := e.Body.(type) {
		case dossier.Withdrawn:
			kind, ground = LinkWithdraw, ""
		case dossier.Stopped:
			ground = x.Ground
		case dossier.Returned:
		case dossier.StepCancelled:
			task = x.Task
		case dossier.SentBack:
			task = x.Task
		default:
			continue
		}
		open, err := openBelow(tx, b.Code, task)
		if err != nil {
			return err
		}
		for _, row := range open {
			p := LinkPayload{Kind: kind, Dossier: row.Child, Task: row.Task, Ground: ground, At: e.At}
			if err := s.tellLinked(tx, row.Child, kind+"/"+row.Child, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// groundAlone is why a dossier is stopped that nobody waits for any more.
const groundAlone = "Hồ sơ đã mở hồ sơ này không còn chờ kết quả của nó"

// openBelow are the dossiers that a dossier opened, for one task or for all, and that have not ended.
func openBelow(tx *gorm.DB, parent, task string) (rows []LinkedRow, err error) {
	q := tx.Table("linked").Select("linked.*").Joins("JOIN dossiers ON dossiers.code = linked.child").
		Where("linked.parent = ? AND dossiers.open", parent).Order("linked.seq")
	if task != "" {
		q = q.Where("linked.task = ?", task)
	}
	if err := q.Find(&rows).Error; err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, fmt.Errorf("dossiers opened by %s: %w", parent, err)
	}
	return rows, nil
}

func (s *Store) tellLinked(tx *gorm.DB, key, dedup string, p LinkPayload) error {
	row, err := message(TopicLink, key, dedup, p, s.now())
	if err != nil {
		return err
	}
	if _, err := insert(tx, []OutboxRow{row}, unlessThere); err != nil {
		return fmt.Errorf("outbox link %s: %w", dedup, err)
	}
	return nil
}
