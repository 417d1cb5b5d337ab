package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// source holds what a package's comments say about its types and fields, as markers only, and its string constants by type.
type source struct {
	types  map[string]map[string]any
	fields map[string]map[string]map[string]any
	values map[string][]string
	named  map[string]string
}

func (c *collector) source(path string) *source {
	if c.sources[path] == nil {
		c.sources[path] = readSource(path)
	}
	return c.sources[path]
}

func readSource(path string) *source {
	result := &source{map[string]map[string]any{}, map[string]map[string]map[string]any{}, map[string][]string{}, map[string]string{}}
	if !strings.HasPrefix(path, "k8s.io/") {
		return result
	}
	found, err := exec.Command("go", "list", "-f", "{{.Dir}}", path).Output()
	check(err)
	dir := strings.TrimSpace(string(found))
	entries, err := os.ReadDir(dir)
	check(err)
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		if ok, _ := build.Default.MatchFile(dir, entry.Name()); !ok {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, entry.Name()), nil, parser.ParseComments)
		check(err)
		for _, declaration := range file.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok && general.Tok == token.TYPE {
				for _, spec := range general.Specs {
					result.add(spec.(*ast.TypeSpec), general.Doc)
				}
			} else if ok && general.Tok == token.CONST {
				for _, spec := range general.Specs {
					result.addValues(spec.(*ast.ValueSpec), file)
				}
			}
		}
	}
	for name, markers := range result.types {
		if markers["enum"] == true {
			sort.Strings(result.values[name])
			markers["enum"] = slices.Compact(result.values[name])
		}
	}
	for _, fields := range result.fields {
		for _, markers := range fields {
			if name, ok := markers["default"].(string); ok && strings.HasPrefix(name, "ref(") {
				markers["default"] = result.named[strings.TrimSuffix(strings.TrimPrefix(name, "ref("), ")")]
			}
		}
	}
	return result
}

// addValues keeps string constants with a type of their own: `Name Type = "text"`, `Name = Type("text")`, `Name = Type(other.Name)`.
func (s *source) addValues(spec *ast.ValueSpec, file *ast.File) {
	for i, value := range spec.Values {
		typed := spec.Type
		if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
			typed, value = call.Fun, call.Args[0]
		}
		named, ok := typed.(*ast.Ident)
		if !ok {
			continue
		}
		if text := textOf(value, file); text != nil {
			s.values[named.Name] = append(s.values[named.Name], *text)
			s.named[spec.Names[i].Name] = *text
		}
	}
}

// textOf is a string literal's text, or that of a constant of another package.
func textOf(value ast.Expr, file *ast.File) *string {
	switch e := value.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			check(err)
			return &text
		}
	case *ast.SelectorExpr:
		for _, imported := range file.Imports {
			path := strings.Trim(imported.Path.Value, `"`)
			if imported.Name != nil && imported.Name.Name == fmt.Sprint(e.X) {
				if text, ok := readSource(path).named[e.Sel.Name]; ok {
					return &text
				}
			}
		}
	}
	return nil
}

func (s *source) add(spec *ast.TypeSpec, doc *ast.CommentGroup) {
	if spec.Doc != nil {
		doc = spec.Doc
	}
	if markers := read(doc); len(markers) > 0 {
		s.types[spec.Name.Name] = markers
	}
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	fields := map[string]map[string]any{}
	for _, f := range structure.Fields.List {
		markers := read(f.Doc)
		if len(f.Names) > 0 && !described(f.Doc) {
			markers["undescribed"] = true
		}
		if len(markers) == 0 {
			continue
		}
		for _, name := range f.Names {
			fields[name.Name] = markers
		}
		if len(f.Names) == 0 {
			fields[embeddedName(f.Type)] = markers
		}
	}
	s.fields[spec.Name.Name] = fields
}

// described says whether comments have text beside markers: OpenAPI writes a reference differently where there is none.
func described(group *ast.CommentGroup) bool {
	if group == nil {
		return false
	}
	for _, line := range strings.Split(group.Text(), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "+") {
			return true
		}
	}
	return false
}

func embeddedName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// single are the markers kept under their own name; list ones may repeat. All of +k8s: are kept, in order, as text.
var single = map[string]string{"default": "default", "listType": "listType", "mapType": "mapType", "structType": "structType", "featureGate": "featureGate"}

func read(group *ast.CommentGroup) map[string]any {
	markers := map[string]any{}
	if group == nil {
		return markers
	}
	for _, comment := range group.List {
		line := strings.TrimSpace(strings.TrimPrefix(comment.Text, "//"))
		if !strings.HasPrefix(line, "+") {
			continue
		}
		name, value, _ := strings.Cut(line[1:], "=")
		switch {
		case single[name] != "":
			markers[single[name]] = parsed(value)
		case name == "listMapKey":
			keys, _ := markers["listMapKeys"].([]string)
			markers["listMapKeys"] = append(keys, strings.Trim(value, `"`))
		case name == "optional", name == "required", name == "nullable", name == "enum", strings.HasPrefix(name, "union"):
			markers[name] = true
		case strings.HasPrefix(name, "k8s:") && !strings.HasPrefix(name, "k8s:deepcopy") && !strings.HasPrefix(name, "k8s:conversion"):
			all, _ := markers["k8s"].([]string)
			markers["k8s"] = append(all, line[len("+k8s:"):])
		}
	}
	return markers
}

func parsed(value string) any {
	var result any
	if json.Unmarshal([]byte(value), &result) == nil {
		return result
	}
	return value
}
