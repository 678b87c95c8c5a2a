package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"

	"motcua/calendar"
)

// Real cells of the portal, and what each of them says.
func TestCells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		hasLimit bool
		left     string
		fee      Fee
		words    string
		rules    []string
	}{
		{"Miễn phí", true, "", Fee{Kind: FeeFree}, "", nil},
		{"1Miễn phí", false, "1", Fee{Kind: FeeFree}, "", nil},
		{"Miễn phí(Không quy định.)", true, "", Fee{Kind: FeeFree, Note: "Không quy định."}, "", nil},
		{"Miễn phí(", true, "", Fee{Kind: FeeFree}, "", nil},
		{"Miễn phí05 (năm) ngày làm việc kể từ ngày nhận hồ sơ hợp lệ.", true, "", Fee{Kind: FeeFree}, "05 (năm) ngày làm việc kể từ ngày nhận hồ sơ hợp lệ.", nil},
		{"Miễn phí(Theo quy định của Hội đồng nhân dân cấp tỉnh))", true, "",
			Fee{Kind: FeeRuled, Note: "Theo quy định của Hội đồng nhân dân cấp tỉnh"}, "", []string{"free-but-noted"}},
		{"120 VNĐ(20.000 vnđ /tờ khai)", false, "1",
			Fee{Kind: FeeAmount, Amount: 20000, Currency: "VND", Per: "tờ khai", Note: "20.000 vnđ /tờ khai"}, "", []string{"fee-fused"}},
		{"120 VNĐ", false, "", Fee{Kind: FeeUnknown, Text: "120 VNĐ"}, "", []string{"fee-ambiguous"}},
		{"1100 VNĐ(Miễn phí đối với: người di cư)", false, "", Fee{Kind: FeeUnknown, Text: "1100 VNĐ", Note: "Miễn phí đối với: người di cư"}, "", []string{"fee-ambiguous"}},
		{"150 VNĐ(150.000 đồng/lần/thẻ.)", true, "",
			Fee{Kind: FeeAmount, Amount: 150000, Currency: "VND", Note: "150.000 đồng/lần/thẻ."}, "", []string{"fee-in-thousands"}},
		{"25 VNĐ(25.000.000đ/giấy thông hành)", true, "",
			Fee{Kind: FeeUnknown, Text: "25 VNĐ", Note: "25.000.000đ/giấy thông hành"}, "", []string{"fee-contradicts-note"}},
		{"1 Việt Nam Đồng- Đối với trường hợp khác", true, "", Fee{Kind: FeeUnknown, Text: "1 Việt Nam Đồng"}, "- Đối với trường hợp khác", []string{"fee-implausible"}},
		{"1,025,000 Việt Nam Đồng(Kiểm tra: 1.025.000 đồng/lần)- Trường hợp đầu", true, "",
			Fee{Kind: FeeAmount, Amount: 1025000, Currency: "VND", Note: "Kiểm tra: 1.025.000 đồng/lần"}, "- Trường hợp đầu", nil},
		{"800,000 Việt Nam Đồng((áp dụng mức phí 400.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026 theo Thông tư số 64/2025/TT-BTC))", true, "",
			Fee{Kind: FeeAmount, Amount: 800000, Currency: "VND", Reduced: &Reduced{400000, "2025-07-01", "2026-12-31", "64/2025/TT-BTC"},
				Note: "áp dụng mức phí 400.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026 theo Thông tư số 64/2025/TT-BTC"}, "", nil},
		{"Không có thông tin", true, "", Fee{}, "", nil},
		{"Không có thông tinTrong thời hạn 07 ngày làm việc", true, "", Fee{}, "Trong thời hạn 07 ngày làm việc", nil},
		{"Không có thông tinKhông có thông tin(1) Trường hợp", false, silent, Fee{}, "(1) Trường hợp", nil},
		{"Không có thông tin50,000 Việt Nam Đồng(/giao dịch)Cá nhân", false, silent,
			Fee{Kind: FeeAmount, Amount: 50000, Currency: "VND", Per: "giao dịch", Note: "/giao dịch"}, "Cá nhân", nil},
		{"Không có thông tin10 USD(/bản)Tại cơ quan đại diện", false, silent,
			Fee{Kind: FeeAmount, Amount: 10, Currency: "USD", Per: "bản", Note: "/bản"}, "Tại cơ quan đại diện", nil},
		{"Không quy địnhMiễn phíTại TTPVHCC cấp tỉnh, xã", false, "Không quy định", Fee{Kind: FeeFree}, "Tại TTPVHCC cấp tỉnh, xã", nil},
		{"KhôngKhông có thông tinTại Trung tâm", false, "Không", Fee{}, "Tại Trung tâm", nil},
		{"Không phải trả kết quả cho người nộp thuếMiễn phíQua Cổng", false, "Không phải trả kết quả cho người nộp thuế", Fee{Kind: FeeFree}, "Qua Cổng", nil},
		{"hai chục", true, "", Fee{Kind: FeeUnknown, Text: "hai chục"}, "", []string{"fee-unread"}},
		{"", true, "", Fee{}, "", nil},
	} {
		got := readCell(c.text, c.hasLimit)
		require.Equal(t, cell{left: c.left, fee: c.fee, words: c.words, rules: c.rules}, got, c.text)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"15 Ngày làm việc": "15wd", "07 (bảy) ngày": "7d", "7ngày": "7d", "12wd": "12wd", "0,5 ngày làm việc": "0.5wd", "nửa ngày làm việc": "0.5wd",
		"1 tháng": "1mo", "4 giờ làm việc": "4wh", "8 Giờ": "8h", "3 working days": "3wd", "ngày làm việc": "", "mười ngày": "", "": "", "0 ngày": "",
		"15 ngày làm việc kể từ": "", "120 tháng": "120mo", "121 tháng": "", "20000 ngày": "",
	} {
		l, doubtful, ok := limitText(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, l.String(), text)
			require.Equal(t, l.Unit == calendar.Hour, doubtful, text)
		}
	}
	require.Equal(t, "7wd, 17wd, 30d", texts(limitsIn("- 07 ngày làm việc đối với A; - 17 (mười bảy) ngày làm  việc; ngày 30/6/2025, 30 ngày sau 15 giờ")))
	require.True(t, agrees("02 ngày làm việc và 33 ngày làm việc", limitsIn("02 ngày làm việc và 33 ngày làm việc"), calendar.MustLimit("35wd")), "the sum of its parts")
	require.False(t, agrees("05 ngày", limitsIn("05 ngày"), calendar.MustLimit("7d")))
}

