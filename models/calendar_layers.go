package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"motcua/calendar"
)

// LayerRow is a layer that calendars are merged from, as it was before any amendment that was published here.
type LayerRow struct {
	Name    string          `gorm:"column:name;primaryKey"`
	Parent  string          `gorm:"column:parent"`
	Level   string          `gorm:"column:level"`
	Title   string          `gorm:"column:title"`
	Source  json.RawMessage `gorm:"column:source;serializer:document"`
	SavedAt time.Time       `gorm:"column:saved_at;serializer:instant"`
}

func (LayerRow) TableName() string { return "calendar_layers" }

// AgencyCalendarRow says which calendar an agency has, of which layer it is, and what decided its last change. The empty agency is the
// whole nation.
type AgencyCalendarRow struct {
	Agency    string `gorm:"column:agency;primaryKey"`
	Hash      string `gorm:"column:hash"`
	Layer     string `gorm:"column:layer"`
	Amendment string `gorm:"column:amendment"`
	Document  string `gorm:"column:document"`
	Ground    string `gorm:"column:ground"`
}

func (AgencyCalendarRow) TableName() string { return "agency_calendars" }

// SaveLayer stores a layer; one that is there already changes only where it may be replaced.
func (s *Store) SaveLayer(ctx context.Context, src calendar.Source, parent string, replaced bool) error {
	data, err := json.Marshal(src)
	if err != nil {
		return fmt.Errorf("calendar layer %s: %w", src.Name, err)
	}
	row := LayerRow{Name: src.Name, Parent: parent, Level: src.Level, Title: src.Title, Source: data, SavedAt: s.now()}
	if replaced {
		return replace(s.write(ctx), "calendar layer", []LayerRow{row}, "name")
	}
	if err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("calendar layer %s: %w", src.Name, err)
	}
	return nil
}

// Layers are all layers by name.
func (s *Store) Layers(ctx context.Context) (rows []LayerRow, err error) {
	if err := s.read(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("calendar layers: %w", err)
	}
	return rows, nil
}

// AgencyCalendars are the calendars of all agencies that have one of their own.
func (s *Store) AgencyCalendars(ctx context.Context) (rows []AgencyCalendarRow, err error) {
	if err := s.read(ctx).Order("agency").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("calendars of agencies: %w", err)
	}
	return rows, nil
}

// GiveLayer gives an agency the calendar of a layer, unless it has a calendar; one without a layer is said to be of this one.
func (s *Store) GiveLayer(ctx context.Context, agency, layer, hash string) error {
	err := s.transact(ctx, func(tx *gorm.DB) error {
		row := AgencyCalendarRow{Agency: agency, Hash: hash, Layer: layer}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		return tx.Table("agency_calendars").Where("agency = ? AND layer = ''", agency).Update("layer", layer).Error
	})
	if err != nil {
		return fmt.Errorf("calendar of agency %q: %w", agency, err)
	}
	return nil
}

// settingBase names the calendars in force: whatever is published names the ones that it was made against.
const settingBase = "calendar.base"

// CalendarBase names the calendars in force, as they stand after everything published so far.
func (s *Store) CalendarBase(ctx context.Context) (string, error) {
	base, err := s.Setting(ctx, settingBase)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return base, err
}

// Publication is what a published, or taken back, amendment puts in force.
type Publication struct {
	ID string
	// Base are the calendars that it was made against; other ones in force are ErrConflict.
	Base string
	From []string
	To   string
	// Set are further columns of the amendment.
	Set map[string]any
	// Specs are new calendars, Grounds what stands behind their days, by setting; Agencies who has which from now on.
	Specs    []calendar.Spec
	Settings map[string]string
	Agencies []AgencyCalendarRow
}

// PublishCalendars puts an amendment in force in one transaction; false says that it is in another state by now.
func (s *Store) PublishCalendars(ctx context.Context, p Publication) (ok bool, err error) {
	err = s.transactAlone(ctx, func(tx *gorm.DB) error {
		if err := s.exclusive(tx, lockCalendars); err != nil {
			return err
		}
		var base settingRow
		if err := one(tx.Where(clause.Eq{Column: "key", Value: settingBase}), &base); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if base.Value != p.Base {
			return ErrConflict
		}
		if ok, err = s.setAmendmentState(tx, p.ID, p.To, p.From, p.Set); err != nil || !ok {
			return err
		}
		for _, spec := range p.Specs {
			if err := s.saveCalendar(tx, spec); err != nil {
				return err
			}
		}
		settings := map[string]string{settingBase: p.ID + " " + p.To}
		for k, v := range p.Settings {
			settings[k] = v
		}
		for k, v := range settings {
			if err := setSetting(tx, k, v); err != nil {
				return err
			}
		}
		if len(p.Agencies) == 0 {
			return nil
		}
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "agency"}}, UpdateAll: true}).Create(&p.Agencies).Error
	})
	if err != nil {
		return false, fmt.Errorf("publish amendment %s: %w", p.ID, err)
	}
	return ok, nil
}

// CalendarOf is AgencyCalendar with what decided it.
func (s *Store) CalendarOf(ctx context.Context, agency string) (row AgencyCalendarRow, err error) {
	path := []string{""}
	if agency != "" {
		above, err := s.ancestors(ctx, agency)
		if err != nil {
			return row, err
		}
		if len(above) == 0 { // not in the tree: it may still have a calendar of its own
			above = []string{agency}
		}
		path = append(above, "")
	}
	var rows []AgencyCalendarRow
	if err := s.read(ctx).Where("agency IN ?", path).Find(&rows).Error; err != nil {
		return row, fmt.Errorf("calendar of agency %q: %w", agency, err)
	}
	for _, a := range path {
		for _, r := range rows {
			if r.Agency == a {
				return r, nil
			}
		}
	}
	return row, fmt.Errorf("calendar of agency %q: %w", agency, ErrNotFound)
}
