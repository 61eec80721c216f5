"""Attack curves: members found against non-members taken for members, both logarithmic, under a guarantee's ceiling."""

from longtail.findings import AttackFindings, MembershipFindings
from longtail.report import numbers
from longtail.report.charts.axes import logarithmic
from longtail.report.charts.chart import Chart, Column, Datum, Key, Option
from longtail.report.charts.marks import INK, MUTED, SERIES, WARM, interval_lines, is_known, note, spoken

__all__ = ["attack_chart"]

_LOWEST = 1e-4
_DASHES: tuple[str | list[int], ...] = ("solid", [7, 3], [2, 3])


def attack_chart(found: MembershipFindings) -> Chart:
    """Draw one curve for each attack.

    What a guarantee excludes is shaded. The attack spoken of has intervals at 0.1 % and 1 %.
    """
    return Chart(
        name="attacks",
        title="Attack curves: true-positive against false-positive rate",
        caption=_caption(found),
        option={
            "xAxis": logarithmic("false-positive rate", _LOWEST, 1, unit="percent"),
            "yAxis": logarithmic("true-positive rate", _LOWEST, 1, unit="percent"),
            "series": [
                *(_curve(attack, index) for index, attack in enumerate(found.attacks)),
                _chance(),
                note(2e-3, 2e-3, "chance"),
                *_ceiling(found),
            ],
        },
        height=300,
        keys=[
            *(
                Key(mark="line" if index % len(_DASHES) == 0 else "dashed", color=_color(index), text=attack.name)
                for index, attack in enumerate(found.attacks)
            ),
            *([Key(mark="band", color=WARM, text="excluded by the guarantee")] if found.ceiling else []),
        ],
        table="Members found (true positives) at each rate of false positives",
        columns=[
            Column(title="attack"),
            Column(title="false-positive rate", unit="percent"),
            Column(title="true-positive rate", unit="percent"),
        ],
        rows=[[attack.name, x, y] for attack in found.attacks for x, y in _visible(attack)],
    )


def _caption(found: MembershipFindings) -> str:
    guarantee = f" Shaded is what the guarantee ({found.guarantee}) excludes." if found.ceiling else ""
    return (
        "Members found against non-members mistaken for members, both logarithmic. What matters is the left side: few "
        f"examples named, and nearly all of them rightly.{guarantee} The upright lines are the confidence intervals of "
        f"{found.attacks[0].name} at false-positive rates of 0.1 % and 1 %."
    )


def _curve(attack: AttackFindings, index: int) -> Option:
    color, visible = _color(index), _visible(attack)
    beside = _beside(attack, [x for x, _ in visible])
    curve: Option = {
        "type": "line",
        "name": attack.name,
        "itemStyle": {"color": color},
        "lineStyle": {"color": color, "width": 1.8, "type": _DASHES[index % len(_DASHES)]},
        "data": [_datum(attack, x, y, beside.get(x, [])) for x, y in visible],
    }
    if index == 0:
        at = ((0.001, attack.tpr_at_0_1_percent), (0.01, attack.tpr_at_1_percent))
        ends = [((x, max(e.low, _LOWEST)), (x, e.high)) for x, e in at if is_known(e) and e.high > _LOWEST]
        curve["markLine"] = interval_lines(ends, color=INK)
    return curve


def _datum(attack: AttackFindings, x: float, y: float, beside: list[str]) -> Datum:
    return {
        "value": [x, y],
        "text": [
            attack.name,
            f"finds {numbers.percent(y)} of members at {numbers.percent(x)} false positives",
            *beside,
        ],
    }


def _beside(attack: AttackFindings, rates: list[float]) -> dict[float, list[str]]:
    """Say the estimate with its interval, at the points of the curve that are nearest to it."""
    said: dict[float, list[str]] = {}
    for at, estimate in ((0.001, attack.tpr_at_0_1_percent), (0.01, attack.tpr_at_1_percent)):
        if rates and is_known(estimate):
            nearest = min(rates, key=lambda rate: abs(rate - at))
            said.setdefault(nearest, [f"at {numbers.percent(at)}: {spoken(estimate)}"])
    return said


def _visible(attack: AttackFindings) -> list[tuple[float, float]]:
    curve = zip(attack.false_positive_rates, attack.true_positive_rates, strict=True)
    return [(x, y) for x, y in curve if x >= _LOWEST and y >= _LOWEST]


def _chance() -> Option:
    return {
        "type": "line",
        "name": "chance",
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": MUTED, "width": 1, "type": [4, 3]},
        "data": [{"value": [_LOWEST, _LOWEST]}, {"value": [1, 1]}],
    }


def _ceiling(found: MembershipFindings) -> list[Option]:
    """Draw the guarantee's ceiling, and what is above it."""
    if not found.ceiling:
        return []
    rates = zip(found.attacks[0].false_positive_rates, found.ceiling, strict=True)
    return [
        {
            "type": "line",
            "name": "ceiling of the guarantee",
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": WARM, "width": 1.4},
            "areaStyle": {"color": WARM, "opacity": 0.13, "origin": "end"},
            "data": [{"value": [x, y]} for x, y in rates if x >= _LOWEST and y >= _LOWEST],
        }
    ]


def _color(index: int) -> str:
    return SERIES[index % len(SERIES)]
