"""The site's addresses, and the floor."""

from django.urls import path

from smartcity import urls as site
from tests.bench.floor import floor

urlpatterns = [*site.urlpatterns, path("san/", floor)]

handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500
