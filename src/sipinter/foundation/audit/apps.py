from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sipinter.foundation.audit"
    label = "audit"
