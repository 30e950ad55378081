"""The parts of the HTML page of a comparison, each made by a module of its own.

`page.css` and `page.js` lie here too, and are put into the page. `report.changes_html` is what
others call.
"""
