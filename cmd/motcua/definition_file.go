package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"motcua/procedure"
)

// readDefinition reads a definition, "-" from in, and stops one byte behind the longest one that is accepted.
func readDefinition(file string, in io.Reader) ([]byte, error) {
	var data bytes.Buffer
	if file != "-" || in == nil {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil { // a buffer that never grows, unless the file does
			data.Grow(int(min(max(info.Size(), 0), procedure.MaxFile)) + bytes.MinRead)
		}
		in = f
	}
	_, err := data.ReadFrom(io.LimitReader(in, procedure.MaxFile+1))
	return data.Bytes(), err
}

// definitionFiles replaces folders by the YAML files inside them, in order; a name that is not there stays, to be reported
// where it is read.
func definitionFiles(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			files = append(files, name)
			continue
		}
		err := filepath.WalkDir(name, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// rewrite replaces a file as a whole or not at all: a designer's work is not lost to a full disk.
func rewrite(file string, data []byte) error {
	mode := fs.FileMode(0o644)
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".motcua-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
