package calendar

import "math"

// The Vietnamese lunar calendar at UTC+7: months begin on the day of the new moon, the eleventh month holds the winter
// solstice, and a leap month is one without a principal solar term. The positions follow the truncated series of
// J. Meeus, Astronomical Algorithms; they are good to minutes, and the anchors of 2023 to 2031 are checked in the tests.
// The Chinese calendar (UTC+8) differs in some years and is of no use here.

const (
	synodicMonth  = 29.530588853
	julianOf1970  = 2440588 // Julian day number of 1970-01-01
	firstNewMoon  = 2415021.076998695
	zoneDays      = 7.0 / 24
	principalTerm = math.Pi / 6
)

func radians(deg float64) float64 { return deg * math.Pi / 180 }

// newMoon is the Julian day number, in the legal zone, of the k-th new moon after 1900-01-01.
func newMoon(k int) int {
	n := float64(k)
	t := n / 1236.85
	t2, t3 := t*t, t*t*t
	jd := 2415020.75933 + 29.53058868*n + 0.0001178*t2 - 0.000000155*t3 +
		0.00033*math.Sin(radians(166.56+132.87*t-0.009173*t2))
	sun := radians(359.2242 + 29.10535608*n - 0.0000333*t2 - 0.00000347*t3)
	moon := radians(306.0253 + 385.81691806*n + 0.0107306*t2 + 0.00001236*t3)
	node := radians(21.2964 + 390.67050646*n - 0.0016528*t2 - 0.00000239*t3)
	jd += (0.1734-0.000393*t)*math.Sin(sun) + 0.0021*math.Sin(2*sun) -
		0.4068*math.Sin(moon) + 0.0161*math.Sin(2*moon) - 0.0004*math.Sin(3*moon) +
		0.0104*math.Sin(2*node) - 0.0051*math.Sin(sun+moon) - 0.0074*math.Sin(sun-moon) +
		0.0004*math.Sin(2*node+sun) - 0.0004*math.Sin(2*node-sun) - 0.0006*math.Sin(2*node+moon) +
		0.0010*math.Sin(2*node-moon) + 0.0005*math.Sin(sun+2*moon)
	jd -= -0.000278 + 0.000265*t + 0.000262*t2 // dynamical to universal time
	return int(math.Floor(jd + 0.5 + zoneDays))
}

// sunSector is the sector of 30 degrees (0 to 11) in which the sun stands at midnight of a Julian day in the legal zone.
func sunSector(jdn int) int {
	t := (float64(jdn) - 2451545.5 - zoneDays) / 36525
	mean := radians(357.52910 + 35999.05030*t - 0.0001559*t*t - 0.00000048*t*t*t)
	long := 280.46645 + 36000.76983*t + 0.0003032*t*t +
		(1.914600-0.004817*t-0.000014*t*t)*math.Sin(mean) + (0.019993-0.000101*t)*math.Sin(2*mean) + 0.000290*math.Sin(3*mean)
	r := math.Mod(radians(long), 2*math.Pi)
	if r < 0 {
		r += 2 * math.Pi
	}
	return int(r / principalTerm)
}

// eleventhMonth is the first day of the lunar month that holds the winter solstice of a year.
func eleventhMonth(year int) int {
	k := int(math.Floor((float64(dayOf(year, 12, 31)+julianOf1970) - 2415021) / synodicMonth))
	if nm := newMoon(k); sunSector(nm) < 9 {
		return nm
	}
	return newMoon(k - 1)
}

// lunarDate is the solar date of a lunar day and month (1 to 10, never the leap one) of a lunar year.
func lunarDate(year, month, day int) Date {
	a, b := eleventhMonth(year-1), eleventhMonth(year)
	k := int(math.Floor(0.5 + (float64(a)-firstNewMoon)/synodicMonth))
	offset := month + 1
	if b-a > 365 && offset >= leapOffset(k) {
		offset++
	}
	y, m, d := civil(newMoon(k+offset) + day - 1 - julianOf1970)
	return Date(y*10000 + m*100 + d)
}

// leapOffset is how many months after the eleventh the leap month comes, in a year that has one.
func leapOffset(k int) int {
	sector := sunSector(newMoon(k + 1))
	for i := 2; i < 14; i++ {
		next := sunSector(newMoon(k + i))
		if next == sector {
			return i - 1
		}
		sector = next
	}
	return 13
}

// LunarNewYear is the first day of Tết of a year.
func LunarNewYear(year int) Date { return lunarDate(year, 1, 1) }

// HungKings is the tenth day of the third lunar month, the Hùng Kings' day.
func HungKings(year int) Date { return lunarDate(year, 3, 10) }
