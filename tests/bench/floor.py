"""The least that a page of a site like this costs: somebody signed in, one query, a table of 50 rows."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines

from programme.models import Agency

PAGE = """<!doctype html><html lang="vi"><title>Sàn</title><h1>{{ user.full_name }}</h1><table>
{% for agency in agencies %}<tr><td>{{ agency.pk }}</td><td>{{ agency.name }}</td><td>{{ agency.short_name }}</td>
<td>{{ agency.get_kind_display }}</td></tr>{% endfor %}</table></html>"""


@login_required
def floor(request):
    agencies = Agency.objects.order_by("pk")[:50]
    return HttpResponse(engines["django"].from_string(PAGE).render({"agencies": agencies}, request))
