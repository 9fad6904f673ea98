-- What a post says goes by retention with the last comment under it, which this finds.

create index comment_under_post on comment (source, post_id)
    where visibility <> 'erased' and written_by = 'public' and post_id is not null;
