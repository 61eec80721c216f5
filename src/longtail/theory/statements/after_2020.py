"""Statements on questions that were asked after the paper, derived here."""

from longtail.theory.statement import Statement

__all__ = ["DERIVED"]

DERIVED = (
    Statement(
        label="new, on the question of Feldman, Kornowski and Lyu (2025)",
        says="a learner that tells a Gaussian cluster from noise keeps bits of its n examples, about d / n of them",
        equation=(
            "I(M; X | center) >= d/2 ln[(1 - a/s) / (1 - a (1 + (n-1) s) / (n s^2))], a = 1 - e^(-2r/d), r = (1 "
            "- 2b) ln((1-b)/b)"
        ),
        status="bound",
        condition=(
            "similarity s of two examples, both errors at most b; "
            "noisy means keep pi/2 to 4 times as many bits where d is large"
        ),
        function="theory.gaussian_clusters.excess_memorization",
        test="theory/test_gaussian_clusters.py::test_no_learner_of_signs_keeps_less",
        simulation="clusters.gaussian_clusters",
        page="gaussian-clusters.md",
        source="FeldmanKornowskiLyu2025",
        read="the abstract and a published summary of definition and framework",
    ),
    Statement(
        label="new, on the question of Feldman, Kornowski and Lyu (2025)",
        says="bits of independent clusters add up: most of what a long tail takes goes to points seen once",
        equation="I(M; X | centers, counts) >= sum_l E[#seen l times] bits_l",
        status="bound",
        condition="errors at most b on average over clusters seen equally often",
        function="theory.gaussian_clusters.mixture_excess_memorization",
        test="theory/test_gaussian_clusters.py::test_a_mixture_needs_the_sum_of_its_clusters",
        simulation="clusters.gaussian_mixtures",
        page="gaussian-clusters.md",
        source="FeldmanKornowskiLyu2025",
        read="the abstract and a published summary of definition and framework",
    ),
    Statement(
        label="new, on the question of Brown et al. (2021)",
        says="to recognize a cluster of bits from one example, nearly all its bits are kept, most of them irrelevant",
        equation="I(M; X) >= d (ln 2 - h(q)), h((1 - (1 - 2q) s) / 2) = ln 2 - r/d",
        status="bound",
        condition="uniform centers, similarity s in each bit, an example seen once, both errors at most b",
        function="theory.boolean_clusters.singleton_information",
        test="theory/test_boolean_clusters.py::test_no_channel_of_few_bits_keeps_less",
        simulation="clusters.boolean_singletons",
        page="boolean-clusters.md",
        source="BrownEtAl2021",
        read="the abstract",
    ),
    Statement(
        label="new, on the question of Sanyal, Hu and Yang (2022)",
        says="under a guarantee, error and discrepancy add up to the least error of the worst subgroup",
        equation="err + (err_worst - err) >= max_k (opt_k + cost_k), err >= sum_k share_k (opt_k + cost_k)",
        status="sharp bound",
        condition="sharp where each subgroup's least error can be attained; a fixed number of examples in each",
        function="theory.private_fairness.fairness_trade_off",
        test="theory/test_private_fairness.py::test_no_learner_is_below_the_border",
        simulation="fairness.border",
        page="private-fairness.md",
        source="SanyalHuYang2022",
        read="the abstract and the beginning of the introduction",
    ),
    Statement(
        label="new, on the law of Tobaben et al. (2025)",
        says=(
            "the mean of S embeddings gives one of them away with advantage Phi((r - z sqrt S) / sqrt(S - 1)) - alpha"
        ),
        equation="advantage = Phi((r - z sqrt S) / sqrt(S - 1)) - alpha",
        status="exact",
        condition="normal embeddings, a threshold on the projection; falls like S^(-1/2) for large S only",
        function="membership.size_law.mean_embedding_advantage",
        test="membership/test_size_law.py::test_the_mean_of_embeddings_is_that_of_a_simulation",
        simulation="embeddings.mean_of_a_class",
        page="exposure-law.md",
        source="TobabenEtAl2025",
        read="the abstract, the beginning of the introduction and published summaries",
    ),
    Statement(
        label="new, on the question of Cheng, Duchi and Kuditipudi (2022)",
        says=(
            "the best linear regression fits its noise to sigma^4 / (1 - 1/gamma), and fitting it less costs linearly"
        ),
        equation=(
            "t = E[sigma^4 x^2 / ((z + sigma^2) (x - z)^2)], excess = E[sigma^4 z / ((z + sigma^2) (x - z)^2)] / gamma"
        ),
        status="asymptotic",
        condition="normal features and coefficients, d / n -> gamma > 1, z of the Marchenko-Pastur law",
        function="theory.interpolation.interpolation_cost",
        test="theory/test_interpolation.py::test_no_estimator_of_that_training_error_predicts_better",
        simulation="interpolation.worse_than_the_best",
        page="interpolation.md",
        source="ChengDuchiKuditipudi2022",
        read="the abstract",
    ),
    Statement(
        label="new, on the question of Zhou, Ma and Ge (2026)",
        says="where a test example combines k points, a singleton is worth about k A^(k-1) tau_1",
        equation="cost = A^k - (A - c)^k, A = 1 - opt, c = (1 - g) mass seen once",
        status="asymptotic",
        condition=(
            "parts drawn independently, right only if all parts are; up to the variance of a sample's accuracy, "
            "which makes it about 1 % too high at n = 300"
        ),
        function="theory.composition.composition_cost",
        test="theory/test_composition.py::test_the_cost_is_that_of_enumeration",
        simulation="composition.three_parts",
        page="composition.md",
        source="ZhouMaGe2026",
        read="the abstract, the beginning of the introduction and a published summary",
    ),
)
