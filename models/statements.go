package models

import (
	"context"
	"database/sql"
	"sync"

	"gorm.io/gorm"
)

// statementPool keeps the statements of SQLite's one writing connection prepared from one transaction to the next. A
// statement that database/sql prepares inside a transaction dies with it, and one cannot be prepared outside while the
// transaction holds the only connection. So texts met inside are noted and prepared before the next transaction begins.
type statementPool struct {
	*sql.DB
	mu     sync.Mutex
	ready  map[string]*sql.Stmt
	wanted map[string]bool
}

func newStatementPool(db *sql.DB) *statementPool {
	return &statementPool{DB: db, ready: map[string]*sql.Stmt{}, wanted: map[string]bool{}}
}

// GetDBConn is how gorm finds the pool below.
func (p *statementPool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// BeginTx prepares what earlier transactions asked for, then begins.
func (p *statementPool) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	p.prepare(ctx)
	tx, err := p.DB.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &statementTx{Tx: tx, pool: p}, nil
}

func (p *statementPool) prepare(ctx context.Context) {
	p.mu.Lock()
	wanted := p.wanted
	p.wanted = map[string]bool{}
	p.mu.Unlock()
	for text := range wanted {
		stmt, err := p.PrepareContext(ctx, text)
		if err != nil { // it will run unprepared, and say there what is wrong
			continue
		}
		p.mu.Lock()
		old := p.ready[text]
		p.ready[text] = stmt
		p.mu.Unlock()
		if old != nil {
			_ = old.Close()
		}
	}
}

// find returns the prepared statement of a text, or notes the text for the next transaction.
func (p *statementPool) find(text string) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	stmt := p.ready[text]
	if stmt == nil && len(p.ready)+len(p.wanted) < statements {
		p.wanted[text] = true
	}
	return stmt
}

// close ends the statements; the pool below is the caller's.
func (p *statementPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for text, stmt := range p.ready {
		_ = stmt.Close()
		delete(p.ready, text)
	}
}

type statementTx struct {
	*sql.Tx
	pool *statementPool
}

// GetDBConn is how gorm finds the pool below.
func (t *statementTx) GetDBConn() (*sql.DB, error) { return t.pool.DB, nil }

func (t *statementTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if stmt := t.pool.find(text); stmt != nil {
		return t.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, text, args...)
}

func (t *statementTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if stmt := t.pool.find(text); stmt != nil {
		return t.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, text, args...)
}

func (t *statementTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if stmt := t.pool.find(text); stmt != nil {
		return t.StmtContext(ctx, stmt).QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, text, args...)
}
