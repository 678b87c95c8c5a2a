// Package mission is the law of the mission models (mô hình Đề án 06): the language in which a model is written, and the pure
// machine that carries one from its start to its close.
//
// The language is procedure's notation with other keys (kind: mission): Parse and Lint say everything that is wrong at once
// and in place, Compile makes an immutable Model named by its content hash. The machine is the dossier's in kind: Decide says
// which events an act causes or refuses it, Apply folds them into a State, NextAlarm names the next instant that matters, and
// verdicts are computed when asked and stored nowhere. Its events, refusals, rungs and calendars are the dossier's.
//
// It knows no I/O, no wall clock, no database and no Temporal. Every instant is legal time in UTC+7, to the minute. Models and
// missions hold no personal data: free text stays in the database, under the act that brought it.
package mission
