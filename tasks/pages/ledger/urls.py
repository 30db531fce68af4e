"""The address of a programme's ledger."""

from django.urls import path

from tasks.pages.ledger import views

urlpatterns = [
    path("", views.programme_ledger, name="programme_ledger"),
]
