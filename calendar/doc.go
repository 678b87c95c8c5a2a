// Package calendar reckons the working time of Vietnamese state agencies: sessions, public holidays, swapped days and
// closures, and the limits that run over them.
//
// It is pure: no wall clock, no I/O, no host time zone. Legal time is a fixed UTC+7. Instants are cut to the minute,
// sessions are half-open (what arrives at 11:30:00 arrived after the morning session), and a limit that ends exactly at
// its due instant is on time. A [Source] is one layer as people write it, with its legal grounds; [Merge] nests layers
// into a [Book]; a [Spec] is the merged calendar as compact data, which a workflow carries and hashes; a [Calendar] is a
// Spec compiled into prefix sums, so that every reckoning is a constant number of steps whatever its distance.
//
// The package refuses to guess: an instant beyond the compiled years is [ErrOutOfRange], and a year whose holidays are
// computed instead of decreed is reported as provisional wherever a date crosses it.
package calendar
