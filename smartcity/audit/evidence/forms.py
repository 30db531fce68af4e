"""What a package is asked for by: ``?de-an=…&tu=…&den=…&dong=…``."""

import re

from django import forms
from django.core.exceptions import ValidationError

from programme.models import Programme, User
from smartcity.audit.evidence.package import Request
from smartcity.audit.evidence.period import Period, WrongWayRound
from smartcity.audit.evidence.proof import NoSuchSize, latest_for
from smartcity.audit.evidence.scope import Scope
from smartcity.lib.records.typed_fields import TypedDay

EVERYTHING = "tat-ca"
# Of a checkpoint on paper.
SPACED = re.compile(r"[\s.]")


class EvidenceForm(forms.Form):
    def __init__(self, data, *, reader: User):
        super().__init__(data, label_suffix="")
        self.reader = reader
        programmes = Programme.objects.visible_to(reader).loaded()
        self.programmes = {programme.code: programme for programme in programmes}
        choices = [(code, f"{code}, {programme.province}") for code, programme in self.programmes.items()]
        self.fields |= {
            "de-an": forms.ChoiceField(
                label="Phạm vi", choices=[*choices, (EVERYTHING, "Mọi đề án, cuộc họp, văn bản mà bạn được đọc")]
            ),
            "tu": _day("Từ ngày"),
            "den": _day("Đến hết ngày"),
            "dong": forms.CharField(
                label="Số dòng của mốc niêm phong đã giữ",
                required=False,
                max_length=30,
                help_text="Bỏ trống nếu không giữ mốc nào. Ghi số dòng trong mốc để gói được lập theo đúng mốc ấy.",
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            ),
        }

    def clean_dong(self):
        typed = SPACED.sub("", self.cleaned_data["dong"])
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit()) or len(typed) > 18:
            raise ValidationError("Số dòng là một số nguyên, ví dụ 12345.")
        try:
            latest_for(int(typed))
        except NoSuchSize as problem:
            raise ValidationError(str(problem)) from None
        return int(typed)

    def clean(self):
        try:
            Period(self.cleaned_data.get("tu"), self.cleaned_data.get("den"))
        except WrongWayRound as problem:
            self.add_error("den", str(problem))

    def asked(self) -> Request:
        chosen = self.cleaned_data
        scope = Scope(self.programmes.get(chosen["de-an"]), self.reader)
        return Request(scope, Period(chosen["tu"], chosen["den"]), chosen["dong"])


def _day(label: str) -> TypedDay:
    attributes = {"inputmode": "numeric", "autocomplete": "off", "size": 10}
    return TypedDay(label=label, required=False, widget=forms.TextInput(attrs=attributes))
