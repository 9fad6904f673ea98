-- Working at many comments at once, and beside others.

-- What somebody asked for of many comments at once. What came of each is in `bulk_item`, written in the act's own transaction; it was
-- not reached until then. `entry` is the last entry of the log about the comment then, so that whoever undoes it sees what was done since.

create table bulk (
    id integer primary key,
    what text not null check (what <> ''),
    undoes integer references bulk (id),
    asked_by text not null check (asked_by like 'staff:_%'),
    asked_at integer not null
) strict;

create unique index bulk_undone on bulk (undoes) where undoes is not null;

create table bulk_item (
    bulk integer not null references bulk (id),
    comment integer not null references comment (id),
    outcome text not null check (outcome in ('not_reached', 'done', 'already', 'overtaken', 'wrong_state', 'refused')),
    action integer references action (id),
    entry integer not null,
    primary key (bulk, comment)
) strict, without rowid;

-- Replies that a second person let leave: who, when, and the words that were proposed where others left. Those go with the reply's own.

create table approval (
    action integer primary key references action (id),
    draft text,
    salt blob,
    approved_by text not null check (approved_by like 'staff:_%'),
    approved_at integer not null,
    check ((draft is null) = (salt is null)),
    check (salt is null or length(salt) = 16)
) strict;

create trigger approval_stays before delete on approval
begin select raise(abort, 'an approval is never deleted'); end;
create trigger approval_unchanged before update of action, approved_by, approved_at on approval
begin select raise(abort, 'an approval is never changed'); end;
create trigger approval_erased before update of draft, salt on approval when new.draft is not null or new.salt is not null
begin select raise(abort, 'the words of a draft are never changed, only erased'); end;
create trigger action_draft_erased after update of text on action when new.text is null and old.text is not null
begin update approval set draft = null, salt = null where action = new.id; end;

-- Who looks at which comment, and who works on it, until an instant of the machine's clock. Neither is kept for longer.

create table looking (
    comment integer not null,
    staff integer not null references staff (id),
    until integer not null,
    primary key (comment, staff)
) strict, without rowid;

create table work_lease (
    comment integer primary key,
    staff integer not null references staff (id),
    until integer not null
) strict, without rowid;
