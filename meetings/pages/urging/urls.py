"""The address of urging."""

from django.urls import path

from meetings.pages.urging import views

urlpatterns = [
    path("chi-dao/don-doc/", views.directive_urging, name="directive_urging"),
]
