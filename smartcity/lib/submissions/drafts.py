"""What was typed is kept in the session of whoever typed it, until its form is shown with it once."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from smartcity.lib.submissions.files import show_files
from smartcity.lib.submissions.payload import LONGEST, WORDS, Payload, read_payload
from smartcity.lib.submissions.refill import refill, refill_rows

# In the session: what was typed, by the address of its form.
KEPT = "kept_text"

SHOWN = "Nội dung bạn nhập trước đó đã được giữ lại. Kiểm tra rồi bấm lưu."
LEFT_OUT = "Mật khẩu và tệp không được giữ: nhập và chọn lại."
TOO_LONG = "Nội dung bạn nhập dài quá nên không giữ được. Bấm nút Quay lại của trình duyệt để sao chép."


def keep_draft(request: HttpRequest, typed: Payload) -> None:
    """Keep it for the next time that its form is opened; of several forms, the oldest make room."""
    if not typed.pairs:
        return
    kept = request.session.get(KEPT, {})
    kept.pop(typed.address, None)
    kept[typed.address] = typed.as_text()
    if len(kept[typed.address]) > LONGEST:
        del kept[typed.address]
        messages.warning(request, TOO_LONG)
    while sum(map(len, kept.values())) > LONGEST:
        del kept[next(iter(kept))]
    request.session[KEPT] = kept


def show_draft(request: HttpRequest, *shown: forms.BaseForm | forms.BaseFormSet) -> None:
    """Fill the forms of this page with what was typed into it before, once.

    They stay unbound, so that looking at them can never save it.
    """
    # A page of an earlier moment saves nothing: what was typed waits for that of the present.
    takes = request.method == "GET" and getattr(request, "known", None) is None
    typed = _take(request) if takes else None
    if typed is None:
        return
    data = typed.as_data()
    for one in shown:
        if isinstance(one, forms.BaseFormSet):
            refill_rows(one, data)
        else:
            refill(one, data)
        for form in one.forms if isinstance(one, forms.BaseFormSet) else [one]:
            show_files(form, data, request.user, typed.token)
            _begin_at(form, typed.asked)
    # If that sending was saved after all, pressing the button again must not save it twice.
    request.token_to_reuse = typed.token  # type: ignore[attr-defined]
    request.form_is_filled = bool(typed.asked)  # type: ignore[attr-defined]
    told = [*([] if typed.asked else [SHOWN]), *([LEFT_OUT] if typed.left_out else [])]
    if told:
        messages.info(request, " ".join(told))


def _begin_at(form: forms.BaseForm, asked: str) -> None:
    for name, field in form.fields.items():
        if asked and form.add_prefix(name) == asked:
            field.widget.attrs["autofocus"] = True


def fill_draft(request: HttpRequest, address: str, name: str, value: str) -> None:
    """Put a record that was entered for a form into the field of its draft that waits for it."""
    kept = request.session.get(KEPT, {})
    typed = read_payload(kept[address], request) if address in kept else None
    if typed is None:
        return
    data = typed.as_data()
    data[name], data[f"{name}{WORDS}"] = value, ""
    kept[address] = typed.with_data(data, asked=name).as_text()
    request.session[KEPT] = kept


def _take(request: HttpRequest) -> Payload | None:
    kept = request.session.get(KEPT, {})
    if request.get_full_path() not in kept:
        return None
    text = kept.pop(request.get_full_path())
    request.session[KEPT] = kept
    return read_payload(text, request)
