package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/library"
)

// BenchmarkLint3000Files is the command over 3,000 files made of the shipped definitions, from disk to the last finding.
func BenchmarkLint3000Files(b *testing.B) {
	shipped, err := library.Procedures()
	require.NoError(b, err)
	folder := b.TempDir()
	for i := range 3000 {
		text := strings.NewReplacer("\nname: \"", fmt.Sprintf("\nname: \"Số %d, ", i), "\nname: ", fmt.Sprintf("\nname: Số %d, ", i)).Replace(string(shipped[i%len(shipped)].Data))
		require.NoError(b, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%04d.yaml", i)), []byte(text), 0o644))
	}
	for b.Loop() {
		var errs bytes.Buffer
		if code := run([]string{"procedure", "lint", "--on", "2026-01-01", folder}, nil, io.Discard, &errs); code != 0 {
			b.Fatal(code, errs.String())
		}
	}
}
