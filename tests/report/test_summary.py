"""The words against findings made by hand: who is named, with which numbers, and what is never said together."""

import re
from dataclasses import replace

import pytest

from longtail.estimate import Estimate
from longtail.findings import Always, FrequencyLoss, GroupLoss, Judged, LimitFindings, LimitOutcome, Worst
from longtail.percent import points
from longtail.report.words.limits import limits_answer
from longtail.report.words.next_steps import next_steps
from longtail.report.words.summary import MEMORIZED, SANE, summarize
from longtail.report.words.verdicts import cheap, costly, hardest_hit, unsettled
from report.example_findings import FINDINGS, LEARNER_TAIL, ROW_FINDINGS

NAN = float("nan")


def interval(value, low, high):
    return Estimate(value=value, low=low, high=high, level=0.95, method="exact")


def group(name, value, low, high):
    some = interval(0.9, 0.8, 1.0)
    cost = interval(value, low, high)
    return GroupLoss(
        name=name, n_train=10, n_test=50, unlimited=some, limited=some, cost=cost, predicted=None, n_witnesses=50
    )


def outcome(name, cost, groups, **more):
    some = interval(0.9, 0.8, 1.0)
    return LimitOutcome(
        name=name,
        kind=name,
        strength=1.0,
        guarantee="",
        trials="",
        accuracy=some,
        memorization=interval(0.004, 0.0, 0.01),
        measured=cost,
        witnesses="360 test examples",
        measured_on_seen=[],
        predicted=[],
        misfitted_memorization=some,
        fitted_memorization=some,
        groups=groups,
        bins=[FrequencyLoss(name="never seen", predicted=None, measured=some)],
        **{"protects": "nothing", "epsilon": None, "delta": None, "forced": None, "n_pairs": 40, "option": "", **more},
    )


COSTLY = outcome(
    "differential privacy, ε = 3",
    interval(0.08, 0.05, 0.11),
    [group("common", 0.02, -0.01, 0.05), group("rare", 0.31, 0.2, 0.4), group("lone", 0.5, -0.5, 1.0)],
    protects="example",
    epsilon=2.9987,
    delta=1e-5,
    forced=interval(0.0123, 0.0, 0.0456),
    option="--limit dp-sgd:epsilon=3",
)
CHEAP = outcome(
    "weights of 4 bits",
    interval(0.002, -0.001, 0.006),
    [group("common", 0.0, -0.01, 0.01), group("rare", 0.005, -0.02, 0.03)],
    option="--limit rounded:bits=4",
)
OPEN = outcome(
    "0.9 of weights pruned",
    interval(0.01, -0.02, 0.04),
    [group("common", 0.01, 0, 0.02)] * 2,
    option="--limit weight-pruned:sparsity=0.9",
)
LIMITS = LimitFindings(
    groups="given groups",
    n_trials=40,
    resolutions=[],
    assumptions=[],
    unlimited_accuracy=interval(0.97, 0.96, 0.98),
    unlimited_memorization=interval(0.031, 0.03, 0.032),
    limits=[COSTLY, CHEAP, OPEN],
    split=[],
    compared=[],
    lost=[],
    kept=[],
)
FOUND = replace(FINDINGS, limits=LIMITS)


def answer(found, topic):
    (text,) = [answer.text for answer in summarize(found) if answer.topic == topic]
    return text


def test_each_limit_is_settled_one_way_by_its_whole_interval():
    assert (costly(LIMITS), cheap(LIMITS), unsettled(LIMITS)) == ([COSTLY], [CHEAP], [OPEN])


@pytest.mark.parametrize("edge", [(0.0, 0.01, 0.01), (0.01, 0.01, 0.02), (0.02, 0.0100001, 0.03), (NAN, NAN, NAN)])
def test_no_limit_is_settled_two_ways(edge):
    limits = replace(LIMITS, limits=[replace(OPEN, measured=interval(*edge))])
    assert len(costly(limits)) + len(cheap(limits)) + len(unsettled(limits)) == (0 if edge[0] != edge[0] else 1)


def test_the_most_costly_limit_and_the_group_that_surely_loses_most_are_named_with_their_intervals():
    assert answer(FOUND, "What limits cost, and whom") == (
        "Differential privacy, ε = 3 costs 8 [5, 11] points of accuracy, of group rare 31 [20, 40] points, and leaves "
        "0.4 [0.0, 1.0] points of memorization on average. Of 3 limits, 1 surely costs no more than one point (weights "
        "of 4 bits); 1 may cost more or less than one point (0.9 of weights pruned); 1 surely costs more (differential "
        "privacy, ε = 3)."
    )
    assert hardest_hit(COSTLY).name == "rare"  # not the one of the largest value, which is not known


def test_a_limit_that_is_cheap_on_the_whole_is_judged_by_the_group_that_pays():
    hidden = replace(CHEAP, groups=[group("common", 0.0, -0.01, 0.01), group("rare", 0.05, 0.02, 0.08)])
    limits = replace(LIMITS, limits=[hidden, OPEN])
    assert (costly(limits), cheap(limits), unsettled(limits)) == ([hidden], [], [OPEN])
    found = replace(FINDINGS, limits=limits)
    assert "1 surely costs more (weights of 4 bits to group rare)" in answer(found, "What limits cost, and whom")
    steps = " ".join(step.text for step in next_steps(found))
    assert (
        "Mind group rare under weights of 4 bits: it loses 5 [2, 8] points there, and 0.2 [−0.1, 0.6] points on"
        in steps
    )


