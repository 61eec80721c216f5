"""The noise of a run's DP-SGD is computed once, and taken back only as it was written by the same accountant."""

import json

import pytest

from longtail import privacy_noise
from longtail.checked_json import checked_text
from longtail.privacy_noise import Noise, noise_multiplier_for, subsampled_gaussian_epsilon
from longtail.runs.kept_accounting import FILE_NAME, accounting_kept

ASKED = (2.0, 0.25, 3, 1e-4)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(privacy_noise, "_noises", {})


def _computed(folder):
    with accounting_kept(folder):
        noise = noise_multiplier_for(*ASKED)
        return noise, subsampled_gaussian_epsilon(noise, *ASKED[1:])


def test_a_later_process_has_the_same_bits_without_the_accountant(tmp_path, monkeypatch):
    first = _computed(tmp_path)
    monkeypatch.setattr(privacy_noise, "_noises", {})
    monkeypatch.setattr(privacy_noise, "_computed_noise", None)  # a call would raise
    monkeypatch.setattr(privacy_noise, "_epsilon", None)
    assert _computed(tmp_path) == first


def _entry(**changes):
    return {**Noise(*ASKED, 1.5, 1.9)._asdict(), **changes}


@pytest.mark.parametrize(
    "document",
    [
        {"accountant": "0.0", "noises": [_entry()]},  # another accountant
        {"accountant": privacy_noise.accountant_version(), "noises": [_entry(spent=2.5)]},  # breaks its guarantee
        {"accountant": privacy_noise.accountant_version(), "noises": [_entry(noise_multiplier=float("nan"))]},
        {"accountant": privacy_noise.accountant_version(), "noises": [{"epsilon": 2.0}]},
        {"accountant": privacy_noise.accountant_version()},
    ],
)
def test_what_cannot_be_trusted_is_computed_anew(tmp_path, document):
    right = _computed(tmp_path)[0]
    privacy_noise._noises.clear()
    (tmp_path / FILE_NAME).write_bytes(checked_text(document))
    assert _computed(tmp_path)[0] == right


def test_a_changed_number_fails_the_checksum_and_one_without_is_refused(tmp_path):
    right = _computed(tmp_path)[0]
    document = json.loads((tmp_path / FILE_NAME).read_bytes())
    document["noises"][0]["noise_multiplier"] = 0.1
    for sealed in (document, {name: part for name, part in document.items() if name != "checksum"}):
        privacy_noise._noises.clear()
        (tmp_path / FILE_NAME).write_text(json.dumps(sealed))
        assert _computed(tmp_path)[0] == right
