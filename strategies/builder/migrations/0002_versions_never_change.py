"""A version of a rule set is never another one: the database says so too."""

from django.db import migrations

KEPT = """
CREATE FUNCTION strategies_builder_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a rule set never changes' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER strategies_builder_no_change BEFORE UPDATE ON strategies_builder_rulesetversion
    FOR EACH ROW EXECUTE FUNCTION strategies_builder_refuse_change();
"""
NOT_KEPT = """
DROP TRIGGER strategies_builder_no_change ON strategies_builder_rulesetversion;
DROP FUNCTION strategies_builder_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("strategies_builder", "0001_rule_sets"),
    ]

    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
