"""Version 1 of the API."""

from django.urls import path

from smartcity.exchange.api import views

urlpatterns = [
    path("programmes/<slug:code>/figures/", views.ProgrammeFigures.as_view(), name="api_programme_figures"),
    path("figures/", views.AllFigures.as_view(), name="api_figures"),
]
