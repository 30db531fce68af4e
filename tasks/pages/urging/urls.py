"""The address of urging."""

from django.urls import path

from tasks.pages.urging import views

urlpatterns = [
    path("", views.urging_send, name="urging_send"),
]
