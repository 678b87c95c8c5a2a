package procedure

// PlanOf is the plan of a definition whatever today's lint says of it.
func PlanOf(d *Definition, s *Shelf) (*Plan, error) { return planOf(d, s) }
