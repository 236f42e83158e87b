"""A message cut into what a channel delivers at once."""

from __future__ import annotations

from collections.abc import Callable

from api.channels.channel import Outgoing, OutgoingFile, Part
from api.channels.texts import length, split


def cut(message: Outgoing, longest: int, beside: Callable[[OutgoingFile], int | None]) -> list[Part]:
    """The parts of ``message``: the text first, with the buttons under its end, then each file.

    A text is at most ``longest`` long. ``beside`` says how long it may be as the caption of a file, and nothing for a
    file that the channel does not take: its link then stands in the text. The first file and a text that fits are one
    part.
    """
    files, texts = list[OutgoingFile](), [message.text.strip()]
    for file in message.files:
        if beside(file) is None:
            texts.append(file.as_text)
        else:
            files.append(file)
    text = "\n\n".join(filter(None, texts))
    if files and not message.buttons and length(text) <= (beside(files[0]) or 0):
        first, *files = files
        return [Part(text, file=first), *(Part("", file=file) for file in files)]
    *pieces, last = split(text, longest)
    return [*map(Part, pieces), Part(last, message.buttons), *(Part("", file=file) for file in files)]
