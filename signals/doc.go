// Package signals finds in the events of dossiers what the control office should look at: dates that moved after lateness began,
// papers asked for on the last day, chains of pauses, dossiers that ended and came in again, completions at night, results that
// nobody recorded, extensions for nearly everybody, acts recorded long after they took effect.
//
// A signal accuses nobody. It says what was seen, under a rule whose thresholds are declared (Policy), and names the events that
// show it; whether there was a good reason is for people to find out. The room is pure: it folds events that somebody hands it and
// knows no persons. Which dossiers are of the same applicant is found where personal data lies, and arrives as two codes.
package signals
