#!/usr/bin/env bash
# scikit-learn's clone refuses CatBoost 1.2.10 as soon as a parameter is a list or a dictionary.
#
# We guessed that CatBoostClassifier(cat_features=["town"]) can be cloned as any estimator with get_params and set_params, since
# CatBoostClassifier(iterations=3) can. Seen, with scikit-learn 1.9.1: RuntimeError, "Cannot clone object ..., as the constructor
# either does not set or modifies parameter cat_features"; likewise class_weights={0: 1, 1: 2}. get_params hands out copies, and
# clone compares by identity. So cross_val_score, a search, or any loop that clones fails on categories by name; copy.deepcopy works.
# Exits with 1 if a release does otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q catboost==1.2.10 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import copy

import catboost
import sklearn
from catboost import CatBoostClassifier
from sklearn.base import clone

print("catboost", catboost.__version__, "scikit-learn", sklearn.__version__)


def refused(**parameters):
    try:
        clone(CatBoostClassifier(**parameters))
    except RuntimeError as error:
        print(parameters, "->", error)
        return True
    print(parameters, "-> cloned")
    return False


assert not refused(iterations=3)
assert refused(cat_features=["town"])
assert refused(class_weights={0: 1, 1: 2})
assert copy.deepcopy(CatBoostClassifier(cat_features=["town"])).get_params() == {"cat_features": ["town"]}
print("as stated")
PYTHON
