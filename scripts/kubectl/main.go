// Command kubectl is kubectl itself, built from the published module of its commands: Kubernetes publishes the
// command's own main package only inside k8s.io/kubernetes, which cannot be installed with `go install`.
package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
