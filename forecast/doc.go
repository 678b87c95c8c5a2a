// Package forecast says of an open dossier how likely it is to finish after its promise, from where it stands, the ways that its plan
// leaves open and the time that steps have taken of late.
//
// # What is drawn
//
// The working minutes that a visit of a step takes are drawn from those on record: of the same step at the same agency where there
// are enough (Policy.Enough), else of the same step at any agency, else from the share of their budget that steps of that kind have
// used. The way out is drawn as often as it was taken. An open visit that has lasted a while is drawn from the visits that lasted
// longer; one that has lasted longer than any takes once more as long. Branches run side by side and wait for each other at joins,
// excluded time does not count, and the promise is passed when the counted minutes of the last branch are more than those left.
// Numbers are drawn by name (package dice): the same dossier on the same history is forecast the same.
//
// A step without a history is not guessed at: a dossier that may well come to one has no probability, and is told which step it is.
// What applicants may still be asked for, and the days on which one agency of several is closed, are left out.
//
// # How good it is
//
// History forecasts the past: dossiers as they stood at instants some weeks ago, with what was known then and no more, are compared
// with what became of them. The Calibration goes with every list.
package forecast
