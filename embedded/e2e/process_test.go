package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is one program that was started here, and is ended by its id.
type process struct {
	cmd *exec.Cmd
	// line is the first line that it printed: where it can be reached.
	line string
	// ended is closed when the program has ended; only then is err its end.
	ended chan struct{}
	err   error
	errs  *tail
}

// spawn starts a program and waits for the first line it prints. It does not outlive the test.
func spawn(t *testing.T, env []string, program string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(context.WithoutCancel(t.Context()), program, args...), ended: make(chan struct{}), errs: &tail{}}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.errs
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	name := fmt.Sprintf("%s %s (%d)", filepath.Base(program), strings.Join(args, " "), p.cmd.Process.Pid)
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s ended: %v\n%s", name, p.err, p.errs)
		}
	})
	first := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		line, _ := r.ReadString('\n')
		first <- line
		_, _ = io.Copy(io.Discard, r)
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	select {
	case p.line = <-first:
	case <-time.After(patience):
	}
	require.NotEmpty(t, p.line, "%s says nothing: %s", name, p.errs)
	return p
}

// run runs a program to its end and returns what it printed.
func run(t *testing.T, env []string, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), env...)
	var errs tail
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(t, err, "%v: %s%s", args, out, &errs)
	return string(out)
}

// url is the address in the first line.
func (p *process) url(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(p.line, "http://")
	require.True(t, ok, p.line)
	host, _, ok := strings.Cut(rest, "/")
	require.True(t, ok, p.line)
	return "http://" + host
}

// running says whether the program was started and has not ended.
func (p *process) running() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// kill is SIGKILL, by process id; it may be called by several at once, and again.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// stop asks politely, and expects a clean end.
func (p *process) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	select {
	case <-p.ended:
		require.NoError(t, p.err, "%v: %s", p.cmd.Args, p.errs)
	case <-time.After(patience):
		require.Fail(t, "does not stop", "%v: %s", p.cmd.Args, p.errs)
	}
}

// tail keeps the end of what is written to it, without the log's lines about what goes well.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailLength = 64 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if n := len(t.kept) - tailLength; n > 0 {
		t.kept = append(t.kept[:0], t.kept[n:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out strings.Builder
	for line := range strings.Lines(string(t.kept)) {
		if !strings.Contains(line, `"level":"INFO"`) {
			out.WriteString(line)
		}
	}
	return out.String()
}
