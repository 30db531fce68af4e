"""Addresses of meetings and of what they concluded."""

from django.urls import path

from meetings.pages.meetings import ordering_views, recording_views, removing_views, views

urlpatterns = [
    path("", views.meeting_list, name="meeting_list"),
    path("them/", recording_views.meeting_add, name="meeting_add"),
    path("<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("<int:pk>/bo/", removing_views.meeting_remove, name="meeting_remove"),
    path("<int:pk>/sua/", recording_views.meeting_change, name="meeting_change"),
    path("<int:pk>/thong-bao/", views.meeting_notice, name="meeting_notice"),
    path("<int:pk>/chot/", recording_views.meeting_conclude, name="meeting_conclude"),
    path("<int:pk>/ban/<int:number>/", views.meeting_version, name="meeting_version"),
    path("<int:pk>/ket-luan/them/", recording_views.conclusion_add, name="conclusion_add"),
    path("ket-luan/<int:pk>/sua/", recording_views.conclusion_change, name="conclusion_change"),
    path("ket-luan/<int:pk>/vi-tri/", ordering_views.conclusion_move, name="conclusion_move"),
    path("ket-luan/<int:pk>/bo/", recording_views.conclusion_remove, name="conclusion_remove"),
    path("chi-dao/<int:pk>/vi-tri/", ordering_views.directive_move, name="directive_move"),
]
