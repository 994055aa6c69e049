"""Run by Debian's own Python (package python3-uno): edits cells in a running LibreOffice and saves as XLSX.

edit_in_office.py PORT SOURCE TARGET EDITS: EDITS is JSON, [[sheet, cell, text or number], ...].
"""

import json
import sys
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue


def edit(port: str, source: str, target: str, edits: str) -> None:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue(Name="Hidden", Value=True)
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (hidden,))
    for sheet, place, value in json.loads(edits):
        cell = document.Sheets.getByName(sheet).getCellRangeByName(place)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    form = PropertyValue(Name="FilterName", Value="Calc MS Excel 2007 XML")
    document.storeToURL(Path(target).as_uri(), (form,))
    document.close(True)


edit(*sys.argv[1:])
