"""What may happen to the register of databases: entered, changed, observed."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.models import Programme, User
from smartcity.lib.records.history import operation, signed_save, user_action
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.models import Dataset, DatasetObservation


class NotTheRegistrar(ValidationError):
    """Only an agency that coordinates a programme of the province keeps its register."""


class NotTheObserver(ValidationError):
    """The person's agency neither keeps the database nor the register."""


class AlreadyObserved(Overtaken):
    """The last observation says the same of the same day: the button was pressed twice."""


# What an observation says.
SAID = ("as_of", "is_built", "last_updated_on", "sharing", "note", "document_id", "recorded_by_id")


@operation
def register_dataset(dataset: Dataset, *, by: User, today: date, reason: str = "") -> Dataset:
    """Enter a database into the register, or change what the register says of it."""
    provinces = {dataset.province_id}
    if dataset.pk:
        provinces.add(Dataset.objects.select_for_update().get(pk=dataset.pk).province_id)
    own = Programme.objects.coordinated_by(by, today)
    if provinces - set(own.values_list("province", flat=True)):
        raise NotTheRegistrar("Danh mục của tỉnh này do cơ quan đầu mối đề án của tỉnh ghi; bạn chỉ xem được.")
    with user_action(document=dataset.document):
        return signed_save(dataset, by=by, reason=reason)


@operation
def observe_dataset(observation: DatasetObservation, *, by: User, today: date) -> DatasetObservation:
    """Record what was seen of a database on a day. The database is locked, so that two presses record once."""
    dataset = Dataset.objects.select_for_update().get(pk=observation.dataset_id)
    if not Dataset.objects.observable_by(by, today).filter(pk=dataset.pk).exists():
        raise NotTheObserver(f"Tình trạng của cơ sở dữ liệu này do {dataset.agency} hoặc cơ quan đầu mối ghi.")
    observation.recorded_by, observation.recorded_on = by, today
    observation.clean_fields()
    last = dataset.observations.order_by("-pk").first()
    if last and all(getattr(last, name) == getattr(observation, name) for name in SAID):
        raise AlreadyObserved(f"Tình trạng này đã được ghi. Không ghi thêm lần nữa. {say_recorded(last.history)}")
    with user_action(document=observation.document):
        return signed_save(observation, by=by, reason="Ghi tình trạng cơ sở dữ liệu")
