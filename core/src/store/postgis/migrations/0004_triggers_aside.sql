-- An import into an empty theme sets aside, with the indexes, the triggers that stand idle for it: a table without row
-- triggers takes the rows of a COPY by the page, and nobody asks of each of them whether it is imported.
COMMENT ON TABLE diaba.index_aside IS 'Chỉ mục và trigger đang được đặt lại trong một lần nhập · indexes and triggers an import is about to put back';

CREATE OR REPLACE FUNCTION diaba.set_indexes_aside(of_theme text) RETURNS boolean
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
    -- Both let an import's rows pass in any case; what somebody else hung on the table stays as it is.
    FOR found IN
        SELECT t.tgname FROM pg_trigger t
        WHERE t.tgrelid = target AND t.tgname IN ('diaba_stamp', 'diaba_log') AND t.tgenabled = 'O' AND diaba.importing()
        ORDER BY 1
    LOOP
        INSERT INTO diaba.index_aside (theme, statement)
        VALUES (of_theme, format('ALTER TABLE %s ENABLE TRIGGER %I', target, found.tgname));
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', target, found.tgname);
    END LOOP;
    RETURN true;
END
$$;
