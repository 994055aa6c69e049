from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sipinter.audit"
    label = "audit"
