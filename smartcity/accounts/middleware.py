"""Who stands behind a request: one action of one person, whose name what it changes carries."""

from smartcity.accounts.stale import sign_in_again, stale_page
from smartcity.lib.records.history import user_action
from smartcity.lib.submissions.middleware import SendingMiddleware


def sign_requests(get_response):
    def middleware(request):
        # The account is looked up only where something may be written.
        signer = request.user if request.method == "POST" and request.user.is_authenticated else None
        with user_action(by=signer):
            return get_response(request)

    return middleware


class SubmissionMiddleware(SendingMiddleware):
    """What is sent takes effect once; whoever has to sign in again does so on our page."""

    def sign_in_again(self, request, typed):
        return sign_in_again(request, typed)

    def stale_page(self, request):
        return stale_page(request)
