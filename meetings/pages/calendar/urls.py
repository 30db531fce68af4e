"""Addresses of the calendar."""

from django.urls import path

from smartcity.lib.late import late

VIEWS = "meetings.pages.calendar.views"

urlpatterns = [
    path("lich/", late(f"{VIEWS}.calendar_page"), name="calendar_page"),
    path("lich/thu-hoi/", late(f"{VIEWS}.calendar_revoke"), name="calendar_revoke"),
    path("lich/<str:key>.ics", late(f"{VIEWS}.calendar_feed"), name="calendar_feed"),
]
