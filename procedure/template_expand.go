package procedure

import "motcua/procedure/node"

// Expand writes the definition that a file of use stands for, as if the values had been written in it: what an annex or a drawing
// of one agency is made from. Any other file is returned as it is. The result is nil where a finding is an error.
func Expand(file string, data []byte, o ParseOptions) ([]byte, Diagnostics) {
	d, found := ParseWith(file, data, o)
	if d == nil || found.HasErrors() {
		return nil, found
	}
	if d.Use == nil {
		return data, found
	}
	if open := d.openFindings(); len(open) > 0 {
		return nil, append(found, open...).Sorted()
	}
	text, err := d.filled()
	if err != nil {
		return nil, append(found, Diagnostic{File: file, Line: 1, Col: 1, Severity: SeverityError, Rule: "bad-template", Message: err.Error()})
	}
	return text, found
}

// filled is the text of a template with its values written in it and no parameters left.
func (d *Definition) filled() ([]byte, error) {
	node.Remove(d.binding.root, "parameters")
	text, err := node.Bytes(d.binding.root)
	if err != nil {
		return nil, err
	}
	return Format(text)
}
