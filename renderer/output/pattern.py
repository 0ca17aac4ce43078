"""Where the files of an app go: a path with placeholders. Pure: texts in, paths out."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from renderer.attachments import COPY_ENDING
from renderer.engines import Made, Role
from renderer.errors import UsageError
from renderer.fleet.pattern import ANY, KUSTOMIZATION, pattern_mistake
from renderer.manifest import APPLY_ORDER
from renderer.rendered import FLEET_APP, RenderedApp

_DEFAULT = "{namespace}/{app}/{kind}.yaml"
BOOTSTRAP = "bootstrap"
"""The folder of a kustomize Component beside an app's objects."""
_OF_APP = re.compile(r"\{(?:namespace|app|kind|role)\}")
_VALUES = {"{kind}": tuple(kind.lower() for kind in APPLY_ORDER), "{role}": tuple(role.value for role in Role)}
"""What differs between the objects of one app."""


class Pattern(NamedTuple):
    """A path with placeholders, the last part of which names a file."""

    text: str
    named: str = "--out"
    """Who says so: the option, or `output` of the fleet."""
    has_default: bool = False
    """Whether only a folder was said and the rest is ours."""

    @classmethod
    def of(cls, out: str, named: str = "--out") -> "Pattern":
        """From a folder, or a pattern of `{dir} {cluster} {namespace} {app} {kind} {role}`."""
        if mistake := pattern_mistake(out):
            raise UsageError(f"{named} {mistake}")
        folder = out.rstrip("/") or "/"
        if "{" not in out:
            return cls(folder, named, has_default=True)
        return cls(out if out.endswith((".yaml", ".yml")) else f"{folder}/{{kind}}.yaml", named)

    def text_for(self, app: RenderedApp) -> str:
        """The pattern for the files of one app: in a folder, clusters get folders of their own."""
        text = self.text
        if self.has_default:
            text = f"{text.rstrip('/')}/{'{cluster}/' if app.by_cluster else ''}{_DEFAULT}"
        return _beside_apps(text) if app.is_fleet else text

    @property
    def is_beside_policies(self) -> bool:
        """Whether files go to where their policy lies."""
        return self.text.startswith("{dir}")

    @property
    def folder(self) -> Path:
        """The folder that nothing is written outside of: the part before the first placeholder."""
        return Path(self.text if self.has_default else self.text.partition("{")[0].rpartition("/")[0])

    def base(self, apps: Sequence[RenderedApp]) -> Path:
        """`folder`, or with `{dir}` the one which holds all policies."""
        if self.is_beside_policies and apps:
            return Path(os.path.commonpath([app.folder for app in apps]))
        return self.folder

    def has_own_folders(self, app: RenderedApp) -> bool:
        """Whether an app has a folder to itself, so that a kustomization can list what is in it."""
        return app.is_fleet or any(map(_is_apps, _folders(self.text_for(app))))

    def own_folders(self, app: RenderedApp) -> list[Path]:
        """The folders that nothing but the app's own files is rendered into, with all that is below them.

        They end before the first part that differs between objects: what lies beside `{dir}/staging` may come from
        another run, what lies in `{app}` beside `{app}/{role}` is of this one. Where clusters share a folder, none is.
        """
        text = self._own(app)
        if text is None or (app.by_cluster and "{cluster}" not in text):
            return []
        return self._each(text, app)

    def component_folder(self, app: RenderedApp) -> Path:
        """Where the Component goes with which an app restores itself."""
        text = self._own(app)
        if text is None:
            whose = f"{app.app.namespace}/{app.app.name}"
            raise UsageError(
                f"the bootstrap of {whose} is a kustomize Component and needs a folder; "
                f"add {{app}} to the folders of {self.named}"
            )
        return self._each(text, app)[0] / BOOTSTRAP

    def _own(self, app: RenderedApp) -> str | None:
        folders = _folders(self.text_for(app))
        is_own = _is_fleets if app.is_fleet else _is_apps
        own = next((number for number, folder in enumerate(folders) if is_own(folder)), None)
        if own is None:
            return None
        end = own + 1
        while end < len(folders) and not any(name in folders[end] for name in _VALUES):
            end += 1
        return "/".join(folders[:end])

    def _each(self, text: str, app: RenderedApp) -> list[Path]:
        texts = [text]
        for name, values in _VALUES.items():
            texts = [text.replace(name, value) for text in texts for value in (values if name in text else ("",))]
        return [Path(self._filled(text, _values(app))) for text in texts]

    def path(self, app: RenderedApp, made: Made) -> Path:
        """The file of one object."""
        own = {"kind": str(made.manifest["kind"]).lower(), "role": made.role.value}
        return Path(self._filled(self.text_for(app), {**_values(app), **own}))

    def _filled(self, text: str, values: Mapping[str, str | None]) -> str:
        def fill(found: re.Match[str]) -> str:
            value = values[found[1]]
            if not value:
                is_cluster = found[1] == "cluster"
                hint = "set spec.cluster in backplan.yaml or write the name out" if is_cluster else "write it out"
                raise UsageError(f"'{found[0]}' in {self.named} has no value; {hint}")
            return value

        return ANY.sub(fill, text)

    def shape(self) -> re.Pattern[str]:
        """Which paths below `folder`, or below a policy's own folder, the files of an app may have."""
        rest = _DEFAULT if self.has_default else self.text[len(self.text.partition("{")[0].rpartition("/")[0]) :]
        text = rest.lstrip("/").removeprefix("{dir}/")
        cluster = "(?:[^/]+/)?" if self.has_default else ""
        component = f"(?:{BOOTSTRAP}/[^/]+)|[^/]+{re.escape(COPY_ENDING)}"
        return re.compile("|".join(f"{cluster}{_file_shape(one, component)}" for one in (text, _beside_apps(text))))


def _file_shape(text: str, also: str) -> str:
    folders, _, name = text.rpartition("/")
    inside = f"{_shape(folders)}/" if folders else ""
    return f"{inside}(?:{_shape(name)}|{re.escape(KUSTOMIZATION)}|{also})"


def _beside_apps(text: str) -> str:
    """The pattern for what belongs to no app: in a folder beside those of the apps."""
    folders = text.split("/")[:-1]
    end = next((number for number, folder in enumerate(folders) if _OF_APP.search(folder)), len(folders))
    return "/".join([*folders[:end], FLEET_APP, "{kind}.yaml"])


def _shape(text: str) -> str:
    """A part of a pattern as a regular expression."""
    pieces = ANY.split(text)
    names = [_VALUES.get(f"{{{name}}}") for name in pieces[1::2]]
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = ["[^/]+" if values is None else f"(?:{'|'.join(values)})" for values in names]
    return "".join(pieces)


def _folders(text: str) -> list[str]:
    return text.split("/")[:-1]


def _is_fleets(folder: str) -> bool:
    return folder == FLEET_APP


def _is_apps(folder: str) -> bool:
    """Whether a part of a pattern gives each app, or each policy, a folder of its own."""
    return "{app}" in folder or "{dir}" in folder


def _values(app: RenderedApp) -> dict[str, str | None]:
    return {
        "dir": app.folder.as_posix(),
        "cluster": app.app.cluster,
        "namespace": app.app.namespace,
        "app": app.app.name,
    }
