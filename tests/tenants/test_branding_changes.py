"""Branding: what is kept is safe to show, what cannot be read or is not the tenant's is refused."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tenants.branding.contrast import roles
from tenants.branding.errors import BadBranding, BadLogo, BrandingChanged, ContrastTooLow, NoLegalText, SenderNotProven
from tenants.branding.models import Branding, LegalText
from tenants.branding.prose import prose
from tenants.branding.selectors import brand_of, legal_text, read_brand
from tenants.branding.services import (
    mail_to,
    publish_legal_text,
    remove_logo,
    reset_branding,
    set_logo,
    update_branding,
)
from tenants.branding.types import PLATFORM, LegalKind
from tests.api.client import ApiClient
from tests.people import browser, member
from tests.tenants.branding_cast import CHANGES, HOST, given_brand, given_domain, picture


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin", display_name="Ada")


@pytest.fixture
def change(acme, ada):
    def change(**changes):
        return update_branding(tenant=acme, actor=ada, changes=changes)

    return change


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_logo_is_kept_as_we_wrote_it(acme, ada, kind):
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    sent = picture(kind, (900, 300), pnginfo=info) if kind == "PNG" else picture(kind, (900, 300))
    sent += b"<script>alert(2)</script>"

    brand = set_logo(tenant=acme, actor=ada, sent=sent)

    answer = browser().get(f"/brand/logo/{brand.logo}")
    assert answer["Content-Type"] == f"image/{kind.lower()}"
    assert "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert b"script" not in answer.content
    assert Image.open(BytesIO(answer.content)).size == (512, 171)


def test_an_animation_keeps_its_first_picture(acme, ada):
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, format="WEBP", save_all=True, append_images=frames[1:])
    brand = set_logo(tenant=acme, actor=ada, sent=written.getvalue())

    kept = Image.open(BytesIO(browser().get(f"/brand/logo/{brand.logo}").content))
    assert getattr(kept, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 100,
        picture("JPEG", mode="RGB"),
        picture("GIF", mode="RGB"),
        picture()[:60],
        picture(size=(15, 64)),
        picture(size=(2049, 16)),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 600_000,
    ],
    ids=["empty", "svg", "fake", "jpeg", "gif", "cut", "small", "wide", "large"],
)
def test_what_is_no_fit_picture_is_refused(acme, ada, sent):
    with pytest.raises(BadLogo):
        set_logo(tenant=acme, actor=ada, sent=sent)


def test_a_small_file_that_claims_to_be_a_huge_picture_is_not_decoded(acme, ada):
    bomb = bytearray(picture(size=(64, 64)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # width and height of the PNG's header

    with pytest.raises(BadLogo):
        set_logo(tenant=acme, actor=ada, sent=bytes(bomb))


def test_a_logo_is_its_own_tenants(acme, bolt_ctx, ada):
    brand = set_logo(tenant=acme, actor=ada, sent=picture())

    assert browser(host="bolt.localhost").get(f"/brand/logo/{brand.logo}").status_code == 404
    remove_logo(tenant=acme, actor=ada)
    assert browser().get(f"/brand/logo/{brand.logo}").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "x" * 61}, {"name": "a\nb"}, {"name": "<b>"}, {"name": "a\u202eb"}, {"short_name": "x" * 21},
        {"colour": "red"}, {"colour": "#12345"}, {"tint": Decimal("0.021")}, {"radius": 11}, {"radius": -1},
        {"support_address": "nobody"}, {"sender_address": "a@b\nBcc: c@d.com"},
        {"credit_prices": [(Decimal(0), Decimal(1), "USD")]},
        {"credit_prices": [(Decimal(1), Decimal(1), "USD"), (Decimal(1), Decimal(2), "USD")]},
        {"credit_prices": [(Decimal(1), Decimal(1), "usd")]},
    ],
)  # fmt: skip
def test_what_cannot_be_a_brand_is_refused_whole(change, acme, bad):
    with pytest.raises(BadBranding):
        change(**{"name": "Fine", **bad})
    assert brand_of(acme) == PLATFORM


@pytest.fixture
def pale_look(settings, tmp_path):
    """The look with captions that are too pale."""
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    (tmp_path / "static/css").mkdir(parents=True)
    pale = css.replace("--text-3:      light-dark(oklch(0.490", "--text-3:      light-dark(oklch(0.800")
    (tmp_path / "static/css/tokens.css").write_text(pale)
    settings.BASE_DIR = tmp_path
    roles.cache_clear()
    yield
    roles.cache_clear()


def test_colours_that_could_not_be_read_are_refused(change, acme, pale_look):
    with pytest.raises(ContrastTooLow) as refused:
        change(name="Pale", colour="#0f8b8d")
    assert brand_of(acme) == PLATFORM
    assert refused.value.facts["front"] == "text-3" and refused.value.facts["needed"] == "4.5"


def test_mail_is_sent_from_a_proven_domain_alone(change, acme, ada):
    with pytest.raises(SenderNotProven):
        change(name="X", sender_address="ceo@bank.com")
    with pytest.raises(SenderNotProven):
        change(name="X", sender_address="ceo@northgate.com")
    given_domain(acme, ada)
    assert change(name="X", sender_address=f"desk@{HOST}").sender_address == f"desk@{HOST}"


def test_a_sender_whose_domain_fails_is_not_used(acme, ada):
    from tenants.branding.services import sender_of
    from tenants.provisioning.domains import remove_domain

    given_brand(acme, ada)
    assert sender_of(acme) == ("Northgate", f"mail@{HOST}")
    remove_domain(tenant=acme, name=HOST, actor=ada)
    assert sender_of(acme) == ("Northgate", "no-reply@acme.localhost")


def test_two_administrators_do_not_write_over_each_other(acme, ada):
    first = update_branding(tenant=acme, actor=ada, changes={"name": "One"}, version=0)
    with pytest.raises(BrandingChanged):
        update_branding(tenant=acme, actor=ada, changes={"name": "Two"}, version=0)
    assert update_branding(tenant=acme, actor=ada, changes={"name": "Two"}, version=first.version).version == 2


def test_a_reset_brings_the_platform_back_and_keeps_the_texts(acme, ada):
    given_brand(acme, ada)
    version = read_brand(acme).version

    brand = reset_branding(tenant=acme, actor=ada)

    assert (brand.name, brand.logo, brand.white_label, brand.is_coloured) == (PLATFORM.name, "", False, False)
    assert brand.version == version + 1 and brand.legal == ("terms", "privacy", "risk")


def test_a_brand_is_its_own_tenants(acme, bolt_ctx, ada):
    given_brand(acme, ada)
    assert brand_of(bolt_ctx) == PLATFORM
    with in_tenant(bolt_ctx), pytest.raises(NoLegalText):
        legal_text(bolt_ctx, "terms")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Inside, what waits for the commit happens at the end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_brand_is_read_once_and_seen_changed_at_once(acme, change, committed, django_assert_num_queries):
    brand_of(acme)
    with django_assert_num_queries(0):
        assert brand_of(acme) == PLATFORM
    with committed():
        change(name="Northgate")
    with django_assert_num_queries(0):
        assert brand_of(acme).name == "Northgate"


def test_a_late_reader_does_not_write_an_old_brand_over_a_new_one(acme, change, committed):
    from tenants.branding.selectors import keep_brand

    old = read_brand(acme)
    with committed():
        change(name="New")
    keep_brand(acme, old, over=False)

    assert brand_of(acme).name == "New"


def test_the_stylesheet_has_a_version_and_is_not_sent_twice(acme, ada):
    given_brand(acme, ada)
    version = read_brand(acme).version
    client = browser(host=HOST)

    first = client.get(f"/brand.css?v={version}")
    assert first.content.decode().startswith(":root { --brand-hue: 196.") and "immutable" in first["Cache-Control"]
    assert client.get("/brand.css", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get("/brand.css?v=1")["Cache-Control"] == "no-cache"
    assert f'href="/brand.css?v={version}"' in client.get("/accounts/login/").content.decode()


def test_texts_have_versions_that_are_never_changed(acme, ada):
    for body in ("First.", "Second."):
        publish_legal_text(tenant=acme, actor=ada, kind=LegalKind.TERMS, body=body)

    assert b"Second." in browser().get("/legal/terms/").content
    assert b"First." in browser().get("/legal/terms/?version=1").content
    assert browser().get("/legal/terms/?version=3").status_code == 404
    assert browser().get("/legal/privacy/").status_code == 404
    assert browser().get("/legal/other/").status_code == 404
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"):
        LegalText.objects.update(body="Other")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Terms\n\nOne\ntwo", "<h2>Terms</h2>\n<p>One<br>two</p>"),
        ("- a\n- **b**\n\n## C", "<ul><li>a</li><li><b>b</b></li></ul>\n<h3>C</h3>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](https://a.com/?a=1)", '<p><a href="https://a.com/?a=1" rel="noopener nofollow">x</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('[x](https://a.com/"onclick=alert(1))', "<p>[x](https://a.com/&quot;onclick=alert(1))</p>"),
        ("[<b>](https://a.com)", '<p><a href="https://a.com" rel="noopener nofollow">&lt;b&gt;</a></p>'),
        ("**<i>**", "<p><b>&lt;i&gt;</b></p>"),
    ],
)
def test_a_text_is_markup_of_ours_alone(text, html):
    assert prose(text) == html


def test_a_mail_speaks_in_the_tenants_name(acme, ada, mailoutbox):
    given_brand(acme, ada)
    facts = {"button_url": f"http://{HOST}:8000/x", "button_label": "Open <it>"}

    mail_to("john@x.com", subject="Hi\nBcc: eve@x.com", template="mail/base", facts=facts).send()

    sent = mailoutbox[0]
    wire = sent.message().as_string()
    assert sent.from_email == f"Northgate <mail@{HOST}>" and sent.reply_to == ["help@northgate.com"]
    assert sent.subject == "Hi Bcc: eve@x.com" and sent.recipients() == ["john@x.com"]
    assert sent.message()["Message-ID"].endswith(f"@{HOST}>")
    assert f"http://{HOST}:8000" in sent.body and "Open <it>" in sent.body
    assert "Open &lt;it&gt;" in wire and 'style="' not in wire
    assert "cryptouniverse" not in wire.lower() and "localhost" not in wire


def test_every_change_stands_in_the_audit(acme, ada):
    given_brand(acme, ada)
    remove_logo(tenant=acme, actor=ada)
    reset_branding(tenant=acme, actor=ada)

    actions = list(audit_records().filter(object_type="branding").order_by("pk").values_list("action", flat=True))
    assert actions == ["branding.changed", "branding.logo_set", *["branding.legal_published"] * 3,
                       "branding.logo_removed", "branding.reset"]  # fmt: skip
    changed = audit_records().get(action="branding.changed")
    assert changed.after == CHANGES and changed.before["name"] == ""


def test_branding_over_the_api(acme, ada):
    api = ApiClient.signed_in(ada, host="acme.localhost")
    tag = api.get("tenant/branding")["ETag"]
    prices = [{"credits": "100", "price": "9.5", "currency": "USD"}]

    answer = api.patch("tenant/branding", {"name": "Northgate", "colour": "#0f8b8d", "credit_prices": prices})

    body = answer.json()
    assert (body["name"], body["white_label"], body["credit_prices"]) == ("Northgate", True, prices)
    assert body["chroma"] == "0.096" and float(body["lowest_contrast"]) > 3
    late = api.client.patch(
        "/api/v1/tenant/branding", '{"name": "Late"}', content_type="application/json", headers={"If-Match": tag}
    )
    assert late.status_code == 412
    assert api.patch("tenant/branding", {"colour": "blue"}).json()["code"] == "request.invalid"
    sent = api.client.put("/api/v1/tenant/branding/logo", picture(), content_type="image/png")
    assert browser().get(sent.json()["logo"]).status_code == 200
    svg = api.client.put("/api/v1/tenant/branding/logo", b"<svg/>", content_type="image/svg+xml")
    assert (svg.status_code, svg.json()["code"]) == (422, "branding.bad_logo")
    assert api.delete("tenant/branding/logo").json()["logo"] == ""
    assert api.post("tenant/branding/legal/terms", {"body": "Fine."}).json()["version"] == 1
    assert api.get("tenant/branding/legal/terms").json()["body"] == "Fine."
    assert api.get("tenant/branding/legal/other").status_code == 404
    assert api.delete("tenant/branding").json()["white_label"] is False


def test_the_page_saves_previews_and_says_what_is_wrong(acme, ada):
    client = browser(ada)
    sent = {"version": 0, "name": "Northgate", "own_colour": "yes", "colour": "#0f8b8d", "tint": "0.008", "radius": 2}

    assert client.post("/settings/branding/", sent).status_code == 302
    page = client.get("/settings/branding/").content.decode()
    assert 'value="Northgate"' in page and "CryptoUniverse" not in page
    assert client.post("/settings/branding/", sent).status_code == 412
    assert client.post("/settings/branding/", {**sent, "version": 1, "name": ""}).status_code == 422
    assert client.post("/settings/branding/", {**sent, "version": 1, "sender_address": "a@b.com"}).status_code == 422
    preview = client.get("/settings/branding/preview/", {"own_colour": "yes", "colour": "#cc0066", "name": "<b>"})
    assert preview.content.decode().count('fill="#') > 20 and "&lt;b&gt;" in preview.content.decode()
    assert (
        client.get("/settings/branding/preview/", {"own_colour": "1", "colour": "x", "tint": "NaN"}).status_code == 200
    )
    upload = client.post("/settings/branding/logo/", {"logo": SimpleUploadedFile("logo.png", picture())}, follow=True)
    assert "The logo is set." in upload.content.decode()
    assert Branding.objects.get(tenant__public_id=acme.id).name == "Northgate"


@pytest.mark.parametrize("role", ["trader", "viewer"])
def test_branding_is_for_administrators(acme, role):
    client = browser(member(f"{role}@acme.example", role=role))

    for path in ("", "preview/", "legal/terms/", "prices/"):
        assert client.get(f"/settings/branding/{path}").status_code == 403
    assert client.get("/api/v1/tenant/branding").status_code == 403
    assert client.post("/settings/branding/reset/").status_code == 403
    assert "Branding" not in client.get("/connections/").content.decode()
