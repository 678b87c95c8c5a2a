package forecast

// Policy holds the choices that no law gives: they are ours, named and shown with the figures.
type Policy struct {
	// Draws is how many futures of a dossier are drawn.
	Draws int `json:"draws"`
	// Recent is how many days of history count, Keep how many visits of one place at most: the latest.
	Recent int `json:"recent_days"`
	Keep   int `json:"keep"`
	// Enough is how many visits make a history.
	Enough int `json:"enough"`
	// Threshold is the probability, in percent, from which a dossier is called likely to be late.
	Threshold int `json:"threshold_percent"`
	// Thin is the percentage of futures that may pass a step without history.
	Thin int `json:"thin_percent"`
	// The back-test looks at dossiers every ProbeEvery days, from ProbeFrom to ProbeUntil days ago: late enough that it is known what
	// became of them. Probes is how many it looks at, at most; fewer than EnoughProbes, or than EnoughLate of them late, prove nothing.
	ProbeFrom    int `json:"probe_from_days"`
	ProbeUntil   int `json:"probe_until_days"`
	ProbeEvery   int `json:"probe_every_days"`
	Probes       int `json:"probes"`
	EnoughProbes int `json:"enough_probes"`
	EnoughLate   int `json:"enough_late"`
}

// DefaultPolicy returns the values in force.
func DefaultPolicy() Policy {
	return Policy{
		Draws: 256, Recent: 180, Keep: 200, Enough: 20, Threshold: 50, Thin: 10,
		ProbeFrom: 140, ProbeUntil: 28, ProbeEvery: 7, Probes: 4000, EnoughProbes: 100, EnoughLate: 10,
	}
}
