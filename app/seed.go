package app

import (
	"context"
	"fmt"
	"time"

	"motcua/calendar"
	"motcua/library"
	"motcua/models"
	"motcua/office"
	"motcua/web"
)

// SeedLibrary stores the shipped procedures, calendars and missions; a second run changes nothing.
func SeedLibrary(ctx context.Context, s *models.Store) error {
	shelf, err := library.Calendars()
	if err != nil {
		return err
	}
	nation, err := shelf.Book("nation")
	if err != nil {
		return err
	}
	if err := seedLayer(ctx, s, shelf, "nation"); err != nil {
		return err
	}
	if err := seedCalendar(ctx, s, "", nation); err != nil {
		return err
	}
	if err := seedPlans(ctx, s); err != nil {
		return err
	}
	return seedMissions(ctx, s)
}

// shippedBy stands for what ships with the program: it is older than anything that is approved here.
const shippedBy = "motcua"

// seedMissions stores the shipped plans and models of missions, in force; a second run changes nothing.
func seedMissions(ctx context.Context, s *models.Store) error {
	approval := models.MissionApproval{Author: shippedBy, ApprovedBy: shippedBy, At: time.Unix(0, 0)}
	plans, err := library.MissionPlans()
	if err != nil {
		return err
	}
	sources, err := library.MissionPlanFiles()
	if err != nil {
		return err
	}
	for i, p := range plans {
		if _, err := s.SaveMissionPlan(ctx, p, sources[i].Data, approval); err != nil {
			return fmt.Errorf("seed mission plan %s: %w", p.Code, err)
		}
	}
	shipped, err := library.MissionModels()
	if err != nil {
		return err
	}
	if sources, err = library.Missions(); err != nil {
		return err
	}
	for i, m := range shipped {
		if _, err := s.SaveMissionModel(ctx, m, sources[i].Data, approval); err != nil {
			return fmt.Errorf("seed mission model %s: %w", m.Code, err)
		}
	}
	return nil
}

// SeedDemo stores the demonstration province, its people and the demo keys. Everything in it is invented.
func SeedDemo(ctx context.Context, s *models.Store) error {
	if err := SeedLibrary(ctx, s); err != nil {
		return err
	}
	org, err := library.Organisation()
	if err != nil {
		return err
	}
	rows, err := organisation(org)
	if err != nil {
		return err
	}
	if err := s.SaveOrganisation(ctx, rows); err != nil {
		return fmt.Errorf("seed organisation: %w", err)
	}
	if err := seedCalendars(ctx, s, org); err != nil {
		return err
	}
	for _, k := range demoKeys() {
		_, row, err := office.DemoKey(k.prefix, k.officer, k.agency, k.roles...)
		if err != nil {
			return err
		}
		if err := s.SaveKey(ctx, row); err != nil {
			return fmt.Errorf("seed key %s: %w", k.prefix, err)
		}
	}
	return nil
}

func seedCalendars(ctx context.Context, s *models.Store, org *library.Org) error {
	shelf, err := library.Calendars()
	if err != nil {
		return err
	}
	for _, a := range org.Agencies {
		book, err := shelf.Book(a.Calendar)
		if err != nil {
			return err
		}
		for _, layer := range book.Layers() {
			if err := seedLayer(ctx, s, shelf, layer); err != nil {
				return err
			}
		}
		if err := seedCalendar(ctx, s, a.ID, book); err != nil {
			return err
		}
	}
	return nil
}

// seedLayer stores a shipped layer, unless amendments have been published here: then the installation's own layers stand.
func seedLayer(ctx context.Context, s *models.Store, shelf *library.CalendarShelf, name string) error {
	src, ok := shelf.Source(name)
	if !ok {
		return fmt.Errorf("no calendar layer %q", name)
	}
	base, err := s.CalendarBase(ctx)
	if err != nil {
		return err
	}
	return s.SaveLayer(ctx, src, shelf.Parent(name), base == "")
}

