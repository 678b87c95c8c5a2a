package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
)

// Free ports are taken between these two. From 32768 (Linux) or 49152 (elsewhere) upwards the system gives ports to whoever
// calls out, so one from there, let go for the server to listen on, can be gone a moment later: a busy machine showed it.
const (
	lowestFreePort  = 12000
	highestFreePort = 32767
	// portsApart is the distance between the places where two processes, or two servers of one, begin to look.
	portsApart = 8
	// portsTried bounds the search: a host that cannot be listened on at all has no free port.
	portsTried = 500
)

// serversStarted counts the starts of this process, so that servers that start at the same time look in different places.
var serversStarted atomic.Int64

// ports are the TCP ports of one server. All are held open together until release, so that no two are equal and a busy
// one is an error before anything has started. Between release and the server's own listen another process could
// still take one; the start then fails and can be repeated.
type ports struct {
	frontend, history, matching, worker, ui int
	held                                    []net.Listener
	// next is the free port to try next.
	next int
}

func reservePorts(ctx context.Context, o Options) (*ports, error) {
	p := &ports{next: firstPort(os.Getpid(), serversStarted.Add(1))}
	wanted := []struct {
		host string
		port int
		into *int
	}{
		{o.Host, o.FrontendPort, &p.frontend},
		{loopback, 0, &p.history},
		{loopback, 0, &p.matching},
		{loopback, 0, &p.worker},
	}
	if o.UIPort != NoUI {
		wanted = append(wanted, struct {
			host string
			port int
			into *int
		}{o.Host, o.UIPort, &p.ui})
	}
	for _, w := range wanted {
		if err := p.hold(ctx, w.host, w.port, w.into); err != nil {
			p.release()
			return nil, err
		}
	}
	return p, nil
}

// firstPort is where the nth server of a process begins to look for free ports. Processes that start together have
// numbers close to each other, so each finds a place of its own.
func firstPort(process int, nth int64) int {
	const places = (highestFreePort - lowestFreePort + 1) / portsApart
	place := (int64(process) + nth*(places/2+1)) % places
	return lowestFreePort + int(place)*portsApart
}

func (p *ports) hold(ctx context.Context, host string, port int, into *int) error {
	l, err := p.listen(ctx, host, port)
	if err != nil {
		return fmt.Errorf("reserve a port for the temporal server: %w", err)
	}
	p.held = append(p.held, l)
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return errors.New("reserve a port for the temporal server: not a TCP address")
	}
	*into = addr.Port
	return nil
}

// listen takes the port that is asked for, or for 0 the next free one.
func (p *ports) listen(ctx context.Context, host string, port int) (net.Listener, error) {
	if port != 0 {
		return new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	}
	var err error
	for range portsTried {
		try := p.next
		if p.next++; p.next > highestFreePort {
			p.next = lowestFreePort
		}
		var l net.Listener
		l, err = new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(try)))
		if err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no free port in %d: %w", portsTried, err)
}

func (p *ports) release() {
	for _, l := range p.held {
		_ = l.Close()
	}
	p.held = nil
}
