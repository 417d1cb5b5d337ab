package main

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// field is one row: [json name, Go name, type, omission, protobuf number, protobuf wire, extras]. Omission: "never", "empty",
// "zero" or "both"; an inline field's name is empty; a field outside protobuf has number 0; extras only where there are any.
type field struct {
	name, goName, goType, omit, wire string
	number                           int
	extras                           map[string]any
}

type table struct {
	groupVersion string                    // as objects name it; "" where no kind is registered
	structs      map[string][]field        // short type name -> fields in Go order
	named        map[string]string         // short type name -> underlying type, for named scalars, lists and maps
	kinds        map[string]string         // kind -> short type name, for registered kinds
	extras       map[string]map[string]any // short type name -> markers of the type itself
}

type collector struct {
	packages map[string]*table
	seen     map[reflect.Type]bool
	sources  map[string]*source
	kindOf   map[reflect.Type]bool
}

func newCollector() *collector {
	return &collector{packages: map[string]*table{}, seen: map[reflect.Type]bool{}, sources: map[string]*source{}, kindOf: map[reflect.Type]bool{}}
}

// opaque types have an encoding of their own, which the codec knows by name.
var opaque = map[string]bool{
	"meta/v1.Time": true, "meta/v1.MicroTime": true, "meta/v1.Duration": true, "meta/v1.FieldsV1": true,
	"api/resource.Quantity": true, "util/intstr.IntOrString": true, "runtime.RawExtension": true,
	"apiextensions/v1.JSON": true, "apiextensions/v1.JSONSchemaPropsOrBool": true,
	"apiextensions/v1.JSONSchemaPropsOrArray": true, "apiextensions/v1.JSONSchemaPropsOrStringArray": true,
}

func (c *collector) addScheme() {
	s := runtime.NewScheme()
	check(scheme.AddToScheme(s))
	check(apiextensionsv1.AddToScheme(s))
	check(apiregistrationv1.AddToScheme(s))
	for gvk, goType := range s.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal || strings.HasPrefix(goType.PkgPath(), "k8s.io/apimachinery/pkg/apis/meta") && gvk.Group != "" {
			continue
		}
		c.visit(goType)
		pkg, short := split(shortName(goType))
		c.table(pkg).kinds[gvk.Kind] = short
		c.table(pkg).groupVersion = gvk.GroupVersion().String()
	}
	for _, extra := range []any{metav1.Table{}, metav1.PartialObjectMetadata{}, metav1.PartialObjectMetadataList{}, metav1.Patch{}, version.Info{}} {
		c.visit(reflect.TypeOf(extra))
	}
}

func (c *collector) table(pkg string) *table {
	if c.packages[pkg] == nil {
		c.packages[pkg] = &table{"", map[string][]field{}, map[string]string{}, map[string]string{}, map[string]map[string]any{}}
	}
	return c.packages[pkg]
}

func (c *collector) tables() map[string]*table {
	result := map[string]*table{}
	for name, t := range c.packages {
		result[strings.ReplaceAll(name, "/", ".")] = t
	}
	return result
}

// shortName is the package's distinctive part and the type's name: core/v1.Pod, meta/v1.ObjectMeta, runtime.RawExtension.
func shortName(t reflect.Type) string {
	path := t.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apiextensions-apiserver/pkg/apis/", "k8s.io/kube-aggregator/pkg/apis/", "k8s.io/apimachinery/pkg/"} {
		if strings.HasPrefix(path, prefix) {
			return path[len(prefix):] + "." + t.Name()
		}
	}
	return path + "." + t.Name()
}

func split(name string) (string, string) {
	dot := strings.LastIndex(name, ".")
	return name[:dot], name[dot+1:]
}

