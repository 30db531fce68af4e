"""How each agency is urged, or not this time."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

from tasks.models import UrgingWay
from tasks.operations.urging import Letter, Owing

NOT_NOW = "Lần này không đôn đốc"
# One of the ways is done here; of the others it is noted that they were.
WAYS = {
    UrgingWay.EMAIL: "Gửi thư điện tử ngay",
    UrgingWay.MESSAGE: "Ghi: đã nhắn tin (Zalo)",
    UrgingWay.PHONE: "Ghi: đã gọi điện thoại",
    UrgingWay.DOCUMENT: "Ghi: đã gửi công văn",
    UrgingWay.IN_PERSON: "Ghi: đã nhắc trực tiếp",
}


class UrgingForm(forms.Form):
    """A field for each letter. ``urged_today`` are not urged again unasked."""

    def __init__(self, *args, letters: Iterable[Letter], urged_today: set[Owing], **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.owing: dict[str, Owing] = {}
        for letter in letters:
            owing = letter.owing
            self.owing[field_of(owing)] = owing
            self.fields[field_of(owing)] = forms.ChoiceField(
                label=f"Cách đôn đốc {letter.agency}",
                choices=[("", NOT_NOW), *_ways(letter)],
                required=False,
                initial=UrgingWay.EMAIL if letter.recipients and owing not in urged_today else "",
            )

    def clean(self):
        if not self.errors and not self.wanted():
            raise ValidationError("Chọn cách đôn đốc cho ít nhất một cơ quan.")
        return super().clean()

    def wanted(self) -> dict[Owing, UrgingWay]:
        """Who is to be urged, and how."""
        chosen = {owing: self.cleaned_data.get(name) for name, owing in self.owing.items()}
        return {owing: UrgingWay(way) for owing, way in chosen.items() if way}


def field_of(owing: Owing) -> str:
    programme, agency = owing
    return f"cach-{programme}-{agency}"


def _ways(letter: Letter) -> list[tuple[str, str]]:
    return [(way.value, words) for way, words in WAYS.items() if way != UrgingWay.EMAIL or letter.recipients]
