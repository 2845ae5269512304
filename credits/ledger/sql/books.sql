-- The books' rules, in the database. `{schema}` is the quoted schema that this is installed in.
--
-- Names are qualified and the search path pinned: a SECURITY DEFINER function must not be led astray by its caller's
-- path. Cloning a schema rewrites `{schema}.` in function bodies, so a clone's functions work on the clone's tables.
-- (A path such as `SET search_path = {schema}` would not be rewritten, and would book into the template.)

-- Writers open the books and close them again (an error closes them too, with the transaction); every other write is
-- refused, also to the tables' owner.
CREATE FUNCTION {schema}.credits_ledger_only_by_function() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('credits.books_open', true), '') <> 'on' THEN
        RAISE EXCEPTION '% on % is refused: the books are written only by their functions', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION {schema}.credits_ledger_never() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what is booked stays; a correction is a new entry', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER credits_entry_only_by_function BEFORE INSERT ON {schema}.credits_ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_only_by_function();
CREATE TRIGGER credits_posting_only_by_function BEFORE INSERT ON {schema}.credits_ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_only_by_function();
CREATE TRIGGER credits_account_only_by_function BEFORE INSERT OR UPDATE ON {schema}.credits_ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_only_by_function();
CREATE TRIGGER credits_lot_only_by_function BEFORE INSERT OR UPDATE ON {schema}.credits_ledger_creditlot
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_only_by_function();
CREATE TRIGGER credits_entry_never BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.credits_ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_never();
CREATE TRIGGER credits_posting_never BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.credits_ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_never();
CREATE TRIGGER credits_account_never BEFORE DELETE OR TRUNCATE ON {schema}.credits_ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_never();
CREATE TRIGGER credits_lot_never BEFORE DELETE OR TRUNCATE ON {schema}.credits_ledger_creditlot
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.credits_ledger_never();

