"""Fields of Vietnamese text: how it is typed, counted and kept."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.deconstruct import deconstructible

from smartcity.lib.language.text import COLLATION, clean_line, clean_text, fold, given_name, seen_length
from smartcity.lib.log.tracked import digest_of

# A note holds some ten pages; what is longer is a document, to be kept as one.
LONGEST_TEXT = 20_000


@deconstructible
class SeenLength(MaxLengthValidator):
    """Refuses what is longer than ``limit_value`` characters, counted as a reader does."""

    def __call__(self, value):
        # Of a whole book nobody needs the exact count, which takes seconds.
        over = (len(value) if len(value) > 20 * self.limit_value else seen_length(value)) - self.limit_value
        if over <= 0:
            # The column holds two code points for each character.
            over = len(value) - 2 * self.limit_value
        if over > 0:
            over_by, most = (f"{number:,}".replace(",", ".") for number in (over, self.limit_value))
            raise ValidationError(
                f"Nội dung dài quá {over_by} ký tự. Ô này chứa tối đa {most} ký tự; hãy rút gọn.", code=self.code
            )


class TypedText(forms.CharField):
    """Text of several lines as it will be kept, before it is counted, compared or found missing."""

    clean_typed = staticmethod(clean_text)
    widget: type[forms.Widget] = forms.Textarea

    def __init__(self, *, max_length=None, **kwargs):
        super().__init__(**kwargs)
        self.validators.append(SeenLength(max_length or LONGEST_TEXT))

    def to_python(self, value):
        return self.clean_typed(super().to_python(value) or "")


class TypedLine(TypedText):
    """One line of text as it will be kept. Its input has no ``maxlength``: browsers cut a longer paste unasked."""

    clean_typed = staticmethod(clean_line)
    widget = forms.TextInput


def _as_typed(field: models.Field, form_class: type[TypedText], options: dict) -> dict:
    """How the form field of a text field is made: cleaned first, and missing by its name."""
    missing = {"required": f"Nhập {field.verbose_name}."}
    messages = missing | options.pop("error_messages", {})
    return {"form_class": form_class, "error_messages": messages} | options


class LineField(models.CharField):
    """One line of Vietnamese text, cleaned on its way in and sorted in Vietnamese order."""

    def __init__(self, *args, db_collation=COLLATION, **kwargs):
        super().__init__(*args, db_collation=db_collation, **kwargs)
        self.validators[:] = [
            SeenLength(one.limit_value) if type(one) is MaxLengthValidator else one for one in self.validators
        ]

    def db_type_parameters(self, connection):
        # Letters are counted as they are seen; some take two places.
        return {"max_length": 2 * (self.max_length or 0)}

    def formfield(self, **kwargs):
        return super().formfield(**_as_typed(self, TypedLine, kwargs))

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else clean_line(value)


class LongTextField(models.TextField):
    """Vietnamese text of several lines, cleaned on its way in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.validators.append(SeenLength(LONGEST_TEXT))

    def formfield(self, **kwargs):
        return super().formfield(**_as_typed(self, TypedText, kwargs))

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else clean_text(value)


class FoldedField(models.TextField):
    """A searchable copy of other fields of the same row, made when the row is saved.

    It is compared with ``contains``, never ``icontains``: the text is folded already, and only the plain
    form can use the trigram index that PostgreSQL keeps on it.
    """

    def __init__(self, *args, of=(), **kwargs):
        self.of = tuple(of)
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return (
            name,
            path,
            args,
            {"of": self.of} | {k: v for k, v in kwargs.items() if k not in {"editable", "blank", "default"}},
        )

    def pre_save(self, instance, add):
        text = fold(" ".join(str(getattr(instance, name)) for name in self.of))
        setattr(instance, self.attname, text)
        return text


class GivenNameField(models.TextField):
    """The given name of the person whose name is the field ``of``: by it lists of people are ordered first."""

    def __init__(self, *args, of="", **kwargs):
        self.of = of
        fixed = {"editable": False, "blank": True, "default": "", "db_collation": COLLATION}
        super().__init__(*args, **{**kwargs, **fixed})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        fixed = {"editable", "blank", "default", "db_collation"}
        return name, path, args, {"of": self.of} | {k: v for k, v in kwargs.items() if k not in fixed}

    def pre_save(self, instance, add):
        text = given_name(getattr(instance, self.of))
        setattr(instance, self.attname, text)
        return text


class DigestField(models.CharField):
    """Tells one value of a secret from another, and shows neither. A history keeps it in place of the secret.

    Of the field ``of`` it is made when the row is saved; of what lies elsewhere, by whoever changes that. The secret
    must not be guessable: a stored password is a salted hash.
    """

    def __init__(self, *args, of="", **kwargs):
        self.of = of
        super().__init__(*args, **{**kwargs, "max_length": 64, "editable": False, "blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        fixed = {"editable", "blank", "default", "max_length"}
        return name, path, args, {"of": self.of} | {k: v for k, v in kwargs.items() if k not in fixed}

    def pre_save(self, instance, add):
        # A row of history is a copy, and has no secret.
        if self.of and hasattr(instance, self.of):
            setattr(instance, self.attname, digest_of(getattr(instance, self.of)))
        return getattr(instance, self.attname)
