"""Whatever Python says to people can be translated: held for every file, and shown to catch what it is there for."""

import pytest

from tests.architecture.sources import Source, product
from tests.architecture.wording import RULES, errors

COMMAND = "class Command(ProductCommand):\n    def handle(self):\n        "
PLANTED = (
    ("says_untranslated", "raise Invalid('the name is too long')"),
    ("says_untranslated", "raise BadBot(f'no instrument is called {name}', instrument=name)"),
    ("says_untranslated", "raise CommandError('There is no %s' % name)"),
    ("says_untranslated", "reason = 'it is empty'\nraise CandlesRefused(reason, row=1)"),
    ("says_untranslated", "raise CandlesRefused(said(f'{name} is empty'), row=1)"),
    ("says_untranslated", "raise Invalid(_('Too long') if long else 'Too short')"),
    ("says_untranslated", "raise Invalid(' '.join(('too', 'long')) + 'too short')"),
    ("says_untranslated", COMMAND + "self.stdout.write('Nothing to do.')"),
    ("says_untranslated", COMMAND + "self.stderr.write(f'{done} of {all} candles')"),
    ("says_untranslated", COMMAND + "line = f'{n} letters'\n        self.stdout.write(line)"),
    ("says_untranslated", "class Command(BaseCommand):\n    help = 'Do it.'"),
    ("says_untranslated", "parser.add_argument('--all', help='every one')"),
    ("says_untranslated", "amount = forms.DecimalField(label='Amount')"),
    ("says_untranslated", "amount = forms.DecimalField(error_messages={'invalid': 'No number.'})"),
    ("says_untranslated", "amount = models.TextField(help_text='how much')"),
    ("says_untranslated", "class Meta:\n    verbose_name = 'credit lot'"),
    ("says_untranslated", "class Late(Refused):\n    code = 'a.b'\n    title = 'Too late'"),
    ("says_untranslated", "class State(models.TextChoices):\n    OPEN = 'open', 'Open'"),
    ("says_untranslated", "class State(models.TextChoices):\n    OPEN = 'open'"),
    ("says_untranslated", "@admin.display(description='Limit')\ndef limit(self, row): ..."),
    ("says_untranslated", "messages.success(request, 'Credits were added.')"),
    ("says_untranslated", "return HttpResponse('This is for operators.', status=403)"),
    ("says_untranslated", "return Deny(limit='trading on', value=_('stopped'))"),
    ("says_untranslated", "return Deny(limit=_('free cash'), value=f'{cash:.2f} left')"),
    ("says_untranslated", "return AtMost(cap, f'{cap} free', quote)"),
    ("says_untranslated", "return AtMost(notional=cap, limit=f'{cap:f}', value='held')"),
    ("says_untranslated", "Parameter('fast', int, 12, 3, 100, 'Bars in the fast average')"),
    ("says_untranslated", "Strategy(name='x', title='Crossing', hypothesis=_('It rises.'))"),
    ("marks_nothing_fixed", "raise Invalid(_(f'{name} is too long'))"),
    ("marks_nothing_fixed", "self.stdout.write(gettext('%s candles' % count))"),
    ("marks_nothing_fixed", "title = _('{} is late'.format(name))"),
    ("misses_facts", "raise Invalid(_('%(field)s is too long'), name=field)"),
    ("misses_facts", "return Deny(limit=said(_('%(cap)s free')), value=quote)"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_python_says_nothing_untranslated(rule):
    assert [breach for source in product() for breach in rule(source)] == []


@pytest.mark.parametrize(("rule", "text"), PLANTED)
def test_a_planted_breach_is_caught(rule, text):
    found = {each.__name__: [*each(Source("trading/risk/planted.py", text))] for each in RULES}
    assert [name for name, breaches in found.items() if breaches] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "raise Invalid(_('%(field)s is too long'), field=name)",
        "raise Invalid(**facts)",
        "raise ValueError('a mistake of a programmer')",
        "reason = said(_('%(column)s is empty'), column=name)\nraise CandlesRefused(reason, row=1)",
        "raise CommandError(gettext('There is no %s.') % name)",
        "raise CommandError(error.sentence(gettext)) from error",
        COMMAND + "self.stdout.write(f'{slug}: {found:f} / {wanted:f} UTC')",
        COMMAND + "self.stdout.write(json.dumps(report, indent=2))",
        "return Deny(limit=f'{cap:f}%', value=said(_('%(held)s held'), held=held))",
        "return AtMost(notional=cap, limit=f'{cap:f}', value=proposal.instrument.quote)",
        "class State(models.TextChoices):\n    OPEN = 'open', _('Open')",
        "from rest_framework.exceptions import MethodNotAllowed\nraise MethodNotAllowed('GET')",
    ],
)
def test_what_is_marked_is_let_through(text):
    assert [breach for rule in RULES for breach in rule(Source("trading/risk/planted.py", text))] == []


def test_all_of_our_errors_are_known_to_the_rule():
    assert {"Invalid", "CandlesRefused", "BadParameter", "KeyMalformed", "NoTenant"} <= errors() and len(errors()) > 40
