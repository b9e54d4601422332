"""The kinds of files that hold articles: each module gives the text of one kind."""
