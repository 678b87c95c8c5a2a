package e2e_test

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// link is a wire to a Postgres server that can be cut and mended.
type link struct {
	dsn             string // the database's, through the wire
	network, server string
	listener        net.Listener

	mu    sync.Mutex
	state condition
	pipes []*pipe
}

// condition is how a link is.
type condition int

const (
	whole condition = iota
	// refusing breaks what is connected and everything new: the server is down.
	refusing
	// silent takes everything and answers nothing: the network between swallows all. It forgets its connections, so that they
	// stay silent when the wire is whole again, and the server never learns that its callers are gone.
	silent
	// losing is whole until the next commit: that is lost on its way and the wire falls silent, so that the server keeps an open
	// transaction, with its locks, of somebody who is gone.
	losing
)

// pipe is one connection through a link.
type pipe struct {
	near, far net.Conn
	lost      atomic.Bool
}

// newLink lays a wire to the database of a DSN.
func newLink(t *testing.T, dsn string) *link {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	require.NoError(t, err)
	l := &link{}
	l.network, l.server = pgconn.NetworkAddress(c.Host, c.Port)
	l.listener, err = new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	u.Host = l.listener.Addr().String()
	l.dsn = u.String()

	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			near, err := l.listener.Accept()
			if err != nil {
				return // closed
			}
			wait.Go(func() { l.carry(near) })
		}
	})
	t.Cleanup(func() {
		_ = l.listener.Close()
		l.set(refusing)
		wait.Wait()
	})
	return l
}

// set changes the state of the wire.
func (l *link) set(state condition) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = state
	for _, p := range l.pipes {
		switch state {
		case silent:
			p.lost.Store(true)
		case refusing:
			p.close()
		}
	}
}

// carry takes one caller to the server and back.
func (l *link) carry(near net.Conn) {
	far, err := new(net.Dialer).DialContext(context.Background(), l.network, l.server)
	if err != nil {
		_ = near.Close()
		return
	}
	p := &pipe{near: near, far: far}
	l.mu.Lock()
	l.pipes = append(l.pipes, p)
	switch l.state {
	case silent:
		p.lost.Store(true)
	case refusing:
		p.close()
	}
	l.mu.Unlock()
	var wait sync.WaitGroup
	wait.Go(func() { p.copy(far, near, l.pass) })
	wait.Go(func() { p.copy(near, far, nil) })
	wait.Wait()
}

// pass looks at what a caller sends.
func (l *link) pass(sent []byte) {
	l.mu.Lock()
	losing := l.state == losing && bytes.Contains(sent, []byte("commit"))
	l.mu.Unlock()
	if losing {
		l.set(silent)
	}
}

func (p *pipe) close() {
	_ = p.near.Close()
	_ = p.far.Close()
}

// copy hands on what is read until one end closes. The other end of a lost pipe does not hear of that.
func (p *pipe) copy(dst, src net.Conn, pass func([]byte)) {
	b := make([]byte, 32<<10)
	for {
		n, err := src.Read(b)
		if pass != nil {
			pass(b[:n])
		}
		if n > 0 && !p.lost.Load() {
			_, err = dst.Write(b[:n])
		}
		if err != nil {
			_ = src.Close()
			if !p.lost.Load() {
				_ = dst.Close()
			}
			return
		}
	}
}
