"""Pictures that people send: opened, measured and written anew, so that nothing but the picture is kept."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from cryptouniverse.kernel.words import gettext_noop as _
from tenants.branding.errors import BadLogo

BYTES_MAX: Final = 512 * 1024
SIDE_MIN, SIDE_MAX = 16, 2048
PIXELS_MAX: Final = SIDE_MAX * SIDE_MAX
KEPT_SIDE_MAX: Final = 512
MEDIA_TYPES: Final = {"png": "image/png", "webp": "image/webp"}
_FORMATS: Final = ("PNG", "WEBP")  # no other decoder is ever reached


@dataclass(frozen=True, slots=True)
class Picture:
    """digest: SHA-256 of the content, in hex. kind: "png" or "webp"."""

    content: bytes
    digest: str
    kind: str
    width: int
    height: int


def picture_of(sent: bytes) -> Picture:
    """The picture in `sent`, at most 512 px a side, without metadata, animation or what stood behind it.

    Raises BadLogo: more than 512 KB, no PNG or WebP, damaged, smaller than 16 px or larger than 2,048 px a side.
    """
    if len(sent) > BYTES_MAX:
        raise BadLogo(_("The picture has %(size)s KB; at most %(most)s KB."), size=len(sent) // 1024, most=512)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(sent), formats=_FORMATS) as opened:
                _measured(opened.width, opened.height)
                kind = str(opened.format).lower()
                opened.seek(0)
                pixels = opened.convert("RGBA")
    except BadLogo:
        raise
    except Exception:  # noqa: BLE001  # a decoder that is fed garbage raises whatever it likes
        raise BadLogo(_("The file is no PNG or WebP picture that can be read.")) from None
    pixels.thumbnail((KEPT_SIDE_MAX, KEPT_SIDE_MAX))
    clean = Image.new("RGBA", pixels.size)
    clean.paste(pixels)  # the pixels alone: what else the file carried stays behind
    written = BytesIO()
    clean.save(written, format=kind.upper(), **({"optimize": True} if kind == "png" else {"lossless": True}))
    content = written.getvalue()
    return Picture(content, hashlib.sha256(content).hexdigest(), kind, clean.width, clean.height)


def _measured(width: int, height: int) -> None:
    """Before anything is decoded: a small file may claim to be a huge picture."""
    if not (SIDE_MIN <= width <= SIDE_MAX and SIDE_MIN <= height <= SIDE_MAX):
        raise BadLogo(
            _("The picture is %(width)s by %(height)s px; each side has %(least)s to %(most)s."),
            width=width,
            height=height,
            least=SIDE_MIN,
            most=SIDE_MAX,
        )
