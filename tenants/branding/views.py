"""What browsers ask of a brand, open to everybody: its stylesheet, mark, logo, manifest and texts."""

from __future__ import annotations

import re
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from cryptouniverse.kernel.access import public
from cryptouniverse.kernel.context import current_tenant
from tenants.branding.contrast import colour_of
from tenants.branding.icons import icon_of
from tenants.branding.logos import MEDIA_TYPES
from tenants.branding.prose import prose
from tenants.branding.selectors import current_brand, legal_text, logo_content
from tenants.branding.types import Brand

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
ROBOTS: Final = "User-agent: *\nDisallow: /\n"
_LOGO: Final = re.compile(r"([0-9a-f]{64})\.(png|webp)")


@public
@require_GET
def stylesheet(request: HttpRequest) -> HttpResponse:
    """The four variables of the look. Kept for ever under its version, asked for again otherwise."""
    brand = current_brand()
    tag = f'"brand-{brand.version}"'
    kept = FOR_EVER if request.GET.get("v") == str(brand.version) else ASK_AGAIN
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(_rules(brand), content_type="text/css; charset=utf-8")
    answer["ETag"], answer["Cache-Control"] = tag, kept
    return answer


@public
@require_GET
def mark(request: HttpRequest) -> HttpResponse:
    """The name's first letter on the brand's colour, for a tenant without a logo."""
    brand = current_brand()
    if not brand.white_label:
        return redirect(static("img/mark.svg"))
    ground, ink = (colour_of(role, "light", brand.colours).hex() for role in ("accent-fill", "on-accent"))
    picture = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22"><rect width="22" height="22" rx="5" fill="{}"/>'
        '<text x="11" y="15.6" text-anchor="middle" font-family="system-ui,sans-serif" font-size="13" '
        'font-weight="600" fill="{}">{}</text></svg>',
        ground,
        ink,
        brand.short_name[:1].upper(),
    )
    answer = HttpResponse(picture, content_type="image/svg+xml")
    answer["Cache-Control"] = FOR_EVER if request.GET.get("v") == str(brand.version) else ASK_AGAIN
    return answer


@public
@require_GET
def logo(_request: HttpRequest, name: str) -> HttpResponse:
    """The logo's bytes, under the hash of what they are."""
    found = _LOGO.fullmatch(name)
    content = logo_content(current_tenant(), digest=found[1], kind=found[2]) if found else None
    if found is None or content is None:
        raise Http404
    answer = HttpResponse(content, content_type=MEDIA_TYPES[found[2]])
    answer["ETag"], answer["Cache-Control"] = f'"{found[1]}"', FOR_EVER
    return answer


@public
@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """For who asks at the root without having read a page."""
    return redirect(icon_of(current_brand()))


@public
@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone shows when the pages are put on its first screen."""
    brand = current_brand()
    ground = colour_of("bg", "light", brand.colours).hex()
    facts = {
        "name": brand.name,
        "short_name": brand.short_name,
        "start_url": "/",
        "display": "standalone",
        "background_color": ground,
        "theme_color": ground,
        "icons": [{"src": icon_of(brand), "sizes": "any"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@public
@require_GET
def robots(_request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse(ROBOTS, content_type="text/plain")


@public
@require_GET
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """A published text; `?version=` shows an older one."""
    asked = request.GET.get("version", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    text = legal_text(current_tenant(), kind, version)
    return render(request, "legal.html", {"text": text, "body": prose(text.body)})


def _rules(brand: Brand) -> str:
    own = brand.colours
    rules = {"hue": own.hue, "chroma": own.chroma, "tint": own.tint, "radius": f"{own.radius}px"}
    return ":root {" + "".join(f" --brand-{name}: {value};" for name, value in rules.items()) + " }\n"
