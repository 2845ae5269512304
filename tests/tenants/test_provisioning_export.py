"""A tenant as a file, and back: every row and every balance; no secret in it, and no damage unseen."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.users.models import User
from credits.ledger.selectors import WalletRow, check_books, wallets_of
from credits.ledger.services import top_up_practice
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.backtest.models import Run
from strategies.builder.models import RuleSetVersion
from strategies.builder.services import create_rule_set
from tenants.audit.selectors import audit_records
from tenants.provisioning.errors import BadExport
from tenants.provisioning.selectors import any_tenant
from tenants.provisioning.services import drop_tenant, export_tenant, import_tenant
from tests.people import PASSWORD, browser, member
from tests.strategies.rule_documents import RULES

pytestmark = pytest.mark.soak
PACKED = bytes(range(256))


def rows_of(tables) -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def exported(slug: str) -> tuple[io.BytesIO, object]:
    file = io.BytesIO()
    return file, export_tenant(slug=slug, file=file)


@pytest.fixture
def copies():
    """Slugs of what a test takes in, dropped after it."""
    slugs = []
    yield slugs
    for slug in slugs:
        drop_tenant(slug=slug)


@pytest.fixture
def lived_in(fresh_tenant):
    """A tenant with people, a session and books."""
    ada = member("ada@fresh.example", display_name='Ada \\ "Äda" \t\n 1e400')
    top_up(ada, "12.345678")
    create_rule_set(actor=ada, document=RULES)
    Run.objects.create(owner=ada, plan={}, strategy="spot_grid", arrays=PACKED, asked_at=clock.now())
    browser(ada, host=f"{fresh_tenant.slug}.localhost").get("/")
    return fresh_tenant


def test_all_rows_and_balances_come_back(lived_in, copies):
    file, manifest = exported(lived_in.slug)
    copies.append(slug := f"copy-{uuid4().hex[:8]}")
    before, owed = {table: facts["rows"] for table, facts in manifest.tables.items()}, balances_of("ada@fresh.example")
    assert before["credits_ledger_posting"] == 2

    copy = import_tenant(file=file, slug=slug)

    assert copy.id != lived_in.id  # the first one lives
    with in_tenant(copy):
        after = rows_of(manifest.tables)
        for table in ("tenants_audit_auditrecord", "tenants_audit_unsealedrecord"):
            assert after.pop(table) == before.pop(table) + 1  # that it was
        assert after == before
        assert balances_of("ada@fresh.example") == owed
        assert bytes(Run.objects.get().arrays) == PACKED
        assert RuleSetVersion.objects.get().document["name"] == RULES["name"]
        ada = User.objects.get(email="ada@fresh.example")
        assert ada.display_name == 'Ada \\ "Äda" \t\n 1e400'
        top_up(ada, "1")  # numbers go on after those that were taken in
        assert balances_of("ada@fresh.example").posted == owed.posted + 1
        assert check_books() == []
        assert audit_records().filter(action="tenant.imported").exists()


def balances_of(email: str) -> WalletRow:
    user = User.objects.get(email=email)
    return wallets_of([user.pk], "PRACTICE")[user.pk]


def top_up(user: User, amount: str) -> None:
    top_up_practice(user=user, amount=Credits(amount), currency="PRACTICE", request_key=str(uuid4()))


def test_no_secret_is_in_it(lived_in):
    ada = User.objects.get()
    file, manifest = exported(lived_in.slug)

    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        text = b"".join(archive.read(name) for name in names).decode()
    assert "ada@fresh.example" in text
    assert ada.password not in text
    assert PASSWORD not in text
    assert {"accounts_users_session", "account_emailconfirmation", "cryptouniverse_api_idempotencyrecord"} <= set(
        manifest.left_out
    )
    assert not {f"{table}.jsonl" for table in manifest.left_out} & set(names)


def test_what_was_exported_cannot_be_signed_in_with(lived_in, copies):
    file, _ = exported(lived_in.slug)
    copies.append(slug := f"copy-{uuid4().hex[:8]}")

    with in_tenant(import_tenant(file=file, slug=slug)):
        assert not User.objects.get().has_usable_password()


def test_one_that_is_gone_comes_back_with_its_id(lived_in, copies):
    file, _ = exported(lived_in.slug)
    copies.append(slug := f"copy-{uuid4().hex[:8]}")
    first = import_tenant(file=file, slug=slug)
    second_file, _ = exported(slug)
    drop_tenant(slug=slug)

    assert import_tenant(file=second_file, slug=slug).id == first.id


@pytest.mark.parametrize("damage", ["line", "missing", "version", "nonsense", "table"])
def test_damage_is_refused_and_leaves_nothing(lived_in, damage):
    file, _ = exported(lived_in.slug)
    slug = f"copy-{uuid4().hex[:8]}"

    with pytest.raises(BadExport):
        import_tenant(file=damaged(file, damage), slug=slug)
    with pytest.raises(Exception, match="no such tenant"):
        any_tenant(slug)


def damaged(file: io.BytesIO, damage: str) -> io.BytesIO:
    if damage == "nonsense":
        return io.BytesIO(b"PK nothing of ours")
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "accounts_users_user.jsonl":
                if damage == "missing":
                    continue
                data = data.replace(b"ada@", b"eve@") if damage == "line" else data
            if name == "manifest.json" and damage == "version":
                data = data.replace(b"0001_initial", b"0001_another")
            if name == "manifest.json" and damage == "table":
                data = data.replace(b'"auth_group"', b'"django_session"')
            target.writestr(name, data)
    return out


def test_the_commands_write_a_file_for_its_owner_only(lived_in, tmp_path, capsys, copies):
    file = tmp_path / "tenant.zip"
    copies.append(slug := f"copy-{uuid4().hex[:8]}")

    call_command("export_tenant", lived_in.slug, str(file))
    call_command("import_tenant", slug, str(file))

    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["tenant.zip"]
    assert "Left out: " in capsys.readouterr().out
