package procedure

import (
	"encoding/json"
	"fmt"
)

// limitPattern is the written form of a limit, for editors; the parser is stricter about where fractions may stand.
const limitPattern = `^(0|[1-9][0-9]{0,5})(\.[0-9]{1,2})?(wd|wh|d|mo|h)$`

// JSONSchema returns the schema of a definition file (draft 2020-12), made from the parser's own key tables. Editors
// complete with it; the parser does not use it, for it says more and says where.
func JSONSchema() []byte {
	use, definition := drafter{}, drafter{references: true}
	return schemaFile(object{"if": object{"required": []string{"template"}}, "then": use.table(useTable()), "else": definition.table(languageTable())},
		"Định nghĩa thủ tục hành chính Motcua")
}

// ScenarioSchema is JSONSchema for a file of scenarios.
func ScenarioSchema() []byte {
	return Schema(scenarioTable(), "Kịch bản của thủ tục hành chính Motcua")
}

// schemaFile is a whole schema.
func schemaFile(root object, title string) []byte {
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	data, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("schema of the key tables: %v", err)) // maps, strings and numbers only
	}
	return append(data, '\n')
}

type object = map[string]any

// drafter writes schemas of tables; with references a parameter may stand where the parser takes one.
type drafter struct{ references bool }

// orReference lets a parameter stand in the place of a value; texts take it as the texts that it is.
func orReference(k *key, s object) object {
	if k.kind == kText && len(k.values) == 0 {
		return s
	}
	doc := s["description"]
	delete(s, "description")
	out := object{"anyOf": []any{s, object{"type": "string", "pattern": `^\$[a-z][a-z0-9_-]*$`}}}
	if doc != nil {
		out["description"] = doc
	}
	return out
}

func (d drafter) table(t *table) object {
	properties, required := object{}, []string{}
	for i := range t.keys {
		k := &t.keys[i]
		s := d.key(k)
		if k.doc != "" {
			s["description"] = k.doc
		}
		if d.references && k.parameterTypes() != nil {
			s = orReference(k, s)
		}
		properties[k.name] = s
		if k.required {
			required = append(required, k.name)
		}
	}
	s := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func (d drafter) key(k *key) object {
	text := object{"type": "string", "minLength": 1}
	id := object{"type": "string", "pattern": `^[a-z0-9_.]([a-z0-9_.-]{0,62}[a-z0-9_.])?$`}
	limit := object{"type": "string", "pattern": limitPattern}
	moment := object{"type": "string", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]$`}
	list := func(item object) object { return object{"type": "array", "items": item} }
	switch k.kind {
	case kID:
		return id
	case kCode:
		return object{"type": "string", "pattern": `^[^\s"]+$`}
	case kBool:
		return object{"type": "boolean"}
	case kInt:
		return object{"type": "integer", "minimum": 0}
	case kPercent:
		return object{"type": "integer", "minimum": 1, "maximum": 99}
	case kDate:
		return object{"type": "string", "format": "date", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	case kTime:
		return object{"type": "string", "pattern": `^([01][0-9]|2[0-3]):[0-5][0-9]$`}
	case kMoment:
		return moment
	case kPairs:
		return object{"type": "object", "additionalProperties": object{"type": []string{"boolean", "string", "integer"}}}
	case kMoments:
		return object{"type": "object", "additionalProperties": moment}
	case kLimit, kBudget:
		return limit
	case kLegal:
		return object{"anyOf": []any{limit, object{"const": sameDay}}}
	case kCut:
		return object{"anyOf": []any{limit, object{"type": "string", "pattern": `^[1-9][0-9]?%$`}}}
	case kCondition:
		return object{"type": "string", "minLength": 1, "maxLength": maxExpression}
	case kTexts:
		item := object{"type": []string{"string", "integer", "boolean"}}
		if len(k.values) > 0 {
			item = object{"enum": k.values}
		}
		return list(item)
	case kBudgets:
		return list(limit)
	case kMap:
		return d.table(k.of)
	case kMaps, kCases:
		return list(d.table(k.of))
	case kNamed:
		return object{"type": "object", "additionalProperties": d.table(k.of)}
	case kNamedLists:
		return object{"type": "object", "additionalProperties": list(d.table(k.of))}
	case kOutcomes:
		edge := object{"anyOf": []any{id, d.table(edgeTable())}}
		many := list(edge)
		many["minItems"] = 1
		return object{"type": "object", "minProperties": 1, "additionalProperties": object{"anyOf": []any{id, d.table(edgeTable()), many}}}
	case kReductions:
		return list(object{"anyOf": []any{id, d.table(k.of)}})
	case kLadder:
		return object{"anyOf": []any{id, list(d.table(k.of))}}
	case kRequired:
		return object{"type": []string{"boolean", "string"}}
	case kValues:
		return object{"type": "object", "additionalProperties": object{"type": []string{"string", "integer", "number", "boolean"}}}
	case kScalar:
		return object{"type": []string{"string", "integer", "number", "boolean"}}
	case kDefault:
		return object{"type": []string{"boolean", "string", "integer"}}
	case kText:
		if len(k.values) > 0 {
			return object{"enum": k.values}
		}
		return object{"type": []string{"string", "integer", "number"}}
	}
	return text
}
