-- Policies that judge what the one in force judges, without acting: one at a time. `entry` is the next entry of the log to be read,
-- by which each verdict is judged once; `unread` counts verdicts whose words were edited or erased before.

create table shadow (
    id integer primary key,
    kind text not null default 'policy' check (kind = 'policy'),
    hash text not null,
    begun_by text not null check (begun_by like 'staff:_%'),
    begun_at integer not null,
    ended_by text check (ended_by like 'staff:_%'),
    ended_at integer,
    entry integer not null check (entry >= 0),
    unread integer not null default 0 check (unread >= 0),
    check ((ended_by is null) = (ended_at is null)),
    foreign key (kind, hash) references document (kind, hash)
) strict;

create unique index shadow_open on shadow (kind) where ended_at is null;

-- How many comments were judged so (`was`) and would have been so (`would`), each a word such as `allow` or `hide:spam`; `examples`
-- are the numbers of some that differ, with spaces between them.

create table shadow_count (
    shadow integer not null references shadow (id),
    was text not null check (was <> ''),
    would text not null check (would <> ''),
    count integer not null check (count >= 1),
    examples text not null,
    primary key (shadow, was, would)
) strict, without rowid;
