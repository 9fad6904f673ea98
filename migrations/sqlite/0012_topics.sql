-- What changed because of a topic, as staff note it for a month's report. Rows are added; the latest of a month and topic is shown.

create table topic_note (
    id integer primary key,
    month text not null check (length(month) = 7),
    topic text not null check (topic <> ''),
    text text not null,
    salt blob not null check (length(salt) = 16),
    written_by text not null check (written_by like 'staff:_%'),
    written_at integer not null
) strict;

create index topic_note_month on topic_note (month, topic, id);

create trigger topic_note_stays before delete on topic_note
begin select raise(abort, 'a note is never deleted'); end;
create trigger topic_note_unchanged before update on topic_note
begin select raise(abort, 'a note is never changed'); end;
