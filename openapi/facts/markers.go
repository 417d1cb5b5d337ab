package main

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// source holds what a package's comments say about its types and fields, as markers only.
type source struct {
	types  map[string]map[string]any
	fields map[string]map[string]map[string]any
}

func (c *collector) source(path string) *source {
	if c.sources[path] == nil {
		c.sources[path] = readSource(path)
	}
	return c.sources[path]
}

func readSource(path string) *source {
	result := &source{map[string]map[string]any{}, map[string]map[string]map[string]any{}}
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
			}
		}
	}
	return result
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
		case name == "optional", name == "nullable", name == "enum":
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
