"""What ``longtail limit`` prints of each remedy beside what it remedies, and of the exemplars of each limit."""

from longtail.cli.printing import out as console
from longtail.cli.printing import print_table
from longtail.estimate import Estimate
from longtail.findings import LimitFindings
from longtail.findings.example_name import held_out_name
from longtail.percent import alone, in_hundredths, share
from longtail.report.words.remedies import exemplars_sentence, remedy_sentences

__all__ = ["print_exemplars", "print_remedies"]

_MOST_EXAMPLES = 6


def print_remedies(found: LimitFindings) -> None:
    """Print a row for each remedy, and a sentence."""
    if not found.remedies:
        return
    kind = "group" if found.groups == "given groups" else "class"
    console.print()
    print_table(
        f"Remedies, each beside what it remedies: points gained in all, in mean recall, and by its worst {kind}",
        ("remedy", "of", "all", "mean recall", f"worst {kind}", "memorization left", "attack"),
        [
            (
                each.name,
                each.remedied,
                in_hundredths(each.gained),
                in_hundredths(each.recall_gained),
                f"{each.worst} {in_hundredths(each.worst_gained)}",
                _both(each.memorization_before, each.memorization_after),
                _both(each.advantage_before, each.advantage_after),
            )
            for each in found.remedies
        ],
    )
    for sentence in remedy_sentences(found):
        console.print(sentence, markup=False)


def print_exemplars(found: LimitFindings) -> None:
    """Print how many test examples each limit turns from right to wrong, and the surest of them."""
    for each in found.limits:
        told = each.exemplars
        if told is None or not (told.n_lost or told.n_gained):
            continue
        console.print(f"\nExemplars of {each.name}: {exemplars_sentence(told)}", markup=False)
        if told.shown:
            print_table(
                "Test examples that turn wrong, by shares of models; one interval at a time",
                ("label", "test example", "without", "with", "fall, points", "q-value"),
                [
                    (
                        example.label,
                        held_out_name(example.test, example.row),
                        share(example.unlimited),
                        share(example.limited),
                        in_hundredths(example.fall),
                        f"{example.q_value:.2g}",
                    )
                    for example in told.shown[:_MOST_EXAMPLES]
                ],
            )


def _both(before: Estimate | None, after: Estimate | None) -> str:
    if before is None or after is None:
        return "–"
    return f"{alone(before)} to {alone(after)}"
