"""Which lane a query takes, by what is known of it and of who asks."""

from api.lanes import Lanes


def test_a_query_is_on_trial_until_it_or_who_asks_is_known():
    lanes = Lanes(1, 2)
    assert lanes.of(1, "a") is lanes.trial
    lanes.was_quick(1, "a")
    assert lanes.of(1, "b") is lanes.express and lanes.of(2, "a") is lanes.quick and lanes.of(2, "b") is lanes.trial


def test_a_long_query_makes_its_client_a_stranger_and_has_a_way_back():
    lanes = Lanes(1, 2)
    lanes.was_quick(1, "a")
    lanes.was_long(1, "a")
    assert lanes.of(1, "b") is lanes.long and lanes.of(2, "a") is lanes.trial
    lanes.no_longer(1)
    assert lanes.of(1, "b") is lanes.trial
