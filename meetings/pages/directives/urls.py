"""Addresses of directives: of all meetings, and where one is given and changed."""

from django.urls import path

from meetings.pages.directives import directing_views, views

urlpatterns = [
    path("chi-dao/", views.directive_board, name="directive_board"),
    path("chi-dao/ma-tran/", views.directive_matrix, name="directive_matrix"),
    path("chi-dao/xep-hang/", views.directive_league, name="directive_league"),
    path("cuoc-hop/ket-luan/<int:pk>/chi-dao/them/", directing_views.directive_add, name="directive_add"),
    path("cuoc-hop/chi-dao/<int:pk>/sua/", directing_views.directive_change, name="directive_change"),
    path("cuoc-hop/chi-dao/<int:pk>/bo/", directing_views.directive_remove, name="directive_remove"),
    path("cuoc-hop/chi-dao/<int:pk>/thoi-theo-doi/", directing_views.directive_withdraw, name="directive_withdraw"),
    path("cuoc-hop/chi-dao/<int:pk>/theo-doi-lai/", directing_views.directive_resume, name="directive_resume"),
    path("cuoc-hop/chi-dao/<int:pk>/ghi-ngay/", directing_views.directive_resolve, name="directive_resolve"),
]
