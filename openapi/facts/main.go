// Command facts writes the tables under openapi/v<minor>: what each published Kubernetes type and resource is, as data.
// Types come from reflection over the Go types (presence, omission, Go names and order are in no published schema),
// markers from their sources' comments, resources from upstream's published discovery documents and its storage test table,
// printer columns from upstream's print handlers. The only description texts written are those of columns: servers send
// them with every table. Usage: go run . -out DIR -kubernetes FOLDER-OF-THE-k8s.io/kubernetes-MODULE
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

func main() {
	out := flag.String("out", "", "folder to write, for example openapi/v1.36")
	kubernetes := flag.String("kubernetes", "", "folder of the k8s.io/kubernetes module")
	flag.Parse()
	if *out == "" || *kubernetes == "" {
		flag.Usage()
		os.Exit(2)
	}
	collector := newCollector()
	collector.addScheme()
	packages := collector.tables()
	check(os.RemoveAll(filepath.Join(*out, "types")))
	check(os.MkdirAll(filepath.Join(*out, "types"), 0o755))
	for name, table := range packages {
		write(filepath.Join(*out, "types", name+".json"), table.lines())
	}
	write(filepath.Join(*out, "resources.json"), resourceLines(*kubernetes, collector))
	write(filepath.Join(*out, "columns.json"), columnLines(*kubernetes, collector))
	write(filepath.Join(*out, "shared-kinds.json"), sharedKindLines(*kubernetes))
	write(filepath.Join(*out, "internal-types.json"), internalLines(*kubernetes, collector))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "facts:", err)
		os.Exit(1)
	}
}

func write(path string, text []byte) {
	check(os.WriteFile(path, text, 0o644))
}

// compact is JSON without HTML escaping and without the newline that the encoder adds.
func compact(value any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(value))
	return string(bytes.TrimRight(buffer.Bytes(), "\n"))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
