package main

import (
	"motcua/library"
	"motcua/procedure"
)

// partsShelf is the shelf with the versions that merged procedures are held to: those of the library, and before them those of
// the files at hand, which may be newer.
func partsShelf(shelf *procedure.Shelf, files []string) (*procedure.Shelf, error) {
	full, err := shelf.Merge(nil)
	if err != nil {
		return nil, err
	}
	shipped, err := library.Plans()
	if err != nil {
		return nil, err
	}
	full.Plans = map[string]string{}
	for _, p := range shipped {
		full.Plans[p.Code] = p.Hash
	}
	for _, file := range files {
		if file == "-" {
			continue // read once, by whoever lints it
		}
		data, err := readDefinition(file, nil)
		if err != nil {
			continue // reported where it is linted
		}
		d, _ := procedure.ParseWith(file, data, procedure.ParseOptions{Templates: full.Others})
		if d == nil || len(d.Parts) > 0 {
			continue
		}
		if p, _ := procedure.Compile(d, shelf); p != nil {
			full.Plans[p.Code] = p.Hash
		}
	}
	return full, nil
}
