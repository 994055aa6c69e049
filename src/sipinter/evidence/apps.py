from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sipinter.evidence"
    label = "evidence"
