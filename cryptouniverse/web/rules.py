"""Rule sets: put together in a form, seen as JSON, saved in versions, exported, imported, deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.words import told
from cryptouniverse.web.rules_forms import BEGUN, changed, completed, document_in
from cryptouniverse.web.rules_shown import FAMILIES, declared_shown, rules_shown
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_parts import person
from strategies.builder.errors import BadRules
from strategies.builder.rules.compiling import validated
from strategies.builder.rules.problems import Problem
from strategies.builder.rules.reading import BYTES_MAX, parsed
from strategies.builder.selectors import (
    access_rule_set,
    name_of_version,
    rule_sets_of,
    version_of,
    versions_of,
)
from strategies.builder.services import create_rule_set, delete_rule_set, exported, save_version


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What a person has made."""
    rows = [(one, name_of_version(one, one.newest)) for one in rule_sets_of(person(request))]
    return render(request, "lab/rules.html", {"page": "lab", "rows": rows, "may": person(request).may("trading:write")})


@access("trading:read")
@require_GET
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """A form to begin with."""
    return _form(request, dict(BEGUN))


@access("trading:read")
@require_GET
@never_cache
def one(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """A version in the form: the newest, or the one that is asked for."""
    rule_set, asked = access_rule_set(person(request), rule_set_id), request.GET.get("version", "")
    version = version_of(rule_set, int(asked) if asked.isdecimal() and len(asked) < 9 else None)
    return _form(request, exported(version), rule_set_id=rule_set_id)


@access("trading:read", keeps_nothing=True)
@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """The form after a choice or a button: nothing is kept, what is wrong by now is said."""
    rule_set = request.POST.get("rule_set", "")
    known = access_rule_set(person(request), UUID(rule_set)).public_id if _is_id(rule_set) else None
    try:
        document = changed(_sent(request), request.POST.get("do", ""))
    except BadRules as refused:
        return _form(request, document_in(request.POST), rule_set_id=known, problems=refused.found)
    return _form(request, document, rule_set_id=known, problems=validated(document).problems)


@access("trading:write", audit="rules.created")
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Keep it as a rule set; a text or a file that was exported too."""
    try:
        made = create_rule_set(actor=person(request), document=_sent(request), key=submit_key(request.POST))
    except CryptoUniverseError as error:
        return _refused(request, error, None)
    messages.success(request, gettext("The rules are kept."))
    return redirect("rules-one", made.public_id)


@access("trading:write", audit="rules.saved")
@require_POST
def save(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Keep it as another version."""
    based_on = request.POST.get("based_on", "")
    number = int(based_on) if based_on.isdecimal() and len(based_on) < 9 else 0
    try:
        document = _sent(request)
        version = save_version(actor=person(request), rule_set_id=rule_set_id, document=document, based_on=number)
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        return _refused(request, error, rule_set_id)
    messages.success(request, gettext("Version %(number)s is kept.") % {"number": version.number})
    return redirect("rules-one", rule_set_id)


@access("trading:write", audit="rules.deleted")
@require_POST
def delete(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Forget a rule set."""
    try:
        delete_rule_set(actor=person(request), rule_set_id=rule_set_id)
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, gettext("The rules are deleted."))
    return redirect("rules")


@access("trading:read")
@require_GET
def export(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """The newest version as a JSON file."""
    version = version_of(access_rule_set(person(request), rule_set_id))
    response = HttpResponse(_text(exported(version)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="rules-{rule_set_id}-{version.number}.json"'
    return response


def _sent(request: HttpRequest) -> dict[str, Any]:
    """The document of the inputs; of the text or the file where that was chosen. Raises BadRules."""
    if request.POST.get("do") != "raw":
        return document_in(request.POST)
    file = request.FILES.get("file")
    return parsed(file.read(BYTES_MAX + 1) if file else request.POST.get("raw", ""))


def _refused(request: HttpRequest, error: CryptoUniverseError, rule_set_id: UUID | None) -> HttpResponse:
    messages.error(request, error.sentence(gettext))
    try:
        document = _sent(request)
    except BadRules:
        document = dict(BEGUN)
    problems = error.found if isinstance(error, BadRules) else ()
    return _form(request, document, rule_set_id=rule_set_id, problems=problems, status=422)


def _form(
    request: HttpRequest,
    document: dict[str, Any],
    *,
    rule_set_id: UUID | None = None,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    rule_set = access_rule_set(user, rule_set_id) if rule_set_id else None
    whole = completed(document)
    context = {
        "page": "lab", "key": new_id(), "document": whole, "raw": _text(document), "rules": rules_shown(whole),
        "declared": declared_shown(whole), "families": FAMILIES, "rule_set": rule_set,
        "problems": [(each.path or "/", told(each.said, gettext), each.nearest) for each in problems],
        "versions": list(versions_of(rule_set).defer("document")) if rule_set else [],
        "strategy": name_of_version(rule_set, rule_set.newest) if rule_set else "",
        "based_on": request.POST.get("based_on") or (rule_set.newest if rule_set else ""),
        "patience": whole["patience"].get("name") if isinstance(whole.get("patience"), dict) else whole.get("patience"),
        "may": user.may("trading:write"),
    }  # fmt: skip
    return render(request, "lab/rules_form.html", context, status=status)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
