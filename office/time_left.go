package office

import (
	"context"
	"time"

	"motcua/calendar"
)

// TimeLeft is one class of the dossiers in hand by what is left of their promise.
type TimeLeft struct {
	Class string
	Open  int64
}

// TimeLeft counts the dossiers in hand: late, by working days left on the calendar of the nation, with a clock that stands still,
// and without a promise yet.
func (o *Office) TimeLeft(ctx context.Context) ([]TimeLeft, error) {
	cal, err := o.agencyCalendar(ctx, "")
	if err != nil {
		return nil, err
	}
	now := o.Legal()
	var cuts []time.Time
	for _, days := range []int{1, 3, 5} {
		at, err := cal.Advance(now, days*calendar.MinutesPerWorkingDay)
		if err != nil {
			return nil, err
		}
		cuts = append(cuts, at)
	}
	c, err := o.Store.TimeLeft(ctx, now, cuts)
	if err != nil {
		return nil, err
	}
	out := []TimeLeft{{"late", c.Late}, {"suspended", c.Paused}, {"none", c.None}}
	for i, class := range []string{"under_1wd", "1_to_3wd", "3_to_5wd", "over_5wd"} {
		out = append(out, TimeLeft{class, c.Before[i]})
	}
	return out, nil
}
