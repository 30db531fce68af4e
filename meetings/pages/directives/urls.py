"""Addresses of the directives of all meetings."""

from django.urls import path

from meetings.pages.directives import views

urlpatterns = [
    path("chi-dao/", views.directive_board, name="directive_board"),
    path("chi-dao/ma-tran/", views.directive_matrix, name="directive_matrix"),
    path("chi-dao/xep-hang/", views.directive_league, name="directive_league"),
]