// visit records a type and all it refers to, and returns its notation: *T, []T, map[K]V, []byte, a builtin or a short name.
func (c *collector) visit(t reflect.Type) string {
	if t.PkgPath() != "" {
		name := shortName(t)
		if !c.seen[t] {
			c.seen[t] = true
			pkg, short := split(name)
			if opaque[name] {
				c.table(pkg).named[short] = "opaque"
			} else if t.Kind() == reflect.Struct {
				c.structure(t, pkg, short)
			} else {
				c.table(pkg).named[short] = c.unnamed(t)
			}
			if markers := c.source(t.PkgPath()).types[t.Name()]; markers != nil && !opaque[name] {
				c.table(pkg).extras[short] = markers
			}
		}
		return name
	}
	return c.unnamed(t)
}

func (c *collector) unnamed(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + c.visit(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "[]byte"
		}
		return "[]" + c.visit(t.Elem())
	case reflect.Map:
		return "map[" + c.visit(t.Key()) + "]" + c.visit(t.Elem())
	case reflect.Interface:
		return "any"
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Int, reflect.Float64, reflect.Uint32, reflect.Uint64, reflect.Uint8, reflect.Int16:
		return t.Kind().String()
	}
	panic(fmt.Sprintf("no notation for %v", t))
}

func (c *collector) structure(t reflect.Type, pkg, short string) {
	fields := []field{}
	c.table(pkg).structs[short] = fields
	markers := c.source(t.PkgPath()).fields[t.Name()]
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		if tag == "-" || !f.IsExported() {
			continue
		}
		parts := strings.Split(tag, ",")
		row := field{name: parts[0], goName: f.Name, goType: c.visit(f.Type), omit: omission(parts[1:]), extras: map[string]any{}}
		if !tagged || parts[0] == "" && !f.Anonymous {
			row.name = f.Name
		}
		if protobuf := strings.Split(f.Tag.Get("protobuf"), ","); len(protobuf) > 1 {
			row.wire = protobuf[0]
			row.number, _ = strconv.Atoi(protobuf[1])
		}
		for key, value := range markers[f.Name] {
			row.extras[key] = value
		}
		for key, tagName := range map[string]string{"patchStrategy": "patchStrategy", "patchMergeKey": "patchMergeKey"} {
			if value := f.Tag.Get(tagName); value != "" {
				row.extras[key] = value
			}
		}
		fields = append(fields, row)
	}
	c.table(pkg).structs[short] = fields
}

func omission(options []string) string {
	empty, zero := false, false
	for _, option := range options {
		empty = empty || option == "omitempty"
		zero = zero || option == "omitzero"
	}
	switch {
	case empty && zero:
		return "both"
	case empty:
		return "empty"
	case zero:
		return "zero"
	}
	return "never"
}

func (t *table) lines() []byte {
	var b bytes.Buffer
	b.WriteString("{\n\"groupVersion\": " + compact(t.groupVersion) + ",\n\"kinds\": " + compact(t.kinds) + ",\n\"named\": {")
	for i, name := range sortedKeys(t.named) {
		fmt.Fprintf(&b, "%s\n  %s: %s", comma(i), compact(name), compact(t.named[name]))
	}
	b.WriteString("\n},\n\"markers\": {")
	for i, name := range sortedKeys(t.extras) {
		fmt.Fprintf(&b, "%s\n  %s: %s", comma(i), compact(name), compact(t.extras[name]))
	}
	b.WriteString("\n},\n\"structs\": {")
	for i, name := range sortedKeys(t.structs) {
		fmt.Fprintf(&b, "%s\n  %s: [", comma(i), compact(name))
		for j, f := range t.structs[name] {
			row := []any{f.name, f.goName, f.goType, f.omit, f.number, f.wire}
			if len(f.extras) > 0 {
				row = append(row, f.extras)
			}
			fmt.Fprintf(&b, "%s\n    %s", comma(j), compact(row))
		}
		b.WriteString("\n  ]")
	}
	b.WriteString("\n}\n}\n")
	return b.Bytes()
}

func comma(index int) string {
	if index == 0 {
		return ""
	}
	return ","
}
