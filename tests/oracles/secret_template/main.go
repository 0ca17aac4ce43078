// Command secret-template fills in the templates of a Secret as the External Secrets Operator's engine v2 does: Go's
// text/template with sprig, over what was fetched as strings, where a key that is missing is an error. The operator's own
// functions (certificates, YAML) are not there.
//
// It reads {"data": {key: value}, "templates": {key: text}} from standard input and writes {key: text}.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type question struct {
	Data      map[string]string `json:"data"`
	Templates map[string]string `json:"templates"`
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	filled := make(map[string]string, len(asked.Templates))
	for key, text := range asked.Templates {
		value, err := fill(key, text, asked.Data)
		if err != nil {
			fail(err)
		}
		filled[key] = value
	}
	if err := json.NewEncoder(os.Stdout).Encode(filled); err != nil {
		fail(err)
	}
}

func fill(key, text string, data map[string]string) (string, error) {
	parsed, err := template.New(key).Option("missingkey=error").Funcs(functions()).Parse(text)
	if err != nil {
		return "", err
	}
	var value strings.Builder
	err = parsed.Execute(&value, data)
	return value.String(), err
}

// The operator takes away those that would read its own environment.
func functions() template.FuncMap {
	known := sprig.TxtFuncMap()
	delete(known, "env")
	delete(known, "expandenv")
	return known
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "secret-template:", err)
	os.Exit(1)
}
