"""Measuring merit: one assessment from the opening of a round to objection and correction.

`record/` is what all sides share: tables, workflow, scores. `selfassessment/` is the agency's work,
`verification/` the desk's, `decisions/` the plenary's. Who acts later imports from who acts earlier. Three
layers stand apart in every answer: claimed, verified, decided. All tables are `record/`'s, so that an
earlier room reads what a later one wrote; who writes a table is its room's service.
"""
