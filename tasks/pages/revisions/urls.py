"""Addresses of a programme's revisions, below that of the programme.

The page of one revision tells of directives too, which stand above: ``smartcity.urls`` hands them in.
"""

from django.urls import path

from tasks.pages.revisions import beginning, draft_views, task_views, views

urlpatterns = [
    path("so-sanh/", views.revision_compare, name="revision_compare"),
    path("soan-dieu-chinh/", draft_views.revision_begin, name="revision_begin"),
    path("ban-hanh-lan-dau/", beginning.revision_first, name="revision_first"),
    path("lan/<int:number>/noi-dung-chung/", draft_views.revision_edit, name="revision_edit"),
    path("lan/<int:number>/giai-doan/", draft_views.revision_periods, name="revision_periods"),
    path("lan/<int:number>/muc-tieu/", draft_views.revision_objectives, name="revision_objectives"),
    path("lan/<int:number>/chuyen-tiep/", draft_views.revision_carry_over, name="revision_carry_over"),
    path("lan/<int:number>/buoc/", draft_views.revision_step, name="revision_step"),
    path("lan/<int:number>/cap-nhat/", draft_views.revision_rebase, name="revision_rebase"),
    path("lan/<int:number>/soan-lai/", draft_views.revision_redraft, name="revision_redraft"),
    path("lan/<int:number>/nhiem-vu/them/", task_views.planned_task_add, name="planned_task_add"),
    path("lan/<int:number>/nhiem-vu/gop/", task_views.planned_task_merge, name="planned_task_merge"),
    path("lan/<int:number>/nhiem-vu/<int:pk>/sua/", task_views.planned_task_edit, name="planned_task_edit"),
    path("lan/<int:number>/nhiem-vu/<int:pk>/tach/", task_views.planned_task_split, name="planned_task_split"),
    path("lan/<int:number>/nhiem-vu/<int:pk>/dua-ra/", task_views.planned_task_remove, name="planned_task_remove"),
    path("lan/<int:number>/nhiem-vu/<int:pk>/khoi-phuc/", task_views.planned_task_restore, name="planned_task_restore"),
]
