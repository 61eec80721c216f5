"""``longtail dose`` as it is typed."""


def test_the_command_prints_the_curve(type_):
    words = ("dose", "iris", "--learner", "knn", "--copies", "1,2", "--examples", "5", "--trials", "20", "--jobs", "1")
    status, said, _ = type_(*words)
    assert status == 0
    assert "5 examples a dose with their own labels; 20 models (knn)" in said
    status, _, said = type_("dose", "iris", "--examples", "60")
    assert (status, "--examples must leave half of the 120 training examples" in said) == (2, True)
    status, _, said = type_("dose", "iris", "--copies", "one")
    assert (status, "--copies must be whole numbers with commas between them" in said) == (2, True)
