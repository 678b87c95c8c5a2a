// Package procedure is the definition language of administrative procedures: it reads one YAML file per procedure, says
// everything that is wrong with it at once and in place, compiles it to an immutable plan named by its content hash, and
// evaluates the plan's conditions on declared facts.
//
// It refuses to read the clock, files or the network: dates come in as arguments, files as bytes. Conditions (CEL) are
// evaluated here and nowhere else; what carries a dossier (Executable) knows them by name only.
package procedure
