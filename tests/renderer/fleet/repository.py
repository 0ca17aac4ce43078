"""Files of a repository with a fleet, written in a line each."""

DEFAULTS = """\
  defaults:
    engine: volsync
    copyMethod: Snapshot
    schedule: "@daily"
    retain: {daily: 7}
    repository: {url: "s3:https://s3.example.com/{namespace}/{app}", secret: {name: "{app}-restic"}}
"""
GLOB = '  policies: ["apps/{namespace}/{app}/backup-policy.yaml"]\n'
HEAD = "apiVersion: backplan.dev/v1alpha1\nkind: "


class Repository:
    """A folder, with what a fleet needs in it; paths are texts that count from it."""

    def __init__(self, folder, run):
        self.folder = folder
        self._run = run

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def fleet(self, spec=GLOB, path="backplan.yaml", defaults=DEFAULTS):
        return self.write(path, f"{HEAD}BackupFleet\nspec:\n{spec}{defaults}")

    def overlay(self, path, spec):
        return self.write(path, f"{HEAD}BackupOverlay\nspec: {{{spec}}}\n")

    def policy(self, path, spec="claim: data", metadata=None):
        said = f"metadata: {{{metadata}}}\n" if metadata else ""
        return self.write(path, f"{HEAD}BackupPolicy\n{said}spec: {{{spec}}}\n")

    def apps(self, *names):
        for name in names:
            self.policy(f"apps/{name}/backup-policy.yaml")

    def run(self, *arguments, cwd=""):
        """Exit code, standard output and standard error of a command in a folder."""
        return self._run(self.folder / cwd, *arguments)

    def rendered(self, *arguments, cwd=""):
        """What a render that must go well without a word prints."""
        code, out, err = self.run("render", *arguments, cwd=cwd)
        assert (code, err) == (0, "")
        return out

    def files(self, below=""):
        """All files in a folder, by their paths in it."""
        folder = self.folder / below
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def apps_in(stream):
    """The apps of which a stream holds objects, in order."""
    return [line.split()[-1] for line in stream.splitlines() if "backplan.dev/app: " in line]
