package mission

import (
	"errors"
	"strconv"
	"strings"
)

// Number is the value of an indicator, in hundredths so that 95.5 is exact.
type Number int64

// largestNumber bounds an indicator's value, in units.
const largestNumber = 1_000_000_000_000

var errNumber = errors.New("số có tối đa hai chữ số thập phân sau dấu chấm, ví dụ 80 hoặc 95.5")

// ParseNumber reads "80", "95.5" or "-3.25": digits, an optional point and at most two decimals.
func ParseNumber(s string) (Number, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || len(fraction) > 2 || len(whole) > 1 && whole[0] == '0' {
		return 0, errNumber
	}
	for len(fraction) < 2 {
		fraction += "0"
	}
	n, err := strconv.ParseUint(whole+fraction, 10, 63)
	if err != nil || n > largestNumber*100 {
		return 0, errNumber
	}
	if negative {
		return -Number(n), nil
	}
	return Number(n), nil
}

// String writes what ParseNumber reads, without trailing zeros.
func (n Number) String() string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", uint64(-n)
	}
	s := strconv.FormatUint(u/100, 10)
	if part := u % 100; part > 0 {
		s += "." + strings.TrimRight(strconv.FormatUint(100+part, 10)[1:], "0")
	}
	return sign + s
}

// MarshalJSON writes a JSON number.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalJSON reads a JSON number as ParseNumber does; exponents are refused.
func (n *Number) UnmarshalJSON(b []byte) (err error) {
	*n, err = ParseNumber(string(b))
	return err
}
