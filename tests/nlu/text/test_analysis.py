from nlu.text.analysis import analyse
from nlu.text.restorer import Restorer, everyday_texts


def test_every_step_can_be_shown() -> None:
    restorer = Restorer.train([(text, 1) for text in everyday_texts()])
    analysis = analyse("mat cccd lm lại dc k", restorer)
    assert [(step.name, step.after) for step in analysis.steps if step.changed] == [
        ("abbreviations", "mat căn cước công dân làm lại được không"),
        ("accents", "mất căn cước công dân làm lại được không"),
    ]
    assert analysis.text == analysis.steps[-1].after
    assert analysis.tokens[:2] == ["mất", "căn"]


def test_codes_are_found_once_and_left_alone() -> None:
    analysis = analyse("hs h56.14 240823 0001 toi dau r")
    assert [(code.kind, code.value) for code in analysis.codes] == [("dossier", "H56.14-240823-0001")]
    assert analysis.text == "hồ sơ h56.14 240823 0001 toi dau rồi"


def test_spoken_codes_are_written_down() -> None:
    analysis = analyse("mã của tôi là hát hai chín gạch hai bốn không tám hai ba gạch không không một hai")
    assert [code.value for code in analysis.codes] == ["H29-240823-0012"]


def test_a_held_key_counts_once() -> None:
    assert analyse("đượccccc khônggg, hạng III, cccd").text == "được không, hạng III, căn cước công dân"


def test_what_is_written_out_does_not_make_a_text_accented() -> None:
    restorer = Restorer.train([(text, 1) for text in everyday_texts()])
    analysis = analyse("hs cccd nop o dau vay ad", restorer)
    assert not analysis.accented
    assert analysis.text == "hồ sơ căn cước công dân nộp ở đâu vậy"
