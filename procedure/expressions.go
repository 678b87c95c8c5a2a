package procedure

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
)

// Conditions remembers what conditions compile to, for all files of one run: the files of an office ask the same of the same
// facts, and compiling costs more than all the rest of lint. It grows with what the files say.
type Conditions struct {
	mu      sync.Mutex
	byFacts map[string]*expressions
}

// over are the expressions over some facts: of their own where c is nil.
func (c *Conditions) over(facts []Fact) *expressions {
	if c == nil {
		return &expressions{facts: facts}
	}
	var key strings.Builder
	for _, f := range facts { // all that the environment is made of
		key.WriteString(f.Name + " " + f.Type + "\n")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byFacts[key.String()]
	if e == nil {
		if c.byFacts == nil {
			c.byFacts = map[string]*expressions{}
		}
		e = &expressions{facts: facts}
		c.byFacts[key.String()] = e
	}
	return e
}

// expressions compiles conditions over the same facts, each different text once: findings, cases and plans read the same result.
type expressions struct {
	facts []Fact
	mu    sync.Mutex
	ready bool
	env   *cel.Env
	err   error
	known map[string]expressed
}

// expressed is a compiled text, or what is wrong with it; program is made when it is first evaluated.
type expressed struct {
	ast     *cel.Ast
	issues  *cel.Issues
	program cel.Program
}

// declare is the error of the facts' declarations, made at the first call.
func (e *expressions) declare() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.ready {
		e.env, e.err = conditionEnv(e.facts)
		e.ready, e.known = true, map[string]expressed{}
	}
	return e.err
}

// compile is asked only after declare found nothing wrong.
func (e *expressions) compile(text string) expressed {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.compiled(text)
}

func (e *expressions) compiled(text string) expressed {
	done, ok := e.known[text]
	if !ok {
		done.ast, done.issues = e.env.Compile(text)
		e.known[text] = done
	}
	return done
}

// program makes a text ready to be evaluated.
func (e *expressions) program(text string) (cel.Program, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	x := e.compiled(text)
	switch {
	case x.program != nil:
		return x.program, nil
	case x.issues.Err() != nil:
		return nil, x.issues.Err()
	case !x.ast.OutputType().IsExactType(cel.BoolType):
		return nil, errors.New("it is not a bool")
	}
	var err error
	if x.program, err = e.env.Program(x.ast, cel.CostLimit(evaluationCost)); err != nil {
		return nil, fmt.Errorf("make it a program: %w", err)
	}
	e.known[text] = x
	return x.program, nil
}

// programs makes the conditions ready to be evaluated.
func (e *expressions) programs(conditions []Condition) ([]cel.Program, error) {
	if err := e.declare(); err != nil {
		return nil, err
	}
	list := make([]cel.Program, len(conditions))
	for i, c := range conditions {
		p, err := e.program(c.Expression)
		if err != nil {
			return nil, fmt.Errorf("condition %s: %w", c.Name, err)
		}
		list[i] = p
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
