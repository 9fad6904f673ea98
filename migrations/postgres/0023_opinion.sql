-- Second opinions that somebody outside gave of comments that await review: how probable a breach is, in thousandths, and of what;
-- null where nobody answered for so long that it is asked for no more. They sort the review queue and do nothing else, and go when
-- the text goes that they are about.

create table opinion (
    comment bigint not null,
    revision bigint not null,
    permille bigint check (permille between 0 and 1000),
    clause text check (clause in ('public_morals', 'discrimination', 'religious_offence', 'illegal_activity',
        'law_or_rights_violation', 'security_threat', 'indecent', 'defamatory', 'ip_infringement', 'personal_content',
        'off_topic', 'spam', 'private_promotion')),
    note text,
    host text not null check (host <> ''),
    asked_at bigint not null,
    check (permille is not null or (clause is null and note is null)),
    primary key (comment, revision),
    foreign key (comment, revision) references revision (comment, number)
);

create function opinion_of_erased() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from revision where comment = new.comment and number = new.revision and text is not null) then
        raise exception 'an erased comment gets no opinion';
    end if;
    return new;
end $$;
create function opinion_erased() returns trigger language plpgsql as $$
begin delete from opinion where comment = new.comment and revision = new.number; return null; end $$;

create trigger opinion_unchanged before update on opinion
    for each row execute function refuse('an opinion is never changed');
create trigger opinion_of_erased before insert on opinion
    for each row execute function opinion_of_erased();
create trigger opinion_erased after update of text on revision
    for each row when (new.text is null and old.text is not null) execute function opinion_erased();
create trigger waiting_opinion after insert on opinion
    referencing new table as added for each statement execute function waiting_added();

-- Doubts get numbers below 0, so that those of one grade have room to be sorted: the more probable the breach, the lesser. Without
-- an opinion it is taken for even, so that nobody waits longer for being left unanswered.

create view waiting_now as
select w.band, w.due_at,
    case when w.risk < 99 then (w.risk - 20) * 2000 - coalesce((
        select o.permille from comment c join opinion o on o.comment = c.id and o.revision = c.revision
        where c.id = w.comment), 500)
    else w.risk end as risk,
    w.comment, w.platform, w.source, w.language, w.holder, w.kind, w.clause, w.owes, w.reply_due_at
from waiting_by_clause w;
