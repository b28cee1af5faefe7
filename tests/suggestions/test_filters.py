from suggestions.filters import REVIEW, sift
from suggestions.states.lists import FilterList


def test_every_list_of_the_filter_has_its_words_for_the_reader() -> None:
    assert set(REVIEW) == set(FilterList.values)


def test_words_are_found_with_spaces_between_their_characters() -> None:
    assert sift("法 院 判 了还是不 给钱").lists == ("litigation",)
    assert sift("路灯不亮").is_clean


def test_a_text_about_those_who_would_read_it_says_so() -> None:
    assert sift("我要投诉镇政府").concerns == ("town",)
