"""Cards: findings as a section of a model card, in Markdown, and as the responsible-AI fields of a Croissant file.

Both say what was measured and how far to believe it, in the words of the report, and nothing that was not measured.
A card of a model is that of the learner that was studied: trained on random subsets, as the report says.
"""

import html
from typing import Any

from longtail.arguments import checked
from longtail.findings import Findings
from longtail.percent import chosen, percent
from longtail.report.words.mislabeled import judged_sentences

__all__ = ["croissant_rai", "model_card_html", "model_card_markdown"]

_CROISSANT = "http://mlcommons.org/croissant/"


@checked
def model_card_markdown(findings: Findings) -> str:
    """Return the section of a model card as Markdown: one page."""
    parts = [f"## Memorization and privacy: {_escaped(findings.study.learner)} on {_escaped(findings.study.data)}"]
    for title, sentences in _sections(findings):
        parts.append(f"### {title}")
        parts += [f"- {_escaped(sentence)}" for sentence in sentences]
    return "\n\n".join(parts).replace("\n\n- ", "\n- ") + "\n"


@checked
def model_card_html(findings: Findings) -> str:
    """Return the same section as HTML, to be put into a page."""
    study = findings.study
    parts = [f"<h2>Memorization and privacy: {html.escape(study.learner)} on {html.escape(study.data)}</h2>"]
    for title, sentences in _sections(findings):
        items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
        parts.append(f"<h3>{title}</h3>\n<ul>{items}</ul>")
    return '<section class="model-card">\n' + "\n".join(parts) + "\n</section>\n"


@checked
def croissant_rai(findings: Findings) -> dict[str, Any]:
    """Return the responsible-AI fields of a Croissant description of the data set, with the context that names them.

    Put the fields that begin with ``rai:`` into the Croissant file of the data; as it stands, the document is one with
    a name and a description alone.
    """
    study = findings.study
    limitations = [f"{each.finding} {each.meaning}" for each in _remarks(findings)]
    if findings.mislabeled is not None:
        limitations += judged_sentences(findings.mislabeled)
    biases = [
        f"{each.name}: {each.n_train:,} training and {each.n_test:,} test rows"
        for each in (
            () if findings.sanity is None else sorted(findings.sanity.classes, key=lambda one: one.n_train)[:8]
        )
    ]
    fields = {
        "rai:dataLimitations": limitations or ["The checks of the data found nothing that voids a claim."],
        "rai:dataBiases": biases,
        "rai:personalSensitiveInformation": _exposed(findings),
        "rai:dataUseCases": [f"A classifier of {len(study.class_names):,} classes; measured with {study.learner}."],
        "rai:dataSocialImpact": _memorized(findings),
    }
    return {
        "@context": {
            "@language": "en",
            "@vocab": "https://schema.org/",
            "sc": "https://schema.org/",
            "cr": _CROISSANT,
            "rai": f"{_CROISSANT}RAI/",
            "dct": "http://purl.org/dc/terms/",
            "conformsTo": "dct:conformsTo",
        },
        "@type": "sc:Dataset",
        "name": study.data,
        "description": f"{study.data}: {study.n_train:,} training and {study.n_test:,} test rows, studied by longtail.",
        "conformsTo": [f"{_CROISSANT}1.0", f"{_CROISSANT}RAI/1.0"],
        **{name: said[0] if len(said) == 1 else said for name, said in fields.items() if said},
    }


def _sections(findings: Findings) -> list[tuple[str, list[str]]]:
    """Return the headings of the card, each with its sentences."""
    study = findings.study
    made = [
        f"{study.n_trials:,} models, each trained on a random {chosen(study.fraction)} of {study.n_train:,} "
        f"training examples and asked for all of them and for {study.n_test:,} test examples; longtail "
        f"{findings.longtail_version}, seed {study.seed}.",
        f"Brackets hold intervals at {chosen(findings.memorization.level)}.",
    ]
    answers = [(answer.topic, [answer.text]) for answer in findings.summary]
    doubts = [f"{each.finding} {each.meaning}" for each in _remarks(findings)]
    left_out = [f"Not measured: {each.what}. {each.reason}" for each in findings.omissions[:4]]
    judged = [] if findings.mislabeled is None else judged_sentences(findings.mislabeled)
    sections = [*answers, ("Labels", judged), ("Read with care", doubts), ("What was left out", left_out)]
    return [*((title, said) for title, said in sections if said), ("How it was measured", made)]


def _remarks(findings: Findings) -> list[Any]:
    return [] if findings.sanity is None else [each for each in findings.sanity.remarks if each.voids][:6]


def _memorized(findings: Findings) -> list[str]:
    return [answer.text for answer in findings.summary if answer.section == "memorization"][:1]


def _exposed(findings: Findings) -> list[str]:
    """Say what an attacker learns of single rows, where that was measured."""
    if findings.membership is None or not findings.membership.attacks:
        return []
    attack = findings.membership.attacks[0]
    return [
        f"Of a model that is trained on these data and handed out, an attacker with "
        f"{findings.membership.n_targets - 1:,} models like it finds {percent(attack.tpr_at_1_percent)} of training "
        f"rows at 1 % false alarms ({attack.name})."
    ]


def _escaped(text: str) -> str:
    """Return text that Markdown takes as it stands: names come from the data. Brackets of intervals stay readable."""
    plain = "".join(f"\\{sign}" if sign in "\\`*_<>#|" else sign for sign in text)
    return plain.replace("](", "]\\(").replace("\n", " ")
