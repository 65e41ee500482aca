"""Hosts that have no network: one folder of all they would download, made elsewhere and served.

`build` makes the folder, `manifest` says what is in it and holds it to that, `folder_server`
answers hosts from it, `mirrors` opens what `--set mirror=` names.
"""
