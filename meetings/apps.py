from importlib import import_module

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Cuộc họp và chỉ đạo"

    def ready(self):
        # Needs the models, which are there now.
        import_module("meetings.earlier_days").keep_earlier_days()
