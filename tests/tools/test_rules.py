"""Each house rule finds what it forbids, and leaves alone what only looks like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tools.rules.documents import commands_documented, settings_documented
from tools.rules.hosts import nothing_from_elsewhere, registries_unnamed
from tools.rules.kinds import kinds_compared_only_at_home
from tools.rules.locks import dependencies_locked
from tools.rules.modules import errors_caught_by_name, modules_readable, nothing_left_to_do
from tools.rules.project import Finding, Project
from tools.rules.safety import markup_marked_safe
from tools.rules.templates import htmx_on_real_addresses, no_inline_code, templates_depend_downwards
from tools.rules.writes import get_views_write_nothing, writes_in_actions

Rule = Callable[[Project], Iterator[Finding]]

LAYERS = """
[[tool.importlinter.contracts]]
containers = ["baobab"]
layers = ["config", "library | projects", "(web)", "assets", "design"]
"""
KIND = {"src/baobab/library/kind.py": 'KIND = register(Kind(name="product", label=_("product")))'}
PAGE = "src/baobab/web/templates/web/page.html"


def found(rule: Rule, files: dict[str, str]) -> list[tuple[str, int]]:
    """Where the rule finds something in these files."""
    return [(finding.path, finding.line) for finding in rule(Project.of(files))]


@pytest.mark.parametrize(
    "line",
    [
        "row.save()",
        'row.save(update_fields=["title"])',
        "row.delete()",
        "Asset.objects.create(**fields)",
        "Asset.objects.all().delete()",
        "Asset.objects.filter(pk=1).update(title='x')",
        "table._default_manager.filter(pk=1).delete()",
        "Asset.objects.bulk_create(rows)",
        "Asset.objects.bulk_update(rows, ['title'])",
        "unit.children.create(name='x')",
        "found, made = Label.objects.get_or_create(name='x')",
        "Label.objects.aupdate_or_create(name='x')",
        "row.asave()",
        "chosen.update(title='x')",
        "cursor.execute('UPDATE assets_asset SET title = 1')",
        "cursor.execute('  delete from assets_asset')",
    ],
)
def test_writes_outside_actions_are_found(line: str) -> None:
    assert found(writes_in_actions, {"src/baobab/web/queries.py": f"x = 1\n{line}\n"}) == [
        ("src/baobab/web/queries.py", 2)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "seen.update(other)",
        "digest.update(piece)",
        "picture.save(stream, 'PNG')",
        "document.save(place)",
        "storage.delete(name)",
        "counts.update()",
        "Asset.objects.filter(pk=1).exists()",
        "cursor.execute('SELECT updated FROM x')",
        "save(row)",
        "factory.create()",
    ],
)
def test_what_only_sounds_like_writing_is_left_alone(line: str) -> None:
    assert found(writes_in_actions, {"src/baobab/web/views.py": line}) == []


@pytest.mark.parametrize(
    "path",
    [
        "src/baobab/web/actions.py",
        "src/baobab/assets/files/actions.py",
        "src/baobab/web/actions/saving.py",
        "src/baobab/web/migrations/0001_initial.py",
        "src/baobab/reading/child.py",
        "tests/web/test_pages.py",
        "src/baobab/library/detail.py",
    ],
)
def test_doors_and_listed_places_may_write(path: str) -> None:
    assert found(writes_in_actions, {path: "row.save()"}) == []


def test_an_exception_that_is_not_needed_any_more_is_found() -> None:
    files = {"src/baobab/library/detail.py": '"""Reads."""'}
    assert found(writes_in_actions, files) == [("src/baobab/library/detail.py", 1)]


VIEW = """
from django.views.decorators.http import require_safe
from baobab.assets.actions import publish
from . import actions

@require_safe
def page(request):
    {line}

def form(request):
    if request.method == "POST":
        publish(asset, by=request.reader)
