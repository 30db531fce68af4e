"""Addresses of findings."""

from django.urls import path

from meetings.pages.findings import views

urlpatterns = [
    path("kien-nghi/", views.finding_list, name="finding_list"),
    path("kien-nghi/moi/", views.finding_add, name="finding_add"),
    path("kien-nghi/<int:pk>/", views.finding_detail, name="finding_detail"),
    path("kien-nghi/<int:pk>/sua/", views.finding_change, name="finding_change"),
    path("kien-nghi/<int:pk>/giai-trinh/", views.finding_answer, name="finding_answer"),
    path("kien-nghi/<int:pk>/xong/", views.finding_close, name="finding_close"),
    path("kien-nghi/<int:pk>/mo-lai/", views.finding_reopen, name="finding_reopen"),
]
