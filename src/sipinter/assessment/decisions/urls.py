"""Addresses of the plenary: meetings, decisions, objections and their papers."""

from django.urls import path

from .views import documents, meetings, objections, plenary, recommendations

app_name = "decisions"
urlpatterns = [
    path("penilaian/<int:pk>/sanggah/", objections.object_to_decision, name="object"),
    path("desk/<int:pk>/rekomendasi/", recommendations.desk_recommendations, name="recommendations"),
    path(
        "desk/<int:pk>/rekomendasi/<int:recommendation>/",
        recommendations.desk_recommendation,
        name="recommendation",
    ),
    path("pleno/", plenary.plenary, name="plenary"),
    path("pleno/<int:pk>/", plenary.plenary_item, name="plenary_item"),
    path("pleno/rapat/", meetings.meetings, name="meetings"),
    path("pleno/rapat/baru/", meetings.meeting_new, name="meeting_new"),
    path("pleno/rapat/<int:meeting>/", meetings.meeting, name="meeting"),
    path("pleno/rapat/<int:meeting>/berita-acara.pdf", meetings.meeting_minutes, name="meeting_minutes"),
    path("pleno/<int:pk>/syarat/<int:condition>/", meetings.condition_met, name="condition_met"),
    path("pleno/<int:pk>/panel/", meetings.name_panel, name="name_panel"),
    path("keberatan/<int:pk>/", meetings.objection, name="objection"),
    path("pleno/<int:pk>/langkah/<slug:action>/", plenary.plenary_step, name="plenary_step"),
    path("keputusan/<str:code>/dokumen/", documents.papers, name="papers"),
    path("keputusan/<str:code>/<str:kind>.pdf", documents.document, name="document"),
]