func TestNumbersOfDocuments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		number       string
		glued, known bool
	}{
		"08/2015/NĐ-CP": {"08/2015/NĐ-CP", false, true}, "172/2010/TT-BTCQ": {"172/2010/TT-BTC", true, true}, "54/2014/QH1354": {"54/2014/QH13", true, true},
		"31/2024/QH15": {"31/2024/QH15", false, true}, "65/2006/QH1165": {"65/2006/QH11", true, true}, "88/2025/TT-BNNMTQUY": {"88/2025/TT-BNNMT", true, true},
		"09/2016/TTLT-BTP-BTNMTS": {"09/2016/TTLT-BTP-BTNMT", true, true}, "1/2015/QĐ-TTg": {"1/2015/QĐ-TTg", false, true},
		"16/2014/UBTVQH13": {"16/2014/UBTVQH13", false, true}, "Luật Đất đai": {"Luật Đất đai", false, false}, "1/2015/XX-YY": {"1/2015/XX-YY", false, false},
		"5/2020/TT-BTPa": {"5/2020/TT-BTPa", false, false},
	} {
		number, glued, known := basisOf(text)
		require.Equal(t, want.number, number, text)
		require.Equal(t, want.glued, glued, text)
		require.Equal(t, want.known, known, text)
	}
	for text, want := range map[string]string{
		"2628/QĐ-BTC": "2628/QĐ-BTC", "8258/QĐ-BCA-QLXNC": "8258/QĐ-BCA-QLXNC", "SỐ 64/QĐ-NHNN": "64/QĐ-NHNN", "3713/QD-BTP": "3713/QĐ-BTP", "12a/QĐ-NHNN": "12a/QĐ-NHNN",
	} {
		number, changed, known := decisionOf(text)
		require.True(t, known, text)
		require.Equal(t, want, number)
		require.Equal(t, want != text, changed)
	}
	for _, text := range []string{"QĐ/0001-BCA", "QĐ2338-BTP", "01/QĐCB"} {
		number, changed, known := decisionOf(text)
		require.False(t, known || changed, text)
		require.Equal(t, text, number, "kept as written")
	}
}