def judged(recall_lost=None, always=(), n_models=40, accuracy=0.9):
    some = interval(accuracy, 0.8, 1.0)
    worst = Worst(name="spam", right=some, compared=2)
    always = [Always(label=label, n_models=models) for label, models in always]
    return Judged(
        accuracy=some,
        recall=some,
        worst_class=worst,
        worst_group=None,
        n_models=n_models,
        always=always,
        recall_lost=recall_lost,
    )


def test_a_limit_is_judged_by_mean_recall_where_classes_are_unequal():
    """Accuracy surely loses less than a point, recall surely more: the rare class pays."""
    unequal = replace(CHEAP, judged=judged(interval(0.21, 0.15, 0.27)))
    limits = replace(LIMITS, limits=[unequal])
    assert costly(limits) == [unequal]
    text = answer(replace(FINDINGS, limits=limits), "What limits cost, and whom")
    assert "0.2 [−0.1, 0.6] points of accuracy (of recall, as a mean over classes, 21 [15, 27] points)" in text
    wide = replace(LIMITS, limits=[replace(CHEAP, judged=judged(interval(0.005, -0.02, 0.03)))])
    assert (costly(wide), len(unsettled(wide))) == ([], 1)


def test_a_limit_that_surely_gains_on_the_whole_is_not_called_unsettled_on_the_whole():
    """Whether mean recall is lost is open: that alone is said to be."""
    gains = replace(
        CHEAP, measured=interval(-0.08, -0.13, -0.03), judged=judged(recall_lost=interval(-0.07, -0.24, 0.1))
    )
    limits = replace(LIMITS, limits=[gains])
    assert unsettled(limits) == [gains]
    said = answer(replace(FINDINGS, limits=limits), "What limits cost, and whom")
    assert said.endswith(
        "On the whole it surely costs no more than one point; of recall, as a mean over classes, that could not be "
        "told."
    )


def test_a_class_that_is_erased_is_said_before_anything_else():
    gone = replace(
        group("spam", 0.7, 0.6, 0.8), unlimited=interval(0.746, 0.7, 0.8), limited=interval(0.027, 0.0, 0.05)
    )
    erasing = replace(CHEAP, classes=[gone], judged=judged(interval(0.35, 0.3, 0.4)))
    found = replace(FINDINGS, limits=replace(LIMITS, limits=[COSTLY, erasing], judged=judged()))
    first = summarize(found)[0]
    assert first.section == "limits"
    assert first.text.startswith("Weights of 4 bits erase class spam (right on 75 [70, 80] % of it without, on 2.7")


def test_models_that_became_constant_are_said_before_anything_else():
    constant = replace(CHEAP, judged=judged(interval(0.35, 0.3, 0.4), always=[("ham", 38), ("spam", 1)]))
    limits = replace(LIMITS, limits=[COSTLY, constant], judged=judged())
    text = summarize(replace(FINDINGS, limits=limits))[0].text
    assert text.startswith(
        "Under weights of 4 bits 38 of 40 models became constant, and always answer “ham”: they cost"
    )
    as_before = replace(limits, judged=judged(always=[("ham", 40)]))  # and were so without the limit
    assert "constant" not in summarize(replace(FINDINGS, limits=as_before))[0].text
    few = replace(limits, limits=[replace(constant, judged=judged(always=[("ham", 19)]))])
    assert "constant" not in " ".join(each.text for each in summarize(replace(FINDINGS, limits=few)))


def test_a_learner_that_is_constant_without_limits_is_said_first():
    constant = replace(FINDINGS, fit=replace(FINDINGS.fit, always=[Always(label="ham", n_models=400)]))
    assert summarize(constant)[0].text.startswith("The models are constant: 400 of 400 (")
    missed = replace(
        FINDINGS, fit=replace(FINDINGS.fit, missed=[Worst(name="7", right=interval(0, 0, 0.05), compared=3)])
    )
    assert "; they find class 7 hardly ever (0.0 [0.0, 5.0] % of it)." in summarize(missed)[0].text


def test_a_group_that_does_not_surely_lose_more_is_named_with_that_remark():
    mild = replace(COSTLY, groups=[group("common", 0.07, 0.03, 0.1), group("rare", 0.09, 0.04, 0.2)])
    text = answer(replace(FOUND, limits=replace(LIMITS, limits=[mild])), "What limits cost, and whom")
    assert "of group rare 9 [4, 20] points, though not surely more than others," in text


