// Command kubeyaml reads YAML as kubectl and kustomize do: documents on standard input, each ended by a NUL, and
// one line of JSON for each on standard output.
//
// A YAML document cannot hold a NUL, so the framing is safe for whatever the asking side writes.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// answer holds what the document says to kubectl, Flux and Argo CD (Kubectl, YAML turned into JSON by
// sigs.k8s.io/yaml) and to kustomize's own tree (V3, go-yaml v3), or why one of them refuses it.
type answer struct {
	Error   string          `json:"error,omitempty"`
	Kubectl json.RawMessage `json:"kubectl,omitempty"`
	V3      json.RawMessage `json:"v3,omitempty"`
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for {
		document, err := in.ReadBytes(0)
		if err != nil {
			return // the end of the input; what follows the last NUL is no document
		}
		if err := encoder.Encode(read(document[:len(document)-1])); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		out.Flush() // the asking side may wait for this answer before it sends the next document
	}
}

func read(document []byte) answer {
	kubectl, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var value any
	if err := yamlv3.Unmarshal(document, &value); err != nil {
		return answer{Error: err.Error()}
	}
	v3, err := json.Marshal(value)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Kubectl: kubectl, V3: v3}
}