func TestAgencies(t *testing.T) {
	t.Parallel()
	names, joined := rejoin([]string{"Ủy ban Nhân dân xã", "phường", "thị trấn.", "Thuế tỉnh", "thành phố", "Thuế cơ sở", "Thuế cơ sở"})
	require.True(t, joined)
	require.Equal(t, []string{"Ủy ban Nhân dân xã, phường, thị trấn", "Thuế tỉnh, thành phố", "Thuế cơ sở"}, names)
	for name, key := range map[string]string{
		"Ủy ban Nhân dân xã, phường, thị trấn": "ubnd-xa", "Uỷ ban nhân dân cấp xã": "ubnd-xa", "UBND cấp huyện": "ubnd-huyen",
		"Chủ tịch ủy ban nhân dân cấp tỉnh": "chu-tich-ubnd-tinh", "Công an cấp Tỉnh": "cong-an-tinh", "Công an tỉnh": "cong-an-tinh",
		"Sở Tài chính các tỉnh, thành phố": "so-tai-chinh", "Chi nhánh Văn phòng đăng ký đất đai": "vpdk-chi-nhanh", "Văn phòng Đăng ký đất đai": "vpdk",
		"Thuế tỉnh, thành phố": "thue-tinh", "": "",
	} {
		require.Equal(t, key, AgencyKey(name), name)
	}
	for name, level := range map[string]string{"Cấp bộ": "ministry", "cấp tỉnh": "province", "Cấp Xã": "commune", "Cấp huyện": "district", "Cơ quan khác": "other"} {
		got, known := levelOf(name)
		require.True(t, known)
		require.Equal(t, level, got)
	}
	got, known := levelOf("Cấp làng")
	require.False(t, known)
	require.Equal(t, "cap-lang", got)
}

func TestPapers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, out Paper
		split   bool
	}{
		{Paper{"Đơn theo Mẫu số", 181, 1}, Paper{"Đơn theo Mẫu số 18", 1, 1}, true},
		{Paper{"Thông tư số 88/2025/TT-BNNMT ngày 31/12/", 20251, 0}, Paper{"Thông tư số 88/2025/TT-BNNMT ngày 31/12/2025", 1, 0}, true},
		{Paper{"Điều 145 Luật Đất đai năm", 20240, 1}, Paper{"Điều 145 Luật Đất đai năm 2024", 0, 1}, true},
		{Paper{"theo mẫu BM.NCC.20.", 31, 0}, Paper{"theo mẫu BM.NCC.20.3", 1, 0}, true},
		{Paper{"Ảnh chân dung", 12, 0}, Paper{"Ảnh chân dung", 12, 0}, false},
		{Paper{"Đơn theo Mẫu số", 2, 0}, Paper{"Đơn theo Mẫu số", 2, 0}, false},
	} {
		got, split := unglue(c.in)
		require.Equal(t, c.split, split, c.in)
		require.Equal(t, c.out, got)
	}
	for name, want := range map[string]string{
		"Đơn theo Mẫu số 18": "18", "mẫu 02/ĐK": "02/ĐK", "Tờ khai (mẫu TK6 ban hành": "TK6", "Mẫu số 01a hoặc Mẫu số 02a": "", "Đơn": "",
	} {
		require.Equal(t, want, formOf(name), name)
	}
	for name, want := range map[string]string{"a) Đơn;": "Đơn", "+ * (2) Điều lệ ;": "Điều lệ", "1.2. Sơ đồ.": "Sơ đồ", "01 bản sao": "01 bản sao", "- ;": ""} {
		require.Equal(t, want, unlisted(name), name)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		out      string
		repaired bool
	}{
		"  hai   chữ\n": {"hai chữ", false}, "ca\u0302\u0301p": {"cấp", true}, "a\u00a0b": {"a b", true}, "đăng k\u200eý": {"đăng ký", true},
		"<p class=\"x\">Đơn</p><br/>mới": {"Đơn mới", true}, "nhỏ hơn < 50 tỷ": {"nhỏ hơn < 50 tỷ", false}, "A &amp; B &#8211; C": {"A & B – C", true},
		"\u0000x\u0007": {"x", true}, "A\u0000\u0300": {"À", true}, "AT&T; R&D": {"AT&T; R&D", false}, "": {"", false},
	} {
		out, repaired := clean(text)
		require.Equal(t, want.out, out, "%q", text)
		require.Equal(t, want.repaired, repaired, "%q", text)
	}
}

// The four parts of a process always add up to the whole limit, and each is time.
func TestShares(t *testing.T) {
	t.Parallel()
	for minutes := 60; minutes <= 40_000; minutes += 60 {
		s := shareOf(minutes)
		require.Equal(t, minutes, s.intake+s.handle+s.sign+s.send)
		for _, part := range []int{s.intake, s.handle, s.sign, s.send} {
			require.Positive(t, part)
			got, err := budget(part).BudgetMinutes()
			require.NoError(t, err)
			require.Equal(t, part, got)
		}
	}
	require.Equal(t, share{240, 4320, 960, 240}, shareOf(12*480), "0.5 / 9 / 2 / 0.5 of 12 working days")
}
