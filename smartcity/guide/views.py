"""The pages of the user's guide, for everybody: who cannot sign in reads there how one does."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartcity.guide.places import PAGES_OF_ROLES
from smartcity.guide.text import CONTENTS, page_names, read_page


@require_safe
def guide_contents(request):
    """All pages, the one of the reader's role first."""
    own = read_page(PAGES_OF_ROLES[request.user.role]) if request.user.is_authenticated else None
    return render(request, "smartcity/guide/guide_contents.html", {"page": read_page(CONTENTS), "own": own})


@require_safe
def guide_page(request, name):
    """One page of the guide."""
    if name not in page_names():
        raise Http404
    return render(request, "smartcity/guide/guide_page.html", {"page": read_page(name)})
