"""Files and templates keep their promises: pinned, no inline code, every icon there, every word translatable."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VENDOR = ROOT / "static/vendor"


def text_of(pattern: str) -> str:
    return "\n".join(path.read_text() for path in ROOT.glob(pattern))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_style_or_script(path):
    html = path.read_text()

    assert not re.search(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|javascript:|hx-on""", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_in_templates_are_marked_for_translation(path):
    html = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", path.read_text(), flags=re.DOTALL)
    html = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", "", html, flags=re.DOTALL)
    words = re.findall(r">([^<>]+)<", html) + re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]+)"', html)

    bare = {w.strip() for w in words if re.search(r"[A-Za-z]{2,}", w)}
    assert bare <= {"UTC", "UTC."}


def test_vendored_files_are_the_ones_that_are_listed():
    listed = dict(re.findall(r"\| (\S+\.(?:js|css)) \|.*\| ([0-9a-f]{64}) \|", (VENDOR / "README.md").read_text()))
    there = {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in VENDOR.iterdir() if p.suffix in {".js", ".css"}
    }

    assert there == listed


def test_every_vendored_package_has_its_licence():
    packages = {path.name.split("-")[0] for path in VENDOR.glob("*.js")}

    assert packages == {path.name.removesuffix(".LICENSE") for path in VENDOR.glob("*.LICENSE")}


def test_every_icon_that_is_used_is_in_the_sprite():
    there = set(re.findall(r'symbol id="i-([a-z0-9-]+)"', (ROOT / "templates/include/sprite.html").read_text()))
    used = set(re.findall(r"{% icon \"([a-z-]+)\"", text_of("templates/**/*.html")))
    used |= set(re.findall(r"#i-([a-z0-9-]+)", text_of("templates/**/*.html") + text_of("static/js/*.js")))

    assert used - {"{"} <= there and len(used) > 15


def test_every_colour_of_the_components_comes_from_a_token():
    css = "".join(
        (ROOT / "static/css" / f"{name}.css").read_text() for name in ("shell", "components", "desk", "narrow")
    )

    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(|oklch\(", css)


def test_pages_load_nothing_from_elsewhere():
    served = text_of("templates/**/*.html") + text_of("static/js/*.js") + text_of("static/css/*.css")

    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", served)
