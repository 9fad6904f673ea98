-- What a post of ours says: the comments under it may quote it, and are about what it is about. It goes by retention with the last
-- of them.

alter table post add column text text;

create index comment_under_post on comment (source, post_id)
    where visibility <> 'erased' and written_by = 'public' and post_id is not null;
