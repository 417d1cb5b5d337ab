package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

type groupVersionKind struct{ Group, Version, Kind string }

type subresourceFact struct {
	Subresource  string            `json:"subresource"`
	ResponseKind *groupVersionKind `json:"responseKind"`
	Verbs        []string          `json:"verbs"`
}

type resourceFact struct {
	Resource         string            `json:"resource"`
	ResponseKind     *groupVersionKind `json:"responseKind"`
	Scope            string            `json:"scope"`
	SingularResource string            `json:"singularResource"`
	Verbs            []string          `json:"verbs"`
	ShortNames       []string          `json:"shortNames"`
	Categories       []string          `json:"categories"`
	Subresources     []subresourceFact `json:"subresources"`
}

type discoveryDocument struct {
	Items []struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Versions []struct {
			Version   string         `json:"version"`
			Resources []resourceFact `json:"resources"`
		} `json:"versions"`
	} `json:"items"`
}

// stored says where upstream keeps a resource and as what: from the table its own storage test checks.
type stored struct {
	prefix string
	kind   groupVersionKind
}

func resourceLines(kubernetes string, c *collector) []byte {
	text, err := os.ReadFile(filepath.Join(kubernetes, "api/discovery/aggregated_v2.json"))
	check(err)
	var document discoveryDocument
	check(json.Unmarshal(text, &document))
	core := discoveryDocument{}
	core.Items = append(core.Items, coreGroup(kubernetes))
	storage := storageTable(filepath.Join(kubernetes, "test/integration/etcd/data.go"))
	var b bytes.Buffer
	b.WriteString("[")
	first := true
	for _, group := range append(core.Items, document.Items...) {
		for _, version := range group.Versions {
			for _, r := range version.Resources {
				if !first {
					b.WriteString(",")
				}
				first = false
				b.WriteString("\n" + compact(resourceRow(group.Metadata.Name, version.Version, r, storage, c)))
			}
		}
	}
	b.WriteString("\n]\n")
	return b.Bytes()
}

func resourceRow(group, version string, r resourceFact, storage map[string]stored, c *collector) map[string]any {
	gvk := groupVersionKind{group, version, r.Resource}
	row := map[string]any{"group": group, "version": version, "plural": r.Resource, "singular": r.SingularResource, "scope": r.Scope, "verbs": r.Verbs}
	if r.ResponseKind != nil {
		row["kind"] = r.ResponseKind.Kind
		gvk = groupVersionKind{r.ResponseKind.Group, r.ResponseKind.Version, r.ResponseKind.Kind}
		if gvk.Group == "" {
			gvk.Group = group
		}
		if gvk.Version == "" {
			gvk.Version = version
		}
		row["type"] = typeOf(gvk, c)
	}
	optional(row, "shortNames", r.ShortNames)
	optional(row, "categories", r.Categories)
	if s, ok := storage[group+"/"+version+"/"+r.Resource]; ok {
		row["storage"] = map[string]string{"prefix": s.prefix, "group": s.kind.Group, "version": s.kind.Version}
	}
	subresources := map[string]any{}
	for _, s := range r.Subresources {
		sub := map[string]any{"verbs": s.Verbs}
		if s.ResponseKind != nil {
			k := *s.ResponseKind
			if k.Version == "" {
				k.Group, k.Version = group, version
			}
			sub["kind"] = k.Kind
			if k.Group != group || k.Version != version {
				sub["group"], sub["version"] = k.Group, k.Version
			}
		}
		subresources[s.Subresource] = sub
	}
	if len(subresources) > 0 {
		row["subresources"] = subresources
	}
	return row
}

func optional(row map[string]any, key string, values []string) {
	if len(values) > 0 {
		row[key] = values
	}
}

// typeOf finds the short type name of a registered kind.
func typeOf(k groupVersionKind, c *collector) string {
	prefix := strings.Split(k.Group, ".")[0]
	special := map[string]string{"": "core", "rbac.authorization.k8s.io": "rbac", "flowcontrol.apiserver.k8s.io": "flowcontrol", "internal.apiserver.k8s.io": "apiserverinternal"}
	if name, ok := special[k.Group]; ok {
		prefix = name
	}
	pkg := prefix + "/" + k.Version
	if short, ok := c.table(pkg).kinds[k.Kind]; ok {
		return pkg + "." + short
	}
	panic(fmt.Sprintf("no type for %v in %s", k, pkg))
}

// coreGroup reads the legacy group, which the aggregated document of /apis lacks.
func coreGroup(kubernetes string) (group struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Versions []struct {
		Version   string         `json:"version"`
		Resources []resourceFact `json:"resources"`
	} `json:"versions"`
}) {
	text, err := os.ReadFile(filepath.Join(kubernetes, "api/discovery/api__v1.json"))
	check(err)
	var list struct {
		Resources []struct {
			Name, SingularName, Kind, Group, Version string
			Namespaced                               bool
			Verbs, ShortNames, Categories            []string
		} `json:"resources"`
	}
	check(json.Unmarshal(text, &list))
	resources := []resourceFact{}
	index := map[string]int{}
	for _, r := range list.Resources {
		kind := &groupVersionKind{r.Group, r.Version, r.Kind}
		if parent, sub, ok := strings.Cut(r.Name, "/"); ok {
			at := index[parent]
			resources[at].Subresources = append(resources[at].Subresources, subresourceFact{sub, kind, r.Verbs})
			continue
		}
		scope := "Cluster"
		if r.Namespaced {
			scope = "Namespaced"
		}
		index[r.Name] = len(resources)
		resources = append(resources, resourceFact{r.Name, kind, scope, r.SingularName, r.Verbs, r.ShortNames, r.Categories, nil})
	}
	group.Versions = append(group.Versions, struct {
		Version   string         `json:"version"`
		Resources []resourceFact `json:"resources"`
	}{"v1", resources})
	return group
}

// storageTable reads the composite literal gvr("group", "version", "resource"): {ExpectedEtcdPath: ..., ExpectedGVK: gvkP(...)}.
func storageTable(path string) map[string]stored {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	result := map[string]stored{}
	ast.Inspect(file, func(n ast.Node) bool {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		call, ok := pair.Key.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 || fmt.Sprint(call.Fun) != "gvr" {
			return true
		}
		group, version, resource := text(call.Args[0]), text(call.Args[1]), text(call.Args[2])
		s := stored{kind: groupVersionKind{Group: group, Version: version}}
		literal, ok := pair.Value.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for _, element := range literal.Elts {
			entry := element.(*ast.KeyValueExpr)
			switch fmt.Sprint(entry.Key) {
			case "ExpectedEtcdPath":
				s.prefix = prefixOf(text(entry.Value), resource)
			case "ExpectedGVK":
				args := entry.Value.(*ast.CallExpr).Args
				s.kind = groupVersionKind{text(args[0]), text(args[1]), text(args[2])}
			}
		}
		result[group+"/"+version+"/"+resource] = s
		return true
	})
	return result
}

// text evaluates string literals and their sums; variables (the test's namespace) become one placeholder.
func text(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.BasicLit:
		return strings.Trim(e.Value, "\"`")
	case *ast.BinaryExpr:
		return text(e.X) + text(e.Y)
	}
	return "*"
}

// prefixOf cuts what follows the resource's own folder: /registry/services/specs/*/name becomes /registry/services/specs.
func prefixOf(path, resource string) string {
	if at := strings.Index(path, "/*/"); at >= 0 {
		return path[:at]
	}
	return path[:strings.LastIndex(path, "/")]
}
