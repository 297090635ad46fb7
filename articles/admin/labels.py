"""How fields are labelled at the desk, and where the cursor waits."""


class PlainLabels:
    """For a form: its labels end without a colon, and the cursor waits at what is wrong."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    def full_clean(self):
        """Look for what is wrong; the cursor waits where the first of it stands."""
        super().full_clean()
        if self.errors:
            for field in self.fields.values():
                field.widget.attrs.pop("autofocus", None)
            if wrong := next((name for name in self.fields if name in self.errors), None):
                self.fields[wrong].widget.attrs["autofocus"] = True
