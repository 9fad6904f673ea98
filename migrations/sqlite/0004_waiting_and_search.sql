-- What needs a person, a row a comment, kept in the order of its urgency, so that a page of the inbox is read where it begins
-- and not sorted out of all that is open. `waiting_now` says what belongs here. Whatever changes one of its parts notes the
-- comment in `waiting_stale`; its row is written anew soon after, with those of many others. Notes are only ever added, never
-- found to be there already, so that nobody waits for the one who works them off, and none is lost to them.
--
-- `band` 0 is a doubt about a clause whose breach is a crime and may be seen by all meanwhile; 1 is owed an answer at `due_at`;
-- 2 is the rest. `risk` orders doubts, the gravest first; a doubt that could not be told (no clause) stands in their middle, and
-- 99 is no doubt. `waiting_now` (0023) is `waiting_by_clause` with what sorts the doubts of one grade. A comment without a running
-- clock is due at the end of time. `reply_due_at` leaves solutions out.
-- `comment` is no foreign key: its check would wait for those who hold the comment.

create table waiting (
    band integer not null check (band in (0, 1, 2)),
    due_at integer not null,
    risk integer not null,
    comment integer not null,
    platform text not null,
    source text not null,
    language text not null,
    holder text not null,
    kind text,
    clause text,
    owes text check (owes in ('reply', 'solution')),
    reply_due_at integer,
    check (owes is not null or risk < 99),
    primary key (band, due_at, risk, comment)
) strict, without rowid;

create unique index waiting_comment on waiting (comment);
create index waiting_risk on waiting (risk, comment) where risk < 99;
create index waiting_overdue on waiting (reply_due_at, platform) where reply_due_at is not null;
create index waiting_holder on waiting (holder, band, due_at, risk, comment);

-- How many rows of `waiting` there are of a sort, so that nobody counts them: `hour` is that of `reply_due_at`, in hours since
-- 1970, and -1 where there is none.

create table waiting_tally (
    platform text not null,
    review integer not null check (review in (0, 1)),
    owes text not null check (owes in ('', 'reply', 'solution')),
    hour integer not null,
    n integer not null,
    primary key (platform, review, owes, hour)
) strict, without rowid;

create trigger waiting_tally_more after insert on waiting
begin
    insert into waiting_tally (platform, review, owes, hour, n)
    values (new.platform, new.risk < 99, coalesce(new.owes, ''), coalesce(new.reply_due_at / 3600000000, -1), 1)
    on conflict (platform, review, owes, hour) do update set n = n + 1;
end;
create trigger waiting_tally_less after delete on waiting
begin
    update waiting_tally set n = n - 1
    where platform = old.platform and review = (old.risk < 99) and owes = coalesce(old.owes, '')
        and hour = coalesce(old.reply_due_at / 3600000000, -1);
end;

create table waiting_stale (
    id integer primary key,
    comment integer not null
) strict;

create view waiting_by_clause as
select case when risk <= 4 then 0 when due_at < 9223372036854775807 then 1 else 2 end as band, due_at, risk, comment, platform,
    source, language, holder, kind, clause, owes, reply_due_at
from (
    select c.id as comment, c.platform, c.source, c.language, d.kind, d.clause,
        coalesce((select h.holder from holding h where h.comment = c.id order by h.from_at desc, h.id desc limit 1),
            'unassigned') as holder,
        case when d.verdict = 'review' and c.visibility in ('visible', 'hidden') then
            case d.clause when 'security_threat' then 1 when 'illegal_activity' then 2 when 'discrimination' then 3
                when 'religious_offence' then 4 when 'personal_content' then 5 when 'public_morals' then 6
                when 'indecent' then 8 when 'defamatory' then 9 when 'law_or_rights_violation' then 10
                when 'ip_infringement' then 11 when 'private_promotion' then 12 when 'spam' then 13
                when 'off_topic' then 14 else 7 end
        else 99 end as risk,
        min(coalesce(f.due_at, 9223372036854775807), coalesce(n.due_at, 9223372036854775807),
            coalesce(s.due_at, 9223372036854775807)) as due_at,
        nullif(min(coalesce(f.due_at, 9223372036854775807), coalesce(n.due_at, 9223372036854775807)),
            9223372036854775807) as reply_due_at,
        case when f.id is not null or n.id is not null then 'reply' when s.id is not null then 'solution' end as owes
    from comment c
        left join decision d on d.id = (
            select l.id from decision l where l.comment = c.id order by l.revision desc, l.id desc limit 1)
        left join reply_clock f on f.comment = c.id and f.clock = 'first_reply' and f.state in ('running', 'paused')
        left join reply_clock n on n.comment = c.id and n.clock = 'next_reply' and n.state in ('running', 'paused')
        left join reply_clock s on s.comment = c.id and s.clock = 'solve' and s.state in ('running', 'paused')
    where c.written_by = 'public') as w
