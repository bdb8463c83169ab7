-- Every revision there was of a dataset: what a rollback chooses from. Their rows are in the theme's table and in the history.
CREATE TABLE diaba.dataset_revision (
    theme text NOT NULL,
    dataset text NOT NULL,
    revision bigint NOT NULL,
    operation text NOT NULL CHECK (operation IN ('import', 'rollback', 'remove')),
    provenance json NOT NULL DEFAULT '{}',
    kept_ids json NOT NULL DEFAULT '[]',
    features bigint NOT NULL DEFAULT 0,
    stands_from timestamptz NOT NULL,
    who text NOT NULL DEFAULT session_user,
    PRIMARY KEY (theme, dataset, revision)
);
COMMENT ON TABLE diaba.dataset_revision IS 'Mọi lần nhập, lùi và xóa bộ dữ liệu · every import, rollback and removal of a dataset';
COMMENT ON COLUMN diaba.dataset_revision.stands_from IS 'Từ lúc này các bản ghi của nó có hiệu lực · from when its rows stand';

INSERT INTO diaba.dataset_revision (theme, dataset, revision, operation, provenance, kept_ids, features, stands_from, who)
SELECT theme, dataset, revision, 'import', provenance, kept_ids, features, imported_at, imported_by
FROM diaba.dataset WHERE revision > 0;

ALTER TABLE diaba.change DROP CONSTRAINT change_operation_check;
ALTER TABLE diaba.change ADD CONSTRAINT change_operation_check
    CHECK (operation IN ('insert', 'update', 'delete', 'import', 'rollback', 'remove'));