"""


@pytest.mark.parametrize("line", ["publish(asset, by=request.reader)", "actions.count_view(asset)"])
def test_a_view_of_get_that_acts_is_found(line: str) -> None:
    assert found(get_views_write_nothing, {"src/baobab/web/views.py": VIEW.format(line=line)}) == [
        ("src/baobab/web/views.py", 8)
    ]


def test_the_method_get_of_a_class_is_found_and_its_post_is_not() -> None:
    text = (
        "from .actions import publish\n"
        "class Page(View):\n"
        "    def get(self, request):\n"
        "        publish(1)\n"
        "    def post(self, request):\n"
        "        publish(1)\n"
    )
    assert found(get_views_write_nothing, {"src/baobab/web/views.py": text}) == [
        ("src/baobab/web/views.py", 4)
    ]


@pytest.mark.parametrize("line", ["return render(request)", "publish = 1", "queries.publish(asset)"])
def test_a_view_of_get_that_only_reads_is_left_alone(line: str) -> None:
    assert found(get_views_write_nothing, {"src/baobab/web/views.py": VIEW.format(line=line)}) == []


@pytest.mark.parametrize(
    "line",
    [
        'x = asset.kind == "product"',
        'x = "product" != kind',
        'x = asset.kind in ("product", "project")',
        'x = kind.name == "product"',
        'rows = Asset.objects.filter(kind="product")',
        'rows = Concept.objects.exclude(asset__kind__in=["product"])',
        'match asset.kind:\n    case "product" | "other":\n        pass',
    ],
)
def test_asking_for_a_kind_by_name_is_found(line: str) -> None:
    path = "src/baobab/web/views.py"
    assert [place for place, _line in found(kinds_compared_only_at_home, {**KIND, path: line})] == [path]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/baobab/library/views.py", 'x = asset.kind == "product"'),
        ("src/baobab/web/views.py", 'x = media.kind == "xml"'),
        ("src/baobab/web/views.py", 'x = colour == "product"'),
        ("src/baobab/web/views.py", "x = asset.kind == name"),
        ("src/baobab/web/views.py", 'create_asset("product", fields, by=reader)'),
        ("tests/web/test_views.py", 'assert asset.kind == "product"'),
    ],
)
def test_kinds_at_home_and_other_words_are_left_alone(path: str, line: str) -> None:
    assert found(kinds_compared_only_at_home, {**KIND, path: line}) == []


def test_a_template_that_asks_for_a_kind_is_found_outside_its_folder_only() -> None:
    page = '\n{% if asset.kind == "product" %}yes{% endif %}'
    home = "src/baobab/library/templates/library/part.html"
    assert found(kinds_compared_only_at_home, {**KIND, PAGE: page, home: page}) == [(PAGE, 2)]


@pytest.mark.parametrize(
    "tag",
    [
        '{% extends "library/base.html" %}',
        '{% include "library/base.html" with a=1 %}',
        "{% include 'library/base.html#part' %}",
        "{% load i18n shelves %}",
        "{% load shelf from shelves %}",
    ],
)
def test_a_template_that_reaches_up_is_found(tag: str) -> None:
    files = {
        "pyproject.toml": LAYERS,
        "src/baobab/library/templates/library/base.html": "",
        "src/baobab/library/templatetags/shelves.py": '"""Shelves."""',
        PAGE: f"\n{tag}",
    }
    assert found(templates_depend_downwards, files) == [(PAGE, 2)]


@pytest.mark.parametrize(
    "tag",
    [
        '{% extends "design/base.html" %}',
        "{% include part %}",
        "{% load i18n components %}",
        '{% comment %}{% include "library/base.html" %}{% endcomment %}',
        '{% include "account/of_somebody_else.html" %}',
    ],
)
def test_a_template_that_reaches_down_is_left_alone(tag: str) -> None:
    files = {
        "pyproject.toml": LAYERS,
        "src/baobab/library/templates/library/base.html": "",
        "src/baobab/design/templates/design/base.html": "",
        "src/baobab/design/templatetags/components.py": '"""Components."""',
        PAGE: tag,
    }
    assert found(templates_depend_downwards, files) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">x</p>',
        "<p class='a'\n style = 'color: red'>x</p>",
        "<style>p { color: red }</style>",
        '<a href="/x" onclick="go()">x</a>',
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">x</a>',
    ],
)
def test_inline_code_is_found(markup: str) -> None:
    assert found(no_inline_code, {PAGE: f"<h1>x</h1>\n{markup}"}) == [(PAGE, 2)]


@pytest.mark.parametrize(
    "markup",
    [
        "<script src=\"{% static 'baobab/baobab.js' %}\" defer></script>",
        '<script type="application/ld+json">{}</script>',
        '{% button _("Go") style="quiet" %}',
        '<p title="style = on a = b">a style=loose sentence</p>',
        '{% comment %}<p style="x">{% endcomment %}',
        '<option value="on">x</option>',
        '<a {% if x > 1 %}class="a"{% endif %} href="/x">x</a>',
    ],
)
def test_markup_without_code_is_left_alone(markup: str) -> None:
    assert found(no_inline_code, {PAGE: markup}) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<div hx-get="{% url \'jobs\' %}" hx-trigger="load"></div>',
        '<button hx-post="/save/">Save</button>',
        '<a class="x" hx-get="/more/">More</a><a href="/other/">Other</a>',
    ],
)
def test_htmx_without_an_address_is_found(markup: str) -> None:
    assert found(htmx_on_real_addresses, {PAGE: f"\n\n{markup}"}) == [(PAGE, 3)]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=\"{% url 'jobs' %}\" hx-get=\"{% url 'jobs' %}\">Jobs</a>",
        "<div hx-get=\"{% url 'jobs' %}\"></div><a href=\"{% url 'jobs' %}\">Jobs</a>",
        '<form action="/find/" hx-get="/find/"></form>',
        '<form action="/find/"><input name="q" hx-get="/find/" hx-trigger="change"></form>',
        '<div{% if moves %} hx-get="{{ url }}" hx-trigger="every 2s"{% endif %}></div>',
        "{% comment %}a link with hx-get{% endcomment %}",
    ],
)
def test_htmx_on_a_real_address_is_left_alone(markup: str) -> None:
    assert found(htmx_on_real_addresses, {PAGE: markup}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PAGE, "\n{{ body|safe }}"),
        (PAGE, "\n{{ body | safe }}"),
        (PAGE, "\n{% autoescape off %}"),
        ("src/baobab/web/views.py", "x = 1\ny = mark_safe(x)"),
        ("src/baobab/web/views.py", "x = 1\ny = safestring.SafeString(x)"),
    ],
)
def test_switching_escaping_off_is_found(path: str, text: str) -> None:
    assert found(markup_marked_safe, {path: text}) == [(path, 2)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PAGE, "{{ body }} is safe | safe"),
        ("src/baobab/web/views.py", "def a() -> SafeString:\n    return format_html('<b>{}</b>', x)"),
        ("src/baobab/search/highlight.py", "x = mark_safe(y)"),
        ("tests/web/test_views.py", "x = mark_safe(y)"),
    ],
)
def test_escaped_and_listed_markup_is_left_alone(path: str, text: str) -> None:
    assert found(markup_marked_safe, {path: text}) == []


LONG = '"""Long."""\n' + "x = 1\n" * 400


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/baobab/web/views.py", LONG),
        ("src/baobab/web/utils.py", '"""Things."""'),
        ("src/baobab/web/views.py", "x = 1"),
        ("tools/check.py", "x = 1"),
    ],
)
def test_modules_hard_to_read_are_found(path: str, text: str) -> None:
    assert [place for place, _line in found(modules_readable, {path: text})] == [path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/baobab/web/views.py", '"""Pages."""\n' + "x = 1\n" * 399),
        ("src/baobab/web/__init__.py", ""),
        ("src/baobab/web/migrations/0001_initial.py", LONG),
        ("tests/web/test_long.py", LONG),
    ],
)
def test_modules_that_can_be_read_are_left_alone(path: str, text: str) -> None:
    assert found(modules_readable, {path: text}) == []


@pytest.mark.parametrize(
    "clause", ["except:", "except Exception:", "except (ValueError, BaseException) as e:"]
)
def test_catching_everything_is_found(clause: str) -> None:
    path = "src/baobab/web/views.py"
    assert found(errors_caught_by_name, {path: f"try:\n    x()\n{clause}\n    pass"}) == [(path, 3)]


@pytest.mark.parametrize(
    ("path", "clause"),
    [
        ("src/baobab/web/views.py", "except (ValueError, OSError):"),
        ("src/baobab/web/views.py", "except BaobabError:"),
        ("src/baobab/jobs/worker.py", "except Exception:"),
    ],
)
def test_catching_by_name_and_at_listed_borders_is_left_alone(path: str, clause: str) -> None:
    assert found(errors_caught_by_name, {path: f"try:\n    x()\n{clause}\n    pass"}) == []


def test_promised_work_is_found_in_comments_only() -> None:
    word = "TO" + "DO"
    files = {
        "src/baobab/web/views.py": f"x = 1  # {word}: later\n",
        "src/baobab/web/queries.py": f'x = "{word}"\n',
        "src/baobab/design/static/baobab/baobab.css": f"\n/* {word} */",
        "docs/guide.md": f"The word {word} is refused.",
    }
    assert found(nothing_left_to_do, files) == [
        ("src/baobab/web/views.py", 1),
        ("src/baobab/design/static/baobab/baobab.css", 2),
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.lock", "\nthing @ https://somewhere.example/thing.whl"),
        ("Makefile", "\n\tpip install --index-url $(WHERE) thing"),
        ("pyproject.toml", "\n[[tool.uv.index]]"),
        (".ci/run", "\ncurl https://mirror.example.org/simple/"),
        ("docs/guide.md", "\nFrom https://files.registry.example.com/ one gets"),
    ],
)
def test_naming_where_packages_come_from_is_found(path: str, text: str) -> None:
    assert found(registries_unnamed, {path: text}) == [(path, 2)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.lock", "django==5.2.1 \\\n    --hash=sha256:00"),
        ("Makefile", "\tpip install --require-hashes -r requirements.lock"),
        ("docs/guide.md", "The registry of kinds is at https://example.org/index.html"),
        ("src/baobab/assets/kinds.py", "registry = {}"),
    ],
)
def test_other_addresses_and_registries_are_left_alone(path: str, text: str) -> None:
    assert found(registries_unnamed, {path: text}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PAGE, '\n<script src="https://elsewhere.example/x.js"></script>'),
        (PAGE, '\n<link rel="stylesheet" href="//elsewhere.example/x.css">'),
        (PAGE, '\n<img alt="" src="http://elsewhere.example/x.png">'),
        ("src/baobab/design/static/x.css", "\n@import 'https://elsewhere.example/x.css';"),
        ("src/baobab/design/static/x.css", "\nbody { background: url(//elsewhere.example/x.png) }"),
    ],
)
def test_loading_from_elsewhere_is_found(path: str, text: str) -> None:
    assert found(nothing_from_elsewhere, {path: text}) == [(path, 2)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PAGE, '<a href="https://elsewhere.example/">There</a>'),
        (PAGE, '<link rel="canonical" href="https://here.example/">'),
        (PAGE, '<img alt="" src="{% static \'x.png\' %}">'),
        ("src/baobab/design/static/x.css", "body { background: url(leaf.svg) }"),
    ],
)
def test_links_and_own_files_are_left_alone(path: str, text: str) -> None:
    assert found(nothing_from_elsewhere, {path: text}) == []


@pytest.mark.parametrize(
    "line",
    [
        'X = env.str("SHADE", default="")',
        'X = env.int("SHADE", default=1) * 2',
        'X = os.environ["SHADE"]',
        'X = os.environ.get("SHADE")',
        'X = os.getenv("SHADE", "")',
    ],
)
def test_settings_must_stand_in_the_operator_guide(line: str) -> None:
    path = "src/baobab/config/settings.py"
    assert found(settings_documented, {path: line}) == [(path, 1)]
    assert found(settings_documented, {path: line, "docs/operator-guide.md": "The SHADE of the tree"}) == [
        (path, 1)
    ]
    assert found(settings_documented, {path: line, "docs/operator-guide.md": "| `SHADE` | how dark |"}) == []


@pytest.mark.parametrize(
    "line", ['X = os.environ["PATH"]', 'os.environ["SHADE"] = "x"', 'X = names.get("SHADE")']
)
def test_what_is_no_setting_need_not_stand_there(line: str) -> None:
    assert found(settings_documented, {"src/baobab/config/settings.py": line}) == []


def test_commands_must_stand_in_a_guide() -> None:
    path = "src/baobab/jobs/management/commands/worker.py"
    files = {path: '"""A worker."""', "src/baobab/jobs/management/commands/__init__.py": ""}
    assert found(commands_documented, files) == [(path, 1)]
    assert found(commands_documented, {**files, "docs/operator-guide.md": "`baobab workers`"}) == [(path, 1)]
    assert found(commands_documented, {**files, "docs/operator-guide.md": "`baobab worker --only x`"}) == []


DECLARED = """
[project]
dependencies = ["django>=5.2,<5.3", "Django_Allauth[mfa]"]

[dependency-groups]
dev = ["pytest"]
"""
LOCK = "django==5.2.1 \\\n    --hash=sha256:00\ndjango-allauth==65.1 \\\n    --hash=sha256:01\n"


def test_what_is_declared_must_be_locked() -> None:
    files = {"pyproject.toml": DECLARED, "requirements.lock": LOCK, "requirements-dev.lock": LOCK}
    assert found(dependencies_locked, files) == [("requirements-dev.lock", 1)]
    files["requirements-dev.lock"] += "pytest==9.0\n"
    assert found(dependencies_locked, files) == []
    files["requirements.lock"] = "django-extra==1.0\ndjango-allauth==65.1\n"
    assert found(dependencies_locked, files) == [("requirements.lock", 1)]
