"""Who stands behind a request: one action of one person, whose name what it changes carries."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from programme.document_choice import BACK, FOR_FIELD
from smartcity.accounts.stale import sign_in_again, stale_page
from smartcity.lib.log.origin import Source, came_by
from smartcity.lib.records.history import user_action
from smartcity.lib.submissions.middleware import SendingMiddleware


def sign_requests(get_response):
    def middleware(request):
        # The account is looked up only where something may be written.
        signer = request.user if request.method == "POST" and request.user.is_authenticated else None
        source = Source.API if request.path.startswith("/api/") else Source.PAGE
        with user_action(by=signer), came_by(source, request.path):
            return get_response(request)

    return middleware


class OwnPasswordFirst:
    """Whoever signed in with a password that somebody else set changes it before anything else is done.

    A program that sends a token goes on: the token is a secret of its own, unknown to whoever set the password.
    """

    # What may be opened before: the form itself, and what needs no account or ends the session.
    OPEN = frozenset(
        {
            "admin:password_change",
            "admin:logout",
            "sign_out",
            "sign_in",
            "calendar_feed",
            "guide_contents",
            "guide_page",
        }
    )
    SENTENCE = "Mật khẩu của bạn do quản trị đặt. Đổi mật khẩu trên trang trước khi làm việc khác."

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if match.view_name in self.OPEN or not request.user.is_authenticated or not request.user.must_change_password:
            return None
        if match.route.startswith("api/"):
            return JsonResponse({"detail": self.SENTENCE}, status=403, json_dumps_params={"ensure_ascii": False})
        # What is sent was typed into no page of this session; only a page can be gone on to.
        form = reverse("admin:password_change")
        return redirect_to_login(request.get_full_path(), form) if request.method == "GET" else redirect(form)


class SubmissionMiddleware(SendingMiddleware):
    """What is sent takes effect once; whoever has to sign in again does so on our page."""

    def sign_in_again(self, request, typed):
        return sign_in_again(request, typed)

    def stale_page(self, request):
        return stale_page(request)

    def new_record_page(self, request, back, field, words):
        """Documents are all that is entered so."""
        messages.info(request, "Nhập văn bản rồi lưu: bạn trở lại biểu mẫu đang nhập dở, nội dung ở đó được giữ.")
        code = {"code": words} if words else {}
        return f"{reverse('admin:programme_legaldocument_add')}?{urlencode({BACK: back, FOR_FIELD: field} | code)}"
