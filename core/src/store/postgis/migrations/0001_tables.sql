-- What is the same whatever the themes are. The tables of the themes are made from their files, see reconcile.rs.

-- Which database this is. A copy of it (a dump restored elsewhere, pg_upgrade) has another identity() than the one
-- kept here; diaba migrate then gives it an epoch of its own.
CREATE TABLE diaba.instance (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch text NOT NULL,
    identity text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE diaba.instance IS 'Cơ sở dữ liệu này · which database this is';

CREATE FUNCTION diaba.identity() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT format('%s/%s/%s',
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'diaba.instance'::regclass::oid)
$$;
COMMENT ON FUNCTION diaba.identity() IS
    'Cụm máy chủ, cơ sở dữ liệu và bảng; bản phục hồi có giá trị khác · cluster, database and table; a restored copy has another one';

-- On the primary only. The timeline is part of it: a standby that takes over may lack the last commits, and gives
-- their transaction numbers out anew.
CREATE FUNCTION diaba.epoch() RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    found diaba.instance;
BEGIN
    SELECT * INTO found FROM diaba.instance;
    IF found.epoch IS NULL OR found.identity <> diaba.identity() THEN
        RAISE EXCEPTION 'this database is a copy of another one; run "diaba migrate" on it'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN found.epoch || '-' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
END
$$;
COMMENT ON FUNCTION diaba.epoch() IS
    'Tên của dãy giao dịch; đổi khi phục hồi hay chuyển máy chính · names the run of transactions; another one after a restore or a failover';

CREATE SEQUENCE diaba.revision;
-- Ids from here up are never given by an import; below 2^53 JSON carries them exactly.
CREATE SEQUENCE diaba.manual_id AS bigint MINVALUE 4503599627370496 MAXVALUE 9007199254740991;

CREATE TABLE diaba.dataset (
    theme text NOT NULL,
    dataset text NOT NULL CHECK (dataset ~ '^[a-z0-9][a-z0-9_-]{0,100}$'),
    revision bigint NOT NULL,
    provenance json NOT NULL DEFAULT '{}',
    kept_ids json NOT NULL DEFAULT '[]',
    features bigint NOT NULL DEFAULT 0,
    imported_at timestamptz NOT NULL DEFAULT now(),
    imported_by text NOT NULL DEFAULT session_user,
    PRIMARY KEY (theme, dataset)
);
COMMENT ON TABLE diaba.dataset IS 'Bộ dữ liệu và lần nhập hiện hành · datasets and the revision in force';
COMMENT ON COLUMN diaba.dataset.revision IS 'Số của lần nhập; 0 là chưa nhập · number of the import; 0 where there was none';
COMMENT ON COLUMN diaba.dataset.features IS 'Số đối tượng khi nhập · features when imported';
COMMENT ON COLUMN diaba.dataset.kept_ids IS 'Mã không theo khóa, giữ cho lần nhập sau · ids that are not those of the key, kept for the next import';

CREATE TABLE diaba.change (
    serial bigserial PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    theme text NOT NULL,
    dataset text NOT NULL,
    revision bigint NOT NULL,
    feature bigint,
    operation text NOT NULL CHECK (operation IN ('insert', 'update', 'delete', 'import')),
    old_box float8[4],
    new_box float8[4],
    at timestamptz NOT NULL DEFAULT now(),
    who text NOT NULL,
    origin text,
    login text NOT NULL DEFAULT session_user
);
CREATE INDEX change_xid ON diaba.change (xid);
CREATE INDEX change_dataset ON diaba.change (theme, dataset, revision);
COMMENT ON TABLE diaba.change IS 'Nhật ký thay đổi, chỉ thêm · the change log, append-only';
COMMENT ON COLUMN diaba.change.xid IS 'Giao dịch; số thứ tự không phải thứ tự ghi · the transaction; the serial is no order of commits';
COMMENT ON COLUMN diaba.change.feature IS 'Đối tượng; trống khi nhập cả bộ · the feature; none for a whole import';
COMMENT ON COLUMN diaba.change.old_box IS 'Phạm vi cũ: tây, nam, đông, bắc, mét · where it was: west, south, east, north, metres';
COMMENT ON COLUMN diaba.change.at IS 'Lúc giao dịch bắt đầu · when the transaction began';

CREATE TABLE diaba.history (
    serial bigserial PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    theme text NOT NULL,
    dataset text NOT NULL,
    revision bigint NOT NULL,
    feature bigint NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    "row" json NOT NULL,
    geom @postgis@.geometry NOT NULL,
    who text NOT NULL,
    operation text NOT NULL CHECK (operation IN ('update', 'delete', 'import')),
    login text NOT NULL DEFAULT session_user,
    CHECK (valid_from <= valid_to)
);
CREATE INDEX history_xid ON diaba.history (xid);
CREATE INDEX history_feature ON diaba.history (theme, feature);
CREATE INDEX history_dataset ON diaba.history (theme, dataset, serial);
COMMENT ON TABLE diaba.history IS 'Mọi bản ghi đã được thay thế · every row that another one took the place of';
COMMENT ON COLUMN diaba.history.valid_to IS 'Thời điểm hết hiệu lực, không thuộc khoảng · when it ceased to stand; not part of the period';
COMMENT ON COLUMN diaba.history.operation IS 'Việc đã thay thế nó · what took its place';

CREATE TABLE diaba.quality_findings (
    serial bigserial PRIMARY KEY,
    theme text NOT NULL,
    dataset text NOT NULL,
    revision bigint NOT NULL,
    feature bigint,
    rule text NOT NULL,
    field text,
    value text,
    detail text,
    found_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quality_findings_dataset ON diaba.quality_findings (theme, dataset, revision);
COMMENT ON TABLE diaba.quality_findings IS 'Điều cần xem lại trong dữ liệu · what somebody should look at in the data';

CREATE TABLE diaba.code (
    list text NOT NULL,
    code text NOT NULL,
    title_vi text NOT NULL,
    title_en text NOT NULL,
    current boolean NOT NULL,
    PRIMARY KEY (list, code)
);
COMMENT ON TABLE diaba.code IS 'Danh mục mã, chép từ tệp cấu hình · the code lists, copied from their files';

CREATE TABLE diaba.api_key (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
COMMENT ON TABLE diaba.api_key IS 'Khóa được phép sửa, chỉ giữ giá trị băm SHA-256 · keys that may edit; only their SHA-256 is kept';

-- One lock a theme: an edit holds it shared until its transaction ends, the last step of an import alone.
CREATE FUNCTION diaba.theme_lock(theme text) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT hashtextextended('diaba/theme/' || theme, 0)
$$;
CREATE FUNCTION diaba.dataset_lock(theme text, dataset text) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT hashtextextended('diaba/dataset/' || theme || '/' || dataset, 0)
$$;

CREATE FUNCTION diaba.enter_theme() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(diaba.theme_lock(TG_TABLE_NAME));
    RETURN NULL;
END
$$;

CREATE FUNCTION diaba.refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE of %.% would leave no trace in the history; use DELETE', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'feature_not_supported';
END
$$;

-- Since when a row stands so is not for whoever writes it to say. Never before the row it takes the place of: a
-- transaction that began earlier may write later.
CREATE FUNCTION diaba.stamp_row() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.valid_from := now();
    ELSE
        NEW.valid_from := OLD.valid_from;
        IF NEW *<> OLD THEN
            NEW.valid_from := greatest(now(), OLD.valid_from);
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- Whether this is the last step of an import, which writes log and history itself; a setting alone proves nothing.
CREATE FUNCTION diaba.importing() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.current_setting('diaba.import', true) = 'on'
       AND pg_catalog.pg_has_role(session_user, 'diaba_importer', 'MEMBER')
$$;

-- The revision of a dataset a row is written to.
CREATE FUNCTION diaba.revision_of(of_theme text, of_dataset text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    found bigint;
BEGIN
    SELECT d.revision INTO found FROM diaba.dataset d WHERE d.theme = of_theme AND d.dataset = of_dataset;
    IF found IS NULL THEN
        RAISE EXCEPTION 'theme % has no dataset %; rows made by hand belong to the dataset manual', of_theme, of_dataset
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN found;
END
$$;

CREATE FUNCTION diaba.box(g @postgis@.geometry) RETURNS float8[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY[@postgis@.ST_XMin(g), @postgis@.ST_YMin(g), @postgis@.ST_XMax(g), @postgis@.ST_YMax(g)]
$$;

-- Indexes are made faster over a full table than row by row. An importer is not the owner, so it asks for it here; what
-- is to be made again is kept where it cannot write.
CREATE TABLE diaba.index_aside (
    place serial PRIMARY KEY,
    theme text NOT NULL,
    statement text NOT NULL
);
COMMENT ON TABLE diaba.index_aside IS 'Chỉ mục đang được dựng lại trong một lần nhập · indexes an import is about to make again';

-- Only for a table without rows: nobody is reading anything there that would have to wait.
CREATE FUNCTION diaba.set_indexes_aside(of_theme text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target regclass := to_regclass(format('diaba.%I', of_theme));
    any_row boolean;
    found record;
BEGIN
    IF NOT EXISTS (SELECT FROM diaba.dataset d WHERE d.theme = of_theme) OR target IS NULL THEN
        RAISE EXCEPTION 'there is no theme %', of_theme;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', target) INTO any_row;
    IF any_row THEN
        RETURN false;
    END IF;
    FOR found IN
        SELECT i.indexrelid::regclass AS name, i.indisprimary, c.conname, pg_get_indexdef(i.indexrelid) AS made,
               pg_get_constraintdef(c.oid) AS rule, obj_description(i.indexrelid, 'pg_class') AS said
        FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
        WHERE i.indrelid = target AND (i.indisprimary OR c.oid IS NULL)
        ORDER BY i.indisprimary DESC, 1
    LOOP
        IF found.indisprimary THEN
            INSERT INTO diaba.index_aside (theme, statement)
            VALUES (of_theme, format('ALTER TABLE %s ADD CONSTRAINT %I %s', target, found.conname, found.rule));
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', target, found.conname);
        ELSE
            INSERT INTO diaba.index_aside (theme, statement) VALUES (of_theme, found.made);
            IF found.said IS NOT NULL THEN
                INSERT INTO diaba.index_aside (theme, statement)
                VALUES (of_theme, format('COMMENT ON INDEX %s IS %L', found.name, found.said));
            END IF;
            EXECUTE format('DROP INDEX %s', found.name);
        END IF;
    END LOOP;
    RETURN true;
END
$$;

CREATE FUNCTION diaba.bring_indexes_back(of_theme text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT statement FROM diaba.index_aside a WHERE a.theme = of_theme ORDER BY place LOOP
        EXECUTE found.statement;
    END LOOP;
    DELETE FROM diaba.index_aside a WHERE a.theme = of_theme;
END
$$;
REVOKE EXECUTE ON FUNCTION diaba.set_indexes_aside(text), diaba.bring_indexes_back(text) FROM PUBLIC;
