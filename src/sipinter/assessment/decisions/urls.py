"""Addresses of the plenary: meetings, decisions, objections and their papers."""

from django.urls import path

from .views import documents, meetings, objections, plenary, recommendations, signing

app_name = "decisions"
urlpatterns = [
    path("penilaian/<int:pk>/sanggah/", objections.post_object_to_decision, name="object"),
    path("desk/<int:pk>/rekomendasi/", recommendations.desk_recommendations_page, name="recommendations"),
    path(
        "desk/<int:pk>/rekomendasi/<int:recommendation>/",
        recommendations.post_edit_recommendation,
        name="recommendation",
    ),
    path("pleno/", plenary.plenary_page, name="plenary"),
    path("pleno/<int:pk>/", plenary.plenary_case_page, name="plenary_item"),
    path("pleno/rapat/", meetings.meetings_page, name="meetings"),
    path("pleno/rapat/baru/", meetings.new_meeting_page, name="meeting_new"),
    path("pleno/rapat/<int:meeting>/", meetings.meeting_page, name="meeting"),
    path("pleno/rapat/<int:meeting>/berita-acara.pdf", meetings.download_minutes, name="meeting_minutes"),
    path("pleno/<int:pk>/syarat/<int:condition>/", meetings.post_condition_met, name="condition_met"),
    path("pleno/<int:pk>/tanda-tangan/", signing.sign_papers_page, name="sign_papers"),
    path("pleno/<int:pk>/panel/", objections.post_name_panel, name="name_panel"),
    path("keberatan/<int:pk>/", objections.objection_page, name="objection"),
    path("pleno/<int:pk>/langkah/<slug:action>/", plenary.post_plenary_step, name="plenary_step"),
    path("keputusan/<str:code>/dokumen/", documents.decision_papers_fragment, name="papers"),
    path("keputusan/<str:code>/<str:kind>.pdf", documents.download_decision_document, name="document"),
]
