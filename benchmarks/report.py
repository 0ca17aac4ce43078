"""Figures, their peers, and which bars they reach."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from timing import Series


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure beside its peer, and the bar for it."""

    what: str
    value: float
    bar: str
    holds: bool


@dataclass(slots=True)
class Report:
    """All that was measured."""

    series: list[Series] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)

    def at_most(self, what: str, value: float, bar: float) -> None:
        """A ratio that should not be larger."""
        self.ratios.append(Ratio(what, value, f"at most {bar:g}", value <= bar))

    def at_least(self, what: str, value: float, bar: float) -> None:
        """A ratio that should not be smaller."""
        self.ratios.append(Ratio(what, value, f"at least {bar:g}", value >= bar))

    def verdicts(self) -> Iterator[str]:
        """A line for each figure with a bar."""
        width = max(len(ratio.what) for ratio in self.ratios)
        for ratio in self.ratios:
            verdict = "holds" if ratio.holds else "MISSED"
            yield f"{ratio.what:{width}}  {ratio.value:6.2f}  bar: {ratio.bar:12} {verdict}"
