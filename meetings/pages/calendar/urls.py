"""Addresses of the calendar."""

from django.urls import path

from meetings.pages.calendar import views

urlpatterns = [
    path("lich/", views.calendar_page, name="calendar_page"),
    path("lich/thu-hoi/", views.calendar_revoke, name="calendar_revoke"),
    path("lich/<str:key>.ics", views.calendar_feed, name="calendar_feed"),
]
