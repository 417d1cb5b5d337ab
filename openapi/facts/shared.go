package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// sharedKindLines tells, from upstream's published OpenAPI document, which types are a kind of several group versions, and of which:
// no Go module but the server's own registers all of them.
func sharedKindLines(kubernetes string) []byte {
	text, err := os.ReadFile(filepath.Join(kubernetes, "api/openapi-spec/swagger.json"))
	check(err)
	var document struct {
		Definitions map[string]struct {
			Kinds []struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
		} `json:"definitions"`
	}
	check(json.Unmarshal(text, &document))
	var b bytes.Buffer
	b.WriteString("{")
	first := true
	for _, name := range sortedKeys(document.Definitions) {
		kinds := document.Definitions[name].Kinds
		if len(kinds) < 2 {
			continue
		}
		groupVersions := []string{}
		for _, kind := range kinds {
			if kind.Group == "" {
				groupVersions = append(groupVersions, kind.Version)
			} else {
				groupVersions = append(groupVersions, kind.Group+"/"+kind.Version)
			}
		}
		if !first {
			b.WriteString(",")
		}
		first = false
		fmt.Fprintf(&b, "\n%s: %s", compact(name), compact(groupVersions))
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}
