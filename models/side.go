package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// EscalationFilter selects rungs that fired; zero fields do not restrict, except Scope.
type EscalationFilter struct {
	Scope   Scope
	Dossier string
	Rung    string
	// Since is inclusive, by when they were recorded (legal time).
	Since  time.Time
	Limit  int
	Cursor string
}

// Escalations lists rungs that fired, newest first.
func (s *Store) Escalations(ctx context.Context, f EscalationFilter) (rows []EscalationRow, next string, err error) {
	const list = "escalations"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := f.Scope.dossiers(s.read(ctx), "escalations.dossier").Limit(limit + 1).
		Order("fired_at DESC, dossier DESC, seq DESC")
	if f.Dossier != "" {
		q = q.Where("dossier = ?", f.Dossier)
	}
	if f.Rung != "" {
		q = q.Where("rung = ?", f.Rung)
	}
	if !f.Since.IsZero() {
		q = q.Where("fired_at >= ?", instant(f.Since))
	}
	if more {
		q = q.Where("(fired_at, dossier, seq) < (?, ?, ?)", c.instant(), c.Keys[0], c.Seq)
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("escalations: %w", err)
	}
	return page(rows, limit, func(r EscalationRow) cursor {
		return cursor{List: list, At: r.FiredAt.UnixMicro(), Seq: r.Seq, Keys: []string{r.Dossier}}
	})
}

// NotificationFilter selects notifications; zero fields do not restrict. The caller sees to it that people read their own.
type NotificationFilter struct {
	Recipient, Dossier string
	// Recipients are several; none does not restrict. Digest keeps the lines of one.
	Recipients []string
	Digest     string
	Unread     bool
	Limit      int
	Cursor     string
}

// Notifications lists notifications, newest first.
func (s *Store) Notifications(ctx context.Context, f NotificationFilter) (rows []NotificationRow, next string, err error) {
	const list = "notifications"
	limit := pageSize(f.Limit)
	c, more, err := parseCursor(f.Cursor, list, 1)
	if err != nil {
		return nil, "", err
	}
	q := s.read(ctx).Order("at DESC, id DESC").Limit(limit + 1)
	if f.Recipient != "" {
		q = q.Where("recipient = ?", f.Recipient)
	}
	if f.Dossier != "" {
		q = q.Where("dossier = ?", f.Dossier)
	}
	if len(f.Recipients) > 0 {
		q = q.Where("recipient IN ?", f.Recipients)
	}
	if f.Digest != "" {
		q = q.Where("digest = ?", f.Digest)
	}
	if f.Unread {
		q = q.Where("read_at IS NULL")
	}
	if more {
		q = q.Where("(at, id) < (?, ?)", c.instant(), c.Keys[0])
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("notifications: %w", err)
	}
	return page(rows, limit, func(r NotificationRow) cursor {
		return cursor{List: list, At: r.At.UnixMicro(), Keys: []string{r.ID}}
	})
}

// MarkRead says that a recipient read a notification (legal time). Of others it changes nothing.
func (s *Store) MarkRead(ctx context.Context, id, recipient string, at time.Time) error {
	err := s.write(ctx).Table("notifications").Where("id = ? AND recipient = ? AND read_at IS NULL", id, recipient).
		Update("read_at", instant(at)).Error
	if err != nil {
		return fmt.Errorf("notification %s: %w", id, err)
	}
	return nil
}

// Applicant returns the applicant of a dossier, or ErrNotFound.
func (s *Store) Applicant(ctx context.Context, code string) (a Applicant, err error) {
	if err := one(s.read(ctx).Where("dossier = ?", code), &a); err != nil {
		return Applicant{}, fmt.Errorf("applicant of %s: %w", code, err)
	}
	return a, nil
}

// Papers are the papers handed in with a dossier, in order.
func (s *Store) Papers(ctx context.Context, code string) (rows []Paper, err error) {
	if err := s.read(ctx).Where("dossier = ?", code).Order("n").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("papers of %s: %w", code, err)
	}
	return rows, nil
}

// AddComment writes a comment; the same id again changes nothing.
func (s *Store) AddComment(ctx context.Context, c Comment) error {
	if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&c).Error; err != nil {
		return fmt.Errorf("comment on %s: %w", c.Dossier, err)
	}
	return nil
}

// Comments are the comments on a dossier, oldest first.
func (s *Store) Comments(ctx context.Context, code string) (rows []Comment, err error) {
	if err := s.read(ctx).Where("dossier = ?", code).Order("at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("comments on %s: %w", code, err)
	}
	return rows, nil
}

