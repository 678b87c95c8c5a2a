package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"motcua/models"
)

// keyMark begins every API key: mc_<prefix>_<secret>.
const keyMark = "mc_"

// NewKey makes an API key of 256 random bits: the key itself, shown once, and the row that is stored, which holds only its
// prefix and hash.
func NewKey(name, officer, agency string, roles []string, expires time.Time) (string, models.APIKey, error) {
	var b [38]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", models.APIKey{}, fmt.Errorf("new key: %w", err)
	}
	prefix := hex.EncodeToString(b[:6])
	return storedKey(prefix, base64.RawURLEncoding.EncodeToString(b[6:]), models.APIKey{Name: name, Officer: officer, Agency: agency, Roles: roles, ExpiresAt: expires})
}

func storedKey(prefix, secret string, row models.APIKey) (string, models.APIKey, error) {
	for _, r := range row.Roles {
		if !slices.Contains(Roles(), r) {
			return "", row, fmt.Errorf("unknown role %q; want one of %s", r, strings.Join(Roles(), ", "))
		}
	}
	key := keyMark + prefix + "_" + secret
	row.Prefix, row.Hash = prefix, hashKey(key)
	return key, row, nil
}

// DemoKey is a key whose text is known to everybody: for demonstrations only. It is refused unless its secret says "demo".
func DemoKey(prefix, officer, agency string, roles ...string) (string, models.APIKey, error) {
	return storedKey(prefix, "demo", models.APIKey{Name: "khóa dùng thử " + prefix, Officer: officer, Agency: agency, Roles: roles})
}

func hashKey(key string) string {
	h := sha256.Sum256([]byte(key))
	return hex.EncodeToString(h[:])
}

func badKey() *Problem {
	return &Problem{Status: http.StatusUnauthorized, Code: "unauthorized", Title: "Chưa xác thực", Detail: "Khóa API không đúng hoặc đã hết hạn."}
}

// Authenticate finds the principal of a key. What is wrong with a key is not told.
func (o *Office) Authenticate(ctx context.Context, key string) (Principal, error) {
	rest, ok := strings.CutPrefix(key, keyMark)
	prefix, _, cut := strings.Cut(rest, "_")
	if !ok || !cut || len(key) > 200 {
		return Principal{}, badKey()
	}
	row, err := o.Store.KeyByPrefix(ctx, prefix)
	if errors.Is(err, models.ErrNotFound) {
		return Principal{}, badKey()
	}
	if err != nil {
		return Principal{}, err
	}
	if subtle.ConstantTimeCompare([]byte(row.Hash), []byte(hashKey(key))) != 1 || !row.ExpiresAt.IsZero() && o.Now().After(row.ExpiresAt) {
		return Principal{}, badKey()
	}
	p := Principal{ID: row.Prefix, Officer: row.Officer, Agency: row.Agency, Roles: row.Roles}
	p.All = p.Is(RoleControl) || p.Is(RoleAuditor)
	scope, err := o.Store.Subtree(ctx, row.Agency)
	p.Scope = append([]string{}, scope...) // never nil: an agency that is gone acts for nobody
	return p, err
}