// seedCalendar gives an agency a shipped calendar, with its grounds; the empty agency is the whole nation. What was published here
// stands.
func seedCalendar(ctx context.Context, s *models.Store, agency string, book *calendar.Book) error {
	if err := s.SaveCalendar(ctx, book.Spec()); err != nil {
		return fmt.Errorf("seed calendar of %q: %w", agency, err)
	}
	if err := office.SaveGrounds(ctx, s, book); err != nil {
		return fmt.Errorf("seed grounds of the calendar of %q: %w", agency, err)
	}
	base, err := s.CalendarBase(ctx)
	if err != nil {
		return err
	}
	hash := book.Spec().Hash()
	if base == "" {
		if err := s.SetAgencyCalendar(ctx, agency, hash); err != nil {
			return fmt.Errorf("seed calendar of %q: %w", agency, err)
		}
		if agency == "" {
			if err := s.SetSetting(ctx, office.NationalCalendar, hash); err != nil {
				return err
			}
		}
	}
	return s.GiveLayer(ctx, agency, book.Name(), hash)
}

func organisation(org *library.Org) (models.Organisation, error) {
	var out models.Organisation
	for _, a := range org.Agencies {
		out.Agencies = append(out.Agencies, models.Agency{ID: a.ID, Parent: a.Parent, Name: a.Name, Type: a.Type, Code: a.ID, Receives: a.Type == "mot-cua"})
	}
	for _, o := range org.Officers {
		out.Officers = append(out.Officers, models.Officer{ID: o.ID, Name: o.Name, Title: "dữ liệu mẫu"})
	}
	for _, p := range org.Positions {
		for _, id := range p.Officers {
			out.Postings = append(out.Postings, models.Posting{Officer: id, Agency: p.Agency, Role: p.Role})
		}
	}
	for _, x := range org.Substitutions {
		from, err := calendar.ParseDate(x.From)
		if err != nil {
			return out, err
		}
		until, err := calendar.ParseDate(x.Until)
		if err != nil {
			return out, err
		}
		out.Substitutions = append(out.Substitutions, models.Substitution{
			ID: x.Officer + "/" + x.By + "/" + x.From, Officer: x.Officer, Substitute: x.By, Agency: x.Agency, Role: x.Role,
			From: from.Time(), Until: until.Time().AddDate(0, 0, 1), Document: x.Document,
		})
	}
	for _, b := range org.Bindings {
		lead, ok := org.Agency(b.Lead)
		if !ok {
			return out, fmt.Errorf("binding of unknown agency %q", b.Lead)
		}
		out.Bindings = append(out.Bindings, models.BindingRow{Lead: b.Lead, Ref: lead.Type, Agency: b.Lead})
		for ref, agency := range b.Agencies {
			out.Bindings = append(out.Bindings, models.BindingRow{Lead: b.Lead, Ref: ref, Agency: agency})
		}
		for i, desk := range b.Receiving {
			out.Leads = append(out.Leads, models.LeadRow{AgencyType: lead.Type, Receiving: desk, Lead: b.Lead, Rank: i})
		}
	}
	return out, nil
}

type demoKey struct {
	prefix, officer, agency string
	roles                   []string
	who, role               string
}

