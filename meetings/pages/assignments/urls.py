"""Addresses of one directive, and of what agencies answer and the office decides."""

from django.urls import path

from meetings.pages.assignments import views

urlpatterns = [
    path("chi-dao/<int:pk>/", views.directive_detail, name="directive_detail"),
    path("phan-cong/<int:pk>/", views.assignment_detail, name="assignment_detail"),
    path("phan-cong/<int:pk>/tra-loi/", views.assignment_answer, name="assignment_answer"),
    path("phan-cong/<int:pk>/bao-cao-ky/", views.assignment_period, name="assignment_period"),
    path("phan-cong/<int:pk>/tien-do/", views.assignment_progress, name="assignment_progress"),
    path("phan-cong/<int:pk>/gia-han/", views.extension_request, name="extension_request"),
    path("phan-cong/<int:pk>/mo-lai/", views.assignment_reopen, name="assignment_reopen"),
    path("tra-loi/<int:pk>/xac-nhan/", views.answer_confirm, name="answer_confirm"),
    path("tra-loi/<int:pk>/tra-lai/", views.answer_return, name="answer_return"),
    path("gia-han/<int:pk>/quyet-dinh/", views.extension_decide, name="extension_decide"),
]