def test_a_group_that_a_limit_erases_is_named_with_what_is_left_of_it():
    gone = replace(
        group("rare", 0.7, 0.6, 0.8), unlimited=interval(0.746, 0.7, 0.8), limited=interval(0.027, 0.0, 0.05)
    )
    collapsed = replace(COSTLY, groups=[group("common", 0.0, -0.01, 0.01), gone])
    text = answer(replace(FOUND, limits=replace(LIMITS, limits=[collapsed])), "What limits cost, and whom")
    assert "erases group rare (right on 75 [70, 80] % of it without, on 2.7 [0.0, 5.0] % with)" in text


def test_an_error_forced_by_theory_is_never_told_beside_a_measured_difference():
    said = " ".join(each.text for each in summarize(FOUND))
    assert "theory" not in said
    assert "1.2" not in said  # COSTLY.forced


def test_groups_that_were_given_are_told():
    text = answer(ROW_FINDINGS, MEMORIZED)
    assert "Of the groups that were given, 9 have one training row;" in text


@pytest.mark.parametrize(
    "found", [FINDINGS, ROW_FINDINGS, FOUND, replace(FOUND, sanity=None, learner_tail=LEARNER_TAIL)]
)
def test_no_question_takes_more_than_two_sentences(found):
    for each in summarize(found):
        assert len(re.findall(r"\.(?= [A-Z]|$)", each.text)) in (1, 2), each.text
        assert each.text.endswith(".")


def test_what_more_data_would_bring_is_told_with_what_came_of_a_prediction():
    told = answer(replace(FINDINGS, learner_tail=LEARNER_TAIL), MEMORIZED)
    assert "what single rows decide is worth 2.1 [1.5, 2.7] points of accuracy, and twice the data would leave" in told
    assert "68 [63, 73] % of the error (at 90 % of the rows: 2.7 % predicted, 2.7 % found)." in told
    unfit = replace(LEARNER_TAIL, error_left=interval(NAN, NAN, NAN))
    assert "2.1 [1.5, 2.7] points of accuracy." in answer(replace(FINDINGS, learner_tail=unfit), MEMORIZED)


def test_topics_follow_what_was_measured():
    topics = [SANE, MEMORIZED]
    assert [each.topic for each in summarize(FINDINGS)] == topics
    assert [each.topic for each in summarize(FOUND)] == [*topics, "What limits cost, and whom"]


def test_what_voids_claims_is_said_first_and_mended_first():
    text = answer(FINDINGS, SANE)
    assert "always saying '0' is right on 10 [7, 13] %" in text
    assert "Read the rest with care: of 1,437 training rows 20 have an exact twin in training (1.4 %)." in text
    assert next_steps(FINDINGS)[0].command == "longtail audit DATA --together duplicates --out NEW_RUN"
    clean = replace(FINDINGS, sanity=replace(FINDINGS.sanity, remarks=[]))
    assert answer(clean, SANE).endswith("The checks of the data found nothing that voids what follows.")


def test_every_finding_that_voids_a_claim_is_named_in_the_first_answer():
    grave = next(remark for remark in FINDINGS.sanity.remarks if remark.voids)
    names = ("test rows that stand in training", "one class with nearly all rows")
    remarks = [grave, *(replace(grave, name=name) for name in names), replace(grave, name="small", voids=[])]
    text = answer(replace(FINDINGS, sanity=replace(FINDINGS.sanity, remarks=remarks)), SANE)
    assert text.endswith("(1.4 %); also test rows that stand in training, one class with nearly all rows.")


def test_what_is_not_known_is_a_dash():
    assert points(interval(NAN, NAN, NAN)) == "– [–, –] points"
    assert points(interval(-0.0004, -0.2, 0.0)) == "0 [−20, 0] points"


def test_steps_name_examples_limits_and_the_commands_that_settle_what_is_open():
    steps = next_steps(FOUND, "--target kind --group who")
    text = " ".join(step.text for step in steps)
    shown = [example.train for example in FOUND.memorization.gallery][:5]
    assert steps[1].examples == shown
    assert "Affordable at one point of accuracy: weights of 4 bits." in text
    assert "Not affordable at one point: differential privacy, ε = 3." in text
    settling = "longtail limit DATA --target kind --group who --limit weight-pruned:sparsity=0.9 --trials 200 --out RUN"
    assert settling in [step.command for step in steps]


def test_where_nothing_is_memorized_more_models_are_advised():
    nothing = replace(FINDINGS, memorization=replace(FINDINGS.memorization, gallery=[]))
    assert "No example is memorized beyond what chance explains in 400 models" in next_steps(nothing)[1].text


@pytest.mark.parametrize(
    ("only", "said"),
    [(COSTLY, "surely costs more than one point"), (CHEAP, "surely costs no more than one point")],
)
def test_one_limit_alone_is_spoken_of_in_the_singular(only, said):
    limits = replace(LIMITS, limits=[only])
    text = next(a.text for a in summarize(replace(FINDINGS, limits=limits)) if a.section == "limits")
    assert text.endswith(f". It {said}.")
    assert "limits" not in text


def test_a_limit_under_which_memorization_is_negative_says_what_that_means():
    limit = replace(COSTLY, memorization=interval(-0.046, -0.073, -0.019))
    text = limits_answer(replace(LIMITS, limits=[limit]))
    assert "leaves −4.6 [−7.3, −1.9] points of memorization on average (below none: models that were trained" in text
