"""Say what a key or a rule means, or with --effective where each value of a policy comes from."""

import argparse
import difflib

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.errors import UsageError
from renderer.problem import Problem, in_order
from renderer.report import keys
from renderer.report.effective import effective
from renderer.request import merge_all
from renderer.rules import RULES
from renderer.schema import Key, key_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `explain`."""
    policies.arguments(parser)
    parser.add_argument(
        "--effective",
        action="store_true",
        help="print the merged spec of the policies at PATH, each value with its file and line",
    )
    parser.add_argument("--markdown", action="store_true", help="print the whole reference as Markdown")
    parser.epilog = (
        "Without --effective, PATH is a key such as retain.daily, or the id of a rule such as one-writer; "
        "without any, all keys are listed."
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Explain."""
    if parsed.effective:
        return _effective(parsed, console)
    if parsed.markdown:
        from renderer.report.reference import reference  # noqa: PLC0415 - text templates are for this alone

        console.write(reference())
        return 0
    root = key_of("layer.json")
    if not parsed.paths:
        console.write(keys.explanation("spec", root))
        return 0
    for name in parsed.paths:
        console.write(_explained(name, root))
    return 0


def _explained(name: str, root: Key) -> str:
    key = keys.find(root, name)
    if key is not None:
        return keys.explanation(name.removeprefix("spec."), key)
    rule = name.strip("[]")
    if rule in RULES:
        return f"[{rule}]: {RULES[rule]}\n"
    known = [*_paths(root), *RULES]
    close = difflib.get_close_matches(name[:80], known, n=1) or difflib.get_close_matches(
        name[:80].rpartition(".")[2], known, n=1
    )
    hint = f"; did you mean '{close[0]}'?" if close else "; `backplan explain` lists the keys"
    raise UsageError(f"no key and no rule '{name[:80]}'{hint}")


def _paths(key: Key, prefix: str = "", depth: int = 3) -> list[str]:
    """Dotted paths of all keys, a few levels deep."""
    holder = key.item if key.item is not None else key
    found = []
    for name, below in holder.properties.items():
        found.append(prefix + name)
        if depth > 1:
            found += _paths(below, f"{prefix}{name}.", depth - 1)
    return found


def _effective(parsed: argparse.Namespace, console: Console) -> int:
    problems: list[Problem] = []
    merged = list(merge_all(policies.request(parsed, console), problems))
    problems = in_order(problems)
    console.report(problems, parsed.format)
    for one in merged:
        cluster = f" in cluster {one.app.cluster}" if one.fleet.by_cluster and one.app.cluster else ""
        console.write(f"# {one.app.namespace}/{one.app.name}{cluster}, layers from the lowest: ")
        console.write(", ".join(layer.title for layer in one.layers) + "\n")
        console.write(effective(one.spec))
    return 1 if policies.has_errors(problems, parsed.strict) else 0
