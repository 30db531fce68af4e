"""Addresses of the requests for an explanation."""

from django.urls import path

from tasks.pages.explanations import views

urlpatterns = [
    path("giai-trinh/", views.explanation_list, name="explanation_list"),
    path("giai-trinh/<int:pk>/", views.explanation_detail, name="explanation_detail"),
    path("giai-trinh/<int:pk>/tra-loi/", views.explanation_answer, name="explanation_answer"),
    path("giai-trinh/<int:pk>/hoi-them/", views.explanation_ask_again, name="explanation_ask_again"),
    path("giai-trinh/<int:pk>/ket-thuc/", views.explanation_close, name="explanation_close"),
    path("de-an/<slug:code>/giai-trinh/moi/", views.explanation_ask, name="explanation_ask"),
    path("nhiem-vu/<int:pk>/giai-trinh/moi/", views.task_explanation_ask, name="task_explanation_ask"),
]
