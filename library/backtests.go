package library

// Backtests are the shipped profiles of a year of work: samples, measured nowhere.
func Backtests() ([]File, error) { return folder("backtests") }
