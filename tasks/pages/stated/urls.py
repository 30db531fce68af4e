"""Addresses of published figures."""

from django.urls import path

from tasks.pages.stated import views

urlpatterns = [
    path("", views.stated_figures, name="stated_figures"),
    path("<int:pk>/", views.stated_figure_note, name="stated_figure_note"),
]
