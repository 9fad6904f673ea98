-- The weekly sample of the machine's verdicts that people judge blind: from what it was drawn and by which seed, and what they answered.
-- A week is known by its first day; out of `hides` and `allows` decisions, those after one and up to another, that one included.

create table sample (
    week text primary key check (length(week) = 10),
    seed blob not null check (length(seed) = 32),
    after_decision integer not null,
    through_decision integer not null,
    hides integer not null check (hides >= 0),
    allows integer not null check (allows >= 0),
    drawn_at integer not null,
    check (through_decision >= after_decision)
) strict;

create table sample_item (
    id integer primary key,
    week text not null references sample (week),
    decision integer not null references decision (id),
    comment integer not null references comment (id),
    verdict text check (verdict in ('allow', 'hide')),
    clause text check (clause in ('public_morals', 'discrimination', 'religious_offence', 'illegal_activity',
        'law_or_rights_violation', 'security_threat', 'indecent', 'defamatory', 'ip_infringement', 'personal_content',
        'off_topic', 'spam', 'private_promotion')),
    policy text,
    answered_by text check (answered_by like 'staff:_%'),
    answered_at integer,
    check ((verdict is null) = (answered_at is null) and (policy is null) = (answered_at is null)
        and (answered_by is null) = (answered_at is null)),
    check ((clause is not null) = (verdict is not null and verdict = 'hide')),
    unique (week, decision)
) strict;

create index sample_item_answered on sample_item (comment) where answered_at is not null;

create trigger sample_stays before delete on sample
begin select raise(abort, 'a sample is never deleted'); end;
create trigger sample_unchanged before update on sample
begin select raise(abort, 'a sample is never changed'); end;
create trigger sample_item_stays before delete on sample_item
begin select raise(abort, 'what was drawn is never deleted'); end;
create trigger sample_item_unchanged before update of id, week, decision, comment on sample_item
begin select raise(abort, 'what was drawn is never changed'); end;
create trigger sample_item_answered_once before update on sample_item when old.answered_at is not null
begin select raise(abort, 'an answer is never changed'); end;
