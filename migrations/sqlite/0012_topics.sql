-- What changed because of a topic, as staff note it for a month's report. Rows are added; the latest of a month and topic is shown.

create table topic_note (
    id integer primary key,
    month text not null check (length(month) = 7),
    topic text not null check (topic <> ''),
    text text,
    salt blob,
    written_by text not null check (written_by like 'staff:_%'),
    written_at integer not null,
    check ((text is null) = (salt is null)),
    check (salt is null or length(salt) = 16)
) strict;

create index topic_note_month on topic_note (month, topic, id);
create index topic_note_kept on topic_note (written_at) where text is not null;

create trigger topic_note_stays before delete on topic_note
begin select raise(abort, 'a note is never deleted'); end;
create trigger topic_note_once before insert on topic_note
when exists (select 1 from topic_note where id = new.id)
begin select raise(abort, 'a note is never replaced'); end;
create trigger topic_note_unchanged before update of id, month, topic, written_by, written_at on topic_note
begin select raise(abort, 'a note is never changed'); end;
create trigger topic_note_erased before update of text, salt on topic_note
when new.text is not null or new.salt is not null
begin select raise(abort, 'a note''s words are never changed, only erased'); end;