where risk < 99 or owes is not null;

create trigger waiting_clock_opens after insert on reply_clock
begin insert into waiting_stale (comment) values (new.comment); end;
create trigger waiting_clock_moves after update of state, due_at on reply_clock
when new.state <> old.state or new.due_at is not old.due_at
begin insert into waiting_stale (comment) values (new.comment); end;
-- A first verdict that doubts nothing changes nothing here: what it is owed is told by its clock.
create trigger waiting_decision after insert on decision
when new.verdict = 'review' or exists (select 1 from decision l where l.comment = new.comment and l.id <> new.id)
begin insert into waiting_stale (comment) values (new.comment); end;
create trigger waiting_comment_changes after update of visibility, language on comment
when new.visibility <> old.visibility or new.language <> old.language
begin insert into waiting_stale (comment) values (new.id); end;
create trigger waiting_changes_hands after insert on holding
begin insert into waiting_stale (comment) values (new.comment); end;

-- The words of what the public wrote, and of the names they wrote under, folded and without the particles that Arabic writes onto
-- a word: one text of SQL finds them on both databases. They are worked out soon after a text is stored, for the comments in
-- `search_stale`, many at a time. `found_by` has a comment's words as a JSON array, by which they are found again: erasure takes
-- both along, in its own transaction.

create table search_word (
    word text not null check (word <> ''),
    comment integer not null,
    primary key (word, comment)
) strict, without rowid;

create table found_by (
    comment integer primary key,
    words text not null
) strict;

create table search_stale (
    comment integer primary key
) strict;

create trigger search_revision after insert on revision
begin insert into search_stale (comment) values (new.comment) on conflict (comment) do nothing; end;
create trigger search_erased after update of text on revision when new.text is null and old.text is not null
begin
    insert into search_stale (comment) values (new.comment) on conflict (comment) do nothing;
    delete from search_word where comment = new.comment
        and word in (select j.value from found_by f, json_each(f.words) j where f.comment = new.comment);
    delete from found_by where comment = new.comment;
end;
create trigger search_unnamed after update of author_name on comment when new.author_name is null and old.author_name is not null
begin
    insert into search_stale (comment) values (new.id) on conflict (comment) do nothing;
    delete from search_word where comment = new.id
        and word in (select j.value from found_by f, json_each(f.words) j where f.comment = new.id);
    delete from found_by where comment = new.id;
end;

-- Lists of the inbox that a member of staff keeps by name: `query` is what stands behind the `?` of the list's address.

create table saved_view (
    staff integer not null references staff (id),
    name text not null check (name <> ''),
    query text not null,
    saved_at integer not null,
    primary key (staff, name)
) strict;

-- Lists of what there is by clause, kind, source, platform or language, newest first.

create index decision_clause on decision (clause, comment) where clause is not null;
create index decision_kind on decision (kind, comment);
create index comment_of_source on comment (source, id) where written_by = 'public';
create index comment_of_platform on comment (platform, id) where written_by = 'public';
create index comment_of_language on comment (language, id) where written_by = 'public';

-- What staff wrote about a comment for each other, and why they left one without a reply.

create table note (
    id integer primary key,
    comment integer not null references comment (id),
    sort text not null check (sort in ('note', 'no_reply')),
    text text,
    salt blob,
    written_by text not null check (written_by like 'staff:_%'),
    written_at integer not null,
    check ((text is null) = (salt is null)),
    check (salt is null or length(salt) = 16)
) strict;

create index note_comment on note (comment, id);

-- What answers a comment, in its thread. The parent comes first: by the source alone the planner would take it for a way to a
-- comment by its platform's id.

create index comment_parent on comment (parent_id, source, id) where parent_id is not null;

create trigger note_stays before delete on note
begin select raise(abort, 'a note is never deleted'); end;
create trigger note_once before insert on note
when exists (select 1 from note where id = new.id)
begin select raise(abort, 'a note is never replaced'); end;
create trigger note_unchanged before update of id, comment, sort, written_by, written_at on note
begin select raise(abort, 'a note is never changed'); end;
create trigger note_erased before update of text, salt on note
when new.text is not null or new.salt is not null
begin select raise(abort, 'a note''s words are never changed, only erased'); end;
