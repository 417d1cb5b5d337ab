package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// internalPackages are upstream's internal types that validation prints as they are, beside the published package each is made from.
var internalPackages = map[string]string{
	"core":     "k8s.io/api/core/v1",
	"apps":     "k8s.io/api/apps/v1",
	"batch":    "k8s.io/api/batch/v1",
	"resource": "k8s.io/api/resource/v1",
}

// internalRoots are the types that messages show; what they hold follows.
var internalRoots = []string{
	"core.PodSpec", "core.PodTemplateSpec", "core.EphemeralContainer", "core.PersistentVolumeSource",
	"apps.DeploymentStrategy", "apps.DaemonSetUpdateStrategy", "apps.StatefulSetUpdateStrategy",
	"batch.SuccessPolicy", "batch.PodFailurePolicy", "batch.UncountedTerminatedPods",
	"resource.ResourceClaimSpec", "resource.ResourceClaimTemplateSpec",
}

// renamed are fields whose names differ in more than case between the internal and the published type.
var renamed = map[string]string{
	"core.AzureDiskVolumeSource.DataDiskURI": "diskURI",
}

// internalReader reads the struct types of upstream's internal packages from their sources: no module but the server's own can import them.
type internalReader struct {
	structs   map[string]*ast.StructType
	named     map[string]ast.Expr
	published map[string]reflect.Type
	rows      map[string][]string
}

// internalLines is internal-types.json: for each internal struct its fields in Go's order, as [Go name, member of the published type, type].
// The member is empty where the field stands elsewhere in the published type or is embedded.
func internalLines(kubernetes string, c *collector) []byte {
	r := &internalReader{map[string]*ast.StructType{}, map[string]ast.Expr{}, map[string]reflect.Type{}, map[string][]string{}}
	for name, published := range internalPackages {
		r.read(name, filepath.Join(kubernetes, "pkg/apis", name, "types.go"))
		for t := range c.seen {
			if t.PkgPath() == published {
				r.published[name+"."+t.Name()] = t
			}
		}
	}
	for _, root := range internalRoots {
		r.add(root)
	}
	var b bytes.Buffer
	b.WriteString("{")
	for i, name := range sortedKeys(r.rows) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n%s: [\n  %s\n]", compact(name), strings.Join(r.rows[name], ",\n  "))
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

func (r *internalReader) read(name, path string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			declared := spec.(*ast.TypeSpec)
			if body, ok := declared.Type.(*ast.StructType); ok {
				r.structs[name+"."+declared.Name.Name] = body
			} else {
				r.named[name+"."+declared.Name.Name] = declared.Type
			}
		}
	}
}

func (r *internalReader) add(name string) {
	body := r.structs[name]
	if body == nil || r.rows[name] != nil {
		return
	}
	r.rows[name] = []string{}
	own := name[:strings.Index(name, ".")]
	rows := []string{}
	for _, field := range body.Fields.List {
		text := r.typeText(own, field.Type)
		if len(field.Names) == 0 {
			goName := text[strings.LastIndex(text, ".")+1:]
			rows = append(rows, compact([]string{goName, "", text}))
		}
		for _, ident := range field.Names {
			rows = append(rows, compact([]string{ident.Name, r.member(name, ident.Name), text}))
		}
	}
	r.rows[name] = rows
}

// member is the JSON name that the published type gives a field.
func (r *internalReader) member(owner, goName string) string {
	if member, ok := renamed[owner+"."+goName]; ok {
		return member
	}
	t := r.published[owner]
	if t == nil {
		return ""
	}
	for i := 0; i < t.NumField(); i++ {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if t.Field(i).Name == goName || strings.EqualFold(name, goName) {
			return name
		}
	}
	return ""
}

// typeText writes a field's type: pointers, lists and maps as in Go, internal structs by package and name, what is below them if plain, and
// published types that write themselves as `json.` and their name.
func (r *internalReader) typeText(own string, expression ast.Expr) string {
	switch t := expression.(type) {
	case *ast.StarExpr:
		return "*" + r.typeText(own, t.X)
	case *ast.ArrayType:
		return "[]" + r.typeText(own, t.Elt)
	case *ast.MapType:
		return "map[string]" + r.typeText(own, t.Value)
	case *ast.SelectorExpr:
		owner := t.X.(*ast.Ident).Name
		if owner == "api" {
			owner = "core"
		}
		return r.namedText(owner + "." + t.Sel.Name)
	case *ast.Ident:
		if t.Obj == nil && token.IsExported(t.Name) || r.structs[own+"."+t.Name] != nil || r.named[own+"."+t.Name] != nil {
			return r.namedText(own + "." + t.Name)
		}
		return t.Name
	}
	return "any"
}

func (r *internalReader) namedText(name string) string {
	if r.structs[name] != nil {
		r.add(name)
		return name
	}
	if below := r.named[name]; below != nil {
		return r.typeText(name[:strings.Index(name, ".")], below)
	}
	if name == "types.UID" {
		return "string"
	}
	return "json." + name[strings.Index(name, ".")+1:]
}
