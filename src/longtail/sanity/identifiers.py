"""Columns that say which row it is: those that were left out, and those that may be so and are learned from."""

from collections.abc import Collection

from longtail.dataset.arrow_columns import is_text
from longtail.dataset.originals import Originals
from longtail.findings.sanity import Remark
from longtail.sanity.commands import with_unit_together, without_column
from longtail.sanity.subject import Subject
from longtail.sanity.words import listed, quoted

__all__ = ["identifiers"]

_MANY, _SHARE = 50, 0.1


def identifiers(subject: Subject) -> list[Remark]:
    """Remark on identifiers among the columns of a table."""
    given = subject.dataset.originals
    if given is None:
        return []
    levels = {name: len(column.unique()) for name, column in subject.columns.items() if is_text(column)}
    likely = {name: number for name, number in levels.items() if number > max(_MANY, _SHARE * len(subject.places))}
    seen = {given.names[place] for place in given.column_of_feature}
    texts = [name for name in likely if name not in seen]
    return [
        *_left_out(subject, given, texts),
        *_learned_from(subject, {name: number for name, number in likely.items() if name in seen}),
    ]


def _left_out(subject: Subject, given: Originals, texts: list[str]) -> list[Remark]:
    aside = [*(name for name, what in given.not_for_models if what == "an identifier"), *texts]
    if not aside:
        return []
    recurs = [name for name in aside if len(given.table.column(name).unique()) < len(given.table)]
    ties = bool(recurs) and subject.dataset.together is None
    one = len(aside) == 1
    remedies = [f"'{recurs[0]}' recurs: if its rows belong together, keep them together."] if ties else []
    remedies += ["If it is prose, name it as the text, and its words are used."] if texts else []
    return [
        Remark(
            name="identifiers left out",
            finding=f"{listed(quoted(aside))} {'names the row, and is' if one else 'name the row, and are'} left out.",
            meaning="Models do not see what would let them recall a row by its number or name"
            + ("; a learner that asks for the column by its name does." if texts else "."),
            remedy=" ".join(remedies),
            command=with_unit_together(subject.options, recurs[0]) if ties else "",
        )
    ]


def _learned_from(subject: Subject, levels: dict[str, int]) -> list[Remark]:
    if not levels:
        return []
    likely, n = list(levels), len(subject.places)
    return [
        Remark(
            name="columns that may be identifiers",
            finding=f"{listed(quoted(likely))}: text with {_values(levels.values())} in {n:,} rows.",
            meaning="Names and codes let models recall single rows: memorization that no new row repays.",
            remedy="Leave out what names single rows; name prose as the text, and its words are used.",
            command=without_column(subject.options, likely[0]),
            voids=["memorization"],
        )
    ]


def _values(counts: Collection[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{most:,} values" if least == most else f"{least:,} to {most:,} values"
