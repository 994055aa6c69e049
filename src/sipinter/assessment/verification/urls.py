"""Addresses of the verification desk."""

from django.urls import path

from .views import desk, desk_days, overview, quick_assessments, second_readings

app_name = "verification"
urlpatterns = [
    path("desk/", desk.desk_queue_page, name="queue"),
    path("desk/bacaan-kedua/", second_readings.second_readings_page, name="second_readings"),
    path("desk/bacaan-kedua/<int:pk>/", second_readings.second_reading_page, name="second_reading"),
    path("desk/kesepakatan/", second_readings.agreement_page, name="agreement"),
    path("desk/alasan/", second_readings.reason_library_page, name="kept_reasons"),
    path("desk/alasan/<int:reason>/hapus/", second_readings.post_drop_reason, name="drop_reason"),
    path("desk/hari/", desk_days.desk_days_page, name="desk_days"),
    path("desk/hari/<int:day>/", desk_days.desk_day_page, name="desk_day"),
    path("desk/hari/<int:day>/agenda.pdf", desk_days.download_desk_agenda, name="desk_day_agenda"),
    path("desk/hari/<int:day>/jadwal/<int:slot>/hapus/", desk_days.post_remove_slot, name="remove_slot"),
    path("kilat/", quick_assessments.quick_assessments_page, name="quick_list"),
    path("kilat/baru/", quick_assessments.new_quick_assessment_page, name="quick_new"),
    path("kilat/<int:quick>/", quick_assessments.quick_assessment_page, name="quick"),
    path("kilat/<int:quick>/laporan.pdf", quick_assessments.download_quick_report, name="quick_pdf"),
    path("kilat/<int:quick>/selesai/", quick_assessments.post_finish_quick, name="quick_finish"),
    path("kilat/<int:quick>/<str:code>/", quick_assessments.post_quick_level, name="quick_level"),
    path("desk/<int:pk>/", overview.desk_overview_page, name="overview"),
    path("desk/<int:pk>/langkah/<slug:action>/", overview.post_desk_step, name="step"),
    path("desk/<int:pk>/serah-terima/", second_readings.post_hand_over, name="hand_over"),
    path("desk/<int:pk>/bacaan-kedua/", second_readings.post_assign_readings, name="assign_readings"),
    path("desk/<int:pk>/survei/", overview.post_record_survey, name="survey"),
    path("desk/<int:pk>/<str:code>/", desk.desk_indicator_page, name="indicator"),
    path("desk/<int:pk>/<str:code>/percakapan/", desk.post_discuss_indicator, name="discuss"),
    path("desk/<int:pk>/<str:code>/alasan/", second_readings.post_keep_reason, name="keep_reason"),
]
