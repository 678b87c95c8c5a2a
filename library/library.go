// Package library holds the data that Motcua ships: procedures with the source and the confidence of every fact, named
// reductions and escalation ladders, plans of mission models with a sample model, and a small demonstration province.
//
// It refuses to know more than its files say: what was read in a publication is "official", what we concluded is
// "inferred", what we made up is "sample". It embeds, decodes and compiles; it never writes, and asks no network and no clock.
package library

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v4"
)

//go:embed procedures/*.yaml merged/*.yaml scenarios/*.yaml rules/*.yaml organisation/*.yaml templates/*.yaml
//go:embed missions/*.yaml mission-plans/*.yaml mission-scenarios/*.yaml backtests/*.yaml
var files embed.FS

// File is one embedded file.
type File struct {
	// Name is its path inside the library, e.g. "procedures/1.012784-tach-hop-thua.yaml": what findings print.
	Name string
	Data []byte
}

// folder returns the files of one folder, sorted by name.
func folder(name string) ([]File, error) {
	entries, err := fs.ReadDir(files, name)
	if err != nil {
		return nil, fmt.Errorf("library: list %s: %w", name, err)
	}
	out := make([]File, 0, len(entries))
	for _, e := range entries {
		file, err := Read(path.Join(name, e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

// Read returns one file by its path inside the library.
func Read(name string) (File, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return File{}, fmt.Errorf("library: read %s: %w", name, err)
	}
	return File{Name: name, Data: data}, nil
}

// decode reads a file of ours strictly: a key that nothing reads is an error, not a silent loss.
func (f File) decode(into any) error {
	d := yaml.NewDecoder(bytes.NewReader(f.Data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("library: decode %s: %w", f.Name, err)
	}
	return nil
}
