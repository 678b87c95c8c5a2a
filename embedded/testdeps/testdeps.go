//go:build testdeps

// Package testdeps is never built. It names the packages that only the root module and its tests use, so that this module's
// checksums cover them and `go test -C embedded motcua/...` runs both modules' tests with one build list.
package testdeps

import (
	_ "github.com/caarlos0/env/v11"
	_ "github.com/getkin/kin-openapi/openapi3"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/rickar/cal/v2"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/spf13/cobra"
	_ "github.com/stretchr/testify/require"
	_ "github.com/xuri/excelize/v2"
	_ "pgregory.net/rapid"
)
