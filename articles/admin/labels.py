"""How fields are labelled at the desk."""


class PlainLabels:
    """For a form: its labels end without a colon."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