-- At commit: every touched entry has postings, and they sum to zero in each currency.
CREATE FUNCTION {schema}.credits_ledger_balanced() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched bigint := CASE TG_ARGV[0] WHEN 'entry' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'entry_id' END;
BEGIN
    IF NOT EXISTS (SELECT FROM {schema}.credits_ledger_posting p WHERE p.entry_id = touched) THEN
        RAISE EXCEPTION 'entry % has no postings', touched
            USING ERRCODE = 'CR422', CONSTRAINT = 'credits_entry_balanced';
    END IF;
    IF EXISTS (
        SELECT FROM {schema}.credits_ledger_posting p
        JOIN {schema}.credits_ledger_account a ON a.id = p.account_id
        WHERE p.entry_id = touched GROUP BY a.currency HAVING sum(p.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the postings of entry % do not sum to zero', touched
            USING ERRCODE = 'CR422', CONSTRAINT = 'credits_entry_balanced';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER credits_entry_balanced AFTER INSERT ON {schema}.credits_ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.credits_ledger_balanced('entry');
CREATE CONSTRAINT TRIGGER credits_posting_balanced AFTER INSERT ON {schema}.credits_ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.credits_ledger_balanced('posting');

-- The accounts of one kind and currency: of these owners, or the tenant's own where `owners` is null. Opens missing
-- ones; locks them in pk order when asked.
CREATE FUNCTION {schema}.credits_ledger_open_accounts(of_kind text, of_currency text, owners bigint[], with_lock boolean)
RETURNS TABLE (account_id bigint, owner_id bigint, posted numeric, pending numeric, topped_to numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('credits.books_open', 'on', true);
    INSERT INTO {schema}.credits_ledger_account (owner_id, kind, currency, posted, pending, topped_to)
    SELECT w.owner, of_kind, of_currency, 0, 0, 0
    FROM (SELECT DISTINCT unnest(coalesce(owners, ARRAY[NULL]::bigint[])) AS owner) w
    WHERE NOT EXISTS (
        SELECT FROM {schema}.credits_ledger_account a
        WHERE a.kind = of_kind AND a.currency = of_currency AND a.owner_id IS NOT DISTINCT FROM w.owner
    )
    ORDER BY w.owner
    ON CONFLICT DO NOTHING;
    PERFORM set_config('credits.books_open', 'off', true);
    IF with_lock THEN
        RETURN QUERY SELECT a.id, a.owner_id::bigint, a.posted, a.pending, a.topped_to FROM {schema}.credits_ledger_account a
            WHERE a.kind = of_kind AND a.currency = of_currency AND (owners IS NULL OR a.owner_id = ANY (owners))
            ORDER BY a.id FOR NO KEY UPDATE;
    ELSE
        RETURN QUERY SELECT a.id, a.owner_id::bigint, a.posted, a.pending, a.topped_to FROM {schema}.credits_ledger_account a
            WHERE a.kind = of_kind AND a.currency = of_currency AND (owners IS NULL OR a.owner_id = ANY (owners));
    END IF;
END $$;

-- Books a batch of entries, all or nothing; a key that is booked already, with the same content, books nothing more.
-- drafts: [{"key", "reason", "occurred_at", "public_id", "price_usd", "ratio", "moves": {account pk: credits}}].
-- Errors: CR409 other content under this key, CR404 unknown account, CR422 not millionths, 23514 wallet below zero.
CREATE FUNCTION {schema}.credits_ledger_post(drafts jsonb)
RETURNS TABLE (entry_id bigint, public_id uuid, idempotency_key text, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    new_ids bigint[];
    conflicting text;
BEGIN
    -- Lock first: a twin waits here. Wallets before the tenant's own accounts, each in pk order, so that whoever
    -- holds a wallet already can go on to the shared ones and nobody waits in a circle.
    PERFORM FROM {schema}.credits_ledger_account a
    WHERE a.id IN (SELECT k::bigint FROM jsonb_array_elements(drafts) d, jsonb_object_keys(d -> 'moves') k)
    ORDER BY a.owner_id IS NULL, a.id FOR NO KEY UPDATE;

    IF EXISTS (
        SELECT FROM jsonb_array_elements(drafts) d, jsonb_object_keys(d -> 'moves') k
        WHERE NOT EXISTS (SELECT FROM {schema}.credits_ledger_account a WHERE a.id = k::bigint)
    ) THEN
        RAISE EXCEPTION 'a move names an account that is not in these books' USING ERRCODE = 'CR404';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(drafts) d, jsonb_each_text(d -> 'moves') m
        WHERE m.value::numeric <> round(m.value::numeric, 6)
    ) THEN
        RAISE EXCEPTION 'a move is finer than a millionth of a credit' USING ERRCODE = 'CR422';
    END IF;

    PERFORM set_config('credits.books_open', 'on', true);
    WITH draft AS (
        SELECT d ->> 'key' AS key, d ->> 'reason' AS reason, (d ->> 'occurred_at')::timestamptz AS occurred_at,
               (d ->> 'public_id')::uuid AS public_id, {schema}.credits_ledger_fingerprint(d) AS fingerprint, n
        FROM jsonb_array_elements(drafts) WITH ORDINALITY AS e (d, n)
    ), booked AS (
        INSERT INTO {schema}.credits_ledger_entry (public_id, idempotency_key, reason, fingerprint, occurred_at)
        SELECT public_id, key, reason, fingerprint, occurred_at FROM draft ORDER BY n
        ON CONFLICT (idempotency_key) DO NOTHING RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO new_ids FROM booked;

    SELECT d ->> 'key' INTO conflicting FROM jsonb_array_elements(drafts) d
    JOIN {schema}.credits_ledger_entry e ON e.idempotency_key = d ->> 'key'
    WHERE e.fingerprint <> {schema}.credits_ledger_fingerprint(d) LIMIT 1;
    IF conflicting IS NOT NULL THEN
        RAISE EXCEPTION '% was booked with other content', conflicting USING ERRCODE = 'CR409', DETAIL = conflicting;
    END IF;

    INSERT INTO {schema}.credits_ledger_posting (entry_id, account_id, amount)
    SELECT e.id, m.key::bigint, m.value::numeric
    FROM (SELECT DISTINCT ON (d ->> 'key') d ->> 'key' AS key, d -> 'moves' AS moves, n
          FROM jsonb_array_elements(drafts) WITH ORDINALITY AS x (d, n) ORDER BY d ->> 'key', n) f
    JOIN {schema}.credits_ledger_entry e ON e.idempotency_key = f.key AND e.id = ANY (new_ids),
    jsonb_each_text(f.moves) m
    ORDER BY f.n;

    PERFORM {schema}.credits_ledger_fill_lots(new_ids, drafts);

    UPDATE {schema}.credits_ledger_account a
    SET posted = a.posted + s.delta,
        topped_to = CASE WHEN s.came_in AND a.owner_id IS NOT NULL THEN a.posted + s.delta ELSE a.topped_to END
    FROM (SELECT p.account_id, sum(p.amount) AS delta, bool_or(p.amount > 0) AS came_in
          FROM {schema}.credits_ledger_posting p WHERE p.entry_id = ANY (new_ids) GROUP BY p.account_id) s
    WHERE a.id = s.account_id;
    PERFORM set_config('credits.books_open', 'off', true);

    RETURN QUERY SELECT e.id, e.public_id, e.idempotency_key::text,
                        e.id = ANY (new_ids) AND n = min(n) OVER (PARTITION BY e.id)
        FROM jsonb_array_elements(drafts) WITH ORDINALITY AS x (d, n)
        JOIN {schema}.credits_ledger_entry e ON e.idempotency_key = d ->> 'key'
        ORDER BY n;
END $$;

-- What a fact says: its reason, its moves and the terms of its lots, but not when it was said.
CREATE FUNCTION {schema}.credits_ledger_fingerprint(draft jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', draft ->> 'reason', (draft ->> 'price_usd')::numeric(20, 6),
           (draft ->> 'ratio')::numeric(20, 6),
           (SELECT string_agg(m.key || ':' || m.value::numeric(20, 6), ',' ORDER BY m.key::bigint)
            FROM jsonb_each_text(draft -> 'moves') m)), 'UTF8')), 'hex')
$$;

-- Opens a lot for each credited wallet, then takes what was debited from the oldest open lots.
CREATE FUNCTION {schema}.credits_ledger_fill_lots(new_ids bigint[], drafts jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO {schema}.credits_ledger_creditlot
        (public_id, account_id, entry_id, bought, remaining, price_usd, ratio, bought_at)
    SELECT gen_random_uuid(), p.account_id, e.id, p.amount, p.amount, (f.d ->> 'price_usd')::numeric,
           (f.d ->> 'ratio')::numeric, e.occurred_at
    FROM {schema}.credits_ledger_posting p
    JOIN {schema}.credits_ledger_account a ON a.id = p.account_id AND a.owner_id IS NOT NULL
    JOIN {schema}.credits_ledger_entry e ON e.id = p.entry_id
    JOIN (SELECT DISTINCT ON (d ->> 'key') d FROM jsonb_array_elements(drafts) d ORDER BY d ->> 'key') f
        ON f.d ->> 'key' = e.idempotency_key
    WHERE p.entry_id = ANY (new_ids) AND p.amount > 0 ORDER BY p.id;

    UPDATE {schema}.credits_ledger_creditlot l
    SET remaining = l.remaining - least(l.remaining, t.taken - t.before)
    FROM (
        SELECT o.id, s.taken,
               sum(o.remaining) OVER (PARTITION BY o.account_id ORDER BY o.id) - o.remaining AS before
        FROM {schema}.credits_ledger_creditlot o
        JOIN (SELECT p.account_id, -sum(p.amount) AS taken FROM {schema}.credits_ledger_posting p
              WHERE p.entry_id = ANY (new_ids) AND p.amount < 0 GROUP BY p.account_id) s ON s.account_id = o.account_id
        WHERE o.remaining > 0
    ) t
    WHERE l.id = t.id AND t.taken > t.before;
END $$;
