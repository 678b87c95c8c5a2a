package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"motcua/calendar"
)

// Ids of the one-stop's own forms; their numbers and names are data, and change with the set of rules (clock.md §10).
const (
	FormReceipt     = "receipt"      // giấy tiếp nhận hồ sơ và hẹn trả kết quả
	FormSupplement  = "supplement"   // phiếu yêu cầu bổ sung, hoàn thiện hồ sơ
	FormRefusal     = "refusal"      // phiếu từ chối
	FormApology     = "apology"      // xin lỗi và hẹn lại
	FormStop        = "stop"         // thông báo dừng giải quyết hồ sơ
	FormControlSlip = "control-slip" // phiếu kiểm soát quá trình giải quyết hồ sơ
	FormRegister    = "register"     // sổ theo dõi hồ sơ
)

func formIDs() []string {
	return []string{FormReceipt, FormSupplement, FormRefusal, FormApology, FormStop, FormControlSlip, FormRegister}
}

// Unread is what a message says of an article that nobody has read: it never borrows one from another decree.
const Unread = "điều khoản chưa đối chiếu"

// FormSet is the one-stop's own forms under one set of rules. From and Until (YYYY-MM-DD, Until may be empty) are the days of
// acceptance that the set is for; a dossier keeps the set of its day.
type FormSet struct {
	Rules    string `json:"rules"`
	Decree   string `json:"decree"`
	Circular string `json:"circular"`
	From     string `json:"from"`
	Until    string `json:"until,omitempty"`
	Forms    []Form `json:"forms"`
}

// Form is one form of a set. Article is empty where the decree was not read.
type Form struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	Name       string `json:"name"`
	Article    string `json:"article,omitempty"`
	Confidence string `json:"confidence,omitempty"`
}

// FormSets are the sets by the name of their rules, oldest first.
type FormSets []FormSet

// Of returns the set of a dossier's pinned rules, where there is none the set of the day (UTC+7).
func (s FormSets) Of(rules string, at time.Time) (FormSet, bool) {
	day := at.In(calendar.Zone()).Format(time.DateOnly)
	for _, set := range s {
		if set.Rules == rules || rules == "" && set.From <= day && (set.Until == "" || day <= set.Until) {
			return set, true
		}
	}
	return FormSet{}, false
}

// Form returns a form of the set: not every set has every form.
func (s *FormSet) Form(id string) (Form, bool) {
	i := slices.IndexFunc(s.Forms, func(f Form) bool { return f.ID == id })
	if i < 0 {
		return Form{}, false
	}
	return s.Forms[i], true
}

// Cite names a form with its grounds as letters print them.
func (s *FormSet) Cite(f Form) string {
	return fmt.Sprintf("Mẫu số %s, %s (%s, %s)", f.Number, s.Circular, s.Decree, cmp.Or(f.Article, Unread))
}

// formSets reads the forms of a shelf file and checks that the sets follow each other.
func (r *report) formSets(n *yaml.Node) (sets FormSets) {
	if n == nil {
		return nil
	}
	pairs(n, func(key, v *yaml.Node) {
		name := key.Value
		set := FormSet{Rules: name, Decree: text(v, "decree").Value, Circular: text(v, "circular").Value, From: text(v, "from").Value, Until: text(v, "until").Value}
		for _, f := range items(get(v, "list")) {
			form := Form{ID: text(f, "id").Value, Number: text(f, "number").Value, Name: text(f, "name").Value, Article: text(f, "article").Value, Confidence: text(f, "confidence").Value}
			if _, twice := set.Form(form.ID); twice {
				r.add(placed(f, "id"), "duplicate-id", fmt.Sprintf("bộ mẫu %s có hai mẫu %s", name, form.ID), "giữ một")
			}
			set.Forms = append(set.Forms, form)
		}
		if set.Until != "" && set.Until < set.From {
			r.add(placed(v, "until"), "bad-form", fmt.Sprintf("bộ mẫu %s hết dùng trước khi bắt đầu", name), "kiểm tra from và until")
		}
		for _, other := range sets {
			if (other.Until == "" || set.From <= other.Until) && (set.Until == "" || other.From <= set.Until) {
				r.add(placed(v, "from"), "bad-form", fmt.Sprintf("bộ mẫu %s chồng ngày với bộ %s", name, other.Rules), "mỗi ngày chỉ một bộ")
			}
		}
		sets = append(sets, set)
	})
	slices.SortFunc(sets, func(a, b FormSet) int { return cmp.Compare(a.From, b.From) })
	return sets
}
