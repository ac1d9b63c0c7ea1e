"""Which of a sentence's figures a name belongs to: the names stand before their figures or after them.

"In Colorado it is $121,000 and in California $139,000" has them before, "$121,000 in Colorado and $139,000 in California"
after. A figure without a name of its own shares that of its neighbour: "in Austin juniors earn $80,000, seniors $120,000".

>>> share([(20, 28), (50, 58)], [(3, 11), (36, 46)], 1)
[1]
>>> share([(0, 8), (25, 33)], [(12, 20), (37, 47)], 0)
[0]

A comma parts them: "the average is $92,000, and seniors in Austin earn $120,000" says nothing of the place of the first.

>>> share([(15, 22), (53, 61)], [(39, 45)], 0, [22])
[]
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.observations.tables import Span


def share(figures: Sequence[Span], names: Sequence[Span], own: int, breaks: Sequence[int] = ()) -> list[int]:
    """Indexes of the names that belong to the figure with the index `own`; all spans in order of place, figures apart. `breaks` are
    the places of commas and semicolons."""
    if not names or not figures:
        return []
    groups = _groups(figures, names)
    if len(figures) > 1 and any(_in_order(figures, names, found) for found in ([[i] for i in range(len(names))], groups)):
        return [own] if len(names) == len(figures) else groups[own]
    before: list[list[int]] = [[] for _ in figures]
    after: list[list[int]] = [[] for _ in figures]
    for i, (begin, end) in enumerate(names):
        following = next((k for k, figure in enumerate(figures) if end <= figure[0]), len(figures))
        preceding = following - 1
        parted = following < len(figures) and any(end <= at < figures[following][0] for at in breaks)
        kept = preceding >= 0 and any(figures[preceding][1] <= at < begin for at in breaks)
        if following < len(figures) and not (parted and preceding >= 0 and not kept):
            before[following].append(i)
        if preceding >= 0 and begin >= figures[preceding][1] and not (kept and following < len(figures) and not parted):
            after[preceding].append(i)
    if _stand_after(figures, names, before, after):
        return next((group for group in after[own:] if group), [])
    return next((group for group in reversed(before[:own + 1]) if group), [])


def _groups(figures: Sequence[Span], names: Sequence[Span]) -> list[list[int]]:
    """Names between which no figure stands."""
    found: list[list[int]] = []
    for i, name in enumerate(names):
        if found and not any(names[found[-1][-1]][1] <= figure[0] < name[0] for figure in figures):
            found[-1].append(i)
        else:
            found.append([i])
    return found


def _in_order(figures: Sequence[Span], names: Sequence[Span], groups: list[list[int]]) -> bool:
    """Whether there are as many groups of names as figures, and each stands beside its figure."""
    if len(groups) != len(figures):
        return False
    last = len(figures) - 1
    return all((not k or names[group[0]][0] >= figures[k - 1][1]) and (k == last or names[group[-1]][1] <= figures[k + 1][0])
               for k, group in enumerate(groups))


def _stand_after(figures: Sequence[Span], names: Sequence[Span], before: list[list[int]], after: list[list[int]]) -> bool:
    """Whether names follow their figures: where both readings give each figure a name, the closer one counts."""
    all_before, all_after = all(before), all(after)
    if all_before != all_after:
        return all_after
    if all_after:
        gap_after = sum(names[group[0]][0] - figure[1] for group, figure in zip(after, figures, strict=True))
        gap_before = sum(figure[0] - names[group[-1]][1] for group, figure in zip(before, figures, strict=True))
        return gap_after < gap_before
    return not before[0] and any(after)
