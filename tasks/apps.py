from importlib import import_module

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "Nhiệm vụ và tiến độ"

    def ready(self):
        # Needs the models, which are there now.
        import_module("tasks.earlier_days").keep_earlier_days()
