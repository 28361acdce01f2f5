"""The addresses of Intelligence."""

from __future__ import annotations

from django.urls import path

from joinedup.hub.intelligence import views, when

urlpatterns = [
    path("", views.page, name="intelligence"),
    path("answer.json", views.answer_json, name="intelligence-answer"),
    path("areas.geojson", views.areas, name="intelligence-areas"),
    path("workings/", views.workings, name="intelligence-workings"),
    path("when/", when.page, name="intelligence-when"),
    path("table.csv", views.table_csv, name="intelligence-table"),
    path("table.xlsx", views.table_workbook, name="intelligence-table-workbook"),
    path("table.csv-metadata.json", views.table_metadata, name="intelligence-table-metadata"),
]
