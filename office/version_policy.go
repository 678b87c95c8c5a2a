package office

import (
	"context"
	"net/http"
	"slices"

	"motcua/models"
	"motcua/procedure"
)

// Actions on versions of procedures, on the decisions that publish them, and on dossiers that are to go on under another version.
const (
	DoReadDrafts       = "version.read_drafts" // versions that nobody published yet
	DoDraftVersions    = "version.draft"       // write, change, submit for review, discard
	DoCheckVersions    = "version.check"       // the control office: check, or return to the author
	DoApproveVersions  = "version.approve"     // the chairman: approve, or return to the author
	DoPublishVersions  = "version.publish"
	DoRepealVersions   = "version.repeal"
	DoWithdrawVersions = "version.withdraw" // at once, in an emergency
	DoRecordDecisions  = "decision.record"
	DoMoveDossiers     = "dossiers.move" // preview, run, stop and undo a move to another version
)

const (
	atDraft place = "for the agency that drafts it"
	asChair place = "in the position of chair, at the drafting agency or above it"
)

// versionRules are the lines of the policy that concern versions. That nobody takes two steps of one version is no line: it holds
// for all of them.
func versionRules() []rule {
	return []rule{
		{DoReadDrafts, []string{RoleHandler, RoleLeader, RoleControl, RoleAuditor}, anywhere},
		{DoDraftVersions, []string{RoleHandler, RoleLeader}, atDraft},
		{DoCheckVersions, []string{RoleControl}, anywhere},
		{DoApproveVersions, []string{RoleLeader}, asChair},
		{DoPublishVersions, []string{RoleControl}, anywhere},
		{DoRepealVersions, []string{RoleControl}, anywhere},
		{DoWithdrawVersions, []string{RoleControl}, anywhere},
		{DoRecordDecisions, []string{RoleControl}, anywhere},
		{DoMoveDossiers, []string{RoleControl}, anywhere},
	}
}

// Acts on a version.
const (
	VersionDrafted  = "draft"
	VersionEdited   = "edit"
	VersionSubmit   = "submit"
	VersionReturn   = "return"
	VersionCheck    = "check"
	VersionApprove  = "approve"
	VersionPublish  = "publish"
	VersionRepeal   = "repeal"
	VersionWithdraw = "withdraw"
	VersionDiscard  = "discard"
)

// actionOf is the action that lets an act on a version be done. A return belongs to whoever has the version.
func actionOf(kind, state string) string {
	switch kind {
	case VersionDrafted, VersionEdited, VersionSubmit, VersionDiscard:
		return DoDraftVersions
	case VersionCheck:
		return DoCheckVersions
	case VersionApprove:
		return DoApproveVersions
	case VersionPublish:
		return DoPublishVersions
	case VersionRepeal:
		return DoRepealVersions
	case VersionWithdraw:
		return DoWithdrawVersions
	case VersionReturn:
		switch state {
		case models.VersionReview:
			return DoCheckVersions
		case models.VersionChecked:
			return DoApproveVersions
		}
		return DoPublishVersions
	}
	return ""
}

// mayActOnVersion checks the role and where the principal stands.
func (o *Office) mayActOnVersion(ctx context.Context, p Principal, kind string, v models.VersionRow) error {
	r, err := stepRule(p, kind, v)
	if err != nil || r.Where != asChair {
		return err
	}
	chair, err := o.Store.Holds(ctx, p.Officer, p.Agency, []string{procedure.ToChair}, o.Legal())
	if err != nil {
		return err
	}
	if !chair || !p.actsFor(v.Agency) {
		return notHere("chỉ người giữ chức danh chủ tịch của cơ quan soạn hoặc cơ quan cấp trên phê duyệt")
	}
	return nil
}

// stepRule is what mayActOnVersion can tell without the organisation.
func stepRule(p Principal, kind string, v models.VersionRow) (rule, error) {
	action := actionOf(kind, v.State)
	if action == "" {
		return rule{}, invalid(FieldError{"/kind", "Thao tác là submit, return, check, approve, publish, repeal, withdraw hoặc discard."})
	}
	r, ok := may(p, action)
	switch {
	case !ok:
		return r, forbidden(action)
	case p.Officer == "":
		return r, notHere("khóa này không gắn với một cán bộ")
	case kind == VersionDiscard && p.Officer == v.Author: // the author's own, also from another agency by now
	case r.Where == atDraft && !p.actsFor(v.Agency):
		return r, notHere("bản này do cơ quan khác soạn")
	}
	return r, nil
}

// stepsOf groups acts by the step of the life that they belong to.
func stepsOf(kind string) string {
	switch kind {
	case VersionDrafted, VersionEdited, VersionSubmit:
		return VersionDrafted
	case VersionCheck, VersionApprove, VersionPublish:
		return kind
	}
	return ""
}

// samePerson refuses whoever took another step of this version, at any time: drafting, checking, approving and publishing are four
// people's.
func samePerson(p Principal, kind string, done []models.VersionAct) error {
	step := stepsOf(kind)
	if step == "" {
		return nil
	}
	names := map[string]string{VersionDrafted: "soạn", VersionCheck: "kiểm tra", VersionApprove: "phê duyệt", VersionPublish: "công bố"}
	i := slices.IndexFunc(done, func(a models.VersionAct) bool {
		other := stepsOf(a.Kind)
		return a.Actor == p.Officer && other != "" && other != step
	})
	if i < 0 {
		return nil
	}
	return &Problem{Status: http.StatusForbidden, Code: "same_person", Title: "Cần một người khác",
		Detail: "Bạn đã " + names[stepsOf(done[i].Kind)] + " bản này nên không " + names[step] + " được nữa; hãy chuyển cho người khác có quyền."}
}
