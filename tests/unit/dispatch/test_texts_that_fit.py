"""What a carrier takes in length: longer is refused before sending, never cut (carriers.md §3)."""

from tests.support.dispatch_words import MAIN, SHORT, SPARE, outbox, submitted, tell


def test_an_account_that_takes_the_length_is_chosen_and_else_nothing_is_cut() -> None:
    long = tell(outbox(), submitted(text="x" * 2000, accounts=(MAIN, SPARE)))
    longer = tell(outbox(), submitted(text="x" * 2049, accounts=(MAIN, SPARE)))

    assert long.facts[0].account == SPARE
    assert longer.facts[0].code == "too-long"


def test_a_carrier_that_counts_segments_gets_no_more_of_them_whatever_the_alphabet() -> None:
    plain = tell(outbox(), submitted(text="x" * 200, accounts=(SHORT,)))
    accented = tell(outbox(), submitted(text="ж" * 200, accounts=(SHORT,)))

    assert plain.kinds == ["SendPlanned"]
    assert accented.facts[0].code == "too-long"
