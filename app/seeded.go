package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"motcua/library"
	"motcua/models"
)

// settingSeeded is the print of the library whose plans are stored, and of the program that compiled them.
const settingSeeded = "library_seeded"

// seedPlans stores the shipped procedures in force as samples. Compiling all of them is most of a start: where the same program has
// stored the same library, there is nothing to do.
func seedPlans(ctx context.Context, s *models.Store) error {
	files, err := library.Definitions()
	if err != nil {
		return err
	}
	print, err := seedPrint(files)
	if err != nil {
		return err
	}
	switch stored, err := s.Setting(ctx, settingSeeded); {
	case err == nil && stored == print:
		return nil
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return err
	}
	plans, err := library.Plans()
	if err != nil {
		return err
	}
	for i, p := range plans {
		if err := s.SavePlan(ctx, p, files[i].Data); err != nil {
			return fmt.Errorf("seed procedure %s: %w", p.Code, err)
		}
	}
	locals, err := library.Locals()
	if err != nil {
		return err
	}
	for _, l := range locals {
		leads := l.For
		if len(leads) == 0 {
			leads = []string{""}
		}
		if err := s.SavePlanFor(ctx, l.Plan, l.File.Data, leads...); err != nil {
			return fmt.Errorf("seed %s: %w", l.File.Name, err)
		}
	}
	return s.SetSetting(ctx, settingSeeded, print)
}

// seedPrint is made of the definitions, the rules that they refer to, and the program: what the language makes of a file may
// change with it.
func seedPrint(files []library.File) (string, error) {
	rules, err := library.Rules()
	if err != nil {
		return "", err
	}
	templates, err := library.TemplateSources()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, f := range templates {
		fmt.Fprintf(h, "%s %d\n", f.File, len(f.Data))
		h.Write(f.Data)
	}
	for _, f := range append(rules, files...) {
		fmt.Fprintf(h, "%s %d\n", f.Name, len(f.Data))
		h.Write(f.Data)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintln(h, info.String())
	}
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("name of the program: %w", err)
	}
	about, err := os.Stat(program)
	if err != nil {
		return "", fmt.Errorf("program: %w", err)
	}
	fmt.Fprintln(h, about.Size(), about.ModTime().UnixNano())
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
