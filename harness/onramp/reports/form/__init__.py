"""How a report says things: the form's sections, safe Markdown, sentences from evidence."""
