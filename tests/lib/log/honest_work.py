"""What honest people do in a site, at random: nothing of it may look like tampering."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from programme.models import Agency, Province, User
from smartcity.lib.log.origin import Source, came_by
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import (
    move_aside,
    operation,
    signed_bulk_create,
    signed_bulk_update,
    signed_delete,
    signed_save,
    user_action,
)
from tasks.models import Route, RouteStep, Task

# What stands in no history afterwards.
UNDONE = "không còn dấu vết"


class Undone(Exception):
    """Somebody gave up in the middle."""


@dataclass
class Writer:
    """One who writes, beside others: what is ``shared`` they change too, the rest is theirs alone."""

    name: str
    people: list[User]
    task: Task
    # Where their agencies are: adding one to a province that somebody renames waits for that, and two wait for both.
    home: Province
    shared: list[Province]
    chance: random.Random
    made: list[Agency] = field(default_factory=list)
    count: int = 0

    def work(self, count: int) -> None:
        for _ in range(count):
            self.chance.choice(WORK)(self)

    def someone(self) -> User:
        return self.chance.choice(self.people)

    def new_name(self) -> str:
        self.count += 1
        return f"Sở {self.name} {self.count}"

    def agency(self) -> Agency:
        return Agency(province=self.home, name=self.new_name())

    def create(self) -> None:
        self.made.append(signed_save(self.agency(), by=self.someone(), reason="Thành lập"))

    def change(self) -> None:
        if self.made:
            agency = self.chance.choice(self.made)
            agency.name = self.new_name()
            signed_save(agency, by=self.someone())

    def change_what_others_change(self) -> None:
        province = Province.objects.get(pk=self.chance.choice(self.shared).pk)
        province.name = f"Tỉnh {self.new_name()}"
        signed_save(province, by=self.someone(), reason="Đổi tên")

    def save_without_a_change(self) -> None:
        if self.made:
            signed_save(self.chance.choice(self.made), by=self.someone())

    def delete(self) -> None:
        if self.made:
            agency = self.made.pop(self.chance.randrange(len(self.made)))
            signed_delete(agency, by=self.someone(), reason="Nhập hai lần")

    def create_many(self) -> None:
        self.made += signed_bulk_create([self.agency() for _ in range(3)], by=self.someone())

    def change_many(self) -> None:
        some = self.made[-4:]
        for agency in some:
            agency.name = self.new_name()
        signed_bulk_update(some, ["name"], by=self.someone())

    @transaction.atomic
    def put_in_another_order(self) -> None:
        steps = list(self.task.route_steps.order_by("position"))
        if len(steps) < 4:
            step = RouteStep(task=self.task, route=Route.UNDECIDED, position=len(steps) + 1, name=self.new_name())
            signed_save(step, by=self.someone())
            return
        move_aside(self.task.route_steps.all(), position=F("position") + 1_000)
        self.chance.shuffle(steps)
        for position, step in enumerate(steps, start=1):
            step.position = position
        signed_bulk_update(steps, ["position"], by=self.someone(), reason="Xếp lại")

    @transaction.atomic
    def take_a_part_back(self) -> None:
        """Both before and after it, in the same action, something stays."""
        person = self.someone()
        with user_action(by=person):
            self.made.append(signed_save(self.agency(), by=person))
            try:
                with transaction.atomic():
                    signed_save(self.undone(), by=self.chance.choice([person, self.someone()]))
                    raise Undone
            except Undone:
                pass
            self.change()

    def begin_with_what_is_taken_back(self) -> None:
        """The first row of the action is the one that goes."""
        person = self.someone()
        with transaction.atomic(), user_action(by=person):
            try:
                with transaction.atomic():
                    signed_save(self.undone(), by=person)
                    raise Undone
            except Undone:
                pass
            self.made.append(signed_save(self.agency(), by=person))

    def take_all_back(self) -> None:
        person = self.someone()
        with user_action(by=person):
            try:
                with transaction.atomic():
                    signed_save(self.undone(), by=person)
                    signed_bulk_create([self.undone()], by=self.someone())
                    raise Undone
            except Undone:
                pass
            # Not the transaction in which the act was first written down.
            self.made.append(signed_save(self.agency(), by=person))

    def undone(self) -> Agency:
        return Agency(province=self.home, name=f"{self.new_name()} {UNDONE}")

    @operation
    def act_together(self) -> None:
        """Several sign one action, one of them inside another's."""
        first, second = self.someone(), self.someone()
        with came_by(Source.IMPORT, "tep.xlsx"), user_action(by=first):
            agency = self.agency()
            agency.save()
            self.made.append(agency)
            with user_action(by=second):
                signed_save(self.agency(), by=second, reason="Cùng một việc")
            self.change_what_others_change()

    def act_in_two_transactions(self) -> None:
        with user_action(by=self.someone()):
            self.create()
            self.change()

    def set_password(self) -> None:
        person = self.people[0]
        person.set_password(f"mat-khau-{self.chance.random()}")
        signed_save(person, by=self.someone(), reason="Đổi mật khẩu")

    def seal(self) -> None:
        seal()


WORK: list[Callable[[Writer], None]] = [
    Writer.create,
    Writer.create,
    Writer.change,
    Writer.change_what_others_change,
    Writer.save_without_a_change,
    Writer.delete,
    Writer.create_many,
    Writer.change_many,
    Writer.put_in_another_order,
    Writer.take_a_part_back,
    Writer.begin_with_what_is_taken_back,
    Writer.take_all_back,
    Writer.act_together,
    Writer.act_in_two_transactions,
    Writer.set_password,
    Writer.seal,
]
