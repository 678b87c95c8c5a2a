package temporalserver

import (
	"os"
	"runtime/debug"
)

// collectLater lets the heap grow to four times what is in use before it is collected: an embedded server allocates much and
// keeps little (some sixty megabytes), and at the default the collector takes a tenth of the CPU.
const collectLater = 300

// TuneCollector sets the garbage collector for a process around an embedded server, unless GOGC in the environment does.
func TuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectLater)
	}
}
