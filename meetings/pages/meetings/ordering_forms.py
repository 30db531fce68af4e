"""Where a conclusion or a directive is to stand."""

from django import forms
from django.db.models import Count

from meetings.models import Conclusion, Directive, Meeting

CHOOSE_A_PLACE = "Chọn vị trí trong danh sách."


class ConclusionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Conclusion) -> str:
        return str(obj)


class PlaceForm(forms.Form):
    to = forms.TypedChoiceField(
        label="Đứng ở vị trí",
        coerce=int,
        help_text="Các mục khác tự dồn số.",
        error_messages={"required": CHOOSE_A_PLACE, "invalid_choice": CHOOSE_A_PLACE},
    )

    def __init__(self, *args, last: int, now: int, **kwargs):
        super().__init__(*args, label_suffix="", initial={"to": now}, **kwargs)
        self.fields["to"].choices = [
            (number, f"{number} (hiện nay)" if number == now else str(number)) for number in range(1, last + 1)
        ]


class ConclusionPlaceForm(PlaceForm):
    def __init__(self, *args, conclusion: Conclusion, **kwargs):
        count = conclusion.meeting.conclusions.count()
        super().__init__(*args, last=count, now=conclusion.number, **kwargs)


class DirectivePlaceForm(PlaceForm):
    conclusion = ConclusionChoice(
        Conclusion.objects.none(),
        label="Thuộc kết luận",
        empty_label=None,
        error_messages={
            "required": "Chọn kết luận.",
            "invalid_choice": "Kết luận này không còn trong cuộc họp. Chọn kết luận khác.",
        },
    )
    field_order = ("conclusion", "to")

    def __init__(self, *args, directive: Directive, **kwargs):
        meeting: Meeting = directive.conclusion.meeting
        conclusions = meeting.conclusions.annotate(count=Count("directives")).order_by("number")
        # In another conclusion it is one more.
        lasts = [one.count + (one.pk != directive.conclusion_id) for one in conclusions]
        super().__init__(*args, last=max(lasts), now=directive.position, **kwargs)
        self.fields["conclusion"].queryset = conclusions
        self.initial["conclusion"] = directive.conclusion_id
        self.fields["to"].help_text = "Các ý kiến khác tự dồn số. Số lớn hơn số ý kiến của kết luận đó là đứng cuối."
