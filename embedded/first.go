package main

import "fmt"

// firstDossier is the first page's command line: a real land dossier, submitted and accepted at the desk.
func firstDossier(address string) string {
	return fmt.Sprintf(`curl -s http://%s/v1/dossiers \
  -H 'Authorization: Bearer mc_motcua_demo' -H 'Idempotency-Key: ho-so-1' -H 'Content-Type: application/json' \
  -d '{"procedure":"1.012784","channel":"counter","receiving":"H99.02.01","lead":"H99.14.01.01","accept":true,
       "applicant":{"name":"Nguyễn Văn Mẫu"},
       "papers":[{"document":"don","originals":1},{"document":"gcn","copies":1},{"document":"ban-ve","copies":1}]}'`, address)
}
