package app

import (
	"context"
	"encoding/json"
	"fmt"

	"motcua/calendar"
	"motcua/models"
)

func storedClock(ctx context.Context, s *models.Store, fresh calendar.Clock) (calendar.Clock, error) {
	b, err := json.Marshal(fresh)
	if err != nil {
		return fresh, err
	}
	text, err := s.SetSettingOnce(ctx, settingClock, string(b))
	if err != nil {
		return fresh, fmt.Errorf("store the clock: %w", err)
	}
	var c calendar.Clock
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("stored clock %q: %w", text, err)
	}
	if c.Scale != fresh.Scale {
		return c, fmt.Errorf("this data directory keeps time at scale %d, not %d: use --time-scale %d, or another --data", c.Scale, fresh.Scale, c.Scale)
	}
	return c, nil
}
