package calendar

import (
	"fmt"
	"math"
)

// The Vietnamese lunar calendar at UTC+7: months begin on the day of the new moon, the eleventh month holds the winter
// solstice, and in a year of thirteen months the first month without a principal solar term is the leap month. New moons
// and solar longitude follow J. Meeus, Astronomical Algorithms, 2nd ed., ch. 25 and 49. The results only ever suggest
// provisional days off: law, not astronomy, fixes them.

const (
	julianEpoch   = 2440587.5 // Julian date of 1970-01-01T00:00 UTC
	zoneDays      = float64(zoneSeconds) / secondsPerDay
	newMoon2000   = 2451550.09766 // mean new moon of 6 January 2000, Julian ephemeris date
	synodicMonth  = 29.530588861
	deltaT        = 70.0 / secondsPerDay // dynamical less universal time, about 70 s in these decades
	winterSector  = 9                    // of twelve from the vernal equinox: longitude 270° and on
	lunarFirst    = 1900
	lunarLast     = 2199
	eleventhMonth = 11
)

// LunarDate returns the civil date of a day of the Vietnamese lunar year that begins in the given year. Leap months are
// not asked for: the month is the ordinary one.
func LunarDate(year, month, day int) (Date, error) {
	if year < lunarFirst || year > lunarLast || month < 1 || month > monthsPerYear || day < 1 || day > 30 {
		return 0, fmt.Errorf("lunar date %d-%d-%d: want years %d to %d, months 1 to 12, days 1 to 30", year, month, day, lunarFirst, lunarLast)
	}
	// Month 1 follows the eleventh month of the year before by two; months 11 and 12 stand in the next winter.
	winter, offset := year-1, month+monthsPerYear-eleventhMonth
	if month >= eleventhMonth {
		winter, offset = year, month-eleventhMonth
	}
	k := solsticeMoon(winter)
	if leap := leapMonth(k, solsticeMoon(winter+1)); leap > 0 && offset >= leap {
		offset++
	}
	first, next := newMoonDay(k+offset), newMoonDay(k+offset+1)
	if first+Date(day-1) >= next {
		return 0, fmt.Errorf("lunar date %d-%d-%d: the month has %d days", year, month, day, next-first)
	}
	return first + Date(day-1), nil
}

// leapMonth returns how many months after the eleventh the leap month stands, or 0 if the year has none.
func leapMonth(from, to int) int {
	if to-from < 13 {
		return 0
	}
	for i := 1; i < to-from; i++ {
		if solarSector(newMoonDay(from+i)) == solarSector(newMoonDay(from+i+1)) {
			return i
		}
	}
	return 0
}

// solsticeMoon returns the number of the lunation whose month holds the winter solstice of a year.
func solsticeMoon(year int) int {
	k := int(math.Round(float64(NewDate(year, monthsPerYear, 31)-NewDate(2000, 1, 6)) / synodicMonth))
	for newMoonDay(k) > NewDate(year, monthsPerYear, 31) {
		k--
	}
	// The month must begin before the day on which the sun passes 270°, or on it.
	for solarSector(newMoonDay(k)) >= winterSector {
		k--
	}
	return k
}

// newMoonDay returns the civil date, at UTC+7, of the k-th new moon since January 2000.
func newMoonDay(k int) Date {
	return Date(math.Floor(newMoon(float64(k)) - deltaT - julianEpoch + zoneDays))
}

// solarSector returns which twelfth of the ecliptic the sun is in as a date begins at UTC+7.
func solarSector(d Date) int {
	return int(solarLongitude(float64(d)+julianEpoch-zoneDays+deltaT) / 30)
}

// solarLongitude returns the apparent longitude of the sun in degrees [0, 360) at a Julian ephemeris date.
func solarLongitude(jde float64) float64 {
	t := (jde - 2451545) / 36525
	mean := 280.46646 + t*(36000.76983+t*0.0003032)
	anomaly := 357.52911 + t*(35999.05029-t*0.0001537)
	center := (1.914602-t*(0.004817+t*0.000014))*sin(anomaly) +
		(0.019993-t*0.000101)*sin(2*anomaly) + 0.000289*sin(3*anomaly)
	apparent := mean + center - 0.00569 - 0.00478*sin(125.04-1934.136*t)
	return math.Mod(math.Mod(apparent, 360)+360, 360)
}

// newMoon returns the Julian ephemeris date of the k-th new moon since January 2000, good to a fraction of a minute.
func newMoon(k float64) float64 {
	t := k / 1236.85
	e := 1 - t*(0.002516+t*0.0000074)
	sun := 2.5534 + 29.10535670*k - t*t*(0.0000014+t*0.00000011)
	moon := 201.5643 + 385.81693528*k + t*t*(0.0107582+t*0.00001238)
	node := 160.7108 + 390.67050284*k - t*t*(0.0016118+t*0.00000227)
	ascent := 124.7746 - 1.56375588*k + t*t*0.0020672
	jde := newMoon2000 + synodicMonth*k + t*t*(0.00015437-t*0.00000015)
	for _, term := range newMoonTerms() {
		scale := 1.0
		for range term.eccentricity {
			scale *= e
		}
		jde += term.days * scale * sin(term.sun*sun+term.moon*moon+term.node*node)
	}
	jde += -0.00017 * sin(ascent)
	// The largest corrections by the planets; the rest stay under ten seconds each.
	jde += 0.000325*sin(299.77+0.107408*k-0.009173*t*t) + 0.000165*sin(251.88+0.016321*k) +
		0.000164*sin(251.83+26.651886*k) + 0.000126*sin(349.42+36.412478*k) + 0.000110*sin(84.66+18.206239*k)
	return jde
}

type moonTerm struct {
	days            float64
	eccentricity    int // powers of the eccentricity factor
	sun, moon, node float64
}

func newMoonTerms() []moonTerm {
	return []moonTerm{
		{-0.40720, 0, 0, 1, 0}, {0.17241, 1, 1, 0, 0}, {0.01608, 0, 0, 2, 0}, {0.01039, 0, 0, 0, 2},
		{0.00739, 1, -1, 1, 0}, {-0.00514, 1, 1, 1, 0}, {0.00208, 2, 2, 0, 0}, {-0.00111, 0, 0, 1, -2},
		{-0.00057, 0, 0, 1, 2}, {0.00056, 1, 1, 2, 0}, {-0.00042, 0, 0, 3, 0}, {0.00042, 1, 1, 0, 2},
		{0.00038, 1, 1, 0, -2}, {-0.00024, 1, -1, 2, 0}, {-0.00007, 0, 2, 1, 0}, {0.00004, 0, 0, 2, -2},
		{0.00004, 0, 3, 0, 0}, {0.00003, 0, 1, 1, -2}, {0.00003, 0, 0, 2, 2}, {-0.00003, 0, 1, 1, 2},
		{0.00003, 0, -1, 1, 2}, {-0.00002, 0, -1, 1, -2}, {-0.00002, 0, 1, 3, 0}, {0.00002, 0, 0, 4, 0},
	}
}

func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }
