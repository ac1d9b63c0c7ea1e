"""Statements that say the same thing come together, others stay apart, and neither order nor company of other kinds matters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import vocabulary
from kg.grouping import neighbours
from kg.grouping.groups import THRESHOLD, clusters, group
from kg.grouping.neighbours import Neighbours
from kg.grouping.similarity import Similarity
from kg.grouping.wording import Lexicon, abbreviates, of_vocabulary, read
from tests.benchmarks.grouping import grouped, pairs, regroup, score


@pytest.fixture(scope="module")
def words() -> Lexicon:
    return of_vocabulary(vocabulary.load())


def together(one: str, other: str, words: Lexicon) -> bool:
    found = group([("1", "Responsibility", one), ("2", "Responsibility", other)], words)
    return found["1"] == found["2"]


@pytest.mark.parametrize(("one", "other"), [
    ("Oversee and coach teams of NLP engineers", "Lead and mentor a team of natural language processing engineers"),
    ("Write weekly reports for customers", "Writing weekly reports for clients, keeping them informed of progress"),
    ("Keep records of treatments", "Nurses also document treatments."),
    ("Pre-processing of survey data", "Preprocessing of survey data"),
    ("Bookkeeping: Prepare monthly tax returns", "Prepare monthly tax returns"),
])
def test_other_words_for_the_same(one: str, other: str, words: Lexicon) -> None:
    assert together(one, other, words)


@pytest.mark.parametrize(("one", "other"), [
    ("Monitor the pumps of the plant", "Install the pumps of the plant"),
    ("Clean and inspect hydraulic brakes", "Clean and inspect electric motors"),
    ("Explain results to technical readers", "Explain results to non-technical readers"),
    ("By 2026, 80% of firms will have platform teams", "By 2028, 75% of firms will have platform teams"),
    ("Work with supervision", "Work without supervision"),
])
def test_other_things_stay_apart(one: str, other: str, words: Lexicon) -> None:
    assert not together(one, other, words)


def test_kinds_are_never_mixed() -> None:
    found = group([("1", "Responsibility", "Test all backups"), ("2", "BestPractice", "Test all backups")])
    assert found["1"].name != found["2"].name


def test_label_is_the_wording_used_most() -> None:
    found = group([("1", "Trend", "Testing backups"), ("2", "Trend", "Test backups"), ("3", "Trend", "Test backups")])
    assert {g.label for g in found.values()} == {"Test backups"}


def test_nothing_to_group() -> None:
    assert group([]) == {}


def test_statements_without_words_are_one_group_of_their_own() -> None:
    found = group([("1", "Trend", ""), ("2", "Trend", "..."), ("3", "Trend", "Testing backups")])
    assert found["1"] == found["2"] and found["1"].label == ""
    assert found["3"].label == "Testing backups"


def test_average_linkage_breaks_chains() -> None:
    chain = [(i, i + 1, 0.6) for i in range(5)]
    assert max(map(len, clusters(6, chain, 0.5))) == 2
    assert clusters(3, [(0, 1, 0.9), (1, 2, 0.8), (0, 2, 0.3)], 0.5) == [[0, 1, 2]]
    assert clusters(3, [(0, 1, 0.9), (1, 2, 0.8)], 0.5) == [[0, 1], [2]]


def test_company_of_others_does_not_matter(words: Lexicon) -> None:
    own = [(text, "Responsibility", text) for text in ("Write weekly reports for customers", "Writing weekly reports for clients")]
    others = [(text, "Responsibility", text) for text in ("Repair diesel engines", "Repair the diesel engines of buses", "Test all backups")]
    alone, among = group(own, words), group(own + others, words)
    assert alone == {identifier: among[identifier] for identifier in alone}
    assert len(set(among.values())) > 1


def test_name_stays_when_rarer_wordings_come() -> None:
    before = group([("1", "Trend", "Test backups"), ("2", "Trend", "Test backups")])
    after = group([("1", "Trend", "Test backups"), ("2", "Trend", "Test backups"), ("3", "Trend", "Testing backups")])
    assert before["1"] == after["1"] == after["3"]


def test_initials_abbreviate() -> None:
    assert abbreviates("IaC", "Infrastructure as Code")
    assert not abbreviates("it", "information technology")
    assert not abbreviates("Data+", "CompTIA Data+")


TEXTS = st.lists(st.sampled_from(["lead", "team", "report", "test", "pump", "weekly", "not", "2026", "2028", "and", "also"]), max_size=8).map(" ".join)


@given(st.lists(TEXTS, max_size=14), st.randoms(use_true_random=False))
def test_order_does_not_matter(texts: list[str], chance) -> None:
    statements = [(str(i), "Responsibility", text) for i, text in enumerate(texts)]
    shuffled = list(statements)
    chance.shuffle(shuffled)
    assert group(statements) == group(shuffled)


@given(st.lists(TEXTS, min_size=2, max_size=12))
def test_pairs_lack_none_that_is_alike(texts: list[str]) -> None:
    alike = Similarity([read(text, Lexicon()) for text in texts])
    every = {(i, j) for i in range(len(texts)) for j in range(i + 1, len(texts)) if alike(i, j) >= 0.4}
    found = {(i, j): likeness for i, j, likeness in Neighbours(alike, 0.4).pairs()}
    assert set(found) == every
    assert all(0 <= likeness <= 1 + 1e-9 for likeness in found.values())


STATEMENTS = st.lists(st.tuples(st.sampled_from(["Trend", "Responsibility"]), TEXTS), max_size=40).map(
    lambda found: [(str(i), kind, text) for i, (kind, text) in enumerate(found)])


@pytest.mark.parametrize(("crowd", "window"), [(120, 12), (4, 1), (3, 2)])
@settings(max_examples=150)
@given(before=STATEMENTS, after=STATEMENTS, stay=st.sets(st.integers(0, 39)))
def test_regrouping_is_grouping(crowd: int, window: int, before: list, after: list, stay: set[int]) -> None:
    after = [s for s in before if int(s[0]) in stay] + [s for s in after if int(s[0]) not in stay]
    gone, new = set(before) - set(after), set(after) - set(before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "CROWD", crowd)
        patch.setattr(neighbours, "WINDOW", window)
        old, changed, whole = group(before), regroup(after, gone, new), group(after)
    assert {**{identifier: old.get(identifier) for identifier in whole}, **changed} == whole
    fresh = {identifier for identifier, _, _ in new}
    assert all(identifier in fresh or made != old[identifier] for identifier, made in changed.items())


def test_regrouping_leaves_alone_what_a_change_does_not_touch(words: Lexicon) -> None:
    own = [("1", "Trend", "Write weekly reports for customers"), ("2", "Trend", "Writing weekly reports for clients")]
    others = [("3", "Trend", "Repair diesel engines"), ("4", "Trend", "Test all backups"), ("5", "Tool", "Write weekly reports")]
    assert regroup(own + others, [], own[:1], words).keys() == {"1", "2"}
    assert regroup(own + others, [], own[1:], words).keys() == {"2"}
    assert regroup(own[:1] + others, own[1:], [], words) == {}
    assert regroup(own[1:] + others, own[:1], [], words).keys() == {"2"}
    assert regroup(own + others, [], [others[0]], words).keys() == {"3"}
    assert regroup(own + others, [("6", "Trend", "Grow roses")], [], words) == regroup(own, [], []) == {}


def test_regrouping_changes_the_label_with_the_number() -> None:
    before = [("1", "Trend", "Test backups"), ("2", "Trend", "Testing backups"), ("3", "Trend", "Testing backups")]
    found = regroup([*before, ("4", "Trend", "Test backups")], [], [("4", "Trend", "Test backups")])
    assert {made.label for made in found.values()} == {"Test backups"} and len(found) == 4


def test_regrouping_tells_of_the_new_though_their_group_is_old() -> None:
    before = [("1", "Trend", "Test backups"), ("2", "Trend", "Grow roses")]
    new = [("3", "Trend", "Test backups"), ("2", "Trend", "Grow the roses")]
    assert regroup([before[0], *new], before[1:], new).keys() == {"2", "3"}


def test_judged_pairs(words: Lexicon) -> None:
    judged = pairs()
    found = score(grouped(judged, words, THRESHOLD), "dev")
    assert len(judged) >= 250
    assert found.precision is not None and found.precision >= 0.95
    assert found.recall is not None and found.recall >= 0.3
