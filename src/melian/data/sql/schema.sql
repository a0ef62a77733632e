-- The event store. One row of `reports` is one row of a provider's file that could be read.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- The manifest: what was read, and what became of every row of it.
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,              -- path as given; `archive.zip/member` for a member
    hash TEXT NOT NULL UNIQUE,       -- SHA-256 of the content, unpacked
    source_kind TEXT NOT NULL,
    as_is BOOLEAN NOT NULL,
    columns TEXT NOT NULL,           -- the user's --map as JSON, '{}' without
    bytes BIGINT NOT NULL,
    read BIGINT NOT NULL,            -- read = stored + duplicate + rejected
    stored BIGINT NOT NULL,
    duplicate BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    since DATE,
    until DATE,
    notes TEXT NOT NULL,             -- what there is to say about its content, as JSON list of sentences
    added TIMESTAMP NOT NULL,
    melian_version TEXT NOT NULL
);

CREATE TABLE reports (
    row_id BIGINT NOT NULL,          -- file_id * 10^10 + file_row
    file_id INTEGER NOT NULL,
    file_row BIGINT NOT NULL,        -- record number in the file, from 1, header not counted
    source_kind TEXT NOT NULL,
    event_id TEXT,                   -- the provider's id
    date DATE NOT NULL,
    date_end DATE,                   -- last day, where the row spans days
    precision TEXT NOT NULL,         -- day | span | month | year | publication
    source_name TEXT NOT NULL,
    target_name TEXT NOT NULL,
    source_code TEXT,
    source_country TEXT,
    source_sectors TEXT,
    target_code TEXT,
    target_country TEXT,
    target_sectors TEXT,
    scheme TEXT NOT NULL,            -- cameo | weis | plover | acled | ucdp | instrument
    code TEXT NOT NULL,
    mode TEXT,
    goldstein DOUBLE,
    reports INTEGER NOT NULL,        -- mentions of the event that the provider counts, at least 1
    weight INTEGER NOT NULL,         -- integer multiplicity
    place TEXT,
    lat DOUBLE,
    lon DOUBLE,
    text TEXT,
    url TEXT,
    as_is BOOLEAN NOT NULL
);

-- Rows whose provider's id another row carries too; kept so that removing a file loses no event.
CREATE TABLE duplicates AS FROM reports LIMIT 0;

-- What every stored row was resolved to, by the codebook of `meta`.
CREATE TABLE resolved (
    row_id BIGINT NOT NULL,
    source_actor TEXT,
    source_sector TEXT,
    target_actor TEXT,
    target_sector TEXT,
    instrument TEXT,
    instrument_domestic TEXT,
    deed TEXT,
    reactive BOOLEAN,
    mirror_code TEXT
);

CREATE TABLE rejects (file_id INTEGER NOT NULL, file TEXT NOT NULL, row BIGINT NOT NULL, raw TEXT, reason TEXT NOT NULL);
