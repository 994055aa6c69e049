"""Papers: letter, certificate and lists as PDF, signed and verified. Knows nothing of assessments.

`model.py` is what a paper needs to know; `papers.py` (letter, certificate) and `listing.py` (minutes,
agendas) bring it to the Typst templates of `templates/`, which `render.py` sets as PDF/A and PDF/UA.
`figures.py` and `number_words.py` write figures as official papers do. `signing/` signs by PAdES and checks
what is uploaded. Typed text reaches Typst as data, never as markup.
"""