// demoKeys: one at every agency and desk that a shipped procedure reaches, so that each of them can be carried to its end.
func demoKeys() []demoKey {
	handler, leader, both := []string{office.RoleHandler}, []string{office.RoleLeader}, []string{office.RoleHandler, office.RoleLeader}
	desk, control := []string{office.RoleOneStop}, []string{office.RoleControl}
	return []demoKey{
		{"motcua", "cb09", "H99.02.01", desk, "Cán bộ một cửa, Chi nhánh số 1", "một cửa"},
		{"motcua2", "cb12", "H99.02.02", desk, "Cán bộ một cửa, Chi nhánh số 2", "một cửa"},
		{"trungtam", "cb06", "H99.02", desk, "Cán bộ một cửa, Trung tâm tỉnh", "một cửa"},
		{"motcuaxa", "cb57", "H99.31.01", desk, "Cán bộ một cửa, xã Sông Mẫu", "một cửa"},
		{"motcuanuimau", "cb61", "H99.32.01", desk, "Cán bộ một cửa, xã Núi Mẫu", "một cửa"},
		{"thamdinh", "cb18", "H99.14.01.01", handler, "Viên chức thẩm định, CN Sông Mẫu", "chuyên viên"},
		{"lanhdao", "cb16", "H99.14.01.01", leader, "Giám đốc CN Sông Mẫu", "lãnh đạo"},
		{"nuimau", "cb24", "H99.14.01.02", handler, "Viên chức thẩm định, CN Núi Mẫu", "chuyên viên nơi khác"},
		{"giamdocnuimau", "cb22", "H99.14.01.02", both, "Giám đốc CN Núi Mẫu", "chuyên viên, lãnh đạo nơi khác"},
		{"vpdk", "cb15", "H99.14.01", both, "Giám đốc Văn phòng đăng ký đất đai", "chuyên viên, lãnh đạo"},
		{"so", "cb14", "H99.14", both, "Giám đốc Sở Nông nghiệp và Môi trường", "chuyên viên, lãnh đạo"},
		{"taichinh", "cb50", "H99.15", both, "Giám đốc Sở Tài chính", "chuyên viên, lãnh đạo"},
		{"xaydung", "cb52", "H99.16", both, "Giám đốc Sở Xây dựng", "chuyên viên, lãnh đạo"},
		{"thue", "cb29", "H99.20", handler, "Công chức thuế", "chuyên viên"},
		{"xa", "cb31", "H99.31", both, "UBND xã Sông Mẫu", "chuyên viên, lãnh đạo"},
		{"xanuimau", "cb34", "H99.32", both, "UBND xã Núi Mẫu", "chuyên viên, lãnh đạo"},
		{"congan", "cb63", "H99.40.01", both, "Trưởng Công an xã Sông Mẫu", "chuyên viên, lãnh đạo"},
		{"congannuimau", "cb66", "H99.40.02", both, "Trưởng Công an xã Núi Mẫu", "chuyên viên, lãnh đạo"},
		{"baohiem", "cb69", "H99.41", both, "Giám đốc Bảo hiểm xã hội tỉnh", "chuyên viên, lãnh đạo"},
		{"hdnd", "cb40", "H99.03", both, "Văn phòng Đoàn đại biểu Quốc hội và HĐND tỉnh", "chuyên viên, lãnh đạo"},
		{"vanphong", "cb02", "H99.01", both, "Chánh Văn phòng UBND tỉnh", "chủ trì mô hình nhiệm vụ"},
		{"chutich", "cb01", "H99", leader, "Chủ tịch UBND tỉnh", "lãnh đạo cấp trên"},
		{"kstt", "cb03", "H99.01", control, "Phòng Kiểm soát TTHC", "kiểm soát"},
		{"kstt2", "cb04", "H99.01", control, "Phòng Kiểm soát TTHC, người thứ hai", "kiểm soát, duyệt việc người thứ nhất soạn"},
		{"thanhtra", "cb04", "H99", []string{office.RoleAuditor}, "Thanh tra", "chỉ đọc"},
		{"congdvc", "portal", "H99.02", []string{office.RolePortal}, "Cổng nộp trực tuyến", "thay người nộp"},
		{"quantri", "admin", "H99", []string{office.RoleAdmin}, "Quản trị hệ thống", "không đọc hồ sơ"},
	}
}

// DemoKeys are the keys of a demonstration, for its first page and its README.
func DemoKeys() ([]web.Key, error) {
	var out []web.Key
	for _, k := range demoKeys() {
		key, _, err := office.DemoKey(k.prefix, k.officer, k.agency, k.roles...)
		if err != nil {
			return nil, err
		}
		out = append(out, web.Key{Who: k.who, Role: k.role, Key: key})
	}
	return out, nil
}

// settingClock holds the installation's clock, stored once.
const settingClock = "clock"

// OpenClock returns the installation's clock: the stored one, or a new one with this scale. Another scale on existing data is
// refused, because every stored instant would change its meaning.
func OpenClock(ctx context.Context, s *models.Store, scale int64, now time.Time) (calendar.Clock, error) {
	fresh := calendar.RealClock()
	if scale != 1 {
		var err error
		if fresh, err = calendar.NewClock(now, now, scale); err != nil {
			return fresh, err
		}
	}
	return storedClock(ctx, s, fresh)
}
