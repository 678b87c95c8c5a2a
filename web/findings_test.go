package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
	"motcua/models"
	"motcua/office"
	"motcua/web"
)

func (s *site) as(key, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	if key != "" {
		r.Header.Set("Authorization", "Bearer mc_"+key+"_demo")
	}
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	require.Contains(s.t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	return w
}

// The screen lists what is open by kind, with what to do, and what goes off next and whom it reaches; it runs no script.
func TestFindingsPage(t *testing.T) {
	t.Parallel()
	s := open(t, web.About{Demo: true, Scale: 1})
	require.Contains(t, s.get("/").Body.String(), `<a href="/findings">phát hiện cần xem 0</a>`)
	require.Contains(t, s.get("/findings").Body.String(), "Không có gì phải xem.")
	add := func(kind, subject, detail string) {
		require.NoError(t, s.store.AddFinding(t.Context(), models.Finding{Kind: kind, Subject: subject, Detail: detail}))
	}
	add(office.FindingAlarmLate, "H99.02.01-260302-0001", "nấc <i>den-han</i> phải bật lúc 17:00 18/03/2026")
	add("moon", "x", "y")
	add(office.FindingRungVacant, "closed", "z")
	require.NoError(t, s.store.CloseFinding(t.Context(), office.FindingRungVacant, "closed"))
	row, err := s.store.BeginCheck(t.Context(), models.CheckRow{ID: "c", Kind: office.CheckFull, Figures: []byte(`{"dossiers":7}`)})
	require.NoError(t, err)
	row.State = models.CheckDone
	require.NoError(t, s.store.SaveCheck(t.Context(), row))
	s.now = time.Date(2026, 3, 18, 16, 0, 0, 0, calendar.Zone()) // due today at 17:00: late from the next opening on

	page := s.get("/findings").Body.String()
	late := office.FindingKindOf(office.FindingAlarmLate)
	for _, want := range []string{
		`lang="vi"`, "còn mở: 2", late.Title, late.Next, "nấc &lt;i&gt;den-han&lt;/i&gt;", "moon", "7 hồ sơ",
		"19/03/2026: mốc nào bật, ai nhận", "07:30", "den-han", "lãnh đạo cơ quan", `href="/motcua.css"`,
	} {
		require.Contains(t, page, want)
	}
	for _, never := range []string{"closed", "<script", "style=\"", "onclick", "Nguyễn Văn Mẫu</b>"} {
		require.NotContains(t, page, never)
	}
	require.Contains(t, s.get("/").Body.String(), `<a href="/findings">phát hiện cần xem 2</a>`)
}

// In production the screen is for keys that may read findings, and shows nothing to others.
func TestFindingsPageAsksForAKey(t *testing.T) {
	t.Parallel()
	s := open(t, web.About{Scale: 1})
	require.NoError(t, s.store.AddFinding(t.Context(), models.Finding{Kind: office.FindingAlarmLate, Subject: "H99.02.01-260302-0001", Detail: "x"}))
	for _, key := range []string{"", "nobody", "motcua"} {
		w := s.as(key, "/findings")
		require.NotContains(t, w.Body.String(), "H99.02.01-260302-0001")
		require.Equal(t, key == "motcua", w.Code == http.StatusForbidden, key)
		require.Equal(t, key != "motcua", w.Code == http.StatusUnauthorized, key)
	}
	for _, key := range []string{"kstt", "thanhtra", "quantri"} {
		w := s.as(key, "/findings")
		require.Equal(t, http.StatusOK, w.Code, key)
		require.Contains(t, w.Body.String(), "H99.02.01-260302-0001")
	}
}
