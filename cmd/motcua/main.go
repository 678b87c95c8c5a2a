// Command motcua is the production binary and the designers' tool: serve, worker, migrate, doctor and reconcile against a
// Temporal server and a Postgres of one's own; calendar, procedure, mission and dossier for people.
//
// Data goes to standard output, messages to standard error. Exit codes: 0 done, 1 the input or the state is wrong, 2 wrong
// usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Schedules name Asia/Ho_Chi_Minh; no host needs to know it

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// usageError is the caller's mistake in words, not in data.
type usageError struct{ error }

// run is main with its edges as arguments, for the tests that are also the documentation of the commands.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use: "motcua", Short: "Bộ máy xử lý hồ sơ một cửa", SilenceErrors: true, SilenceUsage: true,
		Example: "  motcua calendar due --received 2026-11-23T09:00:00+07:00 --limit 5wd\n  motcua procedure lint thu-tuc.yaml",
	}
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(calendarCommand(), outageCommand(), procedureCommand(), missionCommand(), catalogueCommand(), serveCommand(), workerCommand(), migrateCommand(), doctorCommand(), reconcileCommand(), checkCommand(), keyCommand(), dossierCommand(), reductionCommand(), historyCommand(), escalationCommand(), signalsCommand(), forecastCommand(), versionCommand())
	strict(root)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(errs, "motcua: %v\nXem: motcua --help\n", err)
		return 2
	case errors.Is(err, errReported):
	default:
		fmt.Fprintf(errs, "motcua: %v\n", err)
	}
	return 1
}

// strict makes wrong arguments a usage error in every command, and an unknown word below a group an error at all: by default a
// group answers it with its help and success.
func strict(c *cobra.Command) {
	for _, sub := range c.Commands() {
		strict(sub)
	}
	if !c.Runnable() {
		c.Args = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("không có lệnh %q dưới %q", args[0], c.CommandPath())}
			}
			return nil
		}
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		return
	}
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
}

// errReported ends with exit code 1 after everything was already said.
var errReported = errors.New("reported")
