/**
 * The tables, as one version after the other made them. `segment` is the log: batches of events of one product, as
 * they were committed, with the range of stream sequences they settle; a segment *is* the position, so the two can't
 * disagree. `state` is what the current picture was at the product's `watermark`: start reads it and replays the log
 * from there. `checkpoint` is what it was before, now and then.
 */
import type { Database } from './database.ts'

/**
 * The first makes version 1 of an empty database, the second version 2 of that, and so on. Caches were written by each:
 * one that is here is never changed again, and every one comes with a cache of the version before it in the tests.
 */
const migrations: readonly string[] = [
  `
CREATE TABLE product (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- JSON as the catalog had it last, so that an offline start knows titles
  descriptor TEXT NOT NULL,
  -- the last sequence whose effect was read ahead as state: the log follows from the next one; NULL: never connected
  live INTEGER,
  -- what the platform still had at the first connection, or what we purged: history before it is not asked for
  origin INTEGER NOT NULL DEFAULT 1,
  -- state rows are as of this sequence or later
  watermark INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  product INTEGER NOT NULL,
  -- the range of stream sequences that this segment settles; those without an event were refused or deleted
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  -- published, ms since 1970
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  -- sorted hashes of its entities, 4 bytes each
  entities BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX segment_range ON segment (product, first, last, count, bytes, last_time);
CREATE TABLE state (
  product INTEGER NOT NULL,
  block INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (product, block)
) STRICT;
CREATE TABLE gap (
  product INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  found INTEGER NOT NULL,
  PRIMARY KEY (product, first)
) STRICT;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  product INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  received INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  event TEXT,
  excerpt TEXT NOT NULL,
  rank INTEGER NOT NULL
) STRICT;
`,
  `-- when the stream was made that a product's sequences are of, ms since 1970; NULL: not known yet
ALTER TABLE product ADD COLUMN created INTEGER;
-- 1: the platform does not permit it; 1: its owner took it from the catalog. Nothing of such a product is shown.
ALTER TABLE product ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE product ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
`,
  `-- what the picture of a product was after this sequence: with the log behind it, any instant can be made again. From
-- here on records have the time at which they were received, too (event/record.ts); older ones are read as they are.
CREATE TABLE checkpoint (
  product INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  -- the event of that sequence; ms since 1970, by the platform
  published INTEGER NOT NULL,
  -- when it was written, ms since 1970
  taken INTEGER NOT NULL,
  PRIMARY KEY (product, sequence)
) STRICT;
-- as in state
CREATE TABLE checkpoint_block (
  product INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  block INTEGER NOT NULL,
  -- when the oldest of its records was published
  oldest INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (product, sequence, block)
) STRICT;
CREATE INDEX checkpoint_oldest ON checkpoint_block (product, oldest);
-- from an instant to the segments around it
CREATE INDEX segment_time ON segment (product, last_time);
`,
  `-- the name of the intake by which it comes; NULL: none has listed it since
ALTER TABLE product ADD COLUMN intake TEXT;
`,
  `-- what this node has to tell its platform, until it has come back (outbox.ts)
CREATE TABLE outbox (
  -- no number twice: it is the order in which it was done
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  -- an entity, or a key
  address TEXT NOT NULL,
  -- JSON as it is sent; NULL: it has come back, and only its id is kept, for a while
  body TEXT,
  -- when it was done, ms since 1970
  at REAL NOT NULL,
  after INTEGER,
  guarded INTEGER NOT NULL,
  tried INTEGER NOT NULL DEFAULT 0,
  sequence INTEGER,
  -- JSON
  problem TEXT
) STRICT;
`,
  `-- what people share (platform.md), as it could be read last
CREATE TABLE shared (
  key TEXT PRIMARY KEY,
  -- the last revision that was heard of; NULL: none of this bucket
  heard INTEGER,
  -- of the document, 0: there is none
  revision INTEGER NOT NULL,
  -- ms since 1970, by the platform
  published INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  size INTEGER NOT NULL,
  -- JSON; NULL: no version of it could be read
  document TEXT,
  -- JSON of what is wrong with the one that was heard of; NULL: nothing
  wrong TEXT,
  -- 1: the platform does not permit it
  refused INTEGER NOT NULL
) STRICT;
CREATE TABLE shared_bucket (
  id INTEGER PRIMARY KEY,
  -- when it was made, ms since 1970; NULL: there was none yet
  created INTEGER,
  refused INTEGER NOT NULL
) STRICT;
`,
  `-- the files of what waits in the outbox (delivered-files.ts), and those of the platform that were read here (documents.ts)
CREATE TABLE delivered_file (
  -- the entry's id
  delivery TEXT NOT NULL,
  file INTEGER NOT NULL,
  object TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (delivery, file)
) STRICT;
CREATE TABLE delivered_part (
  delivery TEXT NOT NULL,
  file INTEGER NOT NULL,
  part INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (delivery, file, part)
) STRICT;
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  -- as events and the object store write it
  digest TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  -- when somebody read it last, ms since 1970
  used REAL NOT NULL,
  -- 0: it is on its way
  whole INTEGER NOT NULL
) STRICT;
CREATE TABLE document_part (
  document INTEGER NOT NULL,
  part INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (document, part)
) STRICT;
`,
]

/**
 * Brings a cache to this version, as a whole or not at all.
 * @throws what SQLite throws; a database of a later version is refused
 */
export async function migrate(database: Database): Promise<void> {
  const [row] = await database.all<{ user_version: number }>('PRAGMA user_version')
  const from = row?.user_version ?? 0
  if (from > migrations.length) throw new Error('the cache was written by a later version of Vigie')
  if (from === migrations.length) return
  await database.transaction(async () => {
    for (const migration of migrations.slice(from)) await database.script(migration)
    await database.script(`PRAGMA user_version = ${migrations.length}`)
  })
}
