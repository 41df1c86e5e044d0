"""The components of forms: fields, their errors, files, and a question before an act."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.safestring import SafeString

from .rendering import component, request_of

register = template.Library()


@register.simple_tag
def field(bound: BoundField, *, label: str = "", help: str = "") -> SafeString:
    """A form field with its label, help and errors, tied together for screen readers.

    Groups of radios and checkboxes become a fieldset. `help` replaces the form's own help text.
    """
    help_text = help or bound.help_text
    described = []
    if help_text:
        described.append(f"{bound.auto_id}-help")
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    control = bound.as_widget(attrs=attributes)
    is_single_tick = getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset
    return component(
        "field",
        bound=bound,
        control=control,
        label=label or bound.label,
        help_text=help_text,
        is_group=bound.use_fieldset,
        is_single_tick=is_single_tick,
    )


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong with a form, each sentence leading to its field; nothing when nothing is."""
    problems = []
    for name, sentences in form.errors.items():
        bound = form[name] if name in form.fields else None
        for sentence in sentences:
            label, target = (bound.label, bound.id_for_label or bound.auto_id) if bound else ("", "")
            problems.append((label, target, sentence))
    return component("form_errors", problems=problems)


@register.simple_tag
def dropzone(bound: BoundField, *, label: str = "", help: str = "") -> SafeString:
    help_text = help or bound.help_text
    described = [f"{bound.auto_id}-help"] if help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
    control = bound.as_widget(attrs={"aria-describedby": " ".join(described)} if described else {})
    return component(
        "dropzone", bound=bound, control=control, label=label or bound.label, help_text=help_text
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context, content: str, *, action: str, label: str, cancel_url: str, style: str = "danger"
) -> SafeString:
    """A form that does one thing after a person said yes; the body says what will happen."""
    request = request_of(context)
    return component(
        "confirm",
        content=content,
        action=action,
        label=label,
        cancel_url=cancel_url,
        style=style,
        csrf_token=get_token(request) if request is not None else "",
    )
