"""Apps that all use one sealed credential."""

from dataclasses import dataclass

VALUES = {"RESTIC_PASSWORD": 'correct "horse" {{ battery }}\n', "AWS_ACCESS_KEY_ID": "AKIA", "secret-key": "s3/+="}
WORDS = ("horse", "battery", "AKIA", "s3/+=")
"""Of the values, however they are quoted."""
SIZES = (2048, 3072)
"""Of keys that were not made by the controller, whose own have 4096 bits."""
SEALED = "secret: {sealedSecret: restic.sealed.yaml}"
URL = "s3:https://s3.example.com/{namespace}/{app}"


@dataclass(frozen=True, slots=True)
class App:
    """A policy, what stands under its `repository` and `names`, and its annotations."""

    namespace: str
    name: str
    engine: str = "cronjob"
    repository: str = f"url: '{URL}', {SEALED}"
    names: str = "secret: '{app}'"
    annotations: str = "{}"

    def policy(self):
        """Its text."""
        return f"""\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {{name: {self.name}, namespace: {self.namespace}}}
spec:
  engine: {self.engine}
  copyMethod: Direct
  claim: {self.name}-data
  schedule: "15 3 * * *"
  retain: {{daily: 7}}
  repository: {{{self.repository}}}
  names: {{{self.names}}}
  annotations: {self.annotations}
"""


WEB = App("shop", "web")
