package procedure

import (
	"fmt"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
)

// expressions compiles the conditions of one definition, each different text once: compiling costs more than all the rest
// of lint, and findings, cases and plans read the same result.
type expressions struct {
	facts []Fact
	ready bool
	env   *cel.Env
	err   error
	known map[string]expressed
}

// expressed is a compiled text, or what is wrong with it.
type expressed struct {
	ast    *cel.Ast
	issues *cel.Issues
}

// declare is the error of the facts' declarations, made at the first call.
func (e *expressions) declare() error {
	if !e.ready {
		e.env, e.err = conditionEnv(e.facts)
		e.ready, e.known = true, map[string]expressed{}
	}
	return e.err
}

// compile is asked only after declare found nothing wrong.
func (e *expressions) compile(text string) expressed {
	done, ok := e.known[text]
	if !ok {
		done.ast, done.issues = e.env.Compile(text)
		e.known[text] = done
	}
	return done
}

// programs makes the conditions ready to be evaluated.
func (e *expressions) programs(conditions []Condition) ([]cel.Program, error) {
	if err := e.declare(); err != nil {
		return nil, err
	}
	list := make([]cel.Program, len(conditions))
	same := map[string]cel.Program{}
	for i, c := range conditions {
		if p, ok := same[c.Expression]; ok {
			list[i] = p
			continue
		}
		x := e.compile(c.Expression)
		if x.issues.Err() != nil {
			return nil, fmt.Errorf("condition %s: %w", c.Name, x.issues.Err())
		}
		if !x.ast.OutputType().IsExactType(cel.BoolType) {
			return nil, fmt.Errorf("condition %s is not a bool", c.Name)
		}
		p, err := e.env.Program(x.ast, cel.CostLimit(evaluationCost))
		if err != nil {
			return nil, fmt.Errorf("condition %s: %w", c.Name, err)
		}
		list[i], same[c.Expression] = p, p
	}
	return list, nil
}

// bareEnv is what conditions may use, without facts. Only comparisons, logic, arithmetic and plain text functions are there:
// no macros (so no comprehensions), no regular expressions, nothing that knows of time.
var bareEnv = sync.OnceValues(func() (*cel.Env, error) {
	subset := env.NewLibrarySubset().SetDisableMacros(true)
	for _, name := range []string{
		operators.Conditional, operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Equals, operators.NotEquals,
		operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals, operators.Add, operators.Subtract,
		operators.Multiply, operators.Divide, operators.Modulo, operators.Negate, operators.In,
		"contains", "startsWith", "endsWith", "size",
	} {
		subset.AddIncludedFunctions(env.NewFunction(name))
	}
	return cel.NewCustomEnv(cel.StdLib(cel.StdLibSubset(subset)))
})

// conditionEnv declares the facts as typed variables.
func conditionEnv(facts []Fact) (*cel.Env, error) {
	bare, err := bareEnv()
	if err != nil {
		return nil, fmt.Errorf("declare the language of conditions: %w", err)
	}
	opts := make([]cel.EnvOption, 0, len(facts))
	for _, f := range facts {
		t := cel.StringType
		switch f.Type {
		case FactBool:
			t = cel.BoolType
		case FactInt:
			t = cel.IntType
		}
		opts = append(opts, cel.Variable(f.Name, t))
	}
	e, err := bare.Extend(opts...)
	if err != nil {
		return nil, fmt.Errorf("declare facts: %w", err)
	}
	return e, nil
}
