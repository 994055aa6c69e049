"""The desk: the queue, verdicts, clarification, second readings, desk days, quick assessments.

`services/verdicts.py` are the desk's steps; `queries/desk.py` is one assessment as the desk reads it,
`queries/queue.py` whose turn it is; `views/base.py` is what its pages share.
`services/second_readings.py` draws the blind sample from the head of the agency's audit chain; while one
waits, `visible_to` hides the whole assessment from its reader. Until it is drawn, `verdict.read` shows
verdicts to the holder and the coordinators only (`get_desk` takes them out for others), and whoever has had
them on the screen is not drawn. Second readings change no verdict.
`recommendation_drafts.py` says what the next level of each indicator still asks for. Quick assessments
have tables that no score reads. While the agency repairs, the desk reads the answers as sent
(`assessment/record/queries/sent_answers.py`).
"""
