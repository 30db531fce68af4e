"""One request is one action of one person: what it changes carries one id and their name."""

from programme.history import user_action


def sign_requests(get_response):
    def middleware(request):
        # The account is looked up only where something may be written.
        signer = request.user if request.method == "POST" and request.user.is_authenticated else None
        with user_action(by=signer):
            return get_response(request)

    return middleware
