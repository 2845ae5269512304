"""What Python must not say to people: text that nobody can translate. Over the syntax tree, as the bans are.

Not covered, on purpose: what `./cu` says before Django stands (`cryptouniverse.stack`, the environment's refusals), and
documentation for programmers (the OpenAPI document, docstrings).
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.sources import Source, product

MARKS = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
    "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy",
}  # fmt: skip
# Before Django stands there is no language to translate into.
BEFORE_DJANGO = ("cryptouniverse.stack.", "cryptouniverse.environment")
# Whose arguments people read: by name of what is called, the positions and the keywords.
SPEAKERS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "CommandError": ((0,), ()),
    "ValidationError": ((0,), ("message",)),
    "said": ((0,), ()),
    "Deny": ((0, 1), ("limit", "value")),
    "AtMost": ((1, 2), ("limit", "value")),
    "Refusal": ((2, 3), ("limit", "value")),
    "Strategy": ((1, 3, 4, 5), ("title", "hypothesis", "regime", "known_failure")),
    "Manager": ((1, 3, 4, 5, 6), ("title", "hypothesis", "regime", "known_failure", "sizing")),
    "Finder": ((1, 3, 4, 5, 6), ("title", "hypothesis", "regime", "known_failure", "needs")),
    "Parameter": ((5,), ("meaning",)),
    "Exact": ((4,), ("meaning",)),
    "Choice": ((2,), ("meaning",)),
    "HttpResponse": ((0,), ()),
    "HttpResponseForbidden": ((0,), ()),
    "display": ((), ("description",)),
    "add_argument": ((), ("help",)),
}
METHODS = {"write": {"stdout", "stderr"}, **{tone: {"messages"} for tone in ("success", "error", "info", "warning")}}
KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}
STATED = {
    "title", "verbose_name", "verbose_name_plural", "site_header", "site_title", "index_title", "short_description",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{2,}")
_FACT = re.compile(r"%\((\w+)\)|%[a-zA-Z]")
_NAMES = {"UTC", "USD", "USDT"}


def says_untranslated(source: Source) -> Iterator[str]:
    """Words in what people read: errors, answers of commands, rulings, labels, help."""
    if source.name.startswith(BEFORE_DJANGO):
        return
    theirs = {name.rpartition(".")[2] for _line, name in source.imports() if name.startswith("rest_framework.")}
    for node in source.nodes:
        if isinstance(node, ast.Call) and _name(node.func) in theirs:
            continue
        for spoken in _spoken_by(node):
            if found := _bare(spoken, source):
                yield f'{source.path}:{spoken.lineno} "{found}" is not marked for translation'


def marks_nothing_fixed(source: Source) -> Iterator[str]:
    """A mark around text that is put together while the program runs: no catalogue can hold it."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and _name(node.func) in MARKS:
            for text in node.args:
                if isinstance(text, ast.JoinedStr | ast.BinOp) or _is_format(text):
                    yield f"{source.path}:{text.lineno} {_name(node.func)}(...) of text that is put together"


def misses_facts(source: Source) -> Iterator[str]:
    """A marked sentence of an error or of `said` that names a fact which is not given."""
    for node in source.nodes:
        if not isinstance(node, ast.Call) or not node.args or any(fact.arg is None for fact in node.keywords):
            continue
        text = _marked_text(node.args[0])
        if text is None or not (_name(node.func) == "said" or _name(node.func) in errors()):
            continue
        given, named = {fact.arg for fact in node.keywords}, {match[1] for match in _FACT.finditer(text)}
        for name in sorted(str(name) for name in named - given):
            yield f'{source.path}:{node.lineno} "{text}" names {name}, which is not given'


RULES = (says_untranslated, marks_nothing_fixed, misses_facts)


@cache
def errors() -> frozenset[str]:
    """The names of all our errors."""
    bases = {"CryptoUniverseError"}
    files = [source for source in product() if source.name.endswith(".errors")]
    classes = [node for source in files for node in source.nodes if isinstance(node, ast.ClassDef)]
    while more := {c.name for c in classes if bases & {_name(base) for base in c.bases}} - bases:
        bases |= more
    return frozenset(bases - {"StackError"})


def _spoken_by(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from _arguments(node)
    elif isinstance(node, ast.ClassDef):
        yield from _statements(node)


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = _name(call.func)
    places, keywords = SPEAKERS.get(name, ((), ()))
    if name in errors():
        places = (0,)
    elif isinstance(call.func, ast.Attribute) and _name(call.func.value) in METHODS.get(name, ()):
        places = (1,) if _name(call.func.value) == "messages" else (0,)
    yield from (call.args[place] for place in places if place < len(call.args))
    for keyword in call.keywords:
        if keyword.arg in keywords or keyword.arg in KEYWORDS:
            yield keyword.value
        if keyword.arg == "error_messages" and isinstance(keyword.value, ast.Dict):
            yield from keyword.value.values


def _statements(node: ast.ClassDef) -> Iterator[ast.expr]:
    bases = {_name(base) for base in node.bases}
    stated = STATED | ({"help"} if bases & {"BaseCommand", "ProductCommand"} else set())
    for line in node.body:
        if not isinstance(line, ast.Assign | ast.AnnAssign) or line.value is None:
            continue
        targets = line.targets if isinstance(line, ast.Assign) else [line.target]
        if any(_name(target) in stated for target in targets):
            yield line.value
        if bases & {"TextChoices", "IntegerChoices"}:
            yield line.value.elts[-1] if isinstance(line.value, ast.Tuple) else line.value


def _bare(node: ast.expr, source: Source, seen: frozenset[str] = frozenset()) -> str:
    """The first words in `node` that are not marked; text that a name stands for is looked up in the file."""
    if isinstance(node, ast.Constant):
        return _words(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        parts = [] if node.id in seen else _assigned(node.id, source)
        seen |= {node.id}
    else:
        parts = _parts(node)
    return next((found for one in parts if (found := _bare(one, source, seen))), "")


def _parts(node: ast.expr) -> list[ast.expr]:
    """What the text of `node` is made of. What is marked, and what other functions answer, has no parts."""
    match node:
        case ast.Call(func=ast.Attribute(value=whole), args=args) if _makes_text(node):
            return [whole, *args]
        case ast.Call(args=args) if _makes_text(node):
            return args
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return [left, right]
        case ast.BinOp(left=left):
            return [left]
        case ast.JoinedStr(values=values) | ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            return values
        case ast.FormattedValue(value=value):
            return [value]
        case ast.IfExp(body=body, orelse=other):
            return [body, other]
    return []


def _assigned(name: str, source: Source) -> list[ast.expr]:
    assignments = (node for node in source.nodes if isinstance(node, ast.Assign))
    return [node.value for node in assignments if any(_name(target) == name for target in node.targets)]


def _makes_text(call: ast.Call) -> bool:
    return _name(call.func) in {"str", "join", "format", "strip", "capitalize"}


def _is_format(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) in {"format", "join"}


def _marked_text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and _name(node.func) in MARKS and node.args:
        text = node.args[0]
        return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else None
    return None


def _words(text: str) -> str:
    words = [word for word in _WORD.findall(_FACT.sub("", text)) if word not in _NAMES]
    return " ".join(text.split())[:60] if words else ""


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
