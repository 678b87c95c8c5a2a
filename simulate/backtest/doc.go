// Package backtest asks what the on-time rate of a year would have been under another limit, another reduction or another number
// of people. It lives every dossier twice on the pure machine, as things are and as they would be, and judges both by the law of
// package dossier; nothing about lateness is reckoned here.
//
// # What a dossier brings with it
//
// A Course is what does not depend on the limits: when the dossier came in, which facts hold, how much working time each visit of
// each step takes, which way out it takes, what interrupts it and how long the applicant needs. It is either read from the events of
// a past dossier (Read) or drawn from a profile of distributions (Profile). Drawn numbers depend on the seed, the dossier and the
// step only, so that both lives share them and a difference is the change's, not chance's.
//
// # Queues
//
// Every office has its own people. A station is a role at an agency of the office ("receiving/mot-cua",
// "vpdk-chi-nhanh/chuyen-vien") with so many people, who work the sessions of its calendar, each on one dossier at a time until
// that piece of work is done, whatever the procedure, in the order in which dossiers come to the station. While a dossier waits for
// the applicant nobody works on it, and afterwards it queues again. A step whose station has no number of people is worked on at
// once: its time is the course's alone. Of a past dossier the time of a step holds both work and waiting; so with changed staffing the
// work of its staffed steps is drawn from the profile, and only arrivals, ways out and interruptions are the past's.
//
// # What is counted
//
// Rate = (early + on time) / due, where due = resolved + in process past the limit (clock.md §12). Refusals after appraisal are
// results; withdrawn, stopped and refused at intake are not due. A re-appointment is not repeated: on time means the first promise.
// Rungs of ladders move no clock and are left out.
package backtest
