"""A plan lowered once, as data: typed nodes over whole numbers (nodes, claims), made by `lower`; the steps on claims of whole
numbers (settle, bounds, payments). Printers make Python from the nodes, and whatever comes next. Nothing here knows a regulation.
"""
