"""The offline workbook: an assessment as an XLSX file, read back, compared with what changed meanwhile.

`layout` says what stands where, `seal` what makes the file ours, `writing` and `reading` are the two ways,
`package` looks at a stranger's file before anything reads its cells, `comparing` finds the differences.
"""
