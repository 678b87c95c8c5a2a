package models

import (
	"context"
	"sync"

	"gorm.io/gorm"
)

// group lets write transactions that wait for SQLite's one writer share a commit. A commit there waits for the disk; what waits
// meanwhile needs one more such wait together, not one each. Every member has a savepoint of its own, so that one which fails
// leaves the others what they wrote, and nobody is answered before the commit.
type group struct {
	mu      sync.Mutex
	waiting []*member
	// led says that somebody is committing and will hand the lead over.
	led bool
}

// member is one transaction that waits for its turn.
type member struct {
	ctx context.Context
	do  func(tx *gorm.DB) error
	// turn gets true when the member is to lead, false when its fate is decided.
	turn     chan bool
	err      error
	panicked any
}

// groupAtMost bounds how much is lost, and how long the first waits, when a commit fails.
const groupAtMost = 32

// together runs f as a member of a group.
func (s *Store) together(ctx context.Context, f func(tx *gorm.DB) error) error {
	m := &member{ctx: ctx, do: f, turn: make(chan bool, 1)}
	if lead := s.group.join(m); lead || s.group.await(m) {
		s.lead(m)
	}
	if m.panicked != nil {
		panic(m.panicked)
	}
	return m.err
}

func (g *group) join(m *member) (lead bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, m)
	lead = !g.led
	g.led = true
	return lead
}

// await says whether the member is to lead; otherwise its fate is decided, if only by its caller's having gone.
func (g *group) await(m *member) (lead bool) {
	select {
	case lead = <-m.turn:
		return lead
	case <-m.ctx.Done():
	}
	g.mu.Lock()
	for i, w := range g.waiting {
		if w == m && len(m.turn) == 0 {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			g.mu.Unlock()
			m.err = m.ctx.Err()
			return false
		}
	}
	g.mu.Unlock()
	return <-m.turn
}

// take removes the members of the next commit from the front of the line.
func (g *group) take() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupAtMost)
	taken := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return taken
}

// handOver lets the first who waits lead.
func (g *group) handOver() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.led = len(g.waiting) > 0; g.led {
		g.waiting[0].turn <- true
	}
}

// lead commits for itself, the first in line, and for all who wait by the time the writer is free.
func (s *Store) lead(leader *member) {
	// A caller who goes away must not take the others' transaction with him, nor interrupt a statement: SQLite would roll all back.
	tx := s.write(context.WithoutCancel(leader.ctx)).Begin()
	members := s.group.take()
	defer s.group.handOver()
	err := tx.Error
	if err == nil {
		err = runAll(tx, members)
	}
	for _, m := range members {
		if m.err == nil && m.panicked == nil {
			m.err = err
		}
		if m != leader {
			m.turn <- false
		}
	}
}

// runAll runs the members in one transaction; the error is that of all who have none of their own.
func runAll(tx *gorm.DB, members []*member) error {
	alone := len(members) == 1
	for _, m := range members {
		if m.err = m.ctx.Err(); m.err != nil {
			continue
		}
		if alone {
			m.run(tx)
			continue
		}
		if err := m.runWithin(tx); err != nil {
			tx.Rollback()
			return err
		}
	}
	if alone && (members[0].err != nil || members[0].panicked != nil) {
		return tx.Rollback().Error
	}
	return tx.Commit().Error
}

// runWithin runs the member in a savepoint; an error means that the whole transaction is lost.
func (m *member) runWithin(tx *gorm.DB) error {
	if err := tx.Exec(savepoint).Error; err != nil {
		return err
	}
	if m.run(tx); m.err != nil || m.panicked != nil {
		if err := tx.Exec(rollbackToSavepoint).Error; err != nil {
			return err
		}
	}
	return tx.Exec(releaseSavepoint).Error
}

func (m *member) run(tx *gorm.DB) {
	defer func() { m.panicked = recover() }()
	m.err = m.do(tx.WithContext(context.WithoutCancel(m.ctx)))
}
