"""What a report may say of a task, and how far the report itself has come."""

from django.db import models


class Status(models.TextChoices):
    NOT_STARTED = "not_started", "Chưa triển khai"
    PREPARING = "preparing", "Đang làm thủ tục"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    SUSPENDED = "suspended", "Tạm dừng"
    COMPLETE = "complete", "Hoàn thành"


# What a report may say after one that says the key. A completed task stays so: who erred corrects the report.
ALLOWED_MOVES: dict[str, list[Status]] = {
    Status.NOT_STARTED: list(Status),
    Status.PREPARING: [Status.PREPARING, Status.IN_PROGRESS, Status.SUSPENDED, Status.COMPLETE],
    Status.IN_PROGRESS: [Status.PREPARING, Status.IN_PROGRESS, Status.SUSPENDED, Status.COMPLETE],
    Status.SUSPENDED: [Status.PREPARING, Status.IN_PROGRESS, Status.SUSPENDED, Status.COMPLETE],
    Status.COMPLETE: [Status.COMPLETE],
}


class OperationState(models.TextChoices):
    """Opened, launched or on trial is not complete; it is told apart."""

    NONE = "none", "Chưa vận hành"
    TRIAL = "trial", "Thử nghiệm"
    OFFICIAL = "official", "Vận hành chính thức"


class Causes(models.TextChoices):
    OBJECTIVE = "objective", "Khách quan"
    SUBJECTIVE = "subjective", "Chủ quan"
    BOTH = "both", "Khách quan và chủ quan"


class UpdateState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    SUBMITTED = "submitted", "Chờ tiếp nhận"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    RETURNED = "returned", "Trả lại"


OPEN = [UpdateState.DRAFT, UpdateState.RETURNED]
SENT = [UpdateState.SUBMITTED, UpdateState.ACCEPTED]
