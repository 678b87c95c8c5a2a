package temporalserver

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// ports are the TCP ports of one server. All are held open together until release, so that no two are equal and a busy
// one is an error before anything has started. Between release and the server's own listen another process could
// still take one; the start then fails and can be repeated.
type ports struct {
	frontend, history, matching, worker, ui int
	held                                    []net.Listener
}

func reservePorts(o Options) (*ports, error) {
	p := &ports{}
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
		if err := p.hold(w.host, w.port, w.into); err != nil {
			p.release()
			return nil, err
		}
	}
	return p, nil
}

func (p *ports) hold(host string, port int, into *int) error {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
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

func (p *ports) release() {
	for _, l := range p.held {
		_ = l.Close()
	}
	p.held = nil
}
