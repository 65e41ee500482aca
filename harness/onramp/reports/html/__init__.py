"""The HTML pages: one of a run and one of each host, self-contained, made with Jinja2.

Whatever a host printed passes two gates on its way into a page: `plain` takes escapes and control
characters out of every value a template prints, then Jinja escapes what HTML would read. Only this
package makes `Markup`, from its own files, from Markdown with raw HTML switched off, and from
terminal output whose text was escaped piece by piece.
"""
