-- Erasure and legal holds. What was erased is told by the audit log; here are the reasons in free words, which can go as well.

-- Erasures that a person ordered.

create table erasure (
    id integer primary key,
    comment integer not null references comment (id),
    erased_by text not null check (erased_by like 'staff:_%'),
    erased_at integer not null,
    reason text,
    salt blob,
    check ((reason is null) = (salt is null)),
    check (salt is null or length(salt) = 16)
) strict;

create index erasure_reasons on erasure (erased_at) where reason is not null;

-- Holds: what is on one is not erased before it is lifted. An author is known by what tells them on their platform, which goes
-- when the hold is lifted; `comment` is then the one that they were named by. The salt serves the author and both reasons.

create table legal_hold (
    id integer primary key,
    held text not null check (held in ('comment', 'author', 'source')),
    comment integer references comment (id),
    source text references source (id),
    platform text,
    author_key text,
    reason text,
    lift_reason text,
    salt blob,
    placed_by text not null check (placed_by like 'staff:_%'),
    placed_at integer not null,
    lifted_by text check (lifted_by like 'staff:_%'),
    lifted_at integer,
    check ((held = 'source') = (source is not null) and (held = 'source') = (comment is null)),
    check ((held = 'author') = (platform is not null)),
    check ((author_key is not null) = (held = 'author' and lifted_at is null)),
    check ((lifted_at is null) = (lifted_by is null)),
    check (lifted_at is not null or (reason is not null and lift_reason is null)),
    check (salt is not null or (reason is null and lift_reason is null)),
    check (salt is null or length(salt) = 16)
) strict;

create index legal_hold_on on legal_hold (id) where lifted_at is null;
create index legal_hold_reasons on legal_hold (lifted_at) where lifted_at is not null and salt is not null;

-- What the daily look for expired content finds it by.

create index comment_kept on comment (platform, first_seen_at) where visibility <> 'erased' and written_by = 'public';
create index comment_deleted on comment (visibility_at, id) where visibility = 'deleted' and look_at is null;
create index comment_ours_kept on comment (first_seen_at) where visibility <> 'erased' and written_by = 'us';
create index decision_reasons on decision (decided_at) where reason is not null;
create index action_words on action (settled_at) where text is not null and settled_at is not null;

-- An erased comment holds no words of anybody's, gets none, and stays erased.

create trigger comment_erased before update of visibility on comment when new.visibility = 'erased' and (
    exists (select 1 from revision where comment = new.id and text is not null)
    or exists (select 1 from decision where comment = new.id and reason is not null)
    or exists (select 1 from action where comment = new.id and (text is not null or conversation is not null)))
begin select raise(abort, 'an erased comment holds no words'); end;
create trigger comment_stays_erased before update of visibility on comment
when old.visibility = 'erased' and new.visibility <> 'erased'
begin select raise(abort, 'an erased comment stays erased'); end;
create trigger revision_of_erased before insert on revision
when new.text is not null and exists (select 1 from comment where id = new.comment and visibility = 'erased')
begin select raise(abort, 'an erased comment holds no words'); end;
create trigger decision_of_erased before insert on decision
when new.reason is not null and exists (select 1 from comment where id = new.comment and visibility = 'erased')
begin select raise(abort, 'an erased comment holds no words'); end;
create trigger action_of_erased before insert on action
when new.text is not null and exists (select 1 from comment where id = new.comment and visibility = 'erased')
begin select raise(abort, 'an erased comment holds no words'); end;

-- Orders and holds are records too.

create trigger erasure_stays before delete on erasure
begin select raise(abort, 'the order of an erasure is never deleted'); end;
create trigger erasure_unchanged before update on erasure
when new.reason is not null or new.salt is not null or new.comment <> old.comment or new.erased_by <> old.erased_by
    or new.erased_at <> old.erased_at
begin select raise(abort, 'the order of an erasure is never changed, only its reason erased'); end;
create trigger legal_hold_stays before delete on legal_hold
begin select raise(abort, 'a legal hold is never deleted'); end;
create trigger legal_hold_lifted before update on legal_hold
when old.lifted_at is not null and (new.salt is not null or new.lifted_at is not old.lifted_at)
begin select raise(abort, 'a lifted hold is never changed, only its reasons erased'); end;
