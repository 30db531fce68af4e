"""The address of a programme's schedule."""

from django.urls import path

from tasks.pages.schedule import views

urlpatterns = [
    path("", views.programme_schedule, name="programme_schedule"),
]
