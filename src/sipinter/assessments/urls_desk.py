"""Addresses of the verification desk, the plenary, the rounds and the decisions' papers."""

from django.urls import URLPattern, path

from .views import cycles, desk, desk_steps, documents, plenary, recommendations

patterns: list[URLPattern] = [
    path("desk/", desk.desk_queue, name="desk_queue"),
    path("desk/<int:pk>/", desk_steps.desk_overview, name="desk_overview"),
    path("desk/<int:pk>/langkah/<slug:action>/", desk_steps.desk_step, name="desk_step"),
    path("desk/<int:pk>/survei/", desk_steps.desk_survey, name="desk_survey"),
    path("desk/<int:pk>/rekomendasi/", recommendations.desk_recommendations, name="desk_recommendations"),
    path(
        "desk/<int:pk>/rekomendasi/<int:recommendation>/",
        recommendations.desk_recommendation,
        name="desk_recommendation",
    ),
    path("desk/<int:pk>/<str:code>/", desk.desk_indicator, name="desk"),
    path("desk/<int:pk>/<str:code>/percakapan/", desk.desk_discuss, name="desk_discuss"),
    path("pleno/", plenary.plenary, name="plenary"),
    path("pleno/<int:pk>/", plenary.plenary_item, name="plenary_item"),
    path("pleno/<int:pk>/langkah/<slug:action>/", plenary.plenary_step, name="plenary_step"),
    path("penilaian-putaran/", cycles.cycles, name="cycles"),
    path("penilaian-putaran/baru/", cycles.cycle_new, name="cycle_new"),
    path("penilaian-putaran/<int:pk>/", cycles.cycle, name="cycle"),
    path("penilaian-putaran/<int:pk>/tanggal/", cycles.cycle_dates, name="cycle_dates"),
    path("penilaian-putaran/<int:pk>/buka/", cycles.cycle_open, name="cycle_open"),
    path("keputusan/<str:code>/dokumen/", documents.papers, name="papers"),
    path("keputusan/<str:code>/<str:kind>.pdf", documents.document, name="document"),
]
