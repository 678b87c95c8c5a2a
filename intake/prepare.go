package intake

import (
	"context"
	"errors"
	"slices"
	"strings"

	"motcua/dossier"
	"motcua/models"
	"motcua/procedure"
)

// Request is a dossier to be taken in.
type Request struct {
	Procedure string
	Channel   string
	// Receiving is the one-stop desk, Lead the agency that handles; Lead may be left out where only one serves the desk.
	Receiving, Lead string
	// Facts that the procedure's conditions read.
	Facts map[string]any
	// linked: another dossier asks for it; its lead is what that one's plan is bound to, wherever it was received.
	linked bool
}

// Ready is everything that an intake needs, looked up before the transaction.
type Ready struct {
	Plan       *procedure.Plan
	Facts      dossier.IntakeFacts
	Conditions []string
	// Ended are the reductions of the plan that a decision has ended since.
	Ended []procedure.Ending
	// Calendars are those of Facts as data.
	Calendars []Calendar
	deps      dossier.Deps
}

// Prepare finds the plan in force, the agencies and the calendars of a request, and evaluates its conditions.
func (d *Desk) Prepare(ctx context.Context, r Request) (*Ready, error) {
	plan, lead, err := d.planFor(ctx, r)
	if err != nil {
		return nil, err
	}
	in := &Ready{Plan: plan, Facts: dossier.IntakeFacts{Channel: r.Channel, Receiving: r.Receiving, Lead: lead}}
	if in.Conditions, err = plan.Evaluate(r.Facts); err != nil {
		return nil, FactFault(plan, r.Facts, err)
	}
	if in.Ended, err = d.Endings(ctx, &plan.Exec); err != nil {
		return nil, err
	}
	if err := d.bind(ctx, in); err != nil {
		return nil, err
	}
	return in, d.pin(ctx, in)
}

// Endings are the last days that decisions have set to reductions of a plan.
func (d *Desk) Endings(ctx context.Context, x *procedure.Executable) ([]procedure.Ending, error) {
	names := x.RuleNames()
	if len(names) == 0 {
		return nil, nil
	}
	return d.Store.ReductionEndings(ctx, names)
}

// planFor finds the agency that leads the dossier and its plan in force: the agency's own, else the general one. Which type of
// agency leads is the same in all plans of a procedure.
func (d *Desk) planFor(ctx context.Context, r Request) (plan *procedure.Plan, lead string, err error) {
	if plan, err = d.inForce(ctx, r.Procedure, ""); err != nil {
		return nil, "", err
	}
	if lead, err = d.lead(ctx, plan, r); err != nil {
		return nil, "", err
	}
	plan, err = d.inForce(ctx, r.Procedure, lead)
	return plan, lead, err
}

func (d *Desk) inForce(ctx context.Context, code, lead string) (*procedure.Plan, error) {
	hash, err := d.Store.CurrentPlanHash(ctx, code, lead, d.Legal())
	if errors.Is(err, models.ErrNotFound) {
		f := fault("/procedure", "Không có thủ tục %q đang có hiệu lực; xem danh sách ở /v1/procedures.", code)
		f.Code = CodeEnded
		return nil, f
	}
	if err != nil {
		return nil, err
	}
	return d.Plan(ctx, hash)
}

// lead finds the agency that leads a dossier received at a desk.
func (d *Desk) lead(ctx context.Context, plan *procedure.Plan, r Request) (string, error) {
	if r.linked {
		return r.Lead, d.leads(ctx, plan, r.Lead)
	}
	desk, err := d.Store.Agency(ctx, r.Receiving)
	if errors.Is(err, models.ErrNotFound) || err == nil && !desk.Receives {
		return "", fault("/receiving", "%q không phải là điểm tiếp nhận hồ sơ.", r.Receiving)
	}
	if err != nil {
		return "", err
	}
	leads, err := d.Store.Leads(ctx, plan.Agency, r.Receiving)
	if err != nil {
		return "", err
	}
	switch lead := r.Lead; {
	case len(leads) == 0:
		return "", fault("/receiving", "Điểm tiếp nhận %q không nhận thủ tục này.", r.Receiving)
	case lead == "" && len(leads) > 1:
		return "", fault("/lead", "Hãy chọn cơ quan giải quyết: %s.", strings.Join(leads, ", "))
	case lead == "":
		return leads[0], nil
	case !slices.Contains(leads, lead):
		return "", fault("/lead", "Cơ quan giải quyết phải là một trong: %s.", strings.Join(leads, ", "))
	}
	return r.Lead, nil
}

// leads checks that an agency is of the type that leads a procedure.
func (d *Desk) leads(ctx context.Context, plan *procedure.Plan, lead string) error {
	a, err := d.Store.Agency(ctx, lead)
	if errors.Is(err, models.ErrNotFound) || err == nil && a.Type != plan.Agency {
		f := fault("/lead", "Cơ quan %q không phải %s, cơ quan chủ trì thủ tục %s; hãy báo quản trị.", lead, plan.Agency, plan.Code)
		f.Code = CodeUnbound
		return f
	}
	return err
}

// bind names the agency of every reference of the plan.
func (d *Desk) bind(ctx context.Context, in *Ready) error {
	bindings, err := d.Store.Bindings(ctx, in.Facts.Lead)
	if err != nil {
		return err
	}
	for _, ref := range in.Plan.Exec.Agencies {
		if ref == procedure.RefReceiving {
			continue
		}
		i := slices.IndexFunc(bindings, func(b dossier.Binding) bool { return b.Ref == ref })
		if i < 0 {
			f := fault("", "Chưa khai báo cơ quan đảm nhận vai %q cho %s; hãy báo quản trị.", ref, in.Facts.Lead)
			f.Code = CodeUnbound
			return f
		}
		in.Facts.Bindings = append(in.Facts.Bindings, bindings[i])
	}
	return nil
}

// pin pins the calendar revision of every agency on the path.
func (d *Desk) pin(ctx context.Context, in *Ready) (err error) {
	agencies := []string{in.Facts.Receiving, in.Facts.Lead}
	for _, b := range in.Facts.Bindings {
		agencies = append(agencies, b.Agency)
	}
	if in.Facts.Calendars, err = d.PinCalendars(ctx, agencies); err != nil {
		return err
	}
	in.deps = dossier.Deps{Plan: &in.Plan.Exec, Policy: d.Policy, Skew: d.Skew()}
	in.Calendars, in.deps.Calendars, err = d.LoadCalendars(ctx, in.Facts.Calendars)
	return err
}
