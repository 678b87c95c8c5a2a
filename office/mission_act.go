package office

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"motcua/calendar"
	"motcua/dossier"
	"motcua/mission"
	"motcua/models"
	"motcua/workflows"
)

// MissionActBody is an act on a mission as people send it. Free text stays in the database; the workflow sees that there was one.
type MissionActBody struct {
	Kind string `json:"kind"`
	// Task is an occurrence ("khao-sat#1") or a task's id for its earliest open one; empty: the mission as a whole.
	Task     string            `json:"task,omitempty"`
	Percent  *int              `json:"percent,omitempty"`
	Readings []mission.Reading `json:"readings,omitempty"`
	// Reason is the text of the act: a reason, what was done, or the difficulty.
	Reason   string `json:"reason,omitempty"`
	Document string `json:"document,omitempty"`
	// File is evidence kept in the document store.
	File *Evidence `json:"file,omitempty"`
	// Until is the date asked for or given.
	Until calendar.Date `json:"until,omitzero"`
}

// Evidence is the metadata of a file kept in the document store.
type Evidence struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

// maxText is how long the text of an act may be, in bytes.
const maxText = 8000

func (b MissionActBody) check() (errs []FieldError) {
	if len(b.Reason) > maxText {
		errs = append(errs, FieldError{"/reason", "Nội dung tối đa 8000 byte."})
	}
	if len(b.Document) > 200 {
		errs = append(errs, FieldError{"/document", "Số văn bản tối đa 200 byte."})
	}
	f := b.File
	if f == nil {
		return errs
	}
	if b.Kind != mission.ActAttachEvidence {
		errs = append(errs, FieldError{"/file", "Chỉ attach_evidence kèm tệp."})
	}
	if f.Name == "" || len(f.Name) > 255 || strings.ContainsAny(f.Name, "/\\\x00") {
		errs = append(errs, FieldError{"/file/name", "Tên tệp không hợp lệ."})
	}
	if f.Size < 1 || f.Size > maxAttachment {
		errs = append(errs, FieldError{"/file/size", "Cỡ tệp từ 1 byte đến 100 MiB."})
	}
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(f.SHA256) {
		errs = append(errs, FieldError{"/file/sha256", "Mã băm SHA-256 gồm 64 chữ số hệ 16 viết thường."})
	}
	if !regexp.MustCompile(`^[a-z]+/[a-zA-Z0-9.+-]+$`).MatchString(f.MediaType) {
		errs = append(errs, FieldError{"/file/media_type", "Kiểu nội dung như application/pdf."})
	}
	return errs
}

// storedMissionAct is what the row of an act keeps, so that the sweeper can ask again with the same words.
type storedMissionAct struct {
	Body   MissionActBody `json:"body"`
	Act    mission.Act    `json:"act"`
	Expect int64          `json:"expect,omitempty"`
}

// ActOnMission does one act on a mission. expect is the revision that the caller saw, 0 for any.
func (o *Office) ActOnMission(ctx context.Context, p Principal, code string, body MissionActBody, key string, expect int64) (Answer, error) {
	row, err := o.visibleMission(ctx, p, code)
	if err != nil {
		return Answer{}, err
	}
	r, ok := may(p, missionAction(body.Kind))
	if !ok || body.Kind == mission.ActStart {
		return Answer{}, forbidden(body.Kind)
	}
	print, err := fingerprint("mission act", code, body)
	if err != nil {
		return Answer{}, err
	}
	id := actID(p.ID, key)
	if a, ok, err := o.answeredAct(ctx, id, print); ok || err != nil {
		return a, err
	}
	if errs := body.check(); len(errs) > 0 {
		return Answer{}, invalid(errs...)
	}
	model, err := o.missionModel(ctx, row.Hash)
	if err != nil {
		return Answer{}, err
	}
	if err := o.missionStanding(ctx, p, r, row.View, &model.Exec, body.Task); err != nil {
		return Answer{}, err
	}
	if row.Stage.Ended() {
		return Answer{}, endedMission(row.View)
	}
	if err := o.health.ready(ctx, o.Engine); err != nil {
		return Answer{}, engineDown(err)
	}
	act := mission.Act{
		ID: id, Kind: body.Kind, At: o.Legal(), By: p.Officer, Fingerprint: print, Task: body.Task, Percent: body.Percent, Readings: body.Readings,
		Reasoned: strings.TrimSpace(body.Reason) != "", Document: strings.TrimSpace(body.Document),
	}
	if body.File != nil {
		act.File = body.File.SHA256
	}
	if body.Until != 0 {
		act.Until = body.Until.Time()
	}
	raw, err := json.Marshal(storedMissionAct{Body: body, Act: act, Expect: expect})
	if err != nil {
		return Answer{}, err
	}
	stored, created, err := o.Store.BeginAct(ctx, models.ActRow{
		ID: id, Principal: p.ID, Dossier: code, Kind: missionAction(body.Kind), Fingerprint: print, Body: raw, ReceivedAt: act.At, State: ActPending,
	})
	if err != nil {
		return Answer{}, err
	}
	if !created { // the same key at the same moment
		if stored.Fingerprint != print {
			return Answer{}, keyReused()
		}
		return answerOf(stored)
	}
	return o.sendToMission(ctx, code, workflows.MissionActRequest{Act: act, Expect: expect, Seen: row.Seq}, o.Now())
}

// sendToMission asks the workflow, and finishes the act's row, begun at a wall time, as send does.
func (o *Office) sendToMission(ctx context.Context, code string, req workflows.MissionActRequest, begun time.Time) (Answer, error) {
	wait, cancel := context.WithTimeout(ctx, workflows.AwaitAct)
	defer cancel()
	reply, err := o.Missions.ActMission(wait, code, req)
	if errors.Is(err, workflows.ErrNotRunning) {
		reply, err = o.sendToMissionAfterStart(wait, code, req)
	}
	a := Answer{Act: req.Act.ID, Mission: code, State: ActDone, Seq: reply.Seq, Revision: reply.Revision, Stage: reply.Stage, NextDue: reply.NextDue}
	return o.settle(ctx, a, begun, err)
}

// sendToMissionAfterStart answers an act that found no open workflow: the mission has ended, or its workflow was not started yet.
func (o *Office) sendToMissionAfterStart(ctx context.Context, code string, req workflows.MissionActRequest) (workflows.MissionActReply, error) {
	row, err := o.Store.Mission(ctx, code)
	if err != nil {
		return workflows.MissionActReply{}, err
	}
	if row.Stage.Ended() {
		return workflows.MissionActReply{}, &dossier.Refusal{Code: "closed", Detail: endedMission(row.View).Detail}
	}
	if err := o.startMission(ctx, code); err != nil {
		return workflows.MissionActReply{}, err
	}
	return o.Missions.ActMission(ctx, code, req)
}

// askMissionAgain sends a pending act once more, with the same id and the same words.
func (o *Office) askMissionAgain(ctx context.Context, row models.ActRow) error {
	var stored storedMissionAct
	if err := json.Unmarshal(row.Body, &stored); err != nil { // it can be asked no more, but it may have been done
		_, err = o.failed(ctx, Answer{Act: row.ID, Mission: row.Dossier}, row.CreatedAt, err)
		return err
	}
	m, err := o.Store.Mission(ctx, row.Dossier)
	if err != nil {
		return err
	}
	_, err = o.sendToMission(ctx, row.Dossier, workflows.MissionActRequest{Act: stored.Act, Expect: stored.Expect, Seen: m.Seq}, row.CreatedAt)
	return err
}