// AddAttachment writes the metadata of a file; the same id again changes nothing.
func (s *Store) AddAttachment(ctx context.Context, a Attachment) error {
	if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&a).Error; err != nil {
		return fmt.Errorf("attachment of %s: %w", a.Dossier, err)
	}
	return nil
}

// Attachments are the files of a dossier, oldest first.
func (s *Store) Attachments(ctx context.Context, code string) (rows []Attachment, err error) {
	if err := s.read(ctx).Where("dossier = ?", code).Order("at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("attachments of %s: %w", code, err)
	}
	return rows, nil
}

// SaveWebhook stores a webhook, or replaces the one with its id.
func (s *Store) SaveWebhook(ctx context.Context, w Webhook) error {
	if err := replace(s.write(ctx), "webhook", []Webhook{w}, "id"); err != nil {
		return fmt.Errorf("save webhook %s: %w", w.ID, err)
	}
	return nil
}

// Webhooks are all webhooks by id; the caller skips those that are not active.
func (s *Store) Webhooks(ctx context.Context) (rows []Webhook, err error) {
	if err := s.read(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	return rows, nil
}

// AddFinding opens a finding, or counts and refreshes the open one of its kind and subject. Only Kind, Subject and Detail
// are read.
func (s *Store) AddFinding(ctx context.Context, f Finding) error {
	now := s.now()
	row := Finding{Kind: f.Kind, Subject: f.Subject, Detail: f.Detail, Count: 1, OpenedAt: now, SeenAt: now}
	err := s.write(ctx).Clauses(clause.OnConflict{
		Columns:     []clause.Column{{Name: "kind"}, {Name: "subject"}},
		TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "closed_at IS NULL"}}},
		DoUpdates: clause.Assignments(map[string]any{
			"detail": f.Detail, "seen_at": instant(now), "count_no": gorm.Expr("findings.count_no + 1"),
		}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("finding %s on %s: %w", f.Kind, f.Subject, err)
	}
	return nil
}

// HasFinding says whether a finding of a kind is open on a subject.
func (s *Store) HasFinding(ctx context.Context, kind, subject string) (bool, error) {
	var n int64
	err := s.read(ctx).Table("findings").Where("kind = ? AND subject = ? AND closed_at IS NULL", kind, subject).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("finding %s on %s: %w", kind, subject, err)
	}
	return n > 0, nil
}

// CloseFinding closes the open finding of a kind and subject, if there is one.
func (s *Store) CloseFinding(ctx context.Context, kind, subject string) error {
	err := s.write(ctx).Table("findings").Where("kind = ? AND subject = ? AND closed_at IS NULL", kind, subject).
		Update("closed_at", instant(s.now())).Error
	if err != nil {
		return fmt.Errorf("close finding %s on %s: %w", kind, subject, err)
	}
	return nil
}

// Findings lists findings of a kind (empty: all), open ones only or the closed too, newest first, at most limit.
func (s *Store) Findings(ctx context.Context, kind string, closed bool, limit int) (rows []Finding, err error) {
	q := s.read(ctx).Order("opened_at DESC, id DESC").Limit(pageSize(limit))
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	if !closed {
		q = q.Where("closed_at IS NULL")
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("findings: %w", err)
	}
	return rows, nil
}

type settingRow struct {
	Key   string `gorm:"column:key;primaryKey"`
	Value string `gorm:"column:value"`
}

func (settingRow) TableName() string { return "settings" }

// Setting returns a setting, or ErrNotFound.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var row settingRow
	if err := one(s.read(ctx).Where(clause.Eq{Column: "key", Value: key}), &row); err != nil {
		return "", fmt.Errorf("setting %s: %w", key, err)
	}
	return row.Value, nil
}

// SetSettingOnce stores a setting that never changes and returns what is stored: the first value, whoever set it.
func (s *Store) SetSettingOnce(ctx context.Context, key, value string) (stored string, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&settingRow{Key: key, Value: value}).Error; err != nil {
			return err
		}
		var row settingRow
		if err := one(tx.Where(clause.Eq{Column: "key", Value: key}), &row); err != nil {
			return err
		}
		stored = row.Value
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("setting %s: %w", key, err)
	}
	return stored, nil
}

// SetSetting stores a setting that may change, such as the place where a long job goes on.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return setSetting(s.write(ctx), key, value)
}

func setSetting(tx *gorm.DB, key, value string) error {
	if err := replace(tx, "setting", []settingRow{{Key: key, Value: value}}, "key"); err != nil {
		return fmt.Errorf("setting %s: %w", key, err)
	}
	return nil
}
