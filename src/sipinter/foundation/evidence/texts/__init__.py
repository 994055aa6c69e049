"""What stands in the files: read in the background page by page, searched, and looked through for hints.

`services.py` goes on where reading stopped; `page_reader.py` asks the reader's process for one page,
`ocr.py` whether Tesseract is there. `search_words.py` (stems), `letters.py` (dates, numbers) and `hints.py`
are pure functions; `queries.py` finds passages. Nothing is read in a request; a hint decides nothing and
the desk sees none.
"""
