"""Cards say what the findings say: each number is one of theirs, nothing of the data is markup, and one page is enough.

Croissant's vocabulary is checked here by the terms of its responsible-AI extension, version 1.0, and the document by
mlcroissant's own validator where it is installed, as it is in CI.
"""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from longtail.report.cards import croissant_rai, model_card_html, model_card_markdown
from longtail.report.words.summary import summarize
from report.example_findings import FINDINGS
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP
from report.test_sentences_and_findings import strangers

WHOLE = replace(with_limits("rare"), membership=MEMBERSHIP)
WHOLE = replace(WHOLE, summary=summarize(WHOLE))
PLAIN = replace(FINDINGS, summary=summarize(FINDINGS))

# Some properties of http://mlcommons.org/croissant/RAI/1.0.
RAI = {
    "dataCollection",
    "dataPreprocessingProtocol",
    "dataAnnotationProtocol",
    "dataAnnotationAnalysis",
    "personalSensitiveInformation",
    "dataSocialImpact",
    "dataBiases",
    "dataLimitations",
    "dataUseCases",
}


@pytest.mark.parametrize("findings", [PLAIN, WHOLE], ids=["plain", "whole"])
def test_every_number_of_a_card_is_in_the_findings(findings):
    assert strangers(findings, model_card_markdown(findings).splitlines()) == []


def test_a_card_is_one_page_and_says_each_answer():
    card = model_card_markdown(WHOLE)
    assert len(card.split()) < 700
    for answer in WHOLE.summary:
        assert f"### {answer.topic}" in card


def test_names_of_the_data_are_no_markup():
    hostile = replace(FINDINGS, study=replace(FINDINGS.study, data="<b>*x*_[a](b)"))
    assert r"\<b\>\*x\*\_[a]\(b)" in model_card_markdown(hostile)
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(tag)
    parser.feed(model_card_html(hostile))
    assert set(found) == {"section", "h2", "h3", "ul", "li"}


def test_croissant_fields_are_those_of_its_vocabulary():
    document = json.loads(json.dumps(croissant_rai(WHOLE)))
    own = [name.removeprefix("rai:") for name in document if name.startswith("rai:")]
    assert set(own) <= RAI
    assert {"dataLimitations", "personalSensitiveInformation", "dataSocialImpact"} <= set(own)
    assert document["@type"] == "sc:Dataset"
    assert "http://mlcommons.org/croissant/RAI/1.0" in document["conformsTo"]
    for name in own:
        said = document[f"rai:{name}"]
        assert said
        assert all(isinstance(text, str) and text for text in ([said] if isinstance(said, str) else said))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what mlcroissant stands on
def test_mlcroissant_finds_no_error_and_reads_what_was_meant(tmp_path):
    mlcroissant = pytest.importorskip("mlcroissant")
    file, document = tmp_path / "rai.json", croissant_rai(PLAIN)
    file.write_text(json.dumps(document))
    metadata = mlcroissant.Dataset(jsonld=file).metadata  # raises where the document breaks a rule
    assert not metadata.ctx.issues.errors
    assert metadata.data_limitations == [document["rai:dataLimitations"]]  # of which there may be several
    assert metadata.data_social_impact == document["rai:dataSocialImpact"]
