"""Colours that are chosen at the desk."""

from django import forms
from js_asset import Script

from articles import colours


class ColourInput(forms.TextInput):
    """Six digits; where scripts run, the browser's own way to choose a colour beside them."""

    template_name = "admin/widgets/colour.html"

    class Media:
        js = [Script("desk/js/colour.js", type="module")]

    def __init__(self):
        super().__init__({"dir": "ltr", "spellcheck": "false", "autocomplete": "off"})


class ColourField(forms.CharField):
    widget = ColourInput

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 30} | kwargs)

    def to_python(self, value):
        return colours.written(super().to_python(value))
