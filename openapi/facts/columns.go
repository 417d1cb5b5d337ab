package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// columnFact is a printer column as a server's Table answers describe it.
type columnFact struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Format      string `json:"format,omitempty"`
	Priority    int    `json:"priority,omitempty"`
	Description string `json:"description"`
}

// columnReader evaluates the column lists in a file of upstream's: composite literals whose descriptions are texts or types' SwaggerDoc.
type columnReader struct {
	file    *ast.File
	imports map[string]string // name in the file -> import path
	types   map[string]reflect.Type
}

func newColumnReader(path string, c *collector) *columnReader {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	r := &columnReader{file, map[string]string{}, map[string]reflect.Type{}}
	for _, spec := range file.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		check(err)
		name := target[strings.LastIndex(target, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		r.imports[name] = target
	}
	for t := range c.seen {
		r.types[t.PkgPath()+"."+t.Name()] = t
	}
	return r
}

// columnLines is columns.json: the columns of every kind that has its own, by group/Kind; `*` has those of the rest.
func columnLines(kubernetes string, c *collector) []byte {
	printed := newColumnReader(filepath.Join(kubernetes, "pkg/printers/internalversion/printers.go"), c).printers()
	metadata := docOf(reflect.TypeOf(metav1.ObjectMeta{}))
	columns := map[string][]columnFact{
		// k8s.io/apiserver/pkg/registry/rest/table.go
		"*": {
			{Name: "Name", Type: "string", Format: "name", Description: metadata["name"]},
			{Name: "Created At", Type: "date", Description: metadata["creationTimestamp"]},
		},
		"apiregistration.k8s.io/APIService": newColumnReader(apiServiceStorage(), c).only(),
		"autoscaling/Scale":                 printed["autoscaling.Scale"],
	}
	for kind, storedGroup := range discoveredKinds(kubernetes) {
		name := kind[strings.LastIndex(kind, "/")+1:]
		if list := printed[internalPackage(storedGroup)+"."+name]; list != nil && !hasDefaultColumns(kubernetes, name) {
			columns[kind] = list
		}
	}
	var b bytes.Buffer
	b.WriteString("{")
	for i, kind := range sortedKeys(columns) {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n" + compact(kind) + ":[")
		for j, column := range columns[kind] {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n" + compact(column))
		}
		b.WriteString("\n]")
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

func apiServiceStorage() string {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/kube-aggregator").Output()
	check(err)
	return filepath.Join(strings.TrimSpace(string(dir)), "pkg/registry/apiservice/etcd/etcd.go")
}

// discoveredKinds has every group/Kind with the group it is stored in: printers are written for what is stored.
func discoveredKinds(kubernetes string) map[string]string {
	text, err := os.ReadFile(filepath.Join(kubernetes, "api/discovery/aggregated_v2.json"))
	check(err)
	var document discoveryDocument
	check(json.Unmarshal(text, &document))
	core := discoveryDocument{}
	core.Items = append(core.Items, coreGroup(kubernetes))
	storage := storageTable(filepath.Join(kubernetes, "test/integration/etcd/data.go"))
	kinds := map[string]string{}
	for _, group := range append(core.Items, document.Items...) {
		for _, version := range group.Versions {
			for _, r := range version.Resources {
				if r.ResponseKind == nil {
					continue
				}
				name := group.Metadata.Name
				storedGroup := name
				if s, ok := storage[name+"/"+version.Version+"/"+r.Resource]; ok {
					storedGroup = s.kind.Group
				}
				kinds[name+"/"+r.ResponseKind.Kind] = storedGroup
			}
		}
	}
	return kinds
}

func internalPackage(group string) string {
	switch group {
	case "":
		return "core"
	case "internal.apiserver.k8s.io":
		return "apiserverinternal"
	}
	return strings.Split(group, ".")[0]
}

// hasDefaultColumns tells kinds whose storage does not use the printer that there is for them.
func hasDefaultColumns(kubernetes, kind string) bool {
	paths, err := filepath.Glob(filepath.Join(kubernetes, "pkg/registry/*", strings.ToLower(kind), "storage/storage.go"))
	check(err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(err)
		if bytes.Contains(text, []byte("NewDefaultTableConvertor")) {
			return true
		}
	}
	return false
}

// printers maps the internal package and kind of each print function to the columns it is registered with.
func (r *columnReader) printers() map[string][]columnFact {
	printed := map[string]string{}
	for _, declaration := range r.file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Type.Params.NumFields() == 0 {
			continue
		}
		pointer, ok := function.Type.Params.List[0].Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		if selector, ok := pointer.X.(*ast.SelectorExpr); ok {
			path := r.imports[selector.X.(*ast.Ident).Name]
			printed[function.Name.Name] = path[strings.LastIndex(path, "/")+1:] + "." + selector.Sel.Name
		}
	}
	lists := map[string][]columnFact{}
	result := map[string][]columnFact{}
	ast.Inspect(r.file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			if name, ok := node.Lhs[0].(*ast.Ident); ok && r.hasColumns(node.Rhs[0]) {
				lists[name.Name] = append(lists[name.Name], r.columns(node.Rhs[0])...)
			}
		case *ast.CallExpr:
			if called, ok := node.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "TableHandler" {
				result[printed[node.Args[1].(*ast.Ident).Name]] = lists[node.Args[0].(*ast.Ident).Name]
			}
		}
		return true
	})
	return result
}

// only gives the columns of a file with one list.
func (r *columnReader) only() []columnFact { return r.columns(r.file) }

func (r *columnReader) hasColumns(node ast.Node) bool {
	found := false
	ast.Inspect(node, func(node ast.Node) bool {
		found = found || isColumnList(node)
		return !found
	})
	return found
}

func isColumnList(node ast.Node) bool {
	literal, ok := node.(*ast.CompositeLit)
	if !ok {
		return false
	}
	list, ok := literal.Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	element, ok := list.Elt.(*ast.SelectorExpr)
	return ok && element.Sel.Name == "TableColumnDefinition"
}

func (r *columnReader) columns(node ast.Node) []columnFact {
	var result []columnFact
	ast.Inspect(node, func(node ast.Node) bool {
		if !isColumnList(node) {
			return true
		}
		for _, element := range node.(*ast.CompositeLit).Elts {
			result = append(result, r.column(element.(*ast.CompositeLit)))
		}
		return false
	})
	return result
}

func (r *columnReader) column(literal *ast.CompositeLit) columnFact {
	var column columnFact
	for _, element := range literal.Elts {
		member := element.(*ast.KeyValueExpr)
		switch member.Key.(*ast.Ident).Name {
		case "Name":
			column.Name = r.text(member.Value)
		case "Type":
			column.Type = r.text(member.Value)
		case "Format":
			column.Format = r.text(member.Value)
		case "Description":
			column.Description = r.text(member.Value)
		case "Priority":
			priority, err := strconv.Atoi(member.Value.(*ast.BasicLit).Value)
			check(err)
			column.Priority = priority
		}
	}
	return column
}

// text is a literal's, or what a type's SwaggerDoc says of a member.
func (r *columnReader) text(expression ast.Expr) string {
	if literal, ok := expression.(*ast.BasicLit); ok {
		value, err := strconv.Unquote(literal.Value)
		check(err)
		return value
	}
	index := expression.(*ast.IndexExpr)
	key := r.text(index.Index)
	call, ok := index.X.(*ast.CallExpr)
	if !ok { // a variable that holds the metadata's texts
		return docOf(reflect.TypeOf(metav1.ObjectMeta{}))[key]
	}
	return docOf(r.typeOf(call.Fun.(*ast.SelectorExpr).X))[key]
}

// typeOf knows T{} and T{}.Member.
func (r *columnReader) typeOf(expression ast.Expr) reflect.Type {
	if member, ok := expression.(*ast.SelectorExpr); ok {
		field, _ := r.typeOf(member.X).FieldByName(member.Sel.Name)
		return field.Type
	}
	selector := expression.(*ast.CompositeLit).Type.(*ast.SelectorExpr)
	return r.types[r.imports[selector.X.(*ast.Ident).Name]+"."+selector.Sel.Name]
}

func docOf(t reflect.Type) map[string]string {
	return reflect.Zero(t).MethodByName("SwaggerDoc").Call(nil)[0].Interface().(map[string]string)
}
